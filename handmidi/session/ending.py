"""What the window says of a take when the song is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from handmidi.history import progress
from handmidi.score import Score
from handmidi.screen.scene import Result
from handmidi.take import Take

_MOST_LINES = 5  # with the bars to practise, which a score tells last but one


class Ending:
    """Tells the window how a take went, as soon as that is known.

    Parameters
    ----------
    take : Take
        Closed.
    show : callable
        Takes what the window shall show.
    """

    def __init__(self, take: Take, show: Callable[[Result], None]) -> None:
        self._take, self._show = take, show
        self._result: Result | None = None
        self.practise: Sequence[int] = ()
        """Printed numbers of the bars to practise next."""

    def scored(self, score: Score, lines: Sequence[str]) -> None:
        """The take is scored; `lines` say it in words, the counts first."""
        self.practise = score.practise
        earlier = tuple(accuracy for _, accuracy, _ in progress(self._take))
        accuracy = None if score.precision is None else score.accuracy
        told = tuple(line[:1].upper() + line[1:] for line in lines[1 : 1 + _MOST_LINES])
        if accuracy is None:
            told = tuple(lines)
        self._result = Result(accuracy, _counts(score), told, earlier, "engraving the report …")
        self._show(self._result)

    def engraved(self) -> None:
        """The report is written."""
        if self._result:
            self._result = replace(self._result, status=f"report: {self._take.report}")
            self._show(self._result)


def _counts(score: Score) -> tuple[tuple[str, int], ...]:
    kinds, tiers = Counter(v.verdict for v in score.verdicts), score.tiers
    # Where the song waited no note was late: so it was said while it was played, too.
    early, late = (0, 0) if score.waited else (tiers["early"], tiers["late"])
    counts = {
        "correct": kinds["correct"] - early - late,
        "early": early,
        "late": late,
        "held": kinds["held"],
        "wrong": kinds["wrong"],
        "missed": kinds["missed"],
        "extra": len(score.extras),
    }
    return tuple((name, count) for name, count in counts.items() if count or name == "correct")
