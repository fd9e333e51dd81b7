"""Simulated players: what their hands did, what they meant, and what a tracker says of it.

``play(seed)`` is one performance. The same seed gives the same hand whatever the camera:
frame rate, delay, noise and stamps may be varied while the movements stay. **Seeds below
1000 are for tuning; report on seeds from 1000.**

A player has practised: think of a musician after an hour. Each draws traits of its own
(`Traits`), chooses a board of 5 to 12 zones (`board`), wants a melody (`phrases`), reaches
for its zones (`performing`) and is filmed (`filming`).

The **arrival** of an intent is when the reach that ends in its zone ends: its movement time
is over, before any correction. It is what the hand has in common with the finger that meets
a key, and players do not time their starts but their arrivals. In air drumming the beat falls
between the sharpest braking and the end of the stroke (Dahl, 2014): late in the move, not on
the way. A correction follows because the stop was off, so it is no part of what was timed.
In gate mode the arrival is the end of the opening.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .board import Board, draw_board
from .filming import film
from .following import along, draw_companion
from .performing import perform
from .phrases import STYLES, Timing, phrase
from .takes import Note, Scene, Take
from .traits import draw_traits

TEMPI_BPM = (60.0, 160.0)
RUBATO_ODDS = 0.25
RUBATO = (0.06, 0.15)
STRICT_JITTER_S, FREE_JITTER_S = (0.008, 0.030), (0.04, 0.10)
"""Players in time scatter about their beats as tappers do (Repp, 2005); the others are free."""

MODES = ("settle", "gate")
_WHO, _WHAT, _HOW, _CAMERA = 1, 2, 3, 4


def play(
    seed: int,
    *,
    fps: float = 30,
    delay_ms: float = 20,
    jitter_ms: float = 0.0,
    noise: float | None = None,
    bpm: float | None = None,
    style: str = "mixed",
    mode: str = "settle",
    notes: int = 30,
    zones: int | None = None,
    board: Board | None = None,
) -> Take:
    """A performance of a made-up melody.

    Parameters
    ----------
    seed : int
        Chooses the player, the board, the melody and the movements. Below 1000 for tuning,
        from 1000 held out.
    fps : float, default 30
        Frames a second.
    delay_ms : float, default 20
        From a frame to its result, on average.
    jitter_ms : float, default 0
        Standard deviation of the error in `time_s`.
    noise : float, optional
        Relative standard deviation of the area of a still hand; drawn for each player
        (`filming.NOISE`) if not given.
    bpm, style, mode, notes, zones, board
        As for `melody`.

    Raises
    ------
    ValueError
        If `style` or `mode` is none of the choices.
    """
    scene = melody(seed, bpm=bpm, style=style, mode=mode, notes=notes, zones=zones, board=board)
    return _filmed(scene, seed, fps, delay_ms, jitter_ms, noise)


def melody(
    seed: int,
    *,
    bpm: float | None = None,
    style: str = "mixed",
    mode: str = "settle",
    notes: int = 30,
    zones: int | None = None,
    board: Board | None = None,
) -> Scene:
    """The hand of `play`, not filmed yet.

    Parameters
    ----------
    bpm : float, optional
        Beats a minute; drawn from `TEMPI_BPM` if not given.
    style : str, default "mixed"
        One of `phrases.STYLES`.
    mode : {"settle", "gate"}, default "settle"
        "settle": the hand comes and goes; every zone that it stops in is meant. "gate": it
        moves across the picture as a fist and opens to strike, so notes may be repeated.
    seed, notes, zones : int
        `zones` is drawn with the board if not given.
    board : Board, optional

    Raises
    ------
    ValueError
        If `style` or `mode` is none of the choices.
    """
    if style not in STYLES or mode not in MODES:
        raise ValueError(f"style must be one of {', '.join(STYLES)}; mode one of {MODES}")
    gate = mode == "gate"
    who, what = _rng(seed, _WHO), _rng(seed, _WHAT)
    traits, drawn = draw_traits(who), draw_board(who, "x" if gate else "area", zones)
    board, timing = board or drawn, _timing(bpm, who)
    mix = STYLES["again" if gate else style]
    wishes = phrase(board.zones, notes, timing, mix, not gate, what)
    hand = perform(wishes, board, traits, mix, gate, _rng(seed, _HOW))
    return Scene(board, hand, timing)


def follow(
    seed: int,
    song: Sequence[tuple[float, int]] | None = None,
    *,
    fps: float = 30,
    delay_ms: float = 20,
    jitter_ms: float = 0.0,
    noise: float | None = None,
    bpm: float | None = None,
    notes: int = 30,
    zones: int | None = None,
) -> Take:
    """A performance along a song, with the player's own lateness and mistakes.

    Intents are what the hand did, not what the song says; `Take.song` is the song. Players
    are late or early by habit (`following.BIAS_S`) and scatter about it
    (`following.JITTER_S`); 5 % of the notes are wrong and 5 % skipped; some players fall a
    beat behind for a while.

    Parameters
    ----------
    song : sequence of (float, int), optional
        Onset in seconds and zone, ascending. A melody in strict time is made up if it is
        not given.
    seed, fps, delay_ms, jitter_ms, noise, bpm, notes, zones
        As for `play`; `zones` must include every zone of `song`, and by default just does.
    """
    who, what = _rng(seed, _WHO), _rng(seed, _WHAT)
    traits = draw_traits(who)
    if song and not zones:
        zones = 1 + max(zone for _, zone in song)
    board, beat_s = draw_board(who, "area", zones), _timing(bpm, who).beat_s
    mix = STYLES["mixed"]
    if song is None:
        written = phrase(board.zones, notes, Timing(beat_s, 0.0, 0.0), mix, True, what)
        song = [(wish.arrival_s, wish.zone) for wish in written if wish.zone >= 0]
    companion = draw_companion(who)
    wishes = along(song, board.zones, companion, what)
    hand = perform(wishes, board, traits, mix, False, _rng(seed, _HOW))
    asked = tuple(Note(float(onset_s), int(zone)) for onset_s, zone in song)
    scene = Scene(board, hand, Timing(beat_s, companion.jitter_s, 0.0), asked)
    return _filmed(scene, seed, fps, delay_ms, jitter_ms, noise)


def _filmed(scene: Scene, seed: int, *camera: float | None) -> Take:
    return scene.take(film(scene.hand, scene.board, *camera, _rng(seed, _CAMERA)))


def _rng(seed: int, stream: int) -> np.random.Generator:
    return np.random.default_rng([seed, stream])


def _timing(bpm: float | None, rng: np.random.Generator) -> Timing:
    drawn_bpm, sway, free = rng.uniform(*TEMPI_BPM), rng.uniform(*RUBATO), rng.random()
    strict_s, loose_s = rng.uniform(*STRICT_JITTER_S), rng.uniform(*FREE_JITTER_S)
    beat_s = 60 / (bpm or drawn_bpm)
    return Timing(beat_s, loose_s, sway) if free < RUBATO_ODDS else Timing(beat_s, strict_s, 0.0)
