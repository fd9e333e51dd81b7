"""Practice over time: every take of a song, and what became of it."""

from handmidi.history.database import FILE, progress, read_history, record
from handmidi.history.entry import Entry
from handmidi.history.summary import Progress, Summary, progress_of, summaries

__all__ = [
    "FILE",
    "Entry",
    "Progress",
    "Summary",
    "progress",
    "progress_of",
    "read_history",
    "record",
    "summaries",
]
