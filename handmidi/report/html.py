"""The report as one page for the browser: nothing is loaded, everything can be heard."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template

from handmidi.notes import Note
from handmidi.report.events import Event, list_events
from handmidi.report.inline import inline_systems
from handmidi.report.words import event_words, place_words
from handmidi.score import Score
from handmidi.song import Song

_HEAD = "●"  # a note head: correct notes have no other sign


def web_page(
    data: dict,
    song: Song,
    notes: Sequence[Note],
    score: Score,
    musicxml: bytes,
    tempo_percent: float = 100.0,
) -> bytes:
    """The report as an HTML document, UTF-8, without references to anything outside.

    Without JavaScript it is the printed report and a list of all notes in words; with it each
    note can be heard, as played and as written. The page's Content-Security-Policy allows no
    other script and no request.

    Parameters
    ----------
    data : dict
        As from `page.page_data`.
    song, notes, score
        As in `write_report`.
    musicxml : bytes
        Offered for download.
    tempo_percent : float, default 100
        Notes are heard at this speed.
    """
    glyphs, style, systems = inline_systems(data["systems"])
    texts = ("title", "accuracy", "counted", "note", "tempo")
    filled = _template().substitute(
        {name: escape(data[name]) for name in texts},
        style=_file("page.css") + style,
        glyphs=glyphs,
        systems="".join(systems),
        musicxml=b64encode(musicxml).decode(),
        notes=_notes(song, notes, score, tempo_percent / 100),
        **_script(),
        **_summary(data),
        **_plots(data),
    )
    return filled.encode()


def _script() -> dict[str, str]:
    script = _file("page.js")
    return {
        "script": script,
        "script_hash": f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}",
    }


def _summary(data: dict) -> dict[str, str]:
    facts = f"{data['facts']} · {data['tempo']}"
    lines = [line for line in (data["composer"], facts, data["remark"]) if line]
    shown = [count for count in data["counts"] if count["count"]]
    return {
        "lines": "".join(f'<p dir="auto">{escape(line)}</p>' for line in lines),
        "shares": "".join(
            f'<span class="{c["verdict"]}" style="flex-grow:{c["count"]}"></span>' for c in shown
        ),
        "legend": "".join(
            f'<li><span class="swatch {c["verdict"]}" aria-hidden="true">{c["mark"]}</span>'
            f"<b>{c['count']}</b> {escape(c['meaning'])}</li>"
            for c in data["counts"]
        ),
        "findings": "".join(f"<p><b>{escape(said)}</b></p>" for said in data["findings"]),
        "figures": "".join(
            f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td>'
            f"<td>{escape(meaning)}</td></tr>"
            for name, value, meaning in data["figures"]
        ),
        "practise": _practise(data),
        "signs": _signs(data),
    }


def _practise(data: dict) -> str:
    if data["verdict"]:
        return f"<p>{escape(data['verdict'])}</p>"
    cards = [
        f"<div><h3>{escape(it['title'])} <span>{escape(it['share'])}</span></h3>"
        f"<p>{escape(it['words'])}</p>{it['svg']}</div>"
        for it in data["practise"]
    ]
    return f'<div class="cards" data-part="bars to practise">{"".join(cards)}</div>'


def _section(title: str, pictures: Sequence[dict], words: str = "") -> str:
    """A rubric with its pictures, and what there is to say of them; empty without any."""
    if not pictures:
        return ""
    inside = "".join(picture["svg"] for picture in pictures)
    said = f'<p class="small">{escape(words)}</p>' if words else ""
    return f"<section><h2>{escape(title)}</h2>{inside}{said}</section>"


def _signs(data: dict) -> str:
    shown = (
        f'<li><b style="color:var(--{sign["verdict"]})">{escape(sign["mark"] or _HEAD)}</b> '
        f"{escape(sign['meaning'])}</li>"
        for sign in data["signs"]
    )
    return f'<ul class="legend small">{"".join(shown)}</ul>' if data["signs"] else ""


def _plots(data: dict) -> dict[str, str]:
    progress = data["progress"]
    return {
        "bars": _section("Accuracy bar by bar", data["bars"], data["bars_words"]),
        "timing": _section("Timing of your notes", data["histogram"], data["histogram_words"]),
        "progress": _section("Progress", [progress], progress["words"]) if progress else "",
        "curve": _section("Your tempo against the song's", data["curve"]),
        "rolls": "".join(roll["svg"] for roll in data["rolls"]),
    }


def _notes(song: Song, notes: Sequence[Note], score: Score, rate: float) -> str:
    events = list_events(song, notes, score)
    return "\n".join(_line(event, song, notes, score, rate) for event in events)


def _line(event: Event, song: Song, notes: Sequence[Note], score: Score, rate: float) -> str:
    """A list item that says what became of a note, and holds what a player of it needs."""
    words = event_words(event, score.latency.ms)
    facts = [("bar", event.index)]
    if event.written is not None:
        facts += [("m", f"m{event.written}"), ("written", _tone(song.melody[event.written], rate))]
    if event.played is not None:
        facts += [("p", f"p{event.played}"), ("played", _tone(notes[event.played], rate))]
    attributes = "".join(f' data-{name}="{value}"' for name, value in facts)
    place = place_words(event)
    return f"<li{attributes}>{escape(f'{place[0].upper()}{place[1:]}: {words}')}</li>"


def _tone(note: Note, rate: float) -> str:
    """Seconds at which it begins, how many it lasts, and its pitch."""
    return f"{note.onset_s / rate:.3f} {note.duration_s / rate:.3f} {note.pitch}"


@cache
def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    return Template(_file("page.html"))
