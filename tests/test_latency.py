import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.errors import HandMidiError
from handmidi.latency import (
    Measured,
    choose_latency,
    forget_latencies,
    latency_table,
    load_latencies,
    save_latency,
    take_latency,
)
from handmidi.score.latency import NO_LATENCY, Latency


def measured(output="alsa: card", microphone="mic", way="calibrated", ms=30.0, day=1):
    return Measured(output, microphone, way, ms, 0.5, datetime(2026, 11, day, 12, tzinfo=UTC))


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    folder = tmp_path / "data"
    monkeypatch.setenv("HANDMIDI_DATA", str(folder))
    return folder


def test_what_is_kept_is_read_again():
    every = (measured(), measured(output="pulseaudio: Kopfhörer", microphone=None, way="tapped"))
    for each in every:
        save_latency(each)
    assert load_latencies() == every
    assert every[1].latency == Latency(30.0, "tapped", 0.5, every[1].latency.date)
    assert datetime.fromisoformat(every[1].latency.date) == every[1].date


def test_a_new_measurement_replaces_that_of_the_same_devices_and_way():
    for each in (measured(ms=10), measured(microphone="other", ms=20), measured(ms=40, day=2)):
        save_latency(each)
    assert [m.ms for m in load_latencies()] == [20, 40]


def test_what_two_processes_measure_is_all_kept():
    code = """
import sys
from datetime import datetime
from handmidi.latency import Measured, save_latency
for n in range(25):
    save_latency(Measured(f"{sys.argv[1]} {n}", None, "tapped", 9.0, 1.0, datetime.now()))
"""
    running = [subprocess.Popen([sys.executable, "-c", code, name]) for name in "ab"]
    assert [each.wait(60) for each in running] == [0, 0]
    assert len(load_latencies()) == 50


def test_forgetting_one_output_and_all():
    save_latency(measured())
    save_latency(measured(output="jack"))
    assert forget_latencies("jack") == 1
    assert [m.output for m in load_latencies()] == ["alsa: card"]
    assert forget_latencies() == 1
    assert forget_latencies() == 0
    assert load_latencies() == ()


def test_calibrated_comes_before_tapped_before_the_buffer():
    tapped = measured(microphone=None, way="tapped", ms=80, day=5)
    other = measured(microphone="other", ms=20, day=3)
    mine = measured(ms=30, day=1)
    assert choose_latency([], "alsa: card", "mic", 10.7) == Latency(10.7, "audio buffer")
    assert choose_latency([mine], "jack", "mic", 10.7) == Latency(10.7, "audio buffer")
    assert choose_latency([tapped], "alsa: card", "mic", 10.7).source == "tapped"
    assert choose_latency([other, tapped], "alsa: card", None, 10.7).ms == 20
    assert choose_latency([mine, other, tapped], "alsa: card", "mic", 10.7).ms == 30
    assert choose_latency([mine, other, tapped], "alsa: card", "third", 10.7).ms == 20


@pytest.mark.parametrize(
    "text, why",
    [
        ("{", "Expecting"),
        ("{}", "no list"),
        ("[1]", "no table"),
        ('[{"output": 1}]', "must be names"),
        ('[{"output": "a", "way": "guessed"}]', "way must be one of"),
        ('[{"output": "a", "way": "tapped", "ms": -3}]', "ms must be in"),
        ('[{"output": "a", "way": "tapped", "ms": 3, "spread_ms": NaN}]', "spread_ms must be in"),
        ('[{"output": "a", "way": "tapped", "ms": 3, "spread_ms": 1, "date": 0}]', "Invalid"),
    ],
)
def test_a_broken_file_is_one_line_and_nothing_is_known(data, text, why):
    data.mkdir()
    (data / "latency.json").write_text(text)
    lines = []
    assert load_latencies(lines.append) == ()
    assert len(lines) == 1
    assert why in lines[0]
    assert "handmidi calibrate --latency" in lines[0]
    assert load_latencies() == ()
    save_latency(measured())  # a new measurement mends it
    assert len(load_latencies()) == 1


def test_an_unwritable_folder_is_one_line(data):
    data.write_text("a file where the folder should be")
    with pytest.raises(HandMidiError, match="cannot write to"):
        save_latency(measured())


def test_a_take_carries_its_latency():
    latency = measured().latency
    info = json.loads(json.dumps({"latencies": {"output": latency_table(latency)}}))
    assert take_latency(info) == latency
    assert take_latency({"latencies": {"output": latency_table(NO_LATENCY)}}) == NO_LATENCY


def test_an_older_take_tells_its_buffer():
    assert take_latency({"latencies": {"audio_buffer_ms": 10.7}}) == Latency(10.7, "audio buffer")
    assert take_latency({"latencies": {"audio_buffer_ms": None}}) == NO_LATENCY
    assert take_latency({}) == NO_LATENCY


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["output", "ms", "source", "date", "spread_ms"]), inner)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.just("latencies"), JSON))
def test_any_take_json_gives_a_latency(info):
    assert isinstance(take_latency(info), Latency)
