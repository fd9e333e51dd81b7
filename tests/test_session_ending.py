"""What the window says of a take when the song is over."""

from __future__ import annotations

from dataclasses import replace

import pytest
from report_songs import as_written, make_song, score_of
from test_history import put

from handmidi.cli.tables import score_lines
from handmidi.notes import Note
from handmidi.score import score_performance
from handmidi.session.ending import Ending
from handmidi.take import Take
from tools.scoring.players import Player, walk


def scored(song, score, take):
    shown = []
    ending = Ending(take, shown.append)
    ending.scored(score, score_lines(song, score))
    return ending, shown


def test_the_counts_are_of_every_note(tmp_path):
    song = make_song("C4 D4 E4 F4 G4 A4 B4 C5")
    notes = as_written(song)
    notes[2] = replace(notes[2], onset_s=notes[2].onset_s + 0.12)
    notes[4] = replace(notes[4], pitch=20)
    del notes[6]
    notes.append(Note(song.length_s + 2, 80, 0.2))
    _, (result,) = scored(song, score_of(song, notes), Take(tmp_path / "take"))
    assert result.counts == (
        ("correct", 5),
        ("late", 1),
        ("wrong", 1),
        ("missed", 1),
        ("extra", 1),
    )
    assert result.accuracy == pytest.approx(6 / 9)
    assert "engraving" in result.status


@pytest.mark.parametrize("waited", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_the_counts_add_up(seed, waited, tmp_path):
    song = walk(seed)
    player = Player(0.1, 0.1, 0.1, jitter_s=0.08, late_s=0.0, slower=1.0, backing=True)
    performance, _ = player.play(song, seed)
    score = score_performance(song, performance, waited=waited)
    _, (result,) = scored(song, score, Take(tmp_path / "take"))
    counts = dict(result.counts)
    extra = counts.pop("extra", 0)
    assert extra == len(score.extras)
    assert sum(counts.values()) == len(song.melody)
    right = sum(counts.get(name, 0) for name in ("correct", "early", "late"))
    assert right / (len(song.melody) + extra) == pytest.approx(score.accuracy)
    assert not waited or not {"early", "late"} & set(counts)


def test_it_says_what_to_practise(tmp_path):
    song = walk(1)
    player = Player(0.2, 0.2, 0.1, jitter_s=0.05, late_s=0.0, slower=1.0, backing=True)
    score = score_performance(song, player.play(song, 1)[0])
    ending, (result,) = scored(song, score, Take(tmp_path / "take"))
    assert ending.practise == score.practise != ()
    assert any(line.startswith("Practise next: ") for line in result.lines)
    assert not any(line.lower().startswith("accuracy") for line in result.lines), "it is shown big"


def test_nothing_played_is_said_and_has_no_accuracy(tmp_path):
    song = make_song("C4 D4 E4")
    _, (result,) = scored(song, score_of(song, []), Take(tmp_path / "take"))
    assert result.accuracy is None
    assert result.counts == (("correct", 0), ("missed", 3))
    assert result.lines == ("nothing was played: 3 missed",)


def test_earlier_takes_are_the_oldest_first(tmp_path):
    song = make_song("C4 D4 E4")
    for day, accuracy in ((1, 0.5), (2, 0.25)):
        put(tmp_path, f"day {day}", day, score={"accuracy": accuracy})
    put(tmp_path, "another song", 3, song="saints")
    take = put(tmp_path, "now", 5, score=None)
    _, (result,) = scored(song, score_of(song, as_written(song)), take)
    assert result.earlier == (0.5, 0.25)


def test_the_report_is_named_once_it_is_written(tmp_path):
    song = make_song("C4 D4 E4")
    take = Take(tmp_path / "take")
    shown = []
    ending = Ending(take, shown.append)
    ending.engraved()
    assert shown == [], "no score, no result"
    score = score_of(song, as_written(song))
    ending.scored(score, score_lines(song, score))
    ending.engraved()
    assert shown[1].status == f"report: {take.report}"
    assert shown[1].counts == shown[0].counts
