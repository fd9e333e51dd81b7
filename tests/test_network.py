"""Nothing of ours talks to another machine unasked: whole sessions are traced."""

from __future__ import annotations

import argparse
import os
import re
import shutil

import pytest
from running import only_take
from vision_assets import hand_model

from handmidi.cli.parser import build_parser
from tools import network

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed"),
]

CONNECT = '7 connect(5<UDP:[1]>, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("%s")}'


def traced(folder, *arguments):
    """Run ``handmidi`` to its end; the lines of the trace, and what it printed."""
    try:
        done, lines = network.trace(arguments, folder, os.environ, 110)
    except PermissionError:
        pytest.skip("this machine does not let a process be traced")
    assert done.returncode == 0, done.stderr
    return lines, done.stdout


class TestRules:
    def test_another_machine_must_be_asked_for(self):
        line = CONNECT % "192.0.2.1"
        assert network.unasked([line]) == [("connect", "192.0.2.1:53")]
        assert network.unasked([line], ["192.0.2.1:53"]) == []

    def test_a_port_of_this_machine_must_be_asked_for(self):
        assert network.unasked([CONNECT % "127.0.0.1"]) == [("connect", "127.0.0.1:53")]

    def test_a_socket_that_listens_is_seen(self):
        listens = ["9 listen(4<TCP:[0.0.0.0:8000]>, 5) = 0", "9 listen(4<UNIX-STREAM:[7]>, 5) = 0"]
        assert network.unasked(listens) == [("listen", "0.0.0.0:8000")]

    def test_ipv6_is_read(self):
        line = "bind(3, {sa_family=AF_INET6, sin6_port=htons(%d), "
        line += 'inet_pton(AF_INET6, "::1", &sin6_addr)}, 28) = 0'
        assert network.unasked([line % 0]) == []
        assert network.unasked([line % 9]) == [("bind", "::1:9")]

    def test_sockets_of_the_machine_are_free(self):
        line = '7 connect(5<UNIX-STREAM:[1]>, {sa_family=AF_UNIX, sun_path="/run/x"}, 110) = 0'
        assert network.addresses([line]) == []


def test_every_command_has_a_row():
    (commands,) = (
        action.choices
        for action in build_parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    assert set(commands) <= {row.words.split()[0] for row in network.ROWS}


def test_the_trace_would_show_a_connection(tmp_path):
    """The test of the test: a packet to another machine is seen as such."""
    lines, _ = traced(
        tmp_path, "play", "--learn", "1", "--seconds", "0.5", "--osc", "192.0.2.1:9000"
    )
    assert any(address == "192.0.2.1:9000" for _, address in network.unasked(lines))


@pytest.mark.parametrize(
    "command",
    [
        ("play", "--seconds", "5", "--hands", "2", "--osc", "127.0.0.1:57199", "--osc-in", "57198"),
        ("practice", "mama", "--tempo", "200", "--seconds", "8"),
    ],
    ids=["play", "practice"],
)
def test_a_whole_session_stays_on_this_machine(tmp_path, command):
    hand_model()
    lines, said = traced(tmp_path, *command, "--camera", "demo", "--no-calibration")
    asked = ("127.0.0.1:57199", "127.0.0.1:57198") if "--osc" in command else ()
    assert network.unasked(lines, asked) == []
    assert "take:" in said
    assert (only_take(tmp_path) / "hand.csv").read_text().count("\n") > 40
    if "--osc" in command:
        sent = [line for line in lines if re.search(r"htons\(57199\)", line)]
        assert sent, "the trace misses what was sent"
