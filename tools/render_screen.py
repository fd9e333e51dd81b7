"""Draw the screen in each of its states, as PNG files.

``python -m tools.render_screen FOLDER [--size 1280x720 …] [--state lane …] [--contrast]``

The pictures of the documentation are made so. The hand is the demo's, tracked at one second.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2

from handmidi.assets import find_model
from handmidi.notes import frequency, pitch_name
from handmidi.screen.draw import draw
from handmidi.screen.keys import COMMANDS
from handmidi.screen.scene import (
    Connection,
    Ladder,
    LaneBar,
    LaneNote,
    Moment,
    Result,
    Rung,
    Scene,
)
from handmidi.screen.theme import Look
from handmidi.song import Song, load_song
from handmidi.vision.direct import DirectTracker
from handmidi.vision.view import Outline, View

NOW_S = 100.0
"""Session second at which all states are drawn."""

DEMO = Path(__file__).resolve().parent.parent / "handmidi" / "demo" / "demo.mp4"
CONNECTIONS = (
    Connection("MIDI", "handmidi"),
    Connection("OSC", "127.0.0.1:57120"),
    Connection("sound", "TimGM6mb.sf2"),
    Connection("mic", "no input device found", works=False),
)
_MAMA = (65, 67, 68, 71, 73, 75, 76, 80)
_VERDICTS = ("correct", "correct", "early", "correct", "late", "wrong", "missed", "held")


def ladder(pitches, hand: str = "any", continuous: bool = False, control="distance") -> Ladder:
    """A ladder with a rung for each pitch, a rest at its lower end."""
    rungs = tuple(Rung(pitch_name(pitch), (pitch,)) for pitch in pitches)
    return Ladder(
        rungs if continuous else (Rung("rest", ()), *rungs), control, hand, continuous=continuous
    )


_DUET = (ladder(range(60, 73), "right"), ladder(range(36, 49), "left", control="height"))
_PLAYING = Moment(
    time_s=NOW_S,
    note="C♯5",
    frequency_hz=frequency(73),
    lit=((5,),),
    cursors=(5.6,),
    was_seen=True,
    level_dbfs=-18.4,
    velocity=96,
    latency_ms=21.4,
    fps=30.0,
)
_SILENCE = {"note": "", "frequency_hz": None, "lit": ((),)}
_RESULT = Result(
    0.93,
    (
        ("correct", 48),
        ("early", 2),
        ("late", 3),
        ("held", 1),
        ("wrong", 1),
        ("missed", 2),
        ("extra", 4),
    ),
    (
        "You play 32 ms late on average, and evenly: half of the notes lie within 24 ms.",
        "Practise bars 5–6 next: handmidi practice mama --loop 5-6 --tempo 70",
    ),
    (0.61, 0.7, 0.68, 0.82, 0.88),
    "The report is in takes/2026-11-23-1412-mama/report.pdf",
)


def _melody(song: Song, at_s: float, pitches) -> Iterator[LaneNote]:
    """The notes near a song second, those before it judged in turn."""
    rungs = {pitch: i + 1.5 for i, pitch in enumerate(pitches)}
    for i, note in enumerate(song.melody):
        if at_s - 4 < note.onset_s < at_s + 8:
            yield LaneNote(
                note.onset_s,
                note.onset_s + note.duration_s,
                rungs.get(note.pitch),
                pitch_name(note.pitch),
                _VERDICTS[i % len(_VERDICTS)] if note.onset_s < at_s - 0.15 else None,
            )


def lane(at_s: float, pitches=_MAMA, name: str = "mama") -> Moment:
    """A moment of a song's practice."""
    song = load_song(name)
    bars = [
        LaneBar(song.tempo.seconds(beat), str(number))
        for beat, number in zip(song.bars, song.bar_numbers, strict=False)
    ]
    return replace(
        _PLAYING,
        song_s=at_s,
        rate=0.85,
        notes=tuple(_melody(song, at_s, pitches)),
        bars=tuple(bar for bar in bars if at_s - 4 < bar.at_s < at_s + 8),
        place="bar 4 of 14, beat 4",
        tempo="85 %",
        progress=0.28,
        verdict="correct",
        verdict_s=NOW_S - 0.4,
        accuracy=0.93,
    )


def states() -> dict[str, tuple[Scene, Moment, Look]]:
    """Scene, moment and look of every state, by its name."""
    scene = Scene("mama", "mama", (ladder(_MAMA),), CONNECTIONS, tuple(COMMANDS))
    return {**_played(scene), **_practised(replace(scene, title="Mama", practises=True))}


def _played(scene: Scene) -> dict[str, tuple[Scene, Moment, Look]]:
    """Without a song."""
    duet = replace(scene, title="octave-duet", preset="octave-duet", ladders=_DUET)
    wide = ladder(range(36, 97), continuous=True)
    theremin = replace(scene, title="theremin", preset="theremin", ladders=(wide,))
    chord = replace(_PLAYING, note="F4 G♯4 C♯5 E5", frequency_hz=frequency(76), lit=((1, 3, 5, 7),))
    both = replace(
        _PLAYING, note="C2 G4", frequency_hz=frequency(67), lit=((8,), (1,)), cursors=(8.4, 1.7)
    )
    lost = replace(_PLAYING, **_SILENCE, cursors=(None,), is_seen=False)
    notice = "The camera gives no pictures: check that it is plugged in"
    task = "Hold your hand as near as you want to play, and keep it still"
    moments = {
        "idle": (scene, Moment(time_s=NOW_S, is_seen=False, fps=30.0, latency_ms=20.0)),
        "playing": (scene, _PLAYING),
        "two": (duet, both),
        "chord": (scene, chord),
        "theremin": (theremin, replace(_PLAYING, lit=((37,),), cursors=(37.5,))),
        "lost": (scene, lost),
        "silent": (scene, replace(lost, is_filmed=False, notice=notice)),
        "task": (
            replace(scene, title="calibrate", ladders=()),
            Moment(time_s=NOW_S, task=task, was_seen=True, progress=0.4, fps=30.0),
        ),
    }
    return {name: (*state, Look()) for name, state in moments.items()}


def _practised(song: Scene) -> dict[str, tuple[Scene, Moment, Look]]:
    """With a song."""
    going, calm = lane(9.0), Look()
    two = replace(song, ladders=(ladder(_MAMA, "right"), _DUET[1]))
    waiting = replace(lane(9.81), **_SILENCE, rate=0.0, awaited="D♯5", verdict=None)
    counting = replace(
        lane(-1.2),
        **_SILENCE,
        count_in="3",
        place="count-in",
        loop="bars 1–4, pass 1 of 6",
        accuracy=None,
        verdict=None,
        progress=0.0,
    )
    return {
        "count-in": (song, counting, calm),
        "lane": (song, replace(going, loop="bars 3–6, pass 2 of 6"), calm),
        "lane-two": (two, replace(going, lit=((5,), (2,)), cursors=(5.6, 2.2)), calm),
        "waiting": (song, waiting, calm),
        "muted": (song, replace(going, is_muted=True, verdict="late"), Look(contrast=True)),
        "result": (song, replace(going, result=_RESULT), calm),
        "help": (song, going, Look(help=True)),
    }


def demo_view(at_s: float = 6.0) -> View:
    """The demo clip's picture at one second, with its hand.

    Raises
    ------
    AssetError
        If there is no hand model.
    """
    film = cv2.VideoCapture(str(DEMO))
    film.set(cv2.CAP_PROP_POS_MSEC, at_s * 1000)
    image = film.read()[1]
    film.release()
    with DirectTracker(find_model(), background=False) as tracker:
        hands = [tracker.track(image, i / 30) for i in range(3)][-1]
    height, width = image.shape[:2]
    sides = [(hand.points[:, :2], hand.hand(width, height).side) for hand in hands]
    return View(image, [Outline(points, side) for points, side in sides], at_s)


def main() -> None:
    """Write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", nargs="+", default=["1280x720"], metavar="WxH")
    parser.add_argument("--state", nargs="+", default=[], choices=list(states()))
    parser.add_argument("--contrast", action="store_true")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    seen = demo_view()
    for name, (scene, moment, look) in states().items():
        if args.state and name not in args.state:
            continue
        if args.contrast:
            look = replace(look, contrast=True)
        view = seen if moment.is_seen else replace(seen, hands=())
        for size in args.size:
            width, height = map(int, size.split("x"))
            picture = draw((width, height), scene, moment, view, NOW_S, look)
            cv2.imwrite(str(args.folder / f"{name}-{size}.png"), picture)


if __name__ == "__main__":
    main()
