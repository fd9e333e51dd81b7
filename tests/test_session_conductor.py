"""Where a session's tempo comes from, and when its beats begin."""

from dataclasses import replace
from itertools import pairwise

import mido
import pytest

from handmidi.clock import SessionClock
from handmidi.instrument import load_preset
from handmidi.outputs import Outputs
from handmidi.session.conductor import Conductor
from handmidi.session.options import Options
from handmidi.session.results import until
from handmidi.session.tempo import shared_tempo
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
    conductor.open(None, Outputs([kept], print), print)
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
    song = load_song("amazing-grace")
    with shared_tempo(song, song.tempo.bpm / 100, SessionClock()) as link:
        assert link.quantum == 3.0
        if not link.peers:
            assert link.bpm == pytest.approx(20.0)


def opened_with(options, song, clock=None):
    """A conductor of a song without sound, started; and its clock, which a test may turn."""
    clock = clock or Turned()
    conductor = Conductor(options, song, 120.0, clock)
    conductor.open(None, Outputs([], print), print)
    conductor.start()
    return conductor, clock


class Turned:
    """A session's clock that stands until it is told."""

    now_s = 0.0

    def __call__(self):
        return self.now_s


def test_a_song_that_is_played_to_its_last_note_is_whole():
    song = load_song("mama")
    conductor, _ = opened_with(Options(song="mama"), song)
    start_s = conductor.backing.session_s(0.0)
    assert conductor.stopped_s(start_s - 1) == 0.0
    assert conductor.stopped_s(start_s + 3.0) == pytest.approx(3.0)
    assert conductor.stopped_s(start_s + song.melody[-1].onset_s + 0.01) is None
    assert not conductor.is_over(start_s + song.length_s + 0.9)
    assert conductor.is_over(start_s + song.length_s + 1.1)


def test_a_note_that_a_song_waits_for_was_not_played():
    song = load_song("mama")
    conductor, _ = opened_with(Options(song="mama", wait=True), song)
    assert conductor.stopped_s(99.0) == 0.0
    for i, (note, following) in enumerate(pairwise(song.melody)):
        now_s = 100.0 * (i + 1)
        conductor.backing.heard(now_s, [mido.Message("note_on", note=note.pitch)])
        stopped_s = conductor.stopped_s(now_s + 99.0)
        assert stopped_s == pytest.approx(following.onset_s - 0.001)
        assert until(song, stopped_s).melody == song.melody[: i + 1]


@pytest.mark.parametrize("wait", [False, True])
def test_nothing_was_played_of_a_song_whose_first_note_was_not_due(wait):
    """An intro of a bar comes before it."""
    song = load_song("mama")
    late = replace(song, melody=tuple(replace(n, onset_s=n.onset_s + 2.0) for n in song.melody))
    conductor, _ = opened_with(Options(song="mama", wait=wait, count_in=0), late)
    assert conductor.stopped_s(conductor.backing.session_s(1.9)) == 0.0
    assert (conductor.stopped_s(conductor.backing.session_s(2.5)) == 0.0) == wait


def test_the_last_note_of_a_song_is_waited_for_too():
    song = load_song("mama")
    song = replace(song, melody=song.melody[:1])
    conductor, _ = opened_with(Options(song="mama", wait=True, count_in=0), song)
    assert conductor.stopped_s(50.0) == 0.0
    conductor.backing.heard(50.0, [mido.Message("note_on", note=song.melody[0].pitch)])
    assert conductor.stopped_s(50.0) is None
    assert conductor.is_over(50.0 + song.length_s + 1.1)


class Led:
    """What an instrument is told."""

    def __init__(self):
        self.expected = None
        self.preset = replace(load_preset("mama"), grid_beats=None)

    def expect(self, notes):
        self.expected = notes


@pytest.mark.parametrize(("wait", "told"), [(False, True), (True, False)])
def test_nothing_is_expected_where_nobody_knows_when_it_is_due(wait, told):
    song = load_song("mama")
    conductor, _ = opened_with(Options(song="mama", wait=wait), song)
    led = Led()
    conductor.lead(led, 0.1)
    assert bool(led.expected) == told


def test_a_practice_s_clicks_are_in_its_song_and_not_in_a_metronome_of_its_own():
    warnings = []
    conductor = Conductor(Options(song="mama", metronome=True), load_song("mama"), 120.0, Turned())
    conductor.open(None, Outputs([], print), warnings.append)
    assert not warnings
    assert not conductor.has_transport


def test_no_beats_are_told_of_a_song_that_waits():
    song = load_song("mama")
    options = Options(song="mama", osc=("127.0.0.1:9",))
    assert opened_with(options, song)[0].pulse
    assert opened_with(replace(options, wait=True), song)[0].pulse is None


def test_a_shared_tempo_outlasts_a_round():
    """On the page with the result another program may still change it."""
    pytest.importorskip("link", reason="pip install 'handmidi[link]'")
    song, clock = load_song("mama"), SessionClock()
    with shared_tempo(song, 110.0, clock) as link:
        for bpm in (100.0, 90.0):
            conductor = Conductor(Options(song="mama", link=True), song, 120.0, clock, link)
            conductor.open(None, Outputs([], print), print)
            conductor.start()
            conductor.close()
            assert conductor.set_bpm(bpm) == f"tempo: {bpm:g} bpm"
            assert link.bpm == pytest.approx(bpm)
