"""What can go wrong with a delivery, sorted into passing and final."""

from __future__ import annotations

import smtplib
import socket
import ssl
from base64 import b64encode

from handmidi.errors import MailError
from handmidi.mail.settings import PREFIX, MailSettings

_MAX_REPLY = 160


class DeliveryError(MailError):
    """The mail did not go.

    Parameters
    ----------
    message : str
        One line for a person.
    every_mail : bool
        Whether it concerns the server or the account, so that no other mail would go either.
    """

    def __init__(self, message: str, every_mail: bool = False) -> None:
        super().__init__(message)
        self.every_mail = every_mail


class PassingError(DeliveryError):
    """It may go later as it is: no network, a busy server, greylisting (4xx)."""


class FinalError(DeliveryError):
    """It will not go before something is changed: login, certificate, recipient (5xx)."""


class UncertainError(DeliveryError):
    """The whole mail was sent, and no answer came: nobody knows whether it arrived."""


class TooBigError(FinalError):
    """The mail is over the server's limit, `size_limit`, in bytes."""

    def __init__(self, message: str, size_limit: int) -> None:
        super().__init__(message)
        self.size_limit = size_limit


def sorted_error(error: Exception, settings: MailSettings) -> DeliveryError:
    """The passing or final error, in one line, for an error of smtplib, ssl or the network."""
    server = server_name(settings)
    network = f"check the network, {PREFIX}HOST and {PREFIX}PORT"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        replies = list(error.recipients.values())
        kind = PassingError if any(400 <= code < 500 for code, _ in replies) else FinalError
        told = ", ".join(f"{a} ({reply_line(r, settings)})" for a, r in error.recipients.items())
        hint = ": check the address" if kind is FinalError else ""
        return kind(f"{server} refused {told}{hint}")
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        return _refused(error, settings)
    if isinstance(error, ssl.SSLCertVerificationError):
        return FinalError(
            f"the certificate of {server} is not trusted ({_tidy(error.verify_message)}): "
            f"check {PREFIX}HOST, or name the server's own certificates in {PREFIX}CA"
        )
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        return FinalError(
            f"no encrypted connection to {server} ({error.reason or 'TLS failed'}): "
            f"check {PREFIX}PORT and {PREFIX}TLS (now {settings.tls})"
        )
    if isinstance(error, socket.gaierror):
        return PassingError(f"no mail server called {settings.host} is found: {network}")
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return PassingError(f"{server} does not answer: {network}")
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return PassingError(f"{server} broke off the connection: {network}")
    # smtplib's own errors are OSErrors, too.
    if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        why = error.strerror or type(error).__name__
        return PassingError(f"{server} cannot be reached ({why}): {network}")
    return FinalError(f"{server} does not speak SMTP as expected: {network}")


def _refused(error: smtplib.SMTPResponseException, settings: MailSettings) -> DeliveryError:
    told = reply_line((error.smtp_code, error.smtp_error), settings)
    if 400 <= error.smtp_code < 500:
        return PassingError(f"{server_name(settings)} is not ready for the mail ({told})")
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return FinalError(
            f"{server_name(settings)} refused the login of {settings.user} ({told}): "
            f"check {PREFIX}USER and {PREFIX}PASSWORD"
        )
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return FinalError(f"{server_name(settings)} refused the connection ({told}): ask its owner")
    if error.smtp_code == 530:
        return FinalError(
            f"{server_name(settings)} wants a login ({told}): set {PREFIX}USER and {PREFIX}PASSWORD"
        )
    if isinstance(error, smtplib.SMTPSenderRefused):
        sender = settings.sender.addr_spec
        return FinalError(
            f"{server_name(settings)} refused the sender {sender} ({told}): check {PREFIX}FROM"
        )
    return FinalError(f"{server_name(settings)} refused the mail ({told})")


def uncertain(error: Exception, settings: MailSettings) -> UncertainError:
    """That the connection ended between the mail's last byte and the server's answer."""
    why = "did not answer" if isinstance(error, TimeoutError) else "broke off"
    return UncertainError(
        f"{server_name(settings)} {why} after the whole mail was sent, so it may have arrived: ask "
        "who should have got it"
    )


def server_name(settings: MailSettings) -> str:
    """Host and port, as a person would write them."""
    return f"{settings.host}:{settings.port}"


def reply_line(reply: tuple[int, bytes | str], settings: MailSettings) -> str:
    """A server's reply in one short line, without the password should it be in there."""
    code, text = reply
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    if settings.password:
        plain = f"\0{settings.user}\0{settings.password}"
        for secret in (plain, settings.password):
            text = text.replace(b64encode(secret.encode()).decode(), "***")
        text = text.replace(settings.password, "***")
    return _tidy(f"{code} {text}")


def _tidy(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_MAX_REPLY]
