import json
from dataclasses import replace

import mido
import numpy as np
import pytest
import servers
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.beat import BeatLine
from handmidi.midifile import TempoMap
from handmidi.notes import TimedMessage
from handmidi.outputs.synth import SAMPLE_RATE_HZ, Synth
from handmidi.practice.backing import Backing, accompaniment, count_in, count_in_beats, count_in_s
from handmidi.song import Meter, Song, SongNote

HIGH, LOW = (76, 115), (77, 90)
NOTE_ON = mido.Message("note_on", channel=1, note=40)


def song(numerator=4, denominator=4, pickup=0.0, tempo=((0.0, 500_000),), beats=32.0):
    return Song(
        name="test",
        title="Test",
        composer="",
        melody=(SongNote(0.0, 60, 0.5),),
        backing=(TimedMessage(0.0, NOTE_ON), TimedMessage(2.0, NOTE_ON)),
        tempo=TempoMap(tempo),
        meters=(Meter(0.0, numerator, denominator),),
        fifths=0,
        pickup_beats=pickup,
        length_beats=beats,
    )


def clicks(of, bars=1):
    """(Song second, (key, velocity)) of each click."""
    return [
        (round(t.time_s, 9), (t.message.note, t.message.velocity))
        for t in count_in(of, bars)
        if t.message.type == "note_on"
    ]


@pytest.mark.parametrize(
    ("made", "beats", "expected"),
    [
        (song(4, 4), 4.0, [(-2.0, HIGH), (-1.5, LOW), (-1.0, LOW), (-0.5, LOW)]),
        (
            song(3, 4, pickup=1.0),
            5.0,
            [(-2.5, HIGH), (-2.0, LOW), (-1.5, LOW), (-1.0, HIGH), (-0.5, LOW)],
        ),
        (
            song(6, 8),
            3.0,
            [(-1.5, HIGH), *((round(-1.25 + i / 4, 2), LOW) for i in range(5))],
        ),
        # An upbeat of three quavers: the last click falls between the count-in and the song.
        (
            song(2, 4, pickup=1.5),
            2.5,
            [(-1.25, HIGH), (-0.75, LOW), (-0.25, HIGH)],
        ),
    ],
)
def test_count_in(made, beats, expected):
    assert count_in_beats(made) == beats
    assert count_in_s(made) == beats / 2
    assert count_in_s(made, 0.5) == beats
    assert clicks(made) == expected


@pytest.mark.parametrize(("bars", "beats"), [(0, 0.0), (1, 5.0), (2, 8.0), (4, 14.0)])
def test_count_in_of_some_bars_ends_with_what_the_pick_up_leaves_of_its_own(bars, beats):
    made = song(3, 4, pickup=1.0)
    assert count_in_beats(made, bars) == beats
    assert len(clicks(made, bars)) == beats
    assert [click for _, click in clicks(made, bars)][::3] == [HIGH] * (bars and bars + 1)


@pytest.mark.parametrize("pickup", [0.0, 1.0])
def test_without_a_count_in_the_song_begins_at_once(pickup):
    backing = Backing(song(pickup=pickup), 0.5, bars=0)
    backing.start(3.0)
    assert backing.session_s(0.0) == pytest.approx(3.1)


@pytest.mark.parametrize(("pickup", "begins"), [(0.0, 4.0), (1.0, 5.5)])
def test_without_a_count_in_a_session_s_bars_are_the_song_s(pickup, begins):
    """At 120 the bar after second 3.1 begins at second 4; three beats later an upbeat."""
    backing = Backing(song(pickup=pickup), beats=Session(0.0, 120.0), bars=0)
    backing.start(3.1)
    assert backing.session_s(0.0) == pytest.approx(begins)


def test_every_click_is_a_drum_that_ends():
    messages = [t.message for t in count_in(song())]
    assert {m.channel for m in messages} == {9}
    assert [m.type for m in messages] == ["note_on", "note_off"] * 4


def test_count_in_keeps_the_first_tempo():
    made = song(tempo=((0.0, 500_000), (1.0, 1_000_000)))
    assert [when for when, _ in clicks(made)] == [-2.0, -1.5, -1.0, -0.5]


def test_accompaniment_starts_where_it_is_told_and_keeps_the_rate():
    timed = accompaniment(song(), rate=0.5, start_s=5.0)
    assert timed[0].time_s == 1.0
    assert [t.time_s for t in timed if t.message == NOTE_ON] == [5.0, 9.0]


rates = st.floats(0.25, 2.0)


@settings(deadline=None)
@given(st.floats(-10, 1000), rates, st.floats(0, 100))
def test_song_and_session_seconds_are_each_other_turned_round(second, rate, start_s):
    backing = Backing(song(), rate)
    backing.start(start_s)
    assert backing.song_s(backing.session_s(second)) == pytest.approx(second, abs=1e-6)
    assert backing.session_s(backing.song_s(second)) == pytest.approx(second, abs=1e-6)
    assert backing.song_s(start_s) == pytest.approx(-2.0, abs=1e-6)
    assert backing.session_s(0.0) == pytest.approx(start_s + 2.0 / rate)


def test_a_mark_is_due_every_five_song_seconds():
    backing = Backing(song(), rate=0.5)
    backing.start(1.0)
    marks = [mark for i in range(30 * 30) for mark in backing.observe(i / 30)]
    due = [song_s for _, song_s in marks]
    assert due == pytest.approx([0.0, 5.0, 10.0], abs=0.017)
    backing.close()
    backing.close()


def test_observe_follows_the_audio_and_survives_its_end():
    """The audio is drawn in blocks of 1024 samples, starts late, and stops in the middle."""
    synth = Synth(servers.soundfont())
    try:
        backing = Backing(song(), 1.0, synth)
        backing.start(10.0)
        assert backing.session_s(0.0) == 12.0
        block_s, delay_s, drawn_s = 1024 / SAMPLE_RATE_HZ, 0.3, 0.0
        for i in range(400):
            now_s = 10.0 + i * 0.013
            while drawn_s + block_s < now_s - 10.0 - delay_s:
                synth.synth.get_samples(1024)
                drawn_s += block_s
            backing.observe(now_s)
        start_s = backing.session_s(0.0)
        assert start_s == pytest.approx(12.0 + delay_s, abs=0.02)
        for i in range(400):
            backing.observe(now_s + i * 0.013)
        assert backing.session_s(0.0) == start_s
        assert backing.song_s(now_s + 5.2) == pytest.approx(now_s + 5.2 - start_s)
        backing.close()
        assert backing.session_s(0.0) == start_s
    finally:
        synth.close()


def test_the_synth_may_close_first():
    synth = Synth(servers.soundfont())
    backing = Backing(song(), 1.0, synth)
    backing.start(0.0)
    synth.close()
    backing.observe(1.0)
    backing.close()


def test_the_backing_sounds_when_the_song_is_there():
    synth = Synth(servers.soundfont())
    try:
        made = replace(song(), backing=(TimedMessage(0.0, NOTE_ON.copy(velocity=127)),))
        backing = Backing(made, 1.0, synth)
        backing.start(0.0)
        samples = synth.synth.get_samples(3 * SAMPLE_RATE_HZ)[::2] / 32768
    finally:
        synth.close()
    onsets = [part[0] / SAMPLE_RATE_HZ for part in servers.bursts(samples, floor=0.01)]
    assert onsets == pytest.approx([0.0, 0.5, 1.0, 1.5, 2.0], abs=0.01)


class Kept:
    """A schedule that keeps what it is given, and how far ahead of its position it was."""

    def __init__(self):
        self.timed, self.ahead_s, self.position_s = [], [], 0.0

    def add(self, timed):
        for each in timed:
            self.timed.append(each)
            self.ahead_s.append(each.time_s - self.position_s)

    def close(self):
        pass


@pytest.mark.parametrize("rate", [0.25, 1.0, 2.0])
def test_a_song_is_scheduled_some_seconds_ahead_and_each_message_once(rate):
    """Whoever looks on is away for five seconds now and then."""
    made = replace(song(beats=2000.0), backing=tuple(
        TimedMessage(i * 0.4, NOTE_ON) for i in range(2500)
    ))  # fmt: skip
    backing, kept = Backing(made, rate), Kept()
    backing._schedule = kept
    backing.start(0.0)
    for now_s in np.arange(0.0, 1010.0 / rate, 5.0 * min(1.0, 1 / rate)):
        kept.position_s = now_s
        backing.observe(now_s)
    assert [t.time_s for t in kept.timed] == [t.time_s for t in accompaniment(made, rate, 2 / rate)]
    assert min(kept.ahead_s) >= 0.0
    assert max(kept.ahead_s) <= 10.0 / rate + 1e-6


@pytest.mark.timeout(60)
def test_the_start_stands_still_on_a_live_synth():
    with servers.jack() as environment:
        arguments = (servers.soundfont(), "mama", 4.0)
        done = servers.run("play_backing", *arguments, environment=environment)
    driver, seen = done.stdout.splitlines()
    assert driver == "jack"
    settled = [start_s for now_s, start_s in json.loads(seen) if now_s > 1.0]
    assert max(settled) - min(settled) < 0.02


# ---- following another tempo


class Session:
    """A tempo that others change, as in Ableton Link."""

    def __init__(self, origin_s, bpm):
        self.line = BeatLine(origin_s, bpm)

    def __call__(self, now_s):
        return self.line

    def change(self, at_s, bpm):
        self.line = BeatLine(at_s - self.line.beat(at_s) * 60 / bpm, bpm)


def song_beat(backing, now_s):
    return backing.song.tempo.beat(backing.song_s(now_s))


@pytest.mark.parametrize(("pickup", "begins"), [(0.0, 12.0), (1.0, 15.0)])
def test_a_song_begins_on_the_session_s_next_bar(pickup, begins):
    """At 120 beat 6.2 has passed at second 3.1; the count-in takes the bar from beat 8 on."""
    backing = Backing(song(pickup=pickup), 0.5, beats=Session(0.0, 120.0))
    backing.start(3.1)
    assert backing.session_s(0.0) == pytest.approx(begins / 2)
    assert backing.line(4.0) == BeatLine(pytest.approx(begins / 2), pytest.approx(120.0))


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.05, 4.0), st.floats(50, 240)), max_size=6),
    st.sampled_from([((0.0, 500_000),), ((0.0, 400_000), (8.0, 700_000))]),
)
def test_a_song_follows_the_session(changes, tempo):
    session = Session(0.0, 120.0)
    backing = Backing(song(tempo=tempo), beats=session)
    backing.start(0.1)
    first = session.line.beat(backing.session_s(0.0))
    now_s, at_s = 0.1, backing.song_s(0.1)
    for wait_s, bpm in [*changes, (8.0, 120.0)]:
        session.change(now_s, bpm)
        end_s = now_s + wait_s
        while now_s < end_s:
            now_s += 0.02
            before, at_s = at_s, backing.song_s(now_s)
            assert at_s > before
            backing.observe(now_s)
            assert backing.song_s(now_s) == pytest.approx(at_s, abs=1e-9)
    off = session.line.beat(now_s) - first - song_beat(backing, now_s)
    assert off - 4 * round(off / 4) == pytest.approx(0, abs=0.01)
    assert backing.line(now_s).bpm == pytest.approx(120, rel=0.005)


def test_a_change_of_tempo_is_marked_and_nothing_else_is():
    session = Session(0.0, 120.0)
    backing = Backing(song(), beats=session)
    backing.start(0.0)
    marks = []
    for i in range(400):
        now_s = i * 0.02
        if i == 200:
            session.change(now_s - 0.03, 90.0)
        marks += backing.observe(now_s)
    knees = [now_s for now_s, _ in marks if now_s > 3]
    assert marks[0] == pytest.approx((2.0, 0.0), abs=0.021)
    assert knees[0] == pytest.approx(4.0, abs=0.021)
    assert len(knees) <= 3
    at_s, song_s = np.array(marks).T
    seen_s = np.linspace(2.1, 5.0, 100)
    heard_s = np.where(seen_s < 4, seen_s - 2, 2 + (seen_s - 4) * 0.75)
    assert np.interp(seen_s, at_s, song_s) == pytest.approx(heard_s, abs=0.012)


def test_another_timeline_shifts_the_song_by_less_than_half_a_bar():
    session = Session(0.0, 120.0)
    backing = Backing(song(), beats=session)
    backing.start(0.0)
    for i in range(100):
        backing.observe(i * 0.02)
    session.line = BeatLine(-1000.25, 120.0)  # 2000.5 beats further
    for i in range(100, 500):
        backing.observe(i * 0.02)
    assert song_beat(backing, 10.0) == pytest.approx(16.5, abs=0.01)


def test_what_was_scheduled_moves_with_the_tempo():
    """Each click comes on its beat, also where nobody looks for 300 ms."""
    session = Session(0.0, 120.0)
    synth = Synth(servers.soundfont())
    samples = []
    try:
        backing = Backing(replace(song(), backing=()), 1.0, synth, beats=session)
        backing.start(0.0)
        for i in range(400):
            now_s = i * 0.02
            if i == 150:
                session.change(now_s, 100.0)
            if not 250 < i < 265:
                backing.observe(now_s)
            samples.append(synth.synth.get_samples(960)[::2])
    finally:
        synth.close()
    parts = servers.bursts(np.concatenate(samples) / 32768, floor=0.01)
    onsets = np.array([part[0] / SAMPLE_RATE_HZ for part in parts])
    expected = [session.line.time_s(beat) if beat > 6 else beat / 2 for beat in range(15)]
    assert onsets == pytest.approx(expected, abs=0.02)
    assert onsets[8:] == pytest.approx(expected[8:], abs=0.006)
