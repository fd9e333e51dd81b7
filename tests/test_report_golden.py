"""The MusicXML of a take with every mistake, for each song of the library.

After a wanted change, look at the pages, then write the files again with
``python tests/test_report_golden.py --write``.
"""

import re
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from report_songs import as_written, score_of

from handmidi.notes import Note
from handmidi.report.grid import Grid
from handmidi.report.notation import write_melody, write_played
from handmidi.report.staves import build_score, musicxml
from handmidi.song import load_song

GOLDEN = Path(__file__).parent / "golden"
SONGS = ("amazing-grace", "frere-jacques", "greensleeves", "mama", "ode-to-joy", "saints")


def with_mistakes(song):
    """Of the first notes one is wrong, one missed, one late, and one struck twice."""
    notes = as_written(song)
    notes[2] = replace(notes[2], pitch=notes[2].pitch + 1)
    notes[9] = replace(notes[9], onset_s=notes[9].onset_s + 0.09)
    again = notes[13]
    middle_s = again.onset_s + (song.melody[13].duration_s) / 2
    notes[13] = replace(again, duration_s=again.duration_s / 2)
    notes.append(Note(middle_s, again.pitch + 2, again.duration_s / 2))
    del notes[6]
    return sorted(notes)


def canonical(xml):
    """One line for each note, without dates, versions and the program's name."""
    root = ElementTree.fromstring(xml)
    identification = root.find("identification")
    identification.remove(identification.find("encoding"))
    root.attrib.pop("version", None)
    text = ElementTree.canonicalize(ElementTree.tostring(root, "unicode"), strip_text=True)
    return re.sub(r"(?<=>)(?=</?(?:part|measure|note|attributes|direction)[ >])", "\n", text) + "\n"


def engraved(name):
    """The canonical MusicXML of a take of a song."""
    song = load_song(name)
    notes = with_mistakes(song)
    score, grid = score_of(song, notes), Grid.of(song)
    played, _ = write_played(song, notes, score, grid)
    return canonical(musicxml(build_score(song, grid, write_melody(song, score, grid), played)))


@pytest.mark.parametrize("name", SONGS)
def test_the_musicxml_is_as_it_was(name):
    found = engraved(name)
    golden = (GOLDEN / f"{name}.musicxml").read_text("utf-8")
    assert found.splitlines() == golden.splitlines()


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(f"usage: {sys.argv[0]} --write")
    GOLDEN.mkdir(exist_ok=True)
    for each in SONGS:
        (GOLDEN / f"{each}.musicxml").write_text(engraved(each), "utf-8")
