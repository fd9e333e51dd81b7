"""Hand a mail to the server, over a connection that is verified and logged in."""

from __future__ import annotations

import contextlib
import copy
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from email.message import EmailMessage

from handmidi.errors import MailError
from handmidi.mail.address import parse_address
from handmidi.mail.failures import (
    FinalError,
    TooBigError,
    reply_line,
    server_name,
    sorted_error,
    uncertain,
)
from handmidi.mail.settings import PREFIX, MailSettings

TIMEOUT_S = 20.0
_SLOWEST_BYTES_PER_S = 50_000  # of an uplink that still gets its mail through


def deliver(
    message: EmailMessage,
    settings: MailSettings,
    timeout_s: float = TIMEOUT_S,
    almost: Callable[[], object] = lambda: None,
) -> dict[str, tuple[bool, str]]:
    """Send one mail over a verified connection.

    Parameters
    ----------
    message : EmailMessage
        With its recipients in To. From becomes the settings' sender.
    settings : MailSettings
    timeout_s : float
        For the server to answer; sending and accepting the mail may take longer, by its size.
    almost : callable
        Called when all but the last bytes of the mail are sent: from then on it may arrive. What
        it raises breaks off, and the mail does not arrive.

    Returns
    -------
    dict of str to tuple of (bool, str)
        The recipients that were refused while others were accepted: whether for good, and the
        server's words.

    Raises
    ------
    PassingError, FinalError
        If the mail was accepted for nobody.
    UncertainError
        If it is not known whether it was.
    """
    people = _recipients(message)
    signed = copy.copy(message)
    del signed["From"]  # this also gives the copy a header list of its own
    signed["From"] = settings.sender
    data = signed.as_bytes()
    with _connected(settings, timeout_s) as smtp:
        _check_size(smtp, len(data), settings)
        # One write carries the whole mail, and a server may scan it before it answers.
        smtp.sock.settimeout(5 * timeout_s + len(data) / _SLOWEST_BYTES_PER_S)
        smtp.almost = almost
        try:
            # Not send_message(), which puts a ">" before a line that begins with "From ".
            refused = smtp.sendmail(settings.sender.addr_spec, people, data)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            if smtp.is_sent and not smtp.is_answered:
                raise uncertain(error, settings) from error
            raise sorted_error(error, settings) from error
        smtp.sock.settimeout(min(timeout_s, 2.0))  # the mail is accepted; the farewell may fail
    return {who: (reply[0] >= 500, reply_line(reply, settings)) for who, reply in refused.items()}


class _Marked:
    """Of an SMTP connection: tells before the last bytes of a mail leave.

    `sendmail` calls `data`, which is written anew after RFC 5321, 4.5.2, for that.
    """

    almost: Callable[[], object]
    is_sent = is_answered = False

    def data(self, msg: bytes) -> tuple[int, bytes]:
        """Send the mail's text; the server's answer to it."""
        self.putcmd("data")
        code, reply = self.getreply()
        if code != 354:
            raise smtplib.SMTPDataError(code, reply)
        text = re.sub(rb"(?m)^\.", b"..", re.sub(rb"\r\n|\r|\n", b"\r\n", msg))
        self.send(text if text.endswith(b"\r\n") else text + b"\r\n")
        self.almost()
        self.is_sent = True
        self.send(b".\r\n")
        code, reply = self._answer()
        self.is_answered = code > 0  # -1 is no answer that SMTP knows
        return code, reply

    def _answer(self) -> tuple[int, bytes]:
        return self.getreply()


class _Smtp(_Marked, smtplib.SMTP):
    pass


class _SmtpTls(_Marked, smtplib.SMTP_SSL):
    pass


def _check_size(smtp: smtplib.SMTP, size: int, settings: MailSettings) -> None:
    advertised = smtp.esmtp_features.get("size", "")
    limit = int(advertised) if advertised.isdecimal() else 0
    if 0 < limit < size:
        raise TooBigError(
            f"the mail has {size / 1e6:.1f} MB, and {settings.host} takes {limit / 1e6:.1f} MB",
            limit,
        )


def _recipients(message: EmailMessage) -> list[str]:
    addresses = message["To"].addresses if message["To"] else ()
    if not addresses:
        raise FinalError("the mail names nobody in To: write an address there, or delete it")
    try:
        return [parse_address(a.addr_spec).addr_spec for a in addresses]
    except MailError as error:  # a file in the outbox may have been edited
        raise FinalError(str(error)) from error


@contextlib.contextmanager
def _connected(settings: MailSettings, timeout_s: float) -> Iterator[_Smtp | _SmtpTls]:
    """A connection that is encrypted and logged in; it is closed whatever happens."""
    smtp = None
    try:
        try:
            smtp = _open(settings, timeout_s)
            smtp.ehlo_or_helo_if_needed()
            if settings.user:
                _log_in(smtp, settings)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            failure = sorted_error(error, settings)
            failure.every_mail = True
            raise failure from error
        yield smtp
        with contextlib.suppress(smtplib.SMTPException, OSError):
            smtp.quit()
    finally:
        if smtp:
            smtp.close()


def _open(settings: MailSettings, timeout_s: float) -> _Smtp | _SmtpTls:
    # The default would be this machine's name, after a wait for DNS.
    common = {"local_hostname": "[127.0.0.1]", "timeout": timeout_s}
    if settings.tls == "tls":
        context = _trusted(settings)
        return _SmtpTls(settings.host, settings.port, context=context, **common)
    smtp = _Smtp(settings.host, settings.port, **common)
    if settings.tls == "starttls":
        try:
            smtp.ehlo_or_helo_if_needed()
            if not smtp.has_extn("starttls"):
                raise FinalError(
                    f"{server_name(settings)} offers no encryption (STARTTLS), so nothing was "
                    f"sent: check {PREFIX}PORT, or try {PREFIX}TLS=tls",
                    every_mail=True,
                )
            smtp.starttls(context=_trusted(settings))
        except BaseException:
            smtp.close()
            raise
    return smtp


def _trusted(settings: MailSettings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ca)
    except OSError as error:
        raise FinalError(
            f"{settings.ca} holds no certificates that can be read: check {PREFIX}CA",
            every_mail=True,
        ) from error


def _log_in(smtp: smtplib.SMTP, settings: MailSettings) -> None:
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if not offered:
        raise FinalError(
            f"{server_name(settings)} takes no login: set {PREFIX}FROM, and leave {PREFIX}USER "
            f"empty",
            every_mail=True,
        )
    if "PLAIN" in offered:
        # smtplib's login() would try a refused password again by every way there is: that
        # locks accounts, and a server that hangs up on it looks like a passing fault.
        smtp.user, smtp.password = settings.user, settings.password
        smtp.auth("PLAIN", smtp.auth_plain)
    else:
        smtp.login(settings.user, settings.password)
