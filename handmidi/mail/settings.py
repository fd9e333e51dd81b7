"""Which server sends the mail, and as whom: environment, ``.env``, keyring."""

from __future__ import annotations

import difflib
import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from pathlib import Path

from handmidi.errors import MailError
from handmidi.mail.address import is_domain, parse_address

PREFIX = "HANDMIDI_SMTP_"
KEYRING_SERVICE = "handmidi"
_NAMES = tuple(PREFIX + n for n in ("HOST", "PORT", "USER", "PASSWORD", "FROM", "TLS", "CA"))
_TLS = ("starttls", "tls", "none")


@dataclass(frozen=True)
class MailSettings:
    """A mail server and an account on it.

    Parameters
    ----------
    host : str
        Name or address of the server.
    sender : Address
        What stands in the mail's From.
    port : int
        1..65535; 587 by default.
    user : str
        Login; empty for a server that asks for none.
    password : str
        Never shown by `repr`.
    tls : {"starttls", "tls", "none"}
        How the connection is encrypted; ``none`` is for a server on this machine.
    ca : Path, optional
        Certificates to trust instead of the system's.
    """

    host: str
    sender: Address
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "starttls"
    ca: Path | None = None


def load_settings(
    environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> MailSettings:
    """Read the settings; the environment wins over ``.env``, both over the keyring.

    The names are ``HANDMIDI_SMTP_HOST``, ``_PORT`` (587), ``_USER``, ``_PASSWORD``, ``_FROM``
    (the user), ``_TLS`` (``starttls``; ``tls`` if the port is 465) and ``_CA``. A password
    that is in neither is asked of the keyring: service ``handmidi``, and the user.

    Parameters
    ----------
    environment : mapping, default: the process's environment, which is not changed
    folder : Path, default: the current folder
        Where ``.env`` is looked for.

    Raises
    ------
    MailError
        If anything is missing or wrong; one line names all of it, and never the password.
    """
    mistakes: list[str] = []
    given = os.environ if environment is None else environment
    values = _values(given, (folder or Path()) / ".env", mistakes)
    get = {n: values.get(PREFIX + n, "") for n in ("HOST", "USER", "FROM", "CA")}
    user = get["USER"].strip()
    port = _port(values.get(PREFIX + "PORT", "587"), mistakes)
    settings = MailSettings(
        host=get["HOST"].strip(),
        sender=_sender(get["FROM"] or user, mistakes),
        port=port,
        user=user,
        password=values.get(PREFIX + "PASSWORD") or _from_keyring(user),
        tls=_tls(values.get(PREFIX + "TLS", "tls" if port == 465 else "starttls"), mistakes),
        ca=Path(get["CA"]).expanduser() if get["CA"] else None,
    )
    mistakes += _conflicts(settings)
    if mistakes:
        raise MailError(
            f"mail is not set up: {'; '.join(mistakes)}: set this in the environment or in .env"
        )
    return settings


def _values(given: Mapping[str, str], dotenv: Path, mistakes: list[str]) -> dict[str, str]:
    values = _dotenv(dotenv, mistakes) | {k: v for k, v in given.items() if v}
    values = {k: v for k, v in values.items() if k.startswith(PREFIX)}
    for name in sorted(set(values) - set(_NAMES)):
        near = difflib.get_close_matches(name, _NAMES, n=1, cutoff=0.0)[0]
        mistakes.append(f"{name} is unknown (did you mean {near}?)")
    return values


def _dotenv(path: Path, mistakes: list[str]) -> dict[str, str]:
    from dotenv import dotenv_values

    try:
        # Without interpolation: a dollar sign in a password is a dollar sign.
        read = dotenv_values(path, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        mistakes.append(f".env cannot be read ({reason})")
        return {}
    return {k: v for k, v in read.items() if v}


def _from_keyring(user: str) -> str:
    if not user:
        return ""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(KEYRING_SERVICE, user) or ""
    except KeyringError:  # a machine without a desktop has none, or nobody unlocked it
        return ""


def _port(text: str, mistakes: list[str]) -> int:
    text = text.strip()
    if len(text) <= 5 and text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    mistakes.append(f"{PREFIX}PORT is {text!r}, not 1 to 65535")
    return 587


def _tls(text: str, mistakes: list[str]) -> str:
    tls = text.strip().lower()
    if tls in _TLS:
        return tls
    mistakes.append(f"{PREFIX}TLS is {text!r}, not one of {', '.join(_TLS)}")
    return "starttls"


def _sender(text: str, mistakes: list[str]) -> Address:
    try:
        return parse_address(text)
    except MailError:
        if text:
            mistakes.append(f"{PREFIX}FROM must be an address like name@example.org, not {text!r}")
        else:
            mistakes.append(f"{PREFIX}USER and {PREFIX}FROM are not set (one must be)")
    return Address()


def _conflicts(settings: MailSettings) -> list[str]:
    found = []
    if not settings.host:
        found.append(f"{PREFIX}HOST is not set")
    elif not _is_host(settings.host):
        found.append(f"{PREFIX}HOST is {settings.host!r}, not a server's name (no scheme, no port)")
    if settings.user and not settings.password:
        found.append(f"{PREFIX}PASSWORD is not set, and the keyring has none for {settings.user!r}")
    # smtplib sends logins in ASCII only, and its error would carry the password along.
    if not (settings.user + settings.password).isascii():
        found.append(f"{PREFIX}USER and {PREFIX}PASSWORD may hold ASCII characters only")
    if settings.tls == "none" and settings.host and not _is_loopback(settings.host):
        found.append(f"{PREFIX}TLS is none, which is for a server on this machine only")
    if settings.ca and not settings.ca.is_file():
        found.append(f"{PREFIX}CA names no file: {settings.ca}")
    return found


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return is_domain(host)
    return True


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
