"""The bars to practise, as the report shows them: what went wrong, and a picture of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from handmidi.notes import Note
from handmidi.report import plots, words
from handmidi.report.events import Event, list_events
from handmidi.report.rolls import draw_roll
from handmidi.score import Score
from handmidi.score.bars import BarScore
from handmidi.song import Song

_WIDTH_MM, _HEIGHT_MM = 56.0, 28.0
_MOST_DRAWN = 2  # bars in a picture


def practise_cards(song: Song, notes: Sequence[Note], score: Score) -> list[dict]:
    """One card for each of `Score.practise`.

    Where one fault makes a run of several bars (`BarScore.run`), a card tells of all of them.

    Returns
    -------
    list of dict
        ``title``, such as "Bar 3" or "Bars 13–14"; ``share`` and ``words``: how much was
        right, and what was not; ``svg`` and ``name``: the picture of the pass that went worst
        and its description.
    """
    events = list_events(song, notes, score)
    usual_ms = median([bar.bias_ms for bar in score.bars if bar.bias_ms is not None] or [0.0])
    out = []
    for number in score.practise:
        bar, first, last = _of_run(score.bars, number)
        own = [event for event in events if first <= event.bar <= last]
        worst = max(_passes(own), key=lambda each: sum(e.verdict != "correct" for e in each))
        roll = plots.bar_roll(song, notes, _about(worst))
        (drawing,) = draw_roll(roll, _WIDTH_MM, "The bar as it went", 3.2, _HEIGHT_MM)
        lag_ms = None if bar.bias_ms is None else bar.bias_ms - usual_ms
        out.append(
            {
                "title": words.practise_words(bar),
                "share": words.share_words(bar),
                "words": words.bar_words(own, lag_ms, bar.off_time),
                "svg": drawing.svg(),
                "name": drawing.name,
            }
        )
    return out


def practised_bars(score: Score) -> set[int]:
    """Numbers of all bars that the cards tell of."""
    out: set[int] = set()
    for number in score.practise:
        _, first, last = _of_run(score.bars, number)
        out |= set(range(first, last + 1))
    return out


def _of_run(bars: Sequence[BarScore], number: int) -> tuple[BarScore, int, int]:
    """The figures of a bar, or of its run taken together; first and last number."""
    chosen = next(bar for bar in bars if bar.number == number)
    first, last = chosen.run or (number, number)
    run = [bar for bar in bars if first <= bar.number <= last]
    timed = [bar.bias_ms for bar in run if bar.bias_ms is not None]
    whole = replace(
        chosen,
        notes=sum(bar.notes for bar in run),
        correct=sum(bar.correct for bar in run),
        extras=sum(bar.extras for bar in run),
        off_time=sum(bar.off_time for bar in run),
        bias_ms=median(timed) if timed else None,
    )
    return whole, first, last


def _passes(events: Sequence[Event]) -> list[list[Event]]:
    """The events of each time that the song came to these bars."""
    out: list[list[Event]] = []
    for event in events:
        last = out[-1][-1] if out else None
        if last is None or event.bar < last.bar or event.index - last.index != event.bar - last.bar:
            out.append([])
        out[-1].append(event)
    return out


def _about(events: Sequence[Event]) -> list[Event]:
    """The events from the first bar with a mistake on, as many bars as a picture can show."""
    first, end = events[0].bar, events[-1].bar
    start = next((event.bar for event in events if event.verdict != "correct"), first)
    end = min(start + _MOST_DRAWN - 1, end)
    return [event for event in events if end - _MOST_DRAWN < event.bar <= end]
