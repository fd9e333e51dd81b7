"""Scales: the right tones, found by any spelling of their names; a player's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.errors import PresetError
from handmidi.instrument.scalefile import named_scale, user_scales
from handmidi.instrument.scales import (
    SCALES,
    Scale,
    by_plain_name,
    find_scale,
    flat_classes,
    parse_key,
    pitches,
)
from handmidi.notes import parse_pitch, pitch_name

# Written out from C by hand, as theory books print them.
WRITTEN = {
    "ionian": "C D E F G A B",
    "Dorian": "C D Eb F G A Bb",
    "phrygian": "C Db Eb F G Ab Bb",
    "lydian": "C D E F# G A B",
    "mixolydian": "C D E F G A Bb",
    "minor": "C D Eb F G Ab Bb",
    "locrian": "C Db Eb F Gb Ab Bb",
    "harmonic minor": "C D Eb F G Ab B",
    "melodic minor": "C D Eb F G A B",
    "major pentatonic": "C D E G A",
    "minor pentatonic": "C Eb F G Bb",
    "blues": "C Eb F Gb G Bb",
    "major blues": "C D Eb E G A",
    "whole-tone": "C D E F# G# A#",
    "diminished": "C D Eb F Gb Ab A B",
    "half-whole diminished": "C Db Eb E F# G A Bb",
    "augmented": "C Eb E G Ab B",
    "hungarian minor": "C D Eb F# G Ab B",
    "double harmonic": "C Db E F G Ab B",
    "phrygian dominant": "C Db E F G Ab Bb",
    "hirajoshi": "C D Eb G Ab",
    "in-sen": "C Db F G Bb",
    "iwato": "C Db F Gb Bb",
    "bebop dominant": "C D E F G A Bb B",
    "enigmatic": "C Db E F# G# A# B",
    "neapolitan minor": "C Db Eb F G Ab B",
    "neapolitan major": "C Db Eb F G A B",
    "lydian dominant": "C D E F# G A Bb",
    "altered": "C Db Eb E Gb Ab Bb",
    "prometheus": "C D E F# A Bb",
}


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """The player's data folder and the current one are empty."""
    (tmp_path / "data").mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.setenv("HANDMIDI_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path / "here")


@pytest.mark.parametrize("name", WRITTEN)
def test_the_tones_are_those_of_the_books(name):
    tones = tuple(parse_pitch(f"{tone}4") - 60 for tone in WRITTEN[name].split())
    assert find_scale(name).intervals == tones


@pytest.mark.parametrize("scale", SCALES.values(), ids=lambda s: s.name)
def test_every_scale_begins_with_its_key_and_ascends_within_the_octave(scale):
    assert scale.intervals[0] == 0
    assert list(scale.intervals) == sorted(set(scale.intervals))
    assert scale.intervals[-1] < scale.octave == 12


def test_there_are_many_and_no_name_has_two():
    assert len(SCALES) >= 50
    names = [name for scale in SCALES.values() for name in (scale.name, *scale.also)]
    assert len(by_plain_name(SCALES)) == len(names)


@pytest.mark.parametrize("name", ["Half-Whole Diminished", "half_whole  diminished"])
def test_case_and_hyphens_do_not_matter(name):
    assert find_scale(name).name == "half whole diminished"
    assert find_scale("LOCRIAN ♯2") is find_scale("half diminished")


def test_approximations_say_so():
    for name in ("pelog", "slendro"):
        assert find_scale(name).name == f"{name} (tempered)"


@pytest.mark.parametrize("name", sorted(WRITTEN.keys() - {"whole-tone", "enigmatic", "altered"}))
def test_a_scale_is_spelled_from_c_as_books_do(name):
    notes = pitches(find_scale(name), 0, 60, 71)
    flats = flat_classes("C", notes)
    spelled = " ".join(pitch_name(n, n % 12 in flats).rstrip("4") for n in notes)
    assert spelled.replace("♯", "#").replace("♭", "b") == WRITTEN[name]


@pytest.mark.parametrize(
    ("name", "key", "spelled"),
    [
        ("major", "Ab", "A♭ B♭ C D♭ E♭ F G"),
        ("major", "F", "F G A B♭ C D E"),
        ("major", "E", "E F♯ G♯ A B C♯ D♯"),
        ("major", "F#", "F♯ G♯ A♯ B C♯ D♯ F"),
        ("natural minor", "D", "D E F G A B♭ C"),
        ("minor pentatonic", "C", "C E♭ F G B♭"),
        ("minor blues", "C", "C E♭ F G♭ G B♭"),
        ("lydian", "C", "C D E F♯ G A B"),
        ("todi", "D", "D E♭ F G♯ A B♭ C♯"),
        ("locrian", "C", "C D♭ E♭ F G♭ A♭ B♭"),
        ("melodic minor", "B♭", "B♭ C D♭ E♭ F G A"),
    ],
)
def test_a_scale_is_spelled_by_its_key(name, key, spelled):
    tonic = 60 + parse_key(key)
    notes = pitches(SCALES[name], tonic % 12, tonic, tonic + 11)
    flats = flat_classes(key, notes)
    assert " ".join(pitch_name(n, n % 12 in flats).rstrip("45") for n in notes) == spelled


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(ValueError, match=r"'mixolidian' is no scale .did you mean 'mixolydian'"):
        find_scale("mixolidian")
    with pytest.raises(ValueError, match="`handmidi presets --scales` lists all"):
        find_scale("zzzzzzzz")


@pytest.mark.parametrize(("name", "key"), [("C", 0), ("f#", 6), ("B♭", 10), (" Cb ", 11), ("E", 4)])
def test_keys(name, key):
    assert parse_key(name) == key


@pytest.mark.parametrize("name", ["", "H", "A4", "Am", "C##", "♭"])
def test_what_is_no_key(name):
    with pytest.raises(ValueError, match="is no key"):
        parse_key(name)


def test_notes_of_a_scale_between_two():
    found = pitches(find_scale("minor pentatonic"), 9, 57, 81)
    names = "A3 C4 D4 E4 G4 A4 C5 D5 E5 G5 A5"
    assert " ".join(map(pitch_name, found)) == names
    assert pitches(find_scale("major"), 0, 61, 61) == ()
    assert pitches(find_scale("major"), 11, 59, 61) == (59, 61)


def test_a_scale_that_repeats_after_another_interval_begins_below_the_lowest():
    twelfth = Scale("thirteen", (0, 6, 9), 19)  # Bohlen and Pierce repeat at the twelfth
    assert pitches(twelfth, 0, 60, 90) == (60, 66, 69, 79, 85, 88)
    assert pitches(twelfth, 0, 62, 80) == (66, 69, 79)


@given(
    scale=st.sampled_from(list(SCALES.values())),
    key=st.integers(0, 11),
    lowest=st.integers(0, 127),
    size=st.integers(0, 60),
)
def test_all_notes_belong_to_the_scale_and_none_is_left_out(scale, key, lowest, size):
    found = pitches(scale, key, lowest, lowest + size)
    members = {(key + interval) % 12 for interval in scale.intervals}
    assert found == tuple(p for p in range(lowest, lowest + size + 1) if p % 12 in members)


# ---- a player's own


def write(text):
    with open("scales.toml", "w", encoding="utf-8") as stream:
        stream.write(text)


def test_own_scales_from_both_folders_the_data_folder_first(tmp_path):
    write("mine = [0, 1, 2]\nhere = [0, 6]\nwide = {intervals = [0, 6, 9], octave = 19}\n")
    (tmp_path / "data" / "scales.toml").write_text("mine = [0, 5]\n")
    assert named_scale("MINE").intervals == (0, 5)
    assert named_scale("here").intervals == (0, 6)
    assert named_scale("wide") == Scale("wide", (0, 6, 9), 19)
    assert named_scale("dorian").name == "dorian"
    with pytest.raises(ValueError, match="did you mean 'mine'"):
        named_scale("mines")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (
            "mine = [0, 3, 2]",
            "mine.intervals: must be ascending whole numbers in brackets, 0 to 11",
        ),
        ("mine = [0, 12]", "mine.intervals: must be ascending"),
        ("mine = []", "mine.intervals: must be ascending"),
        ("mine = [0, true]", "mine.intervals: must be ascending"),
        ("mine = [1, 3]", "mine.intervals: must begin with 0"),
        ("mine = 5", "mine: must be tones in brackets"),
        ("mine = {}", "mine.intervals: is missing"),
        (
            "mine = {intervals = [0, 1], octave = 99}",
            "mine.octave: must be a whole number, 1 to 60",
        ),
        (
            "mine = {intervals = [0, 1], octav = 9}",
            "mine.octav: is no key here (did you mean 'octa",
        ),
        ("Blues = [0, 1]", "Blues: is the name of a scale of ours"),
        ("= 5", "is no valid TOML"),
    ],
)
def test_mistakes_are_told_with_file_and_key(text, part):
    write(text + "\n")
    with pytest.raises(PresetError) as caught:
        user_scales()
    assert str(caught.value).startswith("scales.toml ")
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_broken_file_harms_no_scale_of_ours():
    write("= 5\n")
    assert named_scale("blues").intervals == (0, 3, 5, 6, 7, 10)
    with pytest.raises(PresetError, match=r"scales\.toml"):
        named_scale("mine")


def test_all_mistakes_of_a_file_are_told_at_once():
    write("a = 5\nb = [1]\n")
    with pytest.raises(PresetError, match=r"has 2 mistakes: a: .*; b\.intervals: "):
        user_scales()
