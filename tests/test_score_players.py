"""Simulated players, whose every note is known: does the score pair what they meant?"""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
if not (ROOT / "tools" / "scoring").is_dir():
    pytest.skip("the tools are not installed", allow_module_level=True)
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tools.scoring.pairing import PLAYERS, pairing_f1  # noqa: E402
from tools.scoring.players import Player, walk  # noqa: E402

EXACT = {"missed": 0.0, "wrong": 0.0, "extra": 0.0, "jitter_s": 0.0, "late_s": 0.0, "slower": 1.0}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", [name for name, (_, bar) in PLAYERS.items() if bar])
def test_pairs_what_was_meant(name):
    player, bar = PLAYERS[name]
    assert pairing_f1(player) >= bar


def test_an_exact_player_plays_what_is_written():
    song = walk(4)
    performance, truth = Player(**EXACT).play(song, 4)
    assert [n.onset_s for n in performance.notes] == [n.onset_s for n in song.melody]
    assert [n.pitch for n in performance.notes] == [n.pitch for n in song.melody]
    assert truth == {(k, k) for k in range(52)}


@pytest.mark.parametrize(
    ("habit", "notes", "hole_s"),
    [
        ({"skipped": 8}, 44, 0),
        ({"again": 5}, 57, 0),
        ({"again": 5, "agains": 2}, 62, 0),
        ({"pause_s": 3.0}, 52, 3),
        ({"pause_s": 3.0, "pauses": 2}, 52, 3),
        ({"false_start": 4}, 56, 2),
    ],
)
def test_jumps_leave_no_other_hole_in_time(habit, notes, hole_s):
    performance, truth = Player(**EXACT, **habit).play(walk(2), 2)
    onsets_s = [note.onset_s for note in performance.notes]
    assert len(onsets_s) == notes
    assert len(truth) == min(notes, 52)
    assert hole_s < np.diff(onsets_s).max() <= hole_s + 1.0
    pairs = sorted(truth)
    assert all(j < next_j for (_, j), (_, next_j) in pairwise(pairs))  # the last time counts
