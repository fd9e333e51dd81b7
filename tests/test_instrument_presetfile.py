"""Preset files: ours, the player's, and every mistake of a broken one in one line."""

import re
import tomllib
from pathlib import Path

import pytest

from handmidi.errors import PresetError
from handmidi.instrument.chords import QUALITIES
from handmidi.instrument.controls import CONTROLS
from handmidi.instrument.preset import Continuous, Controller, Gate, Velocity, Zone
from handmidi.instrument.presetfile import GRIDS, library, load_preset, parse_preset
from handmidi.instrument.presetpart import KEYS
from handmidi.instrument.presetsound import CONTROLLERS
from handmidi.instrument.scalefile import user_scales
from handmidi.instrument.scales import SCALES
from handmidi.instrument.scaling import Scaling
from handmidi.notes import frequency, parse_pitch, pitch_name

ORIGINAL = {  # the bounds of the scaled area, and what sounds from each on
    "deep-purple": "0.15 G4, 0.30 A♯4, 0.45 C5, 0.75 C♯5",
    "chromatic": "0.10 D4, 0.25 E4, 0.40 F4, 0.55 G4, 0.70 A4, 0.85 B4, 1.00 C5",
    "blues": "0.1 C4, 0.2 F4, 0.3 D♯4, 0.4 G4, 0.5 G♯4, 0.6 A♯4, 0.7 C5, 0.8 C♯5, 0.9 rest, 1.0 E5",
    "mama": "0.20 F4, 0.32 G4, 0.44 G♯4, 0.56 B4, 0.68 C♯5, 0.80 D♯5, 1.00 E5",
}
ONE_ZONE = [{"at": 0.5, "note": "C4"}]
CALIBRATED = {"area": (0.02, 0.3), "distance": (7.0, 2.0), "openness": (0.2, 0.95), "x": (0.8, 0.2)}


@pytest.fixture(autouse=True, scope="module")
def own_folders(tmp_path_factory):
    """The player's data folder and the current one are empty."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HANDMIDI_DATA", str(tmp_path_factory.mktemp("data")))
        patch.chdir(tmp_path_factory.mktemp("here"))
        yield


def zones_of(text):
    pairs = (item.split() for item in text.split(","))
    return tuple(
        Zone(float(at), () if note == "rest" else (parse_pitch(note),)) for at, note in pairs
    )


def parsed(**table):
    return parse_preset("mine", table, "mine.toml")


# ---- ours


@pytest.mark.parametrize("name", ORIGINAL)
def test_the_zones_are_the_originals(name):
    preset = load_preset(name)
    part = preset.main
    assert part.zones == zones_of(ORIGINAL[name])
    assert (preset.name, part.by) == (name, Scaling("area", (0.015, 0.15), "linear"))
    assert (part.onset, part.continuous, part.channel) == ("settle", None, 0)
    assert (preset.hand, preset.other, preset.grid_beats, preset.mpe) == ("any", None, None, False)


def test_the_theremin_is_continuous():
    part = load_preset("theremin").main
    assert (part.zones, part.onset) == ((), "continuous")
    assert part.continuous == Continuous(0.0, 1300.0, True, 64, 24)
    assert part.continuous.highest_hz == 1300
    assert part.by == Scaling("area", (0.015, 0.15))


@pytest.mark.parametrize("name", library())
def test_each_of_ours_moves_with_the_calibration(name):
    usual, moved = load_preset(name), load_preset(name, CALIBRATED)
    for part, other in zip(usual.parts, moved.parts, strict=True):
        assert part.by.range == CONTROLS[part.by.control].range
        assert other.by.range == CALIBRATED.get(part.by.control, part.by.range)
        assert other.zones == part.zones


@pytest.mark.parametrize("name", library())
def test_each_of_ours_has_a_name_a_title_and_a_word_on_how_to_play_it(name):
    assert name == name.lower() and name.replace("-", "").isalnum()
    text = library()[name].read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert load_preset(name).title != name


def test_ours_try_every_control_mode_and_role():
    ours = [load_preset(name) for name in library()]
    assert len(ours) >= 20
    assert set().union(*(preset.controls for preset in ours)) == set(CONTROLS)
    assert {preset.main.onset for preset in ours} == {"settle", "glide", "gate", "continuous"}
    assert any(preset.mpe for preset in ours)
    assert any(preset.grid_beats for preset in ours)
    assert any(not preset.main.plays for preset in ours)
    assert {preset.other.plays for preset in ours if preset.other} == {True, False}
    assert {c.to for p in ours for c in p.main.controllers} == {"cc", "pressure", "bend"}


def test_a_file_is_loaded_by_its_path_and_the_users_wins_over_ours(tmp_path, monkeypatch):
    monkeypatch.setenv("HANDMIDI_DATA", str(tmp_path / "data"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for path in (
        tmp_path / "mine.toml",
        tmp_path / "here" / "presets" / "mama.toml",
        tmp_path / "data" / "presets" / "mama.toml",
    ):
        path.parent.mkdir(exist_ok=True, parents=True)
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
    with pytest.raises(PresetError, match="is called 'xyz': `handmidi presets` lists all"):
        load_preset("xyz")


@pytest.mark.parametrize(
    "content",
    [
        b"title = ", b"[[zones", b"\xff\xfe", b"a = 1\na = 2", b"a = " + b"[" * 9999,
        b"a = " + b"9" * 9999,
    ],
    ids=range(6),
)  # fmt: skip
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


# ---- notes


def test_zones_are_notes_chords_or_lists():
    part = parsed(
        zones=[
            {"at": 0.1, "note": "REST"},
            {"at": 0.2, "note": "Bb3"},
            {"at": 0.3, "chord": "Am"},
            {"at": 0.4, "chord": "Am", "octave": 4},
            {"at": 0.5, "chord": "C4/G"},
            {"at": 0.6, "notes": ["E4", "A3", "C4"]},
        ]
    ).main
    found = [" ".join(map(pitch_name, zone.pitches)) for zone in part.zones]
    assert found == ["", "A♯3", "A3 C4 E4", "A4 C5 E5", "G3 C4 E4 G4", "A3 C4 E4"]
    assert part.zones[5].pitch == 57


def test_a_scale_makes_equal_zones():
    zones = parsed(scale={"name": "Minor-Pentatonic", "key": "A", "lowest": "A3"}).main.zones
    assert [pitch_name(zone.pitch) for zone in zones] == ["A3", "C4", "D4", "E4", "G4", "A4"]
    assert [zone.at for zone in zones] == pytest.approx([0.1, 0.25, 0.4, 0.55, 0.7, 0.85])


def test_what_a_scale_leaves_out_is_one_octave_of_major():
    zones = parsed(scale={"key": "Bb", "from": 0}).main.zones
    assert [zone.pitch for zone in zones] == [70, 72, 74, 75, 77, 79, 81, 82]
    assert zones[0].at == 0.0


def test_a_scale_written_out_and_its_chords():
    zones = parsed(scale={"intervals": [0, 3, 7], "lowest": "C4", "highest": "G4"}).main.zones
    assert [zone.pitch for zone in zones] == [60, 63, 67]
    wide = {"intervals": [0, 6, 9], "octave": 19, "lowest": "C4", "highest": "C6"}
    assert [zone.pitch for zone in parsed(scale=wide).main.zones] == [60, 66, 69, 79]
    chords = {"key": "G", "lowest": "G3", "highest": "A3", "chords": "sevenths"}
    assert [zone.pitches for zone in parsed(scale=chords).main.zones] == [
        (55, 59, 62, 66),
        (57, 60, 64, 67),
    ]


def test_a_theremin_of_equal_intervals_has_its_centre_in_the_middle_and_bend_enough():
    law = parsed(continuous={"lowest": "C3", "highest": "C5"}).main.continuous
    assert law == Continuous(frequency(48), frequency(72), False, 60, 12)
    law = parsed(continuous={"lowest": "C3", "highest": "C5", "centre": "C3"}).main.continuous
    assert (law.centre, law.bend_semitones) == (48, 24)


@pytest.mark.parametrize("top_hz", [20, 100, 440, 1300, 2000, 12000])
def test_a_linear_theremin_reaches_its_top(top_hz):
    part = parsed(continuous={"top_hz": top_hz}).main
    assert part.continuous.highest_hz == top_hz
    assert part.bend_semitones == part.continuous.bend_semitones == 24


# ---- what is left out


def test_what_is_left_out_has_a_default():
    preset = parsed(zones=ONE_ZONE)
    part = preset.main
    assert part.by == Scaling("area", (0.015, 0.15), "linear")
    assert (preset.title, preset.hand, preset.grid_beats, preset.bpm) == ("mine", "any", None, 120)
    assert (part.onset, part.velocity, part.program) == ("settle", Velocity(96, 96), 80)
    assert (part.channel, part.bend_semitones, part.controllers) == (0, 2, ())
    assert parsed(continuous={}).main.continuous == Continuous(0.0, 1300.0, True, 64, 24)
    assert parsed(zones=ONE_ZONE, gate={}).main.onset == "gate"
    assert parsed(zones=ONE_ZONE, channel=10).main.program == 0  # the standard drum kit
    assert parsed(zones=ONE_ZONE, mpe=True).main.bend_semitones == 48


@pytest.mark.parametrize("control", CONTROLS)
def test_a_range_is_the_files_else_the_calibrated_else_the_usual(control):
    table = {"zones": ONE_ZONE, "control": control}
    own = {control: tuple(0.9 * end + 0.05 for end in CONTROLS[control].range)}
    own_range = CONTROLS[control].range[::-1]
    ranges = [
        parse_preset("p", {**table, **more}, "p", calibrated).main.by.range
        for more, calibrated in (({"range": list(own_range)}, own), ({}, own), ({}, None))
    ]
    assert ranges == [own_range, own[control], CONTROLS[control].range]


def test_calibration_reaches_gate_velocity_and_controllers():
    table = {
        "control": "x",
        "zones": ONE_ZONE,
        "gate": {},
        "velocity": {"by": "area"},
        "controllers": [{"control": "distance", "to": "pan"}],
    }
    part = parse_preset("p", table, "p", CALIBRATED).main
    assert part.gate == Gate("openness", 0.65, 0.5)
    assert part.velocity.by.range == (0.02, 0.3)
    assert part.controllers[0].by.range == (7.0, 2.0)


# ---- sound


def test_velocity_is_fixed_or_follows_a_control():
    assert parsed(zones=ONE_ZONE, velocity=7).main.velocity == Velocity(7, 7)
    assert parsed(zones=ONE_ZONE, velocity={}).main.velocity == Velocity(
        40, 120, Scaling("speed", CONTROLS["speed"].range)
    )
    table = {"by": "openness", "range": [0, 1], "curve": "square", "low": 1, "high": 127}
    assert parsed(zones=ONE_ZONE, velocity=table).main.velocity == Velocity(
        1, 127, Scaling("openness", (0, 1), "square")
    )


def test_controllers_go_to_numbers_names_pressure_and_bend():
    rows = [
        {"control": "y", "to": "CC 20"},
        {"control": "tilt", "to": "bend"},
        {"control": "x", "to": "Expression", "send": [127, 10]},
        {"control": "openness", "to": "pressure", "curve": "root"},
        {"control": "pinch", "to": "bend", "send": [0, 1]},  # bends add up
    ]
    y, tilt, x, openness, _ = parsed(zones=ONE_ZONE, controllers=rows).main.controllers
    assert y == Controller(Scaling("y", CONTROLS["y"].range), "cc", 20, (0, 127))
    assert (tilt.to, tilt.number, tilt.send) == ("bend", 0, (-2, 2))
    assert (x.to, x.number, x.send) == ("cc", 11, (127, 10))
    assert (openness.to, openness.by.curve) == ("pressure", "root")


@pytest.mark.parametrize("name", CONTROLLERS)
def test_each_name_of_a_controller_is_known(name):
    (found,) = parsed(controllers=[{"to": name}]).main.controllers
    assert found.number == CONTROLLERS[name] <= 119


def test_a_bend_of_one_semitone_limits_what_is_sent():
    part = parsed(zones=ONE_ZONE, bend=1, controllers=[{"control": "tilt", "to": "bend"}]).main
    assert part.controllers[0].send == (-1, 1)


@pytest.mark.parametrize(
    ("grid", "beats"), [("1/1", 4), ("1/4", 1), ("1/8", 0.5), ("1/8t", 1 / 3), ("1/32", 0.125)]
)
def test_a_grid_is_counted_in_beats(grid, beats):
    preset = parsed(zones=ONE_ZONE, quantise={"grid": grid, "bpm": 90})
    assert preset.grid_beats == pytest.approx(beats) == GRIDS[grid]
    assert preset.bpm == 90


# ---- two hands


def test_a_second_voice_has_a_channel_of_its_own():
    preset = parsed(zones=ONE_ZONE, other={"scale": {}, "control": "x"})
    assert (preset.hand, preset.main.channel, preset.other.channel) == ("right", 0, 1)
    preset = parsed(zones=ONE_ZONE, channel=2, hand="left", other={"scale": {}})
    assert (preset.hand, preset.main.channel, preset.other.channel) == ("left", 1, 0)


def test_a_silent_hand_shapes_the_first_ones_sound():
    rows = [{"control": "y", "to": "volume"}]
    preset = parsed(continuous={}, channel=5, other={"controllers": rows})
    assert not preset.other.plays
    assert preset.other.channel == preset.main.channel == 4
    assert preset.other.controls == {"y"}


def test_a_transposed_voice_takes_what_it_leaves_out_from_the_first():
    table = {
        "control": "distance", "range": [9, 3], "curve": "log", "scale": {}, "gate": {},
        "velocity": {"by": "y"}, "program": 11,
    }  # fmt: skip
    preset = parsed(**table, other={"transpose": -12})
    main, other = preset.parts
    assert (other.by, other.gate, other.velocity) == (main.by, main.gate, main.velocity)
    assert (other.onset, other.program, other.channel) == ("gate", 11, 1)
    assert [z.pitch for z in other.zones] == [z.pitch - 12 for z in main.zones]
    assert parsed(scale={}, onset="glide", other={"transpose": 5}).other.onset == "glide"
    assert parsed(scale={}, onset="glide", other={"transpose": 5, "gate": {}}).other.onset == "gate"
    other = parsed(**table, other={"transpose": 7, "control": "x", "velocity": 50}).other
    assert other.by == Scaling("x", CONTROLS["x"].range)
    assert other.velocity == Velocity(50, 50)


def test_a_theremin_can_be_transposed():
    other = parsed(continuous={}, other={"transpose": 12, "control": "y"}).other
    assert (other.continuous.high_hz, other.continuous.centre) == (2600, 76)


def test_two_hands_may_share_the_drums():
    preset = parsed(zones=ONE_ZONE, channel=10, other={"zones": ONE_ZONE, "channel": 10})
    assert preset.main.channel == preset.other.channel == 9


# ---- the reference

DOCS = Path(__file__).resolve().parent.parent / "docs" / "presets.md"


def test_the_reference_names_everything_there_is():
    text = DOCS.read_text(encoding="utf-8")
    for name in (*CONTROLS, *library()):
        assert f"| `{name}` |" in text
    for scale in SCALES.values():
        tones = " ".join(map(str, scale.intervals))
        assert f"| {scale.name} | {tones} | {', '.join(scale.also)} |" in text
    for quality in filter(None, QUALITIES):
        assert f"`{quality}`" in text
    words = " ".join(text.split())
    for name, number in CONTROLLERS.items():
        assert re.search(rf"\b{name}\b( or \w+)? \({number}\)", words)


def test_the_reference_names_every_key():
    text = DOCS.read_text(encoding="utf-8")
    for key in (*KEYS, "title", "hand", "mpe", "quantise", "other", "transpose"):
        assert re.search(rf"[`\[]{key}[`\]\s]", text), key


def test_the_examples_of_the_reference_are_presets_and_scales():
    blocks = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    *presets, scales = map(tomllib.loads, blocks)
    assert len(presets) == 4
    for table in presets:
        assert parse_preset("mine", table, "presets.md").main.plays
    Path("scales.toml").write_text(blocks[-1], encoding="utf-8")
    assert set(user_scales()) == set(scales)
    Path("scales.toml").unlink()
