"""Other programs command a session by OSC."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Protocol

from handmidi.errors import HandMidiError
from handmidi.outputs.osc_commands import Command
from handmidi.outputs.osc_listener import OscListener
from handmidi.session.conductor import Conductor
from handmidi.session.dispatcher import Dispatcher


class Commanded(Protocol):
    """Who can do what concerns a whole session; both return a line for the user."""

    def change_preset(self, name: str) -> str:
        """Play another preset; raises HandMidiError if that cannot be."""

    def restart(self) -> str:
        """Begin the song again."""


class Remote:
    """Hears commands on a thread of its own and obeys them on the main one.

    Parameters
    ----------
    player : Commanded
    stop : threading.Event
        Set where the song that is practised shall end.
    say : callable
        Takes one line for the user.
    """

    def __init__(
        self,
        player: Commanded,
        stop: threading.Event,
        say: Callable[[str], None],
    ) -> None:
        self._player, self._stop, self._say = player, stop, say
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._listener: OscListener | None = None

    def open(self, host: str, port: int, warn: Callable[[str], None]) -> None:
        """Listen; what comes waits for `obey`.

        Raises
        ------
        OutputError
            If the port is taken.
        """
        self._listener = OscListener(host, port, self._commands.put, warn)
        self._listener.start()
        self._say(f"OSC in: {self._listener.host}:{self._listener.port}")

    def obey(self, conductor: Conductor, dispatcher: Dispatcher) -> None:
        """Do what was asked for since the last call.

        Of panics in a row one is enough: each is 80 messages or more, and what a port's buffer
        cannot take at once is lost, be it a note's beginning or its end.
        """
        before = None
        while not self._commands.empty():
            command = self._commands.get()
            if not command.name == before == "panic":
                self._do(command, conductor, dispatcher)
            before = command.name

    def close(self) -> None:
        """Listen no more."""
        if self._listener:
            self._listener.close()

    def _do(self, command: Command, conductor: Conductor, dispatcher: Dispatcher) -> None:
        match command.name:
            case "panic":
                dispatcher.panic()
                self._say("panic: every note has ended")
            case "preset":
                try:
                    self._say(self._player.change_preset(str(command.value)))
                except HandMidiError as error:
                    self._say(str(error))
            case "tempo":
                self._say(conductor.set_bpm(float(command.value)))
            case "stop" if conductor.backing:
                self._stop.set()
            case "start" if conductor.backing:
                self._say(self._player.restart())
            case "start" | "stop" if not conductor.has_transport:
                self._say("nothing to start or stop: add --clock, --metronome or --link")
            case "start":
                dispatcher.do(conductor.start_again)
            case "stop":
                dispatcher.do(conductor.stop)
