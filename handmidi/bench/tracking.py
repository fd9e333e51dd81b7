"""How long trackers take for a picture, beside the bare landmark network.

Everything here runs in a process of its own, so that neither memory nor threads mix.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from handmidi.bench.film import double
from handmidi.bench.processes import own_peak_mb
from handmidi.bench.timing import Look, in_turn, percentiles
from handmidi.errors import AssetError, HandMidiError
from handmidi.quiet import quiet_stderr
from handmidi.vision.tracker import open_tracker

THREADS = 2
"""Of the bare network, as the direct tracker gives it."""
BARE, DIRECT_ONE = "network", "direct, 1 hand"
"""Names of the bare network, and of the direct tracker asked for one hand where two are."""

_NETWORK = "hand_landmarks_detector.tflite"


@dataclass(frozen=True, slots=True)
class Case:
    """What is shown to a tracker.

    Parameters
    ----------
    name : str
        For people.
    hands : {1, 2}
        How many it is asked to follow.
    doubled : bool
        Whether the pictures are doubled; see `handmidi.bench.film.double`.
    """

    name: str
    hands: int
    doubled: bool = False


@dataclass(frozen=True, slots=True)
class Film:
    """Pictures in a file, and what reads them.

    Parameters
    ----------
    path : Path
        An ``.npy`` file, shape (n, height, width, 3).
    model : Path
        The hand model.
    """

    path: Path
    model: Path

    def pictures(self, case: Case) -> np.ndarray:
        """The pictures of a case, in memory."""
        pictures = np.load(self.path)
        if case.doubled:
            for picture in pictures:
                double(picture)
        return pictures


def measure(tracker: str, film: Film, case: Case) -> dict[str, Any]:
    """One tracker: alone, then in turn with the bare network.

    The network is the direct tracker's own, once more on the crop of the same picture. Beside
    the others it is one like it: two in one process take the caches from each other.

    Returns
    -------
    dict
        `tracker`, `case`, `hands`; in turn: `wall_ms`, `bare_ms` (percentiles) and `ratio` of
        their medians; alone: `cpu_ms` for each picture, `fps` that it could keep up with, the
        process's `peak_rss_mb` without the pictures (None but on Linux), and `seen`, hands in a
        picture on average.

    Raises
    ------
    HandMidiError
        If the tracker does not open, or its process dies.
    """
    return _apart(_measure, tracker, film, case)


def compare(trackers: Sequence[str], film: Film, case: Case) -> dict[str, Any]:
    """Several trackers and the bare network in one process, in turn for every picture.

    Where two hands are asked for, the direct tracker asked for one is there, too.

    Returns
    -------
    dict
        `case`, `hands`, and `wall_ms`: percentiles by name, `BARE` and `DIRECT_ONE` among
        them.

    Raises
    ------
    HandMidiError
        If a tracker does not open, or the process dies.
    """
    return _apart(_compare, tuple(trackers), film, case)


def _apart(work: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        try:
            return pool.submit(work, *arguments).result()
        except BrokenProcessPool as error:
            raise HandMidiError(
                "a process that measures a tracker died: try again with other --trackers"
            ) from error


def _measure(tracker: str, film: Film, case: Case) -> dict[str, Any]:
    pictures = film.pictures(case)
    with ExitStack() as opened:
        look, bare = _tracker(tracker, film, case.hands, opened)
        took, seen, cpu_ms = in_turn({tracker: look}, pictures)
        peak_mb = own_peak_mb()
        alone_ms = float(np.mean(took[tracker]))
        took, _, _ = in_turn({tracker: look, BARE: bare or _bare(film.model)}, pictures)
    wall_ms, bare_ms = percentiles(took[tracker]), percentiles(took[BARE])
    return {
        "tracker": tracker,
        "case": case.name,
        "hands": case.hands,
        "wall_ms": wall_ms,
        "bare_ms": bare_ms,
        "ratio": round(wall_ms["p50"] / bare_ms["p50"], 3),
        "cpu_ms": round(cpu_ms, 2),
        "fps": round(1000 / alone_ms, 1),
        "peak_rss_mb": None if peak_mb is None else round(peak_mb - pictures.nbytes / 1e6, 1),
        "seen": round(float(np.mean(seen[tracker])), 3),
    }


def _compare(trackers: Sequence[str], film: Film, case: Case) -> dict[str, Any]:
    pictures = film.pictures(case)
    with ExitStack() as opened:
        looks = {BARE: _bare(film.model)}
        for name in trackers:
            looks[name], _ = _tracker(name, film, case.hands, opened)
            if case.hands > 1 and name == "direct":
                looks[DIRECT_ONE], _ = _tracker(name, film, 1, opened)
        took, _, _ = in_turn(looks, pictures)
    wall_ms = {name: percentiles(values) for name, values in took.items()}
    return {"case": case.name, "hands": case.hands, "wall_ms": wall_ms}


def _tracker(name: str, film: Film, hands: int, opened: ExitStack) -> tuple[Look, Look | None]:
    """What tracks a picture; and what runs the tracker's own network alone, if it lets one."""
    model = None if name == "skin" else film.model
    tracker = opened.enter_context(open_tracker(name, model, hands))
    bare = (lambda picture, time_s: tracker.infer() or 0) if name == "direct" else None
    return (lambda picture, time_s: len(tracker.track(picture, time_s))), bare


def _bare(model: Path) -> Look:
    """The landmark network alone, on a picture that stays."""
    from ai_edge_litert.interpreter import Interpreter

    try:
        with zipfile.ZipFile(model) as task, quiet_stderr():
            net = Interpreter(model_content=task.read(_NETWORK), num_threads=THREADS)
            net.allocate_tensors()
    except (OSError, KeyError, ValueError, RuntimeError, zipfile.BadZipFile) as error:
        raise AssetError(f"{model} is no hand model ({error}): run handmidi setup") from error
    asked = net.get_input_details()[0]
    net.set_tensor(asked["index"], np.full(asked["shape"], 0.5, asked["dtype"]))

    def look(picture: np.ndarray, time_s: float) -> int:
        net.invoke()
        return 0

    return look
