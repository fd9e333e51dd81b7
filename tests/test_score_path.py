from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.score import path
from handmidi.score.arrays import NoteArrays
from handmidi.score.gains import pair_notes
from handmidi.score.path import best_path


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
    blocks = np.array_split(gain, data.draw(st.integers(1, 3)))
    pairs, total = best_path(blocks, np.zeros(rows, int), columns, columns)
    assert total == pytest.approx(brute_force(gain))
    assert gain[pairs[:, 0], pairs[:, 1]].sum() == pytest.approx(total)


def test_a_band_finds_what_the_whole_finds(monkeypatch):
    rng = np.random.default_rng(3)
    onset_s, pitch = 0.5 * np.arange(400.0), rng.integers(60, 68, 400)
    kept = np.sort(rng.permutation(400)[:370])
    played = NoteArrays(onset_s, onset_s + 0.4, pitch).take(kept).later(0.1)
    whole = pair_notes(onset_s, pitch, played, 0.1)
    monkeypatch.setattr(path, "MOST_CELLS", 1)
    band = pair_notes(onset_s, pitch, played, 0.1)
    assert band[0].tolist() == whole[0].tolist()
    assert band[1] == pytest.approx(whole[1])
