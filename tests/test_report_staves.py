"""The MusicXML, read back: whole bars, the right signs, and colours."""

from fractions import Fraction
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from report_songs import MAMA, ODE, as_written, make_song, mama_with_mistakes, score_of

from handmidi.notes import Note
from handmidi.report.grid import Grid
from handmidi.report.notation import write_melody, write_played
from handmidi.report.signs import SIGNS
from handmidi.report.staves import build_score, musicxml
from handmidi.song import Meter

SONGS = {
    "mama": make_song(MAMA, bpm=104),
    "ode": make_song(ODE, fifths=2),
    "waltz": make_song(
        "G4:.5 A4:.5 B4:2 D5 B4:2 G4 E4:3 D5:2 C5:1.5 B4:.5 A4 G4:5",
        meters=(Meter(0.0, 3, 4),),
        fifths=1,
        pickup=1.0,
    ),
    "jig": make_song(
        "B4:.5 A4:.5 B4:.5 D5 B4:.5 A4:.25 B4:.25 A4:.5 G4:.5 E4:3 G4:4.5",
        meters=(Meter(0.0, 6, 8),),
        fifths=1,
    ),
    "flats": make_song("Bb3 Eb4 F4 G4 Ab4:1.5 G4:.5 Db4 C4:.25 D4:.75 A3:6", fifths=-3),
    "metres": make_song(
        "C4:4 G4:3 C5:.5 B4:.5 A4:.5 G4:2 E4:4",
        meters=(Meter(0.0, 4, 4), Meter(4.0, 3, 4), Meter(7.0, 7, 8), Meter(10.5, 2, 2)),
    ),
    "chords": make_song("C4+E4+G4:2 D4+F4 R E4+G4:1.5 C5:.5 C4+C5:4"),
}


def xml_of(song, notes):
    score, grid = score_of(song, notes), Grid.of(song)
    played, _ = write_played(song, notes, score, grid)
    xml = musicxml(build_score(song, grid, write_melody(song, score, grid), played))
    return ElementTree.fromstring(xml)


def bar_lengths(part):
    """Quarter notes that each bar's notes and rests add up to."""
    divisions = int(part.findtext(".//divisions"))
    return [
        sum(
            Fraction(int(note.findtext("duration")), divisions)
            for note in measure.iter("note")
            if note.find("chord") is None
        )
        for measure in part.iter("measure")
    ]


@pytest.mark.parametrize("name", SONGS)
@pytest.mark.parametrize("play", [as_written, lambda song: as_written(song)[::2], lambda _: []])
def test_every_bar_is_full_on_both_staves(name, play):
    song = SONGS[name]
    edges = song.bars
    whole = [b - a for a, b in pairwise(edges)]
    parts = xml_of(song, play(song)).findall("part")
    assert [bar_lengths(part) for part in parts] == [whole, whole]


def test_a_take_shows_each_mistake_with_colour_and_mark():
    root = xml_of(*mama_with_mistakes())
    melody, played = root.findall("part")
    assert [p.text for p in root.iter("part-name")] == ["Melody", "You"]
    signs = {sign.colour: verdict for verdict, sign in SIGNS.items()}
    coloured = [
        [signs[n.get("color")] for n in p.iter("note") if n.get("color")]
        for p in root.findall("part")
    ]
    assert coloured[0] == ["missed"]
    assert sorted(coloured[1]) == ["correct"] * 24 + ["extra", "wrong"]
    assert [text.text for text in melody.iter("text")] == ["–"]
    assert [text.text for text in played.iter("text")] == ["×", "+"]


def test_spelled_names_and_accidentals():
    root = xml_of(SONGS["mama"], [])
    names = {
        n.findtext("pitch/step") + n.findtext("pitch/alter", "")
        for n in root.iter("note")
        if n.find("pitch") is not None
    }
    assert names == {"F", "B", "E", "C1", "D1", "G1", "G"}
    assert {a.text for a in root.iter("accidental")} == {"sharp"}


def test_signatures_tempo_and_final_barline():
    root = xml_of(SONGS["jig"], [])
    part = root.find("part")
    assert part.findtext(".//fifths") == "1"
    assert (part.findtext(".//beats"), part.findtext(".//beat-type")) == ("6", "8")
    assert part.find(".//metronome/beat-unit-dot") is not None
    assert part.findtext(".//metronome/per-minute") == "80"
    assert [b.text for b in root.iter("bar-style")] == ["light-heavy"] * 2


def test_a_pickup_is_bar_nought_and_not_counted():
    first = xml_of(SONGS["waltz"], []).find("part/measure")
    assert (first.get("number"), first.get("implicit")) == ("0", "yes")


def test_low_songs_stand_in_the_bass_clef():
    root = xml_of(make_song("C3 E3 G3 C3"), [])
    assert {sign.text for sign in root.iter("sign")} == {"F"}


def test_an_empty_bar_has_a_whole_bar_rest():
    rest = xml_of(SONGS["mama"], []).findall("part")[1].find("measure/note/rest")
    assert rest.get("measure") == "yes"


def test_a_held_note_is_tied_and_marked():
    song = make_song("C4 C4 D4:2")
    played = xml_of(song, [Note(0.0, 60, 0.95), Note(1.0, 62, 0.9)]).findall("part")[1]
    notes = played.findall("measure/note")
    assert [[t.get("type") for t in n.findall("tie")] for n in notes] == [["start"], ["stop"], []]
    assert [n.findtext("lyric/text") for n in notes] == [None, "h", None]


def test_ties_do_not_repeat_accidentals():
    root = xml_of(make_song("R:3 C#5:2 C#5 D5:2"), [])
    shown = [
        n.findtext("accidental")
        for n in root.find("part").iter("note")
        if n.find("pitch") is not None
    ]
    assert shown == ["sharp", None, "sharp", None]


def test_title_and_composer():
    root = xml_of(make_song("C4:4", title="A & <B>", composer="Trad."), [])
    assert root.findtext("movement-title") == "A & <B>"
    assert root.findtext("identification/creator") == "Trad."
