from dataclasses import replace

import pytest
from report_songs import as_written, make_song, mama_with_mistakes, score_of

from handmidi.notes import Note
from handmidi.report import words
from handmidi.report.events import list_events
from handmidi.score.bars import BarScore
from handmidi.score.latency import Latency
from handmidi.song import Meter


def events_of(song, notes):
    return list_events(song, notes, score_of(song, notes))


def places_of(song):
    return [words.place_words(event) for event in events_of(song, as_written(song))]


@pytest.mark.parametrize(
    ("ms", "spread_ms", "said"),
    [
        (61.4, 12.2, "61 ms late, ±12 ms"),
        (-8.6, 30.0, "9 ms early, ±30 ms"),
        (0.2, 5.0, "on time, ±5 ms"),
        (12.0, None, "12 ms late"),
        (None, None, "too few notes to tell"),
    ],
)
def test_timing(ms, spread_ms, said):
    assert words.timing_words(ms, spread_ms) == said


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (None, ""),
        (1.002, "kept"),
        (1.03, "3.0 % faster than the song"),
        (0.97, "3.0 % slower than the song"),
    ],
)
def test_pace(ratio, said):
    assert words.pace_words(ratio) == said


@pytest.mark.parametrize(
    ("latency", "said"),
    [
        (
            Latency(42.0, "tapped", 3.0, "2026-11-20T10:00:00"),
            "without 42 ±3 ms of latency (tapped, 2026-11-20)",
        ),
        (Latency(21.3, "audio buffer"), "without 21 ms of latency (the sound card's buffer)"),
    ],
)
def test_figures_tell_timing_raw_and_without_the_latency(latency, said):
    song, notes = mama_with_mistakes()
    score = replace(score_of(song, notes), latency=latency, corrected_bias_ms=61 - latency.ms)
    figures = {name: (value, meaning) for name, value, meaning in words.figures(song, score)}
    assert figures["Timing"] == ("61 ms late, ±0 ms", "measured")
    assert figures["Timing, corrected"] == (f"{61 - latency.ms:.0f} ms late", said)


def test_figures_say_that_the_latency_is_not_known():
    song, notes = mama_with_mistakes()
    figures = {name: rest for name, *rest in words.figures(song, score_of(song, notes))}
    assert figures["Latency"] == ["not known", "measure it: handmidi calibrate --latency"]
    assert figures["Pitches"][0] == "6 of 7"
    assert figures["Longest run"] == ["16 of 26 notes", "right in a row"]
    assert figures["Precision, recall"][0] == "92 %, 92 %"
    assert "Timing, corrected" not in figures


def test_places_in_a_bar():
    song = make_song("C4:1.5 D4:.25 E4:.25 F4:2 G4:4")
    assert places_of(song) == [
        "bar 1, beat 1",
        "bar 1, beat 2½",
        "bar 1, beat 2¾",
        "bar 1, beat 3",
        "bar 2, beat 1",
    ]


def test_places_in_a_pickup_triplets_and_eighths():
    waltz = make_song("C4 D4:3", meters=(Meter(0.0, 3, 4),), pickup=1.0)
    assert places_of(waltz) == ["the pick-up, beat 3", "bar 1, beat 1"]
    third = "0.3333333333333333"
    triplets = make_song(f"C4:{third} D4:{third} E4:{third} F4:3")
    assert places_of(triplets)[1:3] == ["bar 1, beat 1⅓", "bar 1, beat 1⅔"]
    jig = make_song("C4:1.5 D4:.5 E4", meters=(Meter(0.0, 6, 8),))
    assert places_of(jig) == ["bar 1, beat 1", "bar 1, beat 4", "bar 1, beat 5"]


def test_what_was_played_outside_the_song():
    song = make_song("C4:4")
    notes = [Note(-0.6, 72, 0.1), *as_written(song), Note(2.6, 74, 0.1)]
    places = [words.place_words(event) for event in events_of(song, notes)]
    assert places == ["before bar 1", "bar 1, beat 1", "after bar 1"]
    early = events_of(song, notes[:2])
    assert words.bar_words(early, None) == "before it began: C5 extra"


def test_each_verdict_in_words():
    song = make_song("C4 C4 D4 E4 F4:2 G4:2")
    notes = [
        Note(0.0, 60, 0.95),
        Note(1.01, 63, 0.4),
        Note(2.0, 65, 0.4),
        Note(2.5, 70, 0.2),
        Note(3.04, 67, 0.5),
    ]
    said = [words.event_words(event) for event in events_of(song, notes)]
    assert (
        said
        == [
            "C4 correct, on time (perfect)",
            "C4 held, not struck again",
            "wrong pitch: D♯4 for D4, 10 ms late",
            "E4 missed",
            "F4 correct, on time (perfect)",
            "A♯4 extra",
            "G4 correct, 40 ms late (good)",
        ]
        or said[5] == "B♭4 extra"
    )


def test_latency_is_left_out_of_a_notes_timing():
    song = make_song("C4:4")
    (event,) = events_of(song, as_written(song, 0.05))
    assert words.event_words(event, latency_ms=42.0) == "C4 correct, 8 ms late (good)"


def test_a_bar_in_words_counts_what_came_again():
    song = replace(make_song("C4 D4 E4 F4 C4 D4 E4 F4"), numbers=(5, 5))
    notes = as_written(song)
    del notes[6], notes[2]
    assert words.bar_words(events_of(song, notes), None) == "beat 3: E4 missed (2 times)"
    assert words.bar_words(events_of(song, notes), 43.0).endswith("; 43 ms later than the rest")


def test_a_run_of_bars_in_words_names_each_bar():
    events = events_of(make_song("R R R C4 D4:4", pickup=0.0), [])
    assert words.bar_words(events, None) == "bar 1, beat 4: C4 missed; bar 2, beat 1: D4 missed"
    assert words.bars_words(1, 2) == "bars 1–2"
    assert words.bars_words(0, 0) == "the pick-up"
    assert words.bars_words(0, 1) == "the pick-up to bar 1"


def test_lateness_in_words_is_told_once():
    events = events_of(make_song("C4:4"), [])
    late = "; 129 ms later than the rest"
    assert words.bar_words(events, 129.0, 6) == f"beat 1: C4 missed{late}"
    assert words.bar_words(events, 12.0, 2).endswith(
        "; 2 notes more than 80 ms off your usual time"
    )


def test_beats_are_those_of_the_staff():
    song = make_song("C4:3 R R D4 E4:2")
    notes = sorted([*as_written(song, 0.1), Note(2.08, 69, 0.3), Note(2.85, 71, 0.1)])
    assert [words.place_words(e) for e in events_of(song, notes) if e.verdict == "extra"] == [
        "bar 2, beat 1",
        "bar 2, beat 2½",
    ]


def test_a_bar_in_words_stays_short():
    song = make_song("C4:.5 D4:.5 E4:.5 F4:.5 G4:.5 A4:.5 B4:.5 C5:.5")
    said = words.bar_words(events_of(song, []), -31.0)
    assert said.count("missed") == 4
    assert said.endswith("; and 4 more; 31 ms earlier than the rest")


def test_share_of_a_bar():
    assert words.share_words(BarScore(1, 4, 3, 0, 0.75, 0, None)) == "3 of 4 right"
    assert words.share_words(BarScore(1, 0, 0, 2, 0.0, 0, None)) == "no note written"


@pytest.mark.parametrize(
    ("earlier", "accuracy", "said"),
    [
        ([0.5], 0.5, "The take before this one: 50 %. This one is as good as the last."),
        ([0.5], 0.6, "The take before this one: 50 %. This one is 10 points above the last."),
        ([0.4, 0.5], 0.6, "best 50 %, last 50 %. This one is better than each of them."),
        ([0.9, 0.5], 0.6, "best 90 %, last 50 %. This one is 10 points above the last."),
        ([0.9, 0.8], 0.6, "best 90 %, last 80 %. This one is 20 points below the last."),
    ],
)
def test_progress(earlier, accuracy, said):
    assert words.progress_words(earlier, accuracy).endswith(said)
