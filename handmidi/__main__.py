"""``python -m handmidi``."""

from handmidi.cli import run

run()
