"""When the demo's hand does what: the strokes it plays, its three mistakes, and the truth.

Times are clip seconds; the song begins after the count-in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from handmidi.instrument.presetfile import load_preset
from handmidi.song import Song

SONG = PRESET = "mama"
COUNT_IN_BEATS = 4
LATENESS_S, LATENESS_SD_S = 0.060, 0.010
WRONG = {21: 75}  # a D♯5 for the C♯5 between two B4s
MISSED = {7}  # the B4 before the first C♯5
EXTRA = (27.0, 68)  # beat and pitch: a G♯4 in the middle of the long rest

# On the preset's scaled axis: where the hand rests, and how far it goes into the last zone.
_REST, _INTO_LAST = 0.08, 0.15
_ENTER_S, _LEAVE_S, _LENGTH_S = (0.30, 1.20), (34.85, 35.65), 36.0


@lru_cache
def zone_area(pitch: int | None) -> float:
    """Area (fraction of the frame) in the middle of a pitch's zone; None is the rest."""
    preset = load_preset(PRESET)
    if pitch is None:
        return preset.main.by.unscaled(_REST)
    number = [zone.pitch for zone in preset.main.zones].index(pitch)
    edges = [zone.at for zone in preset.main.zones] + [preset.main.zones[-1].at + 2 * _INTO_LAST]
    return preset.main.by.unscaled((edges[number] + edges[number + 1]) / 2)


@dataclass(frozen=True)
class Stroke:
    """One note of the hand.

    Parameters
    ----------
    reference : int or None
        Which note of the song is meant; None for the extra note.
    pitch : int
        What sounds.
    arrival_s : float
        When the hand arrives in the zone's middle.
    end_s : float
        When it leaves, if no other note follows at once.
    """

    reference: int | None
    pitch: int
    arrival_s: float
    end_s: float


@dataclass(frozen=True)
class Move:
    """A minimum-jerk move between two levels of log area."""

    start_s: float
    end_s: float
    start: float
    end: float

    def at(self, time_s: float) -> float:
        """Level at a time; before and after the move the level stands."""
        share = (time_s - self.start_s) / (self.end_s - self.start_s)
        return self.start + (self.end - self.start) * minimum_jerk(share)


def minimum_jerk(share: float) -> float:
    """Way covered after a share of the time, both 0..1 (Flash & Hogan 1985)."""
    share = min(max(share, 0.0), 1.0)
    return share**3 * (10 - 15 * share + 6 * share**2)


@dataclass(frozen=True)
class Plan:
    """The whole performance.

    Parameters
    ----------
    song : Song
    strokes : tuple of Stroke
        In time order.
    moves : tuple of Move
        In time order; none overlaps another.
    count_in_s : float
        When the song begins.
    """

    song: Song
    strokes: tuple[Stroke, ...]
    moves: tuple[Move, ...]
    count_in_s: float

    @property
    def length_s(self) -> float:
        """Length of the clip."""
        return _LENGTH_S

    def area(self, time_s: float) -> float:
        """Area of the hand's box, as a fraction of the frame, that the tracker should see."""
        begun = [m for m in self.moves if m.start_s <= time_s]
        return math.exp(begun[-1].at(time_s) if begun else self.moves[0].start)

    def raised(self, time_s: float) -> float:
        """0 while the hand is below the picture, 1 while it is in its place."""
        up, down = (
            minimum_jerk((time_s - start) / (end - start)) for start, end in (_ENTER_S, _LEAVE_S)
        )
        return up - down

    def truth(self, fps: int) -> dict:
        """What a listener must find, as ``demo.json`` keeps it."""
        played = {s.reference: s for s in self.strokes if s.reference is not None}
        return {
            "song": self.song.name,
            "preset": PRESET,
            "fps": fps,
            "frames": round(self.length_s * fps),
            "bpm": round(60 / self.song.tempo.seconds(1.0), 3),
            "count_in_s": round(self.count_in_s, 4),
            "lateness_ms": round(LATENESS_S * 1000),
            "in_view_s": [_ENTER_S[1], _LEAVE_S[0]],
            "hand": "right",
            "verdicts": [self._verdict(i, played.get(i)) for i in range(len(self.song.melody))],
            "extras": [_sounding(s) for s in self.strokes if s.reference is None],
        }

    def _verdict(self, reference: int, stroke: Stroke | None) -> dict:
        if stroke is None:
            heard = {"pitch": None, "arrival_s": None, "leave_s": None}
            return {"reference": reference, "verdict": "missed", **heard}
        right = stroke.pitch == self.song.melody[reference].pitch
        verdict = "correct" if right else "wrong"
        return {"reference": reference, "verdict": verdict, **_sounding(stroke)}


def make_plan(song: Song, seed: int = 5) -> Plan:
    """Plan a performance of `mama`.

    Parameters
    ----------
    song : Song
    seed : int
        Of the jitter.
    """
    count_in_s = song.tempo.seconds(COUNT_IN_BEATS)
    rows = [
        (n.beat, math.ceil(n.beats - 1e-6), i, WRONG.get(i, n.pitch))
        for i, n in enumerate(song.melody)
        if i not in MISSED
    ]
    rows = sorted([*rows, (EXTRA[0], 1, None, EXTRA[1])], key=lambda row: row[0])
    rng = np.random.default_rng(seed)
    jitter = rng.normal(0, 1, len(rows))
    late = LATENESS_S + LATENESS_SD_S * (jitter - jitter.mean()) / jitter.std()
    strokes, moves, level = [], [], math.log(zone_area(None))
    for k, (beat, beats, reference, pitch) in enumerate(rows):
        arrival_s = count_in_s + song.tempo.seconds(beat) + float(late[k])
        move = _reach(level, pitch, end_s=arrival_s)
        end_s = count_in_s + song.tempo.seconds(beat + beats) + rng.normal(0, LATENESS_SD_S)
        level = move.end
        moves.append(move)
        if k + 1 < len(rows) and rows[k + 1][0] <= beat + beats:
            following = count_in_s + song.tempo.seconds(rows[k + 1][0]) + float(late[k + 1])
            end_s = _reach(level, rows[k + 1][3], end_s=following).start_s
        else:
            moves.append(_reach(level, None, start_s=end_s))
            level = moves[-1].end
        strokes.append(Stroke(reference, pitch, arrival_s, end_s))
    return Plan(song, tuple(strokes), tuple(moves), count_in_s)


def _reach(level: float, pitch: int | None, start_s: float = 0.0, end_s: float = 0.0) -> Move:
    """A move to a pitch's zone that starts or ends at a given time; leaps take longer."""
    goal = math.log(zone_area(pitch))
    takes_s = min(0.165 + 0.040 * abs(goal - level), 0.24)
    start_s = start_s or end_s - takes_s
    return Move(start_s, start_s + takes_s, level, goal)


def _sounding(stroke: Stroke) -> dict:
    return {
        "pitch": stroke.pitch,
        "arrival_s": round(stroke.arrival_s, 4),
        "leave_s": round(stroke.end_s, 4),
    }
