"""A take plays again as its flags had it."""

import json
from datetime import datetime

import pytest
from hands import frames_of

from handmidi.errors import TakeError
from handmidi.instrument import load_preset
from handmidi.session.replay import replay
from handmidi.take import create_take
from handmidi.trace import TraceWriter


def taken(folder, preset, frames, **info):
    """A take of a preset from the library."""
    take = create_take(folder, "play", datetime(2026, 11, 22))
    take.write_info({"song": None, "preset": preset, "settings": {}} | info)
    writer = TraceWriter(take.trace)
    for frame in frames:
        writer.write(frame)
    writer.close()
    return take


def steps():
    return frames_of([0.02] * 30 + [0.05] * 30 + [0.1] * 30)


def test_channel_1_and_program_0_are_kept(tmp_path):
    settings = {"channel": 0, "program": 0}
    take = taken(tmp_path, "two-voices", steps(), settings=settings)
    set_up, timed = replay(take)
    assert load_preset("two-voices").main.program != 0
    assert ("program_change", 0, 0) in [
        (m.type, m.channel, m.program) for m in set_up if m.type == "program_change"
    ]
    assert timed
    drums = taken(tmp_path, "drum-pads", steps(), settings={"channel": 0})
    assert {message.channel for message in replay(drums)[0]} == {0}


def test_notes_wait_for_the_beats_of_that_session(tmp_path):
    onsets = {}
    for began_s in (0.0, 0.1):
        take = taken(
            tmp_path, "arpeggio", steps(), settings={"bpm": 120.0}, beats_started_s=began_s
        )
        onsets[began_s] = [t.time_s for t in replay(take)[1] if t.message.type == "note_on"]
    assert onsets[0.0] and onsets[0.1]
    for began_s, times in onsets.items():
        grid = [(time_s - began_s) / 0.125 for time_s in times]
        assert grid == pytest.approx([round(each) for each in grid], abs=1e-6)


@pytest.mark.parametrize(
    "wrong",
    [{"settings": {"bpm": "fast"}}, {"ranges": {"area": [1]}}, {"beats_started_s": "soon"}],
)
def test_a_damaged_take_is_one_line(tmp_path, wrong):
    take = taken(tmp_path, "chromatic", steps(), **wrong)
    assert json.loads(take.info.read_text())["preset"] == "chromatic"
    with pytest.raises(TakeError, match="is damaged") as raised:
        replay(take)
    assert "\n" not in str(raised.value)
