"""Mails that have not gone yet: a folder of ``.eml`` files, one for each.

A mail is on the disk before the first attempt and leaves it only once the server has it.
Whoever sends one renames it first, so that two processes never send the same.
"""

from __future__ import annotations

import contextlib
import os
import time
import uuid
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from handmidi import paths
from handmidi.errors import MailError
from handmidi.mail.address import parse_addresses
from handmidi.mail.delivery import TIMEOUT_S, deliver
from handmidi.mail.failures import DeliveryError, FinalError, TooBigError
from handmidi.mail.message import compose_take, fit, read_mail, write_mail
from handmidi.mail.settings import MailSettings, load_settings

# Longer than any delivery lasts: a claim of this age belongs to a process that died.
_CLAIM_S = 3600
_CLAIMED = ".sending"
_WAITS = "the mail waits in the outbox, `handmidi send` tries again"


@dataclass(frozen=True)
class Delivery:
    """What became of one mail.

    Parameters
    ----------
    to : str
        As in the mail.
    subject, message_id : str
    error : MailError, optional
        Why it did not go; None if the server took it.
    refused : dict of str to str
        Recipients refused while others were accepted, and the server's words.
    kept : Path, optional
        Where the mail lies that is still to be sent: all of it, or that for `refused`.
    """

    to: str
    subject: str
    message_id: str
    error: MailError | None = None
    refused: dict[str, str] = field(default_factory=dict)
    kept: Path | None = None

    @property
    def sent(self) -> bool:
        """Whether the server took it, for one recipient at least."""
        return self.error is None


def outbox_folder() -> Path:
    """Where mails wait."""
    return paths.data_folder() / "outbox"


def mail_take(take: Path, to: str, timeout_s: float = TIMEOUT_S) -> Delivery:
    """Mail a take.

    Parameters
    ----------
    take : Path
        A take folder with its report.
    to : str
        One or more addresses, separated by commas.
    timeout_s : float
        For the server to answer.

    Returns
    -------
    Delivery
        Of a mail that went, if not to everyone: look at `refused`.

    Raises
    ------
    MailError
        If it could not be composed; or if it could not be sent, for want of settings or by
        the server's word: then it waits in the outbox, and the message says so.
    """
    path = put(compose_take(take, to))
    try:
        settings = load_settings()
    except MailError as error:
        raise MailError(f"{error}; {_WAITS}") from error
    delivery = _attempt(path, settings, timeout_s)
    if delivery is None:
        raise MailError(f"another handmidi took the mail to {to} out of the outbox to send it")
    if delivery.error:
        raise delivery.error
    return delivery


def send_outbox(
    settings: MailSettings | None = None, timeout_s: float = TIMEOUT_S
) -> list[Delivery]:
    """Try every mail in the outbox, oldest first.

    Parameters
    ----------
    settings : MailSettings, optional
        Default: `load_settings`, which is asked only if a mail waits.
    timeout_s : float
        For the server to answer, for each mail.

    Returns
    -------
    list of Delivery
        One for each mail, sent or not. A server that refuses the account, or cannot be
        reached, is asked once: the other mails share its answer.

    Raises
    ------
    MailError
        If the settings are missing or the outbox cannot be read.
    """
    waiting = _waiting()
    if waiting and settings is None:
        settings = load_settings()
    deliveries: list[Delivery] = []
    closed: DeliveryError | None = None
    for path in waiting:
        delivery = _attempt(path, settings, timeout_s, closed)
        if delivery:
            deliveries.append(delivery)
            error = delivery.error
            closed = error if isinstance(error, DeliveryError) and error.every_mail else closed
    return deliveries


def put(message: EmailMessage) -> Path:
    """Write a mail into the outbox, whole or not at all, readable by its owner only.

    Raises
    ------
    MailError
        If it cannot be written.
    """
    name = f"{time.strftime('%Y%m%d-%H%M%S')}-{uuid.uuid4().hex[:8]}.eml"
    path = outbox_folder() / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_mail(path, message)
    except OSError as error:
        raise MailError(
            f"cannot put the mail into {path.parent} ({error.strerror}): make room or set "
            f"HANDMIDI_DATA to a folder that can be written"
        ) from error
    return path


def _attempt(
    path: Path, settings: MailSettings, timeout_s: float, closed: DeliveryError | None = None
) -> Delivery | None:
    """Claim and send one mail; None if another process has it. `closed`: why not to try."""
    claim = path.with_name(f"{path.name}.{time.time():.0f}{_CLAIMED}")
    try:
        os.rename(path, claim)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise MailError(
            f"cannot rename {path} to send it: {error.strerror}; make its folder writable"
        ) from error
    done, about = False, ("", "", "")
    try:
        message = read_mail(claim)
        about = tuple(str(message[name] or "") for name in ("To", "Subject", "Message-ID"))
        if closed:
            raise closed
        refused = _deliver_or_lighten(message, settings, timeout_s)
        done = True  # from here on it must not be sent as a whole again
        return Delivery(*about, refused=refused, kept=_settle(path, claim, message, refused))
    except MailError as error:
        if done:
            raise
        if error is not closed:  # which was told already that the mail waits
            error.args = (f"{error}; {_WAITS}",)
        return Delivery(*about, error=error, kept=path)
    finally:
        if not done:
            with contextlib.suppress(FileNotFoundError):  # deleted by its owner meanwhile
                os.rename(claim, path)


def _deliver_or_lighten(
    message: EmailMessage, settings: MailSettings, timeout_s: float
) -> dict[str, str]:
    try:
        return deliver(message, settings, timeout_s)
    except TooBigError as error:
        try:
            # From joins the mail only as it leaves.
            lighter = fit(message, error.size_limit - len(str(settings.sender)) * 4 - 64)
        except MailError as too_big:
            raise FinalError(f"{error}: {too_big}") from error
    return deliver(lighter, settings, timeout_s)


def _settle(path: Path, claim: Path, message: EmailMessage, refused: dict[str, str]) -> Path | None:
    """Remove an accepted mail, or leave a mail for those who were refused."""
    try:
        if not refused:
            claim.unlink()
            return None
        del message["To"]
        message["To"] = parse_addresses(",".join(refused))
        write_mail(claim, message)
        os.rename(claim, path)
        return path
    except OSError as error:
        raise MailError(
            f"the mail has gone, but {claim} cannot be changed ({error.strerror}): delete it, "
            f"or it goes again"
        ) from error


def _waiting() -> list[Path]:
    folder = outbox_folder()
    try:
        for claim in folder.glob(f"*.eml.*{_CLAIMED}"):
            name, when = claim.name.removesuffix(_CLAIMED).rsplit(".", 1)
            if when.isdecimal() and abs(time.time() - int(when)) > _CLAIM_S:
                with contextlib.suppress(FileNotFoundError):  # another process was quicker
                    os.rename(claim, folder / name)
        return sorted(folder.glob("*.eml"))
    except OSError as error:
        raise MailError(
            f"cannot read the outbox {folder}: {error.strerror}; make the folder readable"
        ) from error
