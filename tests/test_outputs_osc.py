import socket
from contextlib import contextmanager

import mido
import pytest
from pythonosc.osc_message import OscMessage

from handmidi.errors import OutputError
from handmidi.hand import Hand, HandFrame
from handmidi.outputs import Outputs
from handmidi.outputs.osc import OscOutput, parse_target

LIMIT_S = 5.0


@contextmanager
def listening(family=socket.AF_INET, host="127.0.0.1"):
    """A UDP socket, and a function that reads one OSC message from it."""
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.bind((host, 0))
        sock.settimeout(LIMIT_S)

        def receive():
            message = OscMessage(sock.recv(4096))
            return message.address, message.params

        yield sock.getsockname()[1], receive


def test_addresses_and_types_on_the_wire():
    hand = Hand("right", 0.9, 0.0625, 0.25, 0.75, 1.0)
    with listening() as (port, receive):
        osc = OscOutput("127.0.0.1", port)
        assert osc.name == f"OSC 127.0.0.1:{port}"
        osc.send(mido.Message("note_on", channel=2, note=60, velocity=100))
        osc.send(mido.Message("note_off", channel=2, note=60))
        osc.send(mido.Message("note_on", channel=15, note=127, velocity=0))
        osc.send(mido.Message("pitchwheel", pitch=-8192))
        osc.send(mido.Message("control_change", control=7, value=99))
        osc.send(mido.Message("program_change", program=3))
        osc.hand(HandFrame(0.0, 0.0, ()))
        osc.hand(HandFrame(0.0, 0.0, (hand, Hand("left", 0.9, 0.5, 0.0, 1.0, 0.0))))
        received = [receive() for _ in range(7)]
        osc.close()
        osc.close()
    assert received == [
        ("/handmidi/1/note/on", [3, 60, 100]),
        ("/handmidi/1/note/off", [3, 60]),
        ("/handmidi/1/note/off", [16, 127]),
        ("/handmidi/1/bend", [1, -1.0]),
        ("/handmidi/1/control", [1, 7, 99]),
        ("/handmidi/1/hand/right", [0.0625, 0.25, 0.75, 1.0]),
        ("/handmidi/1/hand/left", [0.5, 0.0, 1.0, 0.0]),
    ]
    kinds = {address: [type(value) for value in values] for address, values in received}
    assert kinds["/handmidi/1/note/on"] == [int] * 3
    assert kinds["/handmidi/1/bend"] == [int, float]
    assert kinds["/handmidi/1/hand/left"] == [float] * 4


def test_one_off_for_each_on_through_the_bank():
    with listening() as (port, receive):
        outputs = Outputs([OscOutput("127.0.0.1", port)], pytest.fail)
        for kind, key in (("on", 60), ("on", 60), ("off", 61), ("on", 62), ("off", 60)):
            outputs.send(mido.Message(f"note_{kind}", note=key))
        outputs.close()
        received = [receive() for _ in range(6)]
    notes = [(address.rpartition("/")[2], values[1]) for address, values in received]
    assert notes == [("on", 60), ("off", 60), ("on", 60), ("on", 62), ("off", 60), ("off", 62)]


def test_nobody_needs_to_listen():
    with listening() as (port, _):
        pass
    osc = OscOutput("127.0.0.1", port)
    for _ in range(20):  # the refusal comes back with a later call
        osc.send(mido.Message("note_on", note=60))
    osc.close()


def test_ipv6():
    try:
        with listening(socket.AF_INET6, "::1") as (port, receive):
            osc = OscOutput(*parse_target(f"[::1]:{port}"))
            osc.send(mido.Message("note_off", note=60))
            assert receive() == ("/handmidi/1/note/off", [1, 60])
            osc.close()
    except OSError as error:
        pytest.skip(f"no IPv6 here: {error}")


def test_an_unknown_host_is_one_line():
    with pytest.raises(OutputError, match=r"no OSC target nowhere\.invalid:57120: ") as caught:
        OscOutput("nowhere.invalid", 57120)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("127.0.0.1:57120", ("127.0.0.1", 57120)),
        ("studio.local:1", ("studio.local", 1)),
        ("[::1]:65535", ("::1", 65535)),
    ],
)
def test_targets(text, target):
    assert parse_target(text) == target


@pytest.mark.parametrize("text", ["", "57120", ":57120", "host:", "host:0", "host:65536", "h:-1"])
def test_what_is_no_target(text):
    with pytest.raises(ValueError, match="write HOST:PORT"):
        parse_target(text)
