"""One hand's voice: what leaves when a hand plays, shapes, and goes."""

from dataclasses import replace

import mido
import numpy as np
import pytest
from hands import FPS, centre_area, hand, resting

from handmidi.instrument.channels import Channel
from handmidi.instrument.preset import Controller, Part, Velocity, Zone
from handmidi.instrument.presetfile import load_preset, parse_preset
from handmidi.instrument.routing import route
from handmidi.instrument.scaling import Scaling
from handmidi.instrument.voice import Voice

THEREMIN, MAMA = load_preset("theremin"), load_preset("mama")
Y_TO_CC = Controller(Scaling("y", (0.9, 0.1)), "cc", 74, (0, 127))


def voice_of(part):
    """A voice on the part's own channel, and the channel."""
    (outlet,), _ = route([part], mpe=False)
    return Voice(part, outlet), outlet


def play(voice, hands, start_s=0.0):
    out = []
    for i, each in enumerate(hands):
        time_s = start_s + i / FPS
        out += voice.feed(time_s, time_s + 0.02, each)
    return out


def rest_at(preset, *zones, seconds=0.6):
    rng = np.random.default_rng(0)
    return [hand(a) for zone in zones for a in resting(centre_area(preset, zone), seconds, rng)]


def notes(messages):
    return [(m.message.type, m.message.note) for m in messages if m.message.type[:4] == "note"]


@pytest.mark.parametrize("channel", [0, 5, 15])
@pytest.mark.parametrize("preset", [MAMA, THEREMIN], ids=lambda p: p.name)
def test_everything_is_said_on_its_channel(preset, channel):
    part = replace(preset.main, channel=channel)
    voice, outlet = voice_of(part)
    said = [*outlet.set_up(), *(m.message for m in play(voice, [hand(0.1)] * 10))]
    said += [m.message for m in voice.release(1.0)]
    assert {m.channel for m in said} == {channel}
    program = mido.Message("program_change", channel=channel, program=preset.main.program)
    assert program in outlet.set_up()
    assert [m.type for m in said if m.type.startswith("note")] == ["note_on", "note_off"]


# ---- notes


def test_a_zone_note_has_the_presets_velocity():
    voice, _ = voice_of(replace(MAMA.main, velocity=Velocity(71, 71)))
    (note,) = play(voice, rest_at(MAMA, 2))
    assert (note.message.note, note.message.velocity) == (MAMA.main.zones[2].pitch, 71)


def test_a_change_of_note_ends_the_old_one_at_the_same_moment():
    voice, _ = voice_of(MAMA.main)
    first, ended, second = play(voice, rest_at(MAMA, 1, 2))
    assert [m.message.type for m in (first, ended, second)] == ["note_on", "note_off", "note_on"]
    assert ended.time_s == second.time_s
    assert ended.message.note == first.message.note


def test_release_never_comes_before_a_note_that_is_due():
    voice, _ = voice_of(MAMA.main)
    (note,) = play(voice, rest_at(MAMA, 2, seconds=0.1))
    assert [m.time_s for m in voice.release(0.0)] == [note.time_s]


def test_a_rest_zone_ends_the_note():
    blues = load_preset("blues")
    rest = next(i for i, zone in enumerate(blues.main.zones) if zone.pitch is None)
    said = play(voice_of(blues.main)[0], rest_at(blues, rest - 1, rest))
    assert [m.message.type for m in said] == ["note_on", "note_off"]


def test_a_chord_begins_and_ends_together():
    zones = (Zone(0.2, (57, 60, 64)), Zone(0.6, (60, 64, 67)))
    chords = replace(MAMA, main=replace(MAMA.main, zones=zones))
    said = play(voice_of(chords.main)[0], rest_at(chords, 0, 1))
    assert notes(said[:3]) == [("note_on", 57), ("note_on", 60), ("note_on", 64)]
    assert sorted(notes(said[3:])) == sorted(
        [("note_off", p) for p in (57, 60, 64)] + [("note_on", p) for p in (60, 64, 67)]
    )
    assert len({m.time_s for m in said[:3]}) == len({m.time_s for m in said[3:]}) == 1


def test_the_speed_of_the_strike_is_its_velocity():
    """A hand that leaps is louder than one that creeps; both arrive at the same note."""
    by_speed = Velocity(1, 127, Scaling("speed", (0.0, 6.0)))
    part = replace(MAMA.main, velocity=by_speed)
    heard = []
    for frames in (4, 12):
        low, high = centre_area(MAMA, 0), centre_area(MAMA, 5)
        move = [hand(low * (high / low) ** (i / frames)) for i in range(1, frames)]
        said = play(voice_of(part)[0], [hand(low)] * 15 + move + [hand(high)] * 15)
        heard.append([m.message.velocity for m in said if m.message.type == "note_on"][-1])
    assert heard[0] > heard[1] + 30


@pytest.mark.parametrize(
    "table",
    [
        {"zones": [{"at": 0.0, "note": "C4"}]},
        {"zones": [{"at": 0.5, "note": "C4"}], "range": [0.15, 0.015]},
        {"zones": [{"at": 0.5, "note": "C4"}, {"at": 0.9, "note": "D4"}], "range": [0.15, 0.015]},
        {"zones": [{"at": 0.0, "note": "C4"}], "control": "openness"},
        {"zones": [{"at": 0.0, "note": "C4"}], "control": "tilt"},
        {"zones": [{"at": 4.0, "note": "C4"}], "curve": "log"},
    ],
)
@pytest.mark.filterwarnings("error")
def test_odd_presets_play_too(table):
    voice, _ = voice_of(parse_preset("odd", table, "odd.toml").main)
    areas = [0.001, 0.05, 0.1, 0.1, 0.1, 0.02, 0.02, 0.5, 0.5, 0.5]
    said = notes([*play(voice, [hand(area) for area in areas]), *voice.release(9.0)])
    assert [kind for kind, _ in said] == ["note_on", "note_off"] * (len(said) // 2)


# ---- controllers


def test_a_controller_is_said_while_no_note_sounds():
    voice, _ = voice_of(replace(MAMA.main, controllers=(Y_TO_CC,)))
    (said,) = play(voice, [hand(0.001, y=0.9)] * 30)
    assert (said.message.control, said.message.value) == (74, 0)


def test_controllers_come_before_the_note_of_their_frame():
    voice, _ = voice_of(replace(THEREMIN.main, controllers=(Y_TO_CC,)))
    said = play(voice, [hand(0.1)])
    assert said[0].message.is_cc(74)
    assert said[-1].message.type == "note_on"


def test_a_part_that_plays_nothing_sends_its_controllers():
    part = Part(Scaling("x", (0.0, 1.0)), controllers=(Y_TO_CC,), channel=3)
    voice, outlet = voice_of(part)
    assert outlet.set_up() == []
    said = play(voice, [hand(0.1, y=0.1)] * 3)
    assert [(m.message.channel, m.message.value) for m in said] == [(3, 127)]
    assert voice.release(1.0) == []


def test_the_reading_is_scaled_as_it_plays():
    speed = Velocity(1, 127, Scaling("speed", (0.0, 6.0)))
    voice, _ = voice_of(replace(MAMA.main, controllers=(Y_TO_CC,), velocity=speed))
    assert voice.reading is None
    voice.feed(0.0, 0.02, hand(MAMA.main.by.unscaled(0.25), side="left", y=0.3))
    side, reading = voice.reading
    assert side == "left"
    assert reading == {"area": pytest.approx(0.25), "y": pytest.approx(0.75), "speed": 0.0}
    voice.feed(0.1, 0.12, hand(5.0, side="left", y=2.0))
    assert voice.reading[1]["area"] == 1.0
    assert voice.reading[1]["y"] == 0.0
    voice.release(0.2)
    assert voice.reading is None


def test_two_voices_may_share_a_channel():
    channel = Channel(0, program=5)
    part = replace(MAMA.main, zones=(Zone(0.2, (60,)),))
    one, two = Voice(part, channel), Voice(part, channel)
    hands = rest_at(MAMA, 3, seconds=0.3)
    assert notes(play(one, hands)) == [("note_on", 60)]
    assert notes(play(two, hands, 1.0)) == [("note_off", 60), ("note_on", 60)]
    assert one.release(2.0) == []
    assert notes(two.release(3.0)) == [("note_off", 60)]
