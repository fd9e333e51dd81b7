"""The MusicXML, read back: whole bars, the right signs, and colours."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_songs import MAMA, ODE, as_written, make_song, mama_with_mistakes, score_of

from handmidi.midifile import TempoMap
from handmidi.notes import Note
from handmidi.report.grid import Grid
from handmidi.report.notation import write_melody, write_played
from handmidi.report.signs import SIGNS
from handmidi.report.staves import build_score, musicxml
from handmidi.song import Meter


def three(names):
    return " ".join(f"{name}:.3333333333" for name in names.split())


def six(names):
    return " ".join(f"{name}:.1666666667" for name in names.split())


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
    "triplets": make_song(
        f"C4 {three('D4 E4 F4')} G4:.6666666667 A4:.3333333333 B4 "
        f"C5:.6666666667 B4:.6666666667 A4:.6666666667 {six('G4 A4 G4 F4 E4 D4')} C4 R"
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
    melody, played = (bar_lengths(part) for part in parts)
    assert melody == played == whole[: len(melody)]


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


@pytest.mark.parametrize(
    ("text", "sign", "octave"),
    [("C3 E3 G3 C3", "F", None), ("C6 E6 G6 C7", "G", "1"), ("C1 G1 C2 E2", "F", "-1")],
)
def test_both_parts_have_the_clef_that_suits_the_song(text, sign, octave):
    root = xml_of(make_song(text), [])
    assert [clef.findtext("sign") for clef in root.iter("clef")] == [sign] * 2
    assert [clef.findtext("clef-octave-change") for clef in root.iter("clef")] == [octave] * 2


def test_heads_name_their_notes():
    song = make_song("C4+E4:2 D4:4 E4:2")
    notes = as_written(song)
    del notes[2]
    ids = [n.get("id") for n in xml_of(song, notes).iter("note")]
    assert [i for i in ids if i] == ["m0", "m1", "m2", "m2-2", "m3", "p0", "p1", "p2"]


def test_ids_belong_to_the_pitches():
    song, notes = mama_with_mistakes()
    found = {}
    for note in xml_of(song, notes).iter("note"):
        if note.get("id"):
            letter, alter = note.findtext("pitch/step"), int(note.findtext("pitch/alter", "0"))
            octave = int(note.findtext("pitch/octave"))
            found[note.get("id")] = "C.D.EF.G.A.B".index(letter) + alter + 12 * (octave + 1)
    assert found == {
        **{f"m{i}": n.pitch for i, n in enumerate(song.melody)},
        **{f"p{j}": n.pitch for j, n in enumerate(notes)},
    }


def test_triplets_have_numbers_and_brackets_where_no_beam_joins_them():
    part = xml_of(SONGS["triplets"], []).find("part")
    starts = [t for t in part.iter("tuplet") if t.get("type") == "start"]
    actual = [t.findtext("tuplet-actual/tuplet-number") for t in starts]
    types = [t.findtext("tuplet-normal/tuplet-type") for t in starts]
    assert [(n, t, s.get("bracket")) for n, t, s in zip(actual, types, starts, strict=True)] == [
        ("3", "eighth", "no"),
        ("3", "eighth", "yes"),
        ("3", "quarter", "yes"),
        ("6", "16th", "no"),
    ]
    assert len([t for t in part.iter("tuplet") if t.get("type") == "stop"]) == 4


def test_a_staff_has_only_the_tuplets_that_it_needs():
    song = SONGS["triplets"]
    notes = [n for n, m in zip(as_written(song), song.melody, strict=True) if m.beats == 1]
    assert xml_of(song, notes).findall("part")[1].find(".//tuplet") is None


def test_tempo_changes_and_passes_stand_above_the_upper_staff():
    song = replace(make_song("C4:4 D4:4 C4:4 D4:4"), numbers=(3, 4, 3, 4))
    song = replace(song, tempo=TempoMap([(0, 500_000), (8, 400_000)]))
    upper, lower = xml_of(song, []).findall("part")
    assert [m.get("number") for m in upper.iter("measure")] == ["3", "4", "3", "4"]
    assert [t.text for t in upper.iter("per-minute")] == ["120", "150"]
    assert [w.text for w in upper.iter("words")] == ["pass 1", "pass 2"]
    assert lower.find(".//direction") is None


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_every_bar_is_full_whatever_is_written_and_played(data):
    meters = data.draw(st.sampled_from([(4, 4), (3, 4), (6, 8), (7, 8), (2, 2)]))
    length = st.sampled_from([1 / 6, 0.25, 1 / 3, 0.5, 2 / 3, 0.75, 1, 4 / 3, 1.5, 2, 3])
    word = st.tuples(st.sampled_from("CDEFGABR"), length)
    words = data.draw(st.lists(word, min_size=1, max_size=24))
    text = " ".join(f"{name if name == 'R' else name + '4'}:{beats!r}" for name, beats in words)
    song = make_song(f"C4 {text}", meters=(Meter(0.0, *meters),))
    note = st.builds(Note, st.floats(0, song.length_s), st.integers(50, 80), st.floats(0.01, 2))
    notes = sorted(data.draw(st.lists(note, max_size=12)) + as_written(song)[::2])
    whole = [b - a for a, b in pairwise(song.bars)]
    root = xml_of(song, notes)
    melody, played = (bar_lengths(part) for part in root.findall("part"))
    assert melody == played == whole[: len(melody)]
    ids = [n.get("id") for n in root.iter("note") if n.get("id")]
    assert len(ids) == len(set(ids))


def test_an_empty_bar_has_a_whole_bar_rest():
    rest = xml_of(SONGS["mama"], []).findall("part")[1].find("measure/note/rest")
    assert rest.get("measure") == "yes"


def test_bars_at_the_end_without_a_note_are_left_out():
    song = make_song("C4:4 R:4 R:4")
    assert [len(part.findall("measure")) for part in xml_of(song, []).findall("part")] == [1, 1]
    parts = xml_of(song, [Note(2.0, 60, 1.0)]).findall("part")
    assert [len(part.findall("measure")) for part in parts] == [2, 2]


def test_early_and_late_notes_have_a_sign():
    song = make_song("C4 D4 E4 F4")
    notes = as_written(song)
    notes[1] = replace(notes[1], onset_s=notes[1].onset_s - 0.1)
    notes[2] = replace(notes[2], onset_s=notes[2].onset_s + 0.1)
    played = xml_of(song, sorted(notes)).findall("part")[1]
    signs = [n.findtext("lyric/text") for n in played.iter("note")]
    assert signs == [None, "‹", "›", None]


def test_an_extra_struck_with_a_note_makes_a_chord_of_it():
    song = make_song("C4:2 D4:2")
    played = xml_of(song, [*as_written(song), Note(1.02, 64, 0.1)]).findall("part")[1]
    heads = [(n.findtext("type"), n.findtext("lyric/text")) for n in played.iter("note")]
    assert heads == [("half", None), ("half", "+"), ("half", None)]


def test_a_held_note_is_tied_and_marked():
    song = make_song("C4 C4 D4:2")
    played = xml_of(song, [Note(0.0, 60, 0.95), Note(1.0, 62, 0.9)]).findall("part")[1]
    notes = played.findall("measure/note")
    assert [[t.get("type") for t in n.findall("tie")] for n in notes] == [["start"], ["stop"], []]
    assert [n.findtext("lyric/text") for n in notes] == [None, "h", None]


@pytest.mark.parametrize("pitch", [0, 1, 11, 12, 126, 127])
def test_the_ends_of_the_keyboard_can_be_written(pitch):
    song = make_song("C4:4")
    played = xml_of(song, [Note(0.0, pitch, 1.0)]).findall("part")[1]
    alter = int(played.findtext(".//alter", "0"))
    letter, octave = played.findtext(".//step"), int(played.findtext(".//octave"))
    assert "C.D.EF.G.A.B".index(letter) + alter + 12 * (octave + 1) == pitch


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


def test_nobody_is_named_where_no_composer_is_known():
    assert xml_of(make_song("C4:4"), []).find("identification/creator") is None


def test_titles_in_any_script_are_whole():
    title = "민요 民謡 नाद Ωδή שיר أغنية 🎵"
    assert xml_of(make_song("C4:4", title=title), []).findtext("movement-title") == title
