"""What handmidi means to reach on a quiet machine with two cores, beside what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

from handmidi.bench.tracking import DIRECT_ONE

NETWORK, MEDIAPIPE, ONE_HAND = 1.10, 0.55, 1.10
"""Most that the direct tracker takes, as a part of: the network alone; MediaPipe; itself asked
for one hand, when asked for two while one is in view."""
MESSAGE_P50_MS, MESSAGE_P99_MS, USED_PERCENT = 12.0, 25.0, 99.0
WINDOW_MS = 0.5
"""Most that the window adds to frame → message, p50."""
HELP_S, PLAY_S, MEMORY_MB = 0.2, 2.0, 500.0


def aims(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The aims that something was measured for.

    Parameters
    ----------
    found : mapping
        Of `handmidi.bench.suite.run`.

    Returns
    -------
    list of dict
        Each with `what`, `here`, `at_most` or `at_least`, and `met`.
    """
    return [*_of_trackers(found), *_of_live(found["live"]), *_of_start(found["start_up"])]


def _of_trackers(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for row in found["trackers"]:
        if row["tracker"] == "direct" and row["hands"] == 1:
            yield _most(f"direct ÷ network alone, {row['case']}", row["ratio"], NETWORK)
    for row in found["side_by_side"]:
        p50 = {name: figures["p50"] for name, figures in row["wall_ms"].items()}
        one = p50.get(DIRECT_ONE)
        if one and row["case"].endswith("one in view"):
            what = "direct asked for 2 hands ÷ for 1, one in view"
            yield _most(what, p50["direct"] / one, ONE_HAND)
        elif "direct" in p50 and "mediapipe" in p50:
            what = f"direct ÷ mediapipe, {row['case']}"
            yield _most(what, p50["direct"] / p50["mediapipe"], MEDIAPIPE)


def _of_live(live: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Of the first session, the one with all that a player has."""
    for row in live[:1]:
        message = row["frame_to_message_ms"] or {}
        name = row["name"]
        if message:
            yield _most(f"{name}: frame → message p50, ms", message["p50"], MESSAGE_P50_MS)
            yield _most(f"{name}: frame → message p99, ms", message["p99"], MESSAGE_P99_MS)
        used = row["used_percent"] or 0.0
        what = f"{name}: frames used, %"
        yield {"what": what, "here": used, "at_least": USED_PERCENT, "met": used >= USED_PERCENT}
        yield _most(f"{name}: frames seen twice", row["twice"], 0)
        if row["pss_mb"] is not None:
            yield _most(f"{name}: memory of all processes, MB", row["pss_mb"], MEMORY_MB)
    price_ms = window_price_ms(live)
    if price_ms is not None:
        yield _most("practice with window − headless: frame → message p50, ms", price_ms, WINDOW_MS)


def window_price_ms(live: Sequence[Mapping[str, Any]]) -> float | None:
    """What the window adds to frame → message of a practice, from sessions by turns.

    Parameters
    ----------
    live : sequence of mapping
        Of `handmidi.bench.sessions.run_session`.

    Returns
    -------
    float or None
        The mean of the p50 with a window less that without, ms; None without both.
    """
    p50: dict[bool, list[float]] = {True: [], False: []}
    for row in live:
        words = row["command"].split()
        if words[1] == "practice" and row["frame_to_message_ms"]:
            p50["--headless" not in words].append(row["frame_to_message_ms"]["p50"])
    return fmean(p50[True]) - fmean(p50[False]) if all(p50.values()) else None


def _of_start(times: Mapping[str, Any] | None) -> Iterator[dict[str, Any]]:
    if times:
        yield _most("handmidi --help, s", times["help_s"], HELP_S)
        yield _most("play is ready, s", times["play_s"], PLAY_S)


def _most(what: str, here: float, limit: float) -> dict[str, Any]:
    return {"what": what, "here": round(here, 3), "at_most": limit, "met": here <= limit}
