"""Zones that a gate strikes."""

from handmidi.instrument.onset import REST
from handmidi.instrument.struck import StruckZones


class Gate:
    """Opens above 0.5, at once."""

    def __init__(self):
        self.reset()

    def reset(self):
        self._is_on = False

    def feed(self, time_s, ready_s, g):
        was, self._is_on = self._is_on, g > 0.5
        return [] if was == self._is_on else [(ready_s, self._is_on)]


def struck(*samples, edges=(0.0, 1.0, 2.0, 3.0), noise=0.02):
    zones = StruckZones(edges, noise, Gate())
    events = [zones.feed(i / 30, i / 30 + 0.02, x, g) for i, (x, g) in enumerate(samples)]
    return [zone for event in events for _, zone in event]


def test_the_gate_strikes_the_zone_where_the_hand_is():
    assert struck((0.5, 0), (1.5, 0), (1.5, 1), (1.5, 1), (1.5, 0)) == [1, REST]


def test_a_struck_note_stays_wherever_the_hand_goes():
    assert struck((0.5, 1), (1.5, 1), (2.5, 1), (2.5, 0), (2.5, 1)) == [0, REST, 2]


def test_a_repeated_strike_repeats_the_note():
    assert struck((0.5, 1), (0.5, 0), (0.5, 1), (0.5, 0)) == [0, REST, 0, REST]


def test_below_the_zones_and_beyond_them():
    assert struck((-1.0, 1), (9.0, 0), (9.0, 1)) == [REST, REST, 2]


def test_a_hand_on_a_border_repeats_its_note():
    wobble = [(x, g) for x in (0.98, 1.03, 0.99, 1.05, 0.97) for g in (1, 0)]
    assert set(struck((0.5, 0), *wobble)) == {0, REST}
    assert struck((0.5, 0), (1.07, 1)) == [1]


def test_narrow_zones_can_be_left_in_noise():
    assert struck((0.5, 0), (1.3, 1), noise=9.0) == [1]


def test_events_are_due_when_the_gate_says():
    zones = StruckZones((0.0, 1.0), 0.01, Gate())
    assert zones.feed(0.0, 0.02, 0.5, 1.0) == [(0.02, 0)]


def test_a_lost_hand_starts_afresh():
    zones = StruckZones((0.0, 1.0, 2.0), 0.1, Gate())
    zones.feed(0.0, 0.0, 0.9, 1.0)
    zones.reset()
    assert zones.feed(1.0, 1.0, 1.1, 1.0) == [(1.0, 1)]
