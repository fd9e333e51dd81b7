"""The report as a PDF, set by typst."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typst import Fonts

_TEMPLATE = Path(__file__).with_name("page.typ")


def typeset(data: dict, musicxml: bytes, date: datetime) -> bytes:
    """Set the pages: a PDF document, with the MusicXML attached.

    Equal input gives equal bytes, given the same fonts: typst carries those of Latin, Greek
    and Cyrillic; for other scripts the system's are used. A letter that is in no font is
    shown as a box.

    Parameters
    ----------
    data : dict
        As from `page.page_data`.
    musicxml : bytes
        UTF-8.
    date : datetime
        The document's; one without a time zone is taken as UTC.
    """
    import typst

    inputs = {"data": json.dumps({**data, "musicxml": musicxml.decode()})}
    stamp = date if date.tzinfo else date.replace(tzinfo=UTC)
    return typst.compile(
        _TEMPLATE,
        format="pdf",
        sys_inputs=inputs,
        font_paths=_fonts(),
        timestamp=int(stamp.timestamp()),
    )


@cache
def _fonts() -> Fonts:
    """All fonts there are, searched for once in a process."""
    from typst import Fonts

    return Fonts()
