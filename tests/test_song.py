"""Songs out of MIDI files: which track is the melody, where the bars lie, what goes wrong."""

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.errors import SongError
from handmidi.song import load_song
from handmidi.song.library import find_song, library
from handmidi.song.meter import Meter

KEYS = {
    **{"C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5, "F#": 6, "C#": 7},
    **{"F": -1, "Bb": -2, "Eb": -3, "Ab": -4, "Db": -5, "Gb": -6, "Cb": -7},
    **{"Am": 0, "Em": 1, "Bm": 2, "F#m": 3, "C#m": 4, "G#m": 5, "D#m": 6, "A#m": 7},
    **{"Dm": -1, "Gm": -2, "Cm": -3, "Fm": -4, "Bbm": -5, "Ebm": -6, "Abm": -7},
}


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """The user's data folder and the current one are empty."""
    (tmp_path / "data").mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.setenv("HANDMIDI_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path / "here")


def meta(kind, time=0, **values):
    return mido.MetaMessage(kind, time=time, **values)


def track(name, *pitches, beats=1, rest=0, channel=0):
    """A track with one note of `beats` for each pitch, after `rest` beats."""
    messages = [meta("track_name", name=name)] if name else []
    wait = rest * 480
    for pitch in pitches:
        messages.append(mido.Message("note_on", note=pitch, channel=channel, time=wait))
        messages.append(mido.Message("note_off", note=pitch, channel=channel, time=beats * 480))
        wait = 0
    return messages


def save(path, *tracks):
    file = mido.MidiFile(type=1, ticks_per_beat=480)
    file.tracks += [mido.MidiTrack(messages) for messages in tracks]
    file.save(path)
    return str(path)


def test_the_track_called_melody_is_the_melody_and_the_others_the_backing(tmp_path):
    name = save(
        tmp_path / "tune.mid",
        [meta("set_tempo", tempo=1_000_000)],
        track("Bass", 36, 38, channel=1),
        track(" MELODY ", 60, 64, rest=1),
        [mido.Message("program_change", channel=9, program=3), *track("", 42, channel=9)],
    )
    song = load_song(name)
    assert [(n.onset_s, n.pitch, n.beat, n.beats) for n in song.melody] == [
        (1.0, 60, 1.0, 1.0),
        (2.0, 64, 2.0, 1.0),
    ]
    assert {m.message.channel for m in song.backing} == {1, 9}
    assert sum(m.message.type == "program_change" for m in song.backing) == 1
    assert [m.time_s for m in song.backing] == sorted(m.time_s for m in song.backing)
    assert (song.name, song.difficulty, song.fifths) == ("tune", None, 0)
    assert (song.meters, song.length_beats, song.length_s) == ((Meter(0.0, 4, 4),), 4.0, 4.0)


def test_a_track_is_asked_for_by_number(tmp_path):
    name = save(tmp_path / "tune.mid", track("Melody", 60), track("Other", 72))
    assert [n.pitch for n in load_song(name, melody_track=1).melody] == [72]
    with pytest.raises(SongError, match="track 7 has no notes; these have: 0 Melody, 1 Other"):
        load_song(name, melody_track=7)


def test_the_only_track_with_notes_is_the_melody(tmp_path):
    name = save(tmp_path / "tune.mid", track("Title"), track("Lead", 60))
    assert [n.pitch for n in load_song(name).melody] == [60]


def test_a_melody_without_its_name_is_guessed_and_the_reason_told(tmp_path):
    name = save(tmp_path / "tune.mid", track("Bass", 40, 43), track("Lead", 60, 62))
    song = load_song(name)
    assert [n.pitch for n in song.melody] == [60, 62]
    assert song.guessed.startswith("track 1 'Lead': named so")
    assert load_song(name, melody_track=1).guessed == ""
    assert load_song(save(tmp_path / "tune.mid", track("Melody", 60))).guessed == ""


def test_a_song_of_drums_is_asked_about(tmp_path):
    drums = [track(name, 36, channel=9) for name in ("Kick", "")]
    with pytest.raises(SongError, match=r"--melody-track N, of 0 Kick, 1 \(no name\)"):
        load_song(save(tmp_path / "tune.mid", *drums))


def test_a_song_without_notes_is_refused(tmp_path):
    for tracks in ([track("Melody")], [[mido.Message("note_on", note=60, velocity=0)]]):
        with pytest.raises(SongError, match="has no notes"):
            load_song(save(tmp_path / "silent.mid", *tracks))


def test_a_file_of_type_0_has_a_track_for_each_channel(tmp_path):
    mixed = mido.MidiFile(type=0, ticks_per_beat=480)
    parts = [track("", 36, 38, channel=1), track("", 72, 74, 76, 77, 79), track("", 42, channel=9)]
    flute = [mido.Message("program_change", program=73)]
    mixed.tracks.append(mido.merge_tracks([[meta("track_name", name="Air")], flute, *parts]))
    mixed.save(tmp_path / "tune.mid")
    song = load_song(str(tmp_path / "tune.mid"))
    assert [(t.number, t.name, t.notes, t.is_melody) for t in song.tracks] == [
        (0, "channel 1, flutes", 5, True),
        (1, "channel 2, piano", 2, False),
        (2, "channel 10, drums", 1, False),
    ]
    assert song.title == "Air"
    assert song.guessed.startswith("track 0 'channel 1, flutes': ")
    assert {t.message.channel for t in song.backing} == {1, 9}
    assert song.guide[0].message.type == "program_change"
    bass = load_song(str(tmp_path / "tune.mid"), melody_track=1)
    assert [n.pitch for n in bass.melody] == [36, 38]


def test_a_track_called_melody_keeps_its_channels(tmp_path):
    both = track("Melody", 60) + track("", 62, channel=1)
    song = load_song(save(tmp_path / "tune.mid", both))
    assert [n.pitch for n in song.melody] == [60, 62]


def test_guide_and_tracks_tell_what_the_file_has(tmp_path):
    name = save(tmp_path / "tune.mid", [], track("Melody", 60, 64), track("Bass", 36, channel=1))
    song = load_song(name)
    assert [t.message.note for t in song.guide] == [60, 60, 64, 64]
    assert [t.time_s for t in song.guide] == [0, 0.5, 0.5, 1]
    empty, melody, bass = song.tracks
    assert (empty.notes, empty.low, melody.is_melody, melody.low, melody.high) == (
        0,
        None,
        1,
        60,
        64,
    )
    assert (bass.number, bass.name, bass.notes, bass.channels) == (2, "Bass", 1, (1,))


@pytest.mark.parametrize(
    ("mute", "left"), [(["bass"], {2}), ([1], {2}), (["2", "BASS "], set()), ([0], {1, 2})]
)
def test_muted_tracks_are_not_in_the_backing(tmp_path, mute, left):
    tracks = track("Melody", 60), track("Bass", 36, channel=1), track("Pad", 48, channel=2)
    song = load_song(save(tmp_path / "tune.mid", *tracks), mute=mute)
    assert {t.message.channel for t in song.backing} == left
    assert len(song.melody) == 1


@pytest.mark.parametrize(
    ("mute", "hint"), [("bas", "did you mean 'Bass'"), (7, "0 Melody, 1 Bass")]
)
def test_a_mute_of_no_track_is_answered_with_what_there_is(tmp_path, mute, hint):
    name = save(tmp_path / "tune.mid", track("Melody", 60), track("Bass", 36))
    with pytest.raises(SongError, match=hint) as caught:
        load_song(name, mute=[mute])
    assert "\n" not in str(caught.value)


def test_bars_are_numbered_as_printed(tmp_path):
    whole = load_song(save(tmp_path / "tune.mid", track("Melody", 60, beats=9)))
    assert whole.bar_numbers == (1, 2, 3)
    upbeat = [meta("text", text="pickup: 1"), *track("Melody", 60, beats=9)]
    assert load_song(save(tmp_path / "tune.mid", upbeat)).bar_numbers == (0, 1, 2)


def test_of_two_metres_at_one_place_the_last_counts(tmp_path):
    metres = [meta("time_signature", numerator=n, denominator=4) for n in (4, 3, 3)]
    song = load_song(save(tmp_path / "tune.mid", metres, track("Melody", 60, beats=6)))
    assert song.meters == (Meter(0.0, 3, 4),)


@pytest.mark.parametrize("content", [b"", b"MThd", b"no MIDI at all"])
def test_a_damaged_song_is_refused_in_one_line(tmp_path, content):
    (tmp_path / "bad.mid").write_bytes(content)
    with pytest.raises(SongError) as caught:
        load_song(str(tmp_path / "bad.mid"))
    assert "bad.mid" in str(caught.value)
    assert "\n" not in str(caught.value)


# ---- bars, keys, titles


def test_an_upbeat_written_as_a_short_bar_is_a_pick_up(tmp_path):
    name = save(
        tmp_path / "upbeat.mid",
        [
            meta("time_signature", numerator=1, denominator=4),
            meta("time_signature", time=480, numerator=3, denominator=4),
        ],
        track("Melody", *range(60, 67)),
    )
    song = load_song(name)
    assert song.meters == (Meter(0.0, 3, 4),)
    assert song.pickup_beats == 1
    assert song.bars == [0, 1, 4, 7]
    assert song.bar_numbers == (0, 1, 2)


def test_bars_of_a_song_with_a_pick_up(tmp_path):
    name = save(
        tmp_path / "tune.mid",
        [meta("time_signature", numerator=3, denominator=4), meta("text", text="pickup: 1")],
        track("Melody", 60, 62, 64, 65, 67),
    )
    song = load_song(name)
    assert song.pickup_beats == 1
    assert song.length_beats == 7
    assert song.bars == [0.0, 1.0, 4.0, 7.0]


def test_bars_follow_a_change_of_metre(tmp_path):
    name = save(
        tmp_path / "tune.mid",
        [
            meta("time_signature", numerator=4, denominator=4),
            meta("time_signature", numerator=6, denominator=8, time=4 * 480),
        ],
        track("Melody", 60, beats=9),
    )
    song = load_song(name)
    assert song.bars == [0.0, 4.0, 7.0, 10.0]
    assert song.meter_at(3.9).numerator == 4
    assert song.meter_at(4.0).numerator == 6
    assert song.length_beats == 10


def test_an_impossible_metre_is_ignored(tmp_path):
    signatures = [b"\x00\xff\x58\x04\x00\x02\x18\x08", b"\x00\xff\x58\x04\x04\xf0\x18\x08"]
    notes = b"\x00\xff\x01\x09pickup: 1\x00\x90\x40\x40\x60\x80\x40\x40\x00\xff\x2f\x00"
    for signature in signatures:
        data = signature + notes
        path = tmp_path / "tune.mid"
        path.write_bytes(
            b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk" + len(data).to_bytes(4, "big") + data
        )
        song = load_song(str(path))
        assert (song.meters, song.bars) == ((Meter(0.0, 4, 4),), [0.0, 1.0])


@given(
    numerator=st.integers(1, 15),
    power=st.integers(0, 4),
    pickup=st.integers(0, 7),
    length=st.integers(1, 40),
)
def test_bars_cover_the_song(numerator, power, pickup, length, tmp_path_factory):
    name = save(
        tmp_path_factory.mktemp("bars") / "tune.mid",
        [
            meta("time_signature", numerator=numerator, denominator=2**power),
            meta("text", text=f"pickup:{pickup / 2}"),
        ],
        track("Melody", 60, beats=length),
    )
    song = load_song(name)
    bars = song.bars
    assert bars[0] == 0
    assert bars[-1] == song.length_beats >= length
    assert bars == sorted(set(bars))
    assert song.length_beats - length < numerator * 4 / 2**power
    assert song.length_s == song.length_beats / 2


@pytest.mark.parametrize("key", KEYS)
def test_keys_are_sharps_or_flats(tmp_path, key):
    name = save(tmp_path / "tune.mid", [meta("key_signature", key=key), *track("Melody", 60)])
    assert load_song(name).fifths == KEYS[key]


def test_title_composer_and_difficulty_stand_in_the_file(tmp_path):
    texts = [
        meta("text", text=text)
        for text in ("title: My Tune", "composer: Me: and you", "difficulty: 3")
    ]
    song = load_song(save(tmp_path / "tune.mid", texts, track("Melody", 60)))
    assert (song.title, song.composer, song.difficulty) == ("My Tune", "Me: and you", 3)


@pytest.mark.parametrize("text", ["pickup: nan", "pickup: -1", "pickup: inf", "pickup: one"])
def test_a_senseless_pick_up_is_none(tmp_path, text):
    song = load_song(save(tmp_path / "tune.mid", [meta("text", text=text), *track("Melody", 60)]))
    assert song.pickup_beats == 0


def test_the_title_is_else_the_first_tracks_or_the_files_name(tmp_path):
    named = save(tmp_path / "tune.mid", track("Ballad"), track("Melody", 60))
    assert load_song(named).title == "Ballad"
    assert load_song(save(tmp_path / "tune.mid", track("Melody", 60))).title == "tune"


# ---- finding


def test_our_songs_are_in_the_library():
    assert "mama" in library()
    song = load_song("mama")
    assert len(song.melody) == 26
    assert song.tempo.bpm == pytest.approx(104, abs=0.01)


def test_the_users_song_wins_over_the_current_folders_and_that_over_ours(tmp_path):
    for folder in (tmp_path / "here" / "songs", tmp_path / "data" / "songs"):
        folder.mkdir()
        save(folder / "mama.mid", track("Melody", 60))
        assert find_song("mama").resolve() == folder / "mama.mid"


def test_a_path_is_a_song(tmp_path):
    path = save(tmp_path / "tune.mid", track("Melody", 60))
    assert str(find_song(path)) == path


def test_a_wrong_name_is_answered_with_the_nearest():
    with pytest.raises(SongError, match="did you mean 'mama'"):
        find_song("mamma")
    with pytest.raises(SongError, match="handmidi songs"):
        find_song("xyzzyx")
    with pytest.raises(SongError, match=r"no such file: gone\.mid"):
        find_song("gone.mid")


def test_titles_in_utf8_and_latin1(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for charset in ("utf-8", "latin1"):
        note = [mido.Message("note_on", note=60), mido.Message("note_off", note=60, time=480)]
        names = [mido.MetaMessage("track_name", name="Für Elise")]
        song = mido.MidiFile(tracks=[mido.MidiTrack(names), mido.MidiTrack(note)], charset=charset)
        song.save(f"{charset}.mid")
        assert load_song(f"{charset}.mid").title == "Für Elise"


def test_a_song_without_length_has_a_bar(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    note = [mido.Message("note_on", note=60), mido.Message("note_off", note=60)]
    mido.MidiFile(tracks=[mido.MidiTrack(note)]).save("zero.mid")
    song = load_song("zero.mid")
    assert song.length_beats == 4
    assert song.bars == [0.0, 4.0]
