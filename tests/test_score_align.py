from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.score.align import CHORD_S, NoteArrays, align


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
        assert j < next_j or together <= CHORD_S


@given(some_notes)
def test_playing_the_reference_pairs_every_note_with_itself(reference):
    pairs = aligned(reference, reference)
    assert len(pairs) == len(reference.pitch)
    for i, j in pairs:
        assert reference.pitch[i] == reference.pitch[j]
        assert reference.onset_s[i] == reference.onset_s[j]


WALK = notes(
    *((0.5 * k, p) for k, p in enumerate([60, 62, 64, 65, 67, 65, 64, 67, 69, 71, 72, 67]))
)


def test_a_pause_a_skip_and_both():
    shift_s = np.select([np.arange(12) < 4, np.arange(12) < 7], [0.0, 3.0], 5.5)
    paused = NoteArrays(WALK.onset_s + shift_s, WALK.end_s + shift_s, WALK.pitch)
    assert aligned(WALK, paused) == [[k, k] for k in range(12)]
    left = [0, 1, 2, 3, 8, 9, 10, 11]  # the second phrase skipped, without a hole in time
    skipped = WALK.take(np.array(left))
    skipped = NoteArrays(WALK.onset_s[:8], WALK.end_s[:8], skipped.pitch)
    assert aligned(WALK, skipped) == [[i, j] for j, i in enumerate(left)]


def test_of_a_passage_played_again_the_last_time_counts():
    order = np.array([*range(8), *range(4, 12)])
    again = WALK.take(order)
    again = NoteArrays(0.5 * np.arange(16.0), 0.5 * np.arange(16) + 0.4, again.pitch)
    assert aligned(WALK, again) == [[k, k if k < 4 else k + 4] for k in range(12)]


def test_a_false_start():
    early = WALK.take(np.arange(4))
    played = NoteArrays(*(np.concatenate(c) for c in zip(early, WALK.later(4.0), strict=True)))
    played = NoteArrays(played.onset_s, played.end_s, np.append(WALK.pitch[:4], WALK.pitch))
    assert aligned(WALK, played) == [[k, k + 4] for k in range(12)]


def test_zones_that_were_only_passed_stand_for_no_note():
    reference = notes((0, 60), (0.5, 67), (1.0, 60), (1.5, 67))
    rows = [(0, 0.4, 60), (0.40, 0.45, 62), (0.45, 0.5, 64), (0.52, 0.9, 69), (1.0, 1.4, 60)]
    rows.append((1.5, 1.9, 67))
    played = NoteArrays(*(np.array(column) for column in zip(*rows, strict=True)))
    assert aligned(reference, played) == [[0, 0], [1, 3], [2, 4], [3, 5]]


def test_without_three_equal_pitches_notes_are_expected_when_written():
    found = align(SCALE, notes((5, 60), (5.5, 61)), np.full(8, 0.3))
    assert found.expected_s.tolist() == SCALE.onset_s.tolist()
    assert found.slope == 1.0


@pytest.mark.timeout(60)
@pytest.mark.parametrize("most_lag_s", [None, 0.25])
@pytest.mark.parametrize("span_s", [5.0, 20_000.0])
def test_thousands_of_notes_of_one_pitch_or_few(span_s, most_lag_s):
    rng = np.random.default_rng(5)
    onset_s = np.sort(rng.uniform(0, span_s, (2, 2_000)), axis=1)
    pitch = rng.integers(60, 62, (2, 2_000))
    reference, played = (NoteArrays(s, s + 0.2, p) for s, p in zip(onset_s, pitch, strict=True))
    most = None if most_lag_s is None else np.full(2_000, most_lag_s)
    pairs = align(reference, played, np.full(2_000, 0.3), most).pairs
    assert len(np.unique(pairs[:, 0])) == len(np.unique(pairs[:, 1])) == len(pairs)
