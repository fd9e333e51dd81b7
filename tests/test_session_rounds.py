"""A session in rounds: begun again by keys and by OSC, each round a take of its own."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import mido
import pytest
from displays import Display, virtual_display
from pythonosc.osc_message_builder import OscMessageBuilder
from running import start_handmidi
from vision_assets import hand_model

from handmidi.bench import processes
from handmidi.instrument import load_preset
from handmidi.notes import pitch_name
from handmidi.session.moments import Moments, Now
from handmidi.song import load_song

QUICK = ("--tempo", "200", "--camera", "demo", "--no-calibration", "--count-in", "0")
LIMIT_S = 20.0
_BETWEEN_KEYS_S = 0.4


def mine() -> str:
    """A preset with the song's notes."""
    pitches = sorted({note.pitch for note in load_song("frere-jacques").melody})
    return 'title = "Mine"\ncontrol = "area"\n' + "".join(
        f'[[zones]]\nat = {i / len(pitches)}\nnote = "{pitch_name(pitch)}"\n'
        for i, pitch in enumerate(pitches, 1)
    )


def takes(folder: Path) -> list[Path]:
    """The take folders, the oldest first; one that is just being made or removed is none."""
    found = []
    for song in (folder / "takes").glob("*/song.mid"):
        with contextlib.suppress(FileNotFoundError):
            found.append((song.stat().st_mtime_ns, song.parent))
    return [take for _, take in sorted(found)]


def born(folder: Path) -> int:
    """When the newest take was made, nanoseconds; names come again where one was removed."""
    times = [0]
    for song in (folder / "takes").glob("*/song.mid"):
        with contextlib.suppress(FileNotFoundError):
            times.append(song.stat().st_mtime_ns)
    return max(times)


def about(take: Path) -> dict:
    """What take.json says."""
    return json.loads((take / "take.json").read_text(encoding="utf-8"))


def until(true: Callable[[], object], limit_s: float = LIMIT_S) -> None:
    """Wait for it."""
    end_s = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < end_s
        time.sleep(0.05)


def notes(take: Path) -> list[mido.Message]:
    """What was sent; each note must end before it sounds again, and in the end."""
    played = [m for m in mido.MidiFile(take / "notes.mid") if m.type in ("note_on", "note_off")]
    sounding = Counter()
    for message in played:
        is_on = message.type == "note_on" and message.velocity > 0
        sounding[message.channel, message.note] += 1 if is_on else -1
        assert sounding[message.channel, message.note] in (0, 1)
    assert not sounding.total()
    return played


class Player:
    """Someone at the keys of a session."""

    def __init__(self, display: Display | None, folder: Path) -> None:
        self._display, self._folder = display, folder

    def plays(self) -> None:
        """Wait until notes are in the newest take."""
        until(lambda: len(notes_so_far(takes(self._folder)[-1])) > 2)

    def sees_result(self) -> None:
        """Wait until the newest take has its report."""
        take = takes(self._folder)[-1]
        until(lambda: (take / "report.pdf").exists())

    def presses(self, *keys: str) -> None:
        """Press keys, as slowly as fingers: of two between two pictures, Qt tells the last."""
        for key in keys:
            self._display.key(key)
            time.sleep(_BETWEEN_KEYS_S)

    def begins(self, *keys: str, with_: Callable[[dict], bool] = bool) -> dict:
        """Press keys after which another round begins, and return its take.json.

        Keys may be lost where the window waits for a processor: they are pressed again where
        no round has begun, and where what take.json says is not what was wished.
        """
        end_s = time.monotonic() + 2 * LIMIT_S
        while True:
            self.presses(*keys[:-1])
            before = born(self._folder)
            while born(self._folder) <= before:
                self.presses(keys[-1])
                with contextlib.suppress(AssertionError):
                    until(lambda before=before: born(self._folder) > before, LIMIT_S / 3)
                assert time.monotonic() < end_s, f"no round after {keys}"
            if with_(take := about(takes(self._folder)[-1])):
                return take
            assert time.monotonic() < end_s, take


def notes_so_far(take: Path) -> list:
    """Note-ons in a take that is being written."""
    try:
        return [m for m in mido.MidiFile(take / "notes.mid") if m.type == "note_on"]
    except (EOFError, OSError, ValueError):
        return []


def test_what_a_key_has_done_is_no_warning():
    moments = Moments(load_preset("chromatic"))
    moments.notice("preset mama", 1.0, is_warning=False)
    told = moments.moment(Now(2.0))
    assert (told.notice, told.is_warning) == ("preset mama", False)
    moments.notice("the camera is gone", 3.0)
    told = moments.moment(Now(4.0))
    assert (told.notice, told.is_warning) == ("the camera is gone", True)
    assert moments.moment(Now(7.5)).notice == ""


@pytest.mark.skipif(not processes.can_look(), reason="needs Linux's /proc")
@pytest.mark.timeout(120)
def test_keys_begin_round_after_round(tmp_path):
    hand_model()
    practice = ("practice", "frere-jacques", *QUICK, "--seconds", "8")
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "mine.toml").write_text(mine(), encoding="utf-8")

    with (
        virtual_display() as display,
        start_handmidi(
            *practice, cwd=tmp_path, DISPLAY=display.name, PULSE_SERVER="none"
        ) as session,
    ):
        display.window()
        until(lambda: takes(tmp_path))
        player = Player(display, tmp_path)
        (vision,) = (seen.pid for seen in processes.look(session.pid) if seen.role == "vision")
        player.plays()
        own = about(takes(tmp_path)[-1])["preset"]
        player.presses("m", "h")
        player.begins("n", "r", with_=lambda take: take["preset"] != own)
        # at once: nothing was played in the round before
        player.begins("b", "r", with_=lambda take: take["preset"] == own)
        player.plays()
        player.presses("l")
        assert player.begins("l")["settings"]["loop"] is not None
        assert player.begins("l")["settings"]["loop"] is None
        assert player.begins("minus")["settings"]["tempo"] == 195
        player.sees_result()
        assert player.begins("n")["preset"] != own
        player.sees_result()
        (still,) = (seen.pid for seen in processes.look(session.pid) if seen.role == "vision")
        assert still == vision
        player.presses("q")  # where nobody presses it the result is shown for ten seconds
        out, errors = session.communicate(timeout=9.0)
    assert session.returncode == 0, errors
    assert "Traceback" not in errors
    kept = takes(tmp_path)
    assert len(list((tmp_path / "takes").glob("2*"))) == len(kept)
    assert len(kept) >= 4
    for take in kept:
        assert "statistics" in about(take)
        assert any(message.type == "note_on" for message in notes(take))
        assert take.name in out
    changes = [
        change["preset"] for take in kept for change in about(take).get("preset_changes", ())
    ]
    assert changes and changes[0] != own
    assert errors.count("no microphone") <= 1


@pytest.mark.skipif(not processes.can_look(), reason="needs Linux's /proc")
@pytest.mark.timeout(60)
def test_a_loop_that_has_no_note_ends_nothing(tmp_path):
    hand_model()
    command = ("practice", "canon-in-d", "--camera", "demo", "--no-calibration", "--no-synth")
    with (
        virtual_display() as display,
        start_handmidi(
            *command, cwd=tmp_path, DISPLAY=display.name, PULSE_SERVER="none"
        ) as session,
    ):
        display.window()
        until(lambda: takes(tmp_path))
        player = Player(display, tmp_path)
        said = []
        reader = threading.Thread(target=lambda: [said.append(line) for line in session.stdout])
        reader.start()

        def told() -> bool:  # a key that came while the window was opening may be missing
            player.presses("l")
            return any("has no note in those bars: choose others" in line for line in said)

        until(told)
        assert session.poll() is None and len(takes(tmp_path)) == 1
        player.presses("q")
        reader.join(timeout=30.0)
        assert session.wait(timeout=5.0) == 0
        errors = session.stderr.read()
    assert "Traceback" not in errors


@pytest.mark.timeout(90)
def test_another_program_begins_a_practice_again(tmp_path):
    hand_model()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]

    def send(address):
        message = OscMessageBuilder(address=f"/handmidi/1/transport/{address}").build()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(message.dgram, ("127.0.0.1", port))

    with start_handmidi(
        "practice", "frere-jacques", *QUICK, "--headless", "--osc-in", port,
        cwd=tmp_path, PULSE_SERVER="none",
    ) as session:  # fmt: skip
        until(lambda: takes(tmp_path))
        player = Player(None, tmp_path)
        player.plays()
        before = born(tmp_path)
        send("start")
        until(lambda: born(tmp_path) > before)
        player.plays()
        send("stop")
        out, errors = session.communicate(timeout=60)
    assert session.returncode == 0, errors
    first, second = takes(tmp_path)
    assert notes(first) and notes(second)
    assert "from the beginning" in out
    assert (second / "report.pdf").exists() and (first / "score.json").exists()
