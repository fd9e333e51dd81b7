"""Hand a mail to the server, over a connection that is verified and logged in."""

from __future__ import annotations

import contextlib
import copy
import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage

from handmidi.errors import MailError
from handmidi.mail.address import parse_address
from handmidi.mail.failures import (
    FinalError,
    TooBigError,
    reply_line,
    server_name,
    sorted_error,
)
from handmidi.mail.settings import PREFIX, MailSettings

TIMEOUT_S = 20.0
_SLOWEST_BYTES_PER_S = 50_000  # of an uplink that still gets its mail through


def deliver(
    message: EmailMessage, settings: MailSettings, timeout_s: float = TIMEOUT_S
) -> dict[str, str]:
    """Send one mail over a verified connection.

    Parameters
    ----------
    message : EmailMessage
        With its recipients in To. From becomes the settings' sender.
    settings : MailSettings
    timeout_s : float
        For the server to answer; sending and accepting the mail may take longer, by its size.

    Returns
    -------
    dict of str to str
        The recipients that were refused while others were accepted, and the server's words.

    Raises
    ------
    PassingError, FinalError
        If the mail was accepted for nobody.
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
        try:
            # Not send_message(), which puts a ">" before a line that begins with "From ".
            refused = smtp.sendmail(settings.sender.addr_spec, people, data)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise sorted_error(error, settings) from error
        smtp.sock.settimeout(min(timeout_s, 2.0))  # the mail is accepted; the farewell may fail
    return {who: reply_line(reply, settings) for who, reply in refused.items()}


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
def _connected(settings: MailSettings, timeout_s: float) -> Iterator[smtplib.SMTP]:
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


def _open(settings: MailSettings, timeout_s: float) -> smtplib.SMTP:
    # The default would be this machine's name, after a wait for DNS.
    common = {"local_hostname": "[127.0.0.1]", "timeout": timeout_s}
    if settings.tls == "tls":
        context = _trusted(settings)
        return smtplib.SMTP_SSL(settings.host, settings.port, context=context, **common)
    smtp = smtplib.SMTP(settings.host, settings.port, **common)
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
