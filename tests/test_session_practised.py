"""What is practised of a song, and with which preset."""

from dataclasses import replace

import pytest

from handmidi.errors import PresetError
from handmidi.instrument import from_pitches, load_preset
from handmidi.session.choice import choose
from handmidi.session.options import Options
from handmidi.session.practised import check_waits, practise
from handmidi.song import load_song
from handmidi.song.arrangement import Arrangement


def test_options_become_an_arrangement_whose_top_is_the_song_s_tempo_or_ours():
    options = Options(loop=(5, 8), passes=3, rise=5.0, tempo=60.0, mute=(2, "Bass"), wait=True)
    made = options.arrangement
    assert (made.loop, made.passes, made.rise, made.tempo) == ((5, 8), 3, 5.0, 60.0)
    assert (made.mute, made.wait, made.top, made.count_in) == ((2, "Bass"), True, 100.0, 1)
    assert Options(tempo=150.0).arrangement.top == 150.0
    assert Options(tempo=60.0, top=80.0).arrangement.top == 80.0


def test_a_take_keeps_the_arrangement_and_has_it_again():
    options = Options(
        song="mama", loop=(2, 3), rise=5.0, tempo=60.0, transpose=-3, guide=True, count_in=2
    )
    assert Arrangement.from_settings(options.for_take()) == options.arrangement


def test_what_was_practised_before_there_were_ways_is_the_song_as_it_is():
    assert Arrangement.from_settings({"tempo": 80.0, "camera": "demo"}).tempo == 80.0


def test_the_hand_finds_the_whole_song_s_notes_also_in_a_loop_of_it():
    whole = choose(Options(song="mama", preset=None, calibrated=False), print, print)
    part = choose(Options(song="mama", loop=(2, 2), calibrated=False), print, print)
    assert part.preset == whole.preset
    assert len(part.practised.song.melody) != len(whole.practised.song.melody)


def test_a_transposed_song_is_played_with_its_own_notes():
    choice = choose(Options(song="mama", transpose=1, calibrated=False), print, print)
    played = {zone.pitch for zone in choice.preset.main.zones}
    assert played == {note.pitch + 1 for note in load_song("mama").melody}
    assert practise("mama", None, Arrangement(transpose=1)).whole.melody[0].pitch == min(
        note.pitch for note in choice.practised.song.melody[:1]
    )


def test_a_song_does_not_wait_for_what_cannot_be_played():
    song = load_song("mama")
    pitches = sorted({note.pitch for note in song.melody})
    check_waits(from_pitches("melody", "All", pitches), song)
    with pytest.raises(PresetError, match=r"preset some has no .*, for which Mama would wait"):
        check_waits(from_pitches("some", "Some", pitches[:-1]), song)
    with pytest.raises(PresetError, match="theremin has no steps: leave out --wait"):
        check_waits(load_preset("theremin"), song)
    with pytest.raises(PresetError, match="arpeggio puts notes on the beat"):
        check_waits(load_preset("arpeggio"), song)


def test_one_note_of_a_chord_is_enough():
    song = load_song("mama")
    first = song.melody[0]
    chord = replace(song, melody=(first, replace(first, pitch=first.pitch + 4)))
    check_waits(from_pitches("one", "One", [first.pitch]), chord)


@pytest.mark.parametrize("named", ["theremin", "arpeggio"])
def test_a_preset_that_cannot_wait_is_refused_before_anything_begins(named):
    with pytest.raises(PresetError, match="--wait"):
        choose(Options(song="mama", preset=named, wait=True, calibrated=False), print, pytest.fail)


def test_a_guess_is_said_and_kept_for_the_take(monkeypatch):
    song = load_song("mama")
    melody = next(track.number for track in song.tracks if track.is_melody)
    monkeypatch.setattr(
        "handmidi.session.practised.load_song",
        lambda name, track, mute: replace(song, guessed="track 1 'Lead': highest"),
    )
    said = []
    choice = choose(Options(song="mama", calibrated=False), said.append, print)
    assert said[0].startswith("melody: track 1 'Lead': highest (guessed)")
    assert choice.options.melody_track == melody
