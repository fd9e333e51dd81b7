import json
from dataclasses import replace
from datetime import datetime

import pytest
from report_songs import MAMA, as_written, make_song, mama_with_mistakes, score_of

from handmidi.notes import Note
from handmidi.report.page import ReportDetails, page_data, printable
from handmidi.report.plots import piano_roll, timing_histogram
from handmidi.song import Meter

DETAILS = ReportDetails(datetime(2026, 11, 22, 14, 5), "mama")


def data_of(song, notes, details=DETAILS, **changes):
    return page_data(song, notes, replace(score_of(song, notes), **changes), details, [])


def test_the_page_says_what_happened():
    data = data_of(*mama_with_mistakes())
    assert data["title"] == "Mama"
    assert data["facts"] == "2026-11-22 14:05 · preset mama"
    assert data["tempo"] == "♩ = 104"
    assert data["accuracy"] == "89 %"
    assert data["timing"] == "61 ms late, ±0 ms"
    assert {c["verdict"]: c["count"] for c in data["counts"]} == {
        "correct": 24,
        "wrong": 1,
        "missed": 1,
        "held": 0,
        "extra": 1,
    }
    json.dumps(data)


@pytest.mark.parametrize(
    ("bias_ms", "spread_ms", "words"),
    [
        (61.4, 12.2, "61 ms late, ±12 ms"),
        (-8.6, 30.0, "9 ms early, ±30 ms"),
        (0.2, 5.0, "on time, ±5 ms"),
        (None, None, "too few notes to tell"),
    ],
)
def test_timing_in_words(bias_ms, spread_ms, words):
    song = make_song("C4 D4 E4 F4")
    data = data_of(song, as_written(song), timing_bias_ms=bias_ms, timing_spread_ms=spread_ms)
    assert data["timing"] == words


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (None, ""),
        (1.002, "at the song's tempo"),
        (1.03, "3.0 % faster than the song"),
        (0.97, "3.0 % slower than the song"),
    ],
)
def test_pace_in_words(ratio, words):
    song = make_song("C4 D4 E4 F4")
    assert data_of(song, as_written(song), tempo_ratio=ratio)["pace"] == words


def test_tempo_in_the_unit_of_the_beat_and_as_practised():
    jig = make_song("C4:3", bpm=120, meters=(Meter(0.0, 6, 8),))
    assert data_of(jig, [])["tempo"] == "♩. = 80"
    slow = replace(DETAILS, tempo_percent=80.0)
    assert data_of(make_song("C4:4", bpm=100), [], slow)["tempo"] == "♩ = 80 (80 %)"


def test_one_line_of_what_a_page_can_show():
    assert printable(" Für\x00 Elise\n民謡\ud800 ") == "Für  Elise 民謡"


def test_roll_rows_hold_every_note_once_or_cut_at_a_row():
    song = make_song(f"{MAMA} {MAMA} C4:4 D4:4")
    notes = as_written(song)
    roll = piano_roll(song, notes, score_of(song, notes))
    assert len(roll["rows"]) == 2
    assert [row["bars"][0] for row in roll["rows"]] == [[1, 0.0], [16, 0.0]]
    total = sum(span[1] for row in roll["rows"] for span in row["melody"])
    assert total == pytest.approx(sum(n.beats for n in song.melody))
    assert all(s[0] >= 0 and s[0] + s[1] <= r["length"] for r in roll["rows"] for s in r["played"])


def test_roll_colours_follow_the_verdicts():
    song, notes = mama_with_mistakes()
    (row,) = piano_roll(song, notes, score_of(song, notes))["rows"]
    assert [s[3] for s in row["played"]].count("extra") == 1
    assert [s[3] for s in row["melody"]].count("missed") == 1


def test_a_note_held_over_a_row_is_drawn_in_both():
    song = make_song(" ".join(["C4:4"] * 17))
    notes = [Note(0.0, 60, song.length_s)]
    rows = piano_roll(song, notes, score_of(song, notes))["rows"]
    assert [row["played"][0][:2] for row in rows] == [[0.0, 36.0], [0.0, 32.0]]


def test_histogram_counts_every_timed_note():
    song, notes = mama_with_mistakes()
    histogram = timing_histogram(score_of(song, notes))
    assert sum(histogram["counts"]) == 25
    assert histogram["counts"][16] == 25  # 60 to 70 ms late
    assert histogram["labels"] == ["−100", "−50", "0", "50", "100"]
    assert histogram["bias"] == pytest.approx(0.61)


def test_outermost_bins_hold_what_lies_beyond():
    song = make_song("C4 D4 E4 F4 G4")
    score = score_of(song, as_written(song))
    timing = (-1.0, 7.0, 9.0, 10.0, 5000.0)
    verdicts = [replace(v, timing_ms=t) for v, t in zip(score.verdicts, timing, strict=True)]
    histogram = timing_histogram(replace(score, verdicts=tuple(verdicts)))
    assert histogram["counts"] == [0] * 9 + [1, 0, 2, 1] + [0] * 6 + [1]
    assert histogram["labels"] == ["−50", "−25", "0", "25", "≥ 50"]


def test_no_histogram_without_timed_notes():
    assert timing_histogram(score_of(make_song("C4:4"), [])) is None
