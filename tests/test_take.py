"""The take folder: what was played is on the disk as it is played."""

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from datetime import datetime

import mido
import pytest
from hands import frames_of

from handmidi.errors import HandMidiError, TakeError
from handmidi.midifile import read_performance
from handmidi.take import Take, TakeWriter, create_take
from handmidi.trace import read_trace

STARTED = datetime(2026, 11, 22, 20, 15, 30)
NO_ROOM = "No space left on device"


def on(note):
    return mido.Message("note_on", note=note)


def off(note):
    return mido.Message("note_off", note=note)


def wait_for(condition, seconds=10.0):
    """Until `condition` holds, for the writer works on a thread of its own.

    A file that is read in the middle of a write is not there yet.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(HandMidiError):
            if condition():
                return
        time.sleep(0.005)
    raise AssertionError("it never came")


@pytest.fixture
def take(tmp_path):
    return create_take(tmp_path / "takes", "mama", STARTED)


@pytest.fixture
def said():
    return []


@pytest.fixture
def writer(take, said):
    writer = TakeWriter(take, {"song": "mama"}, said.append)
    writer.start()
    return writer


def break_file(file):
    """Make a growing file's disk full; returns what mends it."""
    whole = file._file._write_at

    def refuse(offset, data):
        raise OSError(28, NO_ROOM)

    file._file._write_at = refuse
    return lambda: setattr(file._file, "_write_at", whole)


# ---- the folder


def test_a_take_is_called_after_its_moment_and_song(tmp_path):
    assert create_take(tmp_path, "mama", STARTED).folder.name == "2026-11-22-201530-mama"


def test_takes_of_one_second_do_not_share_a_folder(tmp_path):
    names = [create_take(tmp_path, "mama", STARTED).folder.name for _ in range(3)]
    assert names[1:] == [f"{names[0]}-2", f"{names[0]}-3"]


def test_a_take_names_its_files(take):
    names = [take.info, take.song, take.trace, take.notes, take.microphone, take.performance]
    names += [take.score, take.report]
    assert [path.name for path in names] == [
        *("take.json", "song.mid", "hand.csv", "notes.mid", "mic.wav", "performance.wav"),
        *("score.json", "report.pdf"),
    ]
    assert all(path.parent == take.folder for path in names)


def test_a_folder_that_cannot_be_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    for parent in (tmp_path / "file", tmp_path / "file" / "takes"):
        with pytest.raises(TakeError) as caught:
            create_take(parent, "mama", STARTED)
        assert str(parent) in str(caught.value)
        assert "\n" not in str(caught.value)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_an_unwritable_folder_is_one_line(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(TakeError, match="choose another folder with --out"):
        create_take(tmp_path, "mama", STARTED)


def test_info_reads_back(take):
    take.write_info({"song": "mama", "title": "Für Élise ♯"})
    assert take.read_info() == {"song": "mama", "title": "Für Élise ♯"}
    assert "Für Élise ♯" in take.info.read_text(encoding="utf-8")


@pytest.mark.parametrize("content", [None, b"", b"{", b"[1]", b"\xff"])
def test_a_folder_that_is_no_take_is_one_line(take, content):
    if content is not None:
        take.info.write_bytes(content)
    with pytest.raises(TakeError) as caught:
        take.read_info()
    assert str(take.folder) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_folder_is_no_take(tmp_path):
    with pytest.raises(TakeError, match="no such take"):
        Take(tmp_path / "none").read_info()


# ---- the writer


def test_a_take_is_kept(take, writer, said):
    frames = frames_of([0.05, None, 0.06])
    for frame in frames:
        writer.frame(frame)
    writer.messages(0.5, [on(60)])
    writer.mark_song(0.75, 0.0)
    writer.messages(1.0, [off(60)])
    writer.close({"song": "mama", "ended": True})
    assert read_trace(take.trace) == [frame.rounded() for frame in frames]
    played = read_performance(take.notes)
    assert [(n.onset_s, n.pitch, n.duration_s) for n in played.notes] == [(0.5, 60, 0.5)]
    assert played.song_marks == ((0.75, 0.0),)
    assert take.read_info() == {"song": "mama", "ended": True}
    assert said == []


def test_the_song_is_copied_into_the_take(tmp_path, take):
    song = tmp_path / "tune.mid"
    mido.MidiFile().save(song)
    TakeWriter(take, {}, print, song=song).close({})
    assert take.song.read_bytes() == song.read_bytes()


def test_everything_is_there_while_the_take_goes_on(take, writer):
    assert take.read_info() == {"song": "mama"}
    for i in range(5):
        writer.frame(frames_of([0.05], start_s=i)[0])
        writer.messages(float(i), [on(60 + i), off(60 + i)])
        wait_for(lambda n=i: len(read_trace(take.trace)) == n + 1)
        wait_for(lambda n=i: len(read_performance(take.notes).notes) == n + 1)
    writer.close({})


def test_a_full_disk_is_told_once_and_costs_nothing_once_there_is_room(take, writer, said):
    frames = frames_of([0.05] * 20)
    writer.frame(frames[0])
    wait_for(lambda: len(read_trace(take.trace)) == 1)
    mend = [break_file(writer._trace), break_file(writer._notes)]
    for i, frame in enumerate(frames[1:], 1):
        writer.frame(frame)
        writer.messages(float(i), [on(60), off(60)])
    wait_for(lambda: said)
    for one in mend:
        one()
    writer.close({"ended": True})
    assert said == [f"cannot write to {take.folder}: {NO_ROOM}; playing goes on"]
    assert len(read_trace(take.trace)) == 20
    assert len(read_performance(take.notes).notes) == 19
    assert take.read_info() == {"ended": True}


def test_a_disk_that_stays_full_is_told_at_the_end(take, writer, said):
    writer.messages(0.5, [on(60), off(60)])
    wait_for(lambda: len(read_performance(take.notes).notes) == 1)
    break_file(writer._notes)
    writer.messages(1.0, [on(62), off(62)])
    writer.frame(frames_of([0.05])[0])
    with pytest.raises(TakeError, match=f"is not complete: {NO_ROOM}"):
        writer.close({"ended": True})
    assert len(said) == 1
    assert len(read_trace(take.trace)) == 1
    assert take.read_info() == {"ended": True}


def test_a_folder_that_is_gone_is_one_line(tmp_path):
    with pytest.raises(TakeError, match="cannot write to"):
        TakeWriter(Take(tmp_path / "gone"), {}, print)


KILLED = """
import sys, time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
import mido
from handmidi.hand import HandFrame
from handmidi.take import TakeWriter, create_take

take = create_take(Path(sys.argv[1]), "mama", datetime.now())
writer = TakeWriter(take, {"song": "mama"}, print)
writer.start()
for i in range(10):
    writer.frame(HandFrame(i / 30, i / 30))
    writer.messages(i / 10, [mido.Message("note_on", note=60 + i)])
while writer._items.qsize():
    time.sleep(0.01)
writer.messages(2.0, [mido.Message("note_off", note=60)])
time.sleep(0.2)
print("played", flush=True)
time.sleep(60)
"""


def test_what_was_played_before_a_crash_is_there_after_it(tmp_path):
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as player:
        try:
            assert player.stdout.readline() == "played\n"
        finally:
            player.kill()
    (folder,) = tmp_path.iterdir()
    take = Take(folder)
    assert [n.pitch for n in read_performance(take.notes).notes] == list(range(60, 70))
    assert len(read_trace(take.trace)) == 10
    assert json.loads(take.info.read_text()) == {"song": "mama"}


def test_a_folder_that_is_removed_is_made_again_with_all_that_it_held(tmp_path, take, said):
    song = tmp_path / "song.mid"
    song.write_bytes(b"MThd")
    writer = TakeWriter(take, {"song": "mama"}, said.append, song)
    writer.start()
    writer.messages(1.0, [on(60)])
    wait_for(lambda: take.notes.stat().st_size > 30)
    shutil.rmtree(take.folder)
    time.sleep(0.6)  # it looks twice a second
    writer.messages(2.0, [off(60)])
    wait_for(lambda: take.info.exists() and take.notes.exists())
    writer.close({"song": "mama", "length_s": 3})
    assert said == [f"{take.folder} was removed, and is made again"]
    assert take.song.read_bytes() == b"MThd"
    assert [note.pitch for note in read_performance(take.notes).notes] == [60]
    assert take.read_info()["length_s"] == 3
    assert take.trace.exists()


def test_what_is_told_on_the_way_is_there_after_a_crash(take, writer):
    info = {"song": "mama", "song_started_s": 1.5}
    writer.tell(info)
    info["song_started_s"] = "changed afterwards"
    wait_for(lambda: take.read_info().get("song_started_s") == 1.5)
    writer.close(info)
