"""The take folder: plain files with everything that was played.

``take.json`` (what was asked for, and what it ran on), ``song.mid`` and ``preset.toml`` (song
and preset as they were),
``hand.csv``, ``notes.mid``, ``mic.wav``, ``performance.wav``, ``score.json``,
``score.musicxml``, ``report.pdf``, ``report.html``; the last four also for what the microphone
heard, their names beginning with ``mic-``.
"""

from __future__ import annotations

import json
import os
import queue
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import mido

from handmidi.errors import TakeError
from handmidi.files import odd_file, read_small, replace_file
from handmidi.hand import HandFrame
from handmidi.midifile import PerformanceWriter
from handmidi.trace import TraceWriter

_CLOSE_S = 5.0
_LOOK_S = 0.5
_MEND = "mend it, or delete the take"


@dataclass(frozen=True)
class Take:
    """The paths of a take.

    Parameters
    ----------
    folder : Path
    heard : bool, default False
        Score and report are of what the microphone heard, not of what the hand played.
    """

    folder: Path
    heard: bool = False

    @property
    def info(self) -> Path:
        """take.json."""
        return self.folder / "take.json"

    @property
    def song(self) -> Path:
        """The song that was practised, as it was."""
        return self.folder / "song.mid"

    @property
    def preset(self) -> Path:
        """The preset's file as it was; not there if the preset was made of the song."""
        return self.folder / "preset.toml"

    @property
    def trace(self) -> Path:
        """hand.csv."""
        return self.folder / "hand.csv"

    @property
    def notes(self) -> Path:
        """notes.mid, in session seconds."""
        return self.folder / "notes.mid"

    @property
    def microphone(self) -> Path:
        """mic.wav; without sound where there was no microphone."""
        return self.folder / "mic.wav"

    @property
    def performance(self) -> Path:
        """performance.wav: backing and played notes, rendered."""
        return self.folder / "performance.wav"

    @property
    def score(self) -> Path:
        """score.json."""
        return self._made("score.json")

    @property
    def report(self) -> Path:
        """report.pdf."""
        return self._made("report.pdf")

    @property
    def musicxml(self) -> Path:
        """score.musicxml."""
        return self._made("score.musicxml")

    @property
    def html(self) -> Path:
        """report.html."""
        return self._made("report.html")

    @property
    def made(self) -> tuple[Path, ...]:
        """The files of score and report, whether they are there or not."""
        return self.score, self.musicxml, self.report, self.html

    def _made(self, name: str) -> Path:
        return self.folder / (f"mic-{name}" if self.heard else name)

    @property
    def exists(self) -> bool:
        """Whether the folder holds a take.json."""
        return self.info.is_file()

    def read_info(self) -> dict[str, Any]:
        """The contents of take.json.

        Raises
        ------
        TakeError
            If the folder is no take, or the file is damaged.
        """
        if not self.folder.is_dir():
            raise TakeError(f"no such take: {self.folder}; name a take, or a folder of takes")
        try:
            self._check_files()
            info = json.loads(read_small(self.info))
        except OSError as error:
            raise TakeError(
                f"{self.folder} is no take ({self.info.name} is missing): name another folder"
            ) from error
        except (ValueError, RecursionError) as error:
            raise TakeError(f"{self.info} is damaged: {error}; {_MEND}") from error
        if not isinstance(info, dict):
            raise TakeError(f"{self.info} is damaged: it holds no table; {_MEND}")
        return info

    def _check_files(self) -> None:
        if path := odd_file(self.folder):
            raise TakeError(f"{path} is no plain file: remove it from the take, then try again")

    def write_info(self, info: dict[str, Any]) -> None:
        """Replace take.json."""
        text = json.dumps(info, indent=2, ensure_ascii=False)
        replace_file(self.info, text.encode("utf-8", "replace") + b"\n")


def find_takes(folder: Path) -> list[Take]:
    """The takes at and below `folder`, by path.

    Links to folders are not followed, and a take holds no other takes. Folders that cannot be
    read are left out.

    Parameters
    ----------
    folder : Path
        A take, or a folder of takes at any depth.
    """
    found = []
    for path, folders, files in os.walk(folder):
        if "take.json" in files:
            found.append(Take(Path(path)))
            folders.clear()
        folders.sort()
    return sorted(found, key=lambda take: take.folder.parts)


def create_take(parent: Path, name: str, started: datetime) -> Take:
    """Make a new folder, called after the moment and `name`.

    Raises
    ------
    TakeError
        If it cannot be made.
    """
    plain = "".join(c for c in name if c.isprintable() and c not in '/\\:*?"<>|').strip(". ")
    stem = f"{started:%Y-%m-%d-%H%M%S}-{plain[:60] or 'song'}"
    for suffix in ("", *(f"-{i}" for i in range(2, 100))):
        try:
            folder = parent / (stem + suffix)
            folder.mkdir(parents=True)
            return Take(folder)
        except FileExistsError:
            if not folder.is_dir():
                raise TakeError(
                    f"cannot make takes in {parent}, which is no folder: choose another with --out"
                ) from None
        except OSError as error:
            why = error.strerror or error
            raise TakeError(
                f"cannot make a take in {parent}: {why}; choose another folder with --out"
            ) from error
    raise TakeError(f"{parent} is full of takes of this second: try again")


class TakeWriter:
    """Keeps a take while it goes on, on a thread of its own: nobody waits for the disk.

    A file that the disk refuses is reported once and tried again with every later item.

    Parameters
    ----------
    take : Take
    info : dict
        The first contents of take.json.
    warn : callable
        Takes one line for the user.
    song, preset : Path, optional
        Files that are copied into the take.

    Raises
    ------
    TakeError
        If the folder cannot be written to.
    """

    def __init__(
        self,
        take: Take,
        info: dict[str, Any],
        warn: Callable[[str], None],
        song: Path | None = None,
        preset: Path | None = None,
    ) -> None:
        self.take, self.failed = take, None
        self._warn, self._told, self._closed = warn, False, False
        self._info = dict(info)
        self._copies: dict[Path, bytes] = {}
        try:
            take.write_info(info)
            for source, copy in ((song, take.song), (preset, take.preset)):
                if source:
                    self._copies[copy] = source.read_bytes()
                    copy.write_bytes(self._copies[copy])
            self._trace = TraceWriter(take.trace)
            self._notes = PerformanceWriter(take.notes)
        except OSError as error:
            raise TakeError(
                f"cannot write to {take.folder}: {error.strerror}; make room, or choose another "
                "folder with --out"
            ) from error
        self._items: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to write."""
        self._thread = threading.Thread(target=self._run, name="take", daemon=True)
        self._thread.start()

    def frame(self, frame: HandFrame) -> None:
        """Keep a frame."""
        self._items.put(lambda: self._trace.write(frame))

    def messages(self, time_s: float, messages: Iterable[mido.Message]) -> None:
        """Keep messages that were sent at `time_s`."""
        kept = list(messages)
        self._items.put(lambda: self._notes.write(time_s, kept))

    def tell(self, info: dict[str, Any]) -> None:
        """Keep what is known by now: if nobody closes the take, that is what it says of itself."""
        self._info = json.loads(json.dumps(info))  # as it is now: others go on with theirs
        self._items.put(lambda: self.take.write_info(self._info))

    def mark_song(self, time_s: float, song_s: float) -> None:
        """Keep where the song stood at `time_s`."""
        self._items.put(lambda: self._notes.mark_song(time_s, song_s))

    def close(self, info: dict[str, Any]) -> None:
        """Write what waits and the last contents of take.json, and close the files.

        A second call does nothing.

        Raises
        ------
        TakeError
            If something could not be written.
        """
        if self._closed:
            return
        self._closed = True
        if self._thread:
            self._items.put(None)
            self._thread.join(_CLOSE_S)
            if self._thread.is_alive():
                raise TakeError(
                    f"the disk of {self.take.folder} does not answer, so the take is unfinished: "
                    "choose another folder with --out"
                )
        self.failed = None  # what was refused on the way may fit now
        for file in (self._notes, self._trace):
            self._try(file.flush)
            file.close()
        self._try(self._mend)
        self._try(lambda: self.take.write_info(info))
        if self.failed:
            raise TakeError(
                f"the take {self.take.folder} is not complete: {self.failed}; make room"
            )

    def _run(self) -> None:
        looked_s = time.monotonic()
        while item := self._items.get():
            self._try(item)
            if time.monotonic() - looked_s > _LOOK_S:
                looked_s = time.monotonic()
                self._try(self._mend)

    def _mend(self) -> None:
        """Make again what somebody has removed; files that grow do so by themselves."""
        if self.take.info.exists():
            return
        self.take.folder.mkdir(parents=True, exist_ok=True)
        self._warn(f"{self.take.folder} was removed, and is made again")
        self.take.write_info(self._info)
        for copy, data in self._copies.items():
            copy.write_bytes(data)

    def _try(self, write: Callable[[], None]) -> None:
        try:
            write()
        except Exception as error:  # a thread's own: whatever it is, the player must hear of it
            why = getattr(error, "strerror", None) or str(error)
            if not self._told:
                self._warn(f"cannot write to {self.take.folder}: {why}; playing goes on")
            self._told, self.failed = True, why
