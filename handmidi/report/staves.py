"""The music21 score: the melody's staff over the played one, bar by bar.

Bars are built complete (accidentals, beams, ties, rests), so that none of music21's notation
passes is needed; they grow faster than the song.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from handmidi.report.clefs import Clef, clef_of
from handmidi.report.grid import Grid
from handmidi.report.keys import Key, key_of
from handmidi.report.marks import BarMarks, bar_marks
from handmidi.report.measures import Piece, fill, pieces
from handmidi.report.notation import Written
from handmidi.report.signs import SIGNS
from handmidi.song import Song

if TYPE_CHECKING:
    from music21.clef import Clef as M21Clef
    from music21.note import NotRest
    from music21.stream import Measure, Part, Score

PART_NAMES = ("Melody", "You")


def build_score(
    song: Song,
    grid: Grid,
    melody: Sequence[Written],
    played: Sequence[Written],
    tempo_percent: float = 100.0,
) -> Score:
    """The music21 score of a take; bars at its end without a note are left out.

    Note heads have ids: ``m5`` is reference note 5, ``p7`` played note 7; where a note is
    tied, its later parts are ``m5-2`` and so on.

    Parameters
    ----------
    song : Song
    grid : Grid
        The song's bars.
    melody, played : sequence of Written
        In order, without overlaps.
    tempo_percent : float, default 100
        Speed of the practice, in percent of the song's tempo.
    """
    from music21 import layout, metadata, stream

    score = stream.Score()
    score.metadata = metadata.Metadata(title=song.title, composer=song.composer or None)
    key = key_of(song.melody, song.fifths)
    marks = bar_marks(song, grid, tempo_percent)
    staves = [(melody, "m", ("missed",)), (played, "p", tuple(SIGNS))]
    parts: list[Part] = []
    clef = None
    grid = _without_empty_end(grid, (*melody, *played))
    for name, (notes, prefix, judged) in zip(PART_NAMES, staves, strict=True):
        clef = clef_of((h.pitch for n in notes for h in n.heads), clef)
        by_bar = pieces(notes, grid, prefix, key, melody)
        part = _part(name)
        for measure in _measures(grid, by_bar, clef, key, judged, {} if parts else marks):
            part.append(measure)
        parts.append(part)
        score.insert(0, part)
    score.insert(0, layout.StaffGroup(parts, symbol="bracket", barTogether=True))
    return score


def _without_empty_end(grid: Grid, notes: Sequence[Written]) -> Grid:
    """The grid up to the last bar with a note; at least one bar stays."""
    end = max((n.step + n.length for n in notes), default=1)
    return replace(grid, bars=tuple(bar for bar in grid.bars if bar.start < end))


def musicxml(score: Score, made: date | None = None) -> bytes:
    """The score as a MusicXML document, UTF-8.

    Parameters
    ----------
    score : music21.stream.Score
        As `build_score` gives it.
    made : datetime.date, optional
        What the document says of when it was made; today by default.
    """
    from music21.musicxml.m21ToXml import ScoreExporter

    exporter = ScoreExporter(score, makeNotation=False)
    root = exporter.parse()
    ids = [head.id for element in score.recurse().notes for head in _heads(element)]
    heads = [n for n in root.iter("note") if n.find("rest") is None]
    for head, name in zip(heads, ids, strict=True):  # music21 leaves them out
        head.set("id", name)
    if not score.metadata.composer:  # else music21 names itself
        identification = root.find("identification")
        identification.remove(identification.find("creator"))
    if made:
        root.find("identification/encoding/encoding-date").text = f"{made:%Y-%m-%d}"
    return exporter.asBytes()


def _heads(element: NotRest) -> Sequence[NotRest]:
    return element.notes if element.isChord else (element,)


def _part(name: str) -> Part:
    from music21 import instrument, stream

    part = stream.Part(id=name)
    part.partName = part.partAbbreviation = name
    player = instrument.Instrument(name)
    player.partId = f"P{PART_NAMES.index(name) + 1}"
    player.instrumentId = f"{player.partId}-I1"
    part.insert(0, player)
    return part


def _measures(
    grid: Grid,
    by_bar: dict[int, list[Piece]],
    clef: Clef,
    key: Key,
    judged: Sequence[str],
    marks: dict[int, BarMarks],
) -> Iterator[Measure]:
    from music21 import bar, meter, stream
    from music21.key import KeySignature

    last = None
    for here in grid.bars:
        measure = stream.Measure(number=here.number)
        if last is None:
            measure.insert(0, _clef(clef))
            measure.insert(0, KeySignature(key.fifths))
        sign = f"{here.meter.numerator}/{here.meter.denominator}"
        if sign != last:
            measure.insert(0, meter.TimeSignature(sign))
            last = sign
        if here.skipped:
            measure.paddingLeft = Fraction(here.skipped, here.per_quarter)
            measure.showNumber = stream.enums.ShowNumber.NEVER
        if here.start in marks:
            _mark(measure, marks[here.start])
        fill(measure, here, by_bar.get(here.start, []), key.fifths, judged)
        if here is grid.bars[-1]:
            measure.rightBarline = bar.Barline("final")
        yield measure


def _clef(chosen: Clef) -> M21Clef:
    from music21 import clef

    sign = clef.TrebleClef() if chosen.sign == "G" else clef.BassClef()
    sign.octaveChange = chosen.octave
    return sign


def _mark(measure: Measure, marks: BarMarks) -> None:
    from music21 import expressions, tempo

    if marks.bpm:
        mark = tempo.MetronomeMark(number=marks.bpm, referent=marks.beat)
        mark.placement = "above"
        measure.insert(0, mark)
    for words in marks.words:
        text = expressions.TextExpression(words)
        text.placement = "above"
        measure.insert(0, text)
