"""A song that waits for the right note: where it stands, what sounds, what the take knows."""

import json
import wave
from dataclasses import replace

import mido
import numpy as np
import pytest
import servers
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.midifile import TempoMap
from handmidi.notes import TimedMessage
from handmidi.outputs.synth import SAMPLE_RATE_HZ, Synth
from handmidi.practice.backing import accompaniment
from handmidi.practice.waiting import WaitingBacking, as_waited, halts
from handmidi.song import Meter, Song, SongNote

PITCHES = (60, 62, 62, 64)  # a note a second from second 0 on, 60 bpm


def song(onsets=(0.0, 1.0, 2.0, 3.0), pitches=PITCHES, backing=()):
    return Song(
        name="test",
        title="Test",
        composer="",
        melody=tuple(
            SongNote(at, pitch, 0.5, beat=at) for at, pitch in zip(onsets, pitches, strict=True)
        ),
        backing=tuple(backing),
        tempo=TempoMap([(0.0, 1_000_000)]),
        meters=(Meter(0.0, 4, 4),),
        fifths=0,
        pickup_beats=0.0,
        length_beats=8.0,
    )


def note_on(pitch, channel=0):
    return mido.Message("note_on", note=pitch, velocity=100, channel=channel)


def stab(at_s, pitch=40):
    return [
        TimedMessage(at_s, note_on(pitch)),
        TimedMessage(at_s + 0.2, mido.Message("note_off", note=pitch)),
    ]


def test_it_waits_at_each_onset_and_any_note_of_a_chord_will_do():
    made = song((0.0, 1.0, 1.02, 2.0, 2.1), (60, 64, 67, 62, 62))
    assert [(h.song_s, set(h.pitches)) for h in halts(made)] == [
        (0.0, {60}),
        (1.0, {64, 67}),
        (2.0, {62}),
        (2.1, {62}),
    ]


def test_a_note_may_be_early_by_a_third_of_a_beat_but_not_be_taken_for_the_one_before():
    made = song((0.0, 1.0, 2.0, 2.1), (60, 60, 62, 62))
    assert [h.early_s for h in halts(made)] == pytest.approx([0.3, 0.3, 0.3, 0.05])
    quick = replace(made, tempo=TempoMap([(0.0, 500_000)]))
    assert halts(quick)[0].early_s == pytest.approx(0.175)
    assert halts(made, rate=0.5)[0].early_s == pytest.approx(0.15)  # 0.3 s of the session


def started(made, rate=1.0, synth=None, bars=1):
    """Song second 0 lies at session second 4 / rate."""
    backing = WaitingBacking(made, rate, synth, bars)
    backing.start(0.0)
    return backing


def test_it_stands_until_the_right_note_and_goes_on_from_there():
    backing = started(song())
    assert (backing.song_s(3.5), backing.awaited(3.5)) == (-0.5, ())
    assert (backing.song_s(9.0), backing.awaited(9.0)) == (0.0, (60,))
    backing.heard(9.0, [note_on(61), mido.Message("note_off", note=60)])
    assert backing.song_s(10.0) == 0.0
    backing.heard(10.0, [note_on(60, channel=3)])
    assert (backing.song_s(10.25), backing.awaited(10.25)) == (pytest.approx(0.25), ())
    assert (backing.song_s(99.0), backing.awaited(99.0)) == (1.0, (62,))


def test_an_early_note_does_not_stop_the_song_and_one_too_early_does_not_count():
    backing = started(song())
    backing.heard(3.69, [note_on(60)])
    assert backing.awaited(4.0) == (60,)
    backing = started(song())
    backing.heard(3.71, [note_on(60)])
    assert (backing.song_s(4.5), backing.awaited(4.5)) == (pytest.approx(0.5), ())


def test_one_stroke_opens_one_of_two_equal_notes():
    backing = started(song())
    for at_s, pitch in ((4.0, 60), (5.0, 62)):
        backing.heard(at_s, [note_on(pitch)])
    backing.heard(5.1, [note_on(62)])
    assert backing.awaited(6.0) == (62,)


def test_after_the_last_note_it_goes_to_its_end():
    backing = started(song((0.0,), (60,)))
    backing.heard(4.5, [note_on(60)])
    assert backing.song_s(60.0) == pytest.approx(55.5)


def test_without_a_count_in_it_waits_for_the_first_note_at_once():
    backing = started(song(), bars=0)
    assert backing.awaited(0.11) == (60,)


players = st.lists(st.floats(-0.35, 2.0), min_size=4, max_size=4)


def play(backing, late_s, step_s=0.02, end_s=36.0):
    """A player who strikes each note so much after its time; returns marks and what was seen."""
    marks, seen, due = [], [], list(zip(PITCHES, late_s, strict=True))
    stood_s = None
    for i in range(round(end_s / step_s)):
        now_s = i * step_s
        onset_s = float(len(PITCHES) - len(due))
        if due and backing.song_s(now_s) >= onset_s and stood_s is None:
            stood_s = now_s
        pitch, late = due[0] if due else (None, 0.0)
        early = late < 0 and backing.song_s(now_s) >= onset_s + late
        if due and (early or (stood_s is not None and now_s >= stood_s + late)):
            halt = backing._halt
            marks += backing.heard(now_s, [note_on(50), note_on(pitch)])
            if backing._halt is not halt:  # it did not come too early
                due.pop(0)
                stood_s = None
        marks += backing.observe(now_s)
        seen.append((now_s, backing.song_s(now_s)))
    return marks, np.array(seen)


@settings(deadline=None, max_examples=60)
@given(players, st.sampled_from([0.5, 1.0, 1.5]))
def test_the_song_never_jumps_and_its_marks_tell_where_it_stood(late_s, rate):
    marks, seen = play(started(song(), rate), late_s)
    steps = np.diff(seen[:, 1])
    assert steps.min() >= -1e-9 and steps.max() <= 0.02 * rate + 1e-9
    assert marks == sorted(marks)
    at_s, song_s = np.array(marks).T
    inside = (seen[:, 0] >= at_s[0]) & (seen[:, 0] <= at_s[-1])
    told = np.interp(seen[inside, 0], at_s, song_s)
    assert told == pytest.approx(seen[inside, 1], abs=2e-3)
    assert seen[-1, 1] > 3.0


class Kept:
    """A schedule that keeps what it is given; its clock is the session's."""

    def __init__(self, synth):
        self.timed = synth

    position_s = 0.0

    def add(self, timed):
        self.timed.extend(timed)

    def close(self):
        pass


@settings(deadline=None, max_examples=30)
@given(players, st.sampled_from([0.5, 1.0]))
def test_a_take_that_waited_is_rendered_as_it_sounded(late_s, rate):
    made = song(backing=[each for i in range(14) for each in stab(i / 4)])
    backing, sounded = WaitingBacking(made, rate), []
    backing._schedule = Kept(sounded)
    backing.start(0.0)
    marks, _ = play(backing, late_s)
    marks = [(round(at_s, 4), round(song_s, 4)) for at_s, song_s in marks]
    again = as_waited(accompaniment(made), marks, rate)
    assert sorted(t.time_s for t in again) == pytest.approx(
        sorted(t.time_s for t in sounded), abs=1e-3
    )


# ---- with sound


def drawn(backing, synth, end_s, strokes):
    """What is heard while `strokes`, (session second, pitch), are played."""
    samples, left = [], list(strokes)
    for i in range(round(end_s * 100)):
        now_s = i / 100
        while left and left[0][0] <= now_s:
            backing.heard(now_s, [note_on(left.pop(0)[1])])
        backing.observe(now_s)
        samples.append(synth.synth.get_samples(480)[::2])
    return np.concatenate(samples) / 32768


def heard_at(samples):
    return [part[0] / SAMPLE_RATE_HZ for part in servers.bursts(samples, floor=0.01)]


def drums(*at_s):
    hits = ("note_on", 0.0), ("note_off", 0.05)
    return [
        TimedMessage(each + after_s, mido.Message(kind, channel=9, note=76, velocity=120))
        for each in at_s
        for kind, after_s in hits
    ]


def test_the_backing_is_silent_while_it_waits_and_goes_on_with_the_note():
    made = song(backing=drums(0.0, 0.5, 1.0, 1.5, 2.0))
    synth = Synth(servers.soundfont())
    try:
        backing = started(made, synth=synth)
        strokes = ((6.0, 61), (6.5, 60), (7.45, 62), (10.0, 62))
        onsets = heard_at(drawn(backing, synth, 12.0, strokes))
        backing.close()
    finally:
        synth.close()
    count_in = [0.0, 1.0, 2.0, 3.0]
    assert onsets == pytest.approx([*count_in, 6.5, 7.0, 7.5, 8.0, 10.0], abs=0.025)
    assert np.diff(onsets)[[4, 6]] == pytest.approx(0.5, abs=0.012)


def test_nothing_hangs_where_it_is_closed_while_it_waits():
    """A long chord sounds, and its end lies behind the note that nobody plays."""
    chord = [TimedMessage(0.5, mido.Message("program_change", program=16))]
    chord += [TimedMessage(0.6, note_on(pitch)) for pitch in (48, 55, 60)]
    chord += [TimedMessage(1.5, mido.Message("note_off", note=pitch)) for pitch in (48, 55, 60)]
    synth = Synth(servers.soundfont())
    try:
        backing = started(song(backing=chord), synth=synth)
        sounding = drawn(backing, synth, 9.0, [(4.0, 60)])
        backing.close()
        backing.close()
        after = synth.synth.get_samples(4 * SAMPLE_RATE_HZ)[::2] / 32768
    finally:
        synth.close()
    assert np.abs(sounding[-4800:]).max() > 0.01  # an organ: it is held for as long as it waits
    assert np.abs(after[-SAMPLE_RATE_HZ:]).max() < 1e-3


def test_the_synth_may_close_while_it_waits():
    synth = Synth(servers.soundfont())
    backing = started(song(backing=drums(0.0, 0.5)), synth=synth)
    synth.close()
    backing.observe(5.0)
    backing.heard(6.0, [note_on(60)])
    backing.close()


@pytest.mark.timeout(60)
def test_the_backing_comes_with_the_note_live(tmp_path):
    """On JACK: the drum stroke of a note that was waited for, against the note itself."""
    with servers.jack() as environment:
        program = ("practise_waiting", servers.soundfont())
        with servers.running(*program, environment=environment) as player:
            assert player.stdout.readline() == "jack\n"
            file = tmp_path / "heard.wav"
            with servers.jack_recording(file, "handmidi synth:left", 9, environment):
                said, _ = player.communicate("\n", timeout=20)
    told = json.loads(said)
    with wave.open(str(file)) as recording:
        samples = np.frombuffer(recording.readframes(1 << 30), "<i2") / 32768
    onsets = np.array(heard_at(samples))
    onsets -= np.median(onsets[:4] - told["clicks"])
    strokes_s = [at_s for at_s, _ in told["strokes"]]
    went_on_s = [*strokes_s[:3], strokes_s[3] + 0.1, strokes_s[4]]  # the fourth came 0.1 s early
    expected = np.sort([at_s + after_s for at_s in went_on_s for after_s in (0.0, 0.25)])
    assert len(onsets) == 4 + 10  # and nothing with the note that never came
    late_s = np.sort(np.abs(onsets[4:] - expected))
    # A busy machine drops a block of sound here and there: that may spoil one moment.
    assert late_s[:-1].max() < 0.025, np.round(onsets[4:] - expected, 3)
    marked_s = {at_s for at_s, _ in told["marks"]}
    assert marked_s >= {at_s for at_s in strokes_s if at_s != strokes_s[3]}
    assert told["stopped_s"] == pytest.approx(2.499)
