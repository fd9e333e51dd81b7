"""A take's figures and notes in words, as the page says them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from handmidi.report.events import Event
from handmidi.report.signs import SIGNS
from handmidi.score import Score
from handmidi.score.bars import BarScore
from handmidi.score.judge import GOOD_MS, PERFECT_MS
from handmidi.song import Song

_PARTS = {0: "", 2: "⅙", 3: "¼", 4: "⅓", 6: "½", 8: "⅔", 9: "¾", 10: "⅚"}
_MOST_FAULTS = 4
_NOTABLE_MS = 30.0  # a bar nearer than this to the rest is as late as the rest


def figures(song: Song, score: Score) -> list[tuple[str, str, str]]:
    """The summary's figures: name, value, and how to understand it."""
    pitches = len({note.pitch for note in song.melody})
    out = [
        ("Longest run", f"{score.streak} of {len(score.verdicts)} notes", "right in a row"),
        (
            "Pitches",
            f"{round(score.coverage * pitches)} of {pitches}",
            "of the melody's, each right at least once",
        ),
    ]
    if score.precision is None:
        return out
    out.append(
        (
            "Precision, recall",
            f"{100 * score.precision:.0f} %, {100 * score.recall:.0f} %",
            f"F-measure {100 * score.f_measure:.0f} %",
        )
    )
    if score.strict is not None:
        strict = f"{100 * score.strict.f_measure:.0f} %"
        out.append(("Strict F-measure", strict, "±50 ms, ±50 cents, as measured (mir_eval)"))
    if score.timing_bias_ms is None:
        return out
    out += _timing(score)
    if score.steadiness_ms is not None:
        out.append(("Evenness", f"±{score.steadiness_ms:.0f} ms", "from note to note"))
    tiers = ", ".join(f"{count} {tier}" for tier, count in score.tiers.items())
    limits = f"perfect: within {PERFECT_MS:.0f} ms, good: within {GOOD_MS:.0f} ms"
    out.append(("Correct notes", tiers, limits))
    if score.tempo_ratio is not None:
        out.append(("Tempo", pace_words(score.tempo_ratio), ""))
    return out


def _timing(score: Score) -> list[tuple[str, str, str]]:
    """The figures that tell of lateness; of a song that waited, how long it did."""
    if score.waited:
        return [("The song waited", waited_words(score.timing_bias_ms), "for a note, median")]
    measured = timing_words(score.timing_bias_ms, score.timing_spread_ms)
    if score.latency.source == "none":
        second = ("Latency", "not known", "measure it: handmidi calibrate --latency")
    else:
        corrected = timing_words(score.corrected_bias_ms)
        second = ("Timing, corrected", corrected, latency_words(score))
    return [("Timing", measured, "measured"), second]


def waited_words(ms: float) -> str:
    """How long a song waited, such as "420 ms"; "not at all" for a player ahead of it."""
    return f"{ms:.0f} ms" if round(ms) > 0 else "not at all"


def timing_words(ms: float | None, spread_ms: float | None = None) -> str:
    """Such as "12 ms late, ±30 ms"."""
    if ms is None:
        return "too few notes to tell"
    rounded = round(ms)
    where = "on time" if rounded == 0 else f"{abs(rounded)} ms {'late' if rounded > 0 else 'early'}"
    return where if spread_ms is None else f"{where}, ±{round(spread_ms)} ms"


def latency_words(score: Score) -> str:
    """Where the latency came from that the corrected timing leaves out."""
    latency = score.latency
    spread = "" if latency.spread_ms is None else f" ±{latency.spread_ms:.0f}"
    date = f", {latency.date[:10]}" if latency.date else ""
    of = {"audio buffer": "the sound card's buffer"}.get(latency.source, latency.source)
    return f"without {latency.ms:.0f}{spread} ms of latency ({of}{date})"


def pace_words(ratio: float | None) -> str:
    """Such as "3.0 % faster than the song"; empty if it cannot be told."""
    if ratio is None:
        return ""
    percent = 100 * (ratio - 1)
    if abs(percent) < 0.5:
        return "kept"
    return f"{abs(percent):.1f} % {'faster' if percent > 0 else 'slower'} than the song"


def place_words(event: Event) -> str:
    """Such as "bar 3, beat 2½"; beats are counted as the metre's denominator has them."""
    bar = bars_words(event.bar, event.bar)
    if event.place < 1 - 1e-6:
        return f"before {bar}"
    if event.place >= event.meter.numerator + 1:
        return f"after {bar}"
    return f"{bar}, beat {_beat(_counted(event))}"


def event_words(event: Event, latency_ms: float = 0.0) -> str:
    """What became of a note, such as "wrong pitch: E5 for D♯5, 12 ms late".

    Parameters
    ----------
    event : Event
    latency_ms : float, default 0
        Left out of the timing.
    """
    what = _what(event)
    if event.timing_ms is None:
        return what
    timing = timing_words(event.timing_ms - latency_ms)
    how = f" ({event.tier})" if event.tier in ("perfect", "good") else ""
    return f"{what}, {timing}{how}"


def _what(event: Event) -> str:
    return {
        "correct": f"{event.name} correct",
        "wrong": f"wrong pitch: {event.sounded} for {event.name}",
        "missed": f"{event.name} missed",
        "held": f"{event.name} held, not struck again",
        "extra": f"{event.sounded} extra",
    }[event.verdict]


def bars_words(first: int, last: int) -> str:
    """Such as "bar 3", "bars 9–10", or "the pick-up" for bar 0."""
    if first == last:
        return f"bar {first}" if first else "the pick-up"
    return f"bars {first}–{last}" if first else f"the pick-up to bar {last}"


def practise_words(bar: BarScore) -> str:
    """What to practise, such as "Bar 3": the bar, or the run that one fault makes of it."""
    said = bars_words(*(bar.run or (bar.number, bar.number)))
    return said[0].upper() + said[1:]


def share_words(bar: BarScore) -> str:
    """How much of a bar was right, such as "3 of 4 right"."""
    if not bar.notes:
        return "no note written"
    return f"{bar.correct} of {bar.notes} right"


def bar_words(events: Sequence[Event], lag_ms: float | None, off_time: int = 0) -> str:
    """What went wrong in a bar or a run of bars, all passes of a loop together.

    Parameters
    ----------
    events : sequence of Event
        Those of the bar; where there are more bars than one, each place names its own.
    lag_ms : float or None
        How much later than the other bars it was played, by the medians. Where that is
        told, notes off time are not told again.
    off_time : int, default 0
        Correct notes that came off the player's usual time (`BarScore.off_time`).
    """
    faults = Counter(
        (e.bar, round(12 * _counted(e)), _what(e)) for e in events if e.verdict != "correct"
    )
    several = len({e.bar for e in events}) > 1
    ordered = sorted(faults, key=lambda fault: (-faults[fault], fault))[:_MOST_FAULTS]
    parts = []
    for fault in sorted(ordered):
        bar, place, what = fault
        times = f" ({faults[fault]} times)" if faults[fault] > 1 else ""
        where = f"{bars_words(bar, bar)}, " if several else ""
        at = f"beat {_beat(place / 12)}" if place >= 12 else "before it began"
        parts.append(f"{where}{at}: {what}{times}")
    left = sum(faults.values()) - sum(faults[fault] for fault in ordered)
    if left:
        parts.append(f"and {left} more")
    if lag_ms is not None and abs(lag_ms) > _NOTABLE_MS:
        parts.append(f"{abs(lag_ms):.0f} ms {'later' if lag_ms > 0 else 'earlier'} than the rest")
    elif off_time:
        notes = "1 note" if off_time == 1 else f"{off_time} notes"
        parts.append(f"{notes} more than {GOOD_MS:.0f} ms off your usual time")
    return "; ".join(parts)


def progress_words(earlier: Sequence[float], accuracy: float) -> str:
    """This take's accuracy (0 to 1) against those of earlier takes, oldest first, at least one."""
    best, last = max(earlier), earlier[-1]
    points = round(100 * accuracy) - round(100 * last)
    if accuracy > best and len(earlier) > 1:
        told = "better than each of them"
    elif points == 0:
        told = "as good as the last"
    else:
        told = f"{abs(points)} points {'above' if points > 0 else 'below'} the last"
    if len(earlier) == 1:
        return f"The take before this one: {100 * last:.0f} %. This one is {told}."
    before = f"The {len(earlier)} takes before this one"
    return f"{before}: best {100 * best:.0f} %, last {100 * last:.0f} %. This one is {told}."


def counted_words(score: Score) -> str:
    """The verdicts as one sentence, for those who cannot see the bar."""
    counts = counts_of(score)
    return ", ".join(f"{counts[verdict]} {sign.meaning}" for verdict, sign in SIGNS.items())


def counts_of(score: Score) -> Counter:
    """How many notes have each verdict, extras among them."""
    counts = Counter(v.verdict for v in score.verdicts)
    counts["extra"] = len(score.extras)
    return counts


def _counted(event: Event) -> float:
    """The beat of a bar as it is told: just before the next bar it is still this bar's last."""
    end = event.meter.numerator + 1
    return min(event.place, end - 0.25) if event.place < end else event.place


def _beat(place: float) -> str:
    """A beat of a bar, as musicians count: 1, 2½, 3⅓; to a twelfth, else to a quarter."""
    twelfths = round(12 * place)
    whole, part = divmod(twelfths, 12)
    if part not in _PARTS or abs(12 * place - twelfths) > 0.1:
        whole, part = divmod(3 * round(4 * place), 12)
    return f"{whole}{_PARTS[part]}"
