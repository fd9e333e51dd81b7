"""The built wheel in a clean environment of each Python: ``python -m tools.wheel PYTHON …``.

The wheel is built once, installed away from the checkout into a new environment, with the pinned
versions of ``tools/locks/run.txt`` and their hashes for the Python that they were made for (the
first one named), and with whatever pip finds for the others. Then it plays.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from handmidi.bench.machine import describe

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "tools" / "locks" / "run.txt"
_LIMIT_S = 900.0
_SAID = 600
TRIES = (
    ("--version",),
    ("songs", "--json"),
    ("setup",),
    ("devices",),
    ("track", "demo", "-o", "hand.csv"),
    ("map", "hand.csv", "--preset", "pentatonic", "-o", "notes.mid"),
    ("practice", "mama", "--camera", "demo", "--headless", "--no-calibration", "--seconds", "8"),
    ("report", "takes", "--html"),
    ("score", "takes", "--json"),
    ("history",),
)
"""What is run, one after another in an empty folder; each must end well."""


def run(words: Sequence[object], folder: Path, **more: str) -> tuple[int, str]:
    """The exit status of a program, and what it said last."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        list(map(str, words)), cwd=folder, env=environment | more, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        timeout=_LIMIT_S,
    )  # fmt: skip
    return done.returncode, done.stdout[-_SAID:]


def build(folder: Path) -> Path:
    """The project as a wheel.

    Raises
    ------
    RuntimeError
        If it cannot be built.
    """
    words = (sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT)
    status, said = run(words, folder)
    if status:
        raise RuntimeError(f"the wheel cannot be built: {said}")
    return next(folder.glob("*.whl"))


def try_on(python: str, wheel: Path, folder: Path, is_pinned: bool) -> dict[str, Any]:
    """Install the wheel for a Python, and use it."""
    began_s, place = time.monotonic(), folder / "place"
    place.mkdir(parents=True)
    pip = folder / "env" / "bin" / "pip"
    steps: list[tuple[object, ...]] = [(python, "-m", "venv", folder / "env")]
    if is_pinned:
        steps += [
            (pip, "install", "-q", "--require-hashes", "-r", LOCK),
            (pip, "install", "-q", "--no-deps", wheel),
            (pip, "check"),
        ]
    else:
        steps += [(pip, "install", "-q", wheel), (pip, "check")]
    steps += [(folder / "env" / "bin" / "handmidi", *each) for each in TRIES]
    steps.append((folder / "env" / "bin" / "python", "-c", _WHERE))
    _, version = run((python, "--version"), place)
    found: dict[str, Any] = {"python": version.strip(), "pinned": is_pinned, "failed": []}
    for words in steps:
        status, said = run(words, place)
        name = " ".join([Path(str(words[0])).name, *map(str, words[1:])])
        print(f"{found['python']}: {status or 'ok'} {name[:90]}", flush=True)
        if status:
            found["failed"].append({"command": name, "status": status, "said": said})
            if not name.startswith("handmidi"):  # nothing is there to go on with
                break
    return found | {"commands": len(TRIES), "took_s": round(time.monotonic() - began_s, 1)}


_WHERE = "import handmidi, sys; sys.exit('site-packages' not in handmidi.__file__)"


def main(argv: Sequence[str] | None = None) -> int:
    """Build, install, use; 1 if anything fails."""
    parser = argparse.ArgumentParser("python -m tools.wheel", description=__doc__)
    parser.add_argument("python", nargs="+", help="interpreters, that of the lock first")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="figures as JSON")
    options = parser.parse_args(argv)
    results = []
    with tempfile.TemporaryDirectory(prefix="handmidi-wheel-") as name:
        wheel = build(Path(name))
        for number, python in enumerate(options.python):
            results.append(try_on(python, wheel, Path(name) / str(number), number == 0))
    figures = [
        {
            "what": f"wheel on {each['python']}{', pinned with hashes' if each['pinned'] else ''}: "
            f"{each['commands']} commands, those that failed",
            "bar": "0",
            "figure": len(each["failed"]),
            "holds": not each["failed"],
        }
        for each in results
    ]
    for each in results:
        for failure in each["failed"]:
            print(f"{each['python']}, {failure['command']}: {failure['said']}")
    if options.output:
        run_ = {"command": "python -m tools.wheel PYTHON…", "machine": describe()}
        run_ |= {"figures": figures, "results": results}
        options.output.write_text(json.dumps(run_, indent=1) + "\n", encoding="utf-8")
    return int(any(each["failed"] for each in results))


if __name__ == "__main__":
    sys.exit(main())
