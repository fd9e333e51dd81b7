"""OSC to SuperCollider: start its server, teach it a sound, and play the demo clip into it.

Usage: demo_to_scsynth.py [SECONDS]    default: the whole clip, 36 s

Needs scsynth (on Debian: apt install supercollider-server) and a sound system it can use.
"""

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from load_synthdef import load

HOST, PORT = "127.0.0.1", 57110
GONE = (
    f"scsynth does not run: it wants a sound system, and UDP port {PORT}; without a sound card, "
    "start JACK first: jackd -r -d dummy -r 48000 -p 1024"
)
QUIT = b"/quit\0\0\0,\0\0\0"


@contextlib.contextmanager
def scsynth() -> Iterator[subprocess.Popen]:
    """The server, until the block ends; it is asked to go, so that JACK lets it go."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((HOST, PORT))  # an OSError tells that another one has the port
    command = f"scsynth -u {PORT} -i 0 -o 2 -R 0 -D 0".split()
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, stdout=said, stderr=said) as server,
    ):
        try:
            yield server
        finally:
            if server.poll() is not None:
                said.seek(0)
                last = said.read().decode(errors="replace").splitlines()[-3:]
                sys.exit("\n".join([*last, f"scsynth ended ({server.returncode}); {GONE}"]))
            ask_to_quit(server)


def ask_to_quit(server: subprocess.Popen) -> None:
    """End it as its clients do."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(QUIT, (HOST, PORT))
    try:
        server.wait(5.0)
    except subprocess.TimeoutExpired:
        server.kill()


def teach(server: subprocess.Popen) -> None:
    """Send it the sound as soon as it listens; OSError if it never does."""
    end_s = time.monotonic() + 20.0
    while server.poll() is None:
        try:
            return load(HOST, PORT, limit_s=1.0)
        except OSError:
            if time.monotonic() > end_s:
                raise
    sys.exit(GONE)


def play(seconds: str) -> None:
    """Play the demo clip with the preset of its song, with no sound of our own."""
    command = f"-m handmidi play --camera demo --preset mama --seconds {seconds} --headless"
    target = f"supercollider@{HOST}:{PORT},synth=handmidi"
    options = ["--no-calibration", "--no-synth", "--osc", target]
    subprocess.run([sys.executable, *command.split(), *options], check=True)


if __name__ == "__main__":
    try:
        with scsynth() as server:
            teach(server)
            play(sys.argv[1] if len(sys.argv) > 1 else "36")
    except FileNotFoundError:
        sys.exit("there is no scsynth here: install SuperCollider's server")
    except subprocess.CalledProcessError:  # it has said why
        sys.exit(1)
    except OSError as error:
        sys.exit(f"scsynth does not answer, or another one runs ({error}): has it a sound system?")
