"""Everything at once: ``python -m tools.load``.

A film of 120 pictures a second with two hands, MPE, OSC to 16 listeners, a listener at the MIDI
port, the backing, the recorder and the window; on a JACK, a PulseAudio and an X server of its own.
What each listener heard is compared: a message that one missed was dropped.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import selectors
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage

from handmidi.bench.child import Child
from handmidi.bench.film import write_loop
from handmidi.bench.machine import describe
from handmidi.bench.processes import look
from handmidi.errors import HandMidiError
from tools.faults.bed import Bed
from tools.faults.ledger import Heard, Ledger
from tools.faults.session import Ear
from tools.reliability import tell

FPS = 120.0
TARGETS = 16
_COMMAND = ("practice", "saints", "--passes", "3", "--preset", "two-voices", "--hands", "2")
_END_S = 240.0
_PORT = "handmidi load"


class Listeners:
    """UDP ports that keep what comes, to be read when the playing is over.

    Parameters
    ----------
    count : int
    """

    def __init__(self, count: int) -> None:
        self._selector = selectors.DefaultSelector()
        self.packets: list[list[bytes]] = [[] for _ in range(count)]
        self.ports: list[int] = []
        self._socks = []
        for packets in self.packets:
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
            sock.bind(("127.0.0.1", 0))
            sock.setblocking(False)
            self._selector.register(sock, selectors.EVENT_READ, packets)
            self._socks.append(sock)
            self.ports.append(sock.getsockname()[1])
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.is_set():
            for key, _ in self._selector.select(0.1):
                with contextlib.suppress(BlockingIOError):
                    while True:
                        key.data.append(key.fileobj.recv(65536))

    def close(self) -> None:
        """Stop listening."""
        self._ended.set()
        self._thread.join()
        for sock in self._socks:
            sock.close()


def messages(packets: Sequence[bytes]) -> Iterator[OscMessage]:
    """The messages in OSC packets, in their order."""
    for data in packets:
        if OscBundle.dgram_is_bundle(data):
            yield from OscBundle(data)
        else:
            yield OscMessage(data)


def notes(packets: Sequence[bytes]) -> list[tuple[bool, int, int]]:
    """Note messages: on or off, channel from 0 as MIDI has it, pitch."""
    found = []
    for message in messages(packets):
        what = message.address.removeprefix("/handmidi/1/")
        if what in ("note/on", "note/off"):
            channel, pitch = message.params[:2]
            found.append((what == "note/on", channel - 1, pitch))
    return found


def missed(heard: Sequence[Sequence[Any]]) -> int:
    """How many messages those who heard least have missed, added up."""
    most = max(map(len, heard), default=0)
    return sum(most - len(each) for each in heard)


def play(length_s: float, folder: Path, bed: Bed) -> dict[str, Any]:
    """Play, and say who heard what.

    Raises
    ------
    HandMidiError
        If the session fails.
    """
    film = folder / "film.mp4"
    print("writing the film …", flush=True)
    write_loop(film, "demo", length_s + 8, doubled=True, fps=FPS)
    listeners, ear = Listeners(TARGETS), Ear(_PORT, bed.environment)
    try:
        targets = [word for port in listeners.ports for word in ("--osc", f"127.0.0.1:{port}")]
        flags = f"--mpe --clock --no-calibration --out takes --seconds {length_s:g} --port".split()
        command = [*_COMMAND, "--camera", str(film), *flags, _PORT, *targets]
        with Child(command, folder, bed.environment) as child:
            print(f"ready after {child.wait_ready():.1f} s; playing …", flush=True)
            time.sleep(length_s / 2)
            memory_mb = sum(usage.pss_mb for usage in look(child.pid))
            child.wait_end(_END_S)
        time.sleep(0.5)  # what was sent last is still on its way
    finally:
        ear.close()
        listeners.close()
    (take,) = (path for path in (folder / "takes").iterdir() if path.is_dir())
    info = json.loads((take / "take.json").read_text(encoding="utf-8"))
    each = [notes(packets) for packets in listeners.packets]
    midi = [(heard.is_on, *heard.note) for heard in ear.notes]
    return {
        "statistics": info["statistics"],
        "said": child.lines,
        "memory_mb": round(memory_mb, 1),
        "osc_packets": [len(packets) for packets in listeners.packets],
        "osc_messages": sum(1 for packets in listeners.packets for _ in messages(packets)),
        "osc_notes": [len(heard) for heard in each],
        "midi_notes": len(midi),
        "same_notes": all(heard == midi for heard in each),
        "missed_packets": missed(listeners.packets),
        "missed_notes": missed([*each, midi]),
        "hung": max(Ledger.of(ear.notes).unpaired, *map(_hung, each)),
        "recorded_s": _length_s(take / "mic.wav"),
    }


def _hung(heard: Sequence[tuple[bool, int, int]]) -> int:
    return Ledger.of(
        Heard(0.0, is_on, (channel, pitch)) for is_on, channel, pitch in heard
    ).unpaired


def _length_s(path: Path) -> float | None:
    import soundfile

    return round(soundfile.info(path).duration, 2) if path.is_file() else None


def figures(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines for the table of the documentation."""
    told = found["statistics"]
    what = (
        f"{FPS:g} pictures/s, two hands, MPE, OSC to {TARGETS}, recorder, window; "
        f"{told['frames']} pictures tracked, {found['osc_messages']} OSC messages: "
    )

    def line(name: str, bar: str | None, figure: object, holds: bool | None) -> dict[str, Any]:
        return {"what": what + name, "bar": bar, "figure": figure, "holds": holds}

    dropped = found["missed_packets"] + found["missed_notes"]
    return [
        line("messages dropped", "0", dropped, dropped == 0),
        line("the same notes at every listener", "yes", found["same_notes"], found["same_notes"]),
        line("hung notes", "0", found["hung"], found["hung"] == 0),
        line("picture → messages p50, p99, ms", None, _points(told["frame_to_message_ms"]), None),
        line("due → sent p50, p99, ms", None, _points(told["due_to_sent_ms"]), None),
        line("pictures passed over for newer ones", None, told["frames_dropped"], None),
    ]


def _points(told: dict[str, float] | None) -> str:
    return ", ".join(str(told[name]) for name in ("p50", "p99")) if told else "none"


def main(argv: Sequence[str] | None = None) -> int:
    """Play, print the figures; 1 if a bar does not hold."""
    parser = argparse.ArgumentParser("python -m tools.load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, metavar="S", help="how long (60)")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="figures as JSON")
    options = parser.parse_args(argv)
    if not shutil.which("Xvfb"):
        print("load: Xvfb is missing: make .venv/.ready-test", file=sys.stderr)
        return 1
    run = {"command": f"python -m tools.load --seconds {options.seconds:g}", "machine": describe()}
    with tempfile.TemporaryDirectory(prefix="hl") as folder:
        bed = Bed(Path(folder))
        try:
            found = play(options.seconds, Path(folder), bed)
        except HandMidiError as error:
            print(f"load: {error}", file=sys.stderr)
            return 1
        finally:
            bed.close()
    return tell(run | {"figures": figures(found), "found": found}, options.output)


if __name__ == "__main__":
    sys.exit(main())
