import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_songs import FOUR_FOUR, as_written, make_song, mama_with_mistakes, score_of

from handmidi.notes import Note, parse_pitch
from handmidi.report.grid import Grid
from handmidi.report.notation import write_melody, write_played
from handmidi.song import Meter
from tools.scoring.notation import SLOT_BAR, slots


def written(song, notes):
    """Both staves as (step, length, pitch, verdict) rows of the lowest notes, and the rest."""
    score, grid = score_of(song, notes), Grid.of(song)
    played, unwritten = write_played(song, notes, score, grid)
    staves = [write_melody(song, score, grid), played]
    rows = [[(n.step, n.length, *n.heads[0][:2]) for n in staff] for staff in staves]
    return *rows, unwritten


def note(song, name, beat, beats):
    start_s, end_s = song.tempo.seconds(beat), song.tempo.seconds(beat + beats)
    return Note(start_s, parse_pitch(name), end_s - start_s)


def test_each_verdict_of_a_take_stands_in_its_place():
    song, notes = mama_with_mistakes()
    melody, played, unwritten = written(song, notes)
    assert len(melody) == 26
    assert [row for row in melody if row[3] != "correct"] == [
        (28, 4, parse_pitch("E5"), "wrong"),
        (68, 4, parse_pitch("D#5"), "missed"),
    ]
    assert [row for row in played if row[3] != "correct"] == [
        (28, 4, parse_pitch("D#5"), "wrong"),
        (106, 2, parse_pitch("G4"), "extra"),
    ]
    assert len(played) == 26
    assert unwritten == 0


@pytest.mark.parametrize("late_s", [-0.12, 0.0, 0.12])
def test_a_timing_error_does_not_move_the_note(late_s):
    song = make_song("C4 D4:.5 E4:.5 F4:1.5 G4:.5")
    notes = as_written(song, late_s)
    melody, played, _ = written(song, notes)
    assert played == melody


def test_a_note_cut_short_is_written_short():
    song = make_song("C4:2 D4:2")
    _, played, _ = written(song, [note(song, "C4", 0, 0.4), note(song, "D4", 2, 1.1)])
    assert [row[:2] for row in played] == [(0, 2), (8, 8)]


def test_a_held_note_is_one_note_with_a_mark_where_it_should_have_been_struck():
    song = make_song("C4 C4 D4:2")
    notes = [note(song, "C4", 0, 1.9), note(song, "D4", 2, 1.9)]
    grid, score = Grid.of(song), score_of(song, notes)
    played, _ = write_played(song, notes, score, grid)
    assert [(n.step, n.length, n.held) for n in played] == [(0, 8, (4,)), (8, 8, ())]


def test_an_extra_note_goes_between_its_neighbours_and_prefers_the_beat():
    song = make_song("C4 R R R D4:4")
    notes = sorted([*as_written(song), note(song, "E4", 2.13, 0.5)])  # nearer to 2.25
    _, played, _ = written(song, notes)
    assert played[1] == (8, 2, parse_pitch("E4"), "extra")


@pytest.mark.parametrize("beat", [0.9, 0.97, 1.0, 1.04])
def test_an_extra_note_struck_with_another_makes_a_chord_of_its_length(beat):
    song = make_song("C4 D4:2 E4")
    notes = sorted([*as_written(song), note(song, "A4", beat, 0.1)])
    _, played, _ = written(song, notes)
    assert [row[:2] for row in played] == [(0, 4), (4, 8), (12, 4)]


def test_a_note_struck_twice_at_once_stays_whole():
    song = make_song("C4:2 D4:2")
    notes = sorted([*as_written(song), note(song, "C4", 0.1, 0.1)])
    _, played, unwritten = written(song, notes)
    assert [row[:2] for row in played] == [(0, 8), (8, 8)]
    assert unwritten == 1


def test_an_extra_note_just_before_a_bar_line_stands_on_it():
    song = make_song("C4:3 R R D4 E4:2")
    notes = sorted([*as_written(song, 0.1), note(song, "A4", 4.15, 0.3)])  # late as the others
    _, played, _ = written(song, notes)
    assert played[1] == (16, 2, parse_pitch("A4"), "extra")


def test_an_extra_note_ends_the_one_that_it_interrupts():
    song = make_song("C4:4 D4:4")
    notes = sorted([*as_written(song), note(song, "E4", 3, 0.5)])
    _, played, _ = written(song, notes)
    assert [row[:2] for row in played] == [(0, 12), (12, 2), (16, 16)]


def test_an_extra_note_takes_the_subdivision_of_its_beat():
    song = make_song("C4:.3333333333 R:.3333333333 E4:.3333333333 F4 G4 A4")
    extras = [note(song, "B5", 0.36, 0.1), note(song, "B5", 1.36, 0.1)]
    notes = sorted([*as_written(song), *extras])
    _, played, _ = written(song, notes)
    assert [row[:2] for row in played if row[3] == "extra"] == [(8, 8), (36, 12)]


def test_heads_know_their_notes():
    song, notes = mama_with_mistakes()
    score, grid = score_of(song, notes), Grid.of(song)
    melody, (played, _) = write_melody(song, score, grid), write_played(song, notes, score, grid)
    for staff, own in ((melody, song.melody), (played, notes)):
        assert [own[h.index].pitch for n in staff for h in n.heads] == [
            h.pitch for n in staff for h in n.heads
        ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C4:.85 R:1.15 D4:3.4 R:.6", [(0, 4), (8, 16)]),  # a hand let go a little early
        ("C4:.5 R:.5 D4:1.5 R:1.5", [(0, 2), (4, 6)]),
        ("C4:.3333333333 R:.3333333333 D4:.3333333333 E4:3", [(0, 8), (16, 8), (24, 72)]),
        ("C4:.1 R:.9 D4:3", [(0, 1), (4, 12)]),
    ],
)
def test_endings(text, expected):
    song = make_song(text)
    melody, _, _ = written(song, [])
    assert [row[:2] for row in melody] == expected


@pytest.mark.parametrize("triplets", [0.0, 0.3])
@pytest.mark.parametrize("errors", [0.0, 0.05])
def test_matched_notes_stand_on_their_slot_in_spite_of_jitter(triplets, errors):
    matched, strays, odd = slots(range(100, 106), triplets, errors)
    assert matched.right >= SLOT_BAR * matched.of > 0
    assert strays.right >= 0.9 * strays.of
    assert odd.right == 0


def test_extras_without_room_are_counted():
    song = make_song("C4:.25 D4:.25 E4:.25 F4:.25 G4:3")
    notes = sorted([*as_written(song), note(song, "D4", 0.35, 0.1), note(song, "C5", 9, 1)])
    _, played, unwritten = written(song, notes)
    assert unwritten == 2
    assert len(played) == 5


def test_articulated_endings_are_written_full_and_real_rests_stay():
    song = make_song("C4:.8 R:.2 D4:.5 R:.5 E4:1.5 R:.5")
    melody, _, _ = written(song, [])
    assert [row[:2] for row in melody] == [(0, 4), (4, 2), (8, 6)]


def test_notes_together_become_a_chord_and_overlaps_are_cut():
    song = make_song("C4+E4:2 G4:2")
    melody = write_melody(song, score_of(song, []), Grid.of(song))
    assert [tuple(h.pitch for h in n.heads) for n in melody] == [(60, 64), (67,)]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_staves_never_overlap_whatever_is_played(data):
    meters = data.draw(st.sampled_from([FOUR_FOUR, (Meter(0.0, 3, 4),), (Meter(0.0, 6, 8),)]))
    words = st.tuples(st.sampled_from("CDEFGABR"), st.sampled_from([0.25, 0.5, 0.75, 1, 1.5, 2]))
    chosen = data.draw(st.lists(words, min_size=1, max_size=20))
    text = " ".join(f"{name if name == 'R' else name + '4'}:{beats}" for name, beats in chosen)
    song = make_song(f"C4 {text}", meters=meters)
    played = st.builds(
        Note,
        st.floats(0, song.length_s + 2),
        st.integers(55, 75),
        st.floats(0.01, 3),
    )
    notes = sorted(data.draw(st.lists(played, max_size=30)))
    score, grid = score_of(song, notes), Grid.of(song)
    written_notes, unwritten = write_played(song, notes, score, grid)
    for staff in (write_melody(song, score, grid), written_notes):
        ends = [n.step + n.length for n in staff]
        assert all(n.length >= 1 for n in staff)
        assert all(end <= n.step for end, n in zip(ends, staff[1:], strict=False))
        assert not ends or ends[-1] <= grid.end
        assert all(n.step < step < n.step + n.length for n in staff for step in n.held)
    extras = sum(h.verdict == "extra" for n in written_notes for h in n.heads)
    assert extras + unwritten == len(score.extras)
