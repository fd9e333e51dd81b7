"""Songs as they are practised: transposed, looped, with guide, clicks and mutes."""

import json
from collections import Counter
from itertools import pairwise

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.errors import SongError
from handmidi.notes import TimedMessage
from handmidi.song import Meter, Song, SongNote, load_song
from handmidi.song.arrangement import MAX_LOOP_S, Arrangement, arrange
from handmidi.tempomap import TempoMap

SONGS = ("mama", "amazing-grace", "greensleeves")


def song(notes, backing=(), tempi=(), meters=None, bars=4, pickup=0.0, fifths=0):
    """A song of (beat, beats, pitch) at 60 bpm, so that beats are seconds, or at `tempi`."""
    tempo = TempoMap(tempi or [(0, 1_000_000)])
    melody = [
        SongNote(tempo.seconds(b), p, tempo.seconds(b + n) - tempo.seconds(b), 90, beat=b, beats=n)
        for b, n, p in notes
    ]
    guide = []
    for note in melody:
        end_s = note.onset_s + note.duration_s
        guide.append(
            TimedMessage(note.onset_s, mido.Message("note_on", note=note.pitch, velocity=90))
        )
        guide.append(TimedMessage(end_s, mido.Message("note_off", note=note.pitch)))
    placed = tuple(TimedMessage(tempo.seconds(beat), message) for beat, message in backing)
    meters = meters or (Meter(0.0, 4, 4),)
    length = pickup + bars * meters[0].bar_beats
    parts = tuple(melody), placed, tempo, meters, fifths, pickup, length
    return Song("tune", "Tune", "", *parts, guide=tuple(guide))


def on(note, channel=1, velocity=80):
    return mido.Message("note_on", note=note, channel=channel, velocity=velocity)


def off(note, channel=1):
    return mido.Message("note_off", note=note, channel=channel)


def control(number, value, channel=1):
    return mido.Message("control_change", control=number, value=value, channel=channel)


def beats_of(arranged):
    return [(n.beat, n.beats, n.pitch) for n in arranged.melody]


def said(arranged):
    return [(round(t.time_s, 6), t.message) for t in arranged.backing]


SCALE = [(float(i), 1.0, 60 + i) for i in range(16)]


def test_nothing_asked_is_the_song_itself():
    tune = song(SCALE)
    assert arrange(tune, Arrangement()) is tune


# ---- transposing


def test_all_but_the_drums_is_transposed():
    tune = song(SCALE, [(0, on(40)), (0, on(36, channel=9)), (1, off(40)), (2, control(7, 90))])
    moved = arrange(tune, Arrangement(transpose=3))
    assert [n.pitch for n in moved.melody] == [63 + i for i in range(16)]
    assert [getattr(m, "note", None) for _, m in said(moved)] == [43, 36, 43, None]
    assert moved.guide[0].message.note == 63
    assert (tune.backing[0].message.note, moved.length_s) == (40, tune.length_s)


def test_a_melody_out_of_range_is_refused_in_one_line():
    tune = song([(0.0, 1.0, 20), (1.0, 1.0, 110)])
    with pytest.raises(SongError, match=r"by \+18.*20 semitones down and 17 up"):
        arrange(tune, Arrangement(transpose=18))
    assert arrange(tune, Arrangement(transpose=17)).melody[1].pitch == 127


def test_a_backing_out_of_range_goes_to_another_octave():
    tune = song(SCALE, [(0, on(120)), (0, on(5))])
    assert [m.note for _, m in said(arrange(tune, Arrangement(transpose=12)))] == [120, 17]
    assert [m.note for _, m in said(arrange(tune, Arrangement(transpose=-7)))] == [113, 10]


@pytest.mark.parametrize(
    ("fifths", "semitones", "key"),
    [
        *((0, 1, -5), (0, 2, 2), (0, 3, -3), (1, -1, 6), (-1, 1, -6), (0, 5, -1), (0, 12, 0)),
        *((-7, 12, -7), (7, -1, 0), (4, 1, -1), (-4, 2, -2), (2, -24, 2)),
    ],
)
def test_the_key_has_at_most_six_signs(fifths, semitones, key):
    tune = song(SCALE, fifths=fifths)
    assert arrange(tune, Arrangement(transpose=semitones)).fifths == key


# ---- loops


def test_bars_are_written_out_as_one_longer_song():
    looped = arrange(song(SCALE), Arrangement(loop=(2, 3), passes=2))
    assert beats_of(looped) == [(float(i), 1.0, 64 + i % 8) for i in range(16)]
    assert looped.bar_numbers == (2, 3, 2, 3)
    assert (looped.length_beats, looped.length_s) == (16, 16)
    assert looped.meters == (Meter(0.0, 4, 4),)
    assert [n.onset_s for n in looped.melody] == [float(i) for i in range(16)]


def test_a_single_bar_and_a_looped_song_can_be_looped():
    once = arrange(song(SCALE), Arrangement(loop=(4, 4), passes=3))
    assert [n.pitch for n in once.melody] == [72, 73, 74, 75] * 3
    assert arrange(once, Arrangement(loop=(4, 4), passes=2)).length_beats == 8


def test_each_pass_is_faster_up_to_the_top():
    wanted = Arrangement(loop=(1, 1), passes=4, tempo=50, rise=20, top=85)
    looped = arrange(song(SCALE), wanted)
    assert wanted.tempi(4) == [50, 70, 85, 85]
    assert [us for _, us in looped.tempo.changes] == pytest.approx(
        [1e6, 1e6 * 50 / 70, 1e6 * 50 / 85]
    )
    assert [beat for beat, _ in looped.tempo.changes] == [0, 4, 8]
    assert looped.length_s == pytest.approx(4 * (1 + 50 / 70 + 2 * 50 / 85))


def test_changes_of_tempo_and_metre_come_again():
    tempi = [(0, 1_000_000), (5, 500_000), (8, 250_000)]
    metres = Meter(0.0, 4, 4), Meter(8.0, 3, 4)
    looped = arrange(
        song(SCALE, tempi=tempi, meters=metres),
        Arrangement(loop=(2, 3), passes=2, tempo=50, rise=50),
    )
    assert looped.bars == [0, 4, 7, 11, 14]
    assert looped.meters == tuple(
        Meter(b, n, 4) for b, n in ((0.0, 4), (4.0, 3), (7.0, 4), (11.0, 3))
    )
    assert looped.tempo.changes == tuple(
        (beat, pytest.approx(us))
        for beat, us in ((0, 1e6), (1, 5e5), (4, 2.5e5), (7, 5e5), (8, 2.5e5), (11, 1.25e5))
    )


def test_a_pick_up_fills_a_bar_from_the_second_pass_on():
    notes = [(0.0, 1.0, 60), (1.0, 4.0, 62), (5.0, 4.0, 64)]
    looped = arrange(song(notes, pickup=1.0), Arrangement(loop=(0, 1), passes=3))
    assert looped.bars == [0, 1, 5, 9, 13, 17, 21]
    assert looped.bar_numbers == (0, 1) * 3
    assert [(b, p) for b, _, p in beats_of(looped)] == [
        (0, 60), (1, 62), (8, 60), (9, 62), (16, 60), (17, 62),
    ]  # fmt: skip
    assert looped.pickup_beats == 1
    assert arrange(song(notes, pickup=1.0), Arrangement(loop=(1, 2), passes=2)).pickup_beats == 0


def test_notes_are_cut_at_the_end_and_struck_again_at_the_beginning():
    tune = song(
        [(0.0, 6.0, 60), (6.0, 4.0, 62)],
        [(2, on(48)), (3, on(36, channel=9)), (6, off(48)), (6, off(36, channel=9)),
         (6, on(50)), (10, off(50))],
    )  # fmt: skip
    looped = arrange(tune, Arrangement(loop=(2, 2), passes=2))
    assert beats_of(looped) == [(2.0, 2.0, 62), (6.0, 2.0, 62)]
    assert [(at, m.type, m.note) for at, m in said(looped)] == [
        (at + start, *what)
        for start in (0, 4)
        for at, *what in (
            (0, "note_on", 48),
            (2, "note_off", 48),
            (2, "note_on", 50),
            (4, "note_off", 50),
        )
    ]


def test_a_note_played_a_little_early_belongs_to_its_bar():
    early = [(-0.05 + 4 * i if i else 0.0, 1.0, 60 + i) for i in range(4)]
    looped = arrange(song(early), Arrangement(loop=(2, 3), passes=2))
    assert [(b, pytest.approx(n), p) for b, n, p in beats_of(looped)] == [
        (0, 0.95, 61),
        (pytest.approx(3.95), 1, 62),
        (8, 0.95, 61),
        (pytest.approx(11.95), 1, 62),
    ]


def test_a_loop_of_more_than_a_session_can_hold_is_refused():
    crowd = [(4.0, on(40 + i % 40)) for i in range(30_000)]
    with pytest.raises(SongError, match="too much to practise at once"):
        arrange(song(SCALE, crowd), Arrangement(loop=(2, 2)))


def test_what_was_set_before_and_within_is_set_at_each_beginning():
    program = mido.Message("program_change", program=33, channel=1)
    bend = mido.Message("pitchwheel", pitch=500, channel=1)
    select = [control(101, 0), control(100, 0), control(6, 12), control(101, 127)]
    before = [program, control(7, 50), *select, control(7, 90), control(123, 0)]
    inside = [control(64, 127), control(11, 30), bend]
    tune = song(SCALE, [*((0, m) for m in before), *((4.5, m) for m in inside), (9, control(7, 1))])
    looped = said(arrange(tune, Arrangement(loop=(2, 2), passes=2)))
    start = [
        *(program, *select, control(7, 90)),
        *(control(64, 0), control(11, 127), mido.Message("pitchwheel", channel=1)),
    ]
    once = [*((0.0, m) for m in start), *((0.5, m) for m in inside)]
    assert looped == [*once, *((at + 4, m) for at, m in once)]


@pytest.mark.parametrize(
    ("wanted", "passes"),
    [
        (Arrangement(loop=(1, 1)), 20),
        (Arrangement(loop=(1, 1), tempo=60, rise=10), 6),
        (Arrangement(loop=(1, 1), tempo=60, rise=15), 5),
        (Arrangement(loop=(1, 1), tempo=100, rise=10), 2),
        (Arrangement(passes=2), 2),
        (Arrangement(tempo=90, rise=10), 3),
    ],
)
def test_without_a_number_the_passes_reach_the_top_and_one_more(wanted, passes):
    assert arrange(song(SCALE), wanted).bar_numbers.count(1) == passes


def test_the_usual_passes_end_within_an_hour():
    slow = song(SCALE, tempi=[(0, 16_000_000)])
    looped = arrange(slow, Arrangement(loop=(1, 4), tempo=50))
    assert looped.length_s / 0.5 <= MAX_LOOP_S < (looped.length_s + slow.length_s) / 0.5
    with pytest.raises(SongError, match=r"120 minutes.*fewer --passes"):
        arrange(song(SCALE), Arrangement(passes=225, tempo=50))


@pytest.mark.parametrize("loop", [(3, 9), (0, 1), (5, 5)])
def test_a_loop_outside_the_song_is_told_what_bars_there_are(loop):
    with pytest.raises(SongError, match="Tune has bars 1 to 4: no loop"):
        arrange(song(SCALE), Arrangement(loop=loop))


def test_a_loop_without_melody_is_refused():
    with pytest.raises(SongError, match="no note in those bars"):
        arrange(song([(0.0, 1.0, 60)]), Arrangement(loop=(3, 4)))


@settings(max_examples=60, deadline=None)
@given(data=st.data(), name=st.sampled_from(SONGS))
def test_a_loop_is_an_ordinary_song(data, name):
    tune = load_song(name)
    first = data.draw(st.sampled_from(tune.bar_numbers))
    last = data.draw(st.sampled_from(tune.bar_numbers[tune.bar_numbers.index(first) :]))
    passes = data.draw(st.integers(1, 4))
    rise = data.draw(st.sampled_from((0.0, 7.5)))
    wanted = Arrangement(loop=(first, last), passes=passes, rise=rise, tempo=70, guide=True)
    try:
        looped = arrange(tune, wanted)
    except SongError as error:
        assert "no note in those bars" in str(error)
        return
    assert len(looped.bar_numbers) == len(looped.bars) - 1 == passes * (last - first + 1)
    assert looped.length_beats == pytest.approx(looped.bars[-1])
    assert len(looped.melody) % passes == 0
    assert list(looped.melody) == sorted(looped.melody)
    for note in looped.melody:
        assert note.onset_s == pytest.approx(looped.tempo.seconds(note.beat))
        assert note.beat + note.beats <= looped.length_beats + 1e-6
    times = [t.time_s for t in looped.backing]
    assert all(a <= b for a, b in pairwise(times))
    assert times[-1] <= looped.length_s + 1e-6
    sounding = Counter()
    for _, m in looped.backing:
        if m.type in ("note_on", "note_off"):
            begins = m.type == "note_on" and m.velocity > 0
            sounding[m.channel, m.note] += 1 if begins else -1
            assert sounding[m.channel, m.note] >= 0
    assert not +sounding


# ---- guide and metronome


def test_the_guide_is_soft_and_a_click_falls_on_every_beat():
    tune = song(SCALE, [(0, on(40)), (1, off(40))])
    guided = arrange(tune, Arrangement(guide=True))
    assert Counter(m.channel for _, m in said(guided)) == {0: 32, 1: 2}
    assert {m.velocity for _, m in said(guided) if m.type == "note_on" and m.channel == 0} == {54}
    clicked = arrange(tune, Arrangement(metronome=True))
    clicks = [at for at, m in said(clicked) if m.channel == 9 and m.type == "note_on"]
    assert clicks == [float(i) for i in range(16)]


def test_a_guide_alone_is_not_taken_for_a_backing():
    guided = arrange(song(SCALE), Arrangement(guide=True))
    assert {m.channel for _, m in said(guided)} == {0, 9}


# ---- settings


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("transpose", 25), ("passes", 0), ("passes", 1001), ("rise", 51.0), ("tempo", 24.0)),
        *(("top", 201.0), ("count_in", 5), ("tempo", float("nan")), ("loop", (3, 2))),
        ("loop", (-1, 2)),
    ],
)
def test_a_value_out_of_range_is_named(field, value):
    with pytest.raises(ValueError, match=field):
        Arrangement(**{field: value})


def test_a_rise_needs_a_top_above():
    with pytest.raises(ValueError, match="top must be at least tempo, 120"):
        Arrangement(tempo=120, rise=5)
    assert Arrangement(tempo=120).top == 100


ARRANGEMENTS = st.builds(
    Arrangement,
    transpose=st.integers(-24, 24),
    loop=st.none() | st.tuples(st.integers(0, 5), st.integers(5, 9)),
    passes=st.none() | st.integers(1, 1000),
    rise=st.floats(0, 50),
    tempo=st.floats(25, 100),
    top=st.floats(100, 200),
    guide=st.booleans(),
    metronome=st.booleans(),
    mute=st.lists(st.integers(0, 20) | st.text(max_size=9), max_size=3).map(tuple),
    count_in=st.integers(0, 4),
    wait=st.booleans(),
)


@given(wanted=ARRANGEMENTS)
def test_settings_survive_take_json(wanted):
    kept = json.loads(json.dumps({"camera": "0"} | wanted.to_settings()))
    assert Arrangement.from_settings(kept) == wanted


def test_settings_of_an_older_take_are_the_usual_ones():
    assert Arrangement.from_settings({"tempo": 80.0, "song": "mama"}) == Arrangement(tempo=80)


@pytest.mark.parametrize(
    "settings", [{"transpose": 99}, {"loop": 5}, {"loop": [1]}, {"tempo": "fast"}, {"mute": 3}]
)
def test_settings_without_sense_are_refused_in_one_line(settings):
    with pytest.raises(SongError, match="settings cannot be practised"):
        Arrangement.from_settings(settings)
