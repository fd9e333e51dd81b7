"""One hand's voice: what a synth hears of it."""

from dataclasses import replace

import mido
import numpy as np
import pytest
from hands import FPS, centre_area, hand, resting
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.instrument.preset import load_preset, parse_preset
from handmidi.instrument.voice import BentVoice, ZoneVoice, make_voice
from handmidi.notes import frequency

THEREMIN = load_preset("theremin")
MAMA = load_preset("mama")


class Synth:
    """A receiver of MIDI that knows its bend range only from RPN 0, as a real one does."""

    def __init__(self):
        self.program, self.note, self.bend, self.range_semitones = 0, None, 0, 2.0
        self._rpn, self.frequencies_hz = (127, 127), []

    def hear(self, message):
        if message.type == "program_change":
            self.program = message.program
        elif message.type == "control_change":
            self._control(message.control, message.value)
        elif message.type == "pitchwheel":
            self.bend = message.pitch
        elif message.type == "note_on":
            assert self.note is None
            self.note = message.note
        elif message.type == "note_off":
            assert self.note == message.note
            self.note = None
        if self.note is not None:
            self.frequencies_hz.append(self.hz)

    def _control(self, control, value):
        if control in (100, 101):
            self._rpn = (value, self._rpn[1]) if control == 101 else (self._rpn[0], value)
        elif control == 6 and self._rpn == (0, 0):
            self.range_semitones = value
        elif control == 38 and self._rpn == (0, 0):
            self.range_semitones += value / 100

    @property
    def hz(self):
        return frequency(self.note + self.bend / 8192 * self.range_semitones)


def theremin(preset=THEREMIN):
    voice, synth = make_voice(preset, 0), Synth()
    for message in voice.set_up():
        synth.hear(message)
    return voice, synth


def play(voice, synth, areas, start_s=0.0):
    out = []
    for i, area in enumerate(areas):
        time_s = start_s + i / FPS
        out += voice.feed(time_s, time_s + 0.02, hand(area))
    for timed in out:
        synth.hear(timed.message)
    return out


def cents(a_hz, b_hz):
    return 1200 * np.log2(a_hz / b_hz)


def test_the_preset_tells_the_kind_of_voice():
    assert isinstance(make_voice(MAMA, 0), ZoneVoice)
    assert isinstance(make_voice(THEREMIN, 0), BentVoice)


@pytest.mark.parametrize("channel", [0, 5, 15])
@pytest.mark.parametrize("preset", [MAMA, THEREMIN], ids=lambda p: p.name)
def test_everything_is_said_on_its_channel(preset, channel):
    voice = make_voice(preset, channel)
    said = [*voice.set_up(), *(m.message for m in play(voice, Synth(), [0.1] * 10))]
    said += [m.message for m in voice.release(1.0)]
    assert {m.channel for m in said} == {channel}
    assert said[0] == mido.Message("program_change", channel=channel, program=preset.program)
    assert [m.type for m in said if m.type.startswith("note")] == ["note_on", "note_off"]


# ---- the theremin


def test_set_up_leaves_no_parameter_open():
    _, synth = theremin()
    assert synth.range_semitones == THEREMIN.continuous.bend_semitones
    assert synth._rpn == (127, 127)


@pytest.mark.parametrize("scaled", np.linspace(0.07, 1.0, 32))
def test_the_frequency_is_1300_times_the_scaled_area(scaled):
    voice, synth = theremin()
    play(voice, synth, [THEREMIN.unscaled(scaled)] * 5)
    assert abs(cents(synth.hz, 1300 * scaled)) < 10
    assert synth.note == THEREMIN.continuous.centre


def test_the_theremin_follows_the_hand():
    voice, synth = theremin()
    play(voice, synth, [THEREMIN.unscaled(0.2)] * 10)
    play(voice, synth, [THEREMIN.unscaled(0.8)] * 60, start_s=10 / FPS)
    assert abs(cents(synth.hz, 1300 * 0.8)) < 10
    ratios = np.diff(np.log(synth.frequencies_hz))
    assert (ratios >= 0).all()


def test_a_still_hand_gives_a_steady_tone():
    voice, synth = theremin()
    rng = np.random.default_rng(0)
    play(voice, synth, resting(THEREMIN.unscaled(0.5), 10, rng))
    assert np.std(cents(np.array(synth.frequencies_hz[30:]), 650)) < 10


def test_no_note_starts_out_of_tune():
    voice, _ = theremin()
    said = play(voice, Synth(), [0.1] * 2)
    kinds = [m.message.type for m in said[:8]]
    assert kinds == ["control_change"] * 6 + ["pitchwheel", "note_on"]
    assert len({m.time_s for m in said[:8]}) == 1


def test_a_synth_that_came_late_hears_the_bend_range():
    voice, _ = theremin()
    said = play(voice, Synth(), [0.1] * 5 + [0.015] * 5 + [0.1] * 5)
    ranges = [m for m in said if m.message.is_cc(6)]
    assert [m.message.value for m in ranges] == [24, 24]


def test_the_bend_is_said_only_when_it_changes():
    voice, synth = theremin()
    said = play(voice, synth, [0.1] * 100)
    assert sum(m.message.type == "pitchwheel" for m in said) == 1


def test_a_hand_too_near_plays_the_highest_note():
    voice, synth = theremin()
    play(voice, synth, [0.5] * 5)
    assert abs(cents(synth.hz, 1300)) < 10


def test_a_hand_too_far_is_a_rest():
    voice, synth = theremin()
    assert play(voice, synth, [0.015] * 5) == []
    play(voice, synth, [0.1] * 5)
    assert synth.note is not None
    play(voice, synth, [0.015] * 5)
    assert synth.note is None


def test_a_hand_on_the_brink_of_the_rest_does_not_flicker():
    brink = THEREMIN.unscaled(THEREMIN.continuous.lowest_hz / 1300)
    for offset in (0.97, 0.99, 1.0, 1.01):
        voice, synth = theremin()
        said = play(voice, synth, resting(offset * brink, 10, np.random.default_rng(1)))
        assert sum(m.message.type == "note_on" for m in said) <= 1


def test_released_twice_ends_once_and_starts_afresh():
    voice, synth = theremin()
    play(voice, synth, [THEREMIN.unscaled(0.3)] * 5)
    assert [m.message.type for m in voice.release(1.0)] == ["note_off"]
    assert voice.release(1.0) == []
    synth.note = None
    play(voice, synth, [THEREMIN.unscaled(0.9)], start_s=2.0)  # no glide from the note before
    assert abs(cents(synth.hz, 1300 * 0.9)) < 10


@settings(max_examples=40, deadline=None)
@given(areas=st.lists(st.floats(0, 10), max_size=40))
def test_the_theremin_says_only_what_midi_can_say(areas):
    voice, synth = theremin()
    said = play(voice, synth, areas)
    assert all(-8192 <= m.message.pitch <= 8191 for m in said if m.message.type == "pitchwheel")
    for timed in voice.release(99.0):
        synth.hear(timed.message)
    assert synth.note is None


# ---- zones


def test_a_zone_note_has_the_presets_velocity():
    voice = make_voice(replace(MAMA, velocity=71), 0)
    (note,) = play(voice, Synth(), [centre_area(MAMA, 2)] * 10)
    assert (note.message.note, note.message.velocity) == (MAMA.zones[2].pitch, 71)


def test_a_change_of_note_ends_the_old_one_at_the_same_moment():
    voice = make_voice(MAMA, 0)
    rng = np.random.default_rng(0)
    areas = resting(centre_area(MAMA, 1), 0.6, rng) + resting(centre_area(MAMA, 2), 0.6, rng)
    first, ended, second = play(voice, Synth(), areas)
    assert [m.message.type for m in (first, ended, second)] == ["note_on", "note_off", "note_on"]
    assert ended.time_s == second.time_s
    assert ended.message.note == first.message.note


def test_release_never_comes_before_a_note_that_is_due():
    voice = make_voice(MAMA, 0)
    (note,) = play(voice, Synth(), [centre_area(MAMA, 2)] * 3)
    assert [m.time_s for m in voice.release(0.0)] == [note.time_s]


def test_a_rest_zone_ends_the_note():
    blues = load_preset("blues")
    rng = np.random.default_rng(0)
    rest = next(i for i, zone in enumerate(blues.zones) if zone.pitch is None)
    areas = resting(centre_area(blues, rest - 1), 0.6, rng) + resting(
        centre_area(blues, rest), 0.6, rng
    )
    said = play(make_voice(blues, 0), Synth(), areas)
    assert [m.message.type for m in said] == ["note_on", "note_off"]


@pytest.mark.parametrize(
    "table",
    [
        {"zones": [{"at": 0.0, "note": "C4"}]},
        {"zones": [{"at": 0.5, "note": "C4"}], "range": [0.15, 0.015]},
        {"zones": [{"at": 0.5, "note": "C4"}, {"at": 0.9, "note": "D4"}], "range": [0.15, 0.015]},
        {"zones": [{"at": 0.0, "note": "C4"}], "control": "openness"},
        {"zones": [{"at": 4.0, "note": "C4"}], "curve": "log"},
    ],
)
@pytest.mark.filterwarnings("error")
def test_odd_presets_play_too(table):
    voice, synth = make_voice(parse_preset("odd", table, "odd.toml"), 0), Synth()
    play(voice, synth, [0.001, 0.05, 0.1, 0.1, 0.1, 0.02, 0.02, 0.5, 0.5, 0.5])
    for timed in voice.release(9.0):
        synth.hear(timed.message)
    assert synth.note is None
