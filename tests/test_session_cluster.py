"""The same jobs on a Dask cluster: real scheduler and workers, on this machine."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from takes import make_take
from test_network import traced

from handmidi.errors import HandMidiError
from handmidi.session.batch import do_all
from handmidi.session.cluster import Cluster
from handmidi.session.jobs import Job, do, do_packed, pack, unpack
from handmidi.session.workers import Workers
from handmidi.take import Take

pytestmark = pytest.mark.timeout(240)
MADE = ("score.json", "score.musicxml", "report.pdf", "report.html")


def start(*arguments, cwd: Path) -> subprocess.Popen:
    """A part of Dask that says nothing and lives away from here."""
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    command = [sys.executable, "-m", *map(str, arguments)]
    environment = {**os.environ, "TMPDIR": str(cwd)}
    return subprocess.Popen(command, cwd=cwd, env=environment, stderr=subprocess.DEVNULL, **quiet)


def end(*running: subprocess.Popen):
    for each in running:
        each.terminate()
    for each in running:
        try:
            each.wait(3)
        except subprocess.TimeoutExpired:
            each.kill()
            each.wait()


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where schedulers and workers live, and their temporary files."""
    return tmp_path_factory.mktemp("dask")


@pytest.fixture(scope="module")
def dask(folder):
    """Starts schedulers and workers; ends them after the module's tests."""
    pytest.importorskip("distributed")
    running = []

    def scheduler() -> tuple[str, subprocess.Popen]:
        port = free_port()
        options = ("--host", "127.0.0.1", "--port", port, "--no-dashboard")
        running.append(start("distributed.cli.dask_scheduler", *options, cwd=folder))
        return f"tcp://127.0.0.1:{port}", running[-1]

    def worker(address: str, *more) -> subprocess.Popen:
        options = (address, "--no-dashboard", "--host", "127.0.0.1", *more)
        running.append(start("distributed.cli.dask_worker", *options, cwd=folder))
        return running[-1]

    yield scheduler, worker
    end(*reversed(running))


@pytest.fixture(scope="module")
def address(dask) -> str:
    """A scheduler with two workers, one of them with two threads."""
    from distributed import Client

    scheduler, worker = dask
    for _ in range(3):  # a busy machine may let Dask's own start time out
        found, _ = scheduler()
        worker(found, "--nthreads", "1")
        worker(found, "--nthreads", "2")
        with suppress(TimeoutError, OSError):
            with Client(found, timeout=20, set_as_default=False) as client:
                client.wait_for_workers(2, timeout=30)
            return found
    return pytest.fail("Dask does not start")


@pytest.fixture
def soon(monkeypatch):
    """Patience is short in a test."""
    monkeypatch.setattr("handmidi.session.cluster._CONNECT_S", 1)


def refused(address: str) -> str:
    with pytest.raises(HandMidiError) as failure, Cluster(address, print):
        pass
    line = str(failure.value)
    assert "\n" not in line
    return line


def files_of(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in MADE}


def test_what_is_packed_is_enough(tmp_path):
    take = make_take(tmp_path / "take", missed=1)
    job = Job(take.folder)
    outcome, made = do_packed(job, pack(job), 0.0)
    assert not take.score.exists()
    assert unpack(job, outcome, made) == outcome
    assert json.loads(take.score.read_text()) == outcome.score
    take.score.unlink()
    assert do(job) == outcome


def test_a_take_that_was_not_closed_sends_its_trace(tmp_path):
    take = make_take(tmp_path / "take", length_s=None)
    rows = ["time_s,ready_s,hand,score,area,x,y,openness", "4.0,4.0,,,,,,"]
    take.trace.write_text("\n".join(rows) + "\n")
    job = Job(take.folder)
    outcome, _ = do_packed(job, pack(job), 0.0)
    assert outcome == do(job)
    assert len(outcome.score["verdicts"]) < 15


def test_a_song_that_the_take_does_not_carry_is_sent(tmp_path):
    take = make_take(tmp_path / "take", "mama")
    take.song.unlink()
    assert "song.mid" in pack(Job(take.folder))


def test_a_recording_is_sent_only_where_it_is_scored(tmp_path):
    take = make_take(tmp_path / "take")
    take.microphone.write_bytes(b"sound")
    assert "mic.wav" not in pack(Job(take.folder))
    assert pack(Job(take.folder, mic=True))["mic.wav"] == b"sound"


def test_errors_name_the_take_and_not_where_it_was_done(tmp_path):
    take = make_take(tmp_path / "take")
    take.notes.write_bytes(b"no MIDI")
    outcome, made = do_packed(Job(take.folder), pack(Job(take.folder)), 0.0)
    assert str(take.folder) in outcome.error
    assert outcome.error == do(Job(take.folder)).error
    assert not made


def test_results_are_written_by_known_names_only(tmp_path):
    take = make_take(tmp_path / "take")
    outcome = do(Job(take.folder))
    unpack(Job(take.folder), outcome, {"../evil": b"", "take.json": b"", "score.json": b"{}"})
    assert take.score.read_bytes() == b"{}"
    assert take.read_info()
    assert not (tmp_path / "evil").exists()


def test_a_cluster_gives_the_same_files(address, folder, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    for i in range(4):
        make_take(here / f"{i}", missed=i, started=f"2026-11-2{i}T12:00:00+00:00")
    (here / "2" / "notes.mid").write_bytes(b"no MIDI")
    shutil.copytree(here, there)
    jobs = [Job(here / f"{i}", report=True, html=True) for i in range(4)]
    with Workers(2) as workers:
        expected = do_all(workers, jobs)
    jobs = [Job(there / f"{i}", report=True, html=True) for i in range(4)] + [
        Job(there / "nowhere")
    ]
    with Cluster(address, print) as cluster:
        outcomes = do_all(cluster, jobs)
    assert [o.error for o in outcomes[:4]] == [
        o.error.replace(str(here), str(there)) for o in expected
    ]
    assert [o.score for o in outcomes[:4]] == [o.score for o in expected]
    assert [bool(o.error) for o in outcomes] == [False, False, True, False, True]
    for i in (0, 1, 3):
        assert files_of(there / f"{i}") == files_of(here / f"{i}")
    assert not list(folder.glob("handmidi-*"))


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_only_the_scheduler_is_spoken_to(address, tmp_path):
    make_take(tmp_path / "take")
    lines, _ = traced(tmp_path, "score", "take", "--dask", address)
    ports = {port for line in lines for port in re.findall(r"htons\((\d+)\)", line)}
    assert ports == {address.rpartition(":")[2]}


def test_nobody_answers(soon):
    line = refused(f"tcp://127.0.0.1:{free_port()}")
    assert "no Dask scheduler answers" in line


def test_somebody_else_answers(soon):
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert "no Dask scheduler answers" in refused(f"127.0.0.1:{server.getsockname()[1]}")


@pytest.mark.parametrize("address", ["nowhere", "127.0.0.1:x", "http://127.0.0.1:80", ""])
def test_an_address_that_is_none(address):
    assert "no Dask scheduler answers" in refused(address)


def test_a_cluster_without_workers(dask):
    address, _ = dask[0]()
    assert "has no workers" in refused(address)


def test_another_handmidi_is_refused(address, monkeypatch):
    monkeypatch.setattr("handmidi.__version__", "0.0.7")
    assert "install handmidi 0.0.7" in refused(address)


def test_a_cluster_that_is_lost(dask, tmp_path):
    from distributed import Client

    scheduler, worker = dask
    address, process = scheduler()
    worker(address, "--nthreads", "1")
    with Client(address, timeout=20, set_as_default=False) as client:
        client.wait_for_workers(1, timeout=30)
    jobs = [Job(make_take(tmp_path / f"{i}").folder) for i in range(20)]
    with Cluster(address, print) as cluster:
        results = cluster.run(jobs)
        next(results)
        process.kill()
        with pytest.raises(HandMidiError, match="lost"):
            list(results)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_worker_that_dies_costs_no_take(dask, tmp_path):
    from distributed import Client

    scheduler, worker = dask
    address, _ = scheduler()
    first = worker(address, "--nthreads", "1", "--no-nanny")
    worker(address, "--nthreads", "1", "--no-nanny")
    with Client(address, timeout=20, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=30)
    folders = [make_take(tmp_path / f"{i}", missed=i).folder for i in range(6)]
    with Cluster(address, print) as cluster:
        results = cluster.run([Job(folder) for folder in folders])
        outcomes = dict([next(results)])
        os.kill(first.pid, 9)
        outcomes |= dict(results)
    assert all(not outcome.error for outcome in outcomes.values())
    assert all(Take(folder).score.is_file() for folder in folders)
