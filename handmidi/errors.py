"""The one family of errors that a user can mend."""


class HandMidiError(Exception):
    """Something outside the program failed.

    The message is one line for a person: what failed, why, and the next step.
    The command line prints it and exits with 1.
    """


class AssetError(HandMidiError):
    """A hand model or SoundFont is missing, damaged or could not be fetched."""


class CameraError(HandMidiError):
    """A camera or video file cannot be read."""


class TraceError(HandMidiError):
    """A hand trace cannot be read or written."""


class PresetError(HandMidiError):
    """A preset does not exist or has mistakes."""


class SongError(HandMidiError):
    """A song or a file of played notes cannot be used."""


class OutputError(HandMidiError):
    """A MIDI port, synth or OSC target cannot be opened."""


class TakeError(HandMidiError):
    """A take folder cannot be read or written."""


class MailError(HandMidiError):
    """A mail could not be composed or delivered."""


def how_it_ended(code: int | None) -> str:
    """A process's exit code in words, for a line that says that it died."""
    return f"signal {-code}" if code is not None and code < 0 else f"status {code}"
