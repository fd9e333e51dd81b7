"""Teach a SuperCollider server that runs without sclang a sound to play.

Usage: load_synthdef.py [HOST:PORT]

Sends a SynthDef called "handmidi" (a sine wave with the controls freq, amp and gate) to scsynth
and waits until it is there. Then play it: handmidi play --osc supercollider,synth=handmidi
The bytes follow SuperCollider's "Synth Definition File Format", version 2.
"""

import socket
import struct
import sys
import time

from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

NAME = "handmidi"
CONTROLS = {"freq": 440.0, "amp": 0.2, "gate": 1.0}
KR, AR = 1, 2  # calculated for each block, for each sample
MULTIPLY, FREE_SELF = 2, 2.0
UGENS = (  # class, rate, inputs: a constant or (number of a UGen, its output), outputs, operator
    ("Control", KR, [], 3, 0),
    ("Lag", KR, [(0, 0), 0.01], 1, 0),  # a hand's bend comes in steps
    ("SinOsc", AR, [(1, 0), 0.0], 1, 0),
    ("Linen", KR, [(0, 2), 0.01, 1.0, 0.04, FREE_SELF], 1, 0),
    ("BinaryOpUGen", AR, [(2, 0), (3, 0)], 1, MULTIPLY),
    ("BinaryOpUGen", AR, [(4, 0), (0, 1)], 1, MULTIPLY),
    ("Out", AR, [0.0, (5, 0), (5, 0)], 0, 0),
)


def synthdef() -> bytes:
    """The SynthDef as a file's bytes."""
    constants = sorted({i for _, _, inputs, _, _ in UGENS for i in inputs if isinstance(i, float)})
    data = b"SCgf" + struct.pack(">ih", 2, 1) + text(NAME)
    data += struct.pack(f">i{len(constants)}f", len(constants), *constants)
    data += struct.pack(f">i{len(CONTROLS)}f", len(CONTROLS), *CONTROLS.values())
    data += struct.pack(">i", len(CONTROLS))
    for index, name in enumerate(CONTROLS):
        data += text(name) + struct.pack(">i", index)
    data += struct.pack(">i", len(UGENS))
    for name, rate, inputs, outputs, operator in UGENS:
        data += text(name) + struct.pack(">biih", rate, len(inputs), outputs, operator)
        for each in inputs:
            source = (-1, constants.index(each)) if isinstance(each, float) else each
            data += struct.pack(">ii", *source)
        data += bytes([rate] * outputs)
    return data + struct.pack(">h", 0)  # no variants


def text(characters: str) -> bytes:
    """A string as the format writes it: its length first."""
    return bytes([len(characters)]) + characters.encode("ascii")


def load(host: str, port: int, limit_s: float = 5.0) -> None:
    """Send the SynthDef; OSError if no server says that it is done."""
    builder = OscMessageBuilder("/d_recv")
    builder.add_arg(synthdef())
    end_s = time.monotonic() + limit_s
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(limit_s)
        sock.connect((host, port))
        while True:
            try:
                sock.send(builder.build().dgram)
                while OscMessage(sock.recv(4096)).address != "/done":
                    pass
                return
            except ConnectionRefusedError:  # it may be starting
                if time.monotonic() > end_s:
                    raise
                time.sleep(0.1)


if __name__ == "__main__":
    where, _, number = (sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:57110").rpartition(":")
    try:
        load(where, int(number))
    except OSError as error:
        sys.exit(f"no SuperCollider server answers at {where}:{number} ({error}): start scsynth")
    print(f"the server at {where}:{number} knows {NAME!r}")
