"""A take as a mail: a friendly text, the report, a recording, the notes."""

from __future__ import annotations

import contextlib
import copy
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, message_from_string, policy
from email.header import Header
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from pathlib import Path

from handmidi.errors import MailError
from handmidi.files import odd_file
from handmidi.mail.address import parse_addresses
from handmidi.mail.recording import Recording, compress, holds_sound
from handmidi.mail.story import read_facts, subject_of, tell

# Big mail services take 20 to 25 MB, and the sender's server does not know the receiver's limit.
DEFAULT_LIMIT = 20_000_000
# 7-bit: not every server offers 8BITMIME.
POLICY = policy.SMTP.clone(cte_type="7bit")
_KINDS = {".pdf": "application/pdf", ".mid": "audio/midi", ".ogg": "audio/ogg"}
_KINDS |= {".flac": "audio/flac"}
_NAMES = {".pdf": "the report", ".mid": "the notes as MIDI", ".ogg": "the recording"}
_NAMES |= {".flac": "the recording"}
_ATTACHED = "\nAttached:\n"
_SMALLER = "The recording is compressed more than usual, to fit the size that mail allows."
_LEFT_OUT = "The recording is too long for a mail; it stays in the take folder."


@dataclass(frozen=True)
class Attachment:
    """A file in a mail: its name, whose suffix tells its kind, and its bytes."""

    name: str
    data: bytes

    @property
    def suffix(self) -> str:
        """The name's ending, with its dot."""
        return Path(self.name).suffix

    @property
    def mailed_bytes(self) -> int:
        """Size in the mail: base64 in lines of 57 bytes as 78, and the part's headers."""
        return -(-len(self.data) // 57) * 78 + 300


def compose_take(take: Path, to: str, size_limit: int = DEFAULT_LIMIT) -> EmailMessage:
    """Compose the mail of a take.

    The sender is not in it: that is filled in from the settings when the mail leaves.

    Parameters
    ----------
    take : Path
        A take folder with its report. Of its other files, those that are there are used.
    to : str
        One or more addresses, separated by commas.
    size_limit : int
        Bytes that the mail may have. The recording is made smaller, or left out, and the
        text says so.

    Raises
    ------
    MailError
        If an address is wrong, the report is missing, or it is too big by itself.
    """
    people = parse_addresses(to)
    facts = read_facts(take)
    attachments = _files(take, size_limit)
    message = _begin(subject_of(facts))
    message["To"] = people
    message["Date"] = localtime()
    # A domain of our own: the default would wait on DNS and tell the machine's name.
    message["Message-ID"] = make_msgid(domain="handmidi.local")
    recording, note = None, ""
    source = next((f for n in ("mic.wav", "performance.wav") if holds_sound(f := take / n)), None)
    if source:
        recording = compress(source, _room(attachments, size_limit))
        note = _SMALLER if recording and recording.reduced else "" if recording else _LEFT_OUT
    return _checked(_fill(message, tell(facts), attachments, recording, note), size_limit)


def fit(message: EmailMessage, size_limit: int) -> EmailMessage:
    """The same mail, with a smaller recording or none, so that a server takes it.

    Parameters
    ----------
    message : EmailMessage
        As `compose_take` made it; left as it is.
    size_limit : int
        Bytes that the mail may have.

    Raises
    ------
    MailError
        If it is too big without the recording, too.
    """
    text, every = _take_apart(message, size_limit)
    kept = [a for a in every if a.suffix not in (".ogg", ".flac")]
    sound = next((a for a in every if a not in kept), None)
    smaller = compress(io.BytesIO(sound.data), _room(kept, size_limit)) if sound else None
    note = _SMALLER if smaller else _LEFT_OUT if sound else ""
    lighter = copy.copy(message)
    lighter.clear_content()  # this also gives the copy a header list of its own
    return _checked(_fill(lighter, text, kept, smaller, note), size_limit)


def read_mail(path: Path) -> EmailMessage:
    """Read an ``.eml`` file.

    Raises
    ------
    MailError
        If it cannot be read, or is damaged.
    """
    try:
        message = message_from_bytes(path.read_bytes(), policy=POLICY)
    except OSError as error:
        raise MailError(f"cannot read {path}: {error.strerror}; mend or delete it") from error
    with _readable(f"{path.name} in the outbox is a damaged mail"):
        for name in ("To", "Subject", "Message-ID"):
            str(message[name])
        message.as_bytes()
    return message


def write_mail(path: Path, message: EmailMessage) -> None:
    """Write an ``.eml`` file, whole or not at all, that only its owner can read.

    Raises
    ------
    OSError
        If it cannot be written; what was there before is there still.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(message.as_bytes())
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _begin(subject: str) -> EmailMessage:
    # Folded by Header and read back: EmailMessage's own folding loses spaces in other scripts.
    folded = Header(subject, "ascii" if subject.isascii() else "utf-8", header_name="Subject")
    return message_from_string(f"Subject: {folded.encode()}\n\n", policy=POLICY)


def _files(take: Path, size_limit: int) -> list[Attachment]:
    report, notes = take / "report.pdf", take / "notes.mid"
    if not take.is_dir():
        raise MailError(f"{take} is no take folder: name one, such as takes/DATE-TIME-SONG")
    try:
        if path := odd_file(take):  # a link would mail what it leads to
            raise MailError(f"{path} is no plain file: remove it from the take, then try again")
        if not report.is_file():
            raise MailError(f"{take} has no report.pdf to mail: run `handmidi report {take}` first")
        found = [file for file in (report, notes) if file.is_file()]
        _check_size(sum(file.stat().st_size for file in found), size_limit)  # before they are read
        return [Attachment(file.name, file.read_bytes()) for file in found]
    except OSError as error:
        raise MailError(
            f"cannot read {error.filename}: {error.strerror}; run `handmidi report {take}` again"
        ) from error


def _take_apart(message: EmailMessage, size_limit: int) -> tuple[str, list[Attachment]]:
    with _readable("the mail is too big, and damaged"):
        body = message.get_body(("plain",))
        parts = {p.get_filename() or "": p for p in message.iter_attachments()}
        if body is None or any(Path(name).suffix not in _KINDS for name in parts):
            raise MailError(
                f"the mail is no take, and over the {size_limit / 1e6:.1f} MB allowed: "
                "send it another way"
            )
        text = "\n".join(body.get_content().splitlines()) + "\n"
        attachments = [Attachment(n, p.get_payload(decode=True)) for n, p in parts.items()]
    return text.partition(_ATTACHED)[0], attachments


@contextlib.contextmanager
def _readable(otherwise: str) -> Iterator[None]:
    try:
        yield
    except MailError:
        raise
    except Exception as error:  # the email package fails in a dozen ways on a damaged mail
        raise MailError(f"{otherwise}: mend or delete it") from error


def _room(attachments: Sequence[Attachment], size_limit: int) -> int:
    """Bytes left for a recording beside the other attachments and 4 KB of text and headers."""
    used = sum(a.mailed_bytes for a in attachments) + 4096
    return max((size_limit - used - 300) * 57 // 78 - 57, 0)


def _fill(
    message: EmailMessage,
    text: str,
    attachments: Sequence[Attachment],
    recording: Recording | None,
    note: str,
) -> EmailMessage:
    every = list(attachments)
    if recording:
        every.insert(1, Attachment(f"recording.{recording.suffix}", recording.data))
    listed = "".join(f"  {a.name}: {_NAMES[a.suffix]}\n" for a in every)
    message.set_content(f"{text}{_ATTACHED}{listed}" + (f"\n{note}\n" if note else ""))
    for attachment in every:
        main, sub = _KINDS[attachment.suffix].split("/")
        message.add_attachment(
            attachment.data, maintype=main, subtype=sub, filename=attachment.name
        )
    return message


def _checked(message: EmailMessage, size_limit: int) -> EmailMessage:
    _check_size(len(message.as_bytes()), size_limit)
    return message


def _check_size(size: int, size_limit: int) -> None:
    if size > size_limit:
        raise MailError(
            f"the mail has {size / 1e6:.1f} MB without a recording, and {size_limit / 1e6:.1f} MB "
            f"are allowed: send report.pdf another way"
        )
