import math
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_songs import MAMA, as_written, make_song, mama_with_mistakes, score_of

from handmidi.notes import Note
from handmidi.report import pictures
from handmidi.report.events import list_events
from handmidi.report.plots import bar_roll, piano_roll, tempo_curve, timing_histogram
from handmidi.report.rolls import draw_roll
from handmidi.score.bars import BarScore
from handmidi.score.latency import Latency

SVG = "{http://www.w3.org/2000/svg}"


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


def test_the_latency_has_its_place_in_the_histogram():
    song, notes = mama_with_mistakes()
    score = score_of(song, notes)
    assert timing_histogram(score)["latency"] is None
    known = replace(score, latency=Latency(50.0, "calibrated"))
    assert timing_histogram(known)["latency"] == pytest.approx(0.5)


def test_a_kept_tempo_is_no_curve():
    song, notes = mama_with_mistakes()
    score = score_of(song, notes)
    assert tempo_curve(song, replace(score, tempo_curve=((0.0, 1.01), (4.0, 0.98)))) is None


def test_the_tempo_curve_goes_by_bars():
    song = make_song("C4:4 D4:4 E4:4", bpm=60)
    rushed = replace(score_of(song, []), tempo_curve=((0.5, 1.01), (11.0, 1.08), (13.0, 1.1)))
    curve = tempo_curve(song, rushed)
    assert curve["points"] == [(0.5, 1.01), (11.0, 1.08), (12.0, 1.1)]
    assert (curve["bars"], curve["length"]) == ([[1, 0.0], [2, 4.0], [3, 8.0]], 12.0)


def test_one_bar_with_what_became_of_its_notes():
    song, notes = mama_with_mistakes()
    events = list_events(song, notes, score_of(song, notes))
    roll = bar_roll(song, notes, [event for event in events if event.bar == 2])
    (row,) = roll["rows"]
    assert (row["bars"], row["ticks"]) == ([[2, 0.0]], [1.0, 2.0, 3.0])
    assert [span[3:] for span in row["melody"]] == [["correct", "m3"], ["wrong", "m4"]]
    assert [span[3:] for span in row["played"]] == [["correct", "p3"], ["wrong", "p4"]]
    assert roll["labels"] == [["D♯5", 75, True], ["E5", 76, False]]


def test_a_bar_whose_notes_lie_elsewhere_is_shown_with_them():
    song = make_song("C4 D4 E4 F4 G4 A4 B4 C5", bpm=60)
    notes = as_written(song)
    score = score_of(song, notes)
    elsewhere = [replace(note, onset_s=note.onset_s + 4.0) for note in notes]
    events = [event for event in list_events(song, notes, score) if event.bar == 1]
    roll = bar_roll(song, elsewhere, events)
    (row,) = roll["rows"]
    assert (row["length"], roll["beats"]) == pytest.approx((7.9, 7.9))
    assert [span[0] for span in row["played"]] == pytest.approx([4, 5, 6, 7])
    early = [replace(note, onset_s=note.onset_s - 2.0) for note in notes]
    (row,) = bar_roll(song, early, events)["rows"]
    assert (row["bars"], row["length"]) == ([[1, 2.0]], 6.0)
    assert row["ticks"] == [3.0, 4.0, 5.0]
    assert [span[0] for span in row["melody"]] == [2.0, 3.0, 4.0, 5.0]


def test_a_note_held_from_the_bar_before_does_not_widen_the_picture():
    song = make_song("C4 D4 E4 F4 F4 A4 B4 C5", bpm=60)
    notes = as_written(song)
    notes[3] = replace(notes[3], duration_s=2.0)
    del notes[4]
    events = list_events(song, notes, score_of(song, notes))
    (row,) = bar_roll(song, notes, [event for event in events if event.bar == 2])["rows"]
    assert row["length"] == 4.0
    assert [row["played"][0][i] for i in (0, 1, 3)] == [0.0, 1.0, "held"]


def test_the_beats_of_a_pick_up_end_with_its_bar():
    song = make_song("C4:1.5 D4 E4 F4 G4", pickup=1.5)
    events = [event for event in list_events(song, [], score_of(song, [])) if event.bar == 0]
    (row,) = bar_roll(song, [], events)["rows"]
    assert (row["bars"], row["ticks"], row["length"]) == ([[0, 0.0]], [0.5], 1.5)


def test_labels_follow_the_key():
    song = make_song("Bb3 Eb4 Ab4 G4", fifths=-3)
    roll = piano_roll(song, [], score_of(song, []))
    assert [name for name, *_ in roll["labels"]] == ["B♭3", "E♭4", "G4", "A♭4"]


def test_rows_of_wrong_and_extra_notes_are_named_too():
    song = make_song("C4 D4 E4 F4")
    notes = sorted([*as_written(song), Note(0.75, 90, 0.1)])
    roll = piano_roll(song, notes, score_of(song, notes))
    assert roll["labels"][-1] == ["F♯6", 90, True]
    assert [astray for *_, astray in roll["labels"]] == [False] * 4 + [True]


def shapes(drawing, tag):
    return list(ElementTree.fromstring(drawing.svg()).iter(f"{SVG}{tag}"))


def test_a_drawn_roll_holds_each_note_by_its_id():
    song, notes = mama_with_mistakes()
    (drawing,) = draw_roll(piano_roll(song, notes, score_of(song, notes)), 186.0)
    ids = [rect.get("data-n") for rect in shapes(drawing, "rect")]
    assert ids == [f"m{i}" for i in range(26)] + [f"p{i}" for i in range(26)]
    assert drawing.name == "Piano roll, bars 1 to 14"
    assert {t.text for t in shapes(drawing, "text")} >= {"×", "–", "+", "F4", "1", "13"}


def names_of(drawing, labels):
    """Places of the names of rows, by name."""
    texts = [t for t in shapes(drawing, "text") if t.text in {name for name, *_ in labels}]
    return {t.text: (float(t.get("x")), float(t.get("y"))) for t in texts}


@given(st.sets(st.integers(0, 127), min_size=1), st.data())
def test_names_of_rows_never_touch(pitches, data):
    chosen = data.draw(st.sets(st.sampled_from(sorted(pitches))))
    labels = [[f"n{pitch}", pitch, pitch in chosen] for pitch in sorted(pitches)]
    row = {"bars": [[1, 0.0]], "ticks": [], "length": 4.0, "melody": [], "played": []}
    roll = {"low": min(pitches) - 1, "high": max(pitches) + 1, "labels": labels, "beats": 4.0}
    (drawing,) = draw_roll(roll | {"rows": [row]}, 186.0)
    named = names_of(drawing, labels)
    assert {labels[0][0], labels[-1][0]} <= named.keys()
    for column in {x for x, _ in named.values()}:
        heights = sorted(y for x, y in named.values() if x == column)
        assert all(b - a >= 2.4 for a, b in pairwise(heights))
    if max(pitches) - min(pitches) < 29:
        assert len(named) == len(labels)


def test_signs_over_the_top_row_are_inside_the_picture():
    song = make_song("C4 D4 E4 F4")
    notes = sorted([*as_written(song), Note(0.75, 90, 0.1)])
    (drawing,) = draw_roll(piano_roll(song, notes, score_of(song, notes)), 186.0)
    (sign,) = (t for t in shapes(drawing, "text") if t.text == "+")
    assert float(sign.get("y")) - 0.7 * float(sign.get("font-size")) > 0


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=200),
    st.integers(0, 3),
)
def test_every_bar_is_drawn_inside_the_picture(figures, chosen):
    bars = [
        BarScore(n, max(pair), min(pair), 0, min(pair) / max(*pair, 1), 0, None)
        for n, pair in enumerate(figures)
    ]
    drawings = list(pictures.draw_bars(bars, range(chosen), 186.0))
    rects = [(d, r) for d in drawings for r in shapes(d, "rect")]
    assert len(rects) == len(bars)
    assert len(drawings) <= 3
    for drawing, rect in rects:
        left, top = float(rect.get("x")), float(rect.get("y"))
        assert left >= 0 and left + float(rect.get("width")) <= drawing.width_mm
        assert top >= 0 and top + float(rect.get("height")) <= drawing.height_mm


def test_no_bars_no_picture():
    assert list(pictures.draw_bars([], [], 186.0)) == []


def test_the_tempo_curve_rises_with_the_tempo():
    points = [(0.0, 0.9), (10.0, 1.0), (20.0, 1.2)]
    bars = [[n + 1, 4.0 * n] for n in range(5)]
    drawing = pictures.draw_tempo({"points": points, "bars": bars, "length": 20.0}, 186.0)
    (path,) = (p.get("d") for p in shapes(drawing, "path") if p.get("fill") == "none")
    heights = [float(point.split()[1]) for point in path.removeprefix("M").split("L")]
    assert all(a > b for a, b in pairwise(heights))
    assert [t.text for t in shapes(drawing, "text") if "%" not in t.text] == ["1", "5"]


def test_progress_ends_with_this_take():
    drawing = pictures.draw_progress([0.5, 0.25, 1.0], ["2026-11-01", "2026-11-22"], 110.0)
    places = [(float(c.get("cx")), float(c.get("cy"))) for c in shapes(drawing, "circle")]
    assert places[2][1] < places[0][1] < places[1][1]
    assert math.isclose(places[1][0] - places[0][0], places[2][0] - places[1][0], abs_tol=0.02)
    assert "100 %" in [t.text for t in shapes(drawing, "text")]
