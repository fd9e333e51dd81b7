"""What keys and other programs ask for, and which presets a session lets them choose."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from handmidi.errors import PresetError
from handmidi.instrument import load_preset
from handmidi.session.choice import choose
from handmidi.session.commands import Commands
from handmidi.session.options import Options
from handmidi.session.suiting import suits
from handmidi.song import load_song


def commands(first, now):
    """Of a session that began with the preset `first` and plays `now`; and what was changed."""
    changed = []
    chosen, of_round = (choose(Options(preset=name), print, print) for name in (first, now))
    given = Commands(SimpleNamespace(clock=lambda: 0.0), chosen)
    round_ = SimpleNamespace(preset=of_round.preset, change_preset=changed.append)
    given.begin(of_round, round_)
    return given, changed


def test_a_session_for_two_hands_can_go_back_to_both():
    given, changed = commands("two-voices", "mama")
    assert given.change_preset("two-voices").startswith("preset two-voices: ")
    assert [preset.name for preset in changed] == ["two-voices"]


def test_a_session_for_one_hand_says_what_two_need():
    given, changed = commands("mama", "mama")
    with pytest.raises(PresetError, match="start with --hands 2"):
        given.change_preset("two-voices")
    assert not changed


def test_a_preset_without_steps_suits_a_song_only_where_it_may_bend():
    song, bent = load_song("mama"), load_preset("theremin")
    assert suits(bent, song)
    assert not suits(bent, song, may_bend=False)
    assert suits(load_preset("mama"), song, may_bend=False)


def test_the_presets_offered_in_practice_have_steps_and_all_the_notes():
    chosen = choose(Options(song="amazing-grace", preset="gate-piano"), print, print)
    offered = chosen.presets()
    assert offered[0] is chosen.preset
    assert [preset.name for preset in offered[1:]] == ["mpe-lead"]  # the duet needs two hands
    assert all(suits(preset, chosen.practised.whole, may_bend=False) for preset in offered)
