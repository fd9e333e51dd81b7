"""What to do about what is missing, on each system. Only Linux could be tried."""

from __future__ import annotations

import sys

_SAME = "all"
_STEPS: dict[str, dict[str, str]] = {
    "camera": {
        "linux": "plug in a webcam; v4l2-ctl --list-devices shows it. Without one: --camera demo",
        "darwin": "plug in a webcam and allow it in System Settings, Privacy & Security, Camera",
        "win32": "plug in a webcam and allow it in Settings, Privacy & security, Camera",
    },
    "camera refused": {
        "linux": "sudo usermod -aG video $USER, and log in again; or close what uses the camera",
        "darwin": "System Settings, Privacy & Security, Camera: allow your terminal",
        "win32": "Settings, Privacy & security, Camera: let desktop apps use it",
    },
    "MIDI": {
        "linux": "sudo modprobe snd-seq, or start JACK",
        "darwin": "Audio MIDI Setup, Window, Show MIDI Studio: see whether CoreMIDI runs",
        "win32": "install loopMIDI, add a port, and name it with --port",
    },
    "sound": {
        "linux": "connect an audio device, or start PipeWire, PulseAudio or JACK; "
        "HANDMIDI_AUDIO_DRIVER=alsa chooses another driver",
        "darwin": "System Settings, Sound: choose an output; brew install fluid-synth",
        "win32": "Settings, Sound: choose an output; unpack FluidSynth to C:\\tools\\fluidsynth",
    },
    "microphone": {
        "linux": "connect one, and choose it: pactl set-default-source NAME",
        "darwin": "System Settings, Privacy & Security, Microphone: allow your terminal",
        "win32": "Settings, Privacy & security, Microphone: let desktop apps use it",
    },
    "screen": {
        "linux": "log in to a desktop; over ssh use ssh -X, or --headless",
        "darwin": "log in to the desktop, or use --headless",
        "win32": "log in to the desktop, or use --headless",
    },
    "asset": {_SAME: "handmidi setup"},
    "mail": {
        _SAME: "set HANDMIDI_SMTP_HOST and _USER in the environment or in .env; see docs/mail.md"
    },
    "takes": {_SAME: "make room, or choose another folder with --out"},
    "calibration": {_SAME: "handmidi calibrate"},
    "latency": {_SAME: "handmidi calibrate --latency"},
}


def next_step(what: str, system: str | None = None) -> str:
    """What to do next.

    Parameters
    ----------
    what : str
        What is missing: ``camera``, ``camera refused``, ``MIDI``, ``sound``, ``microphone``,
        ``screen``, ``asset``, ``mail``, ``takes``, ``calibration``, ``latency``.
    system : str, optional
        As `sys.platform` has it; default: this one. An unknown one is taken for Linux.
    """
    steps = _STEPS[what]
    system = system or sys.platform
    return steps.get(_SAME) or steps.get(system) or steps["linux"]
