"""All that is measured, one thing after another."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from handmidi.assets import find_model, find_soundfont
from handmidi.bench.aims import aims
from handmidi.bench.child import display
from handmidi.bench.film import read_pictures, write_loop
from handmidi.bench.machine import busy_line, describe
from handmidi.bench.sessions import Session, run_session, start_up
from handmidi.bench.timing import WARM_UP
from handmidi.bench.tracking import Case, Film, compare, measure
from handmidi.errors import CameraError, HandMidiError

ONE = Case("1 hand", 1)
TWO_ONE = Case("2 hands, one in view", 2)
TWO_TWO = Case("2 hands, two in view", 2, doubled=True)
TWO_FILMED = Case("2 hands, as filmed", 2)

_PICTURES, _FEW = 240, 60
_TIMES, _FEW_TIMES = 5, 3
_SONG = "mama"
_SPARE_S = 15.0  # what a session may start late, and a practice's count-in


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure.

    Parameters
    ----------
    trackers : tuple of str
        Names of `handmidi.vision.tracker.TRACKERS`; whoever asks for "mediapipe" has got the
        user's consent.
    model : {"full", "lite"}
    source : str
        A video file, or "demo".
    quick : bool
        Fewer pictures and runs.
    live_s : float
        Length of each live session, seconds; 0 for none, and no start-up times.
    """

    trackers: tuple[str, ...] = ("direct",)
    model: str = "full"
    source: str = "demo"
    quick: bool = False
    live_s: float = 20.0

    @property
    def cases(self) -> tuple[Case, ...]:
        """What the trackers are shown: a film of the user's own is shown as it is."""
        return (ONE, TWO_ONE, TWO_TWO) if self.source == "demo" else (ONE, TWO_FILMED)


def run(plan: Plan, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure.

    Parameters
    ----------
    plan : Plan
    say : callable
        Takes a line for the user; called between two measurements only.

    Returns
    -------
    dict
        `machine` (see `describe`), `busy` (a line or None), `clip`, `model`, `live_s`, `left_out`
        (lines), `pictures` (how many counted), `trackers` (of `measure`), `side_by_side` (of
        `compare`), `live` (of `run_session`), `start_up` (see there; None without live sessions)
        and `aims` (see there).

    Raises
    ------
    HandMidiError
        If model, SoundFont or film are missing, no tracker opens, or a session fails.
    """
    machine, model = describe(), find_model(plan.model)
    if plan.live_s:
        find_soundfont()  # without one no session starts, and that is better said now
    found: dict[str, Any] = {"machine": machine, "busy": busy_line(machine)}
    found |= {"clip": plan.source, "model": plan.model, "live_s": plan.live_s, "left_out": []}
    if found["busy"]:
        say(found["busy"])
    with tempfile.TemporaryDirectory(prefix="handmidi-bench-") as name:
        found |= _pictures(plan, Path(name), model, found["left_out"], say)
        names = tuple(dict.fromkeys(row["tracker"] for row in found["trackers"]))
        found |= {"live": [], "start_up": None}
        if plan.live_s:
            found |= _live(plan, names, Path(name), say)
    return found | {"aims": aims(found)}


def _pictures(
    plan: Plan, folder: Path, model: Path, left_out: list[str], say: Callable[[str], None]
) -> dict[str, Any]:
    film, count = _film(plan, folder, model)
    rows, together = list(_trackers(plan, film, left_out, say)), []
    names = tuple(dict.fromkeys(row["tracker"] for row in rows))
    for case in plan.cases:
        say(f"side by side, {case.name} …")
        together.append(compare(names, film, case))
    film.path.unlink()
    return {"pictures": count, "trackers": rows, "side_by_side": together}


def _film(plan: Plan, folder: Path, model: Path) -> tuple[Film, int]:
    pictures = read_pictures(plan.source, WARM_UP + (_FEW if plan.quick else _PICTURES))
    if len(pictures) < WARM_UP + _FEW:
        raise CameraError(f"{plan.source} is too short: take a film of {WARM_UP + _FEW} pictures")
    film = Film(folder / "pictures.npy", model)
    np.save(film.path, pictures)
    return film, len(pictures) - WARM_UP


def _trackers(
    plan: Plan, film: Film, left_out: list[str], say: Callable[[str], None]
) -> Iterator[dict[str, Any]]:
    for tracker in plan.trackers:
        try:
            for case in plan.cases:
                say(f"{tracker}, {case.name} …")
                yield measure(tracker, film, case)
        except HandMidiError as error:
            if len(left_out) + 1 == len(plan.trackers):
                raise
            left_out.append(f"{tracker} is left out: {error}")
            say(left_out[-1])


def _live(
    plan: Plan, trackers: tuple[str, ...], folder: Path, say: Callable[[str], None]
) -> dict[str, Any]:
    one, two = folder / "one.mp4", folder / "two.mp4"
    both = plan.cases[-1]
    write_loop(one, plan.source, plan.live_s + _SPARE_S)
    write_loop(two, plan.source, plan.live_s + _SPARE_S, both.doubled)
    rows = []
    with display() as (environment, shown):
        for session in _sessions(plan, trackers, shown, (one, two), both.name):
            say(f"live: {session.name} …")
            rows.append(run_session(session, plan.live_s, environment))
        say("start-up …")
        times = start_up(one, _FEW_TIMES if plan.quick else _TIMES, environment)
    return {"live": rows, "start_up": times}


def _sessions(
    plan: Plan, trackers: tuple[str, ...], shown: str, films: tuple[Path, Path], both: str
) -> Iterator[Session]:
    """With a window first, as people play, by turns with the same without; then each tracker."""
    one, two = films
    turns = (True, False) if plan.quick else (True, False, False, True)
    for tracker in trackers:
        flags = ("--tracker", tracker, "--model", plan.model)
        flags += ("--accept",) if tracker == "mediapipe" else ()
        first = f"{tracker}, {ONE.name}"
        if tracker == trackers[0]:
            for command in (("practice", _SONG), ("play",)):
                for seen in turns:
                    how = (shown, ()) if seen else ("headless", ("--headless",))
                    name = f"{command[0]}, {first}, {how[0]}"
                    yield Session(name, (*command, *how[1], *flags), one)
        else:
            yield Session(f"play, {first}, headless", ("play", "--headless", *flags), one)
        both_hands = ("play", "--headless", *flags, "--hands", "2")
        yield Session(f"play, {tracker}, {both}, headless", both_hands, two)
