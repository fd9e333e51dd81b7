"""Mail addresses: what is one, and what would smuggle in a header."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.errors import MailError
from handmidi.mail.address import parse_address, parse_addresses


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("me@example.org", "me@example.org"),
        (" first.last+tag@sub.example.org ", "first.last+tag@sub.example.org"),
        ("root@localhost", "root@localhost"),
        ("teacher@müller.example", "teacher@xn--mller-kva.example"),
        ("Jörg Müller <me@example.org>", "me@example.org"),
        ('"Jörg Müller" <me@example.org>', "me@example.org"),
    ],
)
def test_addresses(text, spec):
    assert parse_address(text).addr_spec == spec


@pytest.mark.parametrize(
    "text",
    [
        "",
        "me",
        "@example.org",
        "me@",
        "me@@example.org",
        "a b@example.org",
        "me@example..org",
        "me@-example.org",
        ".me@example.org",
        "me@example.org\r\nBcc: you@example.org",
        "me@example.org\n",
        "me@example.org\x00",
        "me@example.org>",
        "<me@example.org",
        "me@example.org)you@example.org",
        "jörg@example.org",
        "=?utf-8?q?=0D=0ABcc:?= <me@example.org>",
        "m" * 65 + "@example.org",
        "me@" + "e" * 64 + ".org",
    ],
)
def test_no_addresses(text):
    with pytest.raises(MailError) as caught:
        parse_address(text)
    assert "\n" not in str(caught.value) and "\r" not in str(caught.value)


def test_several():
    found = parse_addresses("a@example.org, b@example.org,a@example.org")
    assert [a.addr_spec for a in found] == ["a@example.org", "b@example.org"]
    with pytest.raises(MailError):
        parse_addresses("a@example.org,")


@given(st.text())
def test_what_passes_is_one_ascii_line(text):
    try:
        spec = parse_address(text).addr_spec
    except MailError:
        return
    assert spec.isascii() and spec.isprintable() and spec.count("@") == 1 and " " not in spec
