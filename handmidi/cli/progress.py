"""How far a work is: a bar on a terminal, plain lines elsewhere, nothing with ``--quiet``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from handmidi.cli.terminal import console, is_quiet, is_rich, say, shown

_STEPS = 10


@contextmanager
def progress(doing: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Tell how far a work is: a bar on a terminal, at most eleven lines elsewhere, on stderr.

    Parameters
    ----------
    doing : str
        What is done: ``tracking``.
    total : int, optional
        How many steps there are; where it is not known, a sign turns, or one line is printed.

    Yields
    ------
    callable
        To be called with the number of steps that are done.
    """
    with stages(total) as tell:
        tell(doing, 0)
        yield lambda done: tell(doing, done)


@contextmanager
def stages(total: int | None) -> Iterator[Callable[[str, int], None]]:
    """As `progress`, for a work of several stages, each with `total` steps.

    Yields
    ------
    callable
        To be called with the stage and the number of its steps that are done.
    """
    if is_quiet():
        yield lambda doing, done: None
    elif is_rich(sys.stderr):
        with _bars(total) as tell:
            yield tell
    else:
        yield _Lines(total)


@contextmanager
def waiting(doing: str, always: bool = True) -> Iterator[None]:
    """Show that something takes a while: a turning sign on a terminal, else a remark.

    Parameters
    ----------
    doing : str
    always : bool
        False leaves the remark out: most times it is done at once.
    """
    if is_rich(sys.stderr) and not is_quiet():
        with _bars(None) as tell:
            tell(doing, 0)
            yield
    else:
        if always:
            say(f"{doing} …")
        yield


@contextmanager
def fetching(doing: str) -> Iterator[Callable[[int, int], None]]:
    """Tell how far a download is: a bar on a terminal, else a remark.

    Yields
    ------
    callable
        To be called with the bytes that are there, and with all; 0 where that is not known.
    """
    if is_quiet() or not is_rich(sys.stderr):
        say(f"{doing} …")
        yield lambda done, total: None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn()
    with Progress(*columns, console=console(sys.stderr), transient=True) as bar:
        task = bar.add_task(doing, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


class _Lines:
    """Progress in plain lines."""

    def __init__(self, total: int | None) -> None:
        self._total = total
        self._told: dict[str, int] = {}

    def __call__(self, doing: str, done: int) -> None:
        share = done * _STEPS // self._total if self._total else 0
        if self._told.get(doing) == share:
            return
        self._told[doing] = share
        counted = f" {done} of {self._total}" if self._total else ""
        print(shown(f"{doing}{counted} …"), file=sys.stderr, flush=True)


@contextmanager
def _bars(total: int | None) -> Iterator[Callable[[str, int], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    counted = (BarColumn(), MofNCompleteColumn(), Left()) if total else ()
    # Other spinners are made of signs that an old terminal or a plain locale lacks.
    columns = (SpinnerColumn("line"), TextColumn("{task.description}"), *counted)
    with Progress(
        *columns,
        console=console(sys.stderr),
        transient=True,
        redirect_stdout=sys.stdout.isatty(),  # rich would print on stderr what goes into a pipe
    ) as bar:
        tasks: dict[str, Any] = {}

        def tell(doing: str, done: int) -> None:
            if doing not in tasks:
                tasks[doing] = bar.add_task(doing, total=total)
            bar.update(tasks[doing], completed=done)

        yield tell
