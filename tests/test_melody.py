"""The guess which part is the melody, on files made of each kind."""

import mido
import pytest

from handmidi.midifile import read_midi
from handmidi.song.melody import WEIGHTS, clues_of, guess_melody
from handmidi.song.parts import parts_of, split_channels

TUNE = (67, 69, 71, 72, 71, 69, 67, 64, 65, 67, 69, 67, 65, 64, 62, 60) * 2
BASS = (36, 43, 36, 43, 41, 36, 43, 36) * 4
CHORDS = ((52, 55, 60), (53, 57, 60), (55, 59, 62), (52, 55, 60)) * 8
DRUMS = ((36,), (42,), (38,), (42,)) * 8


def part(pitches, name="", channel=0, program=None, first=0, beats=1.0):
    """Notes or chords, one after the other."""
    track = [mido.MetaMessage("track_name", name=name)] if name else []
    if program is not None:
        track.append(mido.Message("program_change", channel=channel, program=program))
    wait = int(first * 96)
    for each in pitches:
        chord = each if isinstance(each, tuple) else (each,)
        for kind in ("note_on", "note_off"):
            for note in chord:
                track.append(mido.Message(kind, note=note, channel=channel, time=wait))
                wait = 0
            wait = int(beats * 96) if kind == "note_on" else 0
    return mido.MidiTrack(track)


def words(count, kind="lyrics", beats=1.0, first=0.0):
    """Syllables in a track of their own."""
    waits = [int(first * 96)] + [int(beats * 96)] * (count - 1)
    said = [mido.MetaMessage(kind, text="la", time=wait) for wait in waits]
    return mido.MidiTrack([mido.MetaMessage("track_name", name="Words"), *said])


def guess(folder, *tracks, kind=1):
    """Number of the guessed track, and why."""
    file = mido.MidiFile(type=kind, ticks_per_beat=96)
    file.tracks += tracks if kind else [mido.merge_tracks(tracks)]
    file.save(folder / "song.mid")
    data = split_channels(read_midi(folder / "song.mid"))
    found, why = guess_melody(parts_of(data), data)
    return found.number, why


@pytest.mark.parametrize(
    "name",
    ["Lead", "vocals 1", "Voice", "MELODIE (lead)", "Gesang", "Chant", "Right Hand", "RH", "Flute"],
)
def test_a_name_tells_in_many_tongues(tmp_path, name):
    number, why = guess(
        tmp_path, part(TUNE, "Piano 1"), part(TUNE[::-1], name), part(BASS, "Piano 2")
    )
    assert (number, why.split(",")[0]) == (1, "named so")


@pytest.mark.parametrize("name", ["Backing Vocals", "Left Hand", "Lead Bass", "Choir Aahs", "LH"])
def test_a_name_can_speak_against(tmp_path, name):
    assert guess(tmp_path, part(TUNE, name), part(TUNE[::-1], "Piano"))[0] == 1


def test_a_name_outweighs_a_higher_part(tmp_path):
    high = [pitch + 12 for pitch in TUNE[::-1]]
    assert guess(tmp_path, part(high, "Piano"), part(TUNE, "Vocals"))[0] == 1


def test_without_names_it_is_the_high_single_line(tmp_path):
    tracks = part(BASS), part(CHORDS), part(DRUMS, channel=9), part(TUNE)
    number, why = guess(tmp_path, *tracks)
    assert number == 3
    assert "highest" in why
    assert guess(tmp_path, *reversed(tracks))[0] == 0


def test_high_chords_are_no_melody(tmp_path):
    high = [tuple(pitch + 24 for pitch in chord) for chord in CHORDS]
    assert guess(tmp_path, part(high), part(TUNE), part(BASS))[0] == 1


def test_a_melody_of_chords_is_one_all_the_same(tmp_path):
    thirds = [(pitch, pitch - 4) for pitch in TUNE]
    assert guess(tmp_path, part(thirds, "Lead"), part(CHORDS), part(BASS))[0] == 0


def test_an_answer_from_above_is_not_the_melody(tmp_path):
    answer = part((84, 83, 81, 79, 81, 83, 84), first=12)
    assert guess(tmp_path, answer, part(TUNE), part(BASS))[0] == 1


def test_a_high_drone_is_not_the_melody(tmp_path):
    assert guess(tmp_path, part((88,) * 32), part(TUNE), part(BASS))[0] == 1


@pytest.mark.parametrize("kind", ["lyrics", "text"])
def test_the_part_that_the_words_go_with_is_sung(tmp_path, kind):
    high = part([pitch + 12 for pitch in TUNE[::-1]], first=1, beats=0.75)
    sung = part(TUNE, first=1)
    number, why = guess(tmp_path, words(30, kind, first=1), high, part(BASS, beats=2), sung)
    assert number == 3
    assert why.startswith("the words go with it")


def test_the_title_of_a_karaoke_file_is_no_word(tmp_path):
    titles = mido.MidiTrack(
        [mido.MetaMessage("text", text=t, time=96) for t in ("@TTitle", "@LENGL", "@KMIDI", "@V1")]
    )
    file = mido.MidiFile(tracks=[titles, part(TUNE)], ticks_per_beat=96)
    file.save(tmp_path / "song.mid")
    data = read_midi(tmp_path / "song.mid")
    assert clues_of(parts_of(data), data)[0]["the words go with it"] == 0


def test_in_type_0_a_channel_is_found(tmp_path):
    number, why = guess(
        tmp_path,
        part(BASS, "Song", program=33),
        part(CHORDS, channel=3),
        part(TUNE, channel=5, program=73),
        part(DRUMS, channel=9),
        kind=0,
    )
    assert (number, "named" in why) == (2, False)


def test_drums_are_never_the_melody(tmp_path):
    assert guess(tmp_path, part(TUNE, "Lead", channel=9), part(BASS))[0] == 1


def test_clues_are_shares(tmp_path):
    file = mido.MidiFile(tracks=[part(TUNE), part(CHORDS), part(BASS, "Bass")], ticks_per_beat=96)
    file.save(tmp_path / "song.mid")
    data = read_midi(tmp_path / "song.mid")
    for clues in clues_of(parts_of(data), data):
        assert list(clues) == list(WEIGHTS)
        assert all(-1 <= value <= 1 for value in clues.values())
    tune, chords, bass = clues_of(parts_of(data), data)
    assert (tune["single notes"], chords["single notes"], bass["named so"]) == (1, 0, -1)
