"""What stands in a bar of a staff: notes and rests, with beams, ties, tuplets and marks."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from handmidi.report.beams import beam
from handmidi.report.grid import Bar, Grid, Tuplet
from handmidi.report.keys import Key
from handmidi.report.notation import Written
from handmidi.report.signs import SIGNS, TIMING_SIGNS
from handmidi.report.spelling import Accidentals, Spelling, spell
from handmidi.report.values import Value, cut, needed_tuplets

if TYPE_CHECKING:
    from music21.note import GeneralNote, NotRest
    from music21.stream import Measure


class Piece(NamedTuple):
    """A note value of a bar: a part of a written note, tied to its other parts.

    Parameters
    ----------
    value : Value
    note : Written
    names : tuple of Spelling
        Of the note's heads.
    ids : tuple of str
        Of the note's heads.
    first, last : bool
        Whether it is the first, or last, part of its note.
    """

    value: Value
    note: Written
    names: tuple[Spelling, ...]
    ids: tuple[str, ...]
    first: bool
    last: bool


def pieces(
    notes: Sequence[Written], grid: Grid, prefix: str, key: Key, melody: Sequence[Written]
) -> dict[int, list[Piece]]:
    """Notes cut at barlines, at held notes, and into values; by their bar's first step.

    Parameters
    ----------
    notes : sequence of Written
        Of one staff.
    grid : Grid
    prefix : str
        What the ids of the heads begin with.
    key : Key
    melody : sequence of Written
        Names the pitches: a note that is in it, too, is spelled as there.
    """
    edges = [edge for n in notes for edge in (n.step, n.step + n.length, *n.held)]
    by_bar: dict[int, list[int]] = {}
    for edge in edges:
        by_bar.setdefault(grid.bar_at(edge).start, []).append(edge)
    named = _names(melody, key, {})
    names = _names(notes, key, named)
    out: dict[int, list[Piece]] = {}
    for note in notes:
        values = _values(note, grid, by_bar)
        spelled = tuple(names[note.step, h.pitch] for h in note.heads)
        for count, value in enumerate(values, 1):
            suffix = f"-{count}" if count > 1 else ""
            ids = tuple(f"{prefix}{h.index}{suffix}" for h in note.heads)
            piece = Piece(value, note, spelled, ids, count == 1, count == len(values))
            out.setdefault(grid.bar_at(value.start).start, []).append(piece)
    return out


def _names(
    notes: Sequence[Written], key: Key, known: dict[tuple[int, int], Spelling]
) -> dict[tuple[int, int], Spelling]:
    """The spelling of each (step, pitch); a chord's neighbours are of the same voice."""
    out = {}
    for before, note, after in zip([None, *notes], notes, [*notes[1:], None], strict=False):
        chord = [head.pitch for head in note.heads]
        for i, head in enumerate(note.heads):
            place = (note.step, head.pitch)
            last, following = (
                n.heads[min(i, len(n.heads) - 1)].pitch if n else None for n in (before, after)
            )
            around = [p for p in (last, *chord) if p not in (None, head.pitch)]
            out[place] = known.get(place) or spell(head.pitch, key, following, around)
    return out


def _values(note: Written, grid: Grid, by_bar: dict[int, list[int]]) -> list[Value]:
    end = note.step + note.length
    out, step = [], note.step
    while step < end:
        bar = grid.bar_at(step)
        stop = min(bar.end, end, *(c for c in note.held if c > step))
        tuplets = needed_tuplets(bar, by_bar.get(bar.start, ()))
        out += cut(bar, step, stop, tuplets)
        step = stop
    return out


def fill(
    measure: Measure, bar: Bar, pieces: Sequence[Piece], fifths: int, judged: Sequence[str]
) -> None:
    """Fill a music21 measure.

    Parameters
    ----------
    measure : Measure
    bar : Bar
    pieces : sequence of Piece
        The bar's, in order.
    fifths : int
        Key signature.
    judged : sequence of str
        Verdicts that are shown in colour and with their mark.
    """
    from music21 import note

    if not pieces:
        rest = note.Rest(quarterLength=Fraction(bar.length, bar.per_quarter))
        rest.fullMeasure = True
        measure.insert(0, rest)
        return
    values = _with_rests(bar, pieces)
    beams = iter(beam(bar, [p.value for p in pieces]))
    accidentals = Accidentals(fifths)
    elements = []
    for value, piece in values:
        if piece is None:
            element = note.Rest()
            element.fullMeasure = False  # else music21 searches the whole part for the metre
        else:
            element = _note(piece, accidentals, judged)
            _set_beams(element, next(beams))
        elements.append((value, element))
    for tuplet, group in groupby(elements, key=lambda item: item[0].tuplet):
        _set_lengths(tuplet, list(group), bar.per_quarter)
    for value, element in elements:
        measure.insert(Fraction(value.start - bar.start, bar.per_quarter), element)


def _with_rests(bar: Bar, pieces: Sequence[Piece]) -> list[tuple[Value, Piece | None]]:
    edges = [e for p in pieces for e in (p.value.start, p.value.start + p.value.length)]
    tuplets = needed_tuplets(bar, edges)
    out: list[tuple[Value, Piece | None]] = []
    position = bar.start
    for piece in pieces:
        out += [(v, None) for v in cut(bar, position, piece.value.start, tuplets, rest=True)]
        out.append((piece.value, piece))
        position = piece.value.start + piece.value.length
    return out + [(v, None) for v in cut(bar, position, bar.end, tuplets, rest=True)]


def _set_beams(element: NotRest, kinds: Sequence[str]) -> None:
    for kind in kinds:
        hook = kind in ("left", "right")
        element.beams.append("partial" if hook else kind, kind if hook else None)


def _set_lengths(
    tuplet: Tuplet | None, group: list[tuple[Value, GeneralNote]], per_quarter: int
) -> None:
    """Give the elements of a tuplet (or of none) their written lengths."""
    from music21 import duration

    for value, element in group:
        element.quarterLength = Fraction(value.shown, per_quarter)
    if tuplet is None:
        return
    sixths = all(6 * value.length == tuplet.length for value, _ in group)
    count, parts = (6, 4) if sixths else (3, 2)
    unit = duration.Duration(tuplet.length / parts / per_quarter)
    for place, (_, element) in enumerate(group):
        mark = duration.Tuplet(count, parts, unit.type, unit.type)
        if place == 0 or place == len(group) - 1:
            mark.type = "start" if place == 0 else "stop"
            mark.bracket = not _one_beam([e for _, e in group])
        element.duration.appendTuplet(mark)


def _one_beam(elements: Sequence[GeneralNote]) -> bool:
    """Whether one beam joins all elements and no other."""
    kinds = [None if e.isRest or not e.beams else e.beams.beamsList[0].type for e in elements]
    return kinds[0] == "start" and kinds[-1] == "stop" and set(kinds[1:-1]) <= {"continue"}


def _note(piece: Piece, accidentals: Accidentals, judged: Sequence[str]) -> NotRest:
    from music21 import chord, tie

    start, held = piece.value.start, piece.note.held
    is_held = any(step <= start for step in held)
    signs, heads = [], []
    for (_, verdict, _, tier), name, own_id in zip(
        piece.note.heads, piece.names, piece.ids, strict=True
    ):
        sign = SIGNS["held" if is_held else verdict]
        head = _head(name, accidentals, tied=not piece.first)
        head.id = own_id
        if is_held or verdict in judged:
            head.style.color = sign.colour
            signs += [sign, TIMING_SIGNS.get(tier, sign)]
        if not (piece.first and piece.last):
            head.tie = tie.Tie("start" if piece.first else "stop" if piece.last else "continue")
        heads.append(head)
    element = heads[0] if len(heads) == 1 else chord.Chord(heads)
    if piece.first or start in held:
        for sign in dict.fromkeys(s for s in signs if s.mark):
            element.addLyric(sign.mark)
            element.lyrics[-1].style.color = sign.colour
    return element


def _head(name: Spelling, accidentals: Accidentals, tied: bool) -> NotRest:
    from music21 import note, pitch

    # By parts: a name such as C#-1 is no name to music21.
    written = pitch.Pitch(
        step=name.letter,
        octave=name.octave,
        accidental=name.alter or None,
        spellingIsInferred=False,
    )
    head = note.Note(written)
    shown = accidentals.shows(name, tied)
    if shown and not name.alter:
        head.pitch.accidental = "natural"
    if head.pitch.accidental:
        head.pitch.accidental.displayStatus = shown
    return head
