"""The fault matrix: its ledger by hand, and one round with everything real."""

from __future__ import annotations

import random
import re
import shutil

import pytest
from vision_assets import hand_model

from tools.faults import bed
from tools.faults.__main__ import figures, main, rounds_of, summary
from tools.faults.broken import STAGES
from tools.faults.catalogue import FAULTS
from tools.faults.driver import Outcome, _first_after_gap
from tools.faults.ledger import Heard, Ledger

C, E = (0, 60), (0, 64)


def ledger(*messages):
    """From (seconds, "on" or "off", note)."""
    return Ledger.of(Heard(time_s, kind == "on", note) for time_s, kind, note in messages)


class TestLedger:
    def test_one_off_for_each_on(self):
        good = ledger((1, "on", C), (2, "on", E), (3, "off", C), (3, "on", C), (4, "off", C))
        assert good.unpaired == 1  # E hangs
        assert ledger((1, "on", C), (2, "off", C)).unpaired == 0

    def test_order_counts_not_the_sum(self):
        assert ledger((1, "on", C), (2, "on", C), (3, "off", C), (4, "off", C)).unpaired == 2
        assert ledger((1, "off", C), (2, "on", C)).unpaired == 2
        assert ledger((1, "on", E), (2, "off", C), (3, "off", E)).unpaired == 1

    def test_who_came_late_may_hear_the_end_of_a_note_first(self):
        heard = ledger((1, "off", C), (2, "on", C), (3, "off", E), (4, "off", C)).heard
        assert Ledger.of(heard, came_late=True).unpaired == 1  # E, not the first C

    def test_how_long_the_last_one_went_on(self):
        heard = ledger((1, "on", C), (1, "on", E), (2.1, "off", C), (2.5, "off", E), (3, "on", C))
        assert heard.silent_after_s(2) == pytest.approx(0.5)
        assert heard.silent_after_s(0.5) == 0
        assert heard.silent_after_s(3) is None
        assert set(heard.sounding(2.2)) == {E}
        assert heard.ons_after(2) == 1


def test_vision_is_back_after_the_first_gap():
    assert _first_after_gap([1.0, 1.03, 1.06, 1.5, 1.53], 1.05) == 1.5
    assert _first_after_gap([1.0, 1.03], 1.05) == float("inf")


def test_the_worst_round_is_told():
    good = Outcome("a", 1.0, silent_ms=10.0, restart_s=0.5)
    bad = Outcome("a", 1.0, hung=1, silent_ms=250.0, lost_take=True, orphans=["x"], wrong=["y"])
    rows = {"a": summary([good, bad])}
    assert rows["a"]["silent_ms"] == 250
    assert [each["holds"] for each in figures(rows)] == [False] * 5 + [True, True]
    assert all(each["holds"] for each in figures({"a": summary([good])}))


def test_every_fault_has_a_name_of_its_own(capsys):
    assert main(["--list"]) == 0
    names = capsys.readouterr().out.splitlines()
    assert len(set(names)) == len(FAULTS) >= 28
    assert main(["--list", "--faults", "exception"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(STAGES)


@pytest.mark.timeout(100)
@pytest.mark.parametrize("name", ["SIGTERM", "vision killed", "PulseAudio ends and returns"])
def test_a_round(name):
    hand_model()
    if missing := [program for program in bed.PROGRAMS if not shutil.which(program)]:
        pytest.skip(f"{missing} not installed")
    (fault,) = (each for each in FAULTS if re.fullmatch(name, each.name))
    (outcome,) = rounds_of(fault, 1, random.randrange(1000))
    assert not outcome.wrong and not outcome.orphans and not outcome.hung, outcome
    assert not outcome.lost_take and outcome.lost_s < 1
    assert (outcome.silent_ms is not None) == fault.falls_silent
