"""Presets: the five of the original, and every mistake of a broken one in one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.errors import PresetError
from handmidi.instrument.preset import (
    Continuous,
    Preset,
    Zone,
    from_pitches,
    library,
    load_preset,
    parse_preset,
)
from handmidi.notes import frequency, parse_pitch

ORIGINAL = {  # the bounds of the scaled area, and what sounds from each on
    "deep-purple": "0.15 G4, 0.30 A♯4, 0.45 C5, 0.75 C♯5",
    "chromatic": "0.10 D4, 0.25 E4, 0.40 F4, 0.55 G4, 0.70 A4, 0.85 B4, 1.00 C5",
    "blues": "0.1 C4, 0.2 F4, 0.3 D♯4, 0.4 G4, 0.5 G♯4, 0.6 A♯4, 0.7 C5, 0.8 C♯5, 0.9 rest, 1.0 E5",
    "mama": "0.20 F4, 0.32 G4, 0.44 G♯4, 0.56 B4, 0.68 C♯5, 0.80 D♯5, 1.00 E5",
}
ONE_ZONE = [{"at": 0.5, "note": "C4"}]


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """The user's data folder and the current one are empty."""
    (tmp_path / "data").mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.setenv("HANDMIDI_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path / "here")


def zones_of(text):
    pairs = (item.split() for item in text.split(","))
    return tuple(
        Zone(float(at), None if note == "rest" else parse_pitch(note)) for at, note in pairs
    )


def mistakes(**table):
    with pytest.raises(PresetError) as caught:
        parse_preset("mine", table, "mine.toml")
    message = str(caught.value)
    assert message.startswith("mine.toml has ")
    assert "\n" not in message
    return message


# ---- the five


@pytest.mark.parametrize("name", ORIGINAL)
def test_the_zones_are_the_originals(name):
    preset = load_preset(name)
    assert preset.zones == zones_of(ORIGINAL[name])
    assert (preset.name, preset.control, preset.range) == (name, "area", (0.015, 0.15))
    assert (preset.curve, preset.onset, preset.continuous) == ("linear", "settle", None)


def test_the_theremin_is_continuous():
    preset = load_preset("theremin")
    assert (preset.zones, preset.onset) == ((), "continuous")
    law = preset.continuous
    assert law.top_hz == 1300
    assert law.highest_hz > 1300
    assert law.lowest_hz == pytest.approx(frequency(law.centre) / 2 ** (law.bend_semitones / 12))


def test_the_library_has_all_five():
    assert {*ORIGINAL, "theremin"} <= set(library())


# ---- the scaled axis


def test_the_scaled_axis():
    preset = load_preset("mama")
    assert preset.scaled(0.015) == 0
    assert preset.scaled(0.15) == pytest.approx(1)
    assert preset.unscaled(0.5) == pytest.approx(0.0825)


@given(
    ends=st.tuples(st.floats(0.01, 1), st.floats(0.01, 1)).filter(
        lambda e: abs(e[0] - e[1]) > 0.01
    ),
    curve=st.sampled_from(["linear", "log"]),
    scaled=st.floats(-0.5, 1.5),
)
def test_scaled_and_unscaled_are_inverse(ends, curve, scaled):
    preset = Preset("p", "p", "x", ends, curve, "settle", 96, 80, (Zone(0.0, 60),))
    value = preset.unscaled(scaled)
    if curve == "linear" or value > 1e-9:
        assert preset.scaled(value) == pytest.approx(scaled, abs=1e-6)


def test_as_it_plays_in_the_controls_own_unit():
    preset = parse_preset("mine", {"zones": [*ONE_ZONE, {"at": 1.0, "note": "rest"}]}, "mine.toml")
    assert preset.to_dict() == {
        "name": "mine",
        "control": "area",
        "zones": [
            {"low": 0.0825, "high": 0.15, "pitch": 60},
            {"low": 0.15, "high": None, "pitch": None},
        ],
    }
    assert load_preset("theremin").to_dict()["zones"] == []


def test_a_control_that_runs_downwards_has_no_low_end():
    table = {"control": "y", "zones": [{"at": 0.0, "note": "C4"}, {"at": 0.5, "note": "D4"}]}
    rows = parse_preset("mine", table, "mine.toml").to_dict()["zones"]
    assert rows == [{"low": 0.5, "high": 0.9, "pitch": 60}, {"low": None, "high": 0.5, "pitch": 62}]


def test_a_preset_of_just_these_notes():
    preset = from_pitches("ode", "Ode to Joy", [67, 60, 64, 60])
    assert [zone.pitch for zone in preset.zones] == [60, 64, 67]
    rows = preset.to_dict()["zones"]
    assert rows[1]["low"] / rows[0]["low"] == pytest.approx(
        rows[2]["low"] / rows[1]["low"], abs=1e-3
    )
    assert preset.unscaled(1.0) == pytest.approx(0.15)
    assert (preset.name, preset.title, preset.control) == ("ode", "Ode to Joy", "area")
    with pytest.raises(ValueError, match="at least one note"):
        from_pitches("none", "None", [])


# ---- files


def test_a_file_is_loaded_by_its_path_and_the_users_wins_over_ours(tmp_path):
    for path in (
        tmp_path / "mine.toml",
        tmp_path / "here" / "presets" / "mama.toml",
        tmp_path / "data" / "presets" / "mama.toml",
    ):
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            f"title = {str(path.parent.parent.name)!r}\n[[zones]]\nat = 0\nnote = 'C4'\n"
        )
    assert load_preset(str(tmp_path / "mine.toml")).name == "mine"
    assert load_preset("mama").title == "data"


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(PresetError, match="did you mean 'mama'"):
        load_preset("mamma")
    with pytest.raises(PresetError, match="did you mean 'deep-purple'"):
        load_preset("Deep Purple")
    with pytest.raises(PresetError, match="there are: blues, chromatic"):
        load_preset("xyz")


@pytest.mark.parametrize("content", [b"title = ", b"[[zones", b"\xff\xfe", b"a = 1\na = 2"])
def test_a_file_that_is_no_toml_is_one_line(tmp_path, content):
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    with pytest.raises(PresetError) as caught:
        load_preset(str(path))
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_one_line(tmp_path):
    (tmp_path / "folder.toml").mkdir()
    for name in ("none.toml", "folder.toml"):
        with pytest.raises(PresetError, match="cannot read the preset"):
            load_preset(str(tmp_path / name))


# ---- mistakes


def test_all_mistakes_are_told_at_once_with_their_keys():
    message = mistakes(
        contrl="area",
        curve="logg",
        range=[0.1, 0.1],
        velocity=200,
        zones=[
            {"at": 0.1, "note": "H4"},
            {"at": "far", "note": "C4"},
            {"at": 0.05, "note": 60},
            {"at": 0.5, "note": "E4", "colour": "red"},
        ],
    )
    assert "9 mistakes" in message
    for part in (
        "contrl: is no key here (did you mean 'control'?)",
        "curve: 'logg' is unknown (did you mean 'log'?)",
        "range: must be two different numbers",
        "velocity: must be a whole number, 1 to 127, not 200",
        "zones[0].note: 'H4' is no note name",
        "zones[1].at: must be a number, 0 to 4, not 'far'",
        "zones[2].note: must be text in quotes, not 60",
        "zones[2].at: must be above the zone before it (0.1)",
        "zones[3].colour: is no key here",
    ):
        assert part in message


@pytest.mark.parametrize(
    ("table", "part"),
    [
        ({}, "zones: is missing"),
        ({"zones": []}, "zones: is empty"),
        ({"zones": {"at": 1}}, "zones: must be tables"),
        ({"zones": [{"at": 0.5}]}, "zones[0].note: '' is no note name"),
        ({"zones": [{"note": "C4"}]}, "zones[0].at: is missing"),
        ({"zones": ONE_ZONE * 2}, "zones[1].at: must be above the zone before it (0.5)"),
        ({"zones": ONE_ZONE, "control": "depth"}, "control: 'depth' is unknown (choose from area"),
        ({"zones": ONE_ZONE, "range": [0, 0.15]}, "range: must lie within 0.0001 and 2"),
        ({"zones": ONE_ZONE, "range": [10**400, 1]}, "range: must be two numbers in brackets"),
        ({"zones": [{"at": 10**400, "note": "C4"}]}, "zones[0].at: must be a number"),
        (
            {"zones": [{"at": 1.2, "note": "C4"}], "range": [0.15, 0.015]},
            "zones: reach an area of 0",
        ),
        (
            {"continuous": {"top_hz": 20, "centre": "G9"}},
            "continuous: can never sound",
        ),
        ({"zones": ONE_ZONE, "range": [0.1]}, "range: must be two numbers in brackets"),
        ({"zones": ONE_ZONE, "range": [float("nan"), 1]}, "range: must be two numbers"),
        (
            {"zones": ONE_ZONE, "control": "x", "curve": "log", "range": [-1, 1]},
            "range: must be above 0",
        ),
        ({"zones": ONE_ZONE, "velocity": 0}, "velocity: must be a whole number, 1 to 127, not 0"),
        ({"zones": ONE_ZONE, "velocity": True}, "velocity: must be a whole number"),
        ({"zones": ONE_ZONE, "program": 1.5}, "program: must be a whole number, 0 to 127"),
        ({"zones": ONE_ZONE, "title": 5}, "title: must be text in quotes"),
        ({"zones": ONE_ZONE, "onset": "continuous"}, "onset: "),
        ({"zones": ONE_ZONE, "continuous": {}}, "continuous: cannot stand beside zones"),
        ({"continuous": {"top_hz": 5}}, "continuous.top_hz: must be a number, 20 to 12000"),
        ({"continuous": {"centre": "X1"}}, "continuous.centre: 'X1' is no note name"),
        ({"continuous": {"bend": 2}}, "continuous.bend: is no key here"),
    ],
)
def test_a_mistake_is_told_with_its_key(table, part):
    assert part in mistakes(**table)


def test_a_mistake_is_told_once():
    message = mistakes(zones=[*ONE_ZONE, {"at": "far", "note": 5}, {"at": 0.6, "note": "D4"}])
    assert "2 mistakes" in message


def test_what_is_left_out_has_a_default():
    preset = parse_preset("mine", {"continuous": {}}, "mine.toml")
    assert preset.continuous == Continuous(1300.0, 64, 24)
    assert (preset.title, preset.velocity, preset.program, preset.onset) == (
        "mine",
        96,
        80,
        "continuous",
    )


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["at", "note", "top_hz", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(
    [
        "title",
        "control",
        "range",
        "curve",
        "onset",
        "velocity",
        "program",
        "zones",
        "continuous",
        "z",
    ]
)


@given(table=st.dictionaries(KEYS, JUNK, max_size=6))
def test_any_table_is_a_preset_or_one_line(table):
    try:
        parse_preset("mine", table, "mine.toml")
    except PresetError as error:
        assert "\n" not in str(error)
