"""The music21 score: the melody's staff over the played one, bar by bar.

Bars are built complete (accidentals, beams, ties, rests), so that none of music21's notation
passes is needed; they grow faster than the song.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from handmidi.report.beams import beam
from handmidi.report.grid import Bar, Grid, divide
from handmidi.report.notation import Written
from handmidi.report.signs import SIGNS
from handmidi.report.spelling import Accidentals, spell
from handmidi.song import Song

if TYPE_CHECKING:
    from music21.note import NotRest
    from music21.stream import Measure, Part, Score

PART_NAMES = ("Melody", "You")
_BASS_BELOW = 55  # G3: melodies whose middle lies lower are read in the bass clef


class _Piece(NamedTuple):
    """A note value of a bar: a part of a written note, tied to its other parts."""

    start: int
    length: int
    note: Written
    first: bool
    last: bool


def build_score(
    song: Song, grid: Grid, melody: Sequence[Written], played: Sequence[Written]
) -> Score:
    """The music21 score of a take.

    Parameters
    ----------
    song : Song
    grid : Grid
        The song's bars.
    melody, played : sequence of Written
        In order, without overlaps.
    """
    from music21 import layout, metadata, stream, tempo

    score = stream.Score()
    score.metadata = metadata.Metadata(title=song.title)
    if song.composer:
        score.metadata.composer = song.composer
    parts = [
        _part(song, grid, melody, PART_NAMES[0], judged=("missed",)),
        _part(song, grid, played, PART_NAMES[1], judged=tuple(SIGNS)),
    ]
    beat = grid.bars[0].beat / grid.per_quarter
    mark = tempo.MetronomeMark(number=round(song.tempo.bpm / beat, 2), referent=beat)
    parts[0].measure(grid.bars[0].number).insert(0, mark)
    for part in parts:
        score.insert(0, part)
    score.insert(0, layout.StaffGroup(parts, symbol="bracket", barTogether=True))
    return score


def musicxml(score: Score) -> bytes:
    """The score as a MusicXML document, UTF-8."""
    from music21.musicxml.m21ToXml import GeneralObjectExporter

    exporter = GeneralObjectExporter(score)
    exporter.makeNotation = False
    return exporter.parse()


def _part(
    song: Song, grid: Grid, notes: Sequence[Written], name: str, judged: Sequence[str]
) -> Part:
    from music21 import bar, clef, instrument, key, meter, stream

    part = stream.Part(id=name)
    part.partName = part.partAbbreviation = name
    player = instrument.Instrument(name)
    player.partId = f"P{PART_NAMES.index(name) + 1}"
    player.instrumentId = f"{player.partId}-I1"
    part.insert(0, player)
    by_bar = _pieces(notes, grid)
    pitches = sorted(n.pitch for n in song.melody)
    low = bool(pitches) and pitches[len(pitches) // 2] < _BASS_BELOW
    last = None
    for here in grid.bars:
        measure = stream.Measure(number=here.number)
        if last is None:
            measure.insert(0, clef.BassClef() if low else clef.TrebleClef())
            measure.insert(0, key.KeySignature(song.fifths))
        sign = f"{here.meter.numerator}/{here.meter.denominator}"
        if sign != last:
            measure.insert(0, meter.TimeSignature(sign))
            last = sign
        if here.skipped:
            measure.paddingLeft = Fraction(here.skipped, here.per_quarter)
            measure.showNumber = stream.enums.ShowNumber.NEVER
        _fill(measure, here, by_bar.get(here.start, []), song.fifths, judged)
        part.append(measure)
    measure.rightBarline = bar.Barline("final")
    return part


def _pieces(notes: Sequence[Written], grid: Grid) -> dict[int, list[_Piece]]:
    """Notes cut at barlines, at held notes, and into values; by their bar's first step."""
    out: dict[int, list[_Piece]] = {}
    for note in notes:
        end = note.step + note.length
        cuts = [note.step, *note.held, end]
        step = note.step
        while step < end:
            here = grid.bar_at(step)
            stop = min(here.end, min(c for c in cuts if c > step))
            for start, length in divide(here, step, stop):
                first, last = start == note.step, start + length == end
                piece = _Piece(start, length, note, first, last)
                out.setdefault(here.start, []).append(piece)
            step = stop
    return out


def _fill(
    measure: Measure, bar: Bar, pieces: Sequence[_Piece], fifths: int, judged: Sequence[str]
) -> None:
    from music21 import note

    def rests(start: int, end: int) -> None:
        for at, length in divide(bar, start, end, rest=True):
            rest = note.Rest(quarterLength=Fraction(length, bar.per_quarter))
            rest.fullMeasure = False  # else music21 searches the whole part for the metre
            measure.insert(Fraction(at - bar.start, bar.per_quarter), rest)

    if not pieces:
        rest = note.Rest(quarterLength=Fraction(bar.length, bar.per_quarter))
        rest.fullMeasure = True
        measure.insert(0, rest)
        return
    accidentals = Accidentals(fifths)
    beams = beam(bar, [(p.start, p.length) for p in pieces])
    position = bar.start
    for piece, own_beams in zip(pieces, beams, strict=True):
        rests(position, piece.start)
        element = _note(piece, bar.per_quarter, fifths, accidentals, judged)
        for kind in own_beams:
            hook = kind in ("left", "right")
            element.beams.append("partial" if hook else kind, kind if hook else None)
        measure.insert(Fraction(piece.start - bar.start, bar.per_quarter), element)
        position = piece.start + piece.length
    rests(position, bar.end)


def _note(
    piece: _Piece,
    per_quarter: int,
    fifths: int,
    accidentals: Accidentals,
    judged: Sequence[str],
) -> NotRest:
    from music21 import chord, tie

    is_held = any(step <= piece.start for step in piece.note.held)
    signs, heads = [], []
    for pitch, verdict in piece.note.pitches:
        sign = SIGNS["held" if is_held else verdict]
        head = _head(pitch, fifths, accidentals, tied=not piece.first)
        if is_held or verdict in judged:
            head.style.color = sign.colour
            signs.append(sign)
        if not (piece.first and piece.last):
            head.tie = tie.Tie("start" if piece.first else "stop" if piece.last else "continue")
        heads.append(head)
    element = heads[0] if len(heads) == 1 else chord.Chord(heads)
    element.quarterLength = Fraction(piece.length, per_quarter)
    if piece.first or piece.start in piece.note.held:
        for sign in dict.fromkeys(s for s in signs if s.mark):
            element.addLyric(sign.mark)
            element.lyrics[-1].style.color = sign.colour
    return element


def _head(pitch: int, fifths: int, accidentals: Accidentals, tied: bool) -> NotRest:
    from music21 import note

    letter, alter, octave = spelling = spell(pitch, fifths)
    head = note.Note(f"{letter}{'#' * alter}{'-' * -alter}{octave}")
    shown = accidentals.shows(spelling, tied)
    if shown and not alter:
        head.pitch.accidental = "natural"
    if head.pitch.accidental:
        head.pitch.accidental.displayStatus = shown
    return head
