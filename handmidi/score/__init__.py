"""Played notes against a song's melody: pairing, verdicts and figures. Pure numpy."""

from handmidi.score.astray import Astray, AstrayRun, astray_runs
from handmidi.score.bars import BarScore
from handmidi.score.breaks import Break
from handmidi.score.judge import CORRECT, HELD, MISSED, TIERS, WRONG, Verdict
from handmidi.score.latency import NO_LATENCY, Latency
from handmidi.score.result import Score
from handmidi.score.score import score_performance
from handmidi.score.strict import Strict

__all__ = [
    "CORRECT",
    "HELD",
    "MISSED",
    "NO_LATENCY",
    "TIERS",
    "WRONG",
    "Astray",
    "AstrayRun",
    "BarScore",
    "Break",
    "Latency",
    "Score",
    "Strict",
    "Verdict",
    "astray_runs",
    "score_performance",
]
