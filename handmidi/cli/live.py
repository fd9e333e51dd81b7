"""``play`` and ``practice``."""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from handmidi import log
from handmidi.cli.consent import ask_for_mediapipe
from handmidi.cli.progress import waiting
from handmidi.cli.terminal import caution, is_quiet, result, say
from handmidi.cli.ways import check_ways
from handmidi.errors import TakeError
from handmidi.session.options import Options
from handmidi.take import Take

if TYPE_CHECKING:
    from handmidi.score import Score
    from handmidi.screen.scene import Result
    from handmidi.song import Song


def play(args: argparse.Namespace) -> int:
    """``handmidi play``."""
    options = _options(args)
    if args.learn is not None:
        from handmidi.session.learning import learn

        learn(options, args.learn, say)
        return 0
    with ExitStack() as guard:
        performance, take = _perform(options, guard)
        if not performance.sounded and options.synth:
            with _Rendering(take, options) as sound:
                sound.wait()
            if isinstance(sound.error, TakeError):
                performance.failure = performance.failure or sound.error
        _say_where(take, "take: ")
    if performance.failure:
        raise performance.failure
    return 0


def practice(args: argparse.Namespace) -> int:
    """``handmidi practice SONG``."""
    from handmidi.session.performance import Performance

    check_ways(args)
    options = _options(args)
    performance = Performance(options, say, caution)

    def finish(take: Take, show: Callable[[Result], None]) -> Sequence[int]:
        _statistics(take, options)
        try:
            return _results(take, options, show)
        except KeyboardInterrupt:
            raise TakeError(f"stopped; to finish the take: handmidi report {take.folder}") from None
        except Exception:
            if performance.failure is None:
                raise
            return ()

    with ExitStack() as guard:
        performance.run(guard, finish)
    if performance.failure:
        raise performance.failure
    return 0


def _say_where(take: Take, heading: str) -> None:
    """Say where the take is; with ``--quiet`` nothing but that, for a program to read."""
    result(str(take.folder) if is_quiet() else f"{heading}{take.folder}")


def _options(args: argparse.Namespace) -> Options:
    ask_for_mediapipe(args.tracker, args.accept)
    names = Options.__dataclass_fields__.keys() & vars(args).keys()
    kept = {name: getattr(args, name) for name in names}
    return Options(**{**kept, "osc": tuple(args.osc), "synth": not args.no_synth})


def _perform(options: Options, guard: ExitStack):
    from handmidi.session.performance import Performance

    performance = Performance(options, say, caution)
    take = performance.run(guard)
    _statistics(take, options)
    return performance, take


def _statistics(take: Take, options: Options) -> None:
    log.note(f"statistics {take.read_info().get('statistics')}".replace("'", ""))
    if options.stats:
        for name, value in take.read_info().get("statistics", {}).items():
            if isinstance(value, dict):
                value = ", ".join(f"{point} {figure}" for point, figure in value.items())
            result(f"{name}: {value}")


def _results(take: Take, options: Options, show: Callable[[Result], None]) -> Sequence[int]:
    """Score, engrave, render and mail; returns the bars to practise next."""
    from handmidi.session.ending import Ending
    from handmidi.session.results import NOTHING_TO_SCORE, report_take

    if take.read_info().get("stopped_song_s") == 0:
        say(NOTHING_TO_SCORE)
        _say_where(take, "take: ")
        return ()
    began_s = time.monotonic()
    ending = Ending(take, show)

    def told(song: Song, score: Score) -> None:
        from handmidi.cli.tables import score_lines

        lines = score_lines(song, score)
        say("\n".join(lines))
        ending.scored(score, lines)

    with _Rendering(take, options) as sound:
        with waiting("scoring and engraving"):
            report_take(take, told=told)
        took_s = time.monotonic() - began_s
        ending.engraved()
        _say_where(take, "take:   ")
        say(f"report: {take.report} (engraved in {took_s:.1f} s)")
        sound.wait()
    if options.email:
        from handmidi.cli.files import mail

        mail(take.folder, options.email)
    if isinstance(sound.error, TakeError):
        raise sound.error
    return ending.practise


class _Rendering:
    """Renders performance.wav beside the report; FluidSynth works outside Python's lock."""

    def __init__(self, take: Take, options: Options) -> None:
        self._take, self._named = take, options.soundfont
        self.error: Exception | None = None
        """Why there is no sound; a `TakeError` where the disk refused it."""
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, name="render", daemon=True)

    def __enter__(self) -> _Rendering:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._cancelled.set()
        self._thread.join(5.0)

    def wait(self) -> None:
        """Wait for the sound; a missing synth or SoundFont costs a line, not the take."""
        if self._thread.is_alive():
            with waiting("rendering the sound"):
                while self._thread.is_alive():  # a join without limit would not hear Ctrl-C
                    self._thread.join(0.2)
        sound = self._take.performance
        if self.error:
            caution(f"no sound file: {self.error}")
        else:
            say(f"sound:  {sound}")

    def _run(self) -> None:
        from handmidi.assets import find_soundfont
        from handmidi.session.results import render_take

        try:
            render_take(self._take, find_soundfont(self._named), self._cancelled.is_set)
        except Exception as error:  # a thread's own: said by wait()
            self.error = error
