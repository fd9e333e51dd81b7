import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from handmidi.outputs.osc_decode import MAX_BYTES, decode


def message(address, *arguments):
    builder = OscMessageBuilder(address)
    for argument in arguments:
        builder.add_arg(argument)
    return builder.build()


def bundle(*contents):
    builder = OscBundleBuilder(1.0)
    for content in contents:
        builder.add_content(content)
    return builder.build()


@pytest.mark.parametrize(
    ("arguments", "read"),
    [
        ((), ()),
        ((1, -2.5, "drei", ""), (1, -2.5, "drei", "")),
        ((2**40, True, False, None), (2**40, 1, 0, 0)),
        (("é",), ("é",)),
    ],
)
def test_messages(arguments, read):
    assert decode(message("/a/b", *arguments).dgram) == [("/a/b", read)]


def test_a_message_without_types():
    assert decode(b"/abc\0\0\0\0") == [("/abc", ())]


def test_doubles():
    assert decode(b"/a\0\0,d\0\0" + struct.pack(">d", 0.1)) == [("/a", (0.1,))]


def test_bundles_in_order():
    inner = bundle(message("/b", 2), message("/c", 3))
    packet = bundle(message("/a", 1), inner, message("/d", 4)).dgram
    assert [each.arguments for each in decode(packet)] == [(1,), (2,), (3,), (4,)]
    assert decode(bundle().dgram) == []


def test_bundles_too_deep():
    packet = message("/a")
    for _ in range(4):
        packet = bundle(packet)
    assert len(decode(packet.dgram)) == 1
    with pytest.raises(ValueError, match="more than 4 deep"):
        decode(bundle(packet).dgram)


@pytest.mark.parametrize(
    ("packet", "line"),
    [
        (b"", "a text does not end"),
        (b"abc", "a text does not end"),
        (b"abc\0", "does not begin with /"),
        (b"/ab\0x\0\0\0", "has no types"),
        (b"/ab\0,i\0\0", "a number is cut off"),
        (b"/ab\0,i\0\0\0\0\0\1\0\0\0\0", "something follows"),
        (b"/ab\0,s\0\0abcd", "a text does not end"),
        (b"/ab\0,b\0\0\0\0\0\0", "is of type 'b'"),
        (b"/ab\0,[]\0", "is of type '\\['"),
        (b"/\xff\0\0", "can't decode"),
        (b"#bundle\0", "no time tag"),
        (b"#bundle\0" + bytes(8) + b"\0", "a number is cut off"),
        (b"#bundle\0" + bytes(8) + struct.pack(">i", 0), "wrong size"),
        (b"#bundle\0" + bytes(8) + struct.pack(">i", -4), "wrong size"),
        (b"#bundle\0" + bytes(8) + struct.pack(">i", 8) + b"/ab\0", "wrong size"),
        (b"/" + bytes(MAX_BYTES), "more than 4096 bytes"),
    ],
)
def test_what_is_no_osc(packet, line):
    with pytest.raises(ValueError, match=line):
        decode(packet)


@given(st.binary(max_size=200) | st.builds(
    lambda head, tail: head + tail,
    st.sampled_from((b"#bundle\0" + bytes(8), b"/ab\0,", b"/handmidi/1/panic\0\0\0")),
    st.binary(max_size=120),
))  # fmt: skip
def test_any_bytes_are_messages_or_a_mistake(packet):
    try:
        messages = decode(packet)
    except ValueError:
        return
    assert len(messages) <= len(packet) // 4
    assert all(each.address.startswith("/") for each in messages)
