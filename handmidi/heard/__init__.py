"""The notes in a recording of one voice: a singer, or an instrument that plays single notes.

The pitch is followed by pYIN (Mauch and Dixon, "pYIN: a fundamental frequency estimator using
probabilistic threshold distributions", ICASSP 2014), as librosa has it: the extra ``pitch``.
Notes are made of it here.
"""

from __future__ import annotations

from pathlib import Path

from handmidi.heard.contour import follow_pitch
from handmidi.heard.segments import find_notes
from handmidi.midifile import Performance
from handmidi.notes import Note

__all__ = ["notes_heard"]


def notes_heard(path: Path, started_s: float = 0.0) -> Performance:
    """Find the notes of one voice in a recording.

    Pitches are rounded to keys after the recording's own tuning was taken off: who sings a
    quarter of a tone flat from beginning to end is not wrong in every note.

    Parameters
    ----------
    path : Path
        A sound file that libsndfile reads: WAV, FLAC, Ogg, MP3.
    started_s : float
        Session second of its first sample: notes that began before second 0 are left out.

    Returns
    -------
    Performance
        In session seconds, without song marks.

    Raises
    ------
    HandMidiError
        If the extra is not installed.
    SongError
        If the file cannot be read, or is too long.
    """
    contour = follow_pitch(path)
    notes = [
        Note(note.onset_s + started_s, note.pitch, note.duration_s, note.velocity)
        for note in find_notes(contour)
    ]
    return Performance(tuple(sorted(note for note in notes if note.onset_s >= 0)))
