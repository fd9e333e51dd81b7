"""Servers without hardware, to play on and to harm: JACK, PulseAudio, X."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
import uuid
from pathlib import Path

from handmidi.assets import find_model, find_soundfont
from tools.jack_slots import give_back

_START_S = 15.0
_NO_CARD = "pcm.!default { type pulse }\nctl.!default { type pulse }\n"
PROGRAMS = ("jackd", "jack_lsp", "pulseaudio", "pactl", "Xvfb", "chrt")


class Bed:
    """The servers of some rounds, with names and sockets of their own.

    Parameters
    ----------
    folder : Path
        Short: a socket's path holds some hundred characters.
    """

    def __init__(self, folder: Path) -> None:
        missing = [name for name in PROGRAMS if not shutil.which(name)]
        if missing:
            raise RuntimeError(f"not installed: {', '.join(missing)}; make .venv/.ready-test")
        self.folder = folder
        self._name = f"faults-{uuid.uuid4().hex[:8]}"
        self._running: dict[str, subprocess.Popen] = {}
        give_back()  # servers of others who were killed may have left no room
        config = folder / "sound.conf"
        config.write_text(_NO_CARD)
        socket = folder / "pulse"
        self.environment = os.environ | {
            "JACK_DEFAULT_SERVER": self._name,
            "JACK_NO_AUDIO_RESERVATION": "1",
            "JACK_NO_START_SERVER": "1",
            "PULSE_SERVER": f"unix:{socket}",
            "PULSE_RUNTIME_PATH": str(folder),
            "PULSE_STATE_PATH": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "PIPEWIRE_REMOTE": "none",
            "DBUS_SESSION_BUS_ADDRESS": "disabled:",
            "ALSA_CONFIG_PATH": str(config),
            "HANDMIDI_MODEL": str(find_model()),
            "HANDMIDI_SOUNDFONT": str(find_soundfont()),
        }
        self._commands = {
            "jackd": [
                *("jackd", "-n", self._name, *_hurries(), "-t", "5000"),
                *("-d", "dummy", "-r", "48000", "-p", "1024"),
            ],
            "pulseaudio": [
                *("pulseaudio", "-n", "--daemonize=no", "--system=no", "--use-pid-file=no"),
                *("--exit-idle-time=-1", "--disable-shm=yes"),
                *("-L", f"module-native-protocol-unix socket={socket} auth-anonymous=1"),
                *("-L", "module-null-sink sink_name=out rate=48000 channels=2 norewinds=1"),
            ],
        }
        self._asks = {"jackd": ["jack_lsp"], "pulseaudio": ["pactl", "info"]}
        try:
            self._start_display()
            for name in self._commands:
                self.start(name)
        except BaseException:
            self.close()
            raise

    def start(self, name: str) -> None:
        """Start a server, and wait until it answers."""
        command, quiet = self._commands[name], subprocess.DEVNULL
        environment = self.environment | {"HOME": str(self.folder)}
        self._running[name] = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet)
        end_s = time.monotonic() + _START_S
        while time.monotonic() < end_s:
            with contextlib.suppress(subprocess.TimeoutExpired):
                asked = subprocess.run(
                    self._asks[name], env=environment, timeout=2, stdout=quiet, stderr=quiet
                )
                if not asked.returncode:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"{name} does not start")

    def end(self, name: str, number: int = signal.SIGTERM) -> None:
        """Send a server a signal, and wait until it is gone."""
        server = self._running.pop(name)
        server.send_signal(number)
        try:
            server.wait(5.0)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()

    def ports(self) -> str:
        """JACK's ports; empty where there is no server."""
        if "jackd" not in self._running:
            return ""
        try:
            return subprocess.run(
                ["jack_lsp"], env=self.environment, timeout=5, capture_output=True, text=True
            ).stdout
        except subprocess.TimeoutExpired:
            return "jackd does not answer"

    def close(self) -> None:
        """End every server; remove what a JACK server that was killed has left."""
        for name in list(self._running):
            self.end(name)
        give_back()
        for path in Path("/dev/shm").glob(f"jack*{self._name}*"):
            with contextlib.suppress(OSError):
                path.unlink()

    def _start_display(self) -> None:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24"]
        quiet = subprocess.DEVNULL
        self._running["Xvfb"] = subprocess.Popen(
            command, stdout=quiet, stderr=quiet, pass_fds=(write,)
        )
        os.close(write)
        with os.fdopen(read) as stream:
            self.environment["DISPLAY"] = f":{stream.readline().strip()}"
        self.environment.pop("WAYLAND_DISPLAY", None)


def _hurries() -> tuple[str, ...]:
    """Real-time scheduling where it is allowed, as musicians have it.

    Without it a busy machine makes JACK leave out periods of its clients, and what they hold.
    """
    asked = subprocess.run(["chrt", "-f", "10", "true"], stderr=subprocess.DEVNULL)
    return ("-R", "-P", "10") if asked.returncode == 0 else ("-r",)
