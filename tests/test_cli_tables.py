from dataclasses import replace

import pytest
from report_songs import as_written, mama_with_mistakes, score_of

from handmidi.cli.tables import score_lines
from handmidi.midifile import Performance
from handmidi.score import Astray, Break, Latency, score_performance

SONG, NOTES = mama_with_mistakes()


@pytest.fixture(scope="module")
def score():
    return score_of(SONG, NOTES)


def test_a_take_in_words(score):
    assert score_lines(SONG, score) == [
        "accuracy 89%: 24 correct (24 good), 1 wrong, 1 missed, 1 extra",
        "timing 61 ms late, spread 0 ms, the machine's latency included",
        f"longest run {score.streak} of 26 notes, 86% of the pitches",
        f"practise next: bars {', '.join(str(bar) for bar in score.practise)}",
        "strict (within 50 ms, as recorded): precision 0%, recall 0%, F 0%, for all is 61 ms late",
    ]


def test_latency_is_told_with_its_source():
    song, notes = mama_with_mistakes()
    marks = ((0.0, 0.0), (1.0, 1.0))
    latency = Latency(70.0, "calibrated", 1.0, "2026-11-20T10:00:00")
    lines = score_lines(song, score_performance(song, Performance(tuple(notes), marks), latency))
    assert lines[0].startswith("accuracy 89%: 24 correct (24 perfect)")
    assert lines[1] == (
        "timing 61 ms late, spread 0 ms; 9 ms early without 70 ms of latency"
        " (calibrated 2026-11-20)"
    )


def test_nothing_played_is_one_line():
    song, _ = mama_with_mistakes()
    assert score_lines(song, score_of(song, [])) == ["nothing was played: 26 missed"]


def test_no_line_without_meaning():
    song, _ = mama_with_mistakes()
    perfect = score_lines(song, score_of(song, as_written(song)))
    assert len(perfect) == 4
    assert not [line for line in perfect if "practise" in line]
    one = score_lines(song, score_of(song, as_written(song)[:1]))
    assert not [line for line in one if line.startswith(("timing", "longest"))]
    assert len(one) <= 6


@pytest.mark.parametrize(
    ("practise", "told"),
    [((5,), "bar 5"), ((0,), "the pick-up"), ((7, 0, 3), "the pick-up and bars 7, 3")],
)
def test_bars_to_practise(score, practise, told):
    assert f"practise next: {told}" in score_lines(SONG, replace(score, practise=practise))


def test_a_song_that_waited_tells_how_long(score):
    waited = replace(score, waited=True, strict=None, timing_spread_ms=None, steadiness_ms=None)
    lines = score_lines(SONG, waited)
    assert "the song waited 61 ms for a note (median)" in lines
    assert not [line for line in lines if line.startswith(("timing", "strict"))]


@pytest.mark.parametrize(
    ("reference", "pause_s", "skipped", "words"),
    [
        (0, 2.5, 0, "stopped 2.5 s before bar 1"),
        (1, 2.5, 0, "stopped 2.5 s in bar 1"),
        (1, -0.5, 0, "came in 0.5 s too early in bar 1"),
        (4, 0.0, 1, "left out 1 note (bar 2)"),
        (4, 2.0, 3, "stopped 2.0 s and left out 3 notes (bars 1–2)"),
        (0, 0.1, -4, "went back to bar 1"),
    ],
)
def test_breaks_in_words(score, reference, pause_s, skipped, words):
    broken = replace(score, breaks=(Break(reference, pause_s, skipped),))
    lines = score_lines(SONG, broken)
    assert words in lines
    assert not [line for line in lines if line.startswith("strict")]


def test_of_many_breaks_the_first_are_told(score):
    lines = score_lines(SONG, replace(score, breaks=(Break(0, 1.0, 0),) * 5))
    assert f"{'; '.join(['stopped 1.0 s before bar 1'] * 3)}; 2 times more" in lines


def test_a_lost_backing_in_words(score):
    astray = tuple(Astray(i, i, -620.0) for i in range(4))
    missed = tuple(replace(v, timing_ms=None) for v in score.verdicts)
    lines = score_lines(SONG, replace(score, verdicts=missed, astray=astray))
    assert "lost the backing: bars 1–2, 0.6 s ahead" in lines
