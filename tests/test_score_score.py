import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.midifile import Performance, TempoMap
from handmidi.notes import Note, parse_pitch
from handmidi.score import NO_LATENCY, Latency, Strict, score_performance
from handmidi.song import Meter, Song, SongNote, load_song

BEAT_S = 60 / 104
MAMA = (
    "F4 R B4 E5 R E5 R E5 R E5 R E5 R B4 R C#5 R D#5 R E5 R C#5 R B4 R R R R R R R "
    "F4 R B4 E5 R E5 R E5 R E5 R E5 R B4 R C#5 R B4 R G#4 R G4 R F4 R"
)
RESTS = [beat for beat, name in enumerate(MAMA.split()) if name == "R"]
MARKS = ((2.0, -2.0), (4.0, 0.0), (5.0, 1.0), (30.0, 26.0))


def song_of(names, beat_s=BEAT_S):
    steps = names.split()
    melody = tuple(
        SongNote(beat * beat_s, parse_pitch(name), 0.9 * beat_s, beat=float(beat), beats=0.9)
        for beat, name in enumerate(steps)
        if name != "R"
    )
    tempo = TempoMap([(0.0, round(beat_s * 1e6))])
    meters = (Meter(0.0, 4, 4),)
    return Song("s", "S", "", melody, (), tempo, meters, 0, 0.0, float(len(steps)))


SONG = song_of(MAMA)
ZONES = sorted({note.pitch for note in SONG.melody})


def played(notes, late_s=0.0, marks=()):
    """The notes as a performance: in song seconds, `late_s` late, on the clock of `marks`."""
    begin_s = 4.0 if marks else 0.0
    moved = [Note(n.onset_s + late_s + begin_s, n.pitch, n.duration_s) for n in notes]
    return Performance(tuple(sorted(moved)), marks)


def verdicts(score):
    return [v.verdict for v in score.verdicts]


@given(
    st.permutations(range(26)).map(lambda order: order[:2]),
    st.sampled_from(RESTS[:-1]),
    st.sampled_from(ZONES),
    st.sampled_from([(), MARKS]),
    st.integers(0, 1000),
)
def test_the_demo_wrong_missed_extra_and_late(errors, rest, extra_pitch, marks, seed):
    wrong, missed = errors
    jitter = np.random.default_rng(seed).uniform(-0.01, 0.01, 26)
    notes = [replace(n, onset_s=n.onset_s + j) for n, j in zip(SONG.melody, jitter, strict=True)]
    zone = ZONES.index(notes[wrong].pitch)
    notes[wrong] = replace(notes[wrong], pitch=ZONES[zone - 1 if zone else 1])
    del notes[missed]
    extra_s = rest * BEAT_S
    performance = played([*notes, Note(extra_s, extra_pitch, 0.2)], 0.06, marks)

    score = score_performance(SONG, performance)

    told = ["correct"] * 26
    told[wrong], told[missed] = "wrong", "missed"
    assert verdicts(score) == told
    extra = sum(n.onset_s < extra_s for n in notes)
    assert score.extras == (extra,)
    partners = [i + (i >= extra) for i in range(25)]
    partners.insert(missed, None)
    assert [v.played for v in score.verdicts] == partners
    assert score.timing_bias_ms == pytest.approx(60, abs=10)
    assert score.timing_spread_ms < 15
    assert score.accuracy == pytest.approx(24 / 27)
    assert score.precision == score.recall == score.f_measure == pytest.approx(24 / 26)
    assert score.tempo_ratio == pytest.approx(1.0, abs=0.005)
    assert score.start_s == pytest.approx(4.0 if marks else 0.0)


def test_bias_and_spread_are_as_played():
    late = np.tile([0.04, 0.06, 0.08], 9)[:26]
    notes = [replace(n, onset_s=n.onset_s + j) for n, j in zip(SONG.melody, late, strict=True)]
    score = score_performance(SONG, played(notes, marks=MARKS))
    assert score.timing_bias_ms == pytest.approx(60)
    assert score.timing_spread_ms == pytest.approx(1000 * np.sqrt(np.mean((late - 0.06) ** 2)))
    assert score.onsets_s == pytest.approx([n.onset_s for n in notes])


@pytest.mark.parametrize("marks", [(), MARKS])
def test_onsets_and_timing_agree(marks):
    score = score_performance(SONG, played(SONG.melody, 0.1, marks))
    for v in score.verdicts:
        late_ms = 1000 * (score.onsets_s[v.played] - SONG.melody[v.reference].onset_s)
        assert v.timing_ms == pytest.approx(late_ms) == pytest.approx(100)


@pytest.mark.parametrize("faster", [0.97, 1.03])
def test_tempo_ratio_is_above_one_when_played_faster(faster):
    notes = [replace(n, onset_s=n.onset_s / faster) for n in SONG.melody]
    assert score_performance(SONG, played(notes)).tempo_ratio == pytest.approx(faster, abs=0.001)


def test_a_recording_that_began_elsewhere_is_moved():
    score = score_performance(SONG, played(SONG.melody, 12.5))
    assert verdicts(score) == ["correct"] * 26
    assert score.start_s == pytest.approx(12.5)
    assert score.timing_bias_ms == pytest.approx(0, abs=1)


def test_less_than_half_a_second_is_lateness():
    score = score_performance(SONG, played(SONG.melody, 0.4))
    assert score.start_s == 0.0
    assert score.timing_bias_ms == pytest.approx(400)


@pytest.mark.parametrize("late_s", [-BEAT_S, BEAT_S, 2 * BEAT_S, 8 * BEAT_S])
def test_beats_off_the_backing_is_not_correct(late_s):
    score = score_performance(SONG, played(SONG.melody, late_s, MARKS))
    off = [v for v in score.verdicts if v.verdict == "correct" and abs(v.timing_ms) > 540]
    assert not off
    assert score.accuracy < 0.4  # its repeated notes may meet a neighbour's time by right


def test_a_phrase_off_the_backing_is_not_followed():
    notes = [replace(n, onset_s=n.onset_s + 0.6 * (8 <= i < 18)) for i, n in enumerate(SONG.melody)]
    with_marks = score_performance(SONG, played(notes, marks=MARKS))
    without = score_performance(SONG, played(notes))
    assert verdicts(with_marks)[:8] == verdicts(with_marks)[18:] == ["correct"] * 8
    assert "correct" not in verdicts(with_marks)[10:17]
    assert verdicts(without) == ["correct"] * 26


def test_one_note_a_beat_late_is_an_extra_and_a_miss():
    notes = list(SONG.melody)
    notes[4] = replace(notes[4], onset_s=notes[4].onset_s + BEAT_S)
    for marks in ((), MARKS):
        score = score_performance(SONG, played(notes, marks=marks))
        assert verdicts(score)[4] == "missed"
        assert score.extras == (4,)


def test_a_note_held_instead_of_struck_again():
    notes = list(SONG.melody)
    notes[3] = replace(notes[3], duration_s=2.9 * BEAT_S)
    del notes[4]
    score = score_performance(SONG, played(notes, 0.06, MARKS))
    assert (score.verdicts[4].verdict, score.verdicts[4].played) == ("held", 3)
    assert score.verdicts[4].timing_ms is None
    assert verdicts(score).count("correct") == 25


def test_nothing_played():
    score = score_performance(SONG, Performance(()))
    assert verdicts(score) == ["missed"] * 26
    assert (score.accuracy, score.recall, score.f_measure) == (0.0, 0.0, 0.0)
    assert score.precision is score.timing_bias_ms is score.timing_spread_ms is None
    assert score.tempo_ratio is None
    assert score.extras == score.onsets_s == ()


def test_one_note():
    song = song_of("E5")
    score = score_performance(song, played(song.melody, 0.05))
    assert (score.accuracy, score.precision, score.recall, score.f_measure) == (1, 1, 1, 1)
    assert score.verdicts[0].timing_ms == pytest.approx(50)
    assert score.timing_bias_ms is score.timing_spread_ms is score.tempo_ratio is None


def test_a_song_without_melody_is_refused():
    with pytest.raises(ValueError, match="melody"):
        score_performance(replace(SONG, melody=()), Performance(()))


def test_chords_in_song_and_performance():
    chords = [
        SongNote(beat * 0.5, pitch, 0.4, beat=float(beat))
        for beat in range(6)
        for pitch in (60 + beat, 64 + beat, 67 + beat)
    ]
    song = replace(SONG, melody=tuple(chords))
    assert verdicts(score_performance(song, played(chords))) == ["correct"] * 18
    fewer = played([n for i, n in enumerate(chords) if i != 7])
    assert verdicts(score_performance(song, fewer)).index("missed") == 7


note_rows = st.lists(
    st.tuples(st.floats(0, 40), st.integers(0, 127), st.floats(0, 5)), max_size=40
).map(lambda rows: tuple(sorted(Note(*row) for row in rows)))
mark_rows = st.lists(st.tuples(st.floats(0, 40), st.floats(-5, 40)), max_size=5).map(tuple)


@given(note_rows, mark_rows, st.booleans())
def test_any_performance_has_a_consistent_score(notes, marks, waited):
    performance = Performance(notes, marks)
    score = score_performance(SONG, performance, waited=waited)
    assert score == score_performance(SONG, performance, waited=waited)
    assert [v.reference for v in score.verdicts] == list(range(26))
    paired = [v.played for v in score.verdicts if v.timing_ms is not None]
    assert len(set(paired)) == len(paired)
    named = {v.played for v in score.verdicts} - {None}
    assert named | set(score.extras) == set(range(len(notes)))
    assert named.isdisjoint(score.extras)
    for v in score.verdicts:
        assert (v.played is None) == (v.verdict == "missed")
        assert (v.timing_ms is not None) == (v.verdict in ("correct", "wrong"))
        if v.verdict in ("correct", "held"):
            assert notes[v.played].pitch == SONG.melody[v.reference].pitch
        assert (v.tier is not None) == (v.verdict == "correct")
    assert sum(score.tiers.values()) == verdicts(score).count("correct")
    assert sum(bar.notes for bar in score.bars) == 26
    assert sum(bar.correct for bar in score.bars) == verdicts(score).count("correct")
    assert sum(bar.extras for bar in score.bars) == len(score.extras)
    assert set(score.practise) <= {bar.number for bar in score.bars}
    assert 0 <= score.accuracy <= 1
    json.loads(score.to_json(), parse_constant=pytest.fail)


def test_json_is_the_contract():
    notes = [SONG.melody[0], Note(3 * BEAT_S, 75, 0.2), Note(9.5 * BEAT_S, 70, 0.2)]
    song = song_of("F4 R B4 E5")
    score = score_performance(song, played(notes, 0.0004))
    told = json.loads(score.to_json())
    assert told == score.to_dict()
    assert list(told) == [
        "accuracy",
        "precision",
        "recall",
        "f_measure",
        "timing_bias_ms",
        "timing_spread_ms",
        "tempo_ratio",
        "verdicts",
        "extras",
        "start_s",
        "latency",
        "corrected_bias_ms",
        "strict",
        "tiers",
        "coverage",
        "streak",
        "steadiness_ms",
        "tempo_curve",
        "bars",
        "practise",
        "waited",
        "astray",
        "breaks",
    ]
    missed = {"reference": 1, "verdict": "missed", "played": None, "timing_ms": None, "tier": None}
    assert told["verdicts"] == [
        {"reference": 0, "verdict": "correct", "played": 0, "timing_ms": 0.4, "tier": "perfect"},
        missed,
        {"reference": 2, "verdict": "wrong", "played": 1, "timing_ms": 0.4, "tier": None},
    ]
    assert told["latency"] == {"ms": 0.0, "source": "none", "spread_ms": None, "date": None}
    assert told["corrected_bias_ms"] == told["timing_bias_ms"] == 0.4
    assert told["strict"] == {"precision": 0.3333, "recall": 0.3333, "f_measure": 0.3333}
    assert told["tiers"] == {"perfect": 1, "good": 0, "early": 0, "late": 0}
    assert (told["coverage"], told["streak"], told["steadiness_ms"]) == (0.3333, 1, None)
    (bar,) = told["bars"]
    assert bar.pop("off_time") == 0
    assert bar == {
        "number": 1, "notes": 3, "correct": 1, "extras": 1, "accuracy": 0.25, "bias_ms": 0.0,
        "run": None,
    }  # fmt: skip
    assert (told["tempo_curve"], told["practise"]) == ([], [1])
    assert told["extras"] == [2]
    assert (told["accuracy"], told["precision"], told["recall"]) == (0.25, 0.3333, 0.3333)
    assert told["tempo_ratio"] == 1.0


def test_latency_is_taken_off_beside_the_raw_figures():
    late_s = np.tile([0.05, 0.06, 0.07], 9)[:26] + 0.06
    notes = [replace(n, onset_s=n.onset_s + t) for n, t in zip(SONG.melody, late_s, strict=True)]
    raw = score_performance(SONG, played(notes, marks=MARKS))
    fair = score_performance(SONG, played(notes, marks=MARKS), Latency(110.0, "calibrated"))
    assert raw.tiers == {"perfect": 0, "good": 0, "early": 0, "late": 26}
    assert fair.tiers == {"perfect": 26, "good": 0, "early": 0, "late": 0}
    assert [v.timing_ms for v in raw.verdicts] == [v.timing_ms for v in fair.verdicts]
    assert raw.timing_bias_ms == fair.timing_bias_ms == pytest.approx(120)
    assert (raw.corrected_bias_ms, fair.corrected_bias_ms) == pytest.approx((120, 10))
    assert raw.strict == fair.strict
    assert raw.onsets_s == fair.onsets_s


def test_a_known_latency_widens_what_is_paired_and_an_unknown_beat_does_not():
    heard_late = played(SONG.melody, 0.5, MARKS)
    assert score_performance(SONG, heard_late, Latency(480.0, "tapped")).accuracy == 1.0
    a_beat_late = played(SONG.melody, BEAT_S, MARKS)
    assert score_performance(SONG, a_beat_late, Latency(20.0, "audio buffer")).accuracy < 0.4


def test_without_a_backing_latency_is_not_taken_off():
    score = score_performance(SONG, played(SONG.melody, 0.1), Latency(60.0, "calibrated"))
    assert score.latency == NO_LATENCY
    assert score.corrected_bias_ms == score.timing_bias_ms == pytest.approx(100)


def test_without_a_backing_the_players_own_beat_is_the_clock():
    notes = [replace(n, onset_s=n.onset_s + 3.0 * (i >= 13)) for i, n in enumerate(SONG.melody)]
    notes[5] = replace(notes[5], onset_s=notes[5].onset_s + 0.12)
    notes[20] = replace(notes[20], onset_s=notes[20].onset_s - 0.12)
    score = score_performance(SONG, played(notes, 0.2))
    tiers = [v.tier for v in score.verdicts]
    assert (tiers.pop(20), tiers.pop(5)) == ("early", "late")
    assert set(tiers) == {"perfect"}


WAITS = {3: 1.5, 4: 0.0, 10: 4.0, 25: 0.4}


def waited(late_s=0.0):
    """Every note at its time or, where the song waits for it, after the wait; with marks."""
    marks, notes, behind_s = [(1.0, -1.0)], [], 2.0
    for i, note in enumerate(SONG.melody):
        wait_s = WAITS.get(i, 0.0)
        if wait_s:
            marks.append((note.onset_s + behind_s, note.onset_s))
            marks.append((note.onset_s + behind_s + 0.02, note.onset_s))
            behind_s += wait_s
            marks.append((note.onset_s + behind_s, note.onset_s))
        notes.append(Note(note.onset_s + behind_s + late_s, note.pitch, note.duration_s))
    marks.append((note.onset_s + behind_s + 1.0, note.onset_s + 1.0))
    marks = tuple((round(at, 4), round(song_s, 4)) for at, song_s in marks)
    return Performance(tuple(notes), marks)


def test_where_the_song_waited_timing_counts_from_when_it_was_reached():
    score = score_performance(SONG, waited(), waited=True)
    assert verdicts(score) == ["correct"] * 26
    told = [v.timing_ms for v in score.verdicts]
    assert told == pytest.approx([1000 * WAITS.get(i, 0.0) for i in range(26)], abs=0.2)
    assert [v.tier for v in score.verdicts].count("late") == 3
    assert score.timing_bias_ms == pytest.approx(0.0, abs=0.2)
    assert score.onsets_s == pytest.approx([n.onset_s for n in SONG.melody], abs=2e-4)
    curve = dict(score.tempo_curve)
    assert min(curve.values()) < 0.7 < 0.99 < max(curve.values())


def test_what_was_tried_while_the_song_waited_is_extra():
    performance = waited()
    due_s = performance.notes[10].onset_s
    tries = tuple(Note(due_s - t, pitch, 0.2) for t, pitch in ((3.0, 62), (2.0, 63), (1.0, 77)))
    notes = tuple(sorted(performance.notes + tries))
    score = score_performance(SONG, Performance(notes, performance.song_marks), waited=True)
    assert verdicts(score) == ["correct"] * 26
    assert score.extras == (10, 11, 12)
    assert score.practise[0] == next(bar.number for bar in score.bars if bar.extras)


def test_in_wait_mode_latency_is_taken_off_too():
    score = score_performance(SONG, waited(0.06), Latency(60.0, "calibrated"), waited=True)
    assert verdicts(score) == ["correct"] * 26
    assert score.timing_bias_ms == pytest.approx(60, abs=0.2)
    assert [v.tier for v in score.verdicts].count("perfect") == 23


def test_passes_of_a_loop_add_up_by_bar():
    song = replace(SONG, numbers=(5, 6) * 7)
    notes = list(song.melody)
    del notes[-1]
    score = score_performance(song, played(notes, marks=MARKS))
    assert [bar.number for bar in score.bars] == [5, 6]
    assert sum(bar.notes for bar in score.bars) == 26
    assert sum(bar.correct for bar in score.bars) == 25
    assert score.practise == (6,)


def test_coverage_and_streak():
    notes = list(SONG.melody)
    lost = [i for i, n in enumerate(notes) if n.pitch == parse_pitch("D#5")]
    assert len(lost) == 1
    del notes[lost[0]]
    score = score_performance(SONG, played(notes, marks=MARKS))
    assert score.coverage == pytest.approx(1 - 1 / len(ZONES))
    assert score.streak == 25 - lost[0]


def test_a_chord_may_be_broken_either_way():
    chords = [
        SongNote(beat * 0.5, pitch, 0.4, beat=float(beat))
        for beat in range(6)
        for pitch in (60 + beat, 64 + beat, 67 + beat)
    ]
    song = replace(SONG, melody=tuple(chords))
    downwards = [replace(n, onset_s=n.onset_s + 0.045 * (2 - i % 3)) for i, n in enumerate(chords)]
    score = score_performance(song, played(downwards, marks=MARKS))
    assert verdicts(score) == ["correct"] * 18
    assert score.verdicts[0].timing_ms == pytest.approx(90)


def test_precision_and_recall_agree_with_mir_eval():
    transcription = pytest.importorskip("mir_eval.transcription")
    notes = [Note(n.onset_s + 0.02, n.pitch, 0.3) for n in SONG.melody]
    notes[3] = replace(notes[3], pitch=75)
    del notes[10:13]
    notes.append(Note(20 * BEAT_S + 0.02, 65, 0.3))
    score = score_performance(SONG, played(notes, marks=MARKS))

    def columns(notes):
        spans = np.array([[n.onset_s, n.onset_s + n.duration_s] for n in notes])
        return spans, 440 * 2 ** ((np.array([n.pitch for n in notes]) - 69) / 12)

    precision, recall, f_measure, _ = transcription.precision_recall_f1_overlap(
        *columns(SONG.melody), *columns(notes), offset_ratio=None
    )
    assert score.strict == Strict(precision, recall, f_measure)
    assert score.precision == pytest.approx(precision)
    assert score.recall == pytest.approx(recall)
    assert score.f_measure == pytest.approx(f_measure)


@pytest.mark.parametrize("tempo", [0.5, 1.0, 2.0])
def test_timing_is_told_in_real_milliseconds(tempo):
    song = load_song("mama")
    late = tuple(Note(n.onset_s / tempo + 0.1, n.pitch, n.duration_s / tempo) for n in song.melody)
    marks = ((0.0, 0.0), (10.0, 10.0 * tempo))
    score = score_performance(song, Performance(late, marks))
    assert score.accuracy == 1.0
    assert score.timing_bias_ms == pytest.approx(100, abs=0.5)
    assert score.tempo_ratio == pytest.approx(1.0, abs=1e-3)
    assert score.onsets_s[0] == pytest.approx(song.melody[0].onset_s + 0.1 * tempo)


@pytest.mark.parametrize("slope", [0.9, 1.03, 1.5])
def test_a_tempo_of_ones_own_is_no_lateness(slope):
    song, rng = load_song("mama"), np.random.default_rng(3)
    jitter = rng.normal(0, 0.02, len(song.melody))
    notes = tuple(
        Note(n.onset_s * slope + 0.15 + j, n.pitch, n.duration_s * slope)
        for n, j in zip(song.melody, jitter, strict=True)
    )
    score = score_performance(song, Performance(notes))
    assert score.accuracy == 1.0
    assert score.tempo_ratio == pytest.approx(1 / slope, rel=0.005)
    assert score.timing_bias_ms == pytest.approx(150, abs=25)
    assert score.timing_spread_ms < 35
    assert score.onsets_s[0] == pytest.approx(song.melody[0].onset_s + 0.15 / slope, abs=0.06)


def test_where_the_song_waited_nothing_is_said_of_evenness():
    score = score_performance(SONG, waited(), waited=True)
    assert (score.waited, score.strict) == (True, None)
    assert score.timing_spread_ms is score.steadiness_ms is None
    told = json.loads(score.to_json())
    assert told["waited"] is True
    assert told["strict"] is told["timing_spread_ms"] is told["steadiness_ms"] is None
    assert score_performance(SONG, played(SONG.melody, marks=MARKS)).waited is False


def test_what_was_tried_while_the_song_waited_belongs_to_the_awaited_note():
    performance = waited()
    due_s = performance.notes[10].onset_s
    notes = tuple(sorted((*performance.notes, Note(due_s - 3.0, 62, 0.2))))
    score = score_performance(SONG, Performance(notes, performance.song_marks), waited=True)
    assert score.extras_s == pytest.approx([SONG.melody[10].onset_s], abs=2e-3)


def test_extras_of_a_passage_played_again_stay_in_their_bars():
    song = song_of("C4 D4 E4 F4 G4 A4 B4 C5 B4 A4 G4 F4 E4 D4 C4 C5", beat_s=0.5)
    first = [replace(n, onset_s=n.onset_s + 1.0) for n in song.melody[:8]]
    again = [replace(n, onset_s=n.onset_s + 7.0) for n in song.melody]
    score = score_performance(song, played([*first, *again]))
    assert verdicts(score) == ["correct"] * 16
    assert [(bar.number, bar.extras) for bar in score.bars] == [(1, 4), (2, 4), (3, 0), (4, 0)]
    assert score.extras_s == pytest.approx([n.onset_s for n in song.melody[:8]])


@pytest.mark.parametrize("slower", [0.8, 1.25])
@pytest.mark.parametrize("marks", [(), MARKS])
def test_played_notes_keep_their_length_in_song_time(slower, marks):
    notes = [
        Note(n.onset_s * slower, n.pitch, n.duration_s * slower) if not marks else n
        for n in SONG.melody
    ]
    score = score_performance(SONG, played(notes, marks=marks))
    lengths = np.subtract(score.ends_s, score.onsets_s)
    assert lengths == pytest.approx([n.duration_s for n in SONG.melody], rel=0.01)
