"""What a take's files say, told in a few sentences for a person."""

from __future__ import annotations

import json
import math
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from handmidi.files import read_small

_MAX_TITLE = 120
_ON_THE_BEAT_MS = 10  # what instruments that one touches are held to (Wessel and Wright 2002)


@dataclass(frozen=True)
class TakeFacts:
    """What the mail tells of a take; None or empty where the files do not say.

    Parameters
    ----------
    title : str
        Of the song, one line; else the folder's name.
    preset : str
    started : datetime, optional
    accuracy : float, optional
        0..1.
    verdicts : dict of str to int
        How many reference notes got each verdict.
    extras : int
        Notes that nobody asked for.
    bias_ms, spread_ms : float, optional
        Median and scatter of the deviation from the written onset; late is positive.
    waited : bool
        The song waited for the player: `bias_ms` is how long.
    """

    title: str
    preset: str = ""
    started: datetime | None = None
    accuracy: float | None = None
    verdicts: dict[str, int] | None = None
    extras: int = 0
    bias_ms: float | None = None
    spread_ms: float | None = None
    waited: bool = False


def read_facts(take: Path) -> TakeFacts:
    """Read ``take.json`` and ``score.json``, as far as they are there and make sense.

    A damaged file is as good as none: the report is what matters, and it exists by now.
    """
    facts, score = _read_object(take / "take.json"), _read_object(take / "score.json")
    song = facts.get("song")
    song = song if isinstance(song, dict) else {}
    verdicts, extras = score.get("verdicts"), score.get("extras")
    title = _line(song.get("title")) or _line(song.get("name")) or _line(take.resolve().name)
    return TakeFacts(
        title=title or "take",
        preset=_line(facts.get("preset")),
        started=_time(facts.get("started")),
        accuracy=_number(score.get("accuracy")),
        verdicts=_counts(verdicts if isinstance(verdicts, list) else []),
        extras=len(extras) if isinstance(extras, list) else 0,
        bias_ms=_number(score.get("timing_bias_ms")),
        spread_ms=_number(score.get("timing_spread_ms")),
        waited=score.get("waited") is True,
    )


def subject_of(facts: TakeFacts) -> str:
    """The mail's subject: what was played, and how well."""
    how = f", {_percent(facts.accuracy)} accurate" if facts.accuracy is not None else ""
    return f"handmidi: {facts.title}{how}"


def tell(facts: TakeFacts) -> str:
    """The mail's text, in lines that end with a line feed."""
    when = ""
    if facts.started:
        when = f" of {facts.started.day} {facts.started:%B %Y, %H:%M}"
    using = f", played with the preset {facts.preset}" if facts.preset else ""
    lines = ["Hello,", "", f"here is a take{when}: {facts.title}{using}.", ""]
    if facts.accuracy is not None:
        lines.append(f"Accuracy: {_percent(facts.accuracy)}.")
    if facts.verdicts:
        lines.append(_notes(facts))
    if facts.bias_ms is not None and facts.waited:
        lines.append(f"The song waited {max(facts.bias_ms, 0.0):.0f} ms for a note (median).")
    elif facts.bias_ms is not None:
        lines.append(_timing(facts.bias_ms, facts.spread_ms))
    return "\n".join(lines).rstrip("\n") + "\n"


def _notes(facts: TakeFacts) -> str:
    total = sum(facts.verdicts.values())
    words = {
        "correct": "right",
        "wrong": "wrong",
        "missed": "missed",
        "held": "held on instead of struck again",
    }
    parts = [f"{n} {words[v]}" for v in words if (n := facts.verdicts.get(v, 0))]
    text = f"Of {total} {'note' if total == 1 else 'notes'}: {', '.join(parts)}."
    if facts.extras:
        text += f" {facts.extras} extra {'note' if facts.extras == 1 else 'notes'}."
    return text


def _timing(bias_ms: float, spread_ms: float | None) -> str:
    if abs(bias_ms) < _ON_THE_BEAT_MS:
        text = "The notes came on the beat"
    else:
        side = "late" if bias_ms > 0 else "early"
        text = f"Most notes came about {abs(bias_ms):.0f} ms {side}"
    return text + (f", with a spread of {spread_ms:.0f} ms." if spread_ms is not None else ".")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _read_object(path: Path) -> dict[str, object]:
    try:
        found = json.loads(read_small(path))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _counts(verdicts: list[object]) -> dict[str, int]:
    known = ("correct", "wrong", "missed", "held")
    found = (v.get("verdict") for v in verdicts if isinstance(v, dict))
    return dict(Counter(v for v in found if v in known))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _time(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _line(value: object) -> str:
    """A title as one printable line: a line break in it must not become a header."""
    if not isinstance(value, str):
        return ""
    breaking = ("Cc", "Cs", "Zl", "Zp")  # not Cf: some scripts cannot do without joiners
    text = "".join(" " if unicodedata.category(c) in breaking else c for c in value)
    # "=?" begins an encoded word, which the email package would decode to who knows what.
    return " ".join(text.replace("=?", "= ?").split())[:_MAX_TITLE]
