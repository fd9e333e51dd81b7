"""Notes that wait for the beat."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.beat import BeatLine
from handmidi.instrument.quantise import Decision, Quantiser

LINE = BeatLine(0.0, 120.0)  # half a second a beat


def note(due_s, pitch=60):
    return Decision(due_s, (pitch,), 90)


def rest(due_s):
    return Decision(due_s, ())


def play(quantiser, decisions, until_s, fps=30):
    """Frames until then, each with the decisions that are due before the next."""
    out = []
    for i in range(int(until_s * fps)):
        now = [d for d in decisions if i / fps <= d.due_s < (i + 1) / fps]
        out += [(i / fps, d) for d in quantiser.feed(i / fps, sorted(now))]
    return out


def test_a_note_waits_for_its_line():
    ((left_s, decision),) = play(Quantiser(1.0, LINE), [note(0.6)], 2.0)
    assert decision == note(1.0)
    assert 1.0 - 0.05 < left_s <= 1.0


def test_the_newest_decision_wins():
    said = play(Quantiser(1.0, LINE), [note(0.6, 60), note(0.8, 62)], 2.0)
    assert [d for _, d in said] == [note(1.0, 62)]


def test_a_rest_ends_at_once_and_forgets_what_waits():
    said = play(Quantiser(1.0, LINE), [note(0.6), rest(0.7)], 2.0)
    assert [d for _, d in said] == [rest(0.7)]


def test_each_line_has_its_note():
    said = play(Quantiser(0.5, LINE), [note(0.4), note(0.6), note(1.1)], 3.0)
    assert [d.due_s for _, d in said] == [0.5, 0.75, 1.25]


@pytest.mark.parametrize("late_s", [0.0, 0.001, 0.04, 0.089])
def test_a_late_note_sounds_at_once(late_s):
    said = play(Quantiser(0.5, LINE), [note(1.0 + late_s), note(1.5 + late_s)], 3.0)
    assert [d.due_s for _, d in said] == [1.0 + late_s, 1.5 + late_s]


@pytest.mark.parametrize(
    ("step", "late_s", "due_s"),
    [
        (0.5, 0.091, 1.25),  # at most 90 ms
        (0.25, 0.049, 1.049),  # or 0.4 of a step
        (0.25, 0.051, 1.125),
        (0.125, 0.024, 1.024),
        (0.125, 0.026, 1.0625),
    ],
)
def test_how_late_is_late(step, late_s, due_s):
    said = play(Quantiser(step, LINE), [note(1.0 + late_s)], 3.0)
    assert [d.due_s for _, d in said] == [pytest.approx(due_s)]


def test_an_early_note_waits_for_its_line():
    said = play(Quantiser(0.5, LINE), [note(0.92), note(1.49)], 3.0)
    assert [d.due_s for _, d in said] == [1.0, 1.5]


def test_where_no_late_note_is_forgiven_it_waits():
    said = play(Quantiser(0.5, LINE, forgives=False), [note(1.01), note(1.501)], 3.0)
    assert [d.due_s for _, d in said] == [1.25, 1.75]


@pytest.mark.parametrize(
    ("forgives", "due_s", "replaced_s"),
    [
        (True, 0.99, 1.01),
        (True, 1.0, 1.01),
        (True, 1.003, 1.01),
        (True, 1.04, 1.04),
        (True, 1.1, 1.25),
        (False, 0.99, 1.25),
        (False, 1.003, 1.25),
    ],
)
def test_a_correction_never_takes_the_moment_of_what_it_replaces(forgives, due_s, replaced_s):
    quantiser = Quantiser(0.5, LINE, forgives)
    assert quantiser.feed(0.97, [note(0.95, 60)]) == [note(1.0, 60)]
    said = []
    for i in range(10):
        ready_s = 0.985 + i / 30
        now = [note(due_s, 62)] if ready_s <= due_s < ready_s + 1 / 30 else []
        said += quantiser.feed(ready_s, now)
    assert said == [Decision(pytest.approx(replaced_s), (62,), 90)]


def test_a_note_on_its_line_does_not_wait():
    quantiser = Quantiser(1.0, LINE)
    assert quantiser.feed(0.98, [note(1.0)]) == [note(1.0)]


def test_a_tempo_that_changes_moves_what_waits():
    quantiser = Quantiser(1.0, LINE)
    assert quantiser.feed(0.6, [note(0.6)]) == []
    quantiser.line = BeatLine(0.0, 60.0)
    assert quantiser.feed(0.99, []) == [note(1.0)]
    assert quantiser.feed(1.2, [note(1.2)]) == []
    quantiser.line = BeatLine(-0.2, 60.0)
    assert quantiser.feed(1.77, []) == [note(1.8)]


def test_a_frame_that_comes_late_lets_go_at_once():
    quantiser = Quantiser(1.0, LINE)
    quantiser.feed(0.6, [note(0.6)])
    assert quantiser.feed(1.1, []) == [note(1.1)]


def test_after_a_pause_nothing_waits():
    quantiser = Quantiser(1.0, LINE)
    quantiser.feed(0.6, [note(0.6)])
    quantiser.reset()
    assert quantiser.feed(2.0, []) == []


@given(
    st.lists(st.tuples(st.floats(0, 5), st.integers(0, 3)), max_size=20),
    st.sampled_from([0.25, 1 / 3, 1.0]),
    st.booleans(),
)
def test_what_leaves_is_on_a_line_or_late_in_order_and_never_early(events, step, forgives):
    decisions = [Decision(t, (60 + p,) if p else (), 90) for t, p in events]
    said = play(Quantiser(step, LINE, forgives), decisions, 6.5)
    due = [d.due_s for _, d in said]
    assert due == sorted(due)
    step_s = step / 2
    for left_s, decision in said:
        assert decision.due_s >= left_s
        if decision.pitches:
            late_s = (decision.due_s + 1e-6) % step_s
            allowed_s = min(0.4 * step_s, 0.09) if forgives else 0.0
            assert late_s <= allowed_s + 2e-6 or decision.due_s == left_s
    onsets = [d.due_s for _, d in said if d.pitches]
    assert all(b - a > 0.0099 for a, b in pairwise(onsets))
    assert sum(bool(d.pitches) for _, d in said) <= sum(bool(d.pitches) for d in decisions)
