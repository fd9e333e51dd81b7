"""Jobs on the cores of this machine: one bad take never stops the rest."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time

import pytest
from takes import make_take

from handmidi.session.jobs import Job
from handmidi.session.workers import Workers

pytestmark = [
    pytest.mark.timeout(90),
    pytest.mark.skipif(sys.platform == "win32", reason="pipes with names and signals"),
]


@pytest.fixture
def takes(tmp_path):
    return [make_take(tmp_path / f"{i}", missed=i).folder for i in range(6)]


STUCK = """
import time
from handmidi.take import Take
read_info = Take.read_info
def stick(take):
    while take.folder.name == "stuck":
        time.sleep(1)
    return read_info(take)
Take.read_info = stick
"""


@pytest.fixture
def stuck(tmp_path, monkeypatch):
    """A take that is never read to its end, by the processes that are started from now on."""
    (tmp_path / "sitecustomize.py").write_text(STUCK)
    before = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(tmp_path), before))))
    return make_take(tmp_path / "stuck").folder


def run(workers, folders):
    outcomes = dict(workers.run([Job(folder) for folder in folders]))
    return [outcomes[index] for index in range(len(folders))]


def missed(outcome):
    return sum(verdict["verdict"] == "missed" for verdict in outcome.score["verdicts"])


def children():
    return {child.pid for child in multiprocessing.active_children()}


def kill_every_child(ended: threading.Event):
    while not ended.wait(0.2):
        for pid in children():
            os.kill(pid, signal.SIGKILL)


def test_every_take_gets_its_own_outcome(takes, tmp_path):
    with Workers(2) as workers:
        outcomes = run(workers, [*takes, tmp_path / "nowhere"])
        assert len(children()) == 2
        assert [missed(outcome) for outcome in outcomes[:-1]] == list(range(6))
        assert outcomes[-1].error.startswith(f"no such take: {tmp_path / 'nowhere'};")
        assert missed(run(workers, takes[:1])[0]) == 0
    assert not children()
    workers.close()


def test_a_killed_process_costs_no_take(takes):
    with Workers(2) as workers:
        results = workers.run([Job(folder) for folder in takes])
        outcomes = dict([next(results)])
        for pid in children():
            os.kill(pid, signal.SIGKILL)
        outcomes |= dict(results)
    assert [missed(outcomes[i]) for i in range(6)] == list(range(6))


def test_a_take_that_kills_its_process_twice_has_failed(takes, stuck):
    with Workers(2) as workers:
        results = workers.run([Job(stuck), *(Job(folder) for folder in takes)])
        outcomes = dict(next(results) for _ in takes)
        ended = threading.Event()
        killer = threading.Thread(target=kill_every_child, args=(ended,))
        killer.start()
        try:
            outcomes |= dict(results)
        finally:
            ended.set()
            killer.join()
    assert "killed" in outcomes[0].error
    assert "--jobs 1" in outcomes[0].error
    assert [missed(outcomes[i + 1]) for i in range(6)] == list(range(6))


def test_a_take_that_takes_too_long_is_given_up(takes, stuck):
    with Workers(1, limit_s=4.0) as workers:
        first, second = run(workers, [stuck, takes[2]])
    assert first.error == "took longer than 4 s: given up"
    assert missed(second) == 2


def test_processes_end_in_the_middle_of_their_work(stuck, takes):
    began_s = time.monotonic()
    with Workers(2) as workers:
        results = workers.run([Job(stuck), Job(takes[0])])
        assert next(results)[0] == 1
        assert children()
    assert not children()
    assert time.monotonic() - began_s < 60
