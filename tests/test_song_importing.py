"""The user's own songs: taken over, changed, removed."""

import mido
import pytest
from hostile_songs import FILES
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi import paths
from handmidi.errors import SongError
from handmidi.song import load_song
from handmidi.song.importing import (
    LONGEST_NAME,
    candidates,
    change_song,
    import_song,
    remove_song,
)
from handmidi.song.library import library

TUNE = (60, 62, 64, 65, 67, 65, 64, 62)
CHORDS = ((48, 52, 55), (47, 50, 55))


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("HANDMIDI_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data" / "songs"


def voice(name, groups, beats=1.0, channel=0, program=None):
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)] if name else [])
    if program is not None:
        track.append(mido.Message("program_change", program=program, channel=channel))
    for group in groups:
        pitches = group if isinstance(group, tuple) else (group,)
        for i, pitch in enumerate(pitches * 2):
            ends = i >= len(pitches)
            wait = round(96 * beats) if i == len(pitches) else 0
            kind = "note_off" if ends else "note_on"
            track.append(mido.Message(kind, note=pitch, channel=channel, time=wait))
    return track


def save(path, *tracks, kind=1, heading=()):
    file = mido.MidiFile(type=kind, ticks_per_beat=96)
    file.tracks += tracks
    for message in reversed(heading):
        file.tracks[0].insert(0, message)
    file.save(path)
    return str(path)


@pytest.fixture
def band(tmp_path):
    heading = [
        mido.MetaMessage("set_tempo", tempo=400_000),
        mido.MetaMessage("time_signature", numerator=3, denominator=4),
        mido.MetaMessage("key_signature", key="Gm"),
        mido.MetaMessage("text", text="title:An Old Title"),
    ]
    return save(
        tmp_path / "My Song (1).mid",
        voice("Bass", (36, 43) * 2, 2.0, 1),
        voice("Flute", TUNE, 1.0, 2),
        voice("Piano", CHORDS * 2, 2.0, 3),
        voice("", (36, 38) * 4, 1.0, 9),
        heading=heading,
    )


def heard(song):
    return [(n.beat, n.beats, n.pitch, n.velocity) for n in song.melody]


def test_a_file_becomes_a_song_that_can_be_named(band, data):
    before = load_song(band)
    path = import_song(band)
    assert path == data / "my-song-1.mid" == library()["my-song-1"]
    song = load_song("my-song-1")
    assert heard(song) == heard(before) and [n.pitch for n in song.melody] == list(TUNE)
    assert [t for t, _ in song.backing] == pytest.approx([t for t, _ in before.backing])
    assert [m for _, m in song.backing] == [m for _, m in before.backing]
    assert song.tempo.bpm == pytest.approx(150)
    assert (song.meters, song.key, song.fifths) == (before.meters, "G minor", -2)
    assert [track.name for track in song.tracks] == ["Bass", "Flute", "Piano", ""]
    assert song.title == "An Old Title"
    assert before.guessed and not song.guessed


def test_what_the_user_says_wins(band):
    path = import_song(
        band, "tune", title="Grün ř ♯", composer="Me", melody_track=0, preset="blues"
    )
    song = load_song(str(path))
    assert (song.title, song.composer, song.preset) == ("Grün ř ♯", "Me", "blues")
    assert {n.pitch for n in song.melody} == {36, 43}


def test_the_melody_can_be_changed_later(band):
    import_song(band, "tune", composer="Me")
    change_song("tune", melody_track=2)
    song = load_song("tune")
    assert len(song.melody) == 12 and song.composer == "Me"
    change_song("tune", melody_track=1, title="New")
    song = load_song("tune")
    assert [n.pitch for n in song.melody] == list(TUNE) and song.title == "New"
    with pytest.raises(SongError, match="track 7 has no notes"):
        change_song("tune", melody_track=7)
    assert load_song("tune").title == "New"


def test_words_stay_in_their_place(tmp_path):
    words = ["Chorus: la", "key: D dorian", "plain"]
    flute = voice("Flute", TUNE)
    flute += [mido.MetaMessage("text", text=text, time=96) for text in words]
    song = mido.MidiFile(import_song(save(tmp_path / "sung.mid", flute)))
    now, texts = 0, []
    for message in mido.merge_tracks(song.tracks):
        now += message.time
        if message.type == "text" and not message.text.startswith(("title:", "melody:")):
            texts.append((now / 480, message.text))
    assert texts == [(0, "key:D dorian"), (9, "Chorus: la"), (11, "plain")]


def test_another_file_of_that_name_is_not_lost(band, data):
    data.mkdir(parents=True)
    save(data / "tune.midi", voice("Melody", (72, 74)))
    path = import_song(band, "tune", force=True)
    assert library()["tune"] == path
    change_song("tune", title="New")
    assert load_song("tune").title == "New" and (data / "tune.midi").exists()
    remove_song("tune")
    change_song("tune", title="Old")  # it is written as .mid from now on
    assert [file.name for file in data.iterdir()] == ["tune.mid"]
    assert [n.pitch for n in load_song("tune").melody] == [72, 74]


def test_importing_twice_changes_nothing(band, data):
    first = import_song(band, "tune").read_bytes()
    assert import_song("tune", "tune", force=True).read_bytes() == first


@pytest.mark.parametrize("lead", ["Lead", "Vocals", "Right Hand", "", "Violin"])
def test_the_melody_is_guessed_among_others(tmp_path, lead):
    path = save(
        tmp_path / "x.mid",
        voice("Strings", CHORDS * 2, 2.0, 1),
        voice(lead, TUNE, 1.0, 2),
        voice("Bass", (36, 43) * 2, 2.0, 3),
    )
    ranked = candidates(path)
    assert ranked[0].part.number == 1 and ranked[0].why
    assert [each.points for each in ranked] == sorted((e.points for e in ranked), reverse=True)
    import_song(path, "tune")
    assert [n.pitch for n in load_song("tune").melody] == list(TUNE)


def test_a_file_of_one_track_is_taken_apart(tmp_path):
    merged = mido.merge_tracks([voice("", TUNE, 1.0, 4), voice("", CHORDS * 2, 2.0, 1)])
    path = save(tmp_path / "x.mid", merged, kind=0)
    before = load_song(path)
    import_song(path, "tune")
    song = load_song("tune")
    assert heard(song) == heard(before)
    assert [t.channels for t in song.tracks] == [t.channels for t in before.tracks] == [(1,), (4,)]


def test_smpte_time_becomes_beats(tmp_path):
    path = save(tmp_path / "x.mid", voice("Tune", TUNE))
    raw = bytearray((tmp_path / "x.mid").read_bytes())
    raw[12:14] = bytes((256 - 25, 40))
    (tmp_path / "x.mid").write_bytes(raw)
    before = load_song(path)
    import_song(path, "tune")
    onsets = [n.onset_s for n in load_song("tune").melody]
    assert onsets == pytest.approx([n.onset_s for n in before.melody], abs=1e-3)


@pytest.mark.parametrize(
    "name",
    ["../x", "a/b", "a\\b", "", ".", "..", "-x", "X", "a b", "con", "lpt1", "x" * 61, "a\0b"],
)
def test_bad_names_are_refused(band, data, name):
    with pytest.raises(SongError, match=r"such as --name [a-z]") as error:
        import_song(band, name)
    assert "\n" not in str(error.value)
    assert not data.exists() or not list(data.iterdir())


@given(st.text(max_size=80))
@settings(max_examples=100)
def test_any_file_name_gives_a_name_or_one_line(stem):
    from handmidi.song.importing import _checked_name, _name_of

    name = _name_of(stem)
    try:
        assert _checked_name(name) == name
    except SongError:
        return
    assert 0 < len(name) <= LONGEST_NAME and not set(name) & set("/\\.:\0 ")


def test_a_name_that_is_taken_needs_force(band):
    import_song(band, "tune")
    for name in ("tune", "mama", "exercise-blues-1"):
        with pytest.raises(SongError, match=r"there is a song .* already.*--force"):
            import_song(band, name)
    import_song(band, "mama", force=True)
    assert [n.pitch for n in load_song("mama").melody] == list(TUNE)
    remove_song("mama")
    assert len(load_song("mama").melody) == 26


@pytest.mark.parametrize("name", ["mama", "exercise-blues-1", "gone", "../data/songs/tune", ""])
def test_only_ones_own_songs_are_changed_or_removed(band, name):
    import_song(band, "tune")
    for change in (remove_song, change_song):
        with pytest.raises(SongError, match="no song of your own"):
            change(name)
    assert "tune" in library()


def test_a_folder_that_cannot_be_written_is_one_line(band, data):
    data.parent.mkdir()
    data.write_text("a file")
    with pytest.raises(SongError, match="cannot write"):
        import_song(band, "tune")


@pytest.mark.parametrize("name", [n for n in FILES if "tempo" in n or "wait" in n or "bars" in n])
@pytest.mark.timeout(60)
def test_hostile_files_are_taken_or_refused(tmp_path, data, name):
    """What is taken can be loaded again, and is as long as it was."""
    path = tmp_path / "x.mid"
    path.write_bytes(FILES[name]())
    try:
        import_song(str(path), "tune")
    except SongError as error:
        assert "\n" not in str(error)
        assert not list(data.iterdir()) if data.exists() else True
    else:
        assert load_song("tune").length_s == pytest.approx(load_song(str(path)).length_s, rel=0.02)


def test_a_stored_melody_that_is_not_there_is_no_error(tmp_path):
    heading = [mido.MetaMessage("text", text="melody: of the sea")]
    path = save(tmp_path / "x.mid", voice("Tune", TUNE), heading=heading)
    assert len(load_song(path).melody) == len(TUNE)
    assert paths.data_folder() == tmp_path / "data"
