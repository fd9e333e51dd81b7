"""What the screen says of notes while they are played, against what the score says afterwards."""

from __future__ import annotations

import pytest

from handmidi.practice.verdicts import LiveJudge
from handmidi.score import score_performance
from handmidi.score.judge import GOOD_MS, reach_s
from handmidi.score.latency import NO_LATENCY
from tools.scoring.players import Player, walk


def judge_of(song, **values):
    return LiveJudge(song, reach_s(song), GOOD_MS / 1000, **values)


def walked(count=8):
    return walk(3, count)


def strike(judge, song, i, late_s=0.0, pitch=None):
    return judge.played(song.melody[i].onset_s + late_s, pitch or song.melody[i].pitch)


def test_each_note_is_judged_when_it_is_struck_or_can_be_no_more():
    song = walked()
    judge = judge_of(song)
    assert judge.accuracy is None
    assert strike(judge, song, 0) == "correct"
    assert strike(judge, song, 1, 0.12) == "late"
    assert strike(judge, song, 2, -0.12) == "early"
    assert strike(judge, song, 3, pitch=20) == "wrong"
    assert judge.accuracy == 0.75
    judge.moved(song.melody[5].onset_s)
    assert judge.verdicts == ["correct", "late", "early", "wrong", "missed", None, None, None]


def test_a_wrong_note_that_is_mended_was_an_extra_one():
    song = walked()
    judge = judge_of(song)
    assert strike(judge, song, 0, -0.05, pitch=20) == "wrong"
    assert strike(judge, song, 0, 0.05) == "correct"
    assert judge.accuracy == 0.5
    assert strike(judge, song, 0, 0.06, pitch=21) == "extra"


def test_latency_is_not_the_players_fault():
    song = walked()
    assert strike(judge_of(song, latency_s=0.2), song, 0, 0.25) == "correct"
    assert strike(judge_of(song, waits=True), song, 0, 0.2) == "correct"


def test_a_note_held_through_another_of_its_pitch():
    song = walked()
    twice = next(i for i in range(7) if song.melody[i].pitch != song.melody[i + 1].pitch)
    judge = judge_of(song)
    judge.played(song.melody[twice].onset_s, song.melody[twice + 1].pitch)
    judge.moved(song.length_s)
    assert judge.verdicts[twice] == "wrong"
    assert judge.verdicts[twice + 1] == "held"
    judge.ended(song.length_s, song.melody[twice + 1].pitch)


@pytest.mark.parametrize("errors", [0.0, 0.05])
def test_the_screen_seldom_contradicts_the_score(errors):
    """At 95 % of the notes or more, by seconds of the song as the backing had it."""
    agree = total = 0
    apart = []
    for seed in range(20):
        song = walk(seed)
        player = Player(errors, errors, errors, jitter_s=0.03, late_s=0.0, slower=1.0, backing=True)
        performance, _ = player.play(song, seed)
        score = score_performance(song, performance, NO_LATENCY)
        judge = judge_of(song)
        for onset_s, note in zip(score.onsets_s, performance.notes, strict=True):
            judge.played(onset_s, note.pitch)
            judge.ended(onset_s + 0.05, note.pitch)
        judge.moved(song.length_s + 5)
        for told, verdict in zip(judge.verdicts, score.verdicts, strict=True):
            final = verdict.tier if verdict.tier in ("early", "late") else verdict.verdict
            agree, total = agree + (told == final), total + 1
        apart.append(abs(judge.accuracy - score.accuracy))
    assert agree / total >= 0.95
    assert max(apart) <= 0.08
