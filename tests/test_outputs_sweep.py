from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.outputs.sweep import Sweep


@given(st.integers(0, 119), st.integers(0, 15), st.floats(0.5, 10), st.floats(0, 100))
def test_one_controller_rises_falls_and_rests(number, channel, period_s, start_s):
    sweep = Sweep(number, channel, period_s)
    sent = list(sweep.messages(start_s))
    assert {(t.message.type, t.message.control, t.message.channel) for t in sent} == {
        ("control_change", number, channel)
    }
    values = [t.message.value for t in sent]
    top = values.index(max(values))
    assert (values[0], values[-1]) == (0, 0)
    assert max(values) >= 126
    assert values[:top] == sorted(values[:top])
    assert values[top:] == sorted(values[top:], reverse=True)
    assert sent[0].time_s == start_s
    assert sent[-1].time_s == pytest.approx(start_s + period_s)
    assert len(sent) / period_s == pytest.approx(30, abs=4)
    assert sent[-1].message == sweep.rest()


def test_two_seconds_move_in_small_steps():
    values = [t.message.value for t in Sweep(74).messages()]
    assert (len(values), max(values)) == (61, 127)
    assert max(abs(b - a) for a, b in pairwise(values)) <= 7


def test_bend_and_pressure():
    bends = [t.message for t in Sweep("bend", 3).messages()]
    assert {(m.type, m.channel) for m in bends} == {("pitchwheel", 3)}
    assert (bends[0].pitch, max(m.pitch for m in bends), bends[-1].pitch) == (0, 8191, 0)
    pressures = [t.message for t in Sweep("pressure").messages()]
    assert {m.type for m in pressures} == {"aftertouch"}
    assert max(m.value for m in pressures) == 127


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda: Sweep(120), r"controller must be in 0\.\.119, not 120"),
        (lambda: Sweep(-1), r"controller must be in 0\.\.119, not -1"),
        (lambda: Sweep("volume"), "what must be a number, 'bend' or 'pressure'"),
        (lambda: Sweep(1, channel=16), r"channel must be in 0\.\.15, not 16"),
        (lambda: Sweep(1, period_s=0), "period_s must be above 0, not 0"),
    ],
)
def test_what_cannot_be_swept(made, reason):
    with pytest.raises(ValueError, match=reason):
        made()
