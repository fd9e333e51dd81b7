"""How each verdict and tier looks, on the staff, in the plots and in the legend."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sign:
    """The look of a verdict.

    Parameters
    ----------
    colour : str
        As ``#rrggbb``, told apart by colour-blind readers (Okabe and Ito, 2008).
    mark : str
        Stands under the note, for print without colour; empty for a correct note.
    meaning : str
        A few words for the legend.
    """

    colour: str
    mark: str
    meaning: str


SIGNS = {
    "correct": Sign("#0072B2", "", "correct"),
    "wrong": Sign("#D55E00", "×", "wrong pitch"),
    "missed": Sign("#808080", "–", "missed"),
    "held": Sign("#009E73", "h", "held, not struck again"),
    "extra": Sign("#CC79A7", "+", "extra"),
}

TIMING_SIGNS = {
    "early": Sign("#0072B2", "‹", "correct, but early"),
    "late": Sign("#0072B2", "›", "correct, but late"),
}
"""Tiers of correct notes that have a mark, too; their heads look as those of correct notes."""
