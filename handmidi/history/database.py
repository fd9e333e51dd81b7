"""``history.sqlite`` beside the takes: what was practised when, and how well.

The take folders are the truth. The database only saves reading them all: whoever asks brings it
up to date first; it is made anew where it is damaged or of another version, and done without
where it cannot be opened or written.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import astuple, fields
from pathlib import Path

from handmidi.history.entry import Entry, plain_text, read_entry
from handmidi.history.summary import Progress, progress_of
from handmidi.take import Take

FILE = "history.sqlite"
"""The database's name in the folder of takes."""

_VERSION = 1
_BUSY_S = 1.0
_SCHEMA = """
CREATE TABLE takes (
    take TEXT PRIMARY KEY, date TEXT NOT NULL, song TEXT NOT NULL, title TEXT NOT NULL,
    preset TEXT NOT NULL, tempo REAL NOT NULL, loop TEXT NOT NULL, waited INTEGER NOT NULL,
    whole INTEGER NOT NULL, accuracy REAL, f_measure REAL, bias_ms REAL, corrected_bias_ms REAL,
    spread_ms REAL, streak INTEGER, notes INTEGER, stamp TEXT NOT NULL
) STRICT
"""
_CLOSED = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
"""Failures that a new database would meet, too."""


def read_history(
    parent: Path, warn: Callable[[str], None] = lambda line: None, rebuild: bool = False
) -> list[Entry]:
    """Every take of a song directly in `parent`, by date.

    Parameters
    ----------
    parent : Path
        The folder of takes; it may be missing.
    warn : callable
        Takes one line for the user where the database was of no use.
    rebuild : bool
        Make the database anew.
    """
    path = parent / FILE
    if not _stamps(parent) and not path.exists():
        return []
    try:
        if rebuild:
            _remove(path)
        try:
            found = _through(path)
        except sqlite3.Error as error:
            if _code(error) in _CLOSED:
                raise
            warn(f"{path} is damaged ({error}): made anew")
            _remove(path)
            found = _through(path)
    except (sqlite3.Error, OSError) as error:
        warn(f"{path} cannot be used ({error}): reading every take instead")
        found = [read_entry(Take(parent / name)) for name in _stamps(parent)]
    return sorted((entry for entry in found if entry.song), key=lambda entry: entry.order)


def record(take: Take) -> None:
    """Bring the database beside a take up to date; that it cannot be is no failure."""
    read_history(take.folder.absolute().parent)


def progress(take: Take) -> Progress:
    """Earlier takes that a take can be compared with; `progress_of` tells which."""
    folder = take.folder.absolute()
    return progress_of(read_history(folder.parent)).get(plain_text(folder.name), ())


# ---- the database


def _through(path: Path) -> list[Entry]:
    """All entries, from a database that was brought up to date."""
    names = ", ".join(field.name for field in fields(Entry))
    with closing(sqlite3.connect(path, timeout=_BUSY_S)) as db:
        db.execute("PRAGMA synchronous = OFF")  # what a crash takes is read again
        with db:
            db.execute("BEGIN IMMEDIATE")
            if db.execute("PRAGMA user_version").fetchone() != (_VERSION,):
                db.execute("DROP TABLE IF EXISTS takes")
                db.execute(_SCHEMA)
                db.execute(f"PRAGMA user_version = {_VERSION}")
        _update(db, path.parent)
        rows = db.execute(f"SELECT {names} FROM takes").fetchall()
    return [Entry(*row[:7], bool(row[7]), bool(row[8]), *row[9:]) for row in rows]


def _update(db: sqlite3.Connection, parent: Path) -> None:
    """Take in new and changed takes, and leave out those that are gone."""
    known = dict(db.execute("SELECT take, stamp FROM takes").fetchall())
    stamps = _stamps(parent)
    names = {plain_text(name): name for name in stamps}
    gone = [(name,) for name in known.keys() - names.keys()]
    changed = [
        (*astuple(read_entry(Take(parent / name))), stamps[name])
        for text, name in names.items()
        if known.get(text) != stamps[name]
    ]
    if gone or changed:
        marks = ", ".join("?" * (len(fields(Entry)) + 1))
        with db:
            db.executemany("DELETE FROM takes WHERE take = ?", gone)
            db.executemany(f"INSERT OR REPLACE INTO takes VALUES ({marks})", changed)


def _remove(path: Path) -> None:
    for each in (path, path.with_name(f"{FILE}-journal")):  # it would be played into a new one
        each.unlink(missing_ok=True)


def _stamps(parent: Path) -> dict[str, str]:
    """Of each take's folder, by name: what changes when its take.json or score.json does."""
    found = {}
    with suppress(OSError), os.scandir(parent) as folders:
        for folder in folders:
            with suppress(OSError):
                found[folder.name] = f"{_stamp(folder, 'take.json')} {_score_stamp(folder)}"
    return found


def _stamp(folder: os.DirEntry, name: str) -> str:
    seen = os.stat(os.path.join(folder.path, name))
    return f"{seen.st_mtime_ns}:{seen.st_size}"


def _score_stamp(folder: os.DirEntry) -> str:
    try:
        return _stamp(folder, "score.json")
    except FileNotFoundError:
        return ""


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says it more precisely
