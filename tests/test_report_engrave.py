"""Verovio's pictures: one for each system, with ids, and text in our font only."""

import re
from dataclasses import replace

import pytest
from report_songs import ODE, as_written, make_song, mama_with_mistakes, score_of

from handmidi.midifile import TempoMap
from handmidi.report.engrave import engrave
from handmidi.report.grid import Grid
from handmidi.report.notation import write_melody, write_played
from handmidi.report.staves import build_score, musicxml
from handmidi.song import Meter

WIDTH_MM = 186.0


def systems(song, notes):
    score, grid = score_of(song, notes), Grid.of(song)
    played, _ = write_played(song, notes, score, grid)
    xml = musicxml(build_score(song, grid, write_melody(song, score, grid), played))
    return engrave(xml, WIDTH_MM)


def texts(svgs):
    found = re.findall(r"<text\b.*?</text>", "".join(svgs), re.DOTALL)
    return ["".join(re.findall(r">([^<>]*\S)\s*<", text)).strip() for text in found]


def test_one_system_each_and_no_borrowed_fonts():
    song = make_song(ODE, fifths=2)
    found = systems(song, as_written(song))
    assert len(found) > 2
    assert all(svg.count('class="system"') == 1 for svg in found)
    assert all("@font-face" not in svg and "Times" not in svg for svg in found)


def test_no_bar_is_left_alone_in_the_last_system():
    for count in (6, 11, 16, 17):
        found = systems(make_song(" ".join(["C4 D4 E4 F4"] * count)), [])
        bars = [svg.count('class="measure"') for svg in found]
        assert sum(bars) == count
        assert max(bars) - min(bars) <= 1


def test_each_head_has_its_id():
    song, notes = mama_with_mistakes()
    found = re.findall(r'<g id="([^"]*)" class="note"', "".join(systems(song, notes)))
    wanted = [*(f"m{i}" for i in range(26)), *(f"p{j}" for j in range(26))]
    assert sorted(found) == sorted(wanted)


def test_the_same_song_gives_the_same_picture():
    song = make_song("C4:4")
    assert systems(song, []) == systems(song, [])


def test_tempo_changes_are_words_and_the_first_is_left_to_the_page():
    song = make_song("C4:4 D4:4 E4:3", meters=(Meter(0, 4, 4), Meter(8, 6, 8)))
    song = replace(song, tempo=TempoMap([(0, 500_000), (4, 600_000), (8, 400_000)]))
    found = texts(systems(song, []))
    assert [text for text in found if "=" in text] == ["♩ = 100", "♩. = 100"]


def test_halves_and_eighths_count_quarters():
    song = make_song("C4:4 D4:4 E4:2.5", meters=(Meter(0, 4, 4), Meter(4, 2, 2), Meter(8, 5, 8)))
    song = replace(song, tempo=TempoMap([(0, 500_000), (4, 600_000), (8, 400_000)]))
    found = texts(systems(song, []))
    assert [text for text in found if "=" in text] == ["♩ = 100", "♩ = 150"]


def test_bar_numbers_are_the_songs_own():
    song = replace(make_song(" ".join(["C4 D4 E4 F4"] * 16)), numbers=tuple(range(21, 37)))
    found = systems(song, [])
    assert "21" in texts(found[:1])
    assert {text for text in texts(found[1:]) if text.isdigit()} <= {str(n) for n in range(22, 37)}


def test_what_is_no_musicxml_is_refused():
    with pytest.raises(ValueError, match="MusicXML"):
        engrave(b"hello", WIDTH_MM)
