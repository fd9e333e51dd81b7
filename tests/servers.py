"""MIDI and sound servers without hardware, and programs that use them.

Each server has a name of its own and ends with its `with` block; a test that needs a program
which is not installed is skipped. libjack and PulseAudio's client keep state in a process, so
whatever talks to a server runs as a program from ``tests/programs``, each with a time limit.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from handmidi import assets
from handmidi.errors import AssetError

PROGRAMS = Path(__file__).resolve().parent / "programs"
START_S = 15.0
Environment = dict[str, str]


@contextlib.contextmanager
def jack() -> Iterator[Environment]:
    """A JACK server with the dummy driver; yields the environment for its clients."""
    _need("jackd", "jack_lsp")
    name = f"handmidi-{uuid.uuid4().hex[:8]}"
    environment = nothing() | {"JACK_DEFAULT_SERVER": name, "JACK_NO_AUDIO_RESERVATION": "1"}
    options = f"-n {name} -r -t 5000 -d dummy -r 48000 -p 1024"
    with _server(["jackd", *options.split()], environment, ["jack_lsp"]):
        yield environment


@contextlib.contextmanager
def pulseaudio(folder: Path) -> Iterator[Environment]:
    """A PulseAudio server whose sink `out` sounds nowhere; yields its clients' environment.

    The sink's monitor, `out.monitor`, is the default microphone, through ALSA too.
    """
    _need("pulseaudio", "pactl", "parec", "paplay")
    short = folder / "pulse"  # a socket's path holds some hundred characters
    short.mkdir()
    address = f"unix:{short / 'socket'}"
    config = folder / "pulse.conf"
    config.write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
    environment = nothing() | {
        "HOME": str(short),
        "XDG_RUNTIME_DIR": str(short),
        "PULSE_RUNTIME_PATH": str(short),
        "PULSE_STATE_PATH": str(short),
        "PULSE_SERVER": address,
        "ALSA_CONFIG_PATH": str(config),
    }
    options = (
        "-n --daemonize=no --system=no --use-pid-file=no --exit-idle-time=-1 --disable-shm=yes"
    )
    modules = (
        f"module-native-protocol-unix socket={short / 'socket'} auth-anonymous=1",
        "module-null-sink sink_name=out rate=48000 channels=2 norewinds=1",
    )
    loads = [word for module in modules for word in ("-L", module)]
    with _server(["pulseaudio", *options.split(), *loads], environment, ["pactl", "info"]):
        yield environment


def nothing() -> Environment:
    """The environment of a machine with neither MIDI nor sound.

    An ALSA configuration without any device would make PortAudio abort: it names one card
    that is not there.
    """
    return os.environ | {
        "JACK_DEFAULT_SERVER": f"none-{os.getpid()}",
        "JACK_NO_START_SERVER": "1",
        "PULSE_SERVER": "unix:/nonexistent",
        "PIPEWIRE_REMOTE": "none",
        "ALSA_CONFIG_PATH": str(PROGRAMS / "no_card.conf"),
        "DBUS_SESSION_BUS_ADDRESS": "disabled:",
        "SDL_AUDIODRIVER": "dummy",
    }


@contextlib.contextmanager
def running(
    program: str, *arguments: object, environment: Environment
) -> Iterator[subprocess.Popen]:
    """A program from ``tests/programs``, with pipes; killed at the end if it still runs."""
    command = _command(program, arguments)
    with _child(command, environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        yield child


def run(
    program: str, *arguments: object, environment: Environment, limit_s: float = 20.0
) -> subprocess.CompletedProcess:
    """Run a program from ``tests/programs`` to its end; the result has its two outputs."""
    return subprocess.run(
        _command(program, arguments),
        env=environment,
        capture_output=True,
        text=True,
        timeout=limit_s,
    )


@contextlib.contextmanager
def monitored(path: Path, environment: Environment) -> Iterator[None]:
    """Records PulseAudio's sink into a mono WAV file while the block runs."""
    options = "--device=out.monitor --rate=48000 --channels=1 --format=s16le --latency-msec=20"
    command = ["parec", *options.split(), "--file-format=wav", str(path)]
    with _child(command, environment):
        _wait_until(lambda: path.is_file() and path.stat().st_size > 44, "parec")
        yield
        time.sleep(0.3)  # what sounded last is still on its way


@contextlib.contextmanager
def jack_recording(
    path: Path, port: str, length_s: int, environment: Environment
) -> Iterator[None]:
    """Records `length_s` seconds of a JACK port into a mono WAV file, from the block's start on."""
    _need("jack_rec")
    command = ["jack_rec", "-f", str(path), "-d", str(length_s), "-b", "16", port]
    with _child(command, environment, stderr=subprocess.DEVNULL) as recorder:
        _wait_until(path.is_file, "jack_rec")
        yield
        assert recorder.wait(length_s + START_S) == 0


def bursts(samples: np.ndarray, floor: float = 0.02, rate_hz: int = 48_000) -> list[np.ndarray]:
    """Where it sounds: for each stretch above `floor`, with gaps of 60 ms at least, its indices."""
    loud = np.flatnonzero(np.abs(samples) > floor)
    parts = np.split(loud, np.flatnonzero(np.diff(loud) > 0.06 * rate_hz) + 1)
    return [np.arange(part[0], part[-1] + 1) for part in parts if len(part)]


def soundfont() -> Path:
    """A SoundFont; the test is skipped where there is none."""
    try:
        return assets.find_soundfont()
    except AssetError as error:
        pytest.skip(str(error))


def tune_hz(samples: np.ndarray, near_hz: float, rate_hz: int = 48_000) -> float:
    """Frequency of the strongest partial within a fourth of `near_hz`."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 20))
    hertz = np.fft.rfftfreq(1 << 20, 1 / rate_hz)
    spectrum[(hertz < near_hz * 3 / 4) | (hertz > near_hz * 4 / 3)] = 0
    return float(hertz[spectrum.argmax()])


def cents(hertz: float, reference_hz: float) -> float:
    """How much higher `hertz` is, in hundredths of a semitone."""
    return 1200 * float(np.log2(hertz / reference_hz))


def _command(program: str, arguments: tuple[object, ...]) -> list[str]:
    return [sys.executable, str(PROGRAMS / f"{program}.py"), *map(str, arguments)]


def _need(*programs: str) -> None:
    for program in programs:
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")


@contextlib.contextmanager
def _server(command: list[str], environment: Environment, asks: list[str]) -> Iterator[None]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}

    def answers() -> bool:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return not subprocess.run(asks, env=environment, timeout=2.0, **quiet).returncode
        return False

    with _child(command, environment, **quiet):
        _wait_until(answers, command[0])
        yield


@contextlib.contextmanager
def _child(command: list[str], environment: Environment, **pipes) -> Iterator[subprocess.Popen]:
    with subprocess.Popen(command, env=environment, text=True, **pipes) as child:
        try:
            yield child
        finally:
            child.terminate()
            try:
                child.wait(5.0)
            except subprocess.TimeoutExpired:
                child.kill()


def _wait_until(true, what: str) -> None:
    end_s = time.monotonic() + START_S
    while not true():
        if time.monotonic() > end_s:
            pytest.fail(f"{what} did not start within {START_S:.0f} s")
        time.sleep(0.05)
