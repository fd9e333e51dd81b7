from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.midifile import Performance
from handmidi.notes import Note
from handmidi.score import Astray, AstrayRun, astray_runs, score_performance
from handmidi.song import load_song

MARKS = ((0.0, 0.0), (1.0, 1.0))
ODE = load_song("ode-to-joy")
NINE = next(i for i, note in enumerate(ODE.melody) if note.beat >= ODE.bars[8])
ELEVEN = next(i for i, note in enumerate(ODE.melody) if note.beat >= ODE.bars[10])


def scored(melody, marks=MARKS):
    notes = tuple(sorted(Note(n.onset_s, n.pitch, 0.9 * n.duration_s) for n in melody))
    return score_performance(ODE, Performance(notes, marks))


def moved(notes, by_s):
    return [replace(note, onset_s=note.onset_s + by_s) for note in notes]


def kinds(score):
    return {v.verdict for v in score.verdicts}


@pytest.mark.parametrize(("factor", "side"), [(1.02, 1), (0.98, -1)])
def test_who_runs_away_from_the_backing_plays_no_wrong_notes(factor, side):
    score = scored([replace(n, onset_s=n.onset_s * factor) for n in ODE.melody])
    assert kinds(score) == {"correct", "missed"}
    (run,) = astray_runs(ODE, score)
    assert run.last_bar == 16
    assert 10 <= run.first_bar <= 13
    assert run.ms * side == pytest.approx(630, abs=60)


def test_a_pause_leaves_the_rest_behind_the_backing():
    score = scored([*ODE.melody[:NINE], *moved(ODE.melody[NINE:], 2.5)])
    rest = len(ODE.melody) - NINE
    assert [v.verdict for v in score.verdicts] == ["correct"] * NINE + ["missed"] * rest
    assert score.astray[0] == Astray(NINE, NINE, pytest.approx(2500))
    assert score.extras == tuple(note.played for note in score.astray)
    assert astray_runs(ODE, score) == (AstrayRun(9, 16, rest, pytest.approx(2500)),)
    assert score.timing_bias_ms == pytest.approx(0, abs=1e-6)
    assert score.to_dict()["astray"][0] == {
        "reference": NINE,
        "played": NINE,
        "timing_ms": 2500.0,
    }


def test_a_skip_is_ahead_of_the_backing():
    gap_s = ODE.melody[ELEVEN].onset_s - ODE.melody[NINE].onset_s
    score = scored([*ODE.melody[:NINE], *moved(ODE.melody[ELEVEN:], -gap_s)])
    assert kinds(score) == {"correct", "missed"}
    runs = astray_runs(ODE, score)
    assert runs[-1].ms == pytest.approx(-1000 * gap_s)
    assert (runs[0].first_bar, runs[-1].last_bar) == (11, 16)


def test_nothing_is_astray_at_its_place():
    for score in (scored(ODE.melody), scored(moved(ODE.melody, 0.2)), scored(ODE.melody[:20])):
        assert score.astray == ()
        assert astray_runs(ODE, score) == ()


def test_a_single_stray_note_is_judged_by_the_backing():
    late = [*ODE.melody[:NINE], *moved(ODE.melody[NINE : NINE + 1], 2.0), *ODE.melody[NINE + 1 :]]
    assert scored(late).astray == ()


def test_without_a_backing_nobody_loses_it():
    score = scored([*ODE.melody[:NINE], *moved(ODE.melody[NINE:], 2.5)], ())
    assert score.astray == ()
    assert kinds(score) == {"correct"}


def test_runs_end_at_a_note_in_place_and_where_the_distance_changes():
    score = scored(ODE.melody)
    away = [Astray(i, i, 700.0) for i in (0, 1, 2)]
    away += [Astray(i, i, 2000.0) for i in (3, 4, 5, 6)]
    missed = tuple(
        replace(v, verdict="missed", played=None, timing_ms=None) if v.reference < 7 else v
        for v in score.verdicts
    )
    lost = replace(score, verdicts=missed, astray=tuple(away))
    assert [(run.notes, run.ms) for run in astray_runs(ODE, lost)] == [(3, 700.0), (4, 2000.0)]
    between = replace(score, astray=(Astray(0, 0, 700.0), Astray(2, 2, 700.0), Astray(4, 4, 700.0)))
    assert astray_runs(ODE, between) == ()


PASSAGES = st.tuples(
    st.integers(0, len(ODE.melody) - 1),
    st.integers(1, 30),
    st.sampled_from([0.0, 0.4, 3.0, -4.0, 1e5]),
    st.floats(0.1, 2.0),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(PASSAGES, max_size=4))
def test_each_astray_note_is_an_extra_and_its_reference_missed(passages):
    melody = []
    for first, count, by_s, longer in passages:
        some = moved(ODE.melody[first : first + count], by_s)
        melody += [replace(n, onset_s=max(n.onset_s, 0.0)) for n in some]
        melody[-1] = replace(melody[-1], duration_s=longer)
    score = scored(melody)
    astray = [note.played for note in score.astray]
    assert len(set(astray)) == len(astray)
    assert set(astray) <= set(score.extras)
    assert {score.verdicts[note.reference].verdict for note in score.astray} <= {"missed"}
