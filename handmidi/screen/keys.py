"""The keys of the window, and what they ask for."""

from __future__ import annotations

COMMANDS: dict[str, tuple[tuple[str, ...], str]] = {
    "quit": (("Esc", "q"), "end"),
    "panic": (("p",), "silence every note"),
    "next preset": (("n",), "the next preset"),
    "previous preset": (("b",), "the one before"),
    "restart": (("r",), "from the beginning"),
    "loop": (("l",), "loop: from this bar, to this bar, off"),
    "faster": (("+", "="), "5 % faster"),
    "slower": (("-",), "5 % slower"),
    "mute": (("m",), "built-in sound off and on"),
    "full screen": (("f", "F11"), "full screen"),
    "contrast": (("c",), "high contrast"),
    "help": (("h", "?", "F1"), "these keys"),
}
"""What each command's keys are, and what it does. The last three the screen does by itself."""

LOCAL = ("full screen", "contrast", "help")
