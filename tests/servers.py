"""MIDI and sound servers without hardware, and programs that use them.

Each server has a name of its own and ends with its `with` block; a test that needs a program
which is not installed is skipped. libjack and PulseAudio's client keep state in a process, so
whatever talks to a server runs as a program from ``tests/programs``, each with a time limit.
"""

import contextlib
import os
import re
import shutil
import socket
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
from tools.jack_slots import give_back

PROGRAMS = Path(__file__).resolve().parent / "programs"
EXAMPLES = PROGRAMS.parent.parent / "examples"
START_S = 15.0
Environment = dict[str, str]


@contextlib.contextmanager
def jack() -> Iterator[Environment]:
    """A JACK server with the dummy driver; yields the environment for its clients."""
    _need("jackd", "jack_lsp")
    give_back()  # servers that were killed may have left no room
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


@contextlib.contextmanager
def scsynth(log: Path, environment: Environment) -> Iterator[int]:
    """SuperCollider's server on JACK, its SynthDef "handmidi" loaded; yields its OSC port.

    What it says is in the file `log`.
    """
    _need("scsynth")
    port = free_udp_port()
    command = ["scsynth", *f"-u {port} -D 0 -R 0 -i 0 -o 2".split()]
    load = [sys.executable, str(EXAMPLES / "load_synthdef.py"), f"127.0.0.1:{port}"]

    def answers() -> bool:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return not subprocess.run(load, capture_output=True, timeout=8.0).returncode
        return False

    with open(log, "wb") as said, _child(command, environment, stdout=said, stderr=said) as child:
        _wait_until(answers, "scsynth")
        with _asked_to_end(child, port, b"/quit\0\0\0,\0\0\0"):
            yield port


@contextlib.contextmanager
def pure_data(folder: Path, environment: Environment) -> Iterator[int]:
    """Pure Data on JACK with the example patch; yields the patch's OSC port."""
    _need("pd")
    port, end_port = free_udp_port(), free_udp_port()
    patch = folder / "handmidi.pd"
    text = (EXAMPLES / patch.name).read_text(encoding="utf-8")
    assert "netreceive -u -b 9000;" in text
    text = text.replace("-u -b 9000;", f"-u -b {port};")
    count = len(re.findall("^#X (?!connect)", text, re.MULTILINE))
    text += f"#X obj 0 0 netreceive -u {end_port};\n#X msg 0 30 \\; pd quit;\n"
    patch.write_text(text + f"#X connect {count} 0 {count + 1} 0;\n", encoding="utf-8")
    options = "-nogui -noprefs -nomidi -jack -nojackconnect -channels 2 -r 48000 -open"
    command = ["pd", *options.split(), str(patch)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with _child(command, environment, **quiet) as child:
        _wait_until(lambda: not _is_free(end_port), "pd")
        with _asked_to_end(child, end_port, b"bang;\n"):
            yield port


@contextlib.contextmanager
def _asked_to_end(child: subprocess.Popen, port: int, message: bytes) -> Iterator[None]:
    """Ends a client by a UDP message: jackd waits for one that is killed, and never ends then."""
    try:
        yield
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(message, ("127.0.0.1", port))
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(5.0)


def jack_port(word: str, environment: Environment) -> str:
    """The full name of the first JACK port whose name has `word` in it, once there is one."""
    _need("jack_lsp")
    found: list[str] = []

    def there() -> bool:
        done = subprocess.run(
            ["jack_lsp"], env=environment, timeout=5.0, capture_output=True, text=True
        )
        found[:] = [line for line in done.stdout.splitlines() if word in line]
        return bool(found)

    _wait_until(there, f"a JACK port {word}")
    return found[0]


def free_udp_port() -> int:
    """A UDP port of this computer that nobody has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, contextlib.suppress(OSError):
        sock.bind(("0.0.0.0", port))
        return True
    return False


@contextlib.contextmanager
def external_fluidsynth(environment: Environment) -> Iterator[tuple[str, str]]:
    """FluidSynth as a program of its own; yields its JACK ports: MIDI in, and left out."""
    _need("fluidsynth", "jack_connect")
    name = f"external-{uuid.uuid4().hex[:8]}"
    options = f"-a jack -m jack -q -o audio.jack.id={name} -o midi.jack.id={name}"
    command = ["fluidsynth", *options.split(), str(soundfont())]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with _child(command, environment, **pipes) as child:
        try:
            midi_in = _jack_port(f"{name}:midi", environment)
            yield midi_in, _jack_port(f"{name}:left", environment)
        finally:  # jackd waits for a client that is killed, and leaves its name behind
            child.communicate("quit\n", timeout=5.0)


def connect_midi(name: str, midi_in: str, environment: Environment) -> None:
    """Connect the MIDI port called `name` with another program's input on JACK."""
    out = _jack_port(name, environment)
    subprocess.run(["jack_connect", out, midi_in], env=environment, timeout=5.0, check=True)


def _jack_port(start: str, environment: Environment) -> str:
    """The full name of the first JACK port that begins so, as soon as it is there."""
    found: list[str] = []

    def is_there() -> bool:
        listed = subprocess.run(
            ["jack_lsp", start], env=environment, capture_output=True, text=True, timeout=5.0
        )
        found[:] = [line for line in listed.stdout.splitlines() if line.startswith(start)]
        return bool(found)

    _wait_until(is_there, start)
    return found[0]


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
                child.wait()
                give_back()


def _wait_until(true, what: str) -> None:
    end_s = time.monotonic() + START_S
    while not true():
        if time.monotonic() > end_s:
            pytest.fail(f"{what} did not start within {START_S:.0f} s")
        time.sleep(0.05)
