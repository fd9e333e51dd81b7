import json

import numpy as np
import pytest
import servers
from beats import steady
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.beat import BeatLine
from handmidi.outputs.clock import ClockOut


def kinds(messages):
    return [f"songpos {m.pos}" if m.type == "songpos" else m.type for m in messages]


class Tempo:
    """A tempo that tests change."""

    def __init__(self, origin_s, bpm):
        self.line = BeatLine(origin_s, bpm)

    def __call__(self, now_s):
        return self.line

    def change(self, at_s, bpm):
        """Another tempo, the beat as it is."""
        self.line = BeatLine(at_s - self.line.beat(at_s) * 60 / bpm, bpm)


def test_the_clock_starts_with_beat_0():
    clock = ClockOut(steady(120.0))
    assert clock.next_s() < 0
    assert kinds(clock.due(0.0)) == ["start", "clock"]
    assert clock.next_s() == pytest.approx(0.5 / 24)
    assert clock.due(0.02) == []
    assert kinds(clock.due(clock.next_s())) == ["clock"]


def test_ticks_run_in_the_count_in_and_the_start_comes_with_beat_0():
    clock = ClockOut(steady(120.0, origin_s=0.5))
    sent = [kind for i in range(501) for kind in kinds(clock.due(i / 1000))]
    assert sent == ["clock"] * 24 + ["start", "clock"]


def test_a_clock_that_comes_late_joins_at_the_next_sixteenth():
    clock = ClockOut(steady(60.0))
    assert kinds(clock.due(10.01)) == []
    sent = [kind for i in range(1002, 1030) for kind in kinds(clock.due(i / 100))]
    assert sent == ["clock"] * 5 + ["songpos 41", "continue", "clock"]


@settings(deadline=None)
@given(
    st.floats(20, 999),
    st.floats(-100, 0),
    st.lists(st.floats(0.0001, 0.5), min_size=1, max_size=60),
)
def test_every_tick_comes_once_however_late_it_is_asked_for(bpm, origin_s, waits):
    clock, now_s, ticks = ClockOut(steady(bpm, origin_s)), 0.0, 0
    clock.due(now_s)
    first = int(np.ceil(-origin_s * bpm / 60 * 24 - 1e-6))
    for wait_s in waits:
        now_s += wait_s
        ticks += kinds(clock.due(now_s)).count("clock")
    last = int(np.floor((now_s - origin_s) * bpm / 60 * 24 + 1e-6))
    assert abs(ticks - (last - first)) <= 1
    assert clock.next_s() > now_s - 1e-6


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(30, 300), st.floats(0.05, 3.0)), min_size=1, max_size=8))
def test_a_change_of_tempo_keeps_the_phase(changes):
    tempo = Tempo(0.0, 120.0)
    clock = ClockOut(tempo)
    sent, now_s = [], 0.0
    for bpm, length_s in changes:
        tempo.change(now_s, bpm)
        end_s = now_s + length_s
        while now_s <= end_s:
            messages = kinds(clock.due(now_s))
            assert messages.count("clock") <= 1
            sent += messages
            now_s = max(clock.next_s(), now_s + 1e-6)
    assert sent[:2] == ["start", "clock"]
    assert set(sent[2:]) <= {"clock"}
    assert sent.count("clock") == pytest.approx(tempo.line.beat(now_s) * 24, abs=1.01)


def test_a_line_that_jumps_stops_and_goes_on_from_there():
    tempo = Tempo(0.0, 60.0)
    clock = ClockOut(tempo)
    clock.due(0.0)
    clock.due(1.0)
    tempo.line = BeatLine(-8.0, 60.0)
    assert kinds(clock.due(1.01)) == ["stop"]
    assert kinds(clock.due(1.25)) == ["clock"] * 5 + ["songpos 37", "continue", "clock"]


def test_a_small_step_back_waits():
    tempo = Tempo(0.0, 60.0)
    clock = ClockOut(tempo)
    clock.due(1.0)
    tempo.line = BeatLine(0.1, 60.0)
    assert clock.due(1.05) == []
    assert clock.next_s() == pytest.approx(1.1 + 1 / 24)


def test_stopping_and_going_on():
    clock = ClockOut(steady(60.0))
    assert clock.stop() == []
    clock.go_on()
    clock.due(0.0)
    assert kinds(clock.stop()) == ["stop"]
    assert clock.stop() == []
    assert kinds(clock.due(1 / 24)) == ["clock"]
    clock.go_on()
    assert kinds(clock.due(0.25)) == ["clock"] * 4 + ["songpos 1", "continue", "clock"]


def test_a_position_beyond_midi_s_last_begins_again():
    clock = ClockOut(steady(60.0, origin_s=-5000.0))
    assert kinds(clock.due(0.0)) == [f"songpos {20000 - 16384}", "continue", "clock"]


@pytest.mark.timeout(60)
def test_another_program_gets_the_tempo_over_jack():
    """JACK's cycles of 21 ms jitter each tick; the fit over all of them does not.

    16 beats at 120, then as many at 150.
    """
    with (
        servers.jack() as environment,
        servers.running("send_clock", "hm clock", environment=environment) as sender,
    ):
        assert sender.stdout.readline() == "MIDI port 'hm clock' (UNIX_JACK)\n"
        with servers.running("receive_timed", "hm clock", environment=environment) as receiver:
            assert receiver.stdout.readline().startswith("ready")
            print(file=sender.stdin, flush=True)
            received, _ = receiver.communicate(timeout=40)
        sender.communicate(timeout=5)
    events = json.loads(received)
    assert [kind for _, kind in events] == ["start"] + ["clock"] * (2 * 16 * 24 + 1) + ["stop"]
    seconds = np.array([at_s for at_s, kind in events if kind == "clock"])
    for part, bpm in ((seconds[: 16 * 24], 120), (seconds[16 * 24 : -1], 150)):
        beat_s, _ = np.polyfit(np.arange(len(part)) / 24, part, 1)
        assert 60 / beat_s == pytest.approx(bpm, rel=0.001)
        assert np.diff(part).max() < 0.5
