import socket
import time
from contextlib import contextmanager

import mido
import pytest
from pythonosc.osc_bundle import OscBundle

from handmidi.errors import OutputError
from handmidi.hand import Hand, HandFrame
from handmidi.outputs import Outputs
from handmidi.outputs.osc import MAX_BYTES, OscOutput, bundles
from handmidi.outputs.osc_pattern import OscMessage
from handmidi.outputs.osc_target import parse_target

LIMIT_S = 5.0


@contextmanager
def listening(family=socket.AF_INET, host="127.0.0.1"):
    """A UDP socket, and a function that reads one bundle from it."""
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.bind((host, 0))
        sock.settimeout(LIMIT_S)

        def receive():
            bundle = OscBundle(sock.recv(65536))
            return bundle.timestamp, [(each.address, each.params) for each in bundle]

        yield sock.getsockname()[1], receive


@contextmanager
def sending(port, kind="handmidi", options=""):
    osc = OscOutput(parse_target(f"{kind}@127.0.0.1:{port}{options}"))
    yield osc
    osc.close()


def note(kind, key, **fields):
    return mido.Message(f"note_{kind}", note=key, **fields)


def test_addresses_and_types_on_the_wire():
    hand = Hand("right", 0.9, 0.0625, 0.25, 0.75, 1.0, -12.5, 0.5, 3)
    with listening() as (port, receive), sending(port) as osc:
        assert osc.name == f"OSC handmidi@127.0.0.1:{port}"
        osc.send(note("on", 60, channel=2, velocity=100))
        osc.send(note("off", 60, channel=2))
        osc.send(note("on", 127, channel=15), note("on", 127, channel=15, velocity=0))
        osc.send(mido.Message("pitchwheel", pitch=-8192))
        osc.send(mido.Message("control_change", control=7, value=99))
        osc.send(mido.Message("clock"))
        osc.hand(HandFrame(0.0, 0.0, ()), {})
        osc.hand(HandFrame(0.0, 0.0, (hand,)), {"right": {"tilt": 0.5}})
        osc.hand(HandFrame(0.0, 0.0, ()), {})
        osc.beat(4.0, 120.0)
        osc.close()
        osc.close()
        osc.send(note("on", 60))
        received = [receive()[1] for _ in range(9)]
    assert received == [
        [("/handmidi/1/note/on", [3, 60, 100])],
        [("/handmidi/1/note/off", [3, 60])],
        [("/handmidi/1/note/on", [16, 127, 64]), ("/handmidi/1/note/off", [16, 127])],
        [("/handmidi/1/bend", [1, -1.0])],
        [("/handmidi/1/control", [1, 7, 99])],
        [
            ("/handmidi/1/hand/right", [0.0625, 0.25, 0.75, 1.0]),
            ("/handmidi/1/hand/right/more", [-12.5, 0.5, 3]),
            ("/handmidi/1/controls/right/tilt", [0.5]),
        ],
        [("/handmidi/1/hand/right/lost", [])],
        [("/handmidi/1/transport/beat", [4.0, 120.0])],
        [("/handmidi/1/panic", [])],
    ]
    kinds = {address: [type(v) for v in values] for said in received for address, values in said}
    assert kinds["/handmidi/1/note/on"] == [int] * 3
    assert kinds["/handmidi/1/bend"] == [int, float]
    assert kinds["/handmidi/1/hand/right"] == [float] * 4
    assert kinds["/handmidi/1/hand/right/more"] == [float, float, int]


def test_one_off_for_each_on_through_the_bank():
    with listening() as (port, receive), sending(port) as osc:
        outputs = Outputs([osc], pytest.fail)
        for kind, key in (("on", 60), ("on", 60), ("off", 61), ("on", 62), ("off", 60)):
            outputs.send(note(kind, key))
        outputs.close()
        received = []
        while not received or received[-1][0] != "/handmidi/1/panic":
            received += receive()[1]
    notes = [(address.rpartition("/")[2], values[1]) for address, values in received[:-1]]
    assert notes == [("on", 60), ("off", 60), ("on", 60), ("on", 62), ("off", 60), ("off", 62)]


def test_time_tags():
    with listening() as (port, receive):
        for kind, options, ahead_s in (
            ("handmidi", "", 0.0),
            ("handmidi", ",ahead_ms=250", 0.25),
            ("puredata", "", None),
            ("puredata", ",ahead_ms=250", 0.25),
        ):
            with sending(port, kind, options) as osc:
                before_s = time.time()
                osc.send(note("on", 60))
                after_s = time.time()
                tag = receive()[0]
            assert receive()[1][-1][0].endswith("/panic")
            if ahead_s is None:
                assert tag == 0  # immediately
            else:
                assert before_s - 1e-3 <= tag - ahead_s <= after_s + 1e-3


def test_long_bundles_are_split_and_keep_their_order():
    said = [OscMessage("/x", (i, "word" * (i % 50))) for i in range(300)]
    packets = list(bundles(said, 1.0))
    assert len(packets) > 10
    assert max(map(len, packets)) <= MAX_BYTES
    assert [each.params[0] for packet in packets for each in OscBundle(packet)] == list(range(300))
    assert list(bundles([], 1.0)) == []


def test_nobody_needs_to_listen():
    with listening() as (port, _):
        pass
    with sending(port) as osc:
        for _ in range(20):  # the refusal comes back with a later call
            osc.send(note("on", 60))


def test_a_target_that_does_not_read_costs_nothing():
    with listening() as (port, _), sending(port) as osc:
        for _ in range(5000):
            osc.beat(1.0, 120.0)


def test_ipv6():
    try:
        with listening(socket.AF_INET6, "::1") as (port, receive):
            osc = OscOutput(parse_target(f"[::1]:{port}"))
            osc.beat(1.0, 60.0)
            assert receive()[1] == [("/handmidi/1/transport/beat", [1.0, 60.0])]
            osc.close()
    except OSError as error:
        pytest.skip(f"no IPv6 here: {error}")


@pytest.mark.parametrize("host", ["nowhere.invalid", "x" * 80 + ".invalid", "a..b"])
def test_an_unknown_host_is_one_line(host):
    with pytest.raises(OutputError, match=r"no OSC target handmidi@.*:9000: ") as caught:
        OscOutput(parse_target(f"{host}:9000"))
    assert "\n" not in str(caught.value)
