"""``play`` and ``practice``."""

from __future__ import annotations

import argparse
import threading
import time

from handmidi.cli.consent import ask_for_mediapipe
from handmidi.errors import HandMidiError
from handmidi.session.options import Options
from handmidi.take import Take


def play(args: argparse.Namespace) -> int:
    """``handmidi play``."""
    options = _options(args)
    performance, take = _perform(options)
    _say_speeds(options, take)
    print(f"take: {take.folder}")
    if performance.failure:
        raise performance.failure
    return 0


def practice(args: argparse.Namespace) -> int:
    """``handmidi practice SONG``."""
    options = _options(args)
    performance, take = _perform(options)
    _say_speeds(options, take)
    try:
        _results(take, options)
    except Exception:
        if performance.failure is None:
            raise
    if performance.failure:
        raise performance.failure
    return 0


def _options(args: argparse.Namespace) -> Options:
    ask_for_mediapipe(args.tracker, args.accept)
    names = Options.__dataclass_fields__.keys() & vars(args).keys()
    return Options(**{name: getattr(args, name) for name in names}, synth=not args.no_synth)


def _perform(options: Options):
    from handmidi.session.performance import Performance

    performance = Performance(options, lambda line: print(line, flush=True))
    take = performance.run()
    return performance, take


def _results(take: Take, options: Options) -> None:
    from handmidi.cli.tables import say_score
    from handmidi.session.results import report_take

    if take.read_info().get("stopped_song_s") == 0:
        print(f"stopped before the song began: nothing to score\ntake: {take.folder}")
        return
    print("scoring and engraving …", flush=True)
    began_s = time.monotonic()
    sound = _Rendering(take, options)
    score = report_take(take)
    took_s = time.monotonic() - began_s
    say_score(score)
    print(f"take:   {take.folder}")
    print(f"report: {take.report} (engraved in {took_s:.1f} s)", flush=True)
    sound.wait()
    if options.email:
        from handmidi.cli.files import mail

        mail(take.folder, options.email)


class _Rendering:
    """Renders performance.wav beside the report; FluidSynth works outside Python's lock."""

    def __init__(self, take: Take, options: Options) -> None:
        self._take, self._named = take, options.soundfont
        self._error: HandMidiError | None = None
        self._thread = threading.Thread(target=self._run, name="render")
        self._thread.start()

    def wait(self) -> None:
        """Wait for the sound; a missing synth or SoundFont costs a line, not the take."""
        if self._thread.is_alive():
            print("rendering the sound …", flush=True)
        self._thread.join()
        print(
            f"no sound file: {self._error}" if self._error else f"sound:  {self._take.performance}"
        )

    def _run(self) -> None:
        from handmidi.assets import find_soundfont
        from handmidi.session.results import render_take

        try:
            render_take(self._take, find_soundfont(self._named))
        except HandMidiError as error:
            self._error = error


def _say_speeds(options: Options, take: Take) -> None:
    if not options.stats:
        return
    speeds = take.read_info().get("statistics", {})
    for name, value in speeds.items():
        shown = (
            ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
        )
        print(f"{name}: {shown}")
