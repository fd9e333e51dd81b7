"""A take's report: score.musicxml, report.pdf and report.html."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from handmidi.errors import TakeError
from handmidi.files import replace_file
from handmidi.notes import Note
from handmidi.report.engrave import engrave
from handmidi.report.grid import Grid
from handmidi.report.html import web_page
from handmidi.report.notation import write_melody, write_played
from handmidi.report.page import WIDTH_MM, ReportDetails, page_data, printable
from handmidi.report.staves import build_score, musicxml
from handmidi.report.typeset import typeset
from handmidi.score import Score
from handmidi.song import Song
from handmidi.take import Take


def write_report(
    take: Take,
    song: Song,
    notes: Sequence[Note],
    score: Score,
    details: ReportDetails,
    html: bool = False,
) -> None:
    """Write a take's report; each file appears whole or not at all, and replaces an earlier one.

    Parameters
    ----------
    take : Take
        Its folder must exist.
    song : Song
    notes : sequence of Note
        What was played, in song seconds, ordered by (onset, pitch); may be empty.
    score : Score
        Of `notes` against `song`.
    details : ReportDetails
    html : bool, default False
        Write ``report.html``, too, not only ``score.musicxml`` and ``report.pdf``.

    Raises
    ------
    TakeError
        If a file cannot be written.
    ValueError
        If `score` does not belong to `song` and `notes`.
    """
    _check(song, notes, score)
    # MIDI files carry any bytes as a title; XML holds few control characters.
    song = replace(song, title=printable(song.title), composer=printable(song.composer))
    xml, unwritten = _engraved(song, notes, score, details)
    _replace(take.musicxml, xml)
    data = page_data(song, notes, score, details, engrave(xml, WIDTH_MM), unwritten)
    _replace(take.report, typeset(data, xml, details.date))
    if html:
        page = web_page(data, song, notes, score, xml, details.tempo_percent)
        _replace(take.html, page)


def _engraved(
    song: Song, notes: Sequence[Note], score: Score, details: ReportDetails
) -> tuple[bytes, int]:
    """The MusicXML, and how many extra notes have no room in it."""
    grid = Grid.of(song)
    melody = write_melody(song, score, grid)
    played, unwritten = write_played(song, notes, score, grid)
    built = build_score(song, grid, melody, played, details.tempo_percent)
    return musicxml(built, details.date), unwritten


def _check(song: Song, notes: Sequence[Note], score: Score) -> None:
    if len(score.verdicts) != len(song.melody):
        raise ValueError(
            f"score: {len(score.verdicts)} verdicts, but the melody has {len(song.melody)} notes"
        )
    indices = [*score.extras, *(v.played for v in score.verdicts if v.played is not None)]
    if any(not 0 <= i < len(notes) for i in indices):
        raise ValueError(f"score: names played note {max(indices)}, but there are {len(notes)}")


def _replace(path: Path, data: bytes) -> None:
    try:
        replace_file(path, data)
    except OSError as error:
        raise TakeError(f"cannot write {path}: {error.strerror or error}; make room") from error
