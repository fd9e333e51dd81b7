from handmidi.session.lines import note_line, song_line
from handmidi.song import load_song


def test_what_sounds_is_named():
    assert note_line([(0, 60), (1, 66)]) == "C4 F♯4"
    assert note_line([]) == "–"


def test_a_song_is_counted_in_and_then_in_beats_up_to_its_last():
    song = load_song("mama")
    total = f"{song.length_beats:.0f}"
    assert song_line(song, -0.1) == "Mama: count-in"
    assert song_line(song, 0.0) == f"Mama: beat 1 of {total}"
    assert song_line(song, song.length_s + 9) == f"Mama: beat {total} of {total}"
