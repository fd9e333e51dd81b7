from dataclasses import replace

from report_songs import as_written, make_song, score_of

from handmidi.report.findings import find
from handmidi.score.astray import Astray
from handmidi.score.breaks import Break

SONG = make_song("C4 D4 E4 F4 G4 A4 B4 C5 C5 B4 A4 G4", pickup=0.0)


def found(astray=(), breaks=()):
    score = score_of(SONG, as_written(SONG))
    silent = tuple(replace(v, verdict="missed", timing_ms=None, tier=None) for v in score.verdicts)
    verdicts = silent if astray else score.verdicts
    return find(SONG, replace(score, verdicts=verdicts, astray=astray, breaks=breaks))


def test_an_ordinary_take_has_nothing_to_tell():
    assert found() == []


def test_the_backing_was_lost():
    behind = tuple(Astray(i, i, 620.0) for i in range(4, 10))
    assert found(behind) == ["From bar 2 to bar 3 you were 620 ms behind the backing."]
    ahead = tuple(Astray(i, i, -1240.0) for i in range(4, 8))
    assert found(ahead) == ["In bar 2 you were 1.2 s ahead of the backing."]


def test_stops_and_what_was_left_out_or_came_again():
    assert found(breaks=(Break(4, 2.5, 0),)) == ["You stopped 2.5 s before bar 2."]
    assert found(breaks=(Break(5, 2.5, 0),)) == ["You stopped 2.5 s in bar 2."]
    assert found(breaks=(Break(8, 0.0, 4),)) == ["You left out 4 notes in bar 2."]
    assert found(breaks=(Break(4, 0.4, -4),)) == [
        "You stopped 0.4 s before bar 2.",
        "You went back to bar 2.",
    ]
