import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.errors import OutputError
from handmidi.practice.delays import CLICKS, click_times_s, find_clicks, judge_clicks

RATE = 48_000
LEAD_S = 0.5


def click():
    """50 ms of a struck block of wood, or nearly."""
    t = np.arange(RATE // 20) / RATE
    return 0.3 * np.exp(-t / 0.008) * np.sin(2 * np.pi * 1100 * t + 0.3)


def recorded(delays_s, noise=0.001, seed=0, gain=1.0):
    """What a microphone hears if click i is `delays_s[i]` late; None is not heard."""
    rng = np.random.default_rng(seed)
    samples = noise * rng.standard_normal(int((LEAD_S + click_times_s()[-1] + 1.5) * RATE))
    sound, size = click(), len(click())
    frequencies = np.fft.rfftfreq(2 * size, 1 / RATE)
    for due_s, delay_s in zip(due(), delays_s, strict=True):
        if delay_s is None:
            continue
        at = (due_s + delay_s) * RATE
        whole = int(np.floor(at))
        turn = np.exp(-2j * np.pi * frequencies * (at - whole) / RATE)  # between the samples
        late = np.fft.irfft(np.fft.rfft(sound, 2 * size) * turn)
        samples[whole : whole + 2 * size] += gain * late
    return np.clip(samples, -1, 32767 / 32768)


def due():
    return [LEAD_S + time_s for time_s in click_times_s()]


def measured(samples):
    return judge_clicks(samples, find_clicks(samples, click(), due(), RATE))


def test_no_gap_is_like_another():
    gaps = np.diff(click_times_s())
    assert len(click_times_s()) == CLICKS
    assert np.diff(np.sort(gaps)).min() > 0.015


@settings(max_examples=25, deadline=None)
@given(st.floats(0.0, 0.9), st.sampled_from([1.0, -1.0, 0.1]))
def test_a_delay_is_found_within_a_tenth_of_a_millisecond(delay_s, gain):
    found = measured(recorded([delay_s] * CLICKS, gain=gain))
    assert found.ms == pytest.approx(delay_s * 1e3, abs=0.1)
    assert found.spread_ms < 0.1
    assert found.count == CLICKS


@pytest.mark.parametrize("seed", range(5))
def test_a_noisy_room_costs_half_a_millisecond_at_most(seed):
    found = measured(recorded([0.0423] * CLICKS, noise=0.03, seed=seed))
    assert found.ms == pytest.approx(42.3, abs=0.5)


def test_a_cough_and_two_lost_clicks_do_no_harm():
    delays = [0.1] * CLICKS
    delays[3] = delays[8] = None
    samples = recorded(delays)
    samples[3 * RATE : 3 * RATE + 4000] += 0.5 * np.random.default_rng(1).standard_normal(4000)
    found = measured(np.clip(samples, -0.9, 0.9))
    assert found.ms == pytest.approx(100, abs=0.2)
    assert 8 <= found.count <= 10


def test_an_echo_that_is_weaker_does_no_harm():
    samples = recorded([0.06] * CLICKS)
    echo = np.roll(samples, int(0.02 * RATE)) * 0.6
    assert measured(samples + echo).ms == pytest.approx(60, abs=0.3)


def test_jitter_is_refused_with_its_size():
    rng = np.random.default_rng(3)
    with pytest.raises(OutputError, match=r"varies by \d+\.\d ms \(at most 5\)"):
        measured(recorded(0.05 + rng.uniform(-0.013, 0.013, CLICKS)))


def test_wild_jitter_is_refused():
    rng = np.random.default_rng(4)
    with pytest.raises(OutputError, match=r"only \d of 12 clicks were heard at a steady delay"):
        measured(recorded(0.2 + rng.uniform(-0.1, 0.1, CLICKS)))


def test_too_few_clicks_are_refused():
    with pytest.raises(OutputError, match="only 5 of 12 clicks"):
        measured(recorded([0.05] * 5 + [None] * 7))


@pytest.mark.parametrize("noise", [0.0, 0.0002])
def test_silence_is_refused(noise):
    with pytest.raises(OutputError, match=r"heard nothing: unmute it.*--tap"):
        measured(recorded([None] * CLICKS, noise=noise))


@pytest.mark.parametrize("seed", range(5))
def test_noise_alone_is_refused(seed):
    with pytest.raises(OutputError, match=r"only \d of 12"):
        measured(recorded([None] * CLICKS, noise=0.05, seed=seed))


def test_clipped_clicks_are_refused():
    with pytest.raises(OutputError, match="too loud for the microphone: turn"):
        measured(recorded([0.05] * CLICKS, gain=8))
