from dataclasses import replace

import pytest

from handmidi.session.lines import SongLine, WaitingHint, melody_line, note_line, ways_line
from handmidi.song import Meter, load_song
from handmidi.song.arrangement import Arrangement


def test_what_sounds_is_named():
    assert note_line([(0, 60), (1, 66)]) == "C4 F♯4"
    assert note_line([]) == "–"


def line_of(song, **ways):
    return SongLine(song, Arrangement(**ways))


def test_a_song_is_counted_in_and_then_in_bars_up_to_its_last():
    song = load_song("mama")
    line, last = line_of(song), max(song.bar_numbers)
    assert line(-0.1) == "Mama: count-in"
    assert line(0.0) == f"Mama: bar 1 of {last}, beat 1"
    assert line(song.tempo.seconds(6.5)) == f"Mama: bar 2 of {last}, beat 3"
    assert line(song.length_s + 9) == f"Mama: bar {last} of {last}, beat 4"


def test_beats_are_those_of_the_meter_and_an_upbeat_is_no_bar():
    song = replace(load_song("mama"), title="T", meters=(Meter(0.0, 6, 8),), pickup_beats=0.5)
    line, last = line_of(song), max(song.bar_numbers)
    assert line(0.0) == "T: pick-up, beat 1"
    assert line(song.tempo.seconds(0.5)) == f"T: bar 1 of {last}, beat 1"
    assert line(song.tempo.seconds(3.0)) == f"T: bar 1 of {last}, beat 6"


def test_a_loop_says_which_pass_it_is_and_how_fast():
    song = load_song("mama")
    twice = replace(song, numbers=(2, 3) * (len(song.bar_numbers) // 2))
    passes = len(song.bar_numbers) // 2
    line = line_of(twice, loop=(2, 3), tempo=60.0, rise=15.0, top=100.0)
    for done, percent in ((1, 60), (2, 75), (4, 100)):
        at_s = song.tempo.seconds(8.0 * (done - 1) + 4)
        expected = f"Mama: bar 3 of 3, beat 1 · bars 2–3, pass {done} of {passes}, {percent} %"
        assert line(at_s) == expected


def test_a_loop_that_keeps_its_tempo_says_no_tempo():
    song = replace(load_song("mama"), numbers=(1, 2) * 7)
    assert line_of(song, loop=(1, 2))(0.0) == "Mama: bar 1 of 2, beat 1 · bars 1–2, pass 1 of 7"


def test_what_a_song_waits_for_is_said():
    line = line_of(load_song("mama"), wait=True)
    assert line(0.0, (60, 64)).endswith(", beat 1 · waiting for C4 or E4")


def test_what_a_song_waits_for_is_named_in_its_key():
    song = replace(load_song("mama"), fifths=-3)
    assert line_of(song, wait=True)(0.0, (63,)).endswith("waiting for E♭4")


def test_a_long_wait_is_told_once():
    hint = WaitingHint()
    said = [
        (i, line)
        for i in range(40)
        if (line := hint.line(i / 2, (72,) if 4 <= i < 30 else (74,) if i >= 30 else ()))
    ]
    assert said == [(15, "waiting for C5")]


@pytest.mark.parametrize("reason", ["track 3 'Lead': highest, single notes"])
def test_a_guess_is_told_with_its_way_out(reason):
    song = replace(load_song("mama"), guessed=reason)
    assert melody_line(song) == (
        "melody: track 3 'Lead': highest, single notes (guessed); --melody-track N chooses another"
    )


@pytest.mark.parametrize(
    ("ways", "said"),
    [
        ({}, ""),
        ({"loop": (5, 8)}, "bars 5 to 8, again and again"),
        ({"loop": (5, 8), "passes": 3}, "bars 5 to 8, 3 times"),
        ({"loop": (5, 5), "passes": 1, "transpose": -2}, "bar 5, transposed by -2"),
        ({"rise": 5.0, "tempo": 60.0}, "again and again, each pass 5 % faster"),
        ({"wait": True, "guide": True}, "the backing waited, with the melody as a guide"),
    ],
)
def test_a_report_says_how_a_song_was_practised(ways, said):
    assert ways_line(Arrangement(**ways)) == said
    assert ways_line(Arrangement(**ways), whole=False).endswith("stopped before the end")
