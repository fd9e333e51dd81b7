"""The same players before a rendered camera and the real tracker.

Pictures are drawn with the tools that made the demo clip, smeared by the hand's own motion as
an exposure does, and given a sensor's noise and a webcam's JPEG. The tracker reads them; from
then on they are takes like any other.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from handmidi.assets import find_model
from handmidi.files import replace_file
from handmidi.paths import data_folder

from .filming import Sample, frame_times_s, stamps
from .players import melody
from .takes import Take

WIDTH, HEIGHT, FPS = 640, 480, 30
NOTES, BPM, DELAY_MS = 10, (110.0, 150.0), 20.0
EXPOSURE_S, EXPOSURES = 1 / 60, 5
SENSOR_NOISE, JPEG_QUALITY = 2.5, 88
"""Standard deviation of a pixel's value; how much a webcam keeps."""

_TOOLS = Path(__file__).resolve().parents[1]
_studio: Studio | None = None


@dataclass(frozen=True, slots=True)
class Clip:
    """What a tracker made of a rendered performance.

    Parameters
    ----------
    take : Take
    frames, lost : int
        Pictures, and those without a hand.
    render_ms, track_ms : float
        Time per picture, on average.
    ratio, ratio_sd : float
        Tracked area ÷ the area that was asked for: median, and relative standard deviation.
    """

    take: Take
    frames: int
    lost: int
    render_ms: float
    track_ms: float
    ratio: float
    ratio_sd: float


def rigged_hand(named: Path | None = None) -> bytes:
    """The hand that is drawn, as a binary glTF file.

    Parameters
    ----------
    named : Path, optional
        ``right.glb``, or the npm package that holds it (``.tgz``). Without it the copy in
        the data folder is used, or else the package is downloaded once (94 MB).

    Raises
    ------
    OSError, subprocess.SubprocessError
        If there is no file and the package cannot be fetched.
    ValueError
        If it is another hand.
    """
    _reach_tools()
    from hand_asset import fetch, read_glb, read_package

    if named:
        return (read_package if named.suffix == ".tgz" else read_glb)(named).glb
    kept = data_folder() / "bench" / "right.glb"
    if kept.is_file():
        return read_glb(kept).glb
    glb = fetch().glb
    kept.parent.mkdir(parents=True, exist_ok=True)
    replace_file(kept, glb)
    return glb


def clips(seeds: Sequence[int], glb: bytes, jobs: int = 1) -> Iterator[Clip]:
    """Render and track a performance for each seed, in order.

    Parameters
    ----------
    seeds : sequence of int
    glb : bytes
        From `rigged_hand`.
    jobs : int, default 1
        Processes that share the work.

    Raises
    ------
    AssetError
        If the hand model is missing.
    """
    model = find_model()
    with ProcessPoolExecutor(jobs, get_context("spawn"), _start, (glb,)) as workers:
        yield from workers.map(partial(_clip, model), seeds)


def summary(made: Sequence[Clip]) -> dict[str, float | int]:
    """Facts about clips, over all their frames."""
    frames = sum(clip.frames for clip in made)

    def mean(name: str) -> float:
        return sum(getattr(clip, name) * clip.frames for clip in made) / frames

    figures = {name: mean(name) for name in ("ratio", "ratio_sd", "render_ms", "track_ms")}
    lost = sum(clip.lost for clip in made)
    return {"clips": len(made), "frames": frames, "lost": lost} | figures


@dataclass(frozen=True, slots=True)
class Held:
    """A hand as the demo's `gesture` wants it: always in its place, of a given area.

    Parameters
    ----------
    times_s, areas : ndarray
    shift_s : float
        Shifts the sway of the arm, so that no two clips sway alike.
    """

    times_s: np.ndarray
    areas: np.ndarray
    shift_s: float

    def area(self, time_s: float) -> float:
        """Area of the box that the tracker should see, as a fraction of the picture."""
        return float(np.interp(time_s - self.shift_s, self.times_s, self.areas))

    def raised(self, time_s: float) -> float:
        """1: in its place."""
        return 1.0


class Studio:
    """Draws what a webcam sees of a hand.

    Parameters
    ----------
    glb : bytes
        From `rigged_hand`.
    """

    def __init__(self, glb: bytes) -> None:
        _reach_tools()
        import cv2
        from hand_model import load_hand
        from hand_scene import Scene

        cv2.setNumThreads(1)
        self._scene = Scene(load_hand(glb), WIDTH, HEIGHT)

    def picture(self, held: Held, time_s: float, rng: np.random.Generator) -> np.ndarray:
        """One frame: uint8, shape (height, width, 3), BGR."""
        import cv2
        from render_demo import gesture

        posed = gesture(held, time_s + held.shift_s)
        sharp = self._scene.draw(posed).astype(np.float32)
        # A hand that comes nearer grows about its middle while the shutter is open.
        middle = np.array((posed.x * WIDTH, posed.y * HEIGHT))
        seen, now = np.zeros_like(sharp), held.area(time_s + held.shift_s)
        for moment_s in np.linspace(-EXPOSURE_S / 2, EXPOSURE_S / 2, EXPOSURES):
            grown = math.sqrt(held.area(time_s + held.shift_s + moment_s) / now)
            moved = np.hstack((grown * np.eye(2), (1 - grown) * middle[:, None]))
            border = cv2.BORDER_REPLICATE
            seen += cv2.warpAffine(sharp, moved, (WIDTH, HEIGHT), borderMode=border) / EXPOSURES
        seen += SENSOR_NOISE * rng.standard_normal(seen.shape, np.float32)
        seen = np.clip(seen + 0.5, 0, 255).astype(np.uint8)
        _, packed = cv2.imencode(".jpg", seen, (cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY))
        return cv2.imdecode(packed, cv2.IMREAD_COLOR)


def _clip(model: Path, seed: int) -> Clip:
    """Render and track one performance."""
    from handmidi.vision.tracker import observe, open_tracker

    rng = np.random.default_rng([seed, 5])
    act = melody(seed, notes=NOTES, bpm=rng.uniform(*BPM))
    times_s = frame_times_s(act.hand.end_s, FPS, rng)
    fine_s = np.arange(-0.1, act.hand.end_s + 0.1, 0.002)
    held = Held(fine_s, act.board.control_at(act.hand.place_m(fine_s)), rng.uniform(0, 60))
    taken_s, ready_s = stamps(times_s, DELAY_MS, 0.0, rng)
    samples, ratios, spent_s = [], [], [0.0, 0.0]
    with open_tracker("direct", model, background=False) as tracker:
        for k, time_s in enumerate(times_s):
            begun_s = time.perf_counter()
            picture = _studio.picture(held, float(time_s), rng)
            drawn_s = time.perf_counter()
            hands = observe(tracker.track(picture, float(time_s)), WIDTH, HEIGHT)
            spent_s[0] += drawn_s - begun_s
            spent_s[1] += time.perf_counter() - drawn_s
            for hand in hands[:1]:
                place = (hand.area, hand.x, hand.y, hand.openness)
                samples.append(Sample(float(taken_s[k]), float(ready_s[k]), *place))
                ratios.append(hand.area / held.area(time_s + held.shift_s))
    ratio = float(np.median(ratios))
    return Clip(
        take=act.take(samples),
        frames=len(times_s),
        lost=len(times_s) - len(samples),
        render_ms=1000 * spent_s[0] / len(times_s),
        track_ms=1000 * spent_s[1] / len(times_s),
        ratio=ratio,
        ratio_sd=float(np.std(np.log(ratios))),
    )


def _start(glb: bytes) -> None:
    global _studio
    _studio = Studio(glb)


def _reach_tools() -> None:
    """The tools import each other by bare names."""
    if str(_TOOLS) not in sys.path:
        sys.path.append(str(_TOOLS))
