"""Texts of others: titles, names and paths from files that came from anywhere."""

_JOINERS = "\u200c\u200d"


def printable(text: str) -> str:
    """`text` in one line: controls, marks of direction and halves of characters become spaces.

    The joiners stay, which Persian, Indian scripts and emoji cannot do without.
    """
    return "".join(c if c.isprintable() or c in _JOINERS else " " for c in text)
