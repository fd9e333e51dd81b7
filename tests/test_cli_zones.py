"""The pictures of a preset: on a terminal, and in a file."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from test_cli_terminal import lines, on_a_terminal

from handmidi.cli import main
from handmidi.cli.presetwords import WAYS, way_of
from handmidi.cli.zones import ENDS, ends, spans
from handmidi.instrument import load_preset
from handmidi.instrument.controls import CONTROLS
from handmidi.instrument.presetfile import library
from handmidi.instrument.scaling import Scaling

BAR = "█"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def bars(text: str) -> dict[str, tuple[int, int]]:
    """Where each line's bar begins and ends."""
    rows = [line for line in lines(text) if BAR in line]
    return {row.split()[0]: (row.index(BAR), row.rindex(BAR) + 1) for row in rows}


@pytest.mark.parametrize("name", sorted(library()))
def test_zones_leave_no_gap(name):
    for part in load_preset(name).parts:
        found = spans(part)
        assert bool(found) == part.plays
        assert all(span.low < span.high for span in found)
        for one, other in pairwise(found):
            assert one.high == pytest.approx(other.low)
        if found:
            assert found[0].low <= 0.02
            assert found[-1].high >= 0.9


def test_the_notes_of_a_theremin_lie_where_they_sound():
    part = load_preset("theremin").main
    found = {span.label: span for span in spans(part)}
    assert len(found) <= 14
    octave = found["C5"]
    assert part.continuous.hz(octave.low) == pytest.approx(523.25 * 2 ** (-2 / 12), rel=1e-3)
    assert part.continuous.hz(octave.high) == pytest.approx(523.25 * 2 ** (2 / 12), rel=1e-3)


def test_every_control_has_words_for_its_ends():
    assert set(ENDS) == set(CONTROLS)
    assert ends(Scaling("area", (0.015, 0.15))) == ("far", "near")
    assert ends(Scaling("distance", (8.2, 2.6))) == ("far", "near")
    assert ends(Scaling("x", (0.9, 0.1))) == ("left", "right")
    assert ends(Scaling("y", (0.8, 0.2))) == ("low", "high")
    assert ends(Scaling("y", (0.2, 0.8))) == ("high", "low")


def test_every_preset_has_a_group():
    ways = {name: way_of(load_preset(name)) for name in library()}
    assert set(ways.values()) <= set(WAYS)
    assert ways["blues"] == ways["pentatonic"] == "nearer and farther"
    assert ways["two-voices"] == "two hands"
    assert ways["knobs"] == "controllers only"


@pytest.mark.timeout(60)
def test_a_terminal_shows_places_and_widths(here):
    (here / "mine.toml").write_text(
        '[[zones]]\nat = 0.0\nnote = "C4"\n[[zones]]\nat = 0.5\nnote = "D4"\n'
        '[[zones]]\nat = 0.75\nnote = "E4"\n'
    )
    text, status = on_a_terminal("presets", "mine.toml", cwd=here, columns=80)
    assert status == 0
    found = bars(text)
    assert list(found) == ["E4", "D4", "C4"], "the last zone on top"
    wide = {name: end - begin for name, (begin, end) in found.items()}
    assert wide["C4"] == pytest.approx(2 * wide["D4"], abs=2)
    assert found["C4"][1] == found["D4"][0]
    axis = next(line for line in lines(text) if "far" in line)
    assert axis.index("far") < axis.index("near")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("columns", [40, 60, 120])
@pytest.mark.parametrize("name", ["gate-piano", "melody-and-chords", "theremin"])
def test_zones_keep_to_the_width(name, columns, here):
    text, status = on_a_terminal("presets", name, cwd=here, columns=columns)
    assert status == 0
    assert all(len(line) <= columns for line in lines(text) if BAR in line)


@pytest.mark.timeout(60)
def test_who_wants_no_colour_still_gets_the_picture(here):
    text, _ = on_a_terminal("presets", "mama", cwd=here, NO_COLOR="1")
    assert "\x1b" not in text
    assert len(bars(text)) == 8


@pytest.mark.timeout(60)
def test_a_terminal_lists_presets_by_how_they_are_played(here):
    text, status = on_a_terminal("presets", cwd=here, columns=100)
    assert status == 0
    shown = lines(text)
    heads = [line for line in shown if line in WAYS]
    assert heads == [way for way in WAYS if way in heads]
    after = shown[shown.index("two hands") :]
    assert any(line.startswith("two-voices") for line in after)


@pytest.mark.parametrize("name", ["blues", "theremin", "melody-and-chords", "knobs"])
def test_a_picture_is_a_png_with_something_on_it(name, here, capsys):
    cv2 = pytest.importorskip("cv2")
    assert main(["presets", name, "--picture", "zones.png"]) == 0
    assert capsys.readouterr().out == "picture: zones.png\n"
    image = cv2.imread(str(here / "zones.png"))
    assert image.shape == (760, 1000, 3)
    assert len(np.unique(image.reshape(-1, 3), axis=0)) > 20


def test_a_picture_and_json_go_together(here, capsys):
    assert main(["presets", "blues", "--picture", "zones.png", "--json"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["name"] == "blues"
    assert shown.err == "picture: zones.png\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--picture", "x.png"], "--picture is of one preset: name it"),
        (["blues", "--picture", "x.gif"], "end its name with .png"),
    ],
)
def test_a_picture_that_cannot_be_asked_for(words, said, here, capsys):
    with pytest.raises(SystemExit) as left:
        main(["presets", *words])
    assert left.value.code == 2
    assert said in capsys.readouterr().err


def test_a_picture_that_cannot_be_written(here, capsys):
    assert main(["presets", "blues", "--picture", "nowhere/x.png"]) == 1
    assert "cannot write nowhere/x.png" in capsys.readouterr().err


@pytest.mark.parametrize("name", sorted(library()))
def test_an_endless_zone_says_null_where_it_has_no_end(name, here, capsys):
    assert main(["presets", name, "--json"]) == 0
    table = json.loads(capsys.readouterr().out)
    low, high = load_preset(name).main.by.range
    for zone in table["zones"][:-1]:
        assert zone["low"] < zone["high"]
    for zone in table["zones"][-1:]:
        assert (zone["low"] is None, zone["high"] is None) == (low > high, low < high)
