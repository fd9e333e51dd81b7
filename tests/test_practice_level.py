import math

import numpy as np
import pytest

from handmidi.practice.level import Level

RATE = 1000


def block(*values):
    return np.array(values, "<i2").tobytes()


def test_nothing_heard_is_nothing_said():
    level = Level(RATE)
    assert level.add(b"") is None
    assert level.to_dict() is None


def test_peak_and_power_of_a_sine():
    level = Level(RATE)
    wave = 16384 * np.sin(2 * np.pi * np.arange(1000) / 100)
    for part in np.split(wave.astype("<i2"), 10):
        assert level.add(part.tobytes()) is None
    found = level.to_dict()
    assert found["peak_dbfs"] == pytest.approx(20 * math.log10(0.5), abs=0.1)
    assert found["rms_dbfs"] == pytest.approx(20 * math.log10(0.5 / math.sqrt(2)), abs=0.1)
    assert found["clipped_samples"] == 0


def test_silence_is_told_once_after_five_seconds():
    level = Level(RATE)
    lines = [level.add(block(*[0, 3, -8] * 100)) for _ in range(60)]
    assert [i for i, line in enumerate(lines) if line] == [16]
    assert lines[16].startswith("the microphone hears nothing (peak -72 dBFS)")


def test_digital_silence_has_no_decibels():
    level = Level(RATE)
    lines = [level.add(bytes(2 * RATE)) for _ in range(6)]
    assert [line for line in lines if line] == [
        "the microphone hears nothing (every sample is 0): is it muted, or another one the default?"
    ]
    assert level.to_dict() == {"peak_dbfs": None, "rms_dbfs": None, "clipped_samples": 0}


def test_a_late_start_is_no_silence():
    level = Level(RATE)
    assert level.add(bytes(2 * 4900)) is None
    assert level.add(block(*[500] * 200)) is None


def test_clipping_is_told_once():
    level = Level(RATE)
    loud = block(*[32767, -32768] * 3)
    lines = [level.add(loud) for _ in range(4)]
    assert [bool(line) for line in lines] == [False, True, False, False]
    assert "clipped" in lines[1]
    assert level.to_dict() == {"peak_dbfs": 0.0, "rms_dbfs": 0.0, "clipped_samples": 24}
