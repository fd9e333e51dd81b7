"""MIDI files: damaged ones are refused in one line, ours are whole after every write."""

import os
import subprocess
import sys

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.errors import SongError
from handmidi.midifile import PerformanceWriter, read_midi, read_performance
from handmidi.notes import Note

END = b"\x00\xff\x2f\x00"
NOTE = b"\x00\x90\x40\x40\x60\x80\x40\x40"
HEADER = b"MThd\0\0\0\x06\0\0\0\x01\x01\xe0"


def chunk(track):
    return b"MTrk" + len(track).to_bytes(4, "big") + track


def save(tmp_path, *tracks, ticks_per_beat=480, type=1):
    path = tmp_path / "song.mid"
    file = mido.MidiFile(ticks_per_beat=ticks_per_beat, type=type)
    file.tracks += [mido.MidiTrack(track) for track in tracks]
    file.save(path)
    return path


def write_bytes(tmp_path, data):
    path = tmp_path / "song.mid"
    path.write_bytes(data)
    return path


def on(note, time=0, **more):
    return mido.Message("note_on", note=note, time=time, **more)


def off(note, time=0, **more):
    return mido.Message("note_off", note=note, time=time, **more)


def tempo(bpm, time=0):
    return mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm), time=time)


def only_notes(path, track=None):
    return [note for note, _, _ in read_midi(path).notes(track)]


# ---- reading


def test_notes_have_seconds_and_beats(tmp_path):
    path = save(tmp_path, [tempo(60), on(60, velocity=80), off(60, 240), on(62, 240), off(62, 480)])
    assert read_midi(path).notes() == [
        (Note(0.0, 60, 0.5, 80), 0.0, 0.5),
        (Note(1.0, 62, 1.0, 64), 1.0, 1.0),
    ]


def test_a_change_of_tempo_in_another_track_counts(tmp_path):
    path = save(
        tmp_path, [tempo(60), tempo(120, 480)], [on(60, 480), off(60, 480), on(62), off(62, 480)]
    )
    assert only_notes(path) == [Note(1.0, 60, 0.5, 64), Note(1.5, 62, 0.5, 64)]


def test_a_note_on_with_velocity_0_ends_a_note(tmp_path):
    path = save(tmp_path, [on(60), on(60, 480, velocity=0)])
    assert only_notes(path) == [Note(0.0, 60, 0.5, 64)]


def test_notes_without_end_last_to_the_end_of_the_file(tmp_path):
    path = save(tmp_path, [on(60), on(64, 480), off(64, 480)])
    assert only_notes(path) == [Note(0.0, 60, 1.0, 64), Note(0.5, 64, 0.5, 64)]


def test_the_first_of_two_equal_notes_ends_first(tmp_path):
    path = save(tmp_path, [on(60), on(60, 480), off(60, 480), off(60, 480)])
    assert only_notes(path) == [Note(0.0, 60, 1.0, 64), Note(0.5, 60, 1.0, 64)]


def test_channels_and_tracks_do_not_end_each_others_notes(tmp_path):
    path = save(
        tmp_path,
        [on(60, channel=0), off(60, 480, channel=1), off(60, 480, channel=0)],
        [on(60, 240), off(60, 240)],
    )
    assert only_notes(path) == [Note(0.0, 60, 1.0, 64), Note(0.25, 60, 0.25, 64)]
    assert only_notes(path, track=1) == [Note(0.25, 60, 0.25, 64)]


def test_a_stray_note_off_is_nothing(tmp_path):
    assert only_notes(save(tmp_path, [off(60), on(62, 480), off(62, 480)])) == [
        Note(0.5, 62, 0.5, 64)
    ]


def test_running_status_is_read(tmp_path):
    track = b"\x00\x90\x40\x50\x60\x40\x00\x00\x43\x50\x60\x43\x00" + END
    notes = only_notes(write_bytes(tmp_path, HEADER + chunk(track)))
    assert [(note.pitch, note.velocity) for note in notes] == [(64, 80), (67, 80)]
    assert [note.duration_s for note in notes] == [pytest.approx(0.1)] * 2


def test_data_bytes_out_of_range_are_clipped(tmp_path):
    path = write_bytes(tmp_path, HEADER + chunk(b"\x00\x90\x40\xff\x60\x80\x40\x40" + END))
    assert [note.velocity for note in only_notes(path)] == [127]


DAMAGED = {
    "empty": b"",
    "text": b"This is no MIDI file, it only has that name.",
    "another file": b"RIFF\x24\0\0\0WAVEfmt ",
    "half a header": HEADER[:9],
    "no track": HEADER,
    "in the middle of a track": (HEADER + chunk(NOTE + END))[:-6],
    "running status without a status": HEADER + chunk(b"\x00\x40\x40" + END),
    "undefined status": HEADER + chunk(b"\x00\xf4" + END),
    "endless delta": HEADER + chunk(b"\xff\xff\xff\xff\xff"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_refused_in_one_line(tmp_path, name):
    path = write_bytes(tmp_path, DAMAGED[name])
    with pytest.raises(SongError) as caught:
        read_midi(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "senseless",
    [
        b"\xff\x51\x01\x00",
        b"\xff\x59\x01\x00",
        b"\xff\x59\x02\x09\x00",
        b"\xff\x58\x01\x04",
        b"\xff\x54\x05\xff\0\0\0\0",
        b"\xff\x7e\x03abc",
        b"\xf0\x03\x01\x02\xf7",
        b"\xf2\x01\x02",
    ],
)
def test_what_no_song_needs_is_left_out(tmp_path, senseless):
    data = read_midi(write_bytes(tmp_path, HEADER + chunk(b"\x00" + senseless + NOTE + END)))
    assert [e.message.type for e in data.events] == ["note_on", "note_off", "end_of_track"]


@pytest.mark.parametrize(
    ("header", "tracks", "why"),
    [
        (b"MThd\0\0\0\x06\0\x02\0\x02\x01\xe0", 2, "type 2"),
        (b"MThd\0\0\0\x06\0\x01\0\x01\xe9\x28", 1, "SMPTE"),
        (b"MThd\0\0\0\x06\0\x01\0\x01\xe7\x00", 1, "SMPTE"),
        (b"MThd\0\0\0\x06\0\x01\0\x01\0\0", 1, "ticks per beat"),
    ],
)
def test_kinds_of_files_that_no_song_is(tmp_path, header, tracks, why):
    with pytest.raises(SongError, match=why):
        read_midi(write_bytes(tmp_path, header + chunk(NOTE + END) * tracks))


def test_one_pattern_of_type_2_is_read(tmp_path):
    path = write_bytes(tmp_path, b"MThd\0\0\0\x06\0\x02\0\x01\x01\xe0" + chunk(NOTE + END))
    assert len(only_notes(path)) == 1


@pytest.mark.parametrize(
    ("division", "tick_s"),
    [(b"\xe7\x28", 1 / 1000), (b"\xe2\x50", 1 / 2400), (b"\xe3\x04", 1001 / 120_000)],
)
def test_smpte_time_is_in_seconds_whatever_the_tempo(tmp_path, division, tick_s):
    later = b"\x60\xff\x51\x03\x01\x00\x00"
    for tempo, beat_s in ((b"", 0.5), (b"\x00\xff\x51\x03\x0f\x42\x40" + later, 1.0)):
        head = b"MThd\0\0\0\x06\0\x01\0\x01" + division
        waits = 0x60 if tempo else 0
        (note,) = read_midi(write_bytes(tmp_path, head + chunk(tempo + NOTE + END))).notes()
        assert note[0].onset_s == pytest.approx(waits * tick_s)
        assert note[0].duration_s == pytest.approx(0x60 * tick_s)
        assert note[2] == pytest.approx(0x60 * tick_s / beat_s)


def test_control_characters_in_texts_are_spaces(tmp_path):
    path = save(tmp_path, [mido.MetaMessage("track_name", name="a\nb\x1b[31m"), on(60), off(60)])
    assert read_midi(path).tracks == ("a b [31m",)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(SongError, match="No such file"):
        read_midi(tmp_path / "none.mid")
    with pytest.raises(SongError, match="directory"):
        read_midi(tmp_path)


def test_a_file_too_long_or_too_large_is_refused(tmp_path):
    path = save(tmp_path, [tempo(10), on(60), off(60, 60 * 3601)], ticks_per_beat=1)
    with pytest.raises(SongError, match="six hours"):
        read_midi(path)
    with open(path, "wb") as file:
        file.truncate(33 << 20)
    with pytest.raises(SongError, match="33 MiB"):
        read_midi(path)


def test_a_tempo_of_nothing_is_ignored(tmp_path):
    path = write_bytes(tmp_path, HEADER + chunk(b"\x00\xff\x51\x03\0\0\0" + NOTE + END))
    assert read_midi(path).tempo.bpm == 120


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_damage_gives_a_song_error_or_finite_notes(data, tmp_path_factory):
    good = HEADER + chunk(
        b"\x00\xff\x03\x03abc\x00\xff\x51\x03\x07\xa1\x20\x00\xff\x58\x04\x04\x02\x18\x08"
        b"\x00\xff\x59\x02\x00\x00" + NOTE + b"\x00\xf0\x03\x01\x02\xf7\x00\xc0\x05" + NOTE + END
    )
    broken = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(broken) - 1))
        broken[at] = data.draw(st.integers(0, 255))
    broken = (
        broken[: data.draw(st.integers(0, len(broken)))] if data.draw(st.booleans()) else broken
    )
    path = tmp_path_factory.mktemp("broken") / "song.mid"
    path.write_bytes(broken)
    try:
        notes = only_notes(path)
    except SongError as error:
        assert "\n" not in str(error)
    else:
        assert all(0 <= note.onset_s <= 6 * 3600 and note.duration_s >= 0 for note in notes)


# ---- writing


def test_the_file_is_whole_after_every_write(tmp_path):
    path = tmp_path / "notes.mid"
    writer = PerformanceWriter(path)
    assert mido.MidiFile(path).type == 0
    for i in range(20):
        writer.write(0.5 * i, [on(60 + i)])
        writer.write(0.5 * i + 0.25, [off(60 + i)])
        file = mido.MidiFile(path)
        assert file.tracks[0][-1].type == "end_of_track"
        assert sum(m.type == "note_on" for m in file.tracks[0]) == i + 1
        assert file.length == pytest.approx(0.5 * i + 0.25, abs=1e-6)
    writer.close()
    writer.close()
    assert len(read_performance(path).notes) == 20


def test_times_are_session_seconds_and_never_early(tmp_path):
    path = tmp_path / "notes.mid"
    writer = PerformanceWriter(path)
    writer.write(1.23451, [on(60)])
    writer.write(1.00000, [off(60)])  # a message cannot lie before the one before it
    writer.write(2.0, [on(62), off(62)])
    writer.close()
    first, second = read_performance(path).notes
    assert (first.onset_s, first.duration_s) == (pytest.approx(1.2346, abs=1e-9), 0)
    assert second.onset_s == pytest.approx(2.0, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(gaps=st.lists(st.floats(0, 700), max_size=20))
def test_onsets_read_back_to_a_tick(gaps, tmp_path_factory):
    path = tmp_path_factory.mktemp("notes") / "notes.mid"
    writer, time_s, times = PerformanceWriter(path), 0.0, []
    for gap in gaps:
        time_s += gap
        times.append(time_s)
        writer.write(time_s, [on(60), off(60)])
    writer.close()
    onsets = [note.onset_s for note in read_performance(path).notes]
    assert len(onsets) == len(times)
    assert all(-1e-6 <= b - a <= 0.0001 + 1e-6 for a, b in zip(times, onsets, strict=True))


def test_bends_controls_and_programs_are_kept(tmp_path):
    path = tmp_path / "notes.mid"
    said = [
        mido.Message("program_change", program=12),
        mido.Message("control_change", control=101, value=0),
        mido.Message("pitchwheel", pitch=-8192),
        mido.Message("pitchwheel", pitch=8191),
    ]
    writer = PerformanceWriter(path)
    writer.write(0.5, said)
    writer.close()
    heard = [m.copy(time=0) for m in mido.MidiFile(path) if not m.is_meta]
    assert heard == said


def test_song_marks_read_back(tmp_path):
    path = tmp_path / "notes.mid"
    writer = PerformanceWriter(path)
    writer.mark_song(1.0, -2.25)
    writer.write(1.5, [mido.MetaMessage("marker", text="song nowhere")])
    writer.write(1.6, [mido.MetaMessage("marker", text="song inf")])
    writer.write(1.7, [mido.MetaMessage("marker", text="chorus")])
    writer.mark_song(6.0, 2.7501)
    writer.close()
    assert read_performance(path).song_marks == ((1.0, -2.25), (6.0, pytest.approx(2.7501)))


def test_notes_that_a_crash_cut_off_end_with_the_file(tmp_path):
    path = tmp_path / "notes.mid"
    writer = PerformanceWriter(path)
    writer.write(1.0, [on(60)])
    writer.mark_song(3.0, 0.0)  # and nothing more: the process is gone
    assert read_performance(path).notes == (Note(1.0, 60, 2.0, 64),)
    writer.close()


FILL = """
import resource, signal, sys
from pathlib import Path
import mido
from handmidi.midifile import PerformanceWriter, read_performance

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
path = Path(sys.argv[1])
for size in range(60, 100):
    limit(size)
    writer, refused = PerformanceWriter(path), 0
    kept = 0
    for i in range(6):
        try:
            writer.write(i, [mido.Message("note_on", note=60 + i)])
            writer.write(i + 0.5, [mido.Message("note_off", note=60 + i)])
            kept = i + 1
        except OSError:
            refused += 1
    assert refused, size
    if sys.argv[2] == "while full":
        pitches = [note.pitch for note in read_performance(path).notes]
        assert pitches == list(range(60, 60 + len(pitches))) and len(pitches) >= kept, size
    limit(resource.RLIM_INFINITY)
    writer.flush()
    writer.close()
    assert [note.pitch for note in read_performance(path).notes] == list(range(60, 66)), size
print("done")
"""


@pytest.mark.skipif(os.name == "nt", reason="file size limits are of POSIX")
@pytest.mark.parametrize("when", ["afterwards", "while full"])
def test_a_full_disk_costs_no_note(tmp_path, when):
    command = [sys.executable, "-c", FILL, str(tmp_path / "notes.mid"), when]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout == "done\n", done.stderr


def test_hours_of_silence_fit(tmp_path):
    writer = PerformanceWriter(tmp_path / "notes.mid")
    writer.write(1.0, [mido.Message("note_on", note=60)])
    writer.write(30_000.0, [mido.Message("note_off", note=60)])
    writer.close()
    assert mido.MidiFile(tmp_path / "notes.mid").length == pytest.approx(30_000)
