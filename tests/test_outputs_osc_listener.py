import queue
import socket
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message_builder import build_msg

from handmidi.errors import OutputError
from handmidi.outputs.osc_commands import Command
from handmidi.outputs.osc_listener import MAX_MESSAGES, OscListener, parse_listen

LIMIT_S = 5.0


class Desk:
    """A listener, what it did and what it warned of, and a socket that sends to it."""

    def __init__(self, act=None):
        self.done, self.warned = queue.SimpleQueue(), []
        self.listener = OscListener("127.0.0.1", 0, act or self.done.put, self.warned.append)

    def __enter__(self):
        self.listener.start()
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.connect(("127.0.0.1", self.listener.port))
        return self

    def __exit__(self, *_):
        self.sock.close()
        self.listener.close()
        self.listener.close()

    def send(self, address, *arguments):
        self.sock.send(build_msg(f"/handmidi/1/{address}", arguments).dgram)

    def next(self):
        return self.done.get(timeout=LIMIT_S)


def test_commands_come_through():
    with Desk() as desk:
        desk.send("preset", "blues")
        desk.send("panic", 1.0)
        desk.send("panic", 0.0)
        desk.send("transport/tempo", 90)
        bundle = OscBundleBuilder(0)
        for name in ("start", "stop"):
            bundle.add_content(build_msg(f"/handmidi/1/transport/{name}"))
        desk.sock.send(bundle.build().dgram)
        assert [desk.next() for _ in range(5)] == [
            Command("preset", "blues"),
            Command("panic"),
            Command("tempo", 90.0),
            Command("start"),
            Command("stop"),
        ]
        assert desk.warned == []


def test_one_warning_for_each_kind():
    with Desk() as desk:
        for _ in range(3):
            desk.sock.send(b"junk")
            desk.sock.send(build_msg("/volume", 1.0).dgram)
            desk.sock.send(build_msg("/x\x1b[31m\nred", 1.0).dgram)
            desk.send("panic", "now")
        desk.send("panic")
        desk.next()
        assert desk.warned == [
            "OSC in: a packet is no OSC that is understood: a text does not end (said once)",
            "OSC in: /volume is no address of handmidi (said once)",
            "OSC in: /handmidi/1/panic takes no argument, or one number (said once)",
        ]


def test_a_command_that_fails_does_not_end_it():
    done = queue.SimpleQueue()

    def act(command):
        done.put(command)
        if command.name == "preset":
            raise RuntimeError("no")

    with Desk(act) as desk:
        desk.send("preset", "a")
        desk.send("panic")
        assert [done.get(timeout=LIMIT_S).name for _ in range(2)] == ["preset", "panic"]
        assert desk.warned == ["OSC in: /handmidi/1/preset failed: no (said once)"]


@pytest.mark.timeout(20)
def test_a_flood_is_bounded_and_passes():
    with Desk() as desk:
        for _ in range(20 * MAX_MESSAGES):
            desk.send("transport/start")
        first = desk.next()
        while not desk.done.empty():
            desk.done.get()
        for attempt in range(100):
            desk.send("panic")
            try:
                while desk.done.get(timeout=0.1).name != "panic":
                    pass
                break
            except queue.Empty:
                assert attempt < 99
        assert first.name == "start"
        assert desk.warned == [
            f"OSC in: more than {MAX_MESSAGES} messages a second: some are lost (said once)"
        ]


def test_any_bytes_do_no_harm():
    with Desk() as desk:

        @settings(max_examples=80, deadline=None)
        @given(st.binary(min_size=1, max_size=5000))
        def throw(packet):
            desk.sock.send(packet)

        throw()
        # Behind a flood the answer comes with the next second.
        for _ in range(50):
            desk.send("panic")
            try:
                assert desk.done.get(timeout=0.2).name == "panic"
                break
            except queue.Empty:
                continue
        else:
            pytest.fail("it does not listen any more")
        assert len(desk.warned) <= 4


def test_a_port_that_is_taken_is_one_line():
    with Desk() as desk:
        other = OscListener("127.0.0.1", desk.listener.port, print, print)
        with pytest.raises(
            OutputError, match=r"cannot listen for OSC on .*in use; choose"
        ) as caught:
            other.start()
        other.close()
        assert "\n" not in str(caught.value)


def test_a_host_that_is_not_here():
    for host in ("192.0.2.1", "nowhere.invalid"):
        with pytest.raises(OutputError, match=f"cannot listen for OSC on {host}:9001: "):
            OscListener(host, 9001, print, print).start()


def test_nothing_is_left():
    before = threading.active_count()
    listener = OscListener("127.0.0.1", 0, print, print)
    assert threading.active_count() == before  # a constructor starts nothing
    listener.close()
    with Desk() as desk:
        port = desk.listener.port
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", port))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("9001", ("127.0.0.1", 9001)),
        ("0.0.0.0:9001", ("0.0.0.0", 9001)),
        ("[::1]:1", ("::1", 1)),
    ],
)
def test_where_to_listen(text, where):
    assert parse_listen(text) == where


@pytest.mark.parametrize(
    "text",
    [
        "", "x", ":9001", "0", "65536", "host:", "host:x", "-1", ":::9", "[::1:5", "::1]:5",
        "::1:5", "[]:5", "[h]:5",
    ],
)  # fmt: skip
def test_where_not_to_listen(text):
    with pytest.raises(OutputError, match="is no port to listen on: write PORT"):
        parse_listen(text)
