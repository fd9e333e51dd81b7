"""Where a session's tempo comes from, and when its beats begin."""

from contextlib import ExitStack

import pytest

from handmidi.clock import SessionClock
from handmidi.outputs import Outputs
from handmidi.session.conductor import Conductor
from handmidi.session.options import Options
from handmidi.song import load_song


class Kept:
    name = "kept"

    def __init__(self):
        self.sent = []

    def send(self, *messages):
        self.sent += [message.type for message in messages]

    def beat(self, beat, bpm):
        pass

    def close(self):
        pass


def test_a_clock_of_our_own_begins_with_a_start():
    """The threads of a session need a moment: beat 0 waits for them."""
    kept, clock = Kept(), SessionClock()
    conductor = Conductor(Options(clock=True), None, 150.0, clock)
    with ExitStack() as opened:
        conductor.open(opened, None, Outputs([kept], print), print, print)
        clock.start()
        now_s = conductor.start()
        assert conductor.started["beats_started_s"] == pytest.approx(now_s + 0.1, abs=1e-4)
        for i in range(20):
            conductor.pulse.send(now_s + 0.005 + i * 0.02)
        conductor.pulse.stop()
    assert kept.sent[:2] == ["clock", "clock"]  # so that the tempo is known
    assert [each for each in kept.sent if each != "clock"] == ["start", "stop"]


def test_a_change_of_tempo_goes_on_from_the_beat_that_is():
    clock = SessionClock()
    conductor = Conductor(Options(), None, 60.0, clock)
    clock.start()
    before = conductor.beats(0.0)
    assert conductor.set_bpm(240.0) == "tempo: 240 bpm"
    after, now_s = conductor.beats(0.0), clock()
    assert after.beat(now_s) == pytest.approx(before.beat(now_s), abs=0.05)
    assert after.bpm == 240.0


def test_a_song_slower_than_link_can_say_joins_with_the_slowest_tempo():
    pytest.importorskip("link", reason="pip install 'handmidi[link]'")
    song, lines = load_song("amazing-grace"), []
    conductor = Conductor(Options(link=True, tempo=25.0), song, 120.0, SessionClock())
    with ExitStack() as opened:
        conductor.open(opened, None, Outputs([], print), lines.append, print)
    assert len(lines) == 1
    assert lines[0].startswith("Ableton Link: ")
