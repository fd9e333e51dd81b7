"""The tools for load and for a night: a little of each, and what they reckon with."""

import numpy as np
import pytest
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder
from servers import soundfont
from vision_assets import hand_model

from handmidi.midifile import PerformanceWriter
from tools import load
from tools.night import __main__ as command
from tools.night import play as night
from tools.night.stages import FPS, Clock, Heard


def packet(*messages):
    """One message as a packet, or several as a bundle: each an address and its arguments."""
    built = []
    for address, *arguments in messages:
        builder = OscMessageBuilder(f"/handmidi/1/{address}")
        for each in arguments:
            builder.add_arg(each)
        built.append(builder.build())
    if len(built) == 1:
        return built[0].dgram
    bundle = OscBundleBuilder(0)
    for each in built:
        bundle.add_content(each)
    return bundle.build().dgram


class TestLoad:
    def test_notes_are_read_out_of_messages_and_bundles(self):
        packets = [
            packet(("note/on", 2, 60, 90)),
            packet(("note/off", 2, 60, 0), ("note/on", 3, 62, 80), ("hand/right", 0.5)),
        ]
        assert load.notes(packets) == [(True, 1, 60), (False, 1, 60), (True, 2, 62)]
        assert len(list(load.messages(packets))) == 4

    def test_who_heard_less_has_missed_something(self):
        assert load.missed([[1, 2, 3], [1, 2, 3]]) == 0
        assert load.missed([[1, 2, 3], [1, 3], []]) == 4
        assert load.missed([]) == 0

    @pytest.mark.parametrize(("dropped", "holds"), [(0, True), (1, False)])
    def test_a_dropped_message_breaks_the_bar(self, dropped, holds):
        points = {"p50": 5.0, "p95": 6.0, "p99": 7.0}
        found = {
            "statistics": {
                "frames": 9, "frame_to_message_ms": points, "due_to_sent_ms": None,
                "frames_dropped": 3,
            },
            "osc_messages": 40, "missed_packets": dropped, "missed_notes": 0, "hung": 0,
            "same_notes": True,
        }  # fmt: skip
        lines = load.figures(found)
        assert lines[0]["holds"] is holds
        assert [each["figure"] for each in lines[3:]] == ["5.0, 7.0", "none", 3]

    def test_listeners_keep_what_comes(self):
        import socket
        import time

        listeners = load.Listeners(3)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for number in range(50):
                for port in listeners.ports:
                    sock.sendto(b"%d" % number, ("127.0.0.1", port))
        end_s = time.monotonic() + 10
        while min(map(len, listeners.packets)) < 50 and time.monotonic() < end_s:
            time.sleep(0.01)
        listeners.close()
        assert listeners.packets == [[b"%d" % number for number in range(50)]] * 3


class TestNight:
    @pytest.mark.timeout(100)
    def test_the_beginning_of_it(self, tmp_path):
        hand_model(), soundfont()
        found = night.play(14.0, tmp_path, lambda line: None)
        assert found["frames"] == 14 * FPS
        assert found["notes"] > 3
        assert found["warnings"] == []
        lines = {each["what"].rpartition(": ")[2]: each for each in command.figures(found)}
        assert not [name for name, each in lines.items() if each["holds"] is False]
        assert lines["hung notes"]["figure"] == 0

    def test_the_slope_is_of_what_came_after_the_first_hour(self):
        hours = [(3600.0 * k, 100.0 + (50 if k == 0 else 2 * k), 1, 1) for k in range(9)]
        assert command.slope_mb_per_h(hours) == pytest.approx(2.0)
        assert command.slope_mb_per_h(hours[:3]) is None

    def test_a_note_that_is_late_in_the_file_is_found(self, tmp_path):
        import mido

        writer = PerformanceWriter(tmp_path / "notes.mid")
        for time_s in (1.0, 2.0, 3.005):
            writer.write(time_s, [mido.Message("note_on", note=60)])
            writer.write(time_s + 0.5, [mido.Message("note_off", note=60)])
        writer.close()
        drift_s = night.file_drift_s(tmp_path / "notes.mid", np.array([1.0, 2.0, 3.0]))
        assert drift_s == pytest.approx(0.005, abs=2e-4)
        assert night.file_drift_s(tmp_path / "notes.mid", np.array([1.0])) == float("inf")

    def test_notes_that_break_the_order_are_counted(self):
        import mido

        heard = Heard(Clock(), 10)
        heard.send(mido.Message("note_on", note=60), mido.Message("note_off", note=60))
        assert heard.hung == 0
        heard.send(mido.Message("note_off", note=61), mido.Message("note_on", note=62))
        assert heard.hung == 2
        assert heard.ons == 2
