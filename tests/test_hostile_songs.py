"""Hostile files: an answer or one line, in bounded time and memory."""

import subprocess
import sys
from pathlib import Path

import pytest
from hostile_songs import FILES

ROOT = Path(__file__).resolve().parent.parent
CHILD = """
import sys
from pathlib import Path
from handmidi.song.arrangement import Arrangement, arrange
from handmidi.errors import HandMidiError
from handmidi.song import load_song

try:
    song = load_song(sys.argv[1])
    arrange(song, Arrangement(guide=True, metronome=True, transpose=1))
    print(len(song.melody), "notes")
except HandMidiError as error:
    print(error)
status = Path("/proc/self/status").read_text()  # getrusage counts the parent's memory, too
print(status.partition("VmHWM:")[2].split()[0])
"""
ANSWERS = {
    "a million notes": "more than 400,000 messages",
    "as many notes as are read": "19000 notes",
    "a melody of 190,000 notes": "no melody more than 20,000",
    "a melody of 20,000 notes": "20000 notes",
    "190,000 notes without end": "1 notes",
    "390,000 texts": "1 notes",
    "texts of 30 MiB": "1 notes",
    "390,000 tempi": "1 notes",
    "390,000 metres": "1 notes",
    "sysex of 30 MiB": "1 notes",
    "a thousand tracks": "20 notes",
    "five thousand tracks": "5,000 tracks, more than 1,024",
    "a million empty chunks": "1 notes",
    "a million bars": "more than 20,000 bars",
    "bars of many beats": "100,000 beats",
    "the longest wait": "six hours",
    "the longest wait at the fastest tempo": "more than 20,000 bars",
    "the slowest tempo": "8 notes",
    "a tempo of nothing": "8 notes",
    "a length beyond the end": "it has no track",
}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.timeout(90)
@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_answered(tmp_path, name):
    path = tmp_path / "song.mid"
    path.write_bytes(FILES[name]())
    command = [sys.executable, "-c", CHILD, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=80, cwd=ROOT)
    answer, peak_kb = done.stdout.splitlines()
    assert ANSWERS[name] in answer, done.stderr
    assert int(peak_kb) < 500_000
