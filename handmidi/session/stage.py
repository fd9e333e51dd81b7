"""What stays open for a whole session: camera, window, synth, outputs, and who commands it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from handmidi.clock import SessionClock
from handmidi.outputs import Output, Outputs
from handmidi.outputs.schedule import Schedule
from handmidi.outputs.synth import Synth
from handmidi.practice.link import LinkSession
from handmidi.screen.scene import Connection
from handmidi.session.choice import Choice
from handmidi.session.opening import find_soundfont, make_screen, open_outputs, open_synth
from handmidi.session.options import Options
from handmidi.session.remote import Remote
from handmidi.session.tempo import shared_tempo
from handmidi.vision.process import VisionProcess
from handmidi.vision.tracker import ABOUT, find_tracker_model
from handmidi.vision.view import SharedView
from handmidi.vision.watch import Job

_KINDS = {"OscOutput": "OSC", "Synth": "sound"}


class Stage:
    """Opens what every round of a session uses; a DAW's connections outlast them all.

    Parameters
    ----------
    choice : Choice
    say, warn : callable
        Take one line for the user.
    """

    def __init__(
        self, choice: Choice, say: Callable[[str], None], warn: Callable[[str], None]
    ) -> None:
        self._choice, self._say, self._warn = choice, say, warn
        self.clock = SessionClock()
        self.stop = threading.Event()
        """Set where the session shall end."""
        self.is_muted = False

    def open(self, opened: ExitStack, remote: Remote | None) -> None:
        """Open everything; the vision opens camera and tracker meanwhile.

        Raises
        ------
        HandMidiError
            If something that must be there cannot be opened.
        """
        o = self._choice.options
        soundfont = find_soundfont(o, self._warn)
        self.screen, view = make_screen(o, self.clock, opened, self._say, self._warn)
        self._launch_vision(o, opened, view)
        if self.screen:  # after what the first note waits for
            self.screen.launch()
        self.synth = open_synth(soundfont, opened, self._say, self._warn)
        self.heartbeat = Schedule(self.synth) if self.synth else None
        outputs = list(open_outputs(o, self.synth, self._say, self._warn))
        self._connections = list(_connections(o, outputs, self.synth, soundfont))
        self.outputs = Outputs(outputs, self._warn)
        opened.callback(self.outputs.close)
        self.link = self._join(opened) if o.link else None
        if remote:
            opened.callback(remote.close)
            remote.open(*o.osc_in, self._warn)
            self._connections.append((None, Connection("OSC in", f"port {o.osc_in[1]}")))

    def _launch_vision(self, o: Options, opened: ExitStack, view: SharedView | None) -> None:
        model = find_tracker_model(o.tracker, o.model)
        self._say(f"opening camera {o.camera}, tracker {o.tracker} …")
        if o.tracker == "skin":
            self._say(f"tracker skin is {ABOUT['skin']}")
        job = Job(o.camera, o.tracker, model, self._choice.hands, *o.size, o.fps, o.mirrored)
        self.vision = VisionProcess(job, self.clock, self._warn, view)
        opened.callback(self.vision.close)
        self.vision.launch()

    def _join(self, opened: ExitStack) -> LinkSession:
        """A tempo that outlasts the rounds: the others would hear it leave and come again."""
        o, practised = self._choice.options, self._choice.practised
        song = practised.song if practised else None
        bpm = song.tempo.bpm * o.tempo / 100 if song else o.bpm or self._choice.preset.bpm
        link = shared_tempo(song, bpm, self.clock)
        opened.callback(link.close)
        peers = link.open()
        others = "nobody else yet" if not peers else f"{peers} other program(s)"
        self._say(f"Ableton Link: {others}, {link.bpm:g} bpm")
        return link

    @property
    def connections(self) -> list[Connection]:
        """What the session speaks to, and whether it still does."""
        working = self.outputs.names
        return [
            connection if name is None or name in working else replace(connection, works=False)
            for name, connection in self._connections
        ]

    def mute(self) -> str:
        """Switch the built-in sound off, or on again; returns a line for the user."""
        if not self.synth:
            return "there is no built-in sound here"
        self.is_muted = not self.is_muted
        self.synth.mute(self.is_muted)
        return "built-in sound off: MIDI and OSC go on" if self.is_muted else "built-in sound on"


def _connections(
    o: Options, outputs: Sequence[Output], synth: Synth | None, soundfont: Path | None
) -> Iterator[tuple[str | None, Connection]]:
    """What there is, with the name of the output that may fail later; and what is missing."""
    for output in outputs:
        kind = _KINDS.get(type(output).__name__, "MIDI")
        if kind != "sound":
            name = output.name.removeprefix(kind).removeprefix(" port ").strip()
            yield output.name, Connection(kind, name)
    if not any(type(output).__name__ not in _KINDS for output in outputs):
        yield None, Connection("MIDI", "no port could be opened", False)
    if synth in outputs:
        yield synth.name, Connection("sound", "built-in synth")
    elif synth:
        yield None, Connection("sound", "backing only")
    elif soundfont:
        yield None, Connection("sound", "no audio device; rendered afterwards", False)
    if o.link:
        yield None, Connection("Link", "Ableton Link")
    if o.clock:
        yield None, Connection("clock", "MIDI clock")
