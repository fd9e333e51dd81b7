"""MPE on a synth that knows no zones."""

import mido
import numpy as np
import pytest
from servers import soundfont

from handmidi.instrument.mpe import MpeZone
from handmidi.outputs.synth import HAND_CHANNELS, Synth
from handmidi.outputs.unzoned import Unzoned

M = mido.Message


def test_without_a_zone_everything_passes_as_it_is():
    unzoned = Unzoned()
    for message in (
        M("program_change", program=3),
        M("control_change", control=7, value=9),
        M("pitchwheel", channel=4, pitch=-300),
        M("note_on", channel=9, note=38),
        M("clock"),
    ):
        assert unzoned.take(message) == [message]
    assert not unzoned.is_member(9)


def test_a_zones_program_volume_and_bend_reach_its_notes():
    unzoned = Unzoned()
    for message in MpeZone(is_upper=False, members=3, program=40).set_up():
        said = unzoned.take(message)
    assert said == [M("program_change", channel=c, program=40) for c in range(4)]
    assert unzoned.is_member(3) and not unzoned.is_member(4)
    volume = unzoned.take(M("control_change", control=7, value=50))
    assert [m.channel for m in volume] == [0, 1, 2, 3]
    silence = unzoned.take(M("control_change", control=120))
    assert [m.channel for m in silence] == [0, 1, 2, 3]
    assert len(unzoned.take(M("control_change", control=121))) == 1
    unzoned.take(M("pitchwheel", channel=2, pitch=1024))  # 6 semitones
    wheels = unzoned.take(M("pitchwheel", pitch=4096))  # 1 semitone, all together
    assert [(m.channel, m.pitch) for m in wheels] == [(0, 4096), (1, 171), (2, 1195), (3, 171)]


def played(messages):
    synth = Synth(soundfont())
    try:
        for message in messages:
            synth.play(message, HAND_CHANNELS)
        return np.array(synth.synth.get_samples(24_000), float)
    finally:
        synth.close()


@pytest.mark.parametrize("pitch", [60, 69])
def test_an_mpe_note_sounds_like_a_plain_one(pitch):
    zone = MpeZone(is_upper=False, members=15, program=40)
    mpe = [*zone.set_up(), *(t.message for t in zone.strike("v", 0.0, (pitch,), 100))]
    plain = [
        M("program_change", program=40),
        M("control_change", control=74, value=64),
        M("aftertouch", value=0),
        M("note_on", note=pitch, velocity=100),
    ]
    assert np.array_equal(played(mpe), played(plain))


def test_the_hands_channel_10_plays_drums():
    hand = played([M("note_on", channel=9, note=38, velocity=100)])
    synth = Synth(soundfont())
    synth.play(M("note_on", channel=9, note=38, velocity=100))
    drums = np.array(synth.synth.get_samples(24_000), float)
    synth.close()
    assert np.array_equal(hand, drums)
    assert np.abs(drums).max() > 100
