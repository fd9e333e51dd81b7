"""Played notes against a song's melody: pairing, verdicts and figures. Pure numpy."""

from handmidi.score.judge import CORRECT, HELD, MISSED, WRONG, Verdict
from handmidi.score.score import Score, score_performance

__all__ = ["CORRECT", "HELD", "MISSED", "WRONG", "Score", "Verdict", "score_performance"]
