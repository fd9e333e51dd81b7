from collections import Counter

import mido
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.errors import OutputError
from handmidi.hand import Hand, HandFrame
from handmidi.outputs import Outputs


class Memory:
    """An output that keeps what it got, and fails on demand."""

    def __init__(self, name="memory", fails=None, closes=True):
        self.name, self.fails, self.closes = name, fails, closes
        self.sent, self.frames, self.beats, self.closed = [], [], [], 0
        self.moments = self.lasts = 0
        """Messages that it takes before it fails."""

    def send(self, *messages):
        assert not self.closed
        assert messages
        self.moments += 1
        for message in messages:
            if self.fails and len(self.sent) >= self.lasts:
                raise self.fails
            self.sent.append(message)

    def hand(self, frame, readings):
        self.frames.append(frame)

    def beat(self, beat, bpm):
        self.beats.append((beat, bpm))

    def close(self):
        self.closed += 1
        if not self.closes:
            raise OSError("stuck")


def note(kind, key, channel=0, **more):
    return mido.Message(kind, note=key, channel=channel, **more)


messages = st.builds(
    note,
    st.sampled_from(["note_on", "note_off"]),
    st.integers(58, 61),
    st.integers(0, 1),
    velocity=st.integers(0, 127),
)


def check_notes(sent):
    """Each note is off when it is struck, on when it ends, and off in the end."""
    sounding = Counter()
    for m in sent:
        if m.type in ("note_on", "note_off"):
            sounding[m.channel, m.note] += 1 if m.type == "note_on" and m.velocity else -1
            assert sounding[m.channel, m.note] in (0, 1)
    assert not +sounding


moments = st.lists(messages, max_size=3)


@settings(deadline=None)
@given(
    st.lists(st.one_of(moments, st.sampled_from(["panic", "silence", "clock"])), max_size=40),
    st.lists(st.integers(0, 60), max_size=3),
    st.sampled_from(["silence", "panic", "close"]),
)
def test_every_note_on_has_exactly_one_note_off(played, fails_after, end):
    """Whatever is played, whoever panics, whichever outputs break, and however it ends."""
    memory = Memory()
    weak = [Memory(fails=OSError("out of order")) for _ in fails_after]
    for output, lasts in zip(weak, fails_after, strict=True):
        output.lasts = lasts
    outputs = Outputs([*weak[:1], memory, *weak[1:]], lambda line: None)
    told = []
    for act in [*played, end]:
        if isinstance(act, list):
            told += outputs.send(*act)
        elif act == "clock":
            told += outputs.send(mido.Message("clock"))
        else:
            told += getattr(outputs, act)() or []
    assert outputs.sounding == []
    check_notes(memory.sent)
    if end != "close":
        assert told == memory.sent
    outputs.close()
    for output in weak:
        assert output.closed == 1
        assert output.sent == memory.sent[: len(output.sent)]
        if len(memory.sent) <= output.lasts:
            check_notes(output.sent)


def test_the_messages_of_a_moment_stay_together():
    memory = Memory()
    outputs = Outputs([memory], print)
    chord = [note("note_on", key) for key in (60, 64, 67)]
    assert outputs.send(*chord) == chord
    assert outputs.send() == []
    assert outputs.send(note("note_off", 60), note("note_on", 60), note("note_off", 61)) == [
        note("note_off", 60),
        note("note_on", 60),
    ]
    assert len(outputs.silence()) == 3
    assert memory.moments == 3


def test_panic_ends_notes_and_then_everything_on_every_channel():
    first, second = Memory("first"), Memory("second")
    outputs = Outputs([first, second], print)
    outputs.send(note("note_on", 60, channel=5))
    outputs.send(note("note_on", 62))
    sent = outputs.panic()
    assert sent[:2] == [note("note_off", 60, channel=5), note("note_off", 62)]
    controls = (64, 123, 120, 121)
    assert sent[2:] == [
        message
        for channel in range(16)
        for message in (
            *(mido.Message("control_change", channel=channel, control=n) for n in controls),
            mido.Message("pitchwheel", channel=channel),
        )
    ]
    assert first.sent[2:] == second.sent[2:] == sent
    assert len(outputs.panic()) == 16 * 5
    outputs.send(note("note_on", 60))
    assert outputs.sounding == [(0, 60)]


def test_messages_without_a_channel_pass():
    memory = Memory()
    outputs = Outputs([memory], print)
    system = [mido.Message(kind) for kind in ("start", "clock", "stop", "continue")]
    system.append(mido.Message("songpos", pos=16))
    for message in system:
        assert outputs.send(message) == [message]
    assert memory.sent == system


def test_beats_reach_every_output():
    outputs = Outputs([first := Memory(), second := Memory()], print)
    outputs.beat(-1.0, 120.0)
    assert first.beats == second.beats == [(-1.0, 120.0)]


def test_a_note_struck_again_is_ended_first():
    outputs = Outputs([], print)
    outputs.send(note("note_on", 60))
    assert outputs.send(note("note_on", 60, velocity=7)) == [
        note("note_off", 60),
        note("note_on", 60, velocity=7),
    ]
    assert outputs.sounding == [(0, 60)]


def test_an_off_without_a_note_is_dropped_and_other_messages_pass():
    memory = Memory()
    outputs = Outputs([memory], print)
    assert outputs.send(note("note_off", 60)) == []
    assert outputs.send(note("note_on", 60, velocity=0)) == []
    bend = mido.Message("pitchwheel", pitch=100)
    assert outputs.send(bend) == [bend]
    assert memory.sent == [bend]


def test_an_output_that_fails_is_closed_and_reported_once():
    warnings = []
    good, bad = Memory("good"), Memory("bad", fails=OutputError("no cable"), closes=False)
    outputs = Outputs([bad, good], warnings.append)
    outputs.send(note("note_on", 60))
    outputs.send(note("note_on", 61))
    assert outputs.names == ["good"]
    assert [m.note for m in good.sent] == [60, 61]
    assert bad.closed == 1
    assert warnings == [
        "bad failed and is off now: no cable",
        "bad did not close: stuck",
    ]


def test_close_silences_and_reaches_every_output():
    warnings = []
    first, last = Memory("first"), Memory("last", closes=False)
    outputs = Outputs([first, last], warnings.append)
    outputs.send(note("note_on", 60, channel=5))
    outputs.close()
    outputs.close()
    assert [(m.type, m.channel, m.note) for m in first.sent] == [
        ("note_on", 5, 60),
        ("note_off", 5, 60),
    ]
    assert (first.closed, last.closed) == (1, 1)
    assert warnings == ["last did not close: stuck"]


def test_hands_reach_every_output():
    frame = HandFrame(1.0, 1.02, (Hand("left", 0.9, 0.05, 0.5, 0.5, 1.0),))
    memory = Memory()
    Outputs([memory], print).hand(frame)
    assert memory.frames == [frame]
