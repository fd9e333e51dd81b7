"""The instrument: causal, without hanging notes, whatever the trace."""

import io
from collections import Counter
from dataclasses import replace

import mido
import numpy as np
import pytest
from hands import FPS, centre_area, frames_of, hand, melody_of, notes_on, reach_for, resting
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.hand import Hand, HandFrame
from handmidi.instrument import LOST_S, STALL_S, Instrument, from_pitches, load_preset, perform
from handmidi.instrument.presetfile import library
from handmidi.midifile import PerformanceWriter, read_performance
from handmidi.trace import TraceWriter, read_trace

PRESETS = {name: load_preset(name) for name in library()}
PRESETS["from_pitches"] = from_pitches("ode", "Ode", [60, 62, 64])
MAMA = PRESETS["mama"]
AREA = centre_area(MAMA, 3)
NOTE = MAMA.main.zones[3].pitch
NEAR = centre_area(MAMA, 5)


def kinds(messages):
    return [(m.message.type, m.message.note) for m in messages]


def check_alternation(messages):
    """On and off in turn for each channel and pitch, and nothing left on."""
    sounding = set()
    for timed in messages:
        m = timed.message
        if m.type not in ("note_on", "note_off"):
            continue
        key = (m.channel, m.note)
        assert (key in sounding) == (m.type == "note_off"), timed
        assert m.type == "note_off" or m.velocity > 0
        sounding ^= {key}
    assert not sounding


UNIT = st.floats(0, 1)
AREAS = st.one_of(st.floats(0.005, 0.3), st.floats(0, 1e6), st.just(0.0))
HANDS = st.builds(
    Hand, st.sampled_from(["left", "right"]), UNIT, AREAS, st.floats(-1, 2), st.floats(-1, 2), UNIT
)


@st.composite
def traces(draw):
    """Frames at any pace, with none, one or two hands that jump, rest, vanish and return."""
    time_s, frames = draw(st.floats(0, 100)), []
    for _ in range(draw(st.integers(1, 8))):
        hands = tuple(draw(st.lists(HANDS, max_size=2)))
        step_s = draw(st.sampled_from([1 / 30, 1 / 60, 1 / 10, 0.3, 2.0, 0.001]))
        for _ in range(draw(st.integers(1, 12))):
            time_s += step_s
            frames.append(HandFrame(time_s, time_s + draw(st.sampled_from([0, 0.02, 0.3])), hands))
    return frames


def in_order(frames):
    """The same frames with results that arrive in order, as from one tracker."""
    out, ready_s = [], 0.0
    for frame in frames:
        ready_s = max(ready_s, frame.ready_s)
        out.append(replace(frame, ready_s=ready_s))
    return out


# ---- for any trace


@settings(max_examples=120, deadline=None)
@given(frames=traces(), name=st.sampled_from(sorted(PRESETS)), hands=st.sampled_from([1, 2]))
def test_notes_alternate_and_end_for_any_trace(frames, name, hands):
    check_alternation(perform(Instrument(PRESETS[name], hands), frames))


@settings(max_examples=80, deadline=None)
@given(frames=traces(), name=st.sampled_from(sorted(PRESETS)), hands=st.sampled_from([1, 2]))
def test_no_message_is_due_before_the_row_that_it_depends_on(frames, name, hands):
    """Except the end of what sounded when frames stopped: that hangs on no later row."""
    instrument, last_s, ready_s = Instrument(PRESETS[name], hands), 0.0, None
    for frame in in_order(frames):
        stalled = ready_s is not None and frame.ready_s - ready_s > STALL_S
        for timed in instrument.feed(frame):
            if stalled and timed.time_s < frame.ready_s:
                assert timed.message.type == "note_off"
                assert timed.time_s >= ready_s + STALL_S
            else:
                assert timed.time_s >= frame.ready_s
            assert timed.time_s >= last_s
            last_s = timed.time_s
        ready_s = frame.ready_s


@settings(max_examples=40, deadline=None)
@given(frames=traces(), name=st.sampled_from(sorted(PRESETS)), data=st.data())
def test_truncating_a_trace_leaves_earlier_messages_unchanged(frames, name, data):
    cut = data.draw(st.integers(0, len(frames)))
    whole = list(perform(Instrument(PRESETS[name]), frames))
    instrument = Instrument(PRESETS[name])
    part = [timed for frame in frames[:cut] for timed in instrument.feed(frame)]
    assert whole[: len(part)] == part
    ended = list(perform(Instrument(PRESETS[name]), frames[:cut]))[len(part) :]
    assert {m.message.type for m in ended} <= {"note_off"}


def test_truncating_reaches_at_any_row_leaves_earlier_messages_unchanged():
    frames = reach_for(MAMA, melody_of(MAMA, 1, 12), 1).frames
    whole = list(perform(Instrument(MAMA), frames))
    for cut in range(0, len(frames), 7):
        part = list(perform(Instrument(MAMA), frames[:cut]))
        before = [m for m in part if cut and m.time_s < frames[cut - 1].ready_s]
        assert whole[: len(before)] == before


def test_a_message_may_be_due_before_the_next_frame_but_not_long():
    frames = reach_for(MAMA, melody_of(MAMA, 2), 2).frames
    instrument, ahead_s = Instrument(MAMA), []
    for frame in frames:
        ahead_s += [timed.time_s - frame.ready_s for timed in instrument.feed(frame)]
    assert max(ahead_s) > 0
    assert max(ahead_s) < 1.5 / FPS


# ---- hands that go


def test_a_lost_hand_ends_its_note():
    lost = frames_of(resting(AREA, 0.5, np.random.default_rng(0)) + [None] * 30)
    on, off = perform(Instrument(MAMA), lost)
    assert kinds([on, off]) == [("note_on", NOTE), ("note_off", NOTE)]
    last_seen_s = lost[14].time_s
    assert LOST_S < off.time_s - last_seen_s < LOST_S + 2 / FPS
    assert LOST_S == 0.12


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_a_missed_frame_does_not_end_a_note(missing):
    rng = np.random.default_rng(0)
    areas = resting(AREA, 0.5, rng) + [None] * missing + resting(AREA, 0.5, rng)
    assert kinds(perform(Instrument(MAMA), frames_of(areas))) == [
        ("note_on", NOTE),
        ("note_off", NOTE),
    ]


def test_a_box_of_nothing_is_no_hand():
    rng = np.random.default_rng(0)
    blink = [*resting(AREA, 0.5, rng), 0.0, *resting(AREA, 0.5, rng)]
    assert len(list(perform(Instrument(MAMA), frames_of(blink)))) == 2
    _, off = perform(Instrument(MAMA), frames_of(resting(AREA, 0.5, rng) + [0.0] * 30))
    assert off.time_s < 0.8


def test_a_hand_that_comes_back_plays_again():
    rng = np.random.default_rng(0)
    areas = resting(AREA, 0.5, rng) + [None] * 10 + resting(NEAR, 0.5, rng)
    played = notes_on(perform(Instrument(MAMA), frames_of(areas)))
    assert [pitch for _, pitch in played] == [NOTE, MAMA.main.zones[5].pitch]


@pytest.mark.parametrize("name", ["mama", "theremin"])
def test_where_frames_stop_coming_notes_end(name):
    before = frames_of([AREA] * 15)
    after = frames_of([AREA] * 15, start_s=5.0)
    said = list(perform(Instrument(PRESETS[name]), before + after))
    off = next(m for m in said if m.message.type == "note_off")
    assert off.time_s == pytest.approx(before[-1].ready_s + STALL_S)
    check_alternation(said)


def test_release_ends_everything_once():
    instrument = Instrument(MAMA, hands=2)
    both = (hand(AREA, "right"), hand(NEAR, "left"))
    for i in range(10):
        instrument.feed(HandFrame(i / FPS, i / FPS + 0.02, both))
    ended = instrument.release(1.0)
    assert sorted((m.message.channel, m.message.note) for m in ended) == [
        (0, NOTE),
        (1, MAMA.main.zones[5].pitch),
    ]
    assert instrument.release(1.0) == []


def test_a_trace_without_frames_or_hands_is_silent():
    assert list(perform(Instrument(MAMA), [])) == []
    assert list(perform(Instrument(MAMA), frames_of([None] * 60))) == []


# ---- one hand, two hands


def test_one_hand_plays_on_the_first_channel_whichever_it_is():
    for side in ("left", "right"):
        frames = [HandFrame(i / FPS, i / FPS, (hand(AREA, side),)) for i in range(15)]
        assert {m.message.channel for m in perform(Instrument(MAMA), frames)} == {0}


def test_the_hand_that_has_been_there_longest_plays():
    hands = (hand(AREA, "left"), hand(NEAR, "right"))
    frames = [HandFrame(i / FPS, i / FPS, hands[: 1 + i // 10]) for i in range(30)]
    assert [pitch for _, pitch in notes_on(perform(Instrument(MAMA), frames))] == [NOTE]


def test_two_hands_play_as_each_would_alone():
    hands = (hand(AREA, "left"), hand(NEAR, "right"))
    frames = [HandFrame(i / FPS, i / FPS + 0.02, hands) for i in range(30)]
    said = list(perform(Instrument(MAMA, hands=2), frames))
    on = {(m.message.channel, m.message.note) for m in said if m.message.type == "note_on"}
    assert on == {(1, NOTE), (0, MAMA.main.zones[5].pitch)}
    assert Counter(m.message.type for m in said) == {"note_on": 2, "note_off": 2}


def test_other_numbers_of_hands_are_refused():
    with pytest.raises(ValueError, match="hands must be 1 or 2, not 3"):
        Instrument(MAMA, hands=3)


def test_set_up_speaks_to_every_channel():
    assert {m.channel for m in Instrument(MAMA, hands=2).set_up()} == {0, 1}
    assert {m.channel for m in Instrument(PRESETS["theremin"]).set_up()} == {0}


# ---- files


def test_a_trace_on_disk_plays_as_the_live_frames_did(tmp_path):
    live = [frame.rounded() for frame in reach_for(MAMA, melody_of(MAMA, 3), 3).frames]
    writer = TraceWriter(tmp_path / "hand.csv")
    for frame in live:
        writer.write(frame)
    writer.close()
    replayed = list(perform(Instrument(MAMA), read_trace(tmp_path / "hand.csv")))
    assert replayed == list(perform(Instrument(MAMA), live))


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_the_notes_file_holds_what_was_played(tmp_path, name):
    preset = PRESETS[name]
    frames = reach_for(MAMA, melody_of(MAMA, 4), 4).frames
    said = list(perform(Instrument(preset), frames))
    writer = PerformanceWriter(tmp_path / "notes.mid")
    for timed in said:
        writer.write(timed.time_s, [timed.message])
    writer.close()
    notes = read_performance(tmp_path / "notes.mid").notes
    played = notes_on(said)
    assert played
    assert [n.pitch for n in notes] == [pitch for _, pitch in played]
    assert [n.onset_s for n in notes] == pytest.approx([t for t, _ in played], abs=0.0002)
    assert all(n.duration_s > 0 for n in notes)
    assert mido.MidiFile(file=io.BytesIO((tmp_path / "notes.mid").read_bytes())).type == 0
