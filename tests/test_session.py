"""The threads of a session, with fakes at both ends."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import mido
import numpy as np
import pytest

from handmidi.errors import CameraError, OutputError
from handmidi.hand import Hand, HandFrame
from handmidi.instrument import Instrument, load_preset
from handmidi.notes import TimedMessage
from handmidi.outputs import Outputs
from handmidi.session.clock import SessionClock
from handmidi.session.dispatcher import Dispatcher
from handmidi.session.opening import choose_preset
from handmidi.session.results import until
from handmidi.session.watcher import Watcher
from handmidi.song import load_song
from handmidi.vision.grabber import FrameGrabber


class Kept:
    """An output and a take at once: keeps what it gets, with the time."""

    name = "kept"

    def __init__(self):
        self.sent, self.frames, self.marks, self.written = [], [], [], []
        self.beats = []
        self.block = threading.Event()
        self.block.set()

    def send(self, *messages):
        self.block.wait()
        self.sent += [(time.monotonic(), message) for message in messages]

    def hand(self, frame, readings):
        self.frames.append(frame)

    def beat(self, beat, bpm):
        self.beats.append((beat, bpm))

    def close(self):
        pass

    def frame(self, frame):
        pass

    def messages(self, time_s, messages):
        self.written += [(time_s, message) for message in messages]

    def mark_song(self, time_s, song_s):
        self.marks.append((time_s, song_s))

    def kinds(self):
        return [(m.type, m.note) for _, m in self.sent]


@pytest.fixture
def running():
    """A started dispatcher with a kept output; the clock stands at 0 with the test's start."""
    kept, clock = Kept(), SessionClock()
    dispatcher = Dispatcher(clock, Outputs([kept], print), kept)
    clock.start()
    dispatcher.start()
    yield SimpleNamespace(kept=kept, clock=clock, dispatcher=dispatcher)
    kept.block.set()
    dispatcher.close()


def note(time_s, pitch, kind="note_on"):
    return TimedMessage(time_s, mido.Message(kind, note=pitch))


def frame(time_s, area=None):
    hands = () if area is None else (Hand("right", 1.0, area, 0.5, 0.5, 1.0),)
    return HandFrame(time_s, time_s, hands)


def wait_until(condition, limit_s=5.0):
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.002)


def test_messages_leave_when_they_are_due_and_in_order(running):
    due_s = running.clock() + 0.1
    running.dispatcher.put(frame(0.0), [note(due_s, 60), note(due_s + 0.05, 62)])
    time.sleep(0.05)
    assert running.kept.sent == []
    wait_until(lambda: len(running.kept.sent) == 2)
    assert running.kept.kinds() == [("note_on", 60), ("note_on", 62)]
    assert all(time_s >= due_s for time_s, _ in running.kept.written)


def test_notes_end_when_frames_stop(running):
    running.dispatcher.put(frame(0.0), [note(0.0, 60)])
    wait_until(lambda: len(running.kept.sent) == 2)
    (on_s, _), (off_s, off) = running.kept.sent
    assert off.type == "note_off"
    assert off_s - on_s >= 0.2
    running.dispatcher.put(frame(1.0), [note(0.0, 60, "note_off"), note(0.0, 60)])
    wait_until(lambda: len(running.kept.sent) == 3)  # the instrument's own note-off is dropped


def test_closing_ends_what_sounds_and_forgets_what_is_due(running):
    running.dispatcher.put(frame(0.0), [note(0.0, 60), note(running.clock() + 9, 64)])
    wait_until(lambda: running.kept.sent)
    running.dispatcher.close()
    running.dispatcher.close()
    assert running.kept.kinds() == [("note_on", 60), ("note_off", 60)]
    assert [m.type for _, m in running.kept.written] == ["note_on", "note_off"]


@pytest.mark.parametrize("end", ["panic", "close"])
def test_what_changes_a_preset_leaves_also_where_notes_are_forgotten(running, end):
    """An MPE zone must not stay because a player quits, or panics, right after the change."""
    due_s = running.clock() + 0.3
    zone_off = TimedMessage(due_s, mido.Message("control_change", control=6, value=0))
    running.dispatcher.put(frame(0.0), [note(due_s, 64), zone_off])
    getattr(running.dispatcher, end)()
    wait_until(lambda: zone_off.message in [message for _, message in running.kept.sent])
    assert not [message for _, message in running.kept.sent if message.type == "note_on"]


def test_an_output_that_blocks_is_said(running, monkeypatch):
    monkeypatch.setattr("handmidi.session.dispatcher._CLOSE_S", 0.1)
    running.kept.block.clear()
    running.dispatcher.put(frame(0.0), [note(0.0, 60)])
    with pytest.raises(OutputError, match="does not answer"):
        running.dispatcher.close()


def test_a_hand_that_rests_sounds_again_after_a_stall():
    """Just short of a stall for the instrument, the dispatcher must not have silenced it."""
    instrument, kept, clock = Instrument(load_preset("chromatic")), Kept(), SessionClock()
    dispatcher = Dispatcher(clock, Outputs([kept], print), kept)
    clock.start()
    dispatcher.start()
    for gap_s in (0.03,) * 20 + (0.215,) * 3 + (0.03,) * 5:
        time.sleep(gap_s)
        shown = frame(clock(), 0.06)
        time.sleep(0.01)
        dispatcher.put(shown, instrument.feed(shown))
    sounding = [m.type for _, m in kept.sent]
    dispatcher.close()
    assert sounding[-1] == "note_on"


class DyingCamera:
    """A live camera that breaks after some pictures."""

    name, width, height, fps, live = "dying", 4, 3, 30.0, True

    def __init__(self, pictures):
        self.left = pictures

    def grab(self):
        self.left -= 1
        return self.left >= 0

    def retrieve(self):
        return np.zeros((3, 4, 3), np.uint8)


def test_a_camera_that_dies_while_the_tracker_works_is_an_error():
    grabber = FrameGrabber(DyingCamera(5), time.monotonic)
    tracker = SimpleNamespace(track=lambda image, time_s: time.sleep(0.03) or [])
    frames = []
    watcher = Watcher(
        grabber,
        tracker,
        Instrument(load_preset("mama")),
        time.monotonic,
        lambda *item: frames.append(item),
    )
    watcher.start()
    grabber.start()
    assert watcher.done.wait(5)
    watcher.close()
    grabber.close()
    assert isinstance(watcher.error, CameraError)
    assert frames


def test_a_song_plays_with_its_own_preset_only_if_its_notes_are_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert choose_preset(None, load_song("mama"))[0].name == "mama"
    track = [mido.Message("note_on", note=61), mido.Message("note_off", note=61, time=480)]
    for name in ("blues", "theremin"):
        mido.MidiFile(tracks=[mido.MidiTrack(track)]).save(f"{name}.mid")
        preset, _ = choose_preset(None, load_song(f"./{name}.mid"))
        assert [zone.pitch for zone in preset.main.zones] == [61]
    preset, path = choose_preset("blues", load_song("mama"))
    assert (preset.name, path.name) == ("blues", "blues.toml")
    assert choose_preset(None, None)[0].name == "chromatic"


def test_a_song_is_cut_after_the_bar_that_was_played():
    song = load_song("mama")
    cut = until(song, song.melody[3].onset_s + 0.1)
    assert cut.melody == song.melody[:4]
    assert cut.length_beats == 8
    assert len(until(song, 0.0).melody) == 1
    assert until(song, 999.0) == song
