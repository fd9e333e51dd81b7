"""Mail addresses: read strictly, so that nothing typed can become a header of its own."""

from __future__ import annotations

import re
from email.headerregistry import Address

from handmidi.errors import MailError

_FORM = re.compile(r'(?:"?(?P<name>[^<>"@]*?)"?\s*<(?P<inner>[^<>]*)>|(?P<bare>[^<>]*))\Z')
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*\Z", re.ASCII)
_DOMAIN = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*\Z")
_MAX_LENGTH = 254  # RFC 5321, 4.5.3.1.3


def parse_address(text: str) -> Address:
    """Read one address: ``name@domain``, or ``Some One <name@domain>``.

    A domain in another script is turned into its ASCII form.

    Raises
    ------
    MailError
        If it is no address, or holds a line break or another control character.
    """
    if any(not c.isprintable() for c in text):
        raise MailError(f"{text!r} is no mail address: it holds a line break or control character")
    if "=?" in text:  # the email package would decode it, to a line break if it says so
        raise MailError(f"{text!r} is no mail address: write names in plain letters")
    match = _FORM.match(text.strip())
    spec = (match["inner"] or match["bare"] or "").strip() if match else ""
    local, _, domain = spec.rpartition("@")
    fits = len(spec) <= _MAX_LENGTH and len(local) <= 64
    if not (fits and _LOCAL.match(local) and is_domain(domain)):
        raise MailError(f"{text!r} is no mail address: write it like name@example.org")
    return Address(match["name"] or "", local, domain.encode("idna").decode("ascii"))


def parse_addresses(text: str) -> tuple[Address, ...]:
    """Read one or more addresses, separated by commas; an address given twice counts once.

    Raises
    ------
    MailError
        If there is none, or one of them is no address.
    """
    found = {a.addr_spec: a for a in map(parse_address, text.split(","))}
    return tuple(found.values())


def is_domain(text: str) -> bool:
    """Whether `text` can be a host's name, in any script."""
    try:
        return bool(_DOMAIN.match(text.encode("idna").decode("ascii")))
    except UnicodeError:
        return False
