"""The printed page: what it says, set by typst."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from handmidi.notes import Note
from handmidi.report.grid import Grid
from handmidi.report.plots import piano_roll, timing_histogram
from handmidi.report.signs import SIGNS
from handmidi.score import Score
from handmidi.song import Song

WIDTH_MM = 186.0
"""Width of the printed area of an A4 page; `page.typ` has the margins that belong to it."""

_TEMPLATE = Path(__file__).with_name("page.typ")


@dataclass(frozen=True, slots=True)
class ReportDetails:
    """What a report says about a take beside its notes.

    Parameters
    ----------
    date : datetime
        When it was played.
    preset : str
        The instrument's name.
    tempo_percent : float, default 100
        Speed of the practice, in percent of the song's tempo.
    remark : str, optional
        One more line under the title.
    """

    date: datetime
    preset: str
    tempo_percent: float = 100.0
    remark: str = ""


def printable(text: str) -> str:
    """`text` in one line, without characters that no page can show."""
    return "".join(c if c.isprintable() else " " for c in text).strip()


def page_data(
    song: Song,
    notes: Sequence[Note],
    score: Score,
    details: ReportDetails,
    systems: Sequence[str],
    unwritten: int = 0,
) -> dict:
    """Everything that the page shows, as values that JSON can hold.

    Parameters
    ----------
    song, notes, score, details
        As in `write_report`.
    systems : sequence of str
        SVG of each system of the engraved score.
    unwritten : int, default 0
        Extra notes that the engraved score had no room for.
    """
    facts = [f"{details.date:%Y-%m-%d %H:%M}", f"preset {printable(details.preset)}"]
    return {
        "title": song.title or song.name,
        "composer": song.composer,
        "facts": " · ".join(facts),
        "remark": printable(details.remark),
        "tempo": _tempo(song, details.tempo_percent),
        "accuracy": f"{100 * score.accuracy:.0f} %",
        "timing": _timing(score),
        "pace": _pace(score),
        "counts": _counts(score),
        "note": _unwritten(unwritten),
        "systems": list(systems),
        "roll": piano_roll(song, notes, score),
        "histogram": timing_histogram(score),
        "colours": {verdict: sign.colour for verdict, sign in SIGNS.items()},
    }


def render(data: dict) -> bytes:
    """Set the page: a PDF document.

    Parameters
    ----------
    data : dict
        As from `page_data`.
    """
    import typst

    return typst.compile(_TEMPLATE, format="pdf", sys_inputs={"data": json.dumps(data)})


def _tempo(song: Song, percent: float) -> str:
    bar = Grid.of(song).bars[0]
    quarters = bar.beat / bar.per_quarter
    symbol = {1.5: "♩."}.get(quarters, "♩")
    bpm = song.tempo.bpm / (1.5 if quarters == 1.5 else 1) * percent / 100
    shown = f"{symbol} = {bpm:.0f}"
    return shown if percent == 100 else f"{shown} ({percent:g} %)"


def _counts(score: Score) -> list[dict]:
    counts = Counter(v.verdict for v in score.verdicts)
    counts["extra"] = len(score.extras)
    return [
        {"verdict": verdict, "mark": sign.mark, "meaning": sign.meaning, "count": counts[verdict]}
        for verdict, sign in SIGNS.items()
    ]


def _timing(score: Score) -> str:
    if score.timing_bias_ms is None:
        return "too few notes to tell"
    bias, spread = round(score.timing_bias_ms), round(score.timing_spread_ms or 0)
    where = "on time" if bias == 0 else f"{abs(bias)} ms {'late' if bias > 0 else 'early'}"
    return f"{where}, ±{spread} ms"


def _pace(score: Score) -> str:
    if score.tempo_ratio is None:
        return ""
    percent = 100 * (score.tempo_ratio - 1)
    if abs(percent) < 0.5:
        return "at the song's tempo"
    return f"{abs(percent):.1f} % {'faster' if percent > 0 else 'slower'} than the song"


def _unwritten(count: int) -> str:
    if not count:
        return ""
    what = "1 extra note has" if count == 1 else f"{count} extra notes have"
    return f"{what} no place in the notation; the piano roll shows all."
