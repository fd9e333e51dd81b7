import ast

import mido
import pytest
import rtmidi
import servers

from handmidi.errors import OutputError
from handmidi.outputs.midi import MidiPort, midi_systems

NOTES = 500


class Wire(mido.ports.BaseOutput):
    """A port that keeps what was sent, and breaks on demand."""

    def _open(self, **kwargs):
        self.sent, self.broken = [], False

    def _send(self, message):
        if self.broken:
            raise rtmidi.RtMidiError("the cable is out")
        self.sent.append(message)


@pytest.mark.timeout(60)
def test_another_program_receives_every_note():
    with (
        servers.jack() as environment,
        servers.running("send_notes", "hm test", NOTES, environment=environment) as sender,
    ):
        assert sender.stdout.readline() == "MIDI port 'hm test' (UNIX_JACK)\n"
        with servers.running("receive_notes", "hm test", environment=environment) as receiver:
            assert receiver.stdout.readline().startswith("ready hm test")
            print(file=sender.stdin, flush=True)
            received, _ = receiver.communicate(timeout=20)
        said, _ = sender.communicate(timeout=5)
    assert "UNIX_JACK" in ast.literal_eval(said)
    expected = []
    for i in range(NOTES):
        for kind in ("note_on", "note_off"):
            expected.append(f"{kind} channel=2 note={i % 128} velocity={i % 100 + 1} time=0")
    expected += [f"{kind} channel=2 note=64 velocity=64 time=0" for kind in ("note_on", "note_off")]
    expected += [f"control_change channel=2 control={n} value=0 time=0" for n in (123, 120)]
    assert received.splitlines() == expected


def test_no_midi_system_is_one_line():
    done = servers.run("open_nothing", "midi", environment=servers.nothing())
    ports, line = done.stdout.splitlines()
    assert ports == "{}"
    assert line.startswith("OutputError no MIDI port (") and "start JACK" in line
    assert done.stderr == ""


def test_closing_ends_the_notes_of_the_channels_that_played():
    wire = Wire("wire")
    port = MidiPort(wire, "TEST")
    assert port.name == "MIDI port 'wire' (TEST)"
    port.send(mido.Message("note_on", channel=3, note=60))
    port.send(mido.Message("clock"))
    port.close()
    port.close()
    assert wire.closed
    assert [(m.channel, m.control) for m in wire.sent[2:]] == [(3, 123), (3, 120)]


@pytest.mark.parametrize("kind", ["control_change", "pitchwheel", "aftertouch", "polytouch"])
def test_closing_gives_back_what_was_moved(kind):
    wire = Wire("wire")
    port = MidiPort(wire, "TEST")
    port.send(mido.Message("note_on", note=60))
    port.send(mido.Message(kind, channel=2))
    port.close()
    assert [(m.channel, m.control) for m in wire.sent[2:4]] == [(0, 123), (0, 120)]
    rest = wire.sent[4:]
    assert [m.control for m in rest[:-1]] == [64, 123, 120, 121]
    assert rest[-1] == mido.Message("pitchwheel", channel=2)
    assert {m.channel for m in rest} == {2}


def test_a_port_that_fails_says_so_and_still_closes():
    wire = Wire("wire")
    port = MidiPort(wire, "TEST")
    port.send(mido.Message("note_on", note=60))
    wire.broken = True
    with pytest.raises(OutputError, match="takes no message: the cable is out"):
        port.send(mido.Message("note_on", note=61))
    with pytest.raises(OutputError):
        port.close()
    assert wire.closed
    port.close()


def test_every_compiled_system_has_a_backend_name():
    assert len(midi_systems()) == len(rtmidi.get_compiled_api())
