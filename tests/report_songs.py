"""Songs and takes for the report's tests, written as text."""

from handmidi.midifile import Performance, TempoMap
from handmidi.notes import Note, parse_pitch
from handmidi.score import score_performance
from handmidi.song import Meter, Song, SongNote

FOUR_FOUR = (Meter(0.0, 4, 4),)
MAMA = (
    "F4 R B4 E5 R E5 R E5 R E5 R E5 R B4 R C#5 R D#5 R E5 R C#5 R B4 R R R R R R R "
    "F4 R B4 E5 R E5 R E5 R E5 R E5 R B4 R C#5 R B4 R G#4 R G4 R F4 R"
)
THEME = "F#4 F#4 G4 A4 A4 G4 F#4 E4 D4 D4 E4 F#4 "
MIDDLE = "E4 E4 F#4 D4 E4 F#4:.5 G4:.5 F#4 D4 E4 F#4:.5 G4:.5 F#4 E4 D4 E4 A3 F#4:2 "
ODE = (
    f"{THEME} F#4:1.5 E4:.5 E4:2 {THEME} E4:1.5 D4:.5 D4:2 "
    f"{MIDDLE} F#4 G4 A4 A4 G4 F#4 E4 D4 D4 E4 F#4 E4:1.5 D4:.5 D4:2 "
)


def make_song(text, bpm=120, meters=FOUR_FOUR, fifths=0, pickup=0.0, title="A song", composer=""):
    """A song of ``pitch:quarters`` words; R rests, C4+E4 sounds together."""
    tempo = TempoMap([(0.0, round(60e6 / bpm))])
    melody, beat = [], 0.0
    for word in text.split():
        names, _, length = word.partition(":")
        beats = float(length or 1)
        start_s, end_s = tempo.seconds(beat), tempo.seconds(beat + beats)
        for name in names.split("+") if names != "R" else ():
            pitch = parse_pitch(name)
            melody.append(SongNote(start_s, pitch, end_s - start_s, beat=beat, beats=beats))
        beat += beats
    end = pickup
    while end < beat - 1e-6:
        end += next(m for m in reversed(meters) if m.beat <= end + 1e-6).bar_beats
    return Song(
        "song", title, composer, tuple(sorted(melody)), (), tempo, meters, fifths, pickup, end
    )


def as_written(song, late_s=0.0):
    """The melody, played with nine tenths of each length."""
    return [Note(n.onset_s + late_s, n.pitch, n.duration_s * 0.9) for n in song.melody]


def score_of(song, notes):
    """Score of notes in song seconds, the backing being the clock."""
    marks = ((0.0, 0.0), (song.length_s, song.length_s))
    return score_performance(song, Performance(tuple(notes), marks))


def mama_with_mistakes():
    """The song and a take with one wrong, one missed and one extra note, 61 ms late."""
    song = make_song(MAMA, bpm=104, title="Mama")
    notes = as_written(song, late_s=0.061)
    notes[4] = Note(notes[4].onset_s, parse_pitch("D#5"), notes[4].duration_s)
    del notes[9]
    notes.append(Note(song.tempo.seconds(26.5) + 0.061, parse_pitch("G4"), 0.28))
    return song, sorted(notes)
