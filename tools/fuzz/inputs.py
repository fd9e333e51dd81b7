"""Good inputs of every kind that handmidi reads, for `tools.fuzz` to damage."""

from __future__ import annotations

import functools
import json
import struct
import wave
from io import BytesIO
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SONGS = ROOT / "songs"


def midi_files() -> list[bytes]:
    """Our songs, and a file of each kind that there is."""
    return [path.read_bytes() for path in sorted(SONGS.glob("*.mid"))] + built_files()


def built_files() -> list[bytes]:
    """Type 0 with channels, running status, SMPTE time, type 2, RMID, karaoke, hostile values."""
    notes = b"\x00\x90\x40\x50\x60\x40\x00\x00\x43\x50\x60\x43\x00\x00\x44\x50\x60\x44\x00"
    other = b"\x00\xc1\x21\x00\x91\x28\x50\x20\xe1\x01\x50\x40\x81\x28\x00\x00\x99\x24\x60\x60\x89"
    other += b"\x24\x00"
    tempo, metre = b"\x00\xff\x51\x03\x07\xa1\x20", b"\x00\xff\x58\x04\x03\x02\x18\x08"
    slow, tiny = b"\x10\xff\x51\x03\xff\xff\xff", b"\x00\xff\x58\x04\x01\x06\x18\x08"
    key, sysex = b"\x00\xff\x59\x02\xfd\x01", b"\x00\xf0\x05\x7e\x7f\x09\x01\xf7"
    words = b"".join(b"\x60\xff\x05\x02la" for _ in range(6))
    control = b"\x00\xb0\x65\x00\x00\x64\x00\x00\x06\x0c\x00\x40\x7f\x30\xd0\x40\x00\xa0\x40\x22"
    name, end = b"\x00\xff\x03\x04Lead", b"\x00\xff\x2f\x00"
    first = _chunk(tempo + metre + key + sysex + end)
    plain = _chunk(name + control + notes * 20 + end)
    mixed = _chunk(tempo + (notes + other) * 20 + end)
    files = [
        _head(0, 1, 96) + mixed,
        _head(1, 3, 480) + first + plain + _chunk(other * 30 + end),
        _head(1, 3, 96) + _chunk(words + end) + plain + mixed,
        _head(1, 1, 0xE728) + plain,
        _head(2, 1, 96) + plain,
        _head(1, 2, 1) + _chunk(tempo + slow + tiny + end) + plain,
        _head(1, 2, 0x7FFF) + _chunk(b"\xff\xff\xff\x7f\xff\x2f\x00") + plain,
        _head(1, 1, 96) + _chunk(b"\x00\x90\x40\x50" * 100 + end),
    ]
    inner = files[1] + b"\0" * (len(files[1]) % 2)
    riff = b"RMIDdata" + len(files[1]).to_bytes(4, "little") + inner
    return [*files, b"RIFF" + len(riff).to_bytes(4, "little") + riff]


def _head(kind: int, tracks: int, division: int) -> bytes:
    return b"MThd\0\0\0\6" + b"".join(n.to_bytes(2, "big") for n in (kind, tracks, division))


def _chunk(body: bytes) -> bytes:
    return b"MTrk" + len(body).to_bytes(4, "big") + body


def presets() -> list[bytes]:
    """Every preset, and those of the examples."""
    folders = (ROOT / "handmidi" / "instrument" / "presets", ROOT / "examples")
    return [path.read_bytes() for folder in folders for path in sorted(folder.glob("*.toml"))]


def targets() -> list[bytes]:
    """The OSC targets."""
    folder = ROOT / "handmidi" / "outputs" / "osc_targets"
    return [path.read_bytes() for path in sorted(folder.glob("*.toml"))]


@functools.cache
def traces() -> list[bytes]:
    """Two short traces: of one hand, and of two hands that come and go."""
    head = b"time_s,ready_s,hand,score,area,x,y,openness"
    rows = [head + b",tilt,pinch,fingers"]
    for i in range(60):
        at = b"%.4f,%.4f" % (i / 30, i / 30 + 0.01)
        if i % 20 == 7:
            rows.append(at + b",,,,,,,,,")
        else:
            rows.append(at + b",right,0.9,%.4f,0.5,0.4,0.7,3.0,0.2,4" % (0.05 + i / 300))
    two = [head]
    for i in range(40):
        at = b"%.4f,%.4f" % (i / 30, i / 30 + 0.02)
        two += [at + b",%s,0.8,0.1,%.3f,0.5,0.9" % (side, i / 40) for side in (b"left", b"right")]
    return [b"\n".join(rows) + b"\n", b"\r\n".join(two) + b"\r\n"]


_TAKE = {
    "started": "2026-11-22T12:00:00+01:00",
    "song": {"name": "mama", "title": "Mama", "composer": None},
    "preset": "mama",
    "settings": {"tempo": 100.0, "hands": 1, "loop": [1, 2], "wait": False, "transpose": 0},
    "ranges": {"area": [0.02, 0.3]},
    "latency": {"ms": 21.5, "way": "estimated", "output": "none"},
    "preset_changes": [{"time_s": 1.2, "preset": "mama"}],
    "warnings": ["the camera stalls"],
    "stopped_song_s": 8.0,
    "length_s": 12.0,
    "statistics": {"frames": 300, "hand_ms": {"p50": 8.0}},
}


def take_files() -> list[bytes]:
    """A take.json as a session writes it, and ones with less."""
    plain = {key: _TAKE[key] for key in ("started", "song", "preset", "settings")}
    settings = {"tempo": 80.0, "wait": True}
    return [
        json.dumps(_TAKE, indent=2).encode(),
        json.dumps(plain).encode(),
        json.dumps({**_TAKE, "settings": settings, "song": None, "stopped_song_s": None}).encode(),
    ]


def packets() -> list[bytes]:
    """Every command that is obeyed, alone and in bundles."""
    from pythonosc.osc_bundle_builder import OscBundleBuilder
    from pythonosc.osc_message_builder import OscMessageBuilder

    commands = (
        *(("preset", "mama"), ("panic",), ("tempo", 120.0), ("tempo", 90), ("mute", True)),
        *(("transport/start",), ("transport/stop",), ("note/on", 1, 60, 100), ("nothing", b"x")),
    )
    messages = []
    for name, *arguments in commands:
        builder = OscMessageBuilder(f"/handmidi/1/{name}")
        for argument in arguments:
            builder.add_arg(argument)
        messages.append(builder.build())
    bundle = OscBundleBuilder(0)
    for message in messages[:4]:
        bundle.add_content(message)
    outer = OscBundleBuilder(0)
    outer.add_content(bundle.build())
    return [*(message.dgram for message in messages), bundle.build().dgram, outer.build().dgram]


def recordings() -> list[bytes]:
    """Short WAV files: 16 and 24 bits, floats, two channels, a header with more in it."""
    tone = 0.3 * np.sin(2 * np.pi * 220 * np.arange(4800) / 16_000)
    whole = (tone * 32767).astype("<i2")
    files = []
    for channels, rate in ((1, 16_000), (2, 48_000)):
        kept = BytesIO()
        with wave.open(kept, "wb") as file:
            file.setnchannels(channels)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes(np.repeat(whole, channels).tobytes())
        files.append(kept.getvalue())
    samples = tone.astype("<f4").tobytes()
    form = struct.pack("<HHIIHH", 3, 1, 16_000, 64_000, 4, 32)
    more = b"LIST\x0a\0\0\0INFOISFTxx" + b"fact\4\0\0\0" + struct.pack("<I", len(tone))
    body = b"WAVEfmt \x10\0\0\0" + form + more + b"data" + struct.pack("<I", len(samples)) + samples
    files.append(b"RIFF" + struct.pack("<I", len(body)) + body)
    wide = (np.repeat(whole.astype("<i4") << 8, 1)).tobytes()
    wide = b"".join(wide[i : i + 3] for i in range(0, len(wide), 4))
    form = struct.pack("<HHIIHH", 1, 1, 16_000, 48_000, 3, 24)
    body = b"WAVEfmt \x10\0\0\0" + form + b"data" + struct.pack("<I", len(wide)) + wide
    files.append(b"RIFF" + struct.pack("<I", len(body)) + body)
    return files


@functools.cache
def videos() -> list[bytes]:
    """Short films in the usual containers."""
    import tempfile

    import cv2

    made = []
    with tempfile.TemporaryDirectory() as folder:
        for name, code in (
            ("a.mp4", "mp4v"),
            ("b.avi", "MJPG"),
            ("c.mkv", "mp4v"),
            ("d.avi", "XVID"),
        ):
            path = Path(folder) / name
            writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*code), 30, (96, 64))
            for number in range(8):
                picture = np.full((64, 96, 3), 40, np.uint8)
                cv2.circle(picture, (10 + 9 * number, 30), 12, (80, 120, 200), -1)
                writer.write(picture)
            writer.release()
            if path.is_file() and path.stat().st_size:
                made.append(path.read_bytes())
    return made
