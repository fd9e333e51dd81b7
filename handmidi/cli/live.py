"""``play`` and ``practice``."""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from contextlib import ExitStack

from handmidi.cli.consent import ask_for_mediapipe
from handmidi.errors import TakeError
from handmidi.session.options import Options
from handmidi.take import Take


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
        say(f"take: {take.folder}")
    if performance.failure:
        raise performance.failure
    return 0


def practice(args: argparse.Namespace) -> int:
    """``handmidi practice SONG``."""
    options = _options(args)
    with ExitStack() as guard:
        performance, take = _perform(options, guard)
        try:
            _results(take, options)
        except KeyboardInterrupt:
            raise TakeError(f"stopped; to finish the take: handmidi report {take.folder}") from None
        except Exception:
            if performance.failure is None:
                raise
    if performance.failure:
        raise performance.failure
    return 0


def say(line: str) -> None:
    """Print a line; a terminal that was closed, or a reader that left, ends no performance."""
    try:
        print(line, flush=True)
    except OSError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - until the program ends


def _options(args: argparse.Namespace) -> Options:
    ask_for_mediapipe(args.tracker, args.accept)
    names = Options.__dataclass_fields__.keys() & vars(args).keys()
    kept = {name: getattr(args, name) for name in names}
    return Options(**{**kept, "osc": tuple(args.osc), "synth": not args.no_synth})


def _perform(options: Options, guard: ExitStack):
    from handmidi.session.performance import Performance

    performance = Performance(options, say)
    take = performance.run(guard)
    if options.stats:
        for name, value in take.read_info().get("statistics", {}).items():
            if isinstance(value, dict):
                value = ", ".join(f"{point} {figure}" for point, figure in value.items())
            say(f"{name}: {value}")
    return performance, take


def _results(take: Take, options: Options) -> None:
    from handmidi.cli.tables import score_lines
    from handmidi.session.results import NOTHING_TO_SCORE, report_take

    if take.read_info().get("stopped_song_s") == 0:
        say(f"{NOTHING_TO_SCORE}\ntake: {take.folder}")
        return
    say("scoring and engraving …")
    began_s = time.monotonic()
    with _Rendering(take, options) as sound:
        score = report_take(take)
        took_s = time.monotonic() - began_s
        for line in score_lines(score):
            say(line)
        say(f"take:   {take.folder}")
        say(f"report: {take.report} (engraved in {took_s:.1f} s)")
        sound.wait()
    if options.email:
        from handmidi.cli.files import mail

        mail(take.folder, options.email)
    if isinstance(sound.error, TakeError):
        raise sound.error


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
            say("rendering the sound …")
        while self._thread.is_alive():  # a join without limit would not hear Ctrl-C
            self._thread.join(0.2)
        sound = self._take.performance
        say(f"no sound file: {self.error}" if self.error else f"sound:  {sound}")

    def _run(self) -> None:
        from handmidi.assets import find_soundfont
        from handmidi.session.results import render_take

        try:
            render_take(self._take, find_soundfont(self._named), self._cancelled.is_set)
        except Exception as error:  # a thread's own: said by wait()
            self.error = error
