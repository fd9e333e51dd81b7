"""Sit in an Ableton Link session and do what is asked, a line each.

Usage: join_link.py BPM. Says how many others are there. After each line (`look`, `bpm X`,
`playing 0` or `1`) it prints the session as JSON; `origin_s` is in seconds of the monotonic
clock, where a bar begins.
"""

import json
import sys
import time

from handmidi.practice.link import LinkSession

BEGAN_S = time.monotonic() - float(sys.argv[1])  # each program's session has a zero of its own


def clock() -> float:
    return time.monotonic() - BEGAN_S


with LinkSession(clock, float(sys.argv[1]), quantum=4.0) as session:
    print(session.peers, flush=True)
    for asked in sys.stdin:
        word, *values = asked.split()
        if word == "bpm":
            session.set_bpm(float(values[0]))
        elif word == "playing":
            session.set_playing(values[0] == "1")
        line = session.line(clock())
        seen = {
            "origin_s": line.origin_s + BEGAN_S,
            "bpm": line.bpm,
            "peers": session.peers,
            "playing": session.playing,
        }
        print(json.dumps(seen), flush=True)
