from collections import Counter

import mido
from hypothesis import given
from hypothesis import strategies as st

from handmidi.errors import OutputError
from handmidi.hand import Hand, HandFrame
from handmidi.outputs import Outputs


class Memory:
    """An output that keeps what it got, and fails on demand."""

    def __init__(self, name="memory", fails=None, closes=True):
        self.name, self.fails, self.closes = name, fails, closes
        self.sent, self.frames, self.closed = [], [], 0

    def send(self, message):
        if self.fails:
            raise self.fails
        self.sent.append(message)

    def hand(self, frame):
        self.frames.append(frame)

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


@given(st.lists(messages, max_size=40))
def test_every_note_on_has_exactly_one_note_off(played):
    memory = Memory()
    outputs = Outputs([memory], print)
    told = [sent for message in played for sent in outputs.send(message)]
    told += outputs.silence()
    assert told == memory.sent
    assert outputs.sounding == []
    sounding = Counter()
    for m in memory.sent:
        sounding[m.channel, m.note] += 1 if m.type == "note_on" and m.velocity else -1
        assert sounding[m.channel, m.note] in (0, 1)
    assert not +sounding


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
