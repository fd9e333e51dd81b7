"""What a session says that it is connected to."""

from __future__ import annotations

from contextlib import ExitStack

import mido
import pytest

from handmidi.screen.scene import Connection
from handmidi.session import stage as module
from handmidi.session.choice import choose
from handmidi.session.options import Options
from handmidi.session.stage import Stage
from handmidi.vision.process import VisionProcess


class Port:
    """An output that can be unplugged."""

    name = "MIDI port 'handmidi' (jack)"
    is_plugged = True

    def send(self, *messages):
        if not self.is_plugged:
            raise OSError("it is gone")

    def hand(self, frame, readings): ...
    def beat(self, beat, bpm): ...
    def close(self): ...


@pytest.fixture
def port(monkeypatch):
    """The only output; no process is started for the camera."""
    port = Port()
    monkeypatch.setattr(module, "open_outputs", lambda *_: [port])
    monkeypatch.setattr(VisionProcess, "launch", lambda self: None)
    return port


def test_a_port_that_fails_later_is_shown_as_lost(port):
    told = []
    options = Options(camera="demo", tracker="skin", headless=True, synth=False, clock=True)
    stage = Stage(choose(options, told.append, told.append), told.append, told.append)
    with ExitStack() as opened:
        stage.open(opened, None)
        there = Connection("MIDI", "'handmidi' (jack)"), Connection("clock", "MIDI clock")
        assert stage.connections == list(there)
        port.is_plugged = False
        stage.outputs.send(mido.Message("note_on", note=60))
        assert stage.connections == [Connection("MIDI", "'handmidi' (jack)", False), there[1]]
    assert sum("failed and is off now" in line for line in told) == 1
