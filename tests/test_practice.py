"""The whole job, from the clip to the report, in processes of its own."""

from __future__ import annotations

import json
import os
import pty
import resource
import signal
import subprocess
import sys
import time
import wave

import mido
import pytest
from running import only_take, run_handmidi, start_handmidi
from vision_assets import hand_model

from handmidi.midifile import read_performance
from handmidi.paths import demo_clip
from handmidi.session.replay import replay
from handmidi.take import Take
from handmidi.trace import read_trace

TRUTH = json.loads(demo_clip().with_name("demo.json").read_text(encoding="utf-8"))
FILES = {
    "take.json",
    "song.mid",
    "preset.toml",
    "hand.csv",
    "notes.mid",
    "mic.wav",
    "performance.wav",
    "score.json",
    "score.musicxml",
    "report.pdf",
}


@pytest.fixture(autouse=True)
def _model():
    hand_model()


@pytest.mark.timeout(150)
def test_demo_leaves_every_file(demo):
    _, take = demo
    assert {path.name for path in take.iterdir()} == FILES
    assert (take / "report.pdf").read_bytes().startswith(b"%PDF")


def test_demo_says_in_a_line_each_what_is_not_there(demo):
    done, _ = demo
    for start in ("no sound here", "no MIDI port", "no microphone", "no display"):
        assert sum(line.startswith(start) for line in done.stdout.splitlines()) == 1, start
    assert done.stderr == ""


def test_demo_score_is_the_truth_note_for_note(demo):
    score = json.loads((demo[1] / "score.json").read_text())
    found = [verdict["verdict"] for verdict in score["verdicts"]]
    assert found == [verdict["verdict"] for verdict in TRUTH["verdicts"]]
    assert len(score["extras"]) == len(TRUTH["extras"])
    assert score["timing_bias_ms"] == pytest.approx(TRUTH["lateness_ms"], abs=20)


def test_demo_plays_the_pitches_of_the_truth(demo):
    performance = read_performance(demo[1] / "notes.mid")
    strokes = [v for v in TRUTH["verdicts"] if v["pitch"] is not None] + TRUTH["extras"]
    strokes.sort(key=lambda stroke: stroke["arrival_s"])
    assert [note.pitch for note in performance.notes] == [stroke["pitch"] for stroke in strokes]


def test_demo_notes_alternate_and_all_end(demo):
    sounding = set()
    for message in mido.MidiFile(demo[1] / "notes.mid"):
        if message.type == "note_on":
            assert message.note not in sounding
            sounding.add(message.note)
        elif message.type == "note_off":
            sounding.remove(message.note)
    assert not sounding


def test_demo_take_replays_to_the_same_notes(demo):
    _, timed = replay(Take(demo[1]))
    replayed = [(t.time_s, t.message.note) for t in timed if t.message.type == "note_on"]
    live = [(note.onset_s, note.pitch) for note in read_performance(demo[1] / "notes.mid").notes]
    assert [pitch for _, pitch in replayed] == [pitch for _, pitch in live]
    for (due_s, _), (sent_s, _) in zip(replayed, live, strict=True):
        assert due_s - 1e-3 <= sent_s <= due_s + 0.05


def test_demo_used_nearly_every_frame(demo):
    info = json.loads((demo[1] / "take.json").read_text())
    assert info["statistics"]["frames"] >= 0.9 * TRUTH["frames"]
    assert "stopped_song_s" not in info


def test_sound_without_devices_is_rendered(demo):
    with wave.open(str(demo[1] / "performance.wav")) as sound:
        assert sound.getframerate() == 48_000
        assert sound.getnframes() / 48_000 > 34
    with wave.open(str(demo[1] / "mic.wav")) as microphone:
        assert microphone.getnframes() == 0


def test_report_can_be_written_again(demo, tmp_path):
    _, take = demo
    before = (take / "score.json").read_text()
    (take / "report.pdf").unlink()
    done = run_handmidi("report", take, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (take / "report.pdf").exists()
    assert (take / "score.json").read_text() == before


def test_score_of_a_take_and_of_its_notes_agree(demo, tmp_path):
    _, take = demo
    of_take = run_handmidi("score", take, "--json", cwd=tmp_path)
    of_notes = run_handmidi("score", take / "notes.mid", "mama", "--json", cwd=tmp_path)
    assert json.loads(of_take.stdout) == json.loads(of_notes.stdout)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stopped_practice_is_scored_as_far_as_it_went(tmp_path, number):
    with start_handmidi(
        "practice", "mama", "--camera", "demo", "--headless", cwd=tmp_path
    ) as running:
        _wait_for_frames(tmp_path, 240)
        running.send_signal(number)
        out, err = running.communicate(timeout=20)
    assert running.returncode == 0, err
    take = only_take(tmp_path)
    assert {path.name for path in take.iterdir()} == FILES
    verdicts = json.loads((take / "score.json").read_text())["verdicts"]
    assert 2 <= len(verdicts) <= 12
    assert {v["verdict"] for v in verdicts[:-1]} == {"correct"}
    assert json.loads((take / "take.json").read_text())["stopped_song_s"] > 3
    assert "report:" in out


@pytest.mark.timeout(60)
def test_a_practice_stopped_in_the_count_in_says_so(tmp_path):
    with start_handmidi(
        "practice", "mama", "--camera", "demo", "--headless", cwd=tmp_path
    ) as running:
        _wait_for_frames(tmp_path, 15)
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=20)
    assert running.returncode == 0
    assert "nothing to score" in out


@pytest.mark.timeout(60)
def test_a_killed_practice_leaves_what_was_played(tmp_path):
    with start_handmidi(
        "practice", "mama", "--camera", "demo", "--headless", cwd=tmp_path
    ) as running:
        _wait_for_frames(tmp_path, 240)
        running.kill()
        running.communicate()
    take = only_take(tmp_path)
    assert len(read_trace(take / "hand.csv")) >= 235
    assert len(read_performance(take / "notes.mid").notes) >= 3
    done = run_handmidi("report", take, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (take / "report.pdf").exists()


@pytest.mark.timeout(60)
def test_a_full_disk_is_said_once_and_the_rest_is_kept(tmp_path):
    """A limit on file sizes stands in for the disk: the same error, at the same calls."""

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, 9_000))

    with start_handmidi(
        "practice", "mama", "--camera", "demo", "--headless", "--seconds", "9",
        cwd=tmp_path, preexec_fn=limit, COVERAGE_PROCESS_CONFIG="",  # it would not fit either
    ) as running:  # fmt: skip
        out, err = running.communicate(timeout=40)
    assert running.returncode == 1
    assert len(err.splitlines()) == 1
    assert "is not complete" in err
    assert out.count("playing goes on") == 1
    take = only_take(tmp_path)
    assert len(read_trace(take / "hand.csv")) > 100
    assert len(read_performance(take / "notes.mid").notes) >= 5


@pytest.mark.timeout(60)
def test_play_leaves_a_take_without_a_song(tmp_path):
    done = run_handmidi(
        "play", "--camera", "demo", "--headless", "--seconds", "5", "--preset", "theremin",
        "--hands", "2", "--no-synth", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    take = only_take(tmp_path)
    assert {path.name for path in take.iterdir()} == {
        "take.json",
        "preset.toml",
        "hand.csv",
        "notes.mid",
    }
    assert read_performance(take / "notes.mid").notes
    done = run_handmidi("report", take, cwd=tmp_path)
    assert done.returncode == 1
    assert "without a song" in done.stderr


@pytest.mark.timeout(60)
def test_two_sessions_at_once_do_not_collide(tmp_path):
    arguments = ("play", "--camera", "demo", "--headless", "--seconds", "3", "--no-synth")
    both = [start_handmidi(*arguments, cwd=tmp_path) for _ in range(2)]
    for running in both:
        with running:
            _, err = running.communicate(timeout=40)
            assert running.returncode == 0, err
    assert len(list((tmp_path / "takes").iterdir())) == 2


def _wait_for_frames(folder, count: int) -> None:
    """Wait until the take under way holds `count` frames."""
    end_s = time.monotonic() + 40
    while time.monotonic() < end_s:
        traces = list(folder.glob("takes/*/hand.csv"))
        if traces and len(traces[0].read_bytes().splitlines()) > count:
            return
        time.sleep(0.1)
    raise subprocess.TimeoutExpired("the performance did not begin", 40)


@pytest.mark.timeout(60)
def test_a_closed_terminal_ends_the_performance_not_the_report(tmp_path):
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "handmidi", "practice", "mama", "--camera", "demo"]
    with subprocess.Popen(
        [*command, "--headless"], cwd=tmp_path, stdin=child, stdout=child, stderr=child,
        start_new_session=True,
    ) as running:  # fmt: skip
        os.close(child)
        _wait_for_frames(tmp_path, 240)
        os.close(parent)
        running.send_signal(signal.SIGHUP)  # a terminal sends it to its own session only
        running.wait(30)
    assert running.returncode == 0
    assert {path.name for path in only_take(tmp_path).iterdir()} == FILES


@pytest.mark.timeout(60)
def test_nohup_is_respected(tmp_path):
    def ignore():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    with start_handmidi(
        "play", "--camera", "demo", "--headless", "--seconds", "4", "--no-synth",
        cwd=tmp_path, preexec_fn=ignore,
    ) as running:  # fmt: skip
        _wait_for_frames(tmp_path, 30)
        running.send_signal(signal.SIGHUP)
        _, err = running.communicate(timeout=30)
    assert running.returncode == 0, err
    assert read_trace(only_take(tmp_path) / "hand.csv")[-1].time_s > 3.5  # it went on to its end


@pytest.mark.timeout(60)
def test_interrupted_while_opening_leaves_no_take(tmp_path):
    os.mkfifo(tmp_path / "never.mp4")
    with start_handmidi("play", "--camera", "never.mp4", "--headless", cwd=tmp_path) as running:
        assert "opening" in running.stdout.readline()
        time.sleep(1.0)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=20)
    assert running.returncode == 1
    assert err == "handmidi: stopped\n"
    assert not (tmp_path / "takes").exists()


@pytest.mark.timeout(60)
def test_play_without_sound_is_rendered(tmp_path):
    done = run_handmidi(
        "play", "--camera", "demo", "--headless", "--seconds", "5",
        cwd=tmp_path, HANDMIDI_AUDIO_DRIVER="none",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with wave.open(str(only_take(tmp_path) / "performance.wav")) as sound:
        assert sound.getnframes() > 48_000 * 4


@pytest.mark.timeout(60)
@pytest.mark.parametrize("gap_s", [0.02, 0.3])
def test_a_key_that_bounces_loses_no_report(tmp_path, gap_s):
    with start_handmidi(
        "practice", "mama", "--camera", "demo", "--headless", cwd=tmp_path
    ) as running:
        _wait_for_frames(tmp_path, 240)
        running.send_signal(signal.SIGINT)
        time.sleep(gap_s)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=20)
    assert running.returncode == 0, err
    assert "report:" in out
    assert {path.name for path in only_take(tmp_path).iterdir()} == FILES


@pytest.mark.timeout(60)
def test_a_sound_file_that_does_not_fit_is_a_failure(tmp_path):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))

    with start_handmidi(
        "practice", "mama", "--camera", "demo", "--headless", "--seconds", "7",
        cwd=tmp_path, preexec_fn=limit,
    ) as running:  # fmt: skip
        _, err = running.communicate(timeout=40)
    assert running.returncode == 1
    assert len(err.splitlines()) == 1
    assert "performance.wav" in err
    assert {path.name for path in only_take(tmp_path).iterdir()} == FILES - {"performance.wav"}
