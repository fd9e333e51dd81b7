"""``handmidi history``: a table and a plot of what was practised."""

from __future__ import annotations

import io
import json
import os

import pytest
from takes import make_take
from test_history import put

from handmidi.cli import main
from handmidi.cli.plot import bar_plot


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A current folder with a few takes."""
    monkeypatch.chdir(tmp_path)
    takes = tmp_path / "takes"
    put(takes, "a", 1)
    put(takes, "b", 2, settings={"loop": "5-8", "wait": True, "tempo": 70.0})
    put(takes, "c", 3, {"accuracy": 1.0}, stopped_song_s=3.0)
    put(takes, "d", 4, song="saints", title="When the Saints")
    (takes / "a" / "report.pdf").write_bytes(b"")
    return tmp_path


def table(text):
    return [line.split("\t") for line in text.split("\n\n")[0].splitlines()]


def fails(capsys, *arguments):
    assert main(["history", *arguments]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len(shown.err.splitlines()) == 1
    return shown.err


def test_every_song_in_a_row(here, capsys):
    assert main(["history"]) == 0
    shown = capsys.readouterr()
    assert table(shown.out) == [
        ["song", "title", "takes", "last", "accuracy", "best", "trend"],
        ["mama", "Mama", "3", "2026-11-03", "50%", "50%", ""],
        ["saints", "When the Saints", "1", "2026-11-04", "50%", "50%", ""],
    ]
    assert shown.err == ""


def test_every_take_of_a_song(here, capsys):
    assert main(["history", "mama"]) == 0
    text = capsys.readouterr().out
    head, a, b, c = table(text)
    assert head[3:5] == ["how", "accuracy"]
    report = os.path.join("takes", "a", "report.pdf")
    assert a[1:] == ["blues", "80 %", "", "50%", "0.60", "+40", "+15", "12", "7", "26", report]
    assert b[2:4] == ["70 %", "bars 5-8, waited"]
    assert c[3:7] == ["stopped", "100%", "", ""]
    assert "Mama: accuracy from 2026-11-01 to 2026-11-03" in text
    assert "█" in text


def test_a_song_goes_by_its_title_too(here, capsys):
    assert main(["history", "when the saints", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["song"] == "saints"
    assert row["report"] is None
    assert row["accuracy"] == 0.5


def test_json_of_all_songs(here, capsys):
    assert main(["history", "--json", "--rebuild"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["song"], row["takes"], row["best"]) for row in rows] == [
        ("mama", 3, 0.5),
        ("saints", 1, 0.5),
    ]


def test_takes_elsewhere(here, capsys):
    (here / "takes").rename(here / "mine")
    assert "no takes of songs in takes" in fails(capsys)
    assert main(["history", "--out", "mine"]) == 0


def test_an_unknown_song_offers_the_nearest(here, capsys):
    assert "'mama'" in fails(capsys, "mamma")
    assert "lists the songs" in fails(capsys, "xyz")


def test_a_damaged_database_costs_one_line(here, capsys):
    (here / "takes" / "history.sqlite").write_bytes(b"no database" * 100)
    assert main(["history"]) == 0
    shown = capsys.readouterr()
    assert len(table(shown.out)) == 3
    assert shown.err.startswith("handmidi: ")
    assert "made anew" in shown.err


@pytest.mark.timeout(60)
def test_score_and_report_enter_a_take(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    make_take(tmp_path / "takes" / "one")
    assert main(["score", "takes/one"]) == 0
    assert (tmp_path / "takes" / "history.sqlite").is_file()
    capsys.readouterr()
    assert main(["history", "frere-jacques", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["accuracy"] == 1.0
    assert main(["report", "takes/one"]) == 0
    capsys.readouterr()
    main(["history", "frere-jacques", "--json"])
    (row,) = json.loads(capsys.readouterr().out)
    assert row["report"] == os.path.join("takes", "one", "report.pdf")


def test_bars_are_as_high_as_their_shares():
    assert bar_plot([1.0, 0.5, 0.0, None], width=40, height=2) == [
        "100 % │██",
        " 50 % │██ ██",
        "  0 % └────────────",
    ]
    assert bar_plot([0.0625], 40, 2)[1] == " 50 % │▁▁"
    assert bar_plot([], 40, 2) == ["100 % │", " 50 % │", "  0 % └"]


def test_many_bars_leave_out_the_oldest():
    lines = bar_plot([0.0] * 100 + [1.0] * 30, width=37, height=1)
    assert lines[0] == "100 % │" + "█" * 30
    assert bar_plot([1.0] * 15, 37, 1)[0] == "100 % │" + "█ " * 14 + "█"
    assert all(len(line) <= 37 for line in bar_plot([1.0] * 12, 37))


def test_bars_without_blocks(monkeypatch):
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), "ascii"))
    assert bar_plot([1.0, 0.5], width=40, height=2) == [
        "100 % |##",
        " 50 % |## ##",
        "  0 % +------",
    ]
