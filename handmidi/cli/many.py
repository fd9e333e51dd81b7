"""``score`` and ``report`` of many takes: progress on the way, then a table or JSON."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from handmidi.cli.progress import stages
from handmidi.cli.tables import table
from handmidi.cli.terminal import is_quiet, print_json, say, warn
from handmidi.errors import TakeError
from handmidi.session.batch import Found, cores, do_all
from handmidi.session.cluster import Cluster
from handmidi.session.jobs import Job, Outcome
from handmidi.session.workers import Workers
from handmidi.take import Take


def score_many(args: argparse.Namespace, found: Found, one: bool) -> int:
    """Score takes and show all scores; returns the exit status.

    With `one`, a take was named: its JSON is no list.
    """
    outcomes = _do(args, [Job(take, mic=args.mic) for take in found.takes], found.left_out)
    if args.json and one:
        if outcomes[0].score:
            print_json(outcomes[0].score)
    elif args.json:
        print_json([_plain(outcome) for outcome in outcomes])
    else:
        _show(outcomes)
    return _tell_failures(outcomes)


def report_many(args: argparse.Namespace, found: Found) -> int:
    """Write the reports of takes and show all scores; returns the exit status."""
    jobs = [Job(take, True, args.html, args.mic) for take in found.takes]
    outcomes = _do(args, jobs, found.left_out)
    if args.json:
        print_json([reported(Take(o.take, args.mic), args.html) | _plain(o) for o in outcomes])
        return _tell_failures(outcomes)
    if not is_quiet():
        _show(outcomes)
    count = sum(not outcome.error for outcome in outcomes)
    if count:
        name = Take(Path(), args.mic).report.name
        say(f"{name} written into {count} {_takes(count)}")
    return _tell_failures(outcomes)


def reported(take: Take, html: bool) -> dict[str, object]:
    """What ``report --json`` says of a take, without its score."""
    page = {"html": str(take.html)} if html else {}
    return {"take": str(take.folder), "report": str(take.report), **page}


def _do(args: argparse.Namespace, jobs: Sequence[Job], left_out: int) -> list[Outcome]:
    if left_out:
        warn(f"{left_out} {_takes(left_out)} without anything to score left out")
    if not jobs:
        raise TakeError("nothing to score here: name a take of handmidi practice")
    count = args.jobs or cores()
    runner = Cluster(args.dask, warn) if args.dask else Workers(min(count, len(jobs)))
    with runner, stages(len(jobs)) as told:
        return do_all(runner, jobs, told)


def _plain(outcome: Outcome) -> dict[str, object]:
    if outcome.error:
        return {"take": str(outcome.take), "error": outcome.error}
    return {"take": str(outcome.take), "score": outcome.score}


def _show(outcomes: Sequence[Outcome]) -> None:
    rows = [_row(outcome.take, outcome.score) for outcome in outcomes if outcome.score]
    if rows:
        table(("take", "accuracy", "correct", "extra", "timing", "corrected"), rows)


def _row(take: Path, score: dict) -> tuple[str, ...]:
    verdicts = Counter(verdict["verdict"] for verdict in score["verdicts"])
    return (
        str(take),
        f"{score['accuracy']:.0%}",
        f"{verdicts['correct']} of {len(score['verdicts'])}",
        str(len(score["extras"])),
        _timing(score["timing_bias_ms"]),
        _timing(score["corrected_bias_ms"]),
    )


def _timing(bias_ms: float | None) -> str:
    if bias_ms is None:
        return ""
    return f"{abs(bias_ms):.0f} ms {'late' if bias_ms >= 0 else 'early'}"


def _tell_failures(outcomes: Sequence[Outcome]) -> int:
    errors = [outcome for outcome in outcomes if outcome.error]
    for outcome in errors:
        named = str(outcome.take) in outcome.error
        warn(outcome.error if named else f"{outcome.take}: {outcome.error}")
    if errors:
        warn(f"{len(errors)} of {len(outcomes)} {_takes(len(outcomes))} failed")
    return int(bool(errors))


def _takes(count: int) -> str:
    return "take" if count == 1 else "takes"
