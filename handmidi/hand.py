"""Hands as the rest of the program sees them."""

from __future__ import annotations

from dataclasses import dataclass

SIDES = ("left", "right")


@dataclass(frozen=True, slots=True)
class Hand:
    """One hand in one frame.

    Parameters
    ----------
    side : {"left", "right"}
        Which hand it is to its owner, who faces the camera.
    score : float
        The tracker's confidence that this is a hand, 0..1.
    area : float
        Bounding box of the 21 landmarks divided by the frame's area. May exceed 1
        where landmarks lie outside the frame.
    x, y : float
        Centre of that box as a fraction of the filmed (unmirrored) frame; y points down.
    openness : float
        0 (fist) to 1 (open hand).
    tilt : float
        How far the hand leans from upright towards its owner's right, degrees, -180..180.
    pinch : float
        0 (thumb and index finger apart) to 1 (their tips touch).
    fingers : int
        How many fingers are stretched, the thumb with them, 0..5.
    """

    side: str
    score: float
    area: float
    x: float
    y: float
    openness: float
    tilt: float = 0.0
    pinch: float = 0.0
    fingers: int = 0


@dataclass(frozen=True, slots=True)
class HandFrame:
    """What was seen in one camera frame.

    Parameters
    ----------
    time_s : float
        When the frame was taken, in session seconds.
    ready_s : float
        When the tracker's result was there, in session seconds; never before `time_s`.
    hands : tuple of Hand
        The hands in the frame, the longest tracked first; empty if there is none.
    """

    time_s: float
    ready_s: float
    hands: tuple[Hand, ...] = ()

    def rounded(self) -> HandFrame:
        """The frame with the precision of the trace file.

        The live instrument plays rounded frames, so that its trace replays to the same notes.
        """
        hands = (
            Hand(
                h.side,
                round(h.score, 6),
                round(h.area, 6),
                round(h.x, 6),
                round(h.y, 6),
                round(h.openness, 6),
                round(h.tilt, 2),
                round(h.pinch, 4),
                h.fingers,
            )
            for h in self.hands
        )
        time_s = round(self.time_s, 4)
        return HandFrame(time_s, max(time_s, round(self.ready_s, 4)), tuple(hands))
