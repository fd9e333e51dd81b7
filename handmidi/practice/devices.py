"""What the default audio output is called: latencies belong to it."""

from __future__ import annotations

import os
import subprocess

from handmidi.quiet import quiet_stderr

_ASK_S = 2.0
_SHARED = ("pulseaudio", "pipewire")


def output_name(driver: str) -> str:
    """The audio driver and the device behind it, as ``pulseaudio: alsa_output.usb-…``.

    On Linux, PortAudio knows a sound server as ``default`` whatever it plays on, so the server
    itself is asked, if its tool is there. A change of headphones at one and the same socket
    shows nowhere.

    Parameters
    ----------
    driver : str
        FluidSynth's, such as ``pulseaudio``, ``coreaudio``, ``wasapi``.
    """
    device = _sink() if driver in _SHARED else _default_output()
    return f"{driver}: {device}" if device else driver


def _sink() -> str | None:
    try:
        asked = subprocess.run(
            ["pactl", "info"],
            env=os.environ | {"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_ASK_S,
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    for line in asked.stdout.splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "Default Sink":
            return value.strip() or None
    return None


def _default_output() -> str | None:
    try:
        with quiet_stderr():
            import sounddevice

            return sounddevice.query_devices(kind="output")["name"]
    except Exception as error:  # PortAudio is missing, or its own error class
        if isinstance(error, OSError) or type(error).__name__ == "PortAudioError":
            return None
        raise
