"""Tempo maps: beats to seconds and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.tempomap import TempoMap


def test_tempo_map_by_hand():
    tempo_map = TempoMap([(0, 1_000_000), (4, 500_000)])
    assert tempo_map.bpm == 60
    assert [tempo_map.seconds(b) for b in (0, 4, 6)] == [0, 4, 5]
    assert [tempo_map.beat(s) for s in (0, 4, 5)] == [0, 4, 6]
    assert TempoMap().bpm == 120


@given(
    changes=st.lists(
        st.tuples(st.floats(0, 1000), st.integers(100_000, 3_000_000)), max_size=6
    ).map(sorted),
    beat=st.floats(0, 2000),
)
def test_tempo_map_runs_both_ways(changes, beat):
    tempo_map = TempoMap(changes)
    assert tempo_map.beat(tempo_map.seconds(beat)) == pytest.approx(beat, abs=1e-6)
    assert tempo_map.seconds(beat + 1) > tempo_map.seconds(beat)


def test_the_changes_make_the_same_map_again():
    changes = ((0.0, 500_000.0), (4.0, 250_000.0), (9.5, 1e6))
    assert TempoMap(changes).changes == changes
    assert TempoMap([*changes[:2], (6.0, 250_000), changes[2]]).changes == changes
    assert TempoMap().changes == ((0.0, 500_000.0),)
