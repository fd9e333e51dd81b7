"""The exercises: every preset that plays has some, and they suit it."""

from itertools import pairwise
from pathlib import Path

import pytest

from handmidi.instrument import load_preset
from handmidi.instrument.presetfile import library as presets
from handmidi.session.opening import choose_preset
from handmidi.session.suiting import suits
from handmidi.song import load_song
from handmidi.song.library import exercises, library

ROOT = Path(__file__).resolve().parent.parent
SILENT = {"knobs"}
NAMES = sorted(path.stem for path in (ROOT / "songs" / "exercises").glob("*.mid"))


def groups(song):
    """What sounds at each onset, as (beat, length, pitches)."""
    at = {}
    for note in song.melody:
        at.setdefault((note.beat, note.beats), []).append(note.pitch)
    return [(beat, beats, tuple(pitches)) for (beat, beats), pitches in sorted(at.items())]


def test_every_preset_that_plays_has_exercises():
    have = {load_song(name).preset for name in NAMES}
    ours = {p.stem for p in (ROOT / "handmidi" / "instrument" / "presets").glob("*.toml")}
    assert ours - have == SILENT and have <= ours
    assert not any(part.plays for name in SILENT for part in load_preset(name).parts)


def test_they_are_listed_apart():
    assert set(NAMES) <= set(exercises())
    assert not set(NAMES) & set(library())


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_finds_its_preset(name):
    song = load_song(name)
    preset, path = choose_preset(None, song)
    assert preset.name == song.preset == name.removeprefix("exercise-").rpartition("-")[0]
    assert path == presets()[preset.name]
    assert suits(preset, song)


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_suits_its_way_of_playing(name):
    song = load_song(name)
    preset = load_preset(song.preset)
    bars = len(song.bars) - 1
    assert 8 <= bars <= 24 and song.length_beats == 4 * bars
    assert song.licence == "CC0-1.0" and 1 <= song.difficulty <= 6 and song.source
    steps = groups(song)
    for (beat, beats, pitches), (later, _, others) in pairwise(steps):
        assert beat + beats <= later, "one position at a time"
        left = beat + beats < later
        assert preset.main.onset == "gate" or pitches != others or left, "nothing leaves the zone"
    if preset.main.onset == "glide":
        zones = [zone.pitches for zone in preset.main.zones if zone.pitches]
        places = [zones.index(pitches) for _, _, pitches in steps]
        for here, there in pairwise(places):
            most = 2 if name.endswith("-1") else 1  # a long tone leaves time to come back
            assert abs(there - here) <= most


@pytest.mark.parametrize("name", [n for n in NAMES if n.endswith("-3")])
def test_the_third_is_the_hardest(name):
    levels = [load_song(f"{name[:-1]}{number}").difficulty for number in (1, 2, 3)]
    assert levels == sorted(levels) and levels[0] == 1 < levels[2]


def test_repeated_notes_only_where_the_hand_strikes():
    repeated = {
        load_song(name).preset
        for name in NAMES
        for one, two in pairwise(groups(load_song(name)))
        if one[2] == two[2] and one[0] + one[1] == two[0]
    }
    assert repeated == {"drum-pads", "gate-piano", "koto", "pinch-harp"}
