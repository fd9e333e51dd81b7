"""Known mistakes, one kind at a time and mixed: the score finds them and no others."""

import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
if not (ROOT / "tools" / "scoring").is_dir():
    pytest.skip("the tools are not installed", allow_module_level=True)

if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tools.scoring.verdicts import (  # noqa: E402
    CLOCKS,
    KINDS,
    PLACES,
    cases,
    make_case,
    right_share,
    section,
)

LEAST = 0.98


@pytest.fixture(scope="module")
def shares():
    return right_share(cases(range(2000, 2002)))


@pytest.mark.timeout(60)
def test_verdicts_on_known_mistakes(shares):
    told = [shares[kind, clock] for kind in KINDS for clock in CLOCKS]
    right, total = np.sum(told, axis=0)
    assert right / total >= LEAST


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_is_left_behind(shares, kind):
    right, total = np.sum([shares[kind, clock] for clock in CLOCKS], axis=0)
    assert right / total >= 0.95
    assert total >= 2 * 3 * 3 * 4


@pytest.mark.parametrize("place", [place for place in PLACES if place != "start"])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "mixed"])
def test_a_case_says_what_was_done(kind, place):
    case = make_case(kind, place, "backing", 90, np.random.default_rng(5))
    found = {name for name, _, _ in case.truth} | {side for _, _, side in case.truth}
    found |= {"extra"} if case.extras else set()
    assert found == {"correct", None, kind}
    named = {j for _, j, _ in case.truth if j is not None} | set(case.extras)
    assert named == set(range(len(case.performance.notes)))
    for note, (name, j, _) in zip(case.song.melody, case.truth, strict=True):
        if name in ("correct", "held"):
            assert case.performance.notes[j].pitch == note.pitch


def test_mixed_has_one_of_each():
    case = make_case("mixed", "alone", "backing", 90, np.random.default_rng(5))
    names = [name for name, _, _ in case.truth] + [side for _, _, side in case.truth if side]
    assert {name: names.count(name) for name in set(names) - {"correct"}} == {
        "wrong": 1,
        "missed": 1,
        "held": 1,
        "early": 1,
        "late": 1,
    }
    assert len(case.extras) == 1


@pytest.mark.timeout(60)
def test_the_table_has_a_row_for_each_kind_and_one_for_all():
    (rows,) = section(range(2000, 2001))
    assert [row[0] for row in rows] == ["mistakes", *KINDS, "all"]
    assert {len(row) for row in rows} == {len(rows[0])}
    assert sum(int(row[-1]) for row in rows[1:-1]) == int(rows[-1][-1])
