import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handmidi.notes import frequency
from handmidi.score.strict import Strict, count_matches, strict

# Here, not in a test: importing it takes longer than an example may.
transcription = pytest.importorskip("mir_eval.transcription")


def columns(notes):
    onset_s, pitch = zip(*notes, strict=True) if notes else ((), ())
    return np.array(onset_s, float), np.array(pitch, int)


def ours(reference, played):
    return strict(*columns(reference), *columns(played))


def theirs(reference, played):
    def spans(notes):
        onset_s, pitch = columns(notes)
        spans = np.stack([onset_s, onset_s + 0.1], axis=1)
        return spans, np.array([frequency(p) for p in pitch])

    found = transcription.precision_recall_f1_overlap(
        *spans(reference), *spans(played), offset_ratio=None
    )
    return Strict(*found[:3])


note = st.tuples(st.integers(0, 60).map(lambda k: k / 80), st.integers(60, 62))
anywhere = st.tuples(st.floats(0, 2), st.integers(59, 61))


@pytest.mark.filterwarnings("ignore:Reference notes are empty:UserWarning")
@pytest.mark.filterwarnings("ignore:Estimated notes are empty:UserWarning")
@given(st.lists(note, max_size=25), st.lists(note, max_size=25))
@example([], [])
@example([(0.0, 60)], [])
@example([], [(0.0, 60)])
@example([(0.0, 60)], [(0.05, 60)])
@example([(0.1, 60)], [(0.15, 60)])  # 0.05 and a rounding error apart
@example([(0.0, 60)], [(0.05005, 60)])
@example([(0.0, 60)], [(0.0501, 60)])
@example([(0.0, 60), (0.06, 60)], [(0.03, 60), (0.1, 60)])  # the nearest first would lose one
@example([(0.5, 60), (0.5, 60)], [(0.5, 60)])
@example([(0.5, 0), (0.5, 127)], [(0.5, 127), (0.52, 0)])
def test_figures_are_those_of_mir_eval(reference, played):
    assert ours(reference, played) == theirs(reference, played)


@given(st.lists(anywhere, max_size=20), st.lists(anywhere, max_size=20))
@pytest.mark.filterwarnings("ignore:Reference notes are empty:UserWarning")
@pytest.mark.filterwarnings("ignore:Estimated notes are empty:UserWarning")
def test_figures_are_those_of_mir_eval_at_any_time(reference, played):
    assert ours(reference, played) == theirs(reference, played)


def test_each_note_counts_once():
    due_s, came_s = np.array([0.0, 0.01]), np.array([0.02, 0.03, 0.04])
    key = np.array([60, 60, 60])
    assert count_matches(due_s, key[:2], came_s, key) == 2


def test_literal_figures():
    reference, played = [(0.0, 60), (1.0, 62), (2.0, 64)], [(0.04, 60), (1.06, 62)]
    assert ours(reference, played) == Strict(1 / 2, 1 / 3, 0.4)
