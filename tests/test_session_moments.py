"""What the screen is told of each moment."""

from __future__ import annotations

from dataclasses import replace

import pytest
from report_songs import make_song

from handmidi.instrument import load_preset
from handmidi.practice.backing import count_in
from handmidi.practice.verdicts import LiveJudge
from handmidi.score.judge import GOOD_MS, reach_s
from handmidi.session.moments import Moments, Now
from handmidi.song import Meter, load_song
from handmidi.song.arrangement import Arrangement, arrange
from tools.scoring.players import walk

SEEN = {"right": {"area": 0.26}}


def of_song(song, **ways):
    judge = LiveJudge(song, reach_s(song), GOOD_MS / 1000)
    return Moments(load_preset("mama"), song, Arrangement(**ways), judge), judge


def at(song_s, **values):
    return Now(10.0 + song_s, song_s=song_s, **values)


def test_a_hand_is_seen_as_long_as_pictures_come():
    moments = Moments(load_preset("mama"))
    moment = moments.moment(Now(1.0, ((0, 65),), SEEN, 0.9))
    assert (moment.note, moment.lit, moment.cursors) == ("F4", ((1,),), (1.5,))
    assert moment.frequency_hz == pytest.approx(349.23, abs=0.01)
    assert moment.is_seen
    gone = moments.moment(Now(1.1, (), {}, 1.0))
    assert (gone.is_seen, gone.was_seen, gone.cursors, gone.note) == (False, True, (None,), "")
    old = moments.moment(Now(2.0, (), SEEN, 1.0))
    assert (old.is_seen, old.is_filmed) == (False, False)


def test_a_bent_note_has_the_frequency_that_is_heard():
    moments = Moments(load_preset("koto"))
    readings = {"right": {"y": 0.5, "tilt": 1.0}}
    assert moments.moment(Now(1.0, ((0, 69),), readings, 1.0)).frequency_hz == pytest.approx(
        440 * 2 ** (2 / 12)
    )


def test_a_bent_mpe_note_is_named_by_its_key():
    moments = Moments(load_preset("mpe-lead"))
    readings = {"left": {"x": 0.5, "tilt": 0.25, "openness": 1.0}}
    moment = moments.moment(Now(1.0, ((1, 64),), readings, 1.0))
    assert moment.note == "E4"
    assert moment.frequency_hz == pytest.approx(329.63 * 2 ** (-1 / 12), abs=0.01)
    assert moment.lit == ((5,),)


def test_a_theremin_has_the_frequency_that_the_hand_asks_for():
    preset = load_preset("theremin")
    law = preset.main.continuous
    moment = Moments(preset).moment(Now(1.0, ((0, law.centre),), {"left": {"area": 0.5}}, 1.0))
    assert moment.frequency_hz == pytest.approx(law.hz(0.5))
    assert moment.note == "E5", "650 Hz"


def test_a_notice_goes_by_itself():
    moments = Moments(load_preset("mama"))
    moments.notice("85 %", 1.0)
    assert moments.moment(Now(4.9)).notice == "85 %"
    assert moments.moment(Now(5.1)).notice == ""


@pytest.mark.parametrize(
    ("meter", "pickup", "counted"),
    [
        ((4, 4), 0.0, "1 2 3 4"),
        ((3, 4), 0.0, "1 2 3"),
        ((3, 4), 1.0, "1 2 3 1 2"),
        ((6, 8), 0.0, "1 2 3 4 5 6"),
        ((6, 8), 0.5, "1 2 3 4 5 6 1 2 3 4 5"),
        ((4, 4), 1.5, "1 2 3 4 1 2 3"),
    ],
)
def test_a_count_in_is_counted_as_it_clicks(meter, pickup, counted):
    song = make_song("C4 D4 E4 F4 G4 A4", meters=(Meter(0.0, *meter),), pickup=pickup)
    moments, _ = of_song(song)
    clicks_s = [t.time_s for t in count_in(song) if t.message.type == "note_on"]
    assert " ".join(moments.moment(at(s + 0.01)).count_in for s in clicks_s) == counted
    assert moments.moment(at(0.5)).count_in == ""
    assert moments.moment(at(-0.01)).place == "count-in"


def test_a_loop_says_where_it_is():
    way = Arrangement(loop=(2, 3), passes=2, rise=5.0)
    song = arrange(load_song("mama"), way)
    moments = Moments(load_preset("mama"), song, way)
    first = moments.moment(at(0.01))
    assert first.place.startswith("bar 2 of 3, beat 1")
    assert first.loop.startswith("bars 2–3, pass 1 of 2, ")
    assert first.tempo == "", "the loop's line has it"
    bar = next(i for i in range(1, len(song.bar_numbers)) if song.bar_numbers[i] == 2)
    again = moments.moment(at(song.tempo.seconds(song.bars[bar]) + 0.01))
    assert again.loop.startswith("bars 2–3, pass 2 of 2, ")
    assert [bar.label for bar in first.bars][:3] == ["2", "3", "2"]


def test_the_tempo_of_a_song_is_told():
    moments, _ = of_song(load_song("mama"), tempo=85.0)
    assert moments.moment(at(1.0)).tempo == "85 %"


def test_bar_lines_have_their_printed_numbers():
    song = make_song("C4 D4 E4 F4 G4 A4 B4 C5", meters=(Meter(0.0, 3, 4),), pickup=1.0)
    moments, _ = of_song(song)
    bars = moments.moment(at(0.0)).bars
    assert [(bar.at_s, bar.label) for bar in bars[:3]] == [(0.0, ""), (0.5, "1"), (2.0, "2")]


def test_a_note_that_the_preset_lacks_has_no_rung():
    song = make_song("F4 C2")
    moments, _ = of_song(song)
    assert [note.rung for note in moments.moment(at(0.0)).notes] == [1.5, None]
    assert [note.label for note in moments.moment(at(0.0)).notes] == ["F4", "C2"]


def test_a_key_with_flats_names_all_notes_so():
    song = make_song("G#4", fifths=-3)
    moments, _ = of_song(song)
    moment = moments.moment(at(0.0, sounding=((0, 68),), awaited=(68,)))
    assert (moment.note, moment.awaited, moment.notes[0].label) == ("A♭4", "A♭4", "A♭4")
    assert "A♭4" in [rung.label for rung in moments.scene((), ()).ladders[0].rungs]


@pytest.mark.parametrize("song_s", [-3.0, 0.0, 100.0, 700.0, 2600.0])
def test_the_lane_holds_what_is_near_and_no_more(song_s):
    song = walk(1, 5000)
    moments, judge = of_song(song)
    judge.moved(song_s)
    moment = moments.moment(at(song_s))
    assert len(moment.notes) <= 120
    near = [n for n in song.melody if song_s - 2 <= n.onset_s <= song_s + 6]
    told = {note.onset_s for note in moment.notes}
    assert told >= {note.onset_s for note in near}
    assert all(note.end_s > song_s - 4 and note.onset_s < song_s + 10 for note in moment.notes)
    assert 0 <= moment.progress <= 1
    assert {note.verdict for note in moment.notes if note.onset_s > song_s} <= {None}


def test_a_verdict_is_new_when_another_note_was_judged():
    song = load_song("mama")
    moments, judge = of_song(song)
    first = song.melody[0]
    judge.played(first.onset_s, first.pitch)
    moment = moments.moment(at(first.onset_s))
    assert (moment.verdict, moment.verdict_s) == ("correct", 10.0 + first.onset_s)
    assert moment.accuracy == 1
    assert moment.notes[0].verdict == "correct"
    later = moments.moment(at(first.onset_s + 0.1))
    assert later.verdict_s == moment.verdict_s


def test_a_song_that_waits_stands():
    moments, _ = of_song(load_song("mama"), wait=True)
    moment = moments.moment(at(1.0, awaited=(65, 67), rate=0.8))
    assert (moment.rate, moment.awaited) == (0.0, "F4 or G4")
    assert moments.moment(at(1.0, rate=0.8)).rate == 0.8


def test_another_preset_is_another_ladder():
    moments, _ = of_song(load_song("mama"))
    before = moments.scene((), ("quit",))
    moments.play(load_preset("melody-and-chords"))
    after = moments.scene((), ("quit",))
    assert (before.preset, len(before.ladders)) == ("mama", 1)
    assert (after.preset, len(after.ladders)) == ("melody-and-chords", 2)
    assert after == replace(after, title=before.title, practises=True)
