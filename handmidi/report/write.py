"""A take's report: score.musicxml and report.pdf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from handmidi.errors import TakeError
from handmidi.files import replace_file
from handmidi.notes import Note
from handmidi.report.engrave import engrave
from handmidi.report.grid import Grid
from handmidi.report.notation import write_melody, write_played
from handmidi.report.page import WIDTH_MM, ReportDetails, page_data, printable, render
from handmidi.report.staves import build_score, musicxml
from handmidi.score import Score
from handmidi.song import Song


def write_report(
    folder: Path, song: Song, notes: Sequence[Note], score: Score, details: ReportDetails
) -> None:
    """Write ``score.musicxml`` and ``report.pdf`` into a take's folder.

    Each file appears whole or not at all; an earlier one is replaced.

    Parameters
    ----------
    folder : Path
        Must exist.
    song : Song
    notes : sequence of Note
        What was played, with onsets and durations in song seconds, ordered by (onset,
        pitch); may be empty.
    score : Score
        Of `notes` against `song`.
    details : ReportDetails

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
    grid = Grid.of(song)
    played, unwritten = write_played(song, notes, score, grid)
    xml = musicxml(build_score(song, grid, write_melody(song, score, grid), played))
    _replace(folder / "score.musicxml", xml)
    systems = engrave(xml, WIDTH_MM)
    _replace(
        folder / "report.pdf", render(page_data(song, notes, score, details, systems, unwritten))
    )


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
