"""Practise a song that waits, with a player who listens; print what was struck as JSON.

Usage: practise_waiting.py SOUNDFONT. The song has a drum stroke with each of its notes, and
one between them. The player is wrong once, late once, and early once; then leaves. Waits for a
line on stdin after the synth has started. Printed: session seconds of the count-in's clicks, of
the strokes that counted, and of the song's marks.
"""

import json
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import mido

from handmidi.clock import SessionClock
from handmidi.hand import HandFrame
from handmidi.midifile import TempoMap
from handmidi.notes import TimedMessage
from handmidi.outputs import Outputs
from handmidi.outputs.synth import Synth
from handmidi.session.conductor import Conductor
from handmidi.session.dispatcher import Dispatcher
from handmidi.session.options import Options
from handmidi.song import Meter, Song, SongNote

LATE_S = (0.0, 0.35, 0.1, -0.1, 0.22)
"""After its time each note is struck so late; the second after a wrong note."""


def drum(at_s):
    hits = ("note_on", 0.0), ("note_off", 0.05)
    return [
        TimedMessage(at_s + after_s, mido.Message(kind, channel=9, note=76, velocity=120))
        for kind, after_s in hits
    ]


def song():
    melody = tuple(SongNote(i * 0.5, 60 + i, 0.4, beat=float(i)) for i in range(6))
    return Song(
        name="test", title="Test", composer="", melody=melody,
        backing=tuple(each for i in range(12) for each in drum(i * 0.25)),
        tempo=TempoMap([(0.0, 500_000)]), meters=(Meter(0.0, 4, 4),), fifths=0,
        pickup_beats=0.0, length_beats=8.0,
    )  # fmt: skip


class Kept:
    """An output, and what a dispatcher writes its take to."""

    name = "kept"

    def __init__(self):
        self.written, self.marks = [], []

    def send(self, *messages):
        pass

    def hand(self, frame, readings):
        pass

    def beat(self, beat, bpm):
        pass

    def close(self):
        pass

    def frame(self, frame):
        pass

    def messages(self, time_s, messages):
        self.written += [(time_s, m.note) for m in messages if m.type == "note_on"]

    def mark_song(self, time_s, song_s):
        self.marks.append((time_s, song_s))


def strike(dispatcher, at_s, pitch):
    on = TimedMessage(at_s, mido.Message("note_on", note=pitch))
    off = TimedMessage(at_s + 0.1, mido.Message("note_off", note=pitch))
    dispatcher.put(HandFrame(at_s, at_s, ()), [on, off])


def play(clock, backing, dispatcher):
    for i, late_s in enumerate(LATE_S):
        onset_s = i * 0.5
        while backing.song_s(clock()) < onset_s + min(late_s, 0.0):
            time.sleep(0.002)
        if i == 1:
            strike(dispatcher, clock(), 40)
        time.sleep(max(late_s, 0.0))
        strike(dispatcher, clock(), 60 + i)
        time.sleep(0.02)
    time.sleep(1.0)  # the last note is waited for in vain


def main():
    clock, kept = SessionClock(), Kept()
    with ExitStack() as opened:
        synth = Synth(Path(sys.argv[1]))
        opened.callback(synth.close)
        print(synth.start(), flush=True)
        sys.stdin.readline()
        outputs = Outputs([kept], print)
        conductor = Conductor(Options(song="test", wait=True), song(), 120.0, clock)
        conductor.open(synth, outputs, print)
        opened.callback(conductor.close)
        dispatcher = Dispatcher(clock, outputs, kept, conductor.backing)
        clock.start()
        conductor.start()
        dispatcher.start()
        first_s = conductor.backing.session_s(-2.0)
        play(clock, conductor.backing, dispatcher)
        stopped_s = conductor.stopped_s(clock())
        dispatcher.close()
    clicks = [first_s + i / 2 for i in range(4)]
    strokes = [each for each in kept.written if each[1] != 40]
    said = {"clicks": clicks, "strokes": strokes, "marks": kept.marks, "stopped_s": stopped_s}
    print(json.dumps(said))


main()
