"""When the next note may come: the player's pulse, and the song's onsets."""

import numpy as np
import pytest

from handmidi.instrument.expected import Expected
from handmidi.instrument.rhythm import Rhythm

ANY = np.array([1])


def likeliest(timing, times, zone=ANY):
    return times[timing.log_prior(times, zone)[0].argmax()]


def test_a_pulse_is_found():
    rhythm, rng, beats, time_s = Rhythm(), np.random.default_rng(1), 0.0, 0.0
    for _ in range(24):
        beats += rng.choice([1, 1, 2, 3]) / 2
        time_s = 1 + 0.6 * beats
        rhythm.learn(time_s + rng.normal(0, 0.012))
    ahead = time_s + np.arange(0.2, 0.42, 0.004)
    assert likeliest(rhythm, ahead) == pytest.approx(time_s + 0.3, abs=0.03)


def test_without_a_pulse_all_times_are_alike():
    rhythm, rng, time_s = Rhythm(), np.random.default_rng(2), 0.0
    assert not rhythm.log_prior(np.array([1.0, 2.0]), ANY).any()
    for _ in range(40):
        time_s += rng.uniform(0.3, 1.5)
        rhythm.learn(time_s)
    assert np.ptp(rhythm.log_prior(time_s + np.arange(0.2, 1.5, 0.01), ANY)) < 2.5


def test_any_arrivals_are_borne():
    rhythm = Rhythm()
    for time_s in (5.0, 5.0, 4.0, 1e6, 1e6, 1e6 + 0.3):
        rhythm.learn(time_s)
        assert np.isfinite(rhythm.log_prior(np.array([time_s - 9, time_s, time_s + 9]), ANY)).all()


# ---- the song's onsets


def song(bias_s=0.0, count=12, zones=(0, 2, 4)):
    return [(1 + 0.5 * i + bias_s, zones[i % len(zones)]) for i in range(count)]


def test_the_song_tells_when_and_where():
    expected = Expected(8)
    assert not expected
    expected.renew(song())
    assert expected
    times = np.arange(0.8, 1.2, 0.01)
    assert likeliest(expected, times, np.array([1])) == pytest.approx(1.0, abs=0.02)
    asked, other = expected.log_prior(np.array([1.0]), np.array([1, 4]))[:, 0]
    assert asked > other + 1


def test_any_other_note_stays_possible():
    expected = Expected(8)
    expected.renew(song())
    logs = expected.log_prior(np.array([1.0, 1.25, 9.0]), np.arange(9))
    assert np.ptp(logs) < 8
    assert np.isfinite(logs).all()


def test_a_players_lateness_and_steadiness_are_learned():
    expected, rng = Expected(8), np.random.default_rng(3)
    notes = song(count=24)
    expected.renew(notes)
    for onset_s, zone in notes[:20]:
        expected.learn(onset_s + 0.05 + rng.normal(0, 0.01), 0.005, zone)
    onset_s, zone = notes[20]
    times = onset_s + np.arange(-0.1, 0.2, 0.002)
    logs = expected.log_prior(times, np.array([zone + 1]))[0]
    assert times[logs.argmax()] - onset_s == pytest.approx(0.05, abs=0.012)
    near = times[logs > logs.max() - 0.5]
    assert 0.02 < np.ptp(near) < 0.08


def test_a_note_that_was_played_is_not_expected_again():
    expected = Expected(8)
    expected.renew(song())
    expected.learn(1.02, 0.01, 0)
    expected.renew(song(bias_s=0.003))
    again, following = (
        expected.log_prior(np.array([t]), np.array([zone + 1]))[0, 0]
        for t, zone in ((1.05, 0), (1.5, 2))
    )
    assert following > again + 2


def test_a_player_who_falls_behind_is_followed():
    expected = Expected(8)
    notes = song(count=20)
    expected.renew(notes)
    for onset_s, zone in notes[:6]:
        expected.learn(onset_s, 0.01, zone)
    expected.learn(notes[6][0] + 0.5, 0.01, notes[6][1])
    onset_s, zone = notes[7]
    behind, between = expected.log_prior(
        np.array([onset_s + 0.5, onset_s + 0.25]), np.array([zone + 1])
    )[0]
    assert behind > between + 0.5
