"""Ways to practise, in processes of their own: the song that waits, and the bars that repeat."""

from __future__ import annotations

import json
import signal
import time
from itertools import pairwise

import mido
import pytest
from running import run_handmidi, start_handmidi
from vision_assets import hand_model

from handmidi.midifile import read_performance
from handmidi.session.replay import replay
from handmidi.session.results import score_take
from handmidi.take import Take


@pytest.fixture(autouse=True)
def _model():
    hand_model()


def take_of(folder) -> Take:
    (take,) = (each for each in (folder / "takes").iterdir() if each.is_dir())
    return Take(take)


def practise(folder, *ways, expected=0):
    done = run_handmidi(
        "practice", "mama", "--camera", "demo", "--headless", "--no-calibration", *ways,
        cwd=folder, HANDMIDI_AUDIO_DRIVER="none",
    )  # fmt: skip
    assert done.returncode == expected, done.stderr
    return done, take_of(folder)


def score_of(take):
    return json.loads(take.score.read_text(encoding="utf-8"))


def check_it_replays(take):
    _, timed = replay(take)
    again = [(t.time_s, t.message.note) for t in timed if t.message.type == "note_on"]
    live = [(note.onset_s, note.pitch) for note in read_performance(take.notes).notes]
    again = again[: len(live)]  # what was foreseen at the end is not played any more
    assert live and [pitch for _, pitch in again] == [pitch for _, pitch in live]
    for (due_s, _), (sent_s, _) in zip(again, live, strict=True):
        assert due_s - 1e-3 <= sent_s <= due_s + 0.05


def check_notes_end(take):
    sounding = set()
    for message in mido.MidiFile(take.notes):
        if message.type == "note_on":
            sounding.add(message.note)
        elif message.type == "note_off":
            sounding.discard(message.note)
    assert not sounding


@pytest.mark.timeout(90)
def test_bars_repeat_faster_each_time_and_then_it_is_over(tmp_path):
    ways = "--loop 2-3 --passes 2 --tempo 150 --rise 40 --top 200 --count-in 0 --transpose 2"
    done, take = practise(tmp_path, *ways.split())
    info, before = take.read_info(), take.score.read_text()
    kept = {key: info["settings"][key] for key in ("loop", "passes", "rise", "tempo", "top")}
    assert kept == {"loop": [2, 3], "passes": 2, "rise": 40.0, "tempo": 150.0, "top": 200.0}
    song = score_take(take)[0]
    assert "stopped_song_s" not in info
    assert song.bar_numbers == (2, 3, 2, 3)
    middle = song.tempo.seconds(8.0)
    assert (song.length_s - middle) / middle == pytest.approx(150 / 190, rel=0.01)
    # 0.1 s before the song, 1 s after it
    assert info["length_s"] == pytest.approx(song.length_s / 1.5 + 1.1, abs=1.0)
    assert {bar["number"] for bar in score_of(take)["bars"]} <= {2, 3}
    check_it_replays(take)
    again = run_handmidi("report", take.folder, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert take.score.read_text() == before
    assert take.performance.is_file() and "report:" in done.stdout


@pytest.mark.timeout(90)
def test_a_song_that_waits_is_scored_as_far_as_it_came(tmp_path):
    """The demo's player misses a note: there the song stands until it comes by again."""
    done, take = practise(tmp_path, "--wait", "--seconds", "21")
    marks = read_performance(take.notes).song_marks
    stood = [b[0] - a[0] for a, b in pairwise(marks) if a[1] == b[1]]
    assert max(stood) > 4
    info, verdicts = take.read_info(), score_of(take)["verdicts"]
    song = score_take(take)[0]
    assert info["stopped_song_s"] < marks[-1][1]
    assert len(verdicts) == len(song.melody) == 8
    assert {verdict["verdict"] for verdict in verdicts} == {"correct"}
    assert all(note.onset_s < marks[-1][1] for note in song.melody)
    assert "waiting for" in done.stdout
    check_it_replays(take)
    check_notes_end(take)


@pytest.mark.timeout(90)
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_a_song_that_is_left_waiting_leaves_a_whole_take(tmp_path, end):
    with start_handmidi(
        "practice", "mama", "--camera", "demo", "--headless", "--no-calibration", "--wait",
        cwd=tmp_path, HANDMIDI_AUDIO_DRIVER="none",
    ) as running:  # fmt: skip
        _wait_for(tmp_path, 330)  # it waits for the eighth note from frame 301 to 473 or so
        running.send_signal(end)
        _, err = running.communicate(timeout=30)
    take = take_of(tmp_path)
    if end == signal.SIGINT:
        assert running.returncode == 0, err
        check_notes_end(take)
    done = run_handmidi("report", take.folder, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [verdict["verdict"] for verdict in score_of(take)["verdicts"]] == ["correct"] * 7


def _wait_for(folder, frames: int) -> None:
    end_s = time.monotonic() + 40
    while time.monotonic() < end_s:
        traces = list(folder.glob("takes/*/hand.csv"))
        if traces and len(traces[0].read_bytes().splitlines()) > frames:
            return
        time.sleep(0.05)
    raise AssertionError("the performance did not begin")


@pytest.mark.timeout(60)
def test_nobody_plays_and_the_song_stands_at_its_first_note(tmp_path):
    done, take = practise(tmp_path, "--wait", "--count-in", "0", "--seconds", "0.6")
    assert "nothing to score" in done.stdout
    assert take.read_info()["stopped_song_s"] == 0
