"""Notes that wait for the beat."""

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
    said = play(Quantiser(0.5, LINE), [note(0.3), note(0.55), note(1.01)], 3.0)
    assert [d.due_s for _, d in said] == [0.5, 0.75, 1.25]


def test_a_note_on_its_line_does_not_wait():
    quantiser = Quantiser(1.0, LINE)
    assert quantiser.feed(0.98, [note(1.0)]) == [note(1.0)]


def test_a_tempo_that_changes_moves_what_waits():
    quantiser = Quantiser(1.0, LINE)
    assert quantiser.feed(0.6, [note(0.6)]) == []
    quantiser.line = BeatLine(0.0, 60.0)
    assert quantiser.feed(0.99, []) == [note(1.0)]
    quantiser.feed(1.01, [note(1.01)])
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
)
def test_what_leaves_is_on_a_line_in_order_and_never_early(events, step):
    decisions = [Decision(t, (60 + p,) if p else (), 90) for t, p in events]
    said = play(Quantiser(step, LINE), decisions, 6.5)
    due = [d.due_s for _, d in said]
    assert due == sorted(due)
    for left_s, decision in said:
        assert decision.due_s >= left_s
        if decision.pitches:
            beat = LINE.beat(decision.due_s) / step
            assert abs(beat - round(beat)) < 1e-6 or decision.due_s == left_s
    assert sum(bool(d.pitches) for _, d in said) <= sum(bool(d.pitches) for d in decisions)
