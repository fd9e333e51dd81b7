"""`bench` as a user runs it, its child processes, and the soak."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from running import run_handmidi
from servers import soundfont
from vision_assets import hand_model

from handmidi.bench import processes
from handmidi.bench.child import Child, display
from handmidi.bench.film import read_pictures
from handmidi.bench.suite import ONE, TWO_ONE, TWO_TWO
from handmidi.bench.timing import WARM_UP
from handmidi.bench.tracking import Film, compare
from handmidi.cli import main
from handmidi.errors import HandMidiError
from tools import soak

ROOT = Path(__file__).resolve().parent.parent
LINUX = pytest.mark.skipif(not processes.can_look(), reason="the figures come from /proc")


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """A quick bench: what it printed, its JSON, and where it ran."""
    hand_model()
    soundfont()
    folder = tmp_path_factory.mktemp("bench")
    done = run_handmidi(
        "bench", "--quick", "--live", "2", "--trackers", "direct", "-o", "speed.json",
        cwd=folder, PULSE_SERVER="none",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done, json.loads((folder / "speed.json").read_text(encoding="utf-8")), folder


@pytest.mark.timeout(120)
def test_a_tracker_is_measured_in_each_case(quick):
    _, found, _ = quick
    assert [row["case"] for row in found["trackers"]] == [ONE.name, TWO_ONE.name, TWO_TWO.name]
    for row in found["trackers"]:
        for name in ("wall_ms", "bare_ms"):
            assert 0 < row[name]["p50"] <= row[name]["p95"] <= row[name]["p99"]
        assert row["ratio"] > 0 and row["cpu_ms"] > 0 and row["fps"] > 0
    assert found["trackers"][-1]["seen"] > 1.9


@pytest.mark.timeout(120)
def test_sessions_are_played_to_their_end(quick):
    _, found, folder = quick
    names = [row["name"] for row in found["live"]]
    assert len(names) == 5 and names[0].startswith("practice, direct, 1 hand, ")
    assert names[3:] == [f"play, direct, {hands}, headless" for hands in (ONE.name, TWO_TWO.name)]
    for row in found["live"]:
        assert row["frames"] > 10 and row["twice"] == 0 and 0 < row["used_percent"] <= 100
        assert row["frame_to_hand_ms"]["p50"] <= row["frame_to_message_ms"]["p50"]
        if processes.can_look():
            assert set(row["cpu_percent"]) >= {"main", "vision"}
            if "screen" in row["cpu_percent"]:
                assert "headless" not in row["name"]
            assert 0 < row["pss_mb"] <= row["rss_mb"]
    times = found["start_up"]
    assert len(times["help_runs_s"]) == len(times["play_runs_s"]) == 3
    assert {aim["what"] for aim in found["aims"]} >= {"handmidi --help, s", "play is ready, s"}
    assert [path.name for path in folder.iterdir()] == ["speed.json"]


@pytest.mark.timeout(120)
def test_a_pipe_gets_plain_lines_and_progress_goes_elsewhere(quick):
    done, found, _ = quick
    lines = done.stdout.splitlines()
    assert any(line.startswith("direct\t1 hand\t") for line in lines)
    assert "│" not in done.stdout and "\x1b" not in done.stdout
    assert any(found["machine"]["cpu"] in line for line in lines)
    assert "side by side, 1 hand …" in done.stderr and "…" not in done.stdout


@pytest.mark.timeout(120)
def test_json_alone_is_printed(tmp_path):
    hand_model()
    done = run_handmidi(
        "bench", "--quick", "--live", "0", "--trackers", "skin", "--json", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == {
        "machine", "busy", "clip", "model", "live_s", "left_out", "pictures", "trackers",
        "side_by_side", "live", "start_up", "aims",
    }  # fmt: skip
    assert found["live"] == [] and found["start_up"] is None
    assert list(found["side_by_side"][1]["wall_ms"]) == ["network", "skin"]


@pytest.mark.timeout(120)
def test_trackers_take_turns_in_one_process(tmp_path):
    film = Film(tmp_path / "pictures.npy", hand_model())
    np.save(film.path, read_pictures("demo", WARM_UP + 5))
    found = compare(("direct", "skin"), film, TWO_ONE)
    assert list(found["wall_ms"]) == ["network", "direct", "direct, 1 hand", "skin"]
    assert found["case"] == TWO_ONE.name and found["hands"] == 2


@pytest.mark.timeout(120)
def test_mediapipe_is_left_out_unless_the_user_agreed(tmp_path):
    hand_model()
    done = run_handmidi(
        "bench", "--quick", "--live", "0", "--trackers", "mediapipe,skin", cwd=tmp_path,
        HANDMIDI_ACCEPT_MEDIAPIPE="", HANDMIDI_DATA=str(tmp_path),
        HANDMIDI_MODEL=str(hand_model()),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "mediapipe is left out: " in done.stdout
    assert "\nskin\t" in done.stdout and "\nmediapipe\t" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (["--trackers", "direct,eyes"], 2, "'eyes' is not one of direct, mediapipe, skin"),
        (["--live", "0.5"], 2, "--live: '0.5' is not 0, nor a number from 2 to 3600"),
        (["-o", "none/speed.json"], 1, "cannot write none/speed.json: No such file"),
        (["--docs", "none.md"], 1, "cannot write none.md: No such file"),
        (["--trackers", "skin", "--clip", "none.mp4"], 1, "none.mp4"),
    ],
)
def test_mistakes_are_one_line_before_anything_is_measured(
    arguments, status, line, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HANDMIDI_MODEL", str(hand_model()))
    try:
        assert main(["bench", *arguments]) == status
    except SystemExit as left:
        assert left.code == status
    assert line in capsys.readouterr().err


# ---- children


@pytest.mark.timeout(30)
def test_a_child_that_does_not_get_ready_is_one_line(tmp_path):
    with (
        Child(["play", "--camera", "none.mp4"], tmp_path) as child,
        pytest.raises(
            HandMidiError, match=r"handmidi play did not get ready \(.*none\.mp4"
        ) as told,
    ):
        child.wait_ready()
    assert "\n" not in str(told.value)
    child.close()
    assert child.ready_s is None


@LINUX
@pytest.mark.timeout(30)
def test_a_family_is_looked_at():
    code = (
        "import subprocess, sys; "
        "subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        parent.stdout.readline()
        seen = processes.look(parent.pid)
        parent.communicate(b"\n", timeout=10)
    assert [usage.role for usage in seen] == ["main", "other"]
    for usage in seen:
        assert 0 < usage.pss_mb <= usage.rss_mb and usage.threads >= 1 and usage.files >= 3
    assert processes.total(seen, "threads") == sum(usage.threads for usage in seen)
    assert processes.look(parent.pid) == []
    assert processes.own_peak_mb() >= 0.9 * processes.look(os.getpid())[0].rss_mb


@pytest.mark.timeout(30)
def test_a_display_is_there_or_started_or_missing():
    with display() as (environment, kind):
        assert kind in ("window", "window in Xvfb", "no window")
        if kind == "window in Xvfb":
            assert environment["DISPLAY"].startswith(":")


# ---- the soak


def samples(rss_mb, threads=20, step_s=10.0):
    return [
        soak.Sample((n + 1) * step_s, mb, mb / 2, 3, threads, 30) for n, mb in enumerate(rss_mb)
    ]


def test_memory_is_flat_or_grows():
    steady = soak.summary(samples([150.0] * 3 + [180.0] * 177))
    assert steady["rss_mb"]["slope_per_hour"] == pytest.approx(0.0, abs=0.01)
    assert steady["flat"] is True and steady["small"] is True
    leaking = soak.summary(samples([180.0 + 0.05 * n for n in range(180)]))
    assert leaking["rss_mb"]["slope_per_hour"] == pytest.approx(18.0)
    assert leaking["pss_mb"]["slope_per_hour"] == pytest.approx(9.0)
    assert leaking["flat"] is False
    short = soak.summary(samples([180.0] * 20))
    assert short["flat"] is None and short["rss_mb"]["slope_per_hour"] is None
    assert soak.summary(samples([501.0]))["small"] is False


def test_threads_that_stay_are_a_leak():
    some = samples([180.0] * 180)
    more = [*some[:-1], soak.Sample(1800.0, 180.0, 90.0, 3, 21, 30)]
    assert soak.summary(some)["flat"] is True and soak.summary(more)["flat"] is False
    assert "threads: 20 at the start, 21 at the end" in soak.lines(soak.summary(more))


@LINUX
@pytest.mark.timeout(120)
def test_a_short_soak_plays_and_tells(tmp_path):
    hand_model()
    page, figures = tmp_path / "page.md", tmp_path / "soak.json"
    page.write_text("<!-- soak: begin -->\n<!-- soak: end -->\n")
    done = subprocess.run(
        [sys.executable, "-m", "tools.soak", "--minutes", "0.05", "-o", figures, "--docs", page],
        cwd=ROOT, env={**os.environ, "PULSE_SERVER": "none"}, capture_output=True, text=True,
        timeout=80,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(figures.read_text())
    assert found["samples"] == len(found["rows"]) == 1 and found["small"] is True
    assert found["statistics"]["frames"] > 30
    assert "- memory, RSS: " in page.read_text()
