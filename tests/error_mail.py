"""The table's rows of mail: servers that refuse, and folders that cannot be written."""

from __future__ import annotations

import errno
from email.message import EmailMessage
from pathlib import Path

from error_world import Row, Step, World, env, file, patched, refusing, row, take
from mail_server import free_port, scripted_server

FULL = OSError(errno.ENOSPC, "No space left on device")
REFUSED = OSError(errno.EACCES, "Permission denied")
ACCOUNT = {"HANDMIDI_SMTP_HOST": "localhost", "HANDMIDI_SMTP_FROM": "me@example.org"}
ACCOUNT |= {"HANDMIDI_SMTP_TLS": "none"}
LOGIN = {"HANDMIDI_SMTP_USER": "me@example.org", "HANDMIDI_SMTP_PASSWORD": "secret"}
SEND = "send take --to a@example.org"
REPORTED = (take(), file("take/report.pdf", "%PDF"))


def waiting(to: str = "a@example.org", size: int = 10, kind: str = "audio/ogg") -> Step:
    """A mail in the outbox."""

    def put_it(world: World) -> None:
        from handmidi.mail.message import POLICY
        from handmidi.mail.outbox import put

        message = EmailMessage(policy=POLICY)
        if to:
            message["To"] = to
        message["Subject"], message["Message-ID"] = "a take", "<one@handmidi.local>"
        message.set_content("Hello\n")
        main, sub = kind.split("/")
        name = "report.pdf" if sub == "pdf" else f"file.{sub}"
        message.add_attachment(bytes(size), maintype=main, subtype=sub, filename=name)
        put(message)

    return put_it


def server(settings: dict[str, str] | None = None, **script: str | None) -> Step:
    """A server that answers by `script`, and an account there."""

    def serve(world: World) -> None:
        port, _ = world.opened.enter_context(scripted_server(**script))
        env(**ACCOUNT | (settings or {}), HANDMIDI_SMTP_PORT=str(port))(world)

    return serve


def nowhere(world: World) -> None:
    """An account where nobody listens."""
    env(**ACCOUNT, HANDMIDI_SMTP_PORT=str(free_port()))(world)


def encrypted(tls: str) -> Step:
    """An account with a server that offers STARTTLS, by a certificate that nobody knows."""

    def serve(world: World) -> None:
        from mail_server import certificates, real_server

        _, certificate = certificates(world.folder)
        port, _ = world.opened.enter_context(real_server(certificate))
        env(**ACCOUNT | {"HANDMIDI_SMTP_TLS": tls}, HANDMIDI_SMTP_PORT=str(port))(world)

    return serve


def damaged(world: World) -> None:
    """A mail in the outbox that is none."""
    waiting()(world)
    (path,) = (world.folder.parent / "data").rglob("*.eml")
    path.write_bytes(b"To: =?utf-8?b?////?= <\xff\xfe@\n\tSubject\n\n\xff")


def taken(world: World) -> None:
    """The mail is out of the outbox before it can be sent."""
    world.patch.setattr("handmidi.mail.outbox._attempt", lambda *_: None)


def unreadable(world: World) -> None:
    """Reports and waiting mails are there, and cannot be read."""
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "report.pdf" or ".eml" in path.name:
            raise OSError(errno.EIO, "Input/output error", str(path))
        return read(path)

    world.patch.setattr(Path, "read_bytes", refuse)


MAIL: list[Row] = [
    row("mail is not set up: {}: set this in the environment or in .env", "send", waiting()),
    row("{}; the mail waits in the outbox, `handmidi send` tries again", SEND, *REPORTED),
    row("{} is no take folder: name one, such as takes/DATE-TIME-SONG", SEND),
    row("{} has no report.pdf to mail: run `handmidi report {}` first", SEND, take()),
    row("cannot read {}: {}; run `handmidi report {}` again", SEND, *REPORTED, unreadable),
    row("cannot read {}: {}; mend or delete it", "send", waiting(), env(**ACCOUNT), unreadable),
    row("the mail has {} MB without a recording, and {} MB are allowed: send report.pdf another "
        "way", SEND, take(), file("take/report.pdf", bytes(30_000_000))),
    row("cannot put the mail into {} ({}): make room or set HANDMIDI_DATA to a folder that can be "
        "written", SEND, *REPORTED, refusing("handmidi.mail.outbox.write_mail", FULL)),
    row("another handmidi took the mail to {} out of the outbox to send it", SEND, *REPORTED,
        env(**ACCOUNT), taken),
    row("cannot rename {} to send it: {}; make its folder writable",
        "send", waiting(), server(), refusing("handmidi.mail.outbox.os.rename", REFUSED)),
    row("cannot write to the outbox {}: {}; make the folder writable",
        "send", waiting(), env(**ACCOUNT), refusing("handmidi.mail.outbox.claimed", REFUSED)),
    row("cannot read the outbox {}: {}; make the folder readable",
        "send", refusing("pathlib.Path.glob", REFUSED)),
    row("the mail has gone, but {} cannot be changed ({}): delete it", "send",
        waiting(), server(), refusing("pathlib.Path.unlink", REFUSED)),
    row("not everyone took the mail ({}); theirs is {}", SEND + ",b@example.org", *REPORTED,
        env(**ACCOUNT), patched("handmidi.mail.outbox.deliver",
                                lambda *_: {"b@example.org": (True, "550 no such user")})),
    row("{} cannot be reached ({}): {}", "send", waiting(),
        nowhere),
    row("no mail server called {} is found: {}", "send",
        waiting(), env(**ACCOUNT | {"HANDMIDI_SMTP_HOST": "smtp.invalid"}),
        env(HANDMIDI_SMTP_TLS="starttls")),
    row("{} does not answer: {}", "send", waiting(),
        env(**ACCOUNT, HANDMIDI_SMTP_PORT="9"),
        refusing("handmidi.mail.delivery._open", TimeoutError())),
    row("{} broke off the connection: {}", "send", waiting(),
        server(MAIL=None)),
    row("{} does not speak SMTP as expected: {}", "send",
        waiting(), server(), refusing("handmidi.mail.delivery._open", ValueError("odd"))),
    row("{} is not ready for the mail ({})", "send", waiting(), server(MAIL="451 later")),
    row("{} refused {}{}", "send", waiting(), server(RCPT="550 no such user")),
    row("{} refused the sender {} ({}): check {}FROM",
        "send", waiting(), server(MAIL="550 not you")),
    row("{} refused the mail ({})", "send", waiting(), server(END="554 spam")),
    row("{} refused the connection ({}): ask its owner", "send", waiting(),
        server(GREETING="554 go away")),
    row("{} wants a login ({}): set {}USER and {}PASSWORD", "send", waiting(),
        server(MAIL="530 log in")),
    row("{} refused the login of {} ({}): check {}USER and {}PASSWORD", "send", waiting(),
        server(LOGIN, EHLO="250-scripted\r\n250 AUTH PLAIN", AUTH="535 wrong")),
    row("{} takes no login: set {}FROM, and leave {}USER empty", "send", waiting(), server(LOGIN)),
    row("{} offers no encryption (STARTTLS), so nothing was sent: check {}PORT, or try {}TLS=tls",
        "send", waiting(), server({"HANDMIDI_SMTP_TLS": "starttls"})),
    row("{} holds no certificates that can be read: check {}CA", "send", waiting(),
        file("empty.pem"), server({"HANDMIDI_SMTP_TLS": "tls", "HANDMIDI_SMTP_CA": "empty.pem"})),
    row("the certificate of {} is not trusted ({}): check {}HOST, or name the server's own "
        "certificates in {}CA", "send", waiting(), encrypted("starttls")),
    row("no encrypted connection to {} ({}): check {}PORT and {}TLS (now {})", "send", waiting(),
        encrypted("tls")),
    row("the mail names nobody in To: write an address there, or delete it", "send", waiting(""),
        server()),
    row("the mail has {} MB, and {} takes {} MB", "send",
        waiting(size=400_000, kind="application/pdf"),
        server(EHLO="250-scripted\r\n250 SIZE 100000")),
    row("the mail is no take, and over the {} MB allowed: send it another way", "send",
        waiting(size=400_000, kind="application/zip"),
        server(EHLO="250-scripted\r\n250 SIZE 100000")),
    row("{}: mend or delete it", "send", damaged, env(**ACCOUNT),
        patched("handmidi.mail.message.message_from_bytes", lambda *_, **__: {})),
]  # fmt: skip
