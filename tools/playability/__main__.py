"""Run the benchmark: ``python -m tools.playability``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from .report import Report, rewrite, show

CLIPS, FEW_SEEDS, FEW_CLIPS = 10, 12, 2


def main() -> int:
    """Read the arguments, run every condition, show and write the figures."""
    options = _options()
    from .trials import HELD_OUT, run

    count = FEW_SEEDS if options.quick else options.seeds
    report = Report(range(HELD_OUT, HELD_OUT + count))
    for name, scores in run(report.seeds, options.jobs):
        report.scores[name] = scores
        print(f"{name} done", file=sys.stderr, flush=True)
    from .traces import cost

    report.cost = cost(report.seeds[:20])
    if options.clips:
        _render(report, options)
    show(report, sys.stdout.isatty())
    if options.output:
        text = json.dumps(report.to_dict(), indent=1, ensure_ascii=False) + "\n"
        options.output.write_text(text, encoding="utf-8")
    if options.docs:
        rewrite(options.docs, report)
    return 1 if options.strict and report.misses() else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tools.playability", description=__doc__)
    add = parser.add_argument
    add("--seeds", type=int, default=200, metavar="N", help="held-out players (default 200)")
    add("--clips", type=int, metavar="N", help=f"rendered takes (default {CLIPS}, 0 for none)")
    add("--jobs", type=int, default=1, metavar="N", help="processes (default 1)")
    add("--quick", action="store_true", help=f"{FEW_SEEDS} players and {FEW_CLIPS} clips")
    add("--hand", type=Path, metavar="FILE", help="the rigged hand: right.glb or its npm package")
    add("-o", "--output", type=Path, metavar="FILE", help="write all figures as JSON")
    add("--docs", type=Path, metavar="FILE", help="rewrite the figures in docs/playability.md")
    add("--strict", action="store_true", help="exit with 1 if a bar is missed")
    options = parser.parse_args()
    if options.seeds < 1 or options.jobs < 1 or (options.clips or 0) < 0:
        parser.error("--seeds and --jobs are at least 1, --clips at least 0")
    if options.clips is None:
        options.clips = FEW_CLIPS if options.quick else CLIPS
    return options


def _render(report: Report, options: argparse.Namespace) -> None:
    """Add the rendered performances, or say why there are none."""
    from subprocess import SubprocessError

    from handmidi.errors import HandMidiError

    from .rendered import clips, rigged_hand, summary
    from .trials import RENDERED, judge, merge

    seeds = range(report.seeds[0], report.seeds[0] + options.clips)
    made = []
    try:
        for clip in clips(seeds, rigged_hand(options.hand), options.jobs):
            made.append(clip)
            print(f"clip {len(made)} of {options.clips} done", file=sys.stderr, flush=True)
    except (HandMidiError, OSError, SubprocessError, ValueError) as error:
        report.video = {"left out": str(error)}
        return
    report.scores[RENDERED] = merge(judge(clip.take) for clip in made)
    report.video = summary(made)


if __name__ == "__main__":
    sys.exit(main())
