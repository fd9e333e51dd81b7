"""Counts that play when they have stood for a moment."""

import pytest

from handmidi.instrument.counted import HOLD_S, Counted
from handmidi.instrument.onset import REST

EDGES = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]


def shown(counts, fps=30):
    counted = Counted(EDGES)
    return [
        event
        for i, count in enumerate(counts)
        for event in counted.feed(i / fps, i / fps + 0.02, count)
    ]


@pytest.mark.parametrize("passed", [0, 1, 2])
@pytest.mark.parametrize("fps", [20, 30, 60])
def test_counts_that_are_passed_do_not_sound(passed, fps):
    each = int(HOLD_S * fps * passed / 2)
    events = shown([1] * 20 + [2] * each + [3] * each + [4] * 20 + [0] * 20, fps)
    assert [zone for _, zone in events] == [0, 3, REST]


def test_it_sounds_as_soon_as_it_has_stood_and_only_once():
    ((due_s, zone),) = shown([2] * 40)
    assert zone == 1
    assert due_s == pytest.approx(0.12)


def test_a_lost_hand_counts_anew():
    counted = Counted(EDGES)
    for i in range(6):
        counted.feed(i / 30, i / 30, 2)
    assert counted.zone == 1
    counted.reset()
    assert counted.zone == 1
    counted.reset(silence=True)
    assert counted.zone == REST
    assert counted.feed(1.0, 1.0, 2) == []
