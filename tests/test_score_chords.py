import numpy as np
import pytest

from handmidi.score.align import Alignment
from handmidi.score.arrays import NoteArrays
from handmidi.score.chords import with_chords


def notes(*rows):
    onset_s, pitch = (np.array(column) for column in zip(*rows, strict=True))
    return NoteArrays(onset_s.astype(float), onset_s + 0.4, pitch)


def paired(reference, played, pairs, reach_s=0.25):
    pairs = np.array(pairs, int).reshape(-1, 2)
    before = Alignment(pairs, reference.onset_s, 1.0, 0.0)
    found = with_chords(reference, played, before, np.full(len(reference.pitch), reach_s))
    return found.pairs.tolist()


CHORD = notes((1.0, 60), (1.0, 64), (1.0, 67))


def test_a_chord_broken_downwards():
    played = notes((1.0, 67), (1.05, 64), (1.1, 60))
    assert paired(CHORD, played, [(1, 1)]) == [[0, 2], [1, 1], [2, 0]]


def test_a_wrong_note_that_stood_in_the_way():
    played = notes((1.0, 67), (1.05, 64), (1.1, 60))
    assert paired(CHORD, played, [(0, 0), (1, 1)]) == [[0, 2], [1, 1], [2, 0]]


def test_another_pitch_in_its_place_is_its_partner():
    assert paired(CHORD, notes((1.0, 60), (1.0, 64), (1.1, 69)), [(0, 0), (1, 1)])[2] == [2, 2]


def test_beyond_reach_nothing_is_paired():
    assert paired(CHORD, notes((1.0, 60), (1.3, 64)), [(0, 0)]) == [[0, 0]]


def test_swapped_notes_of_a_line_stay_a_mistake():
    line = notes((1.0, 60), (1.2, 64))
    assert paired(line, notes((1.0, 64), (1.2, 60)), [(0, 1)]) == [[0, 1]]


def test_nothing_to_pair():
    one = notes((1.0, 60))
    assert paired(one, one, [(0, 0)]) == [[0, 0]]
    assert paired(CHORD, CHORD, [(0, 0), (1, 1), (2, 2)]) == [[0, 0], [1, 1], [2, 2]]


@pytest.mark.timeout(20)
def test_thousands_of_notes_in_one_chord_end():
    crowd = notes(*((1.0, k % 128) for k in range(5000)))
    assert paired(crowd, crowd, []) != []
