"""Zones in their three modes, and the geometry under them."""

from dataclasses import replace

import pytest
from hands import FPS, hand

from handmidi.beat import BeatLine
from handmidi.instrument.channels import Channel
from handmidi.instrument.preset import Gate, Part, Velocity, Zone
from handmidi.instrument.quantise import Quantiser
from handmidi.instrument.scaling import Scaling
from handmidi.instrument.voice import Voice
from handmidi.instrument.zones import rising

KEYS = tuple(Zone(i / 5, (pitch,)) for i, pitch in enumerate((60, 62, 64, 65, 67)))
ACROSS = Part(Scaling("x", (0.9, 0.1)), zones=KEYS)


def at(index, **more):
    """A hand in the middle of key `index`, counted from the player's left."""
    return replace(hand(0.05, x=0.9 - 0.8 * (index + 0.5) / 5), **more)


def play(part, hands, quantiser=None):
    voice, out = Voice(part, Channel(0), quantiser), []
    for i, each in enumerate(hands):
        out += voice.feed(i / FPS, i / FPS + 0.02, each)
    out += voice.release(len(hands) / FPS)
    return [(m.time_s, m.message.type, m.message.note) for m in out]


def struck(said):
    return [pitch for _, kind, pitch in said if kind == "note_on"]


def sweep(count=20):
    """Once along all keys, quickly."""
    return [at(-0.4 + 4.8 * i / count) for i in range(count + 1)]


def test_settle_sounds_where_the_hand_stops():
    said = play(ACROSS, [at(0)] * 15 + sweep(8)[2:] + [at(4)] * 15)
    assert struck(said) == [60, 67]


def test_glide_sounds_every_zone():
    said = play(replace(ACROSS, onset="glide"), [at(0)] * 10 + sweep() + [at(4)] * 10)
    assert struck(said) == [60, 62, 64, 65, 67]


def test_a_gate_strikes_repeats_and_ends():
    by_openness = Gate("openness", 0.6, 0.4)
    part = replace(ACROSS, onset="gate", gate=by_openness)
    fist, opened = at(2, openness=0.0), at(2, openness=1.0)
    said = play(part, [fist] * 10 + ([opened] * 8 + [fist] * 8) * 3)
    assert [(kind, pitch) for _, kind, pitch in said] == [("note_on", 64), ("note_off", 64)] * 3
    first_s = said[0][0]
    assert 10 / FPS - 0.02 < first_s < 12 / FPS + 0.02


def test_an_open_gate_does_not_follow_the_hand():
    part = replace(ACROSS, onset="gate", gate=Gate("openness", 0.6, 0.4))
    move = [at(0, openness=0.0)] * 8 + [at(0)] * 8 + sweep() + [at(4)] * 8
    assert struck(play(part, move)) == [60]
    again = [at(4, openness=0.0)] * 8 + [at(4)] * 8
    assert struck(play(part, move + again)) == [60, 67]


def test_a_falling_gate_strikes_at_low_values():
    part = replace(ACROSS, onset="gate", gate=Gate("y", 0.3, 0.5))
    said = play(part, [at(1, y=0.8)] * 8 + [at(1, y=0.1)] * 8 + [at(1, y=0.8)] * 8)
    assert struck(said) == [62]
    assert said[-1][0] < 20 / FPS


def test_velocity_is_taken_when_the_note_is_decided():
    loud = Velocity(0, 100, Scaling("openness", (0.0, 1.0)))
    voice = Voice(replace(ACROSS, velocity=loud), Channel(0))
    said = []
    for i in range(15):
        said += voice.feed(i / FPS, i / FPS + 0.02, at(0, openness=0.7))
    assert [m.message.velocity for m in said] == [70]


def test_glides_on_the_beat_keep_the_newest():
    quantiser = Quantiser(1.0, BeatLine(0.0, 120.0), forgives=False)
    said = play(replace(ACROSS, onset="glide"), [at(0)] * 20 + sweep() + [at(4)] * 10, quantiser)
    assert all(t % 0.5 == pytest.approx(0, abs=1e-9) for t, kind, _ in said if kind == "note_on")
    assert struck(said)[0] == 60
    assert struck(said)[-1] == 67
    assert len(struck(said)) <= 4


def test_repeated_pitches_in_a_chord_sound_once():
    part = replace(ACROSS, zones=(Zone(0.0, (64, 60, 60)),))
    assert struck(play(part, [at(1)] * 15)) == [60, 64]


def test_the_axis_runs_upwards_whichever_way_the_control_does():
    assert rising("x", 0.9, 0.1)(0.2) > rising("x", 0.9, 0.1)(0.8)
    assert rising("x", 0.1, 0.9)(0.2) < rising("x", 0.1, 0.9)(0.8)
    assert rising("area", 0.01, 0.1)(0.1) > rising("area", 0.01, 0.1)(0.02)
