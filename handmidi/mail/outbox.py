"""Mails that have not gone yet: a folder of files, one for each.

A mail is on the disk before the first attempt and leaves it only once the server has it. Its
name tells how it stands: ``.eml`` waits; ``.eml.perhaps`` was sent whole, and it is not known
whether it arrived, so that it goes again only when told to; ``.eml.refused`` was refused for
good. Whoever sends a mail holds its lock, so that two processes never send the same.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from handmidi import paths
from handmidi.claim import claimed
from handmidi.errors import MailError
from handmidi.mail.address import parse_addresses
from handmidi.mail.delivery import TIMEOUT_S, deliver
from handmidi.mail.failures import (
    DeliveryError,
    FinalError,
    PassingError,
    TooBigError,
    UncertainError,
)
from handmidi.mail.message import compose_take, fit, read_mail, write_mail
from handmidi.mail.settings import MailSettings, load_settings

WAITS, PERHAPS, REFUSED = ".eml", ".eml.perhaps", ".eml.refused"
"""How the names of mails end that wait, may have arrived, and were refused for good."""
PAUSES_S = (1.0, 3.0)
"""How long to wait before another attempt where a server was not ready, seconds."""
_WAITS = "the mail waits in the outbox, `handmidi send` tries again"
_KEPT = "the mail is kept in the outbox, `handmidi send --again` sends it again"


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
    kept : tuple of Path
        Where mails lie that are still in the outbox: all of it, or those for `refused`.
    """

    to: str
    subject: str
    message_id: str
    error: MailError | None = None
    refused: dict[str, str] = field(default_factory=dict)
    kept: tuple[Path, ...] = ()

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
    settings: MailSettings | None = None, timeout_s: float = TIMEOUT_S, again: bool = False
) -> list[Delivery]:
    """Try every mail that waits in the outbox, oldest first.

    Parameters
    ----------
    settings : MailSettings, optional
        Default: `load_settings`, which is asked only if a mail waits.
    timeout_s : float
        For the server to answer, for each mail.
    again : bool, default False
        Send also those that may have arrived, and those that were refused.

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
    waiting = _kept(WAITS, PERHAPS, REFUSED) if again else _kept(WAITS)
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


def left_alone() -> list[Path]:
    """The mails that `send_outbox` sends only when told to: perhaps arrived, or refused.

    Raises
    ------
    MailError
        If the outbox cannot be read.
    """
    return _kept(PERHAPS, REFUSED)


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


class _Mail:
    """A mail in the outbox whose lock we hold, by whatever name it has at the moment."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._name = _plain(path)

    def become(self, state: str) -> None:
        """Change its name."""
        new = self.path.with_name(self._name.removesuffix(WAITS) + state)
        if new != self.path:
            try:
                os.rename(self.path, new)
            except OSError as error:
                raise MailError(
                    f"cannot rename {self.path} to send it: {error.strerror}; make its folder "
                    "writable"
                ) from error
            self.path = new


def _plain(path: Path) -> str:
    """The name of a mail as it was when it waited."""
    return path.name.removesuffix(".perhaps").removesuffix(".refused")


@contextmanager
def _claimed(path: Path) -> Iterator[_Mail | None]:
    """The mail, if no other process has it, and it is still there."""
    with ExitStack() as stack:
        try:
            is_ours = stack.enter_context(claimed(path.with_name(f".{_plain(path)}.lock")))
        except OSError as error:
            raise MailError(
                f"cannot write to the outbox {path.parent}: {error.strerror}; make the folder "
                "writable"
            ) from error
        yield _Mail(path) if is_ours and path.exists() else None


def _attempt(
    path: Path, settings: MailSettings, timeout_s: float, closed: DeliveryError | None = None
) -> Delivery | None:
    """Send one mail; None if another process has it. `closed`: why not to try."""
    with _claimed(path) as mail:
        if mail is None:
            return None
        about = ("", "", "")
        try:
            message = read_mail(mail.path)
            about = tuple(str(message[name] or "") for name in ("To", "Subject", "Message-ID"))
            if closed:
                raise closed
            refused = _try(mail, message, settings, timeout_s)
        except MailError as error:
            if error is not closed:  # which was told already that the mail waits
                error.args = (f"{error}; {_keep(mail, error)}",)
            return Delivery(*about, error=error, kept=(mail.path,))
        kept = _settle(mail, message, refused)
        return Delivery(*about, refused={who: why for who, (_, why) in refused.items()}, kept=kept)


def _keep(mail: _Mail, error: MailError) -> str:
    """Give a mail that did not go the name of its state; returns what that means."""
    if isinstance(error, UncertainError):
        return _KEPT
    is_refused = isinstance(error, FinalError) and not error.every_mail
    mail.become(REFUSED if is_refused else WAITS)
    return _KEPT if is_refused else _WAITS


def _try(
    mail: _Mail, message: EmailMessage, settings: MailSettings, timeout_s: float
) -> dict[str, tuple[bool, str]]:
    """Deliver, with some patience for a server that is not ready for this mail."""

    def almost() -> None:
        mail.become(PERHAPS)  # on the disk before the last byte leaves: we may be killed now

    for pause_s in (*PAUSES_S, None):
        try:
            return _deliver_or_lighten(message, settings, timeout_s, almost)
        except PassingError as error:
            mail.become(WAITS)
            if error.every_mail or pause_s is None:
                raise
            time.sleep(pause_s)
    raise AssertionError("unreachable: the last attempt returns or raises")


def _deliver_or_lighten(
    message: EmailMessage, settings: MailSettings, timeout_s: float, almost
) -> dict[str, tuple[bool, str]]:
    try:
        return deliver(message, settings, timeout_s, almost)
    except TooBigError as error:
        try:
            # From joins the mail only as it leaves.
            lighter = fit(message, error.size_limit - len(str(settings.sender)) * 4 - 64)
        except MailError as too_big:
            raise FinalError(f"{error}: {too_big}") from error
    return deliver(lighter, settings, timeout_s, almost)


def _settle(
    mail: _Mail, message: EmailMessage, refused: dict[str, tuple[bool, str]]
) -> tuple[Path, ...]:
    """Remove an accepted mail; leave mails for those who were refused, by the kind of it.

    Those are written first: a crash in between leaves one that may have arrived, too.
    """
    kept = []
    try:
        for is_final, state in ((False, WAITS), (True, REFUSED)):
            people = [who for who, (final, _) in refused.items() if final is is_final]
            if people:
                del message["To"]
                message["To"] = parse_addresses(",".join(people))
                path = put(message)
                kept.append(path.with_name(path.name.removesuffix(WAITS) + state))
                os.rename(path, kept[-1])
        mail.path.unlink()
    except OSError as error:
        raise MailError(
            f"the mail has gone, but {mail.path} cannot be changed ({error.strerror}): delete it"
        ) from error
    return tuple(kept)


def _kept(*states: str) -> list[Path]:
    folder = outbox_folder()
    try:
        return sorted(path for state in states for path in folder.glob(f"[!.]*{state}"))
    except OSError as error:
        raise MailError(
            f"cannot read the outbox {folder}: {error.strerror}; make the folder readable"
        ) from error
