"""The threads of a session, with fakes at both ends."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import mido
import pytest

from handmidi.clock import SessionClock
from handmidi.errors import CameraError, OutputError
from handmidi.hand import Hand, HandFrame
from handmidi.instrument import Instrument, load_preset
from handmidi.notes import TimedMessage
from handmidi.outputs import Outputs
from handmidi.session.dispatcher import Dispatcher
from handmidi.session.opening import choose_preset
from handmidi.session.player import Player
from handmidi.session.results import until
from handmidi.song import load_song


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


def test_notes_end_when_nothing_is_seen_any_more(running):
    running.dispatcher.put(frame(0.0), [note(0.0, 60), note(running.clock() + 0.2, 64)])
    running.dispatcher.put(None, [])
    wait_until(lambda: len(running.kept.sent) == 2)
    running.dispatcher.put(frame(1.0), [note(0.0, 60, "note_off"), note(0.0, 60)])
    wait_until(lambda: len(running.kept.sent) == 3)  # the instrument's own note-off is dropped
    time.sleep(0.3)
    assert [kind for kind, _ in running.kept.kinds()] == ["note_on", "note_off", "note_on"]


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


class Seeing:
    """A vision that gives these frames, then nothing, or what breaks it."""

    ended = is_gone = False

    def __init__(self, frames, error=None):
        self.frames, self.error = list(frames), error

    def next(self, timeout_s):
        if self.frames:
            return self.frames.pop(0)
        if self.error:
            raise self.error
        time.sleep(timeout_s)
        return None


def playing(vision, clock):
    kept, instrument = Kept(), Instrument(load_preset("chromatic"))
    dispatcher = Dispatcher(clock, Outputs([kept], print), kept)
    dispatcher.start()
    player = Player(vision, instrument, clock, dispatcher.put)
    player.start()
    return kept, dispatcher, player


class Late(Seeing):
    """Gives its frames when they come, with a pause somewhere."""

    def __init__(self, clock, *pauses_s):
        super().__init__(())
        self.clock, self.pauses_s = clock, list(pauses_s)

    def next(self, timeout_s):
        if not self.pauses_s:
            time.sleep(timeout_s)
            return None
        if self.pauses_s[0] > timeout_s:
            self.pauses_s[0] -= timeout_s
            time.sleep(timeout_s)
            return None
        time.sleep(self.pauses_s.pop(0))
        return frame(self.clock(), 0.06)


def test_what_sounds_ends_within_200_ms_when_frames_stop():
    clock = SessionClock()
    clock.start()
    kept, dispatcher, player = playing(Late(clock, *(0.02,) * 20), clock)
    wait_until(lambda: kept.frames and len(kept.kinds()) == 2)
    (_, on), (off_s, off) = kept.written
    assert (on.type, off.type) == ("note_on", "note_off")
    assert 0.15 < off_s - kept.frames[-1].ready_s < 0.25  # 0.19 on a machine at rest
    player.close()
    dispatcher.close()
    assert len(kept.sent) == 2


def test_a_hand_that_rests_sounds_again_after_a_stall():
    clock = SessionClock()
    clock.start()
    pauses_s = (0.03,) * 20 + (0.17,) * 3 + (0.3,) + (0.03,) * 15
    kept, dispatcher, player = playing(Late(clock, *pauses_s), clock)
    wait_until(lambda: len(kept.frames) == len(pauses_s))
    time.sleep(0.05)
    sounding = [kind for kind, _ in kept.kinds()]
    player.close()
    dispatcher.close()
    assert sounding[:2] == ["note_on", "note_off"]
    assert sounding[-1] == "note_on"


def test_a_vision_that_fails_for_good_ends_the_player_and_says_why():
    clock = SessionClock()
    clock.start()
    vision = Seeing([frame(0.1 * i, 0.06) for i in range(5)], CameraError("it is gone"))
    kept, dispatcher, player = playing(vision, clock)
    assert player.done.wait(5)
    player.close()
    dispatcher.close()
    assert isinstance(player.error, CameraError)
    assert len(kept.frames) == len(player.message_ms) == 5


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
