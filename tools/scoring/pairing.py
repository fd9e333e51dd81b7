"""Does the score pair what the players meant, and how long does it take?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from handmidi.score import score_performance
from handmidi.song import Song, load_song

from .players import Player, walk

SEEDS = range(50)
"""Held out: the constants were chosen on seeds from 100 on."""

SONGS = ("amazing-grace", "frere-jacques", "greensleeves", "mama", "ode-to-joy", "saints")

_POOR = Player(missed=0.15, wrong=0.15, extra=0.15, jitter_s=0.1)

PLAYERS: dict[str, tuple[Player, float | None]] = {
    "5 % errors, 60 ms jitter, 150 ms late, 3 % slower": (Player(), 0.995),
    "the same, 3 % faster": (Player(slower=0.97), 0.995),
    "15 % errors, 100 ms jitter": (_POOR, 0.95),
    "a pause of 3 s": (Player(pause_s=3.0), 0.99),
    "a phrase of 8 notes skipped": (Player(skipped=8), 0.99),
    "every zone on the way sounds": (Player(glides=1.0), 0.99),
    "5 notes played again": (Player(again=5), 0.92),
    "with a backing": (Player(slower=1.0, backing=True), 0.99),
    "with a backing, 15 % errors, 100 ms jitter": (
        Player(missed=0.15, wrong=0.15, extra=0.15, jitter_s=0.1, slower=1.0, backing=True),
        0.95,
    ),
    "with a backing, every zone on the way sounds": (
        Player(slower=1.0, backing=True, glides=1.0),
        0.99,
    ),
    "with a backing, 2 % slower": (Player(slower=1.02, backing=True), None),
    "with a backing, a pause of 3 s": (Player(slower=1.0, backing=True, pause_s=3.0), None),
    "with a backing, a phrase of 8 notes skipped": (
        Player(slower=1.0, backing=True, skipped=8),
        None,
    ),
    "two pauses of 3 s": (Player(pause_s=3.0, pauses=2), None),
    "three pauses of 0.7 s": (Player(pause_s=0.7, pauses=3), None),
    "5 notes played three times": (Player(again=5, agains=2), None),
    "a false start of 4 notes": (Player(false_start=4), None),
    "300 ms late": (Player(late_s=0.3), None),
    "a quarter slower": (Player(slower=1.25), None),
    "the tempo sways by 5 %": (Player(sway=0.05), None),
    "10 % errors, to the next zones": (Player(wrong=0.1, near=True), None),
    "10 % errors, glides, a skip and a pause": (
        Player(missed=0.1, wrong=0.1, extra=0.1, glides=0.5, pause_s=2.0, skipped=6),
        None,
    ),
}
"""By what they do, the players, and what pairing has to reach on `walk`."""

LIMITS_MS = {52: 10.0, 360: 100.0, 5000: 2000.0}
"""By how many notes a song has, how long its score may take."""


def pairing_f1(
    player: Player, seeds: Iterable[int] = SEEDS, song_of: Callable[[int], Song] = walk
) -> float:
    """F1 of the score's pairs, those astray too, against the true ones, all seeds pooled.

    Parameters
    ----------
    player : Player
    seeds : iterable of int
        One performance each.
    song_of : callable
        The song for a seed.

    Returns
    -------
    float
        0..1.
    """
    right = found = true = 0
    for seed in seeds:
        song = song_of(seed)
        performance, truth = player.play(song, seed)
        score = score_performance(song, performance)
        pairs = {(v.reference, v.played) for v in score.verdicts if v.timing_ms is not None}
        pairs |= {(note.reference, note.played) for note in score.astray}
        right, found, true = right + len(pairs & truth), found + len(pairs), true + len(truth)
    return 2 * right / (found + true)


def took_ms(notes: int, runs: int) -> float:
    """Milliseconds that the whole score of so many notes takes, with a pause in them; the best."""
    song = walk(1, notes)
    performance, _ = Player(pause_s=3.0).play(song, 1)
    best_s = float("inf")
    for _ in range(runs):
        begin_s = time.perf_counter()
        score_performance(song, performance)
        best_s = min(best_s, time.perf_counter() - begin_s)
    return 1000 * best_s


def section() -> list[list[list[str]]]:
    """Pairing and speed: two tables, as rows of texts with the heads first."""
    songs = [load_song(name) for name in SONGS]
    melodies: tuple[Callable[[int], Song], ...] = (
        walk,
        lambda seed: walk(seed, 52, 0.3),
        lambda seed: songs[seed % len(songs)],
    )
    pairing = [["pairing F1", "walk, 120 bpm", "bar", "walk, 200 bpm", "our songs"]]
    for name, (player, bar) in PLAYERS.items():
        first, *others = (f"{pairing_f1(player, SEEDS, song_of):.4f}" for song_of in melodies)
        pairing.append([name, first, "" if bar is None else f"{bar:g}", *others])
    speed = [["notes", "score", "limit"]]
    for notes, limit_ms in LIMITS_MS.items():
        took = took_ms(notes, 3 if notes > 1000 else 10)
        speed.append([str(notes), f"{took:.1f} ms", f"{limit_ms:g} ms"])
    return [pairing, speed]
