"""What `devices --check` says of an output that plays, and of one that does not."""

from __future__ import annotations

import mido

from handmidi.errors import OutputError
from handmidi.session.trying import _Tried

NOTE = mido.Message("note_on", note=69)


class Port:
    """An output that takes so many messages."""

    def __init__(self, takes):
        self.left = takes

    def send(self, *messages):
        if not self.left:
            raise OutputError("the port takes no message: connect it")
        self.left -= 1


def tried(takes):
    one = _Tried("MIDI", "an A4 was sent")
    one.open(lambda: (Port(takes), "port 'handmidi'"))
    one.send(NOTE)
    one.send(NOTE)
    return one.finding


def test_an_output_works_when_it_has_played():
    found = tried(2)
    assert (found.state, found.name, found.detail) == ("works", "port 'handmidi'", "an A4 was sent")


def test_an_output_that_takes_no_note_is_not_said_to_have_played():
    found = tried(0)
    assert (found.state, found.name) == ("broken", "port 'handmidi'")
    assert found.detail == "the port takes no message"
    assert found.next_step


def test_an_output_that_goes_away_while_the_note_sounds_is_told():
    assert tried(1).state == "broken"


def test_an_output_that_cannot_be_opened_is_told():
    def make():
        raise OutputError("no port: start JACK")

    one = _Tried("MIDI", "an A4 was sent")
    one.open(make)
    one.send(NOTE)
    assert (one.finding.state, one.finding.detail) == ("broken", "no port")
