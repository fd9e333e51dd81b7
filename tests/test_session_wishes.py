"""What a player asks for by keys becomes the next round's options."""

from __future__ import annotations

import pytest

from handmidi.session.options import Options
from handmidi.session.wishes import STEP, Wishes


def wishes(**changes) -> Wishes:
    return Wishes(Options(song="mama", **changes))


def test_nothing_is_due_that_was_not_asked_for():
    assert wishes().due(1e9) is None


def test_a_restart_is_due_at_once_with_the_same_options():
    asked = wishes(tempo=70.0, loop=(2, 3))
    asked.restart(5.0)
    assert asked.due(4.9) is None
    assert asked.due(5.0) == Options(song="mama", tempo=70.0, loop=(2, 3))


def test_a_wish_that_cannot_be_had_is_forgotten_but_for_the_preset():
    asked = wishes(tempo=90.0)
    asked.preset("blues")
    asked.loop_bars((1, 2), 1.0)
    asked.forget()
    assert asked.due(1e9) is None
    asked.restart(2.0)
    assert asked.due(2.0) == Options(song="mama", tempo=90.0, preset="blues")


def test_presses_within_a_moment_are_one_change_of_tempo():
    asked = wishes(tempo=90.0)
    lines = [asked.tempo(step, now_s) for step, now_s in ((STEP, 1.0), (STEP, 1.5), (-STEP, 2.0))]
    assert lines == ["tempo 95 %", "tempo 100 %", "tempo 95 %"]
    assert asked.due(2.7) is None
    assert asked.due(2.8).tempo == 95.0


@pytest.mark.parametrize(
    ("tempo", "step", "word"), [(200.0, STEP, "faster"), (25.0, -STEP, "slower")]
)
def test_the_limits_of_the_tempo_begin_no_round(tempo, step, word):
    asked = wishes(tempo=tempo)
    assert asked.tempo(step, 1.0) == f"tempo {tempo:g} %: it goes no {word}"
    assert asked.due(9.0) is None


def test_a_rising_loop_rises_from_the_new_tempo_to_its_old_top():
    asked = wishes(tempo=60.0, loop=(1, 2), rise=10.0, top=80.0)
    asked.tempo(STEP, 0.0)
    assert (asked.due(1.0).tempo, asked.due(1.0).rise, asked.due(1.0).top) == (65.0, 10.0, 80.0)
    for now_s in range(1, 5):
        asked.tempo(STEP, now_s)
    assert (asked.due(9.0).tempo, asked.due(9.0).rise, asked.due(9.0).top) == (85.0, 0.0, 85.0)


def test_a_link_session_keeps_its_tempo():
    asked = wishes(link=True)
    assert asked.tempo(STEP, 0.0) == "Ableton Link sets the tempo: change it there"
    assert asked.due(9.0) is None


@pytest.mark.parametrize(
    ("bars", "loop", "line"),
    [
        ((5, 8), (5, 8), "loop: bars 5–8"),
        ((8, 5), (5, 8), "loop: bars 5–8"),
        ((0, 0), (1, 1), "loop: bar 1"),
        ((13, 99), (13, 14), "loop: bars 13–14"),
    ],
)
def test_two_marks_are_a_loop_and_a_third_one_is_the_whole_song(bars, loop, line):
    asked, (first, last) = wishes(), bars
    assert "l again in its last bar" in asked.loop(first, 14, 1.0)
    assert asked.due(9.0) is None
    assert asked.loop(last, 14, 2.0) == line
    assert asked.due(2.0).loop == loop
    again = Wishes(asked.due(2.0))
    assert again.loop(6, 14, 1.0) == "the whole song"
    assert again.due(1.0).loop is None


def test_a_preset_is_kept_for_whatever_follows_but_asks_for_nothing():
    asked = wishes()
    asked.preset("melody-box")
    assert asked.due(9.0) is None
    asked.restart(10.0)
    assert asked.due(10.0).preset == "melody-box"
