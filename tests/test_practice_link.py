import json
import sys
import time

import pytest
import servers

from handmidi.beat import BeatLine
from handmidi.errors import OutputError
from handmidi.practice.link import LinkSession

LIMIT_S = 10.0


def ask(program, words="look"):
    print(words, file=program.stdin, flush=True)
    return json.loads(program.stdout.readline())


def bars_apart_s(one, other):
    """How far the two count their bars of four beats apart now."""
    now_s = time.monotonic()
    beats = [BeatLine(each["origin_s"], each["bpm"]).beat(now_s) for each in (one, other)]
    apart = (beats[0] - beats[1] + 2) % 4 - 2
    return abs(apart) * 60 / one["bpm"]


def until(program, true):
    end_s = time.monotonic() + LIMIT_S
    while not true(seen := ask(program)):
        assert time.monotonic() < end_s, seen
        time.sleep(0.05)
    return seen


@pytest.mark.timeout(60)
def test_two_programs_agree_on_beat_tempo_and_start():
    pytest.importorskip("link", reason="pip install 'handmidi[link]'")
    environment = servers.nothing()
    with (
        servers.running("join_link", 120, environment=environment) as first,
        servers.running("join_link", 97.5, environment=environment) as second,
    ):
        met = [int(program.stdout.readline()) for program in (first, second)]
        if 0 in met and not ask(second)["peers"]:
            pytest.skip("no UDP multicast here: Link's programs do not find each other")
        one, other = ask(first), ask(second)
        assert one["bpm"] == pytest.approx(other["bpm"], rel=1e-5)
        assert bars_apart_s(one, other) < 0.005
        assert not other["playing"]

        ask(first, "bpm 90")
        changed = until(second, lambda seen: abs(seen["bpm"] - 90) < 0.01)
        assert bars_apart_s(ask(first), changed) < 0.005

        ask(second, "playing 1")
        until(first, lambda seen: seen["playing"])
        ask(first, "playing 0")
        until(second, lambda seen: not seen["playing"])

        first.communicate(timeout=10)
        assert until(second, lambda seen: seen["peers"] == 0)["bpm"] == pytest.approx(90, rel=1e-5)


def test_a_session_alone_keeps_its_own_tempo():
    pytest.importorskip("link", reason="pip install 'handmidi[link]'")
    now_s = 5.0
    session = LinkSession(lambda: now_s, 133.0)
    assert session.peers == 0
    session._link = sys.modules["link"].Link(133.0)  # without the network
    assert (session.bpm, session.playing) == (pytest.approx(133.0), False)
    line = session.line(now_s)
    assert line.bpm == pytest.approx(133.0)
    assert session.line(now_s + 10).origin_s == pytest.approx(line.origin_s, abs=0.01)
    session.set_bpm(60.0)
    assert session.line(now_s).bpm == pytest.approx(60.0)
    session.close()
    session.close()
    with pytest.raises(ValueError, match="the Link session is not open"):
        session.line(0.0)


def test_a_clock_that_stands_does_not_hold_up_the_opening():
    pytest.importorskip("link", reason="pip install 'handmidi[link]'")
    with LinkSession(lambda: 0.0) as session:
        assert session.line(0.0).bpm == pytest.approx(session.bpm)


def test_a_missing_library_is_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "link", None)
    with pytest.raises(OutputError) as caught, LinkSession(time.monotonic):
        pass
    assert str(caught.value) == ("Ableton Link's library is missing: pip install 'handmidi[link]'")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"bpm": 19.0}, r"bpm must be in 20\.\.999, not 19"),
        ({"quantum": 0.0}, "quantum must be above 0, not 0"),
    ],
)
def test_values_out_of_range(values, reason):
    with pytest.raises(ValueError, match=reason):
        LinkSession(time.monotonic, **values)
