"""The figures as tables, for people and for the documentation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from handmidi.bench.machine import machine_line
from handmidi.bench.tracking import BARE
from handmidi.errors import HandMidiError
from handmidi.files import replace_file

Found = Mapping[str, Any]
_NONE = "–"


class Table(NamedTuple):
    """A title, the names of the columns, and rows of cells."""

    title: str
    head: list[str]
    rows: list[list[str]]


def tables(found: Found) -> list[Table]:
    """All tables of what `handmidi.bench.suite.run` found; those without a row are left out."""
    makers = (_trackers, _side_by_side, _live, _taken, _start, _aims)
    return [table for table in (make(found) for make in makers) if table.rows]


def notes(found: Found) -> list[str]:
    """What stands below the tables."""
    lines = [*found["left_out"]]
    for row in found["live"][:1]:
        sound = f"sound on {row['sound']}" if row["sound"] else "no sound"
        microphone = f"microphone {row['microphone']}" if row["microphone"] else "no microphone"
        lines.append(f"live with {sound}, {microphone}")
    for row in found["live"]:
        if row["vision_restarts"]:
            lines.append(f"{row['name']}: vision started again {row['vision_restarts']} times")
    shown = f"{found['pictures']} pictures, {found['live_s']:g} s live"
    lines.append(f"clip {Path(found['clip']).name}, {found['model']} model, {shown}")
    lines.append(machine_line(found["machine"]))
    return lines + ([found["busy"]] if found["busy"] else [])


def markdown(found: Found) -> str:
    """Tables and notes for the documentation."""
    parts = []
    for table in tables(found):
        lines = (table.head, ["---"] * len(table.head), *table.rows)
        drawn = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
        parts.append(f"**{table.title}**\n\n{drawn}")
    return "\n\n".join((*parts, "\n".join(f"- {line}" for line in notes(found))))


def rewrite(page: Path, text: str | None, name: str = "figures") -> None:
    """Put text between two marks of a page.

    Parameters
    ----------
    page : Path
    text : str or None
        None only looks whether it could be put there.
    name : str, default "figures"
        Of the marks, ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->``.

    Raises
    ------
    HandMidiError
        If the page cannot be read or written, or has no such marks.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    try:
        with open(page, "r+", encoding="utf-8") as stream:
            before, there, rest = stream.read().partition(begin)
            _, closed, after = rest.partition(end)
            if not there or not closed:
                raise HandMidiError(f"{page} has no place for figures: it needs {begin} and {end}")
            if text is not None:
                replace_file(page, f"{before}{begin}\n{text}\n{end}{after}".encode())
    except OSError as error:
        raise HandMidiError(
            f"cannot write {page}: {error.strerror}; name a page that is there"
        ) from error


def _trackers(found: Found) -> Table:
    head = "tracker|hands|p50 ms|p95|p99|network p50|÷ network|CPU ms|frames/s|MB|hands seen"
    rows = [
        [
            row["tracker"],
            row["case"],
            *_points(row["wall_ms"]),
            f"{row['bare_ms']['p50']:.1f}",
            f"{row['ratio']:.2f}",
            f"{row['cpu_ms']:.1f}",
            f"{row['fps']:.0f}",
            _whole(row["peak_rss_mb"]),
            f"{row['seen']:.2f}",
        ]
        for row in found["trackers"]
    ]
    return Table("A picture, each tracker in a process of its own", head.split("|"), rows)


def _side_by_side(found: Found) -> Table:
    names = list(dict.fromkeys(name for row in found["side_by_side"] for name in row["wall_ms"]))
    head = ["p50 ms", *names, f"direct ÷ {BARE}", "direct ÷ mediapipe"]
    rows = []
    for row in found["side_by_side"]:
        p50 = {name: figures["p50"] for name, figures in row["wall_ms"].items()}
        cells = [f"{p50[name]:.1f}" if name in p50 else _NONE for name in names]
        parts = [_part(p50, "direct", BARE), _part(p50, "direct", "mediapipe")]
        rows.append([row["case"], *cells, *parts])
    return Table("The same pictures in one process, in turn", head, rows)


def _live(found: Found) -> Table:
    rows = []
    for row in found["live"]:
        hand, message, sent = (
            _points(row[f"{name}_ms"])
            for name in ("frame_to_hand", "frame_to_message", "due_to_sent")
        )
        rows.append([row["name"], hand[0], *message, sent[0], sent[2]])
    head = "live, ms|→ hand p50|→ message p50|p95|p99|→ sent p50|p99"
    return Table("Live, at 30 frames a second", head.split("|"), rows)


def _taken(found: Found) -> Table:
    rows = []
    for row in found["live"]:
        used, cpu = row["used_percent"], row["cpu_percent"] or {}
        rows.append(
            [
                row["name"],
                _NONE if used is None else f"{used:.2f} %",
                str(row["twice"]),
                *(_whole(cpu.get(role)) for role in ("main", "vision", "screen")),
                *(_whole(row[name]) for name in ("pss_mb", "rss_mb")),
            ]
        )
    head = "live|frames used|twice|CPU % main|vision|screen|MB|RSS"
    return Table("What it takes", head.split("|"), rows)


def _start(found: Found) -> Table:
    times, rows = found["start_up"], []
    for name, title in (("help", "handmidi --help"), ("play", "play, until it is ready")):
        if times:
            runs = ", ".join(f"{run:.2f}" for run in times[f"{name}_runs_s"])
            rows.append([title, f"{times[f'{name}_s']:.2f}", runs])
    return Table("Start-up", ["start-up", "median s", "runs"], rows)


def _aims(found: Found) -> Table:
    rows = []
    for aim in found["aims"]:
        limit = f"≤ {aim['at_most']:g}" if "at_most" in aim else f"≥ {aim['at_least']:g}"
        met = "met" if aim["met"] else "missed"
        rows.append([aim["what"], f"{aim['here']:.4g}", limit, met])
    return Table("Aims", ["aim", "here", "limit", ""], rows)


def _points(figures: Mapping[str, float] | None) -> list[str]:
    if not figures:
        return [_NONE] * 3
    return [f"{figures[name]:.1f}" for name in ("p50", "p95", "p99")]


def _part(p50: Mapping[str, float], ours: str, theirs: str) -> str:
    return f"{p50[ours] / p50[theirs]:.2f}" if ours in p50 and theirs in p50 else _NONE


def _whole(value: float | None) -> str:
    return _NONE if value is None else f"{value:.0f}"
