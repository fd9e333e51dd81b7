"""The virtual MIDI port that a DAW or synth listens to."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress

import mido

from handmidi.errors import OutputError
from handmidi.hand import HandFrame
from handmidi.outputs.jack import JackWatch
from handmidi.outputs.output import Readings, rest_of, silence_of
from handmidi.quiet import quiet_stderr

_MOVES = ("control_change", "pitchwheel", "aftertouch", "polytouch")
_SENSE_S = 0.2  # of the 0.3 s that a receiver waits
_FLUSH_S = 0.1  # JACK passes a message on with its next period, of 93 ms at most
_NEXT_STEP = {
    "linux": "load ALSA's sequencer (sudo modprobe snd-seq) or start JACK",
    "darwin": "restart the audio system (sudo killall coreaudiod)",
    "win32": "install loopMIDI, add a port, and name it with --port",
}


class MidiPort:
    """A MIDI output.

    Parameters
    ----------
    port : mido.ports.BaseOutput
        Open; closed by this object.
    system : str
        Name of the MIDI system, for the user.
    warn : callable, optional
        Takes a line when JACK's server has ended, and one when it is back; without it nobody
        looks.
    senses : bool, default False
        Send active sensing: a receiver that heard it ends all notes once it hears nothing for
        300 ms (MIDI 1.0 Detailed Specification, "Active Sensing").
    """

    def __init__(
        self,
        port: mido.ports.BaseOutput,
        system: str,
        warn: Callable[[str], None] | None = None,
        senses: bool = False,
    ) -> None:
        self._port: mido.ports.BaseOutput | None = port
        self.system, self._called, self._warn = system, port.name, warn
        self._dead: list[mido.ports.BaseOutput] = []
        self._used: set[int] = set()
        self._moved: set[int] = set()
        self._watch: JackWatch | None = None
        if warn and sys.platform == "linux":  # PortAudio may speak to JACK also where MIDI does not
            is_ours = system == "UNIX_JACK"
            acts = (self._lose, self._renew) if is_ours else (lambda: None, lambda: None)
            self._watch = JackWatch(*acts)
            self._watch.start()

        self._ended = threading.Event()
        if senses:
            threading.Thread(target=self._sense, name="active sensing", daemon=True).start()

    def _sense(self) -> None:
        """Until the port closes, or this process ends: that is what it is for."""
        alive = mido.Message("active_sensing")
        while not self._ended.wait(_SENSE_S):
            if port := self._port:
                with suppress(_rtmidi_error()):  # whoever sends a note will say it
                    port.send(alive)

    @property
    def name(self) -> str:
        """What it is called; another name while its server is gone."""
        what = f"MIDI port {self._called!r} ({self.system})"
        return what if self._port else f"{what}, gone"

    def _lose(self) -> None:
        port, self._port = self._port, None
        self._warn(
            f"JACK has ended, and the MIDI port {self._called!r} with it: start JACK again, and "
            "connect the port"
        )
        # Not closed: RtMidi would hold up every thread for a second, waiting for the server.
        self._dead.append(port)

    def _renew(self) -> None:
        """Open the port on a server that is back; whoever listened has to connect again."""
        self._port = _open(self.system, self._called)
        self._warn(f"JACK is back, and the MIDI port {self._called!r}: connect it")

    def send(self, *messages: mido.Message) -> None:
        """Send messages now.

        Raises
        ------
        OutputError
            If the MIDI system does not take one.
        """
        port = self._port
        if port is None:  # its server is gone, and with it whoever sounded
            return
        for message in messages:
            if hasattr(message, "channel"):
                self._used.add(message.channel)
            if message.type in _MOVES:
                self._moved.add(message.channel)
            try:
                port.send(message)
            except _rtmidi_error() as error:
                raise OutputError(
                    f"{self.name} takes no message: {error}; connect it and start again"
                ) from error

    def hand(self, frame: HandFrame, readings: Readings) -> None:
        """MIDI has no word for hands."""

    def beat(self, beat: float, bpm: float) -> None:
        """MIDI's word for it is the clock, which comes as messages."""

    def close(self) -> None:
        """Leave the receiver silent and in tune, and close the port.

        Only channels that were played on are told so, and only those whose controllers were
        moved get these back: others may play on the same receiver.
        """
        self._ended.set()
        if self._watch:
            self._watch.close()
        if self._port is None or self._port.closed:
            return
        try:
            for channel in sorted(self._used):
                moved = channel in self._moved
                self.send(*(rest_of(channel) if moved else silence_of(channel)))
        finally:
            if self.system == "UNIX_JACK":
                time.sleep(_FLUSH_S)
            self._port.close()


def midi_systems() -> list[str]:
    """Names of the MIDI systems that python-rtmidi was built for, the preferred first."""
    import rtmidi

    order = ("LINUX_ALSA", "UNIX_JACK", "MACOSX_CORE", "WINDOWS_MM")
    compiled = {
        value: name[len("API_") :] for name, value in vars(rtmidi).items() if name[:4] == "API_"
    }
    found = {compiled.get(api) for api in rtmidi.get_compiled_api()}
    return [name for name in order if name in found]


def open_port(
    name: str = "handmidi", warn: Callable[[str], None] | None = None, senses: bool = False
) -> MidiPort:
    """Open a virtual port, or on Windows an existing loopMIDI port.

    Parameters
    ----------
    name : str
    warn, senses
        See `MidiPort`.

    Raises
    ------
    OutputError
        If no MIDI system works here; says what to do.
    """
    reasons = []
    for system in midi_systems():
        try:
            return MidiPort(_open(system, name), system, warn, senses)
        except (OSError, RuntimeError, ValueError, _rtmidi_error()) as error:
            reasons.append(_reason(system, str(error).strip() or type(error).__name__))
    step = _NEXT_STEP.get(sys.platform, _NEXT_STEP["linux"])
    raise OutputError(f"no MIDI port ({'; '.join(reasons) or 'no MIDI system'}): {step}")


def _reason(system: str, said: str) -> str:
    """RtMidi's words for the two usual cases mean nothing to a player."""
    if "error creating ALSA sequencer" in said:
        return "ALSA has no sequencer"
    if "JACK server not running" in said:
        return "JACK does not run"
    return f"{system}: {said}"


def list_ports() -> dict[str, list[str]]:
    """Output ports of other programs, for each MIDI system that works."""
    found = {}
    for system in midi_systems():
        try:
            with _asking():
                backend = mido.Backend(f"mido.backends.rtmidi/{system}")
                found[system] = backend.get_output_names()
        except (OSError, RuntimeError, ValueError, _rtmidi_error()):
            continue
    return found


def _open(system: str, name: str) -> mido.ports.BaseOutput:
    with _asking():
        backend = mido.Backend(f"mido.backends.rtmidi/{system}")
        if system != "WINDOWS_MM":
            return backend.open_output(name, virtual=True, client_name=name)
        ports = backend.get_output_names()
        wanted = [p for p in ports if name.lower() in p.lower()]
        wanted = wanted or [p for p in ports if "loopmidi" in p.lower()]
        if not wanted:
            raise OSError(f"no port like {name!r} among {', '.join(ports) or 'none'}")
        return backend.open_output(wanted[0])


def _asking() -> AbstractContextManager[None]:
    # libjack would start a server of its own that outlives us.
    os.environ.setdefault("JACK_NO_START_SERVER", "1")
    return quiet_stderr()


def _rtmidi_error() -> type[Exception]:
    import rtmidi

    return rtmidi.RtMidiError
