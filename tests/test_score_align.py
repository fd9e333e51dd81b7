from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.score import align as module
from handmidi.score.align import Measure, NoteArrays, align, pair_notes


def notes(*onsets_and_pitches):
    ordered = sorted(onsets_and_pitches)
    onset_s = np.array([onset for onset, _ in ordered], float)
    return NoteArrays(onset_s, onset_s + 0.4, np.array([pitch for _, pitch in ordered], int))


def aligned(reference, played, **options):
    reach = np.full(len(reference.pitch), 0.3)
    return align(reference, played, reach, **options).pairs.tolist()


SCALE = notes(*((0.5 * k, 60 + k) for k in range(8)))
some_notes = st.lists(
    st.tuples(st.integers(0, 60).map(lambda k: k / 10), st.integers(60, 64)), max_size=30
).map(lambda rows: notes(*rows))


def test_a_perfect_performance():
    assert aligned(SCALE, SCALE) == [[k, k] for k in range(8)]


def test_missed_wrong_and_extra():
    played = notes(
        (0, 60), (0.5, 61), (1.5, 70), (2, 64), (2.25, 61), (2.5, 65), (3, 66), (3.5, 67)
    )
    assert aligned(SCALE, played) == [
        [0, 0],
        [1, 1],
        [3, 2],
        [4, 3],
        [5, 5],
        [6, 6],
        [7, 7],
    ]


def test_another_start_and_tempo():
    played = notes(*((31.0 + 0.8 * k, 60 + k) for k in range(8)))
    found = align(SCALE, played, np.full(8, 0.3))
    assert found.pairs.tolist() == [[k, k] for k in range(8)]
    assert found.slope == pytest.approx(1.6)
    assert found.expected_s == pytest.approx(played.onset_s)


def test_on_one_clock_only_a_limited_lag_is_forgiven():
    most = np.full(8, 0.25)
    assert len(aligned(SCALE, SCALE.later(0.5), most_lag_s=most)) == 8
    assert not [(i, j) for i, j in aligned(SCALE, SCALE.later(0.9), most_lag_s=most) if i == j]


def test_a_rolled_chord_pairs_by_pitch():
    reference = notes((0, 60), (0, 64), (0, 67), (1, 60))
    played = notes((0, 67), (0.01, 64), (0.02, 60), (1, 60))
    assert aligned(reference, played) == [[0, 2], [1, 1], [2, 0], [3, 3]]


def test_no_notes_on_either_side():
    nothing = notes()
    assert aligned(SCALE, nothing) == aligned(nothing, SCALE) == aligned(nothing, nothing) == []


@given(some_notes, some_notes)
def test_pairs_use_each_note_once_and_run_forward(reference, played):
    pairs = aligned(reference, played)
    assert pairs == aligned(reference, played)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    for (i, j), (next_i, next_j) in combinations(pairs, 2):
        together = min(
            reference.onset_s[next_i] - reference.onset_s[i],
            abs(played.onset_s[next_j] - played.onset_s[j]),
        )
        assert j < next_j or together <= module.CHORD_S


@given(some_notes)
def test_playing_the_reference_pairs_every_note_with_itself(reference):
    pairs = aligned(reference, reference)
    assert len(pairs) == len(reference.pitch)
    for i, j in pairs:
        assert reference.pitch[i] == reference.pitch[j]
        assert reference.onset_s[i] == reference.onset_s[j]


def brute_force(gain):
    rows, columns = gain.shape
    sums = [
        gain[list(i), list(j)].sum()
        for size in range(min(rows, columns) + 1)
        for i in combinations(range(rows), size)
        for j in combinations(range(columns), size)
    ]
    return max(sums)


@given(st.integers(1, 5), st.integers(1, 5), st.data())
def test_the_path_is_the_best_there_is(rows, columns, data):
    cells = st.floats(-1, 2)
    gain = np.array(
        data.draw(st.lists(cells, min_size=rows * columns, max_size=rows * columns))
    ).reshape(rows, columns)
    pairs, total = module._best_path(gain, np.zeros(rows, int), columns)
    assert total == pytest.approx(brute_force(gain))
    assert gain[pairs[:, 0], pairs[:, 1]].sum() == pytest.approx(total)


def test_a_band_finds_what_the_whole_finds(monkeypatch):
    rng = np.random.default_rng(3)
    reference = notes(*((0.5 * k, int(p)) for k, p in enumerate(rng.integers(60, 68, 400))))
    kept = np.sort(rng.permutation(400)[:370])
    played = reference.take(kept).later(0.1)
    for by_time in (True, False):
        measure = Measure(0.2, 1.0, by_time)
        monkeypatch.undo()
        whole = pair_notes(reference.onset_s[None], reference.pitch, played, measure)
        monkeypatch.setattr(module, "_MOST_CELLS", 1)
        band = pair_notes(reference.onset_s[None], reference.pitch, played, measure)
        assert band[0].tolist() == whole[0].tolist()
        assert band[1] == pytest.approx(whole[1])
