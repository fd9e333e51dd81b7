"""The theremin: one note, bent; what a synth hears of it."""

from dataclasses import replace

import numpy as np
import pytest
from hands import FPS, hand, resting
from hypothesis import given, settings
from hypothesis import strategies as st
from mpe_rules import MpeReceiver

from handmidi.instrument.preset import Continuous, Controller
from handmidi.instrument.presetfile import load_preset
from handmidi.instrument.routing import route
from handmidi.instrument.scaling import Scaling
from handmidi.instrument.voice import Voice
from handmidi.notes import frequency

THEREMIN = load_preset("theremin").main
LAW = THEREMIN.continuous


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


def theremin(part=THEREMIN):
    outlets, _ = route([part], mpe=False)
    synth = Synth()
    for message in outlets[0].set_up():
        synth.hear(message)
    return Voice(part, outlets[0]), synth


def area_at(scaled):
    return THEREMIN.by.unscaled(scaled)


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


def test_set_up_leaves_no_parameter_open():
    _, synth = theremin()
    assert synth.range_semitones == LAW.bend_semitones
    assert synth._rpn == (127, 127)


@pytest.mark.parametrize("scaled", np.linspace(0.07, 1.0, 32))
def test_the_frequency_is_1300_times_the_scaled_area(scaled):
    voice, synth = theremin()
    play(voice, synth, [area_at(scaled)] * 5)
    assert abs(cents(synth.hz, 1300 * scaled)) < 10
    assert synth.note == LAW.centre


def test_the_theremin_follows_the_hand():
    voice, synth = theremin()
    play(voice, synth, [area_at(0.2)] * 10)
    play(voice, synth, [area_at(0.8)] * 60, start_s=10 / FPS)
    assert abs(cents(synth.hz, 1300 * 0.8)) < 10
    ratios = np.diff(np.log(synth.frequencies_hz))
    assert (ratios >= 0).all()


def test_a_still_hand_gives_a_steady_tone():
    voice, synth = theremin()
    rng = np.random.default_rng(0)
    play(voice, synth, resting(area_at(0.5), 10, rng))
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
    brink = area_at(LAW.lowest_hz / 1300)
    for offset in (0.97, 0.99, 1.0, 1.01):
        voice, synth = theremin()
        said = play(voice, synth, resting(offset * brink, 10, np.random.default_rng(1)))
        assert sum(m.message.type == "note_on" for m in said) <= 1


def test_released_twice_ends_once_and_starts_afresh():
    voice, synth = theremin()
    play(voice, synth, [area_at(0.3)] * 5)
    assert [m.message.type for m in voice.release(1.0)] == ["note_off"]
    assert voice.release(1.0) == []
    synth.note = None
    play(voice, synth, [area_at(0.9)], start_s=2.0)  # no glide from the note before
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


def test_equal_intervals_on_request():
    law = Continuous(110.0, 880.0, False, 64, 24)
    part = replace(THEREMIN, continuous=law)
    for scaled, hz in ((0.0, 110.0), (1 / 3, 220.0), (0.5, 311.127), (1.0, 880.0)):
        voice, synth = theremin(part)
        play(voice, synth, [area_at(scaled) * 1.0000001] * 5)
        assert abs(cents(synth.hz, hz)) < 1


def test_a_bend_controller_adds_to_the_bend():
    """Vibrato by tilt on top of the pitch."""
    tilt = Controller(Scaling("tilt", (-40.0, 40.0)), "bend", 0, (-2.0, 2.0))
    voice, synth = theremin(replace(THEREMIN, controllers=(tilt,)))
    tilted = replace(hand(area_at(0.5)), tilt=20.0)
    for timed in voice.feed(0.0, 0.02, tilted):
        synth.hear(timed.message)
    assert abs(cents(synth.hz, 650) - 100) < 1


def test_in_mpe_the_note_has_its_bend_before_it_begins():
    outlets, _ = route([THEREMIN], mpe=True)
    receiver, voice = MpeReceiver(), Voice(THEREMIN, outlets[0])
    for message in outlets[0].set_up():
        receiver.hear(0.0, message)
    for timed in (*voice.feed(0.0, 0.02, hand(area_at(0.3))), *voice.release(1.0)):
        receiver.hear(timed.time_s, timed.message)
    receiver.close()
    ((_, pitch, velocity),) = receiver.heard
    assert abs(cents(frequency(pitch), 390)) < 1
    assert velocity == 96
