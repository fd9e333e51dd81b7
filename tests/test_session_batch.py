"""Many takes: the same files as one by one, in the order in which they were given."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from takes import make_take

from handmidi.history import progress
from handmidi.session.batch import do_all, find_all
from handmidi.session.jobs import Job, Outcome, do
from handmidi.session.results import report_take
from handmidi.session.workers import Workers
from handmidi.take import Take

pytestmark = pytest.mark.timeout(90)
MADE = ("score.json", "score.musicxml", "report.pdf")


class Here:
    """A runner in this process, last job first."""

    def __init__(self):
        self.done = []

    def run(self, jobs):
        for index, job in reversed(list(enumerate(jobs))):
            self.done.append(job)
            yield index, do(job)


def test_takes_are_found_at_any_depth_in_order(tmp_path):
    for name in ("b/2", "a", "b/1/x"):
        make_take(tmp_path / name)
    found = find_all([tmp_path / "b", tmp_path])
    assert [path.relative_to(tmp_path) for path in found.takes] == [
        Path("b/1/x"), Path("b/2"), Path("a"),
    ]  # fmt: skip
    assert find_all([tmp_path / "a", tmp_path / "a"]).takes == (tmp_path / "a",)


def test_what_has_nothing_to_score_is_left_out_unless_it_is_named_alone(tmp_path):
    make_take(tmp_path / "song")
    play = make_take(tmp_path / "play")
    play.info.write_text(json.dumps({"song": None}))
    make_take(tmp_path / "stopped", stopped_song_s=0)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "take.json").write_text("{")
    found = find_all([tmp_path])
    assert [path.name for path in found.takes] == ["broken", "song"]
    assert found.left_out == 2
    assert find_all([tmp_path / "play"]).takes == (tmp_path / "play",)
    several = find_all([tmp_path / name for name in ("song", "stopped", "broken")])
    assert [path.name for path in several.takes] == ["song", "broken"]
    assert several.left_out == 1


def test_a_path_without_takes_stands_for_itself(tmp_path):
    assert find_all([tmp_path, tmp_path / "none"]).takes == (tmp_path, tmp_path / "none")


def test_outcomes_keep_the_order_of_the_jobs(tmp_path):
    folders = [make_take(tmp_path / f"{i}", missed=i).folder for i in range(3)]
    told = []
    jobs = [Job(folder) for folder in [tmp_path / "none", *folders]]
    outcomes = do_all(Here(), jobs, lambda *args: told.append(args))
    assert [outcome.take for outcome in outcomes] == [job.take for job in jobs]
    assert outcomes[0].error
    assert [outcome.score["recall"] for outcome in outcomes[1:]] == sorted(
        (outcome.score["recall"] for outcome in outcomes[1:]), reverse=True
    )
    assert told == [("scoring", i) for i in range(5)]


def test_all_are_scored_before_the_first_report(tmp_path):
    folders = [
        make_take(tmp_path / f"{i}", started=f"2026-11-2{i}T12:00:00+00:00", missed=i).folder
        for i in range(3)
    ]
    runner = Here()
    do_all(runner, [Job(folder, report=True) for folder in [*folders, tmp_path / "none"]])
    assert [job.report for job in runner.done] == [False] * 4 + [True] * 3
    known = {job.take.name: len(job.earlier) for job in runner.done[4:]}
    assert known == {"0": 0, "1": 1, "2": 2}


def test_processes_write_what_one_by_one_is_written(tmp_path):
    one, many = tmp_path / "one", tmp_path / "many"
    for i in range(3):
        make_take(one / f"{i}", missed=i, started=f"2026-11-2{i}T12:00:00+00:00")
    shutil.copytree(one, many)
    for i in range(3):
        report_take(Take(one / f"{i}"))
    with Workers(2) as workers:
        do_all(workers, [Job(many / f"{i}", report=True) for i in (2, 0, 1)])
    for i in range(3):
        for name in MADE:
            assert (many / f"{i}" / name).read_bytes() == (one / f"{i}" / name).read_bytes()
    assert len(progress(Take(many / "2"))) == 2


def test_an_internal_error_is_one_line(tmp_path, monkeypatch):
    def broken(take):
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("handmidi.session.results.score_take", broken)
    line = "internal error (RuntimeError: two lines): please report it"
    assert do(Job(tmp_path)) == Outcome(tmp_path, error=line)
