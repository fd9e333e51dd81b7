"""What comes out of scoring, and its JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from handmidi.score.astray import Astray
from handmidi.score.bars import BarScore
from handmidi.score.breaks import Break
from handmidi.score.judge import TIERS, Verdict
from handmidi.score.latency import Latency
from handmidi.score.strict import Strict

_RATIO_DIGITS, _MS_DIGITS = 4, 1


@dataclass(frozen=True, slots=True)
class Score:
    """How well a song was played.

    Parameters
    ----------
    accuracy : float
        Correct notes ÷ (reference notes + extra notes), 0..1.
    precision : float or None
        Correct notes ÷ played notes, 0..1; None if nothing was played.
    recall : float
        Correct notes ÷ reference notes, 0..1.
    f_measure : float
        Harmonic mean of precision and recall, 0..1.
    timing_bias_ms : float or None
        Median of `timing_ms` over the correct and wrong notes; positive is late. None with
        fewer than two of them. Raw: the machine's latency is in it.
    timing_spread_ms : float or None
        Root mean square distance of `timing_ms` from the bias: the standard deviation that
        musicians and papers quote, about the median. No further robustness is needed,
        since notes out of reach are not paired. None with fewer than two notes, and where
        the song waited, as strict figure and steadiness: a wait is no error of timing.
    tempo_ratio : float or None
        Reference duration ÷ played duration: 1.03 was played 3 % too fast, 0.97 too slowly.
        The inverse of the robust slope of played over reference onsets, both in song
        seconds: with a backing, 1.0 kept its tempo; where it waited, the waiting is in it.
        None if no two paired notes are a second apart.
    verdicts : tuple of Verdict
        One per reference note, in onset order.
    extras : tuple of int
        Played notes that no verdict names, ascending.
    extras_s : tuple of float
        Where in the song each of `extras` fell, in song seconds, going by the pairs about it;
        where the song waited, by its own clock.
    onsets_s, ends_s : tuple of float
        Onset and end of every played note in song seconds. Without a backing the player's
        breaks are left out: each note is where in the song it was played.
    start_s : float
        Session second at which song second 0 was taken to be.
    latency : Latency
        What was taken from the timing to be fair, and who measured it. None is taken where
        nothing was heard to play along with.
    corrected_bias_ms : float or None
        `timing_bias_ms` less `latency`.
    strict : Strict or None
        Notes within ±50 ms of the reference as recorded, breaks and all, paired anew. None
        where the song waited.
    coverage : float
        Share of the melody's distinct pitches played correctly at least once, 0..1.
    streak : int
        Longest run of correct reference notes.
    steadiness_ms : float or None
        How unevenly note follows note (`timing.steadiness_ms`); 0 is perfectly even. None
        with too few notes, and where the song waited.
    tempo_curve : tuple of (float, float)
        Song second, and played tempo ÷ written tempo around it (`tempo.tempo_curve`).
    bars : tuple of BarScore
        One per bar number with notes or extras, ascending.
    practise : tuple of int
        Up to three bar numbers to practise next, worst first (`bars.worst_bars`).
    waited : bool
        The song waited for the player: timing then tells how long, from the moment at which
        the song first reached a note.
    """

    accuracy: float
    precision: float | None
    recall: float
    f_measure: float
    timing_bias_ms: float | None
    timing_spread_ms: float | None
    tempo_ratio: float | None
    verdicts: tuple[Verdict, ...]
    extras: tuple[int, ...]
    extras_s: tuple[float, ...]
    onsets_s: tuple[float, ...]
    ends_s: tuple[float, ...]
    start_s: float
    latency: Latency
    corrected_bias_ms: float | None
    strict: Strict | None
    coverage: float
    streak: int
    steadiness_ms: float | None
    tempo_curve: tuple[tuple[float, float], ...]
    bars: tuple[BarScore, ...]
    practise: tuple[int, ...]
    waited: bool
    astray: tuple[Astray, ...] = ()
    breaks: tuple[Break, ...] = ()

    @property
    def tiers(self) -> dict[str, int]:
        """How many correct notes came perfect, good, early and late."""
        return {tier: sum(v.tier == tier for v in self.verdicts) for tier in TIERS}

    def to_dict(self) -> dict[str, object]:
        """What ``handmidi score --json`` prints: ratios to 4 decimals, times to 0.1 ms.

        Without the places of the played notes, which follow from these and `start_s` or the
        marks.
        """
        return {
            "accuracy": _rounded(self.accuracy),
            "precision": _rounded(self.precision),
            "recall": _rounded(self.recall),
            "f_measure": _rounded(self.f_measure),
            "timing_bias_ms": _rounded(self.timing_bias_ms, _MS_DIGITS),
            "timing_spread_ms": _rounded(self.timing_spread_ms, _MS_DIGITS),
            "tempo_ratio": _rounded(self.tempo_ratio),
            "verdicts": [
                {**asdict(v), "timing_ms": _rounded(v.timing_ms, _MS_DIGITS)} for v in self.verdicts
            ],
            "extras": list(self.extras),
            "start_s": _rounded(self.start_s),
            "latency": {
                **asdict(self.latency),
                "ms": _rounded(self.latency.ms, _MS_DIGITS),
                "spread_ms": _rounded(self.latency.spread_ms, _MS_DIGITS),
            },
            "corrected_bias_ms": _rounded(self.corrected_bias_ms, _MS_DIGITS),
            "strict": None
            if self.strict is None
            else {name: _rounded(value) for name, value in asdict(self.strict).items()},
            "tiers": self.tiers,
            "coverage": _rounded(self.coverage),
            "streak": self.streak,
            "steadiness_ms": _rounded(self.steadiness_ms, _MS_DIGITS),
            "tempo_curve": [[_rounded(at_s), _rounded(ratio)] for at_s, ratio in self.tempo_curve],
            "bars": [
                {
                    **asdict(bar),
                    "accuracy": _rounded(bar.accuracy),
                    "bias_ms": _rounded(bar.bias_ms, _MS_DIGITS),
                }
                for bar in self.bars
            ],
            "practise": list(self.practise),
            "waited": self.waited,
            "astray": [
                {**asdict(note), "timing_ms": _rounded(note.timing_ms, _MS_DIGITS)}
                for note in self.astray
            ],
            "breaks": [{**asdict(b), "pause_s": _rounded(b.pause_s)} for b in self.breaks],
        }

    def to_json(self) -> str:
        """`to_dict` as indented JSON, ending with a line break."""
        return json.dumps(self.to_dict(), indent=2) + "\n"


def _rounded(value: float | None, digits: int = _RATIO_DIGITS) -> float | None:
    return None if value is None else round(value, digits) + 0.0  # no "-0.0"
