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
"""Most that the window adds to frame → message, p50, of a practice and of `play`."""
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
    for command, price_ms in window_prices_ms(live).items():
        what = f"{command} with window − headless: frame → message p50, ms"
        yield _most(what, price_ms, WINDOW_MS)


def window_prices_ms(live: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """What the window adds to frame → message, from sessions by turns.

    Parameters
    ----------
    live : sequence of mapping
        Of `handmidi.bench.sessions.run_session`.

    Returns
    -------
    dict of str to float
        By command: the mean of the p50 with a window less that without, ms, of what was played
        both ways.
    """
    p50: dict[tuple[str, ...], tuple[list[float], list[float]]] = {}
    for row in live:
        _, *words = row["command"].split()
        same = tuple(word for word in words if word != "--headless")
        if row["frame_to_message_ms"]:
            pair = p50.setdefault(same, ([], []))
            pair["--headless" in words].append(row["frame_to_message_ms"]["p50"])
    return {
        same[0]: fmean(window) - fmean(headless)
        for same, (window, headless) in p50.items()
        if window and headless
    }


def _of_start(times: Mapping[str, Any] | None) -> Iterator[dict[str, Any]]:
    if times:
        yield _most("handmidi --help, s", times["help_s"], HELP_S)
        yield _most("play is ready, s", times["play_s"], PLAY_S)


def _most(what: str, here: float, limit: float) -> dict[str, Any]:
    return {"what": what, "here": round(here, 3), "at_most": limit, "met": here <= limit}
