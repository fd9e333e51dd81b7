"""Commands from OSC: what is asked for again and again is done once."""

from __future__ import annotations

import threading

from handmidi.outputs.osc_commands import Command
from handmidi.session.remote import Remote


class Dispatcher:
    """Counts what it is asked."""

    panics = 0

    def panic(self) -> None:
        self.panics += 1


class Conductor:
    """Notes the tempos."""

    has_transport = backing = False

    def __init__(self) -> None:
        self.tempos = []

    def set_bpm(self, bpm: float) -> str:
        self.tempos.append(bpm)
        return f"{bpm:g} bpm"


def asked(*commands: Command) -> tuple[int, list[float], list[str]]:
    said = []
    remote = Remote(None, threading.Event(), said.append)
    for command in commands:
        remote._commands.put(command)
    dispatcher, conductor = Dispatcher(), Conductor()
    remote.obey(conductor, dispatcher)
    return dispatcher.panics, conductor.tempos, said


PANIC = Command("panic")


def test_a_flood_of_panics_is_one():
    panics, _, said = asked(*[PANIC] * 200)
    assert panics == len(said) == 1


def test_other_commands_between_are_kept():
    fast, slow = Command("tempo", 120.0), Command("tempo", 60.0)
    panics, tempos, _ = asked(PANIC, fast, fast, PANIC, PANIC, slow, PANIC)
    assert (panics, tempos) == (3, [120.0, 120.0, 60.0])
