import numpy as np
import pytest

from handmidi.midifile import TempoMap
from handmidi.score.align import Alignment
from handmidi.score.arrays import NoteArrays
from handmidi.score.judge import Verdict, judge, most_lag_s, reach_s, tier_of
from handmidi.score.timing import Timing
from handmidi.song import Meter, Song, SongNote


def notes(*rows):
    onset_s, length_s, pitch = (np.array(column) for column in zip(*rows, strict=True))
    return NoteArrays(onset_s, onset_s + length_s, pitch)


def judged(reference, played, pairs):
    pairs = np.array(pairs, int).reshape(-1, 2)
    return judge(reference, played, Alignment(pairs, reference.onset_s, 1.0, 0.0))


def song(beats, beat_s=0.5):
    melody = tuple(SongNote(b * beat_s, 60, beat_s / 2, beat=b, beats=0.5) for b in beats)
    tempo = TempoMap([(0.0, round(beat_s * 1e6))])
    return Song("s", "S", "", melody, (), tempo, (Meter(0.0, 4, 4),), 0, 0.0, 8.0)


def test_correct_wrong_missed_and_extra():
    reference = notes((0.0, 0.5, 60), (1.0, 0.5, 62), (2.0, 0.5, 64))
    played = notes((0.05, 0.5, 60), (0.5, 0.1, 61), (1.98, 0.5, 65))
    verdicts, extras = judged(reference, played, [(0, 0), (2, 2)])
    assert [v.verdict for v in verdicts] == ["correct", "missed", "wrong"]
    assert [v.played for v in verdicts] == [0, None, 2]
    assert [v.timing_ms for v in verdicts] == [pytest.approx(50), None, pytest.approx(-20)]
    assert extras == (1,)


@pytest.mark.parametrize(
    ("fair_ms", "tier"),
    [
        (0.0, "perfect"),
        (-30.0, "perfect"),
        (30.1, "good"),
        (-80.0, "good"),
        (80.1, "late"),
        (-80.1, "early"),
        (500.0, "late"),
    ],
)
def test_tiers(fair_ms, tier):
    assert tier_of(fair_ms) == tier


def test_the_tier_goes_by_the_fair_timing_and_only_correct_notes_have_one():
    reference = notes((0.0, 0.5, 60), (1.0, 0.5, 62), (2.0, 0.5, 64))
    pairs = np.array([(0, 0), (1, 1)])
    timing = Timing(np.array([90.0, 90.0]), np.array([10.0, 10.0]))
    played = notes((0.0, 0.5, 60), (1.0, 0.5, 61))
    verdicts, _ = judge(reference, played, Alignment(pairs, reference.onset_s, 1.0, 0.0), timing)
    assert verdicts == (
        Verdict(0, "correct", 0, 90.0, "perfect"),
        Verdict(1, "wrong", 1, 90.0),
        Verdict(2, "missed"),
    )


def test_one_long_note_holds_through_all_that_it_should_have_struck():
    reference = notes((0.0, 0.5, 60), (0.5, 0.5, 60), (1.0, 0.5, 62), (1.5, 0.5, 60))
    played = notes((0.0, 1.8, 60))
    verdicts, extras = judged(reference, played, [(0, 0)])
    assert verdicts[1:] == (Verdict(1, "held", 0), Verdict(2, "missed"), Verdict(3, "held", 0))
    assert extras == ()


@pytest.mark.parametrize(
    ("length_s", "verdict"), [(0.5, "missed"), (0.55, "missed"), (0.7, "held")]
)
def test_a_note_let_go_a_little_late_is_no_second_note(length_s, verdict):
    reference = notes((0.0, 0.5, 60), (0.5, 0.5, 60))
    verdicts, _ = judged(reference, notes((0.0, length_s, 60)), [(0, 0)])
    assert verdicts[1].verdict == verdict


def test_a_note_struck_far_too_early_and_held_is_not_also_an_extra():
    verdicts, extras = judged(notes((2.0, 0.5, 60)), notes((1.0, 2.0, 60)), [])
    assert verdicts == (Verdict(0, "held", 0),)
    assert extras == ()


def test_a_note_meant_for_a_later_one_holds_nothing():
    reference = notes((1.0, 0.5, 60), (1.2, 0.5, 60))
    verdicts, _ = judged(reference, notes((0.95, 1.0, 60)), [(1, 0)])
    assert [v.verdict for v in verdicts] == ["missed", "correct"]


def test_of_notes_that_sound_through_it_is_the_one_that_ends_last():
    reference = notes((0.0, 0.5, 60), (2.0, 0.5, 60))
    played = notes((0.0, 5.0, 60), (1.0, 2.0, 60), (1.5, 0.2, 60))
    verdicts, extras = judged(reference, played, [(0, 2)])
    assert verdicts[1] == Verdict(1, "held", 0)
    assert extras == (1,)


def test_reach_is_half_a_beat_less_in_runs_within_limits():
    assert reach_s(song([0, 1, 2])) == pytest.approx([0.25] * 3)
    assert reach_s(song([0, 1, 1.4, 2])) == pytest.approx([0.25, 0.2, 0.2, 0.25])
    assert reach_s(song([0, 0.1])) == pytest.approx([0.15, 0.15])
    assert reach_s(song([0, 1], beat_s=2.0)) == pytest.approx([0.5, 0.5])
    assert reach_s(song([3, 3])) == pytest.approx([0.25, 0.25])


@pytest.mark.parametrize("beat_s", [0.26, 0.5, 0.577, 1.0, 1.5])
def test_reach_and_lag_stay_below_a_beat(beat_s):
    played = song([0, 1, 2], beat_s)
    together = reach_s(played) + most_lag_s(played)
    assert (together < beat_s).all()
