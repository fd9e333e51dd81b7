"""What works on this machine, what does not, and what to do about it. Nothing is kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from handmidi.assets import ASSETS, find_model, find_soundfont, is_installed
from handmidi.errors import HandMidiError
from handmidi.session.steps import next_step

if TYPE_CHECKING:
    from handmidi.calibration import Calibration

WORKS, BROKEN, MISSING = "works", "broken", "missing"
_LIMIT_S = 5.0
_ONE_FILE = 1 << 20
_LEAST_FREE = 200e6


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that handmidi can use.

    Parameters
    ----------
    what : str
        ``camera``, ``MIDI`` …
    name : str
        Which one; may be empty.
    state : {"works", "broken", "missing"}
        ``broken`` stands in the way of something usual; ``missing`` can be done without.
    detail : str
    next_step : str
        Empty if there is nothing to do.
    """

    what: str
    name: str
    state: str
    detail: str
    next_step: str = ""


def check_up(takes: Path = Path("takes")) -> Iterator[Finding]:
    """Look at everything, one after another: devices open for a moment, no connection is made.

    Parameters
    ----------
    takes : Path
        Where takes would go.
    """
    yield from _cameras()
    for what in PROBES:
        yield from probe(what)
    for look in (_latencies, _assets, _trackers, _screen):
        yield from look()
    yield from _extras()
    yield _mail()
    yield _takes(takes)


def why(error: HandMidiError) -> str:
    """An error's line without its next step, which is told apart."""
    return str(error).rpartition(": ")[0] or str(error)


def _cameras() -> Iterator[Finding]:
    from handmidi.calibration import load_calibration
    from handmidi.vision.webcams import list_webcams

    webcams = list_webcams()
    for webcam in webcams:
        source, name = str(webcam.index), f"{webcam.index}: {webcam.name}"
        told = _filmed(source)
        if isinstance(told, str):
            yield Finding("camera", name, BROKEN, told, next_step("camera refused"))
            continue
        faults: list[str] = []
        found = load_calibration(source, faults.append)
        ranges = _ranges(found) if found else faults[0] if faults else "not calibrated"
        width, height, fps = told
        detail = f"{width} × {height}, {fps:g} pictures a second; {ranges}"
        step = next_step("calibration") + (f" --camera {source}" if webcam.index else "")
        yield Finding("camera", name, WORKS, detail, "" if found else step)
    if not webcams:
        yield Finding("camera", "", MISSING, "there is none", next_step("camera"))


def _ranges(calibration: Calibration) -> str:
    area = calibration.ranges.get("area")
    span = f"area {area[0]:.3g} to {area[1]:.3g}" if area else ", ".join(calibration.ranges)
    return f"calibrated on {calibration.date:%Y-%m-%d} ({span})"


def _filmed(source: str) -> tuple[int, int, float] | str:
    """Size and declared pace of a camera, or why it gives no picture."""
    told = apart(_film, source)
    return told if isinstance(told, str) else told[0]


def _film(source: str) -> Iterator[tuple[int, int, float]]:
    from handmidi.vision.camera import open_camera

    with open_camera(source) as camera:
        yield camera.width, camera.height, camera.fps


def probe(what: str) -> list[Finding]:
    """Open ``MIDI``, ``sound`` or ``microphone`` for a moment; at least one finding.

    A sound server that hangs, or a driver that crashes, costs no more than its own row.
    """
    told = apart(PROBES[what])
    return [Finding(what, "", BROKEN, told, next_step(what))] if isinstance(told, str) else told


def apart(look: Callable[..., Iterable], *arguments, limit_s: float | None = None) -> list | str:
    """What `look` finds, in a process of its own; or a line that says why it found nothing.

    Parameters
    ----------
    look : callable
        Of a module, so that another process can find it.
    arguments
        For it.
    limit_s : float, optional
        Default: 5 s.
    """
    limit_s = limit_s or _LIMIT_S
    context = get_context("spawn")
    near, far = context.Pipe()
    process = context.Process(target=_tell, args=(far, look, *arguments), daemon=True)
    process.start()
    far.close()
    try:
        return near.recv() if near.poll(limit_s) else f"does not answer within {limit_s:g} s"
    except EOFError:
        return "its driver crashed"
    finally:
        process.kill()
        process.join(1.0)
        near.close()


def _tell(pipe, look: Callable[..., Iterable], *arguments) -> None:
    try:
        pipe.send(list(look(*arguments)))
    except HandMidiError as error:
        pipe.send(why(error))
    except Exception as error:
        pipe.send(" ".join(f"{type(error).__name__}: {error}".split()))


def _midi() -> Iterator[Finding]:
    from handmidi.outputs.midi import list_ports, open_port

    try:
        port = open_port("handmidi check")
        name = port.name
        port.close()
        yield Finding("MIDI", name.replace(" check", ""), WORKS, "a port can be opened")
    except HandMidiError as error:
        yield Finding("MIDI", "", BROKEN, why(error), next_step("MIDI"))
    for system, ports in list_ports().items():
        if ports:
            yield Finding("MIDI", system, WORKS, f"others are there: {', '.join(ports)}")


def _sound() -> Iterator[Finding]:
    from handmidi.outputs.synth import Synth
    from handmidi.practice.devices import output_name

    try:
        synth = Synth(find_soundfont())
    except HandMidiError as error:
        yield Finding("sound", "", BROKEN, why(error), next_step("asset"))
        return
    try:
        driver = synth.start()
        buffer_ms = synth.latency_s * 1e3
        yield Finding("sound", output_name(driver), WORKS, f"{buffer_ms:.0f} ms of buffer")
    except HandMidiError as error:
        yield Finding("sound", "", BROKEN, why(error), next_step("sound"))
    finally:
        synth.close()


def _microphone() -> Iterator[Finding]:
    from handmidi.practice.microphone import Microphone

    microphone = Microphone(lambda: 0.0, lambda block: None)
    try:
        yield Finding("microphone", microphone.open(), WORKS, "opens; --check shows its level")
    except HandMidiError as error:
        yield Finding("microphone", "", MISSING, why(error), next_step("microphone"))
    finally:
        microphone.close()


PROBES = {"MIDI": _midi, "sound": _sound, "microphone": _microphone}


def _latencies() -> Iterator[Finding]:
    from handmidi.latency import load_latencies

    faults: list[str] = []
    every = load_latencies(faults.append)
    for line in faults:
        yield Finding("latency", "", BROKEN, line, next_step("latency"))
    for m in every:
        by = f"heard by {m.microphone}" if m.microphone else "tapped"
        detail = f"{m.ms:.0f} ms, spread {m.spread_ms:.1f}, {by} on {m.date:%Y-%m-%d}"
        yield Finding("latency", m.output, WORKS, detail)
    if not every and not faults:
        yield Finding("latency", "", MISSING, "not measured", next_step("latency"))


def _assets() -> Iterator[Finding]:

    for what, find in (("hand model", find_model), ("SoundFont", find_soundfont)):
        yield _found(what, find, next_step("asset"))


def _found(what: str, find: Callable[[], Path], step: str) -> Finding:
    try:
        path = find()
    except HandMidiError as error:
        return Finding(what, "", BROKEN, why(error), step)
    for asset in ASSETS:
        if asset.path == path:
            if is_installed(asset):
                return Finding(what, "", WORKS, str(path))
            return Finding(what, "", BROKEN, f"{path} is damaged", f"{step} --force")
    if path.stat().st_size < _ONE_FILE:
        return Finding(what, "", BROKEN, f"{path}, a file of your own, is too small", step)
    return Finding(what, "", WORKS, f"{path}, a file of your own: not checked")


def _trackers() -> Iterator[Finding]:
    from handmidi.vision.tracker import ABOUT

    for name, about in ABOUT.items():
        if name == "mediapipe" and find_spec("mediapipe") is None:
            step = "pip install 'handmidi[mediapipe]'"
            yield Finding("tracker", name, MISSING, about, step)
        else:
            yield Finding("tracker", name, WORKS, about)


def _screen() -> Iterator[Finding]:
    from handmidi.screen.display import has_display

    if has_display():
        where = os.environ.get("DISPLAY", "")
        yield Finding("screen", where, WORKS, "the window can be shown")
    else:
        yield Finding("screen", "", MISSING, "no display", next_step("screen"))


def _extras() -> Iterator[Finding]:
    for name, module, about in (
        ("link", "link", "Ableton Link: --link"),
        ("pitch", "librosa", "scores what a microphone heard: --mic"),
        ("dask", "distributed", "scores on a cluster: --dask"),
    ):
        if find_spec(module):
            yield Finding("extra", name, WORKS, about)
        else:
            yield Finding("extra", name, MISSING, about, f"pip install 'handmidi[{name}]'")


def _mail() -> Finding:
    from handmidi.mail.settings import load_settings

    try:
        settings = load_settings()
    except HandMidiError as error:
        return Finding("mail", "", MISSING, why(error), next_step("mail"))
    secret = "password is there" if settings.password else "no password"
    detail = f"port {settings.port}, {settings.tls}, {secret}; not tried"
    return Finding("mail", settings.host, WORKS, detail)


def _takes(folder: Path) -> Finding:
    there = folder.absolute()
    while not there.exists():
        there = there.parent
    free = shutil.disk_usage(there).free
    detail = f"{free / 1e9:.1f} GB free"
    if not there.is_dir() or not os.access(there, os.W_OK):
        return Finding("takes", str(folder), BROKEN, "cannot be written", next_step("takes"))
    if free < _LEAST_FREE:
        return Finding("takes", str(folder), BROKEN, detail, next_step("takes"))
    return Finding("takes", str(folder), WORKS, detail)
