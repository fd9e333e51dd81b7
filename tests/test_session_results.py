"""What becomes of a take: here its sound."""

from __future__ import annotations

import mido
import numpy as np
import pytest
import servers
import soundfile
from takes import make_take

from handmidi.midifile import PerformanceWriter
from handmidi.session.results import render_take

SONG = "saints"  # its backing sounds all the time


def rendered(folder, marks, ways=None, **info):
    """Samples of a take of one note, and its sample rate."""
    settings = {"tempo": 100.0} | (ways or {})
    take = make_take(folder, SONG, settings=settings, **info)
    writer = PerformanceWriter(take.notes)
    for at_s, song_s in marks[:1]:
        writer.mark_song(at_s, song_s)
    writer.write(3.0, [mido.Message("note_on", note=72)])
    writer.write(3.2, [mido.Message("note_off", note=72)])
    for at_s, song_s in marks[1:]:
        writer.mark_song(at_s, song_s)
    writer.write(6.0, [mido.Message("pitchwheel")])  # the instrument is put away
    writer.close()
    render_take(take, servers.soundfont())
    samples, rate_hz = soundfile.read(take.performance)
    return samples[:, 0], rate_hz


@pytest.mark.parametrize(
    ("marks", "ways", "stopped_s"),
    [
        ([(0.0, -1.0), (6.0, 5.0)], {}, 5.0),
        ([(0.0, -1.0), (4.0, 3.0), (6.0, 3.0)], {"wait": True}, 2.999),
    ],
    ids=["played", "waited"],
)
def test_the_backing_ends_where_the_player_left(tmp_path, marks, ways, stopped_s):
    samples, rate_hz = rendered(
        tmp_path / "take", marks, ways, length_s=6.0, stopped_song_s=stopped_s
    )
    assert len(samples) / rate_hz == pytest.approx(8.0, abs=0.1)
    loud = np.abs(samples[round(3.5 * rate_hz) : round(4.0 * rate_hz)]).max()
    after = np.abs(samples[round(7.2 * rate_hz) :]).max()
    assert loud > 0.02
    assert after < loud / 10


def test_a_take_that_nobody_closed_is_rendered_a_little_further(tmp_path):
    samples, rate_hz = rendered(tmp_path / "take", [(0.0, -1.0), (6.0, 5.0)], length_s=None)
    assert 9.0 < len(samples) / rate_hz < 10.1
    assert np.abs(samples[round(7.0 * rate_hz) : round(7.9 * rate_hz)]).max() > 0.02
