"""UDP addresses, as the user writes them and as the system wants them."""

from __future__ import annotations

import socket
from ipaddress import ip_address


def resolve(host: str, port: int) -> tuple[socket.AddressFamily, tuple]:
    """Family and address of a host, asked once: asking before each note could take seconds.

    Raises
    ------
    OSError
        If the host has no address; its `strerror` says why.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    except UnicodeError as error:
        raise OSError(0, "no host can have that name") from error
    # Most programs use IPv4 only, and "localhost" is both.
    family, _, _, _, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    return family, address


def split_address(text: str) -> tuple[str, int | None]:
    """Host and port of ``HOST:PORT``; an IPv6 host must stand in brackets.

    The host is empty where there is none or it is miswritten, the port None where it is none
    of 1..65535.
    """
    host, _, port = text.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1] if _is_ipv6(host[1:-1]) else ""
    elif set(host) & set("[]:"):
        host = ""
    number = int(port) if port.isascii() and port.isdecimal() and len(port) <= 5 else 0
    return host, number if 1 <= number <= 65535 else None


def _is_ipv6(host: str) -> bool:
    try:
        return ip_address(host).version == 6
    except ValueError:
        return False


def is_loopback(address: tuple) -> bool:
    """Whether a resolved address is this computer's own."""
    return ip_address(address[0].partition("%")[0]).is_loopback
