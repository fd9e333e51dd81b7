"""The history is what the take folders say, whatever becomes of its database."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.history import FILE, Entry, progress, progress_of, read_history, record, summaries
from handmidi.take import Take

SCORE = {
    "accuracy": 0.5,
    "f_measure": 0.6,
    "timing_bias_ms": 40.0,
    "corrected_bias_ms": 15.0,
    "timing_spread_ms": 12.5,
    "streak": 7,
    "verdicts": [{}] * 26,
}


def put(parent, name, day=1, score=SCORE, song="mama", title="Mama", **more):
    """A take that has only what the history reads."""
    take = Take(parent / name)
    take.folder.mkdir(parents=True)
    info = {
        "started": f"2026-11-{day:02d}T12:00:00+00:00",
        "song": {"name": song, "title": title},
        "preset": "blues",
        "settings": {"tempo": 80.0},
        "length_s": 30.0,
        **more,
    }
    take.info.write_text(json.dumps(info))
    if score is not None:
        take.score.write_text(json.dumps(score))
    return take


def entry(name="a", day=1, accuracy=0.5, **more):
    plain = {
        "date": f"2026-11-{day:02d}T12:00:00+00:00", "song": "mama", "title": "Mama",
        "preset": "", "tempo": 100.0, "loop": "", "waited": False, "whole": True,
        "f_measure": None, "bias_ms": None, "corrected_bias_ms": None, "spread_ms": None,
        "streak": None, "notes": None,
    }  # fmt: skip
    return Entry(**{**plain, "take": name, "accuracy": accuracy, **more})


def names(parent, **arguments):
    return [each.take for each in read_history(parent, **arguments)]


def complaints(parent):
    said = []
    found = [each.take for each in read_history(parent, said.append)]
    return found, said


# ---- what a take says


def test_a_take_is_read_whole(tmp_path):
    put(tmp_path, "one", settings={"tempo": 60.0, "loop": [5, 8], "wait": True})
    (found,) = read_history(tmp_path)
    assert found == Entry(
        "one", found.date, "mama", "Mama", "blues", 60.0, "5-8", True, True,
        0.5, 0.6, 40.0, 15.0, 12.5, 7, 26,
    )  # fmt: skip
    assert datetime.fromisoformat(found.date).timestamp() == 1793534400


@pytest.mark.parametrize(
    ("written", "told"), [("5-8", "5-8"), ([5, 8], "5-8"), ([5, 5], "5"), (None, ""), (7, "")]
)
def test_a_loop_is_told_as_its_flag(tmp_path, written, told):
    put(tmp_path, "one", settings={"loop": written})
    assert read_history(tmp_path)[0].loop == told


def test_takes_without_a_song_are_none_of_it(tmp_path):
    put(tmp_path, "play", song=None)
    (tmp_path / "play" / "take.json").write_text('{"song": null}')
    (tmp_path / "no take").mkdir()
    (tmp_path / "file").write_text("")
    assert names(tmp_path) == []


def test_a_take_without_a_score_has_no_figures(tmp_path):
    put(tmp_path, "one", score=None)
    (found,) = read_history(tmp_path)
    assert (found.accuracy, found.streak, found.notes) == (None, None, None)


def test_takes_come_by_date_and_then_by_name(tmp_path):
    for name, day in (("b", 2), ("c", 1), ("a", 2)):
        put(tmp_path, name, day)
    assert names(tmp_path) == ["c", "a", "b"]
    put(tmp_path, "d", started="2026-11-02T10:00:00-09:00")  # later, whatever its letters say
    assert names(tmp_path) == ["c", "a", "b", "d"]


def test_a_take_without_a_date_is_as_old_as_its_file(tmp_path):
    take = put(tmp_path, "one", started="yesterday")
    os.utime(take.info, (1e9, 1e9))
    assert datetime.fromisoformat(read_history(tmp_path)[0].date).timestamp() == 1e9


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None)
@given(
    info=st.dictionaries(
        st.sampled_from(["started", "song", "preset", "settings", "length_s"]), JSON
    ),
    about=JSON,
    score=st.dictionaries(st.sampled_from(list(SCORE)), JSON),
)
def test_whatever_the_files_hold_is_no_failure(tmp_path_factory, info, about, score):
    parent = tmp_path_factory.mktemp("takes")
    take = put(parent, "one", score=score, **info)
    if isinstance(info.get("song"), dict):
        info["song"] |= {"name": about}
        take.info.write_text(json.dumps(info))
    said = []
    first = read_history(parent, said.append)
    assert not said
    assert read_history(parent) == first
    progress(take)
    shutil.rmtree(parent)


# ---- the database


def test_the_folders_are_the_truth(tmp_path):
    one, two = put(tmp_path, "one", 1), put(tmp_path, "two", 2)
    assert names(tmp_path) == ["one", "two"]
    shutil.rmtree(one.folder)
    put(tmp_path, "three", 3)
    two.score.write_text(json.dumps({**SCORE, "accuracy": 0.75}))
    assert [(e.take, e.accuracy) for e in read_history(tmp_path)] == [("two", 0.75), ("three", 0.5)]


def test_what_did_not_change_is_not_read_again(tmp_path):
    take = put(tmp_path, "one")
    read_history(tmp_path)
    seen = take.score.stat()
    take.score.write_text(json.dumps({**SCORE, "accuracy": 0.9}))
    os.utime(take.score, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert read_history(tmp_path)[0].accuracy == 0.5
    assert read_history(tmp_path, rebuild=True)[0].accuracy == 0.9


def test_a_database_is_plain_to_read(tmp_path):
    put(tmp_path, "one")
    read_history(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        assert db.execute("SELECT song, accuracy, streak FROM takes").fetchall() == [
            ("mama", 0.5, 7)
        ]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(os.urandom(5000)),
        lambda path: path.write_bytes(path.read_bytes()[:6000]),
        lambda path: path.write_bytes(path.read_bytes()[:100] + os.urandom(len(path.read_bytes()))),
    ],
)
def test_a_damaged_database_is_made_anew(tmp_path, spoil):
    put(tmp_path, "one")
    read_history(tmp_path)
    spoil(tmp_path / FILE)
    found, said = complaints(tmp_path)
    assert found == ["one"]
    assert len(said) == 1
    assert "made anew" in said[0]
    assert complaints(tmp_path) == (["one"], [])


def test_a_database_of_other_columns_is_made_anew(tmp_path):
    put(tmp_path, "one")
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.executescript("CREATE TABLE takes (a); PRAGMA user_version = 1")
    found, said = complaints(tmp_path)
    assert found == ["one"]
    assert len(said) == 1
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.executescript("PRAGMA user_version = 99")
    assert complaints(tmp_path) == (["one"], [])


def test_an_empty_file_becomes_a_database(tmp_path):
    put(tmp_path, "one")
    (tmp_path / FILE).touch()
    assert complaints(tmp_path) == (["one"], [])


def test_a_locked_database_is_done_without(tmp_path):
    put(tmp_path, "one")
    read_history(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.execute("BEGIN EXCLUSIVE")
        found, said = complaints(tmp_path)
    assert found == ["one"]
    assert len(said) == 1
    assert "locked" in said[0]


def test_a_database_that_cannot_be_made_is_done_without(tmp_path):
    take = put(tmp_path, "one")
    (tmp_path / FILE).mkdir()
    found, said = complaints(tmp_path)
    assert found == ["one"]
    assert "reading every take" in said[0]
    record(take)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_must_not_be_written_is_read(tmp_path):
    put(tmp_path, "one")
    tmp_path.chmod(0o500)
    found, said = complaints(tmp_path)
    tmp_path.chmod(0o700)
    assert found == ["one"]
    assert len(said) == 1


def test_no_takes_leave_no_database(tmp_path):
    assert names(tmp_path) == []
    assert names(tmp_path / "nowhere") == []
    assert not list(tmp_path.iterdir())


@pytest.mark.timeout(60)
def test_processes_at_once_agree(tmp_path):
    takes = [put(tmp_path, f"take {i}", 1 + i % 28) for i in range(60)]
    code = (
        "import sys; from pathlib import Path; from handmidi.history import read_history\n"
        "said = []\n"
        "for _ in range(10): n = len(read_history(Path(sys.argv[1]), said.append))\n"
        "print(n, said)"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for _ in range(10):
        for take in takes[:5]:
            take.score.write_text(json.dumps(SCORE))
    for each in running:
        assert each.communicate(timeout=50)[0] == "60 []\n"


def test_a_name_that_is_no_unicode(tmp_path):
    try:
        put(tmp_path, os.fsdecode(b"take-\xff"), song="m\udc80")
    except OSError:
        pytest.skip("this file system takes no such names")
    found, said = complaints(tmp_path)
    assert found == ["take-\\udcff"]
    assert not said
    assert names(tmp_path) == ["take-\\udcff"]


# ---- many takes together


def test_progress_is_what_can_be_compared(tmp_path):
    put(tmp_path, "first", 1)
    put(tmp_path, "raw", 2, score={"accuracy": 0.25, "timing_bias_ms": 30.0})
    put(tmp_path, "stopped", 3, stopped_song_s=3.0)
    put(tmp_path, "broken off", 3, length_s=1.0, score=None)
    put(tmp_path, "looped", 4, settings={"loop": "5-8"})
    put(tmp_path, "waited", 4, settings={"wait": True})
    put(tmp_path, "other", 4, song="saints")
    put(tmp_path, "another mama", 4, title="Mama mia")
    now = put(tmp_path, "now", 5)
    put(tmp_path, "later", 6)
    assert [(d.day, a, b) for d, a, b in progress(now)] == [(1, 0.5, 15.0), (2, 0.25, 30.0)]
    assert progress(Take(tmp_path / "first")) == ()
    assert progress(put(tmp_path / "elsewhere", "now", 5)) == ()
    looped = put(tmp_path, "looped again", 7, settings={"loop": "5-8"})
    assert len(progress(looped)) == 1


def test_progress_goes_back_thirty_takes():
    takes = [entry(f"{i:03d}", accuracy=i / 100) for i in range(50)]
    found = progress_of(takes)
    assert [accuracy for _, accuracy, _ in found["049"]] == [i / 100 for i in range(19, 49)]
    assert found["000"] == ()


def test_a_song_in_one_row():
    takes = [
        entry("a", 1, 0.2),
        entry("b", 2, 0.9),
        entry("c", 3, 1.0, loop="1-2"),
        entry("d", 4, 0.5),
        entry("e", 5, None),
        entry("f", 2, 0.3, song="ode", title="Ode"),
    ]
    ode, mama = summaries(sorted(takes, key=lambda each: each.order))
    assert (ode.song, ode.takes, ode.best, ode.trend) == ("ode", 1, 0.3, None)
    assert (mama.takes, mama.best, mama.last, mama.date[:10]) == (5, 0.9, 0.5, "2026-11-05")
    assert mama.trend == pytest.approx(0.3)  # the middle one of three counts for neither half
    assert summaries([]) == []
    (looped,) = summaries([entry("a", 1, 1.0, loop="1-2")])
    assert (looped.takes, looped.best, looped.last, looped.trend) == (1, None, None, None)


def test_the_last_take_that_is_deleted_is_forgotten_too(tmp_path):
    put(tmp_path, "a")
    assert names(tmp_path) == ["a"]
    shutil.rmtree(tmp_path / "a")
    assert names(tmp_path) == []
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        assert database.execute("select count(*) from takes").fetchone() == (0,)
