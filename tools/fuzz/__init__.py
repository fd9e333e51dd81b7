"""Damaged input for everything that handmidi reads: ``python -m tools.fuzz``.

Each parser gets damaged copies of good input, by the functions that the commands use. It must
read them, or refuse them with a `HandMidiError` of one line, within time and memory.
"""
