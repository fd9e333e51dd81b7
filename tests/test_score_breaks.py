from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.midifile import Performance
from handmidi.notes import Note
from handmidi.score import Break, score_performance
from handmidi.score.arrays import NoteArrays
from handmidi.score.breaks import ONE_RUN, OwnClock
from handmidi.song import load_song

ODE = load_song("ode-to-joy")
COUNT = len(ODE.melody)
ONSETS = np.array([note.onset_s for note in ODE.melody])


def at_bar(number):
    return next(i for i, note in enumerate(ODE.melody) if note.beat >= ODE.bars[number - 1])


NINE, ELEVEN = at_bar(9), at_bar(11)


def notes(melody, by_s=0.0):
    return [Note(n.onset_s + by_s, n.pitch, 0.9 * n.duration_s) for n in melody]


def scored(played):
    return score_performance(ODE, Performance(tuple(sorted(played))))


def away_s(score):
    """How far each correct note is from its written place, as shown."""
    placed = [(v.played, v.reference) for v in score.verdicts if v.verdict == "correct"]
    return np.array([score.onsets_s[j] - ONSETS[i] for j, i in placed])


@settings(deadline=None, max_examples=20)
@given(st.integers(8, COUNT - 8), st.floats(1.0, 6.0), st.floats(-0.1, 0.2))
def test_a_pause_is_told_once_and_is_in_no_figure(where, pause_s, late_s):
    melody = ODE.melody
    score = scored([*notes(melody[:where], late_s), *notes(melody[where:], late_s + pause_s)])
    assert {v.verdict for v in score.verdicts} == {"correct"}
    assert score.breaks == (Break(where, pytest.approx(pause_s, abs=0.01), 0),)
    assert score.timing_bias_ms == pytest.approx(1000 * late_s, abs=1)
    assert score.timing_spread_ms == pytest.approx(0, abs=1)
    assert score.tempo_ratio == pytest.approx(1, abs=1e-3)
    assert away_s(score) == pytest.approx(late_s, abs=1e-3)
    assert score.tiers["perfect"] == COUNT


def test_a_skip_is_left_out_and_the_rest_at_its_place():
    gap_s = ONSETS[ELEVEN] - ONSETS[NINE]
    score = scored([*notes(ODE.melody[:NINE]), *notes(ODE.melody[ELEVEN:], -gap_s)])
    assert score.breaks == (Break(ELEVEN, pytest.approx(0, abs=1e-3), ELEVEN - NINE),)
    assert away_s(score) == pytest.approx(0, abs=1e-3)
    assert score.to_dict()["breaks"] == [
        {"reference": ELEVEN, "pause_s": 0.0, "skipped": ELEVEN - NINE}
    ]


def test_who_goes_back_plays_each_attempt_at_its_place():
    gap_s = ONSETS[ELEVEN] - ONSETS[NINE]
    score = scored([*notes(ODE.melody[:ELEVEN]), *notes(ODE.melody[NINE:], gap_s + 2.0)])
    assert score.breaks == (Break(NINE, pytest.approx(2.0, abs=1e-3), NINE - ELEVEN),)
    assert score.extras == tuple(range(NINE, ELEVEN))
    assert away_s(score) == pytest.approx(0, abs=1e-3)
    earlier_s = [score.onsets_s[j] for j in score.extras]
    assert earlier_s == pytest.approx(ONSETS[NINE:ELEVEN], abs=1e-3)
    assert score.extras_s == pytest.approx(ONSETS[NINE:ELEVEN], abs=1e-3)


def test_notes_missed_about_a_pause_are_not_skipped():
    score = scored([*notes(ODE.melody[: NINE - 1]), *notes(ODE.melody[NINE:], 2.0)])
    assert score.breaks == (Break(NINE, pytest.approx(2.0, abs=1e-3), 0),)


def test_a_note_held_through_a_pause_ends_with_it():
    held = replace(notes(ODE.melody)[NINE - 1], duration_s=3.0)
    score = scored([*notes(ODE.melody[: NINE - 1]), held, *notes(ODE.melody[NINE:], 2.5)])
    assert score.ends_s[NINE - 1] == pytest.approx(ONSETS[NINE], abs=1e-3)


def test_strict_goes_by_the_recording():
    score = scored([*notes(ODE.melody[:NINE]), *notes(ODE.melody[NINE:], 2.5)])
    assert score.strict.recall == pytest.approx(NINE / COUNT, abs=0.1)


def test_steady_playing_has_no_breaks():
    slow = [replace(note, onset_s=1.1 * note.onset_s) for note in notes(ODE.melody, 3.0)]
    for played in (notes(ODE.melody), slow, [*notes(ODE.melody)[:10], *notes(ODE.melody)[13:]], []):
        assert scored(played).breaks == ()


def test_the_clock_moves_stretches_and_ends_what_was_held():
    clock = OwnClock(np.array([-np.inf, 5.0]), np.array([0.0, 2.0]), np.array([3.0, np.inf]))
    played = NoteArrays(np.array([1.0, 2.0, 4.0, 5.0]), np.array([1.5, 5.0, 4.5, 6.0]), np.zeros(4))
    moved = clock.without_breaks(played)
    assert moved.onset_s.tolist() == [1.0, 2.0, 3.0, 3.0]
    assert moved.end_s.tolist() == [1.5, 3.0, 3.0, 4.0]
    assert ONE_RUN.without_breaks(played).end_s.tolist() == played.end_s.tolist()
