"""What the report says: one value for the printed page and for the screen."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from handmidi.notes import Note
from handmidi.report import findings, pictures, plots, words
from handmidi.report.drawing import Drawing
from handmidi.report.practise import practise_cards, practised_bars
from handmidi.report.rolls import draw_roll
from handmidi.report.signs import SIGNS, TIMING_SIGNS
from handmidi.score import Score
from handmidi.song import Song
from handmidi.text import printable as one_line

WIDTH_MM = 186.0
"""Width of the printed area of an A4 page; `page.typ` has the margins that belong to it."""

Progress = tuple[tuple[datetime, float, float | None], ...]
"""Earlier takes of a song, oldest first: date, accuracy from 0 to 1, bias in milliseconds."""

_PROGRESS_MM = 88.0
_MOST_TAKES = 40  # in the plot of the progress


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
    progress : Progress, optional
        Earlier takes of the song, oldest first; without this one. By default there were none.
    """

    date: datetime
    preset: str
    tempo_percent: float = 100.0
    remark: str = ""
    progress: Progress | None = None


def printable(text: str) -> str:
    """`text` in one line, without characters that no page can show."""
    return one_line(text).strip()


def page_data(
    song: Song,
    notes: Sequence[Note],
    score: Score,
    details: ReportDetails,
    systems: Sequence[str],
    unwritten: int = 0,
) -> dict:
    """Everything that the page shows, as values that JSON can hold; pictures as SVG.

    Parameters
    ----------
    song, notes, score, details
        As in `write_report`.
    systems : sequence of str
        SVG of each system of the engraved score.
    unwritten : int, default 0
        Extra notes that the engraved score had no room for.
    """
    return {
        "title": song.title or printable(song.name),
        "rtl": _right_to_left(song.title),
        "composer": song.composer,
        "facts": _facts(song, details),
        "remark": printable(details.remark),
        "tempo": _tempo(song, details.tempo_percent),
        "accuracy": f"{100 * score.accuracy:.0f} %",
        "counts": _counts(score),
        "signs": _signs(score),
        "counted": words.counted_words(score),
        "findings": findings.find(song, score),
        "figures": words.figures(song, score),
        "verdict": _verdict(score),
        "practise": [] if _verdict(score) else practise_cards(song, notes, score),
        "progress": _progress(score, details),
        "note": _unwritten(unwritten),
        "systems": list(systems),
        **_plots(song, notes, score),
    }


def _plots(song: Song, notes: Sequence[Note], score: Score) -> dict:
    """The pictures below the score; an empty list for one that would say nothing."""
    roll = plots.piano_roll(song, notes, score)
    histogram, curve = plots.timing_histogram(score), plots.tempo_curve(song, score)
    latency = "" if score.latency.source == "none" else "; dotted: the latency of the machine"
    what = "How long the song waited for a note." if score.waited else "As measured."
    bars = (
        () if _verdict(score) else pictures.draw_bars(score.bars, practised_bars(score), WIDTH_MM)
    )
    return {
        "rolls": _pictures(draw_roll(roll, WIDTH_MM)),
        "histogram": _pictures([pictures.draw_histogram(histogram)] if histogram else []),
        "histogram_words": f"{what} Dashed: your median{latency}.",
        "curve": _pictures([pictures.draw_tempo(curve, WIDTH_MM)] if curve else []),
        "bars": _pictures(bars),
        "bars_words": _bars_words(score),
    }


def _bars_words(score: Score) -> str:
    """What the colours of the chart of accuracy mean."""
    said = "Share of the notes that were right. Orange, ▼: a bar to practise next"
    chosen = practised_bars(score)
    full = any(bar.accuracy == 1 for bar in score.bars if bar.number in chosen)
    return f"{said}; a full one for its timing." if full else f"{said}."


def _pictures(drawings: Iterable[Drawing]) -> list[dict]:
    return [{"svg": d.svg(), "name": d.name, "width_mm": d.width_mm} for d in drawings]


def _facts(song: Song, details: ReportDetails) -> str:
    facts = [f"{details.date:%Y-%m-%d %H:%M}", f"preset {printable(details.preset)}"]
    if not song.title.isascii() and song.name != song.title:
        # There may be no font for the title; the name tells which song it is.
        facts.append(f"song {printable(song.name)}")
    return " · ".join(facts)


def _right_to_left(text: str) -> bool:
    """Whether a line begins with a letter of a script that runs to the left."""
    kinds = (unicodedata.bidirectional(c) for c in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def _tempo(song: Song, percent: float) -> str:
    meter = song.meters[0]
    dotted = meter.numerator % 3 == 0 and meter.denominator == 8
    bpm = song.tempo.bpm / (1.5 if dotted else 1) * percent / 100
    shown = f"{'♩.' if dotted else '♩'} = {bpm:.0f}"
    return shown if percent == 100 else f"{shown} ({percent:g} %)"


def _counts(score: Score) -> list[dict]:
    counts = words.counts_of(score)
    return [
        {
            "verdict": verdict,
            "mark": sign.mark,
            "meaning": sign.meaning,
            "colour": sign.colour,
            "count": counts[verdict],
        }
        for verdict, sign in SIGNS.items()
    ]


def _signs(score: Score) -> list[dict]:
    """The signs that the score and the roll need to be read, for a line above the score."""
    counts, tiers = words.counts_of(score), score.tiers
    shown = [(verdict, sign) for verdict, sign in SIGNS.items() if counts[verdict]]
    shown += [("correct", sign) for tier, sign in TIMING_SIGNS.items() if tiers[tier]]
    return [{"verdict": verdict, **asdict(sign)} for verdict, sign in shown]


def _verdict(score: Score) -> str:
    """What to say where no bar needs more practice than the others."""
    if not any(v.played is not None for v in score.verdicts) and not score.extras:
        return "Nothing was played."
    return "" if score.practise else "Every bar was right. Try it faster."


def _progress(score: Score, details: ReportDetails) -> dict | None:
    """This take against the earlier ones; None for a first take."""
    earlier = details.progress or ()
    if not earlier:
        return None
    shown = earlier[1 - _MOST_TAKES :]
    accuracies = [*(accuracy for _, accuracy, _ in shown), score.accuracy]
    dates = [f"{date:%Y-%m-%d}" for date in (shown[0][0], details.date)]
    drawing = pictures.draw_progress(accuracies, dates, _PROGRESS_MM)
    said = words.progress_words([accuracy for _, accuracy, _ in earlier], score.accuracy)
    return {"words": said, **_pictures([drawing])[0]}


def _unwritten(count: int) -> str:
    if not count:
        return ""
    what = "1 extra note has" if count == 1 else f"{count} extra notes have"
    return f"{what} no place in the notation; the piano roll shows all."
