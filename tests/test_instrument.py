"""The instrument: hands that come and go, one or two, with their roles, and its files."""

import io
from collections import Counter
from dataclasses import replace

import mido
import numpy as np
import pytest
from hands import FPS, centre_area, frames_of, hand, melody_of, notes_on, reach_for, resting

from handmidi.beat import BeatLine
from handmidi.hand import HandFrame
from handmidi.instrument import LOST_S, STALL_S, Instrument, from_pitches, load_preset, perform
from handmidi.instrument.preset import Controller, Part, Velocity, Zone
from handmidi.instrument.scaling import Scaling
from handmidi.midifile import PerformanceWriter, read_performance
from handmidi.notes import Note
from handmidi.trace import TraceWriter, read_trace

NAMES = ("blues", "chromatic", "deep-purple", "mama", "theremin")
PRESETS = {name: load_preset(name) for name in NAMES}
PRESETS["from_pitches"] = from_pitches("ode", "Ode", [60, 62, 64])
MAMA = PRESETS["mama"]
AREA = centre_area(MAMA, 3)
NOTE = MAMA.main.zones[3].pitch
NEAR = centre_area(MAMA, 5)


def kinds(messages):
    return [(m.message.type, m.message.note) for m in messages]


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
    sounds = [m.message.type for m in said if m.message.type.startswith("note")]
    assert sounds == ["note_on", "note_off"] * 2


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


def test_the_drums_have_one_channel_for_both_hands():
    drums = replace(MAMA, main=replace(MAMA.main, channel=9))
    frames = [HandFrame(i / FPS, i / FPS, (hand(AREA, "left"),)) for i in range(15)]
    assert {m.message.channel for m in perform(Instrument(drums, hands=2), frames)} == {9}


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_preset_may_ask_for_one_hand(side):
    preset = replace(MAMA, hand=side)
    for shown in ("left", "right"):
        frames = [HandFrame(i / FPS, i / FPS, (hand(AREA, shown),)) for i in range(15)]
        assert bool(list(perform(Instrument(preset), frames))) == (shown == side)


# ---- two hands with roles

VOLUME = Part(
    Scaling("y", (0.9, 0.1)), controllers=(Controller(Scaling("y", (0.9, 0.1)), "cc", 7, (0, 127)),)
)
CHORDS = Part(
    Scaling("x", (0.0, 1.0)),
    zones=(Zone(0.0, (45, 48, 52)), Zone(0.5, (43, 47, 50))),
    channel=1,
    program=48,
)


def both_hands(right, left, seconds=1.0, start_s=0.0):
    """Frames with a still hand on each side; None is a hand out of sight."""
    seen = tuple(each for each in (right, left) if each)
    times = [start_s + i / FPS for i in range(round(seconds * FPS))]
    return [HandFrame(t, t + 0.02, seen) for t in times]


def test_the_other_hand_shapes_the_sound_of_the_first():
    preset = replace(MAMA, hand="right", other=VOLUME)
    instrument = Instrument(preset)
    assert instrument.hands == 2
    frames = both_hands(hand(AREA, "right"), hand(NEAR, "left", y=0.1))
    said = [m.message for m in perform(instrument, frames)]
    assert [(m.type, m.channel) for m in said] == [
        ("control_change", 0),
        ("note_on", 0),
        ("note_off", 0),
    ]
    assert (said[0].control, said[0].value, said[1].note) == (7, 127, NOTE)


def test_the_volume_stays_when_its_hand_goes():
    instrument = Instrument(replace(MAMA, hand="right", other=VOLUME))
    frames = both_hands(hand(AREA, "right"), hand(NEAR, "left", y=0.1))
    frames += both_hands(hand(AREA, "right"), None, start_s=1.0)
    said = list(perform(instrument, frames))
    assert [m.message.value for m in said if m.message.type == "control_change"] == [127]


def test_a_left_handed_player_swaps_the_roles():
    instrument = Instrument(replace(MAMA, hand="left", other=VOLUME))
    frames = both_hands(hand(NEAR, "right", y=0.1), hand(AREA, "left"))
    assert [pitch for _, pitch in notes_on(perform(instrument, frames))] == [NOTE]


def test_melody_and_chords():
    preset = replace(MAMA, hand="right", other=CHORDS)
    instrument = Instrument(preset, hands=1)
    programs = [m for m in instrument.set_up() if m.type == "program_change"]
    assert [(m.channel, m.program) for m in programs] == [(0, MAMA.main.program), (1, 48)]
    frames = both_hands(hand(AREA, "right"), hand(NEAR, "left", x=0.25))
    frames += both_hands(hand(AREA, "right"), hand(NEAR, "left", x=0.75), start_s=1.0)
    said = list(perform(instrument, frames))
    on = [(m.message.channel, m.message.note) for m in said if m.message.type == "note_on"]
    assert sorted(on) == [(0, NOTE), *((1, pitch) for pitch in (43, 45, 47, 48, 50, 52))]


def test_a_shared_pitch_on_a_shared_channel_is_struck_again():
    same = replace(CHORDS, channel=0, zones=(Zone(0.0, (NOTE,)),))
    instrument = Instrument(replace(MAMA, hand="right", other=same))
    frames = both_hands(hand(AREA, "right"), None)
    frames += both_hands(hand(AREA, "right"), hand(AREA, "left"), start_s=1.0)
    frames += both_hands(None, hand(AREA, "left"), start_s=2.0)
    said = kinds(perform(instrument, frames))
    assert said == [("note_on", NOTE), ("note_off", NOTE)] * 2


def test_in_mpe_the_other_hand_shapes_the_whole_zone():
    bend = Controller(Scaling("tilt", (-40.0, 40.0)), "bend", 0, (-2.0, 2.0))
    other = replace(VOLUME, controllers=(*VOLUME.controllers, bend))
    instrument = Instrument(replace(MAMA, hand="right", other=other, mpe=True))
    left = replace(hand(NEAR, "left", y=0.1), tilt=20.0)
    said = [m.message for m in perform(instrument, both_hands(hand(AREA, "right"), left))]
    assert [m.channel for m in said if m.is_cc(7)] == [0]
    assert [m.channel for m in said if m.type == "note_on"] == [1]
    wheels = [(m.channel, m.pitch) for m in said if m.type == "pitchwheel"]
    assert wheels[0] == (0, 4096)


def test_after_the_end_a_synth_is_as_it_was():
    bend = Controller(Scaling("tilt", (-40.0, 40.0)), "bend", 0, (-2.0, 2.0))
    instrument = Instrument(replace(MAMA, main=replace(MAMA.main, controllers=(bend,))))
    assert instrument.tear_down() == []
    tilted = replace(hand(AREA), tilt=20.0)
    list(perform(instrument, both_hands(tilted, None)))
    assert [m.pitch for m in instrument.tear_down()] == [0]


def test_a_volume_turned_down_does_not_outlive_its_preset():
    instrument = Instrument(load_preset("two-hand-theremin"))
    down = both_hands(hand(AREA, "right"), hand(AREA, "left", y=0.95))
    said = [m.message for m in perform(instrument, down)]
    assert [m.value for m in said if m.is_cc(7)] == [0]
    assert [m.value for m in instrument.tear_down() if m.is_cc(7)] == [100]


# ---- beats, songs, and what the screen asks for


@pytest.mark.parametrize(("onset", "late_s"), [("settle", 0.09), ("glide", 0.0)])
def test_notes_wait_for_the_beat_but_a_late_one_that_was_aimed_at_it(onset, late_s):
    main = replace(MAMA.main, onset=onset)
    quantised = replace(MAMA, main=main, grid_beats=0.5, bpm=120.0)
    frames = reach_for(MAMA, melody_of(MAMA, 1, 12), 1).frames
    played = notes_on(perform(Instrument(quantised), frames))
    assert len(played) >= 10
    assert all((t + 1e-6) % 0.25 <= late_s + 2e-6 for t, _ in played)


def test_the_beat_may_come_from_elsewhere():
    glide = replace(MAMA.main, onset="glide")
    instrument = Instrument(replace(MAMA, main=glide, grid_beats=0.5, bpm=120.0))
    instrument.follow(BeatLine(0.1, 100.0))
    frames = reach_for(MAMA, melody_of(MAMA, 1, 12), 1).frames
    first, *_ = notes_on(perform(instrument, frames))
    assert BeatLine(0.1, 100.0).beat(first[0]) % 0.5 == pytest.approx(0, abs=1e-6)
    instrument.follow(None)
    later = [HandFrame(9 + f.time_s, 9 + f.ready_s, f.hands) for f in frames]
    first, *_ = notes_on(perform(instrument, later))
    assert first[0] % 0.25 == pytest.approx(0, abs=1e-6)


def test_a_song_tells_which_zones_to_expect(monkeypatch):
    asked = []
    monkeypatch.setattr(
        "handmidi.instrument.onset.OnsetEngine.expect",
        lambda self, onsets: asked.append(onsets),
        raising=False,
    )
    pitches = [zone.pitch for zone in MAMA.main.zones]
    song = [Note(1.0, pitches[2], 0.5), Note(2.0, 1, 0.5), Note(3.0, pitches[0], 0.5)]
    Instrument(MAMA).expect(song)
    Instrument(replace(MAMA, hand="right", other=replace(CHORDS, by=MAMA.main.by))).expect(song)
    assert asked == [[(1.0, 2), (3.0, 0)]] * 2
    Instrument(PRESETS["theremin"]).expect(song)
    assert len(asked) == 2


def test_readings_are_of_the_hands_in_sight():
    by_speed = Velocity(1, 127, Scaling("speed", (0.0, 6.0)))
    main = replace(MAMA.main, velocity=by_speed)
    instrument = Instrument(replace(MAMA, main=main, hand="right", other=VOLUME))
    assert instrument.readings == {}
    shown = (hand(MAMA.main.by.unscaled(0.5), "right"), hand(NEAR, "left", y=0.5))
    instrument.feed(HandFrame(0.0, 0.02, shown))
    assert instrument.readings == {
        "right": {"area": pytest.approx(0.5), "speed": 0.0},
        "left": {"y": pytest.approx(0.5)},
    }
    instrument.feed(HandFrame(0.13, 0.15, shown[:1]))
    assert instrument.readings.keys() == {"right"}


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
