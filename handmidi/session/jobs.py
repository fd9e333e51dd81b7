"""One take to be scored or reported, here or on another machine."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from handmidi.errors import HandMidiError, TakeError
from handmidi.files import replace_file
from handmidi.history import Progress
from handmidi.score import Score
from handmidi.song.library import nameable
from handmidi.take import Take


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done with a take.

    Parameters
    ----------
    take : Path
        Its folder.
    report : bool
        Write the report; else only score.json.
    html : bool
        Write report.html, too.
    mic : bool
        Score what the microphone heard.
    earlier : tuple of (datetime, float, float or None)
        What the report shows of earlier takes, as `handmidi.history.progress` tells it.
    """

    take: Path
    report: bool = False
    html: bool = False
    mic: bool = False
    earlier: Progress = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job.

    Parameters
    ----------
    take : Path
        Its folder.
    score : dict, optional
        As `Score.to_dict` gives it; None if the job failed.
    error : str
        Why it failed, one line; else empty.
    """

    take: Path
    score: dict[str, Any] | None = None
    error: str = ""


def do(job: Job) -> Outcome:
    """Do a job; whatever fails, fails alone."""
    try:
        return Outcome(job.take, _score(job).to_dict())
    except HandMidiError as error:
        return failed(job, str(error))
    except Exception as error:  # a broken take must not cost the others
        return failed(job, f"internal error ({type(error).__name__}: {error}): please report it")


def failed(job: Job, why: str) -> Outcome:
    """A job's failure, in one line."""
    return Outcome(job.take, error=" ".join(why.split()))


def _score(job: Job) -> Score:
    from handmidi.session.results import report_take, score_take

    take = Take(job.take, job.mic)
    if job.report:
        return report_take(take, job.html, () if job.mic else job.earlier)
    return score_take(take)[2]


def pack(job: Job) -> dict[str, bytes]:
    """The files that a job reads, by name, for a machine that does not see them.

    Raises
    ------
    HandMidiError
        If they cannot be read.
    """
    take = Take(job.take)
    info = take.read_info()
    paths = [take.info, take.notes, take.song]
    if "length_s" not in info:  # nobody closed this take: its trace tells how far it went
        paths.append(take.trace)
    if job.mic:
        paths.append(take.microphone)
    try:
        files = {path.name: path.read_bytes() for path in paths if path.is_file()}
        about = info.get("song")
        named = about.get("name") if isinstance(about, dict) else None
        # A name only: a foreign take must not choose which file is sent away.
        if take.song.name not in files and (known := nameable().get(str(named))):
            files[take.song.name] = known.read_bytes()
    except OSError as error:
        raise TakeError(
            f"cannot read {error.filename}: {error.strerror}; leave the take out"
        ) from error
    return files


def do_packed(job: Job, files: dict[str, bytes], played_s: float) -> tuple[Outcome, dict]:
    """Do a job with the files that `pack` gave; nothing is left behind.

    Parameters
    ----------
    job : Job
    files : dict of str to bytes
    played_s : float
        When take.json was written last, seconds since 1970.

    Returns
    -------
    Outcome
    dict of str to bytes
        The files that it made, for `unpack`.
    """
    with tempfile.TemporaryDirectory(prefix="handmidi-") as folder:
        take = Take(Path(folder, "take"), job.mic)
        take.folder.mkdir()
        for name, data in files.items():
            (take.folder / name).write_bytes(data)
        os.utime(take.info, (played_s, played_s))
        outcome = do(replace(job, take=take.folder))
        error = outcome.error.replace(str(take.folder), str(job.take))
        made = {}
        for path in take.made:
            with suppress(FileNotFoundError):
                made[path.name] = path.read_bytes()
    return replace(outcome, take=job.take, error=error), made


def unpack(job: Job, outcome: Outcome, files: dict[str, bytes]) -> Outcome:
    """Write the files that `do_packed` made into the take."""
    try:
        for path in Take(job.take, job.mic).made:
            if path.name in files:
                replace_file(path, files[path.name])
    except OSError as error:
        return failed(job, f"cannot write to {job.take}: {error.strerror}")
    return outcome
