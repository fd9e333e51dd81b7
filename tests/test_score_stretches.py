import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.score import stretches as module
from handmidi.score.arrays import NoteArrays
from handmidi.score.playthrough import write_out
from handmidi.score.stretches import find_stretches

PITCHES = np.array([60, 64, 62, 67, 65, 69, 60, 72, 71, 62, 64, 65, 69, 67, 71, 60])
ONSETS_S = 0.5 * np.arange(16.0)


def notes(onset_s, pitch):
    return NoteArrays(np.asarray(onset_s, float), np.asarray(onset_s, float) + 0.4, pitch)


WRITTEN = notes(ONSETS_S, PITCHES)


def spans(stretches):
    return [(*s[0].tolist(), *s[-1].tolist()) for s in stretches]


@given(st.floats(-100, 100), st.floats(0.55, 1.8))
def test_one_stretch_at_any_start_and_tempo(start_s, slope):
    stretches, found = find_stretches(WRITTEN, notes(start_s + slope * ONSETS_S, PITCHES))
    assert spans(stretches) == [(0, 0, 15, 15)]
    assert found == pytest.approx(slope, rel=0.2)


@pytest.mark.parametrize("pause_s", [0.6, 3.0, 600.0])
def test_a_pause_begins_a_stretch(pause_s):
    stretches, _ = find_stretches(WRITTEN, notes(ONSETS_S + pause_s * (ONSETS_S >= 4), PITCHES))
    assert spans(stretches) == [(0, 0, 7, 7), (8, 8, 15, 15)]


def test_going_back_thrice():
    order = [*range(10), *range(5, 10), *range(5, 16)]
    played = notes(0.5 * np.arange(len(order)), PITCHES[order])
    stretches, slope = find_stretches(WRITTEN, played)
    assert spans(stretches) == [(0, 0, 9, 9), (5, 10, 9, 14), (5, 15, 15, 25)]
    through = write_out(WRITTEN, played, stretches, slope)
    rows = [through.row[through.part == k].tolist() for k in range(3)]
    assert rows == [[*range(11)], [*range(5, 11)], [*range(5, 16)]]  # 10 was due at each jump
    here_s = [through.expected_s(WRITTEN)[through.part == k] for k in range(3)]
    assert here_s[1][:5] == pytest.approx(played.onset_s[10:15])
    assert here_s[2] == pytest.approx(played.onset_s[15:])


def test_what_was_skipped_is_expected_where_it_would_have_come():
    order = [*range(5), *range(10, 16)]
    played = notes(0.5 * np.arange(len(order)), PITCHES[order])
    through = write_out(WRITTEN, played, *find_stretches(WRITTEN, played))
    expected_s = through.expected_once_s(WRITTEN)
    assert expected_s[:10] == pytest.approx(ONSETS_S[:10])
    assert expected_s[10:] == pytest.approx(played.onset_s[5:])


def test_nothing_and_nothing_alike():
    nothing = notes([], np.empty(0, int))
    assert find_stretches(WRITTEN, nothing)[0] == find_stretches(nothing, WRITTEN)[0] == []
    assert find_stretches(WRITTEN, notes(ONSETS_S, PITCHES + 30))[0] == []


def test_a_long_song_is_searched_near_the_player(monkeypatch):
    rng = np.random.default_rng(7)
    written = notes(0.5 * np.arange(600.0), rng.integers(60, 72, 600))
    played = notes(written.onset_s + 3.0 * (written.onset_s > 120), written.pitch)
    whole, _ = find_stretches(written, played)
    monkeypatch.setattr(module, "_MOST_CELLS", 1)
    near, _ = find_stretches(written, played)
    assert spans(near) == spans(whole)


def test_a_file_made_to_explode_keeps_its_longest_stretches():
    wide = [np.array([[0, j], [50, j + 1], [99, j + 2]]) for j in range(0, 90, 3)]
    whole = np.stack([np.arange(100), np.arange(90, 190)], axis=1)
    chance = np.array([[3, 200], [4, 201]])
    kept = module._worth_keeping([*wide, whole, chance], 350)
    assert [len(stretch) for stretch in kept] == [3, 3, 100]
