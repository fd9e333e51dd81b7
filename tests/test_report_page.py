import json
from dataclasses import replace
from datetime import datetime

import pytest
from report_songs import MAMA, as_written, make_song, mama_with_mistakes, score_of

from handmidi.notes import Note
from handmidi.report.page import ReportDetails, page_data, printable
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
    assert ["Timing", "61 ms late, ±0 ms", "measured"] in [list(f) for f in data["figures"]]
    assert {c["verdict"]: c["count"] for c in data["counts"]} == {
        "correct": 24,
        "wrong": 1,
        "missed": 1,
        "held": 0,
        "extra": 1,
    }
    json.dumps(data)


def test_tempo_in_the_unit_of_the_beat_and_as_practised():
    jig = make_song("C4:3", bpm=120, meters=(Meter(0.0, 6, 8),))
    assert data_of(jig, [])["tempo"] == "♩. = 80"
    slow = replace(DETAILS, tempo_percent=80.0)
    assert data_of(make_song("C4:4", bpm=100), [], slow)["tempo"] == "♩ = 80 (80 %)"


def test_one_line_of_what_a_page_can_show():
    assert printable(" Für\x00 Elise\n民謡\ud800 ") == "Für  Elise 民謡"
    assert printable("می\u200cخواهم \u202eabc") == "می\u200cخواهم  abc"


def test_a_title_that_may_lack_a_font_has_the_songs_name_beside_it():
    song = replace(make_song("C4:4", title="茉莉花"), name="moli")
    assert data_of(song, [])["facts"] == "2026-11-22 14:05 · preset mama · song moli"


def test_bars_to_practise_with_what_went_wrong():
    data = data_of(*mama_with_mistakes(), practise=(2, 5, 7))
    told = [(it["title"], it["share"], it["words"]) for it in data["practise"]]
    assert told[:2] == [
        ("Bar 2", "1 of 2 right", "beat 4: wrong pitch: D♯5 for E5"),
        ("Bar 5", "1 of 2 right", "beat 2: D♯5 missed"),
    ]
    assert told[2][:2] == ("Bar 7", "no note written")
    assert data["verdict"] == ""
    assert all(it["name"].startswith("The bar as it went") for it in data["practise"])


def test_of_a_loop_the_worst_pass_is_shown():
    song = replace(make_song("C4 D4 E4 F4 C4 D4 E4 F4"), numbers=(5, 5))
    notes = as_written(song)
    notes[5:7] = [Note(n.onset_s, n.pitch + 1, n.duration_s) for n in notes[5:7]]
    (bar,) = data_of(song, notes, practise=(5,))["practise"]
    assert bar["share"] == "6 of 8 right"
    assert bar["words"] == "beat 2: wrong pitch: E♭4 for D4; beat 3: wrong pitch: F4 for E4"
    assert 'data-n="m5"' in bar["svg"] and 'data-n="m1"' not in bar["svg"]


def test_a_run_of_bars_is_one_card():
    song = make_song(" ".join(["C4 D4 E4 F4"] * 6))
    notes = as_written(song)
    del notes[6:10]
    score = score_of(song, notes)
    data = data_of(song, notes)
    (card,) = data["practise"]
    assert (len(score.practise), card["title"], card["share"]) == (1, "Bars 2–3", "4 of 8 right")
    assert [f'data-n="m{i}"' in card["svg"] for i in (3, 4, 11, 12)] == [False, True, True, False]
    assert data["bars"][0]["svg"].count("▼") == 2


def test_a_chart_says_what_its_colours_mean():
    song, notes = mama_with_mistakes()
    said = data_of(song, notes)["bars_words"]
    assert said == "Share of the notes that were right. Orange, ▼: a bar to practise next."
    late = as_written(song)
    late[5] = replace(late[5], onset_s=late[5].onset_s + 0.12)
    assert data_of(song, late)["bars_words"].endswith("practise next; a full one for its timing.")


def test_the_signs_above_the_score_are_those_that_occur():
    song, notes = mama_with_mistakes()
    marks = [sign["mark"] for sign in data_of(song, notes)["signs"]]
    assert marks == ["", "×", "–", "+"]
    late = [replace(note, onset_s=note.onset_s + 0.1) for note in as_written(song)]
    assert [sign["mark"] for sign in data_of(song, late)["signs"]] == ["", "›"]


def test_where_all_was_right_there_is_nothing_to_practise():
    song = make_song(MAMA)
    data = data_of(song, as_written(song))
    assert (data["practise"], data["bars"]) == ([], [])
    assert data["verdict"] == "Every bar was right. Try it faster."


def test_nothing_played_is_said():
    data = data_of(make_song("C4 D4 E4 F4"), [])
    assert data["verdict"] == "Nothing was played."
    assert (data["practise"], data["histogram"], data["curve"]) == ([], [], [])
    assert [name for name, *_ in data["figures"]] == ["Longest run", "Pitches"]


def test_progress_only_after_the_first_take():
    song, notes = mama_with_mistakes()
    assert data_of(song, notes)["progress"] is None
    assert data_of(song, notes, replace(DETAILS, progress=()))["progress"] is None
    earlier = ((datetime(2026, 11, 1), 0.5, None), (datetime(2026, 11, 2), 0.7, 20.0))
    progress = data_of(song, notes, replace(DETAILS, progress=earlier))["progress"]
    assert progress["words"].startswith("The 2 takes before this one: best 70 %, last 70 %.")
    assert "2026-11-01" in progress["svg"] and "2026-11-22" in progress["svg"]


def test_a_long_history_shows_the_last_takes():
    earlier = tuple((datetime(2026, 1, 1 + n % 28), 0.5, None) for n in range(200))
    progress = data_of(*mama_with_mistakes(), replace(DETAILS, progress=earlier))["progress"]
    assert progress["svg"].count("<circle") == 40
    assert progress["words"].startswith("The 200 takes before this one")


@pytest.mark.parametrize(
    ("title", "rtl"), [("Ode", False), ("אודה (2)", True), ("1. أغنية", True), ("…", False)]
)
def test_which_way_a_title_runs(title, rtl):
    assert data_of(make_song("C4:4", title=title), [])["rtl"] is rtl


def test_an_extra_on_a_bar_line_stands_in_the_bar_that_it_is_counted_in():
    """A player 120 ms late strikes a note just before the bar after a bar of rests."""
    song = make_song("C4 D4 E4 F4 R:4 G4 A4 B4 C5")
    notes = sorted([*as_written(song, 0.12), Note(4.0 + 0.07, 61, 0.2)])
    score = score_of(song, notes)
    assert score.practise == (3,)
    (bar,) = data_of(song, notes)["practise"]
    assert bar["words"] == "beat 1: C♯4 extra"


def test_a_bar_to_practise_for_its_timing_says_so():
    song = make_song("C4 D4 E4 F4 G4 A4 B4 C5 C4 D4 E4 F4")
    notes = as_written(song)
    notes[5] = replace(notes[5], onset_s=notes[5].onset_s + 0.12)
    score = score_of(song, notes)
    assert score.practise == (2,)
    (bar,) = data_of(song, notes)["practise"]
    assert bar["words"] == "1 note more than 80 ms off your usual time"


def test_a_song_that_waited_tells_how_long():
    song = make_song("C4 D4 E4 F4")
    waited = {"waited": True, "strict": None, "steadiness_ms": None, "timing_spread_ms": None}
    data = data_of(song, as_written(song, 0.2), **waited)
    said = {name: value for name, value, _ in data["figures"]}
    assert said["The song waited"] == "200 ms"
    assert not said.keys() & {"Timing", "Evenness", "Strict F-measure", "Latency"}
    assert data["histogram_words"].startswith("How long the song waited")
