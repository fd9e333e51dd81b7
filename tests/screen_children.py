"""Stand-ins for the window's process; a process started anew imports them."""

from __future__ import annotations

import os
import time

from handmidi.screen.window import Asked, Given, Left


def echo(pipe, view):
    """Gives what it hears back as commands, asking without a pause."""
    try:
        while True:
            pipe.send(Asked())
            clock, scene, moment = pipe.recv()
            if scene:
                pipe.send(Given(f"scene {scene.title}"))
            if moment:
                pipe.send(Given(f"moment {moment.note} {clock() > 0}"))
            time.sleep(0.005)
    except (EOFError, OSError):
        return


def asks_too_much(pipe, view):
    """Asks again and again, and reads nothing."""
    while True:
        pipe.send(Asked())


def dies(pipe, view):
    """Dies on its own."""
    os._exit(3)


def fails(pipe, view):
    """Says why it leaves."""
    pipe.send(Left("the window failed (no colours)"))


def is_closed(pipe, view):
    """Leaves as a window does that was closed."""
    pipe.send(Given("quit"))
    pipe.send(Left(""))


def hangs(pipe, view):
    """Does not even leave when it is asked to."""
    import signal

    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    pipe.send(Given("ready"))
    time.sleep(60)
