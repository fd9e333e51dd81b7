"""Where a player stopped, skipped or went back; and the player's clock without that.

Once the pairs are known, the stretches of a performance (`stretches`) lie one after the
other on the player's clock. Here each is moved so that it goes on with the lateness with
which the one before ended. On that clock the performance is one run through the song, and
what is left of early, late and tempo is the player's timing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from handmidi.score.arrays import CHORD_S, NoteArrays
from handmidi.score.playthrough import Playthrough
from handmidi.score.timemap import follow

_LEAST_PAUSE_S = 0.3
_GRAIN_S = 1e-9


@dataclass(frozen=True, slots=True)
class Break:
    """Where the player did not simply go on.

    Parameters
    ----------
    reference : int
        The reference note that was played first after it.
    pause_s : float
        Seconds of silence that the song does not have; negative if the player came in too
        early.
    skipped : int
        Reference notes left out; negative: how many were gone back, to play them again.
        0 if the player only stopped.
    """

    reference: int
    pause_s: float
    skipped: int


class OwnClock(NamedTuple):
    """The player's seconds as those of one run through the song.

    Parameters
    ----------
    starts_s : ndarray, shape (p,)
        When stretches begin, in played seconds, ascending; the first at minus infinity.
    shifts_s : ndarray, shape (p,)
        What is to be taken from the seconds of each stretch; 0 for the first.
    limits_s : ndarray, shape (p,)
        Second of the new clock that nothing of a stretch goes beyond: the next one's begin,
        where the player stopped between them; infinity elsewhere.
    """

    starts_s: np.ndarray
    shifts_s: np.ndarray
    limits_s: np.ndarray

    def without_breaks(self, played: NoteArrays) -> NoteArrays:
        """The played notes on the new clock. One held through a pause ends with it."""
        part = np.searchsorted(self.starts_s, played.onset_s + _GRAIN_S, side="right") - 1
        shift_s, limit_s = self.shifts_s[part], self.limits_s[part]
        onset_s = np.minimum(played.onset_s - shift_s, limit_s)
        end_s = np.maximum(np.minimum(played.end_s - shift_s, limit_s), onset_s)
        return NoteArrays(onset_s, end_s, played.pitch)


ONE_RUN = OwnClock(np.array([-np.inf]), np.zeros(1), np.array([np.inf]))
"""The clock of a player who went on all the time."""


class _Side(NamedTuple):
    """One side of a break: reference note, when it was played, and how late it was expected."""

    row: int
    at_s: float
    late_s: float


def find_breaks(
    reference: NoteArrays, played: NoteArrays, through: Playthrough, pairs: np.ndarray
) -> tuple[tuple[Break, ...], OwnClock]:
    """The breaks of a performance, and the clock without them.

    Parameters
    ----------
    reference, played : NoteArrays
    through : Playthrough
        With time maps fitted to `pairs`.
    pairs : ndarray of int, shape (k, 2)
        Row of `through` and played note, both ascending.

    Returns
    -------
    breaks : tuple of Break
        In the order played. Shifts of less than 0.3 s between stretches are none.
    clock : OwnClock
    """
    parts = through.part[pairs[:, 0]]
    breaks, starts_s, shifts_s, limits_s = [], [-np.inf], [0.0], []
    before: _Side | None = None
    for k in np.unique(parts).tolist():
        own = pairs[parts == k]
        first, last = (_side(reference, played, through, k, pair) for pair in (own[0], own[-1]))
        if before is not None:
            jump_s = first.late_s - before.late_s
            starts_s.append(float(played.onset_s[own[:, 1]].min()))
            shifts_s.append(shifts_s[-1] + jump_s)
            stopped = jump_s > 0 and first.row > before.row
            limits_s.append(starts_s[-1] - shifts_s[-1] if stopped else np.inf)
            breaks.append(_break(reference, through.slope, before, first))
        before = last
    clock = OwnClock(*(np.array(column) for column in (starts_s, shifts_s, [*limits_s, np.inf])))
    told = (b for b in breaks if b.skipped or abs(b.pause_s) >= _LEAST_PAUSE_S)
    return tuple(told), clock


def _side(
    reference: NoteArrays, played: NoteArrays, through: Playthrough, part: int, pair: np.ndarray
) -> _Side:
    row, at_s = int(through.row[pair[0]]), float(played.onset_s[pair[1]])
    written_s = reference.onset_s[row : row + 1]
    expected_s = follow(*through.points[part], written_s, through.slope)
    return _Side(row, at_s, float(expected_s[0] - through.slope * written_s[0]))


def _break(reference: NoteArrays, slope: float, before: _Side, first: _Side) -> Break:
    """Time enough for all notes between: the player stopped, and missed them. Else skipped."""
    jump_s = first.late_s - before.late_s
    passed = first.row - before.row - 1
    if passed >= 0 and (jump_s > -_LEAST_PAUSE_S or passed == 0):
        return Break(first.row, jump_s, 0)
    later_s = reference.onset_s[reference.onset_s > reference.onset_s[before.row] + CHORD_S]
    next_s = later_s[0] if len(later_s) else reference.end_s[before.row]
    step_s = slope * (next_s - reference.onset_s[before.row])
    return Break(first.row, first.at_s - before.at_s - float(step_s), passed)
