"""How the screen looks: what the player chose, and the colours that follow.

Colours are BGR, as OpenCV wants them. Those of the verdicts are Okabe and Ito's, which colour-blind
people tell apart; each comes with a sign of its own all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[int, int, int]
"""Blue, green and red, 0..255."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the player chose at the screen.

    Parameters
    ----------
    contrast : bool, default False
        Black, white and strong lines.
    help : bool, default False
        Whether the keys are shown.
    """

    contrast: bool = False
    help: bool = False


def _bgr(rgb: str) -> Colour:
    """A colour written as six hexadecimal digits, red first."""
    red, green, blue = bytes.fromhex(rgb)
    return blue, green, red


_VERDICTS = {
    "correct": _bgr("009E73"),
    "early": _bgr("56B4E9"),
    "late": _bgr("E69F00"),
    "held": _bgr("C8CDD4"),
    "wrong": _bgr("D55E00"),
    "missed": _bgr("CC79A7"),
    "extra": _bgr("D55E00"),
}
_BRIGHT_VERDICTS = _VERDICTS | {
    "correct": _bgr("00C48F"),
    "wrong": _bgr("FF7A1A"),
    "extra": _bgr("FF7A1A"),
    "held": _bgr("FFFFFF"),
}


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of the screen.

    Parameters
    ----------
    ground, panel : Colour
        What all lies on, and what is a little raised from it.
    line : Colour
        Edges and bar lines.
    text, dim : Colour
        Letters on `ground` and `panel`, and those that matter less.
    accent, ink : Colour
        What sounds and where the hand is; letters on it and on a verdict's colour.
    note, note_edge : Colour
        A note to come; `text` is written on it.
    stroke : float
        Factor for the thickness of lines.
    verdicts : dict of str to Colour
    """

    ground: Colour
    panel: Colour
    line: Colour
    text: Colour
    dim: Colour
    accent: Colour
    ink: Colour
    note: Colour
    note_edge: Colour
    stroke: float
    verdicts: dict[str, Colour]


CALM = Theme(
    ground=_bgr("0F1216"),
    panel=_bgr("1A1F26"),
    line=_bgr("313944"),
    text=_bgr("F2F4F7"),
    dim=_bgr("A3ADB8"),
    accent=_bgr("F0E442"),
    ink=_bgr("0F1216"),
    note=_bgr("44505E"),
    note_edge=_bgr("7A8898"),
    stroke=1.0,
    verdicts=_VERDICTS,
)
CONTRAST = Theme(
    ground=_bgr("000000"),
    panel=_bgr("0A0A0A"),
    line=_bgr("808080"),
    text=_bgr("FFFFFF"),
    dim=_bgr("E4E4E4"),
    accent=_bgr("FFF200"),
    ink=_bgr("000000"),
    note=_bgr("303030"),
    note_edge=_bgr("FFFFFF"),
    stroke=1.6,
    verdicts=_BRIGHT_VERDICTS,
)


def theme_of(look: Look) -> Theme:
    """The colours of a look."""
    return CONTRAST if look.contrast else CALM


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """A colour between two: `share` of the first, 0..1."""
    return tuple(round(share * a + (1 - share) * b) for a, b in zip(one, other, strict=True))
