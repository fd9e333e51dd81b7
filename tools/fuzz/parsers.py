"""What is read, each with good input and with what the commands do to it."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tools.fuzz import damage, inputs

_MOST_PICTURES = 12


@dataclass(frozen=True)
class Parser:
    """Something that reads what others wrote.

    Parameters
    ----------
    name : str
    file : str
        What the input is called on the disk.
    originals : callable
        Gives good inputs.
    ways : sequence of callable
        How they are damaged; see `tools.fuzz.damage`.
    use : callable
        Takes the input's path and a source of chance; does what the commands do.
    limit_s : float
        What one input may take, seconds.
    warm : callable, optional
        Takes a good input's path; loads what takes longer than an input may.
    """

    name: str
    file: str
    originals: Callable[[], list[bytes]]
    ways: Sequence[damage.Damage]
    use: Callable[[Path, random.Random], object]
    limit_s: float = 10.0
    warm: Callable[[Path], object] | None = None


def use_midi(path: Path, rng: random.Random) -> None:
    """Read it as played, load it as a song, arrange it, score it."""
    from handmidi.midifile import Performance, read_performance
    from handmidi.score import score_performance
    from handmidi.song import load_song
    from handmidi.song.arrangement import Arrangement, arrange

    read_performance(path)
    song = load_song(str(path))
    last = song.bar_numbers[min(3, len(song.bar_numbers) - 1)]
    wanted = Arrangement(
        transpose=rng.choice((0, 2, -3)),
        loop=rng.choice((None, (song.bar_numbers[0], last))),
        passes=rng.choice((None, 3)),
        rise=rng.choice((0.0, 10.0)),
        tempo=rng.choice((60.0, 100.0)),
        guide=True,
        metronome=rng.random() < 0.5,
    )
    song = arrange(song, wanted)
    played = [note for note in song.melody[:500] if rng.random() < 0.9]
    performance = Performance(tuple(replace(note, velocity=90) for note in played))
    score_performance(replace(song, melody=song.melody[:500]), performance).to_dict()


def use_preset(path: Path, rng: random.Random) -> None:
    """Load it, and play it for some pictures."""
    from handmidi.hand import Hand, HandFrame
    from handmidi.instrument import Instrument, load_preset

    instrument = Instrument(load_preset(str(path)), rng.choice((1, 2)))
    instrument.set_up()
    for number in range(15):
        time_s = number / 30
        hands = tuple(
            Hand(side, 0.9, rng.random(), rng.random(), rng.random(), rng.random())
            for side in ("right", "left")[: rng.randrange(3)]
        )
        instrument.feed(HandFrame(time_s, time_s + 0.01, hands))
    instrument.release(1.0)
    instrument.tear_down()


def use_target(path: Path, rng: random.Random) -> None:
    """Load it."""
    from handmidi.outputs.osc_template import load_template

    load_template(str(path))


def use_trace(path: Path, rng: random.Random) -> None:
    """Map it with some preset."""
    from handmidi.session.replay import map_file

    map_file(path, rng.choice(("mama", "whole-tone", "theremin")), rng.choice((1, 2)))


def use_take(path: Path, rng: random.Random) -> None:
    """Score it, play it again, list it, tell of it in a mail."""
    from handmidi.history.entry import read_entry
    from handmidi.mail.story import read_facts, subject_of, tell
    from handmidi.session.replay import replay
    from handmidi.session.results import score_take
    from handmidi.take import Take

    folder = path.parent
    if not (folder / "song.mid").exists():
        _fill_take(folder)
    take = Take(folder)
    match rng.randrange(4):
        case 0:
            score_take(take)
        case 1:
            replay(take)
        case 2:
            read_entry(take)
        case 3:
            facts = read_facts(folder)
            subject_of(facts)
            tell(facts)


def _fill_take(folder: Path) -> None:
    import mido

    from handmidi.midifile import PerformanceWriter

    shutil.copyfile(inputs.SONGS / "mama.mid", folder / "song.mid")
    (folder / "hand.csv").write_bytes(inputs.traces()[0])
    writer = PerformanceWriter(folder / "notes.mid")
    writer.mark_song(0.0, -1.0)
    for number, pitch in enumerate((60, 60, 67, 67, 69, 69, 67)):
        writer.write(1.0 + number / 2, [mido.Message("note_on", note=pitch)])
        writer.write(1.4 + number / 2, [mido.Message("note_off", note=pitch)])
    writer.mark_song(8.0, 7.0)
    writer.close()


def use_packet(path: Path, rng: random.Random) -> None:
    """What the listener's thread does with it."""
    from handmidi.outputs.osc_listener import OscListener

    told: list[str] = []
    listener = OscListener("127.0.0.1", 0, lambda command: None, told.append)
    listener.take(path.read_bytes())
    for line in told:
        if "\n" in line or " failed: " in line:
            raise AssertionError(f"it said {line!r}")


def use_recording(path: Path, rng: random.Random) -> None:
    """Ask whether there is sound in it, make it small for a mail; now and then find its notes."""
    from handmidi.heard import notes_heard
    from handmidi.mail.recording import compress, holds_sound

    if rng.random() < 0.1:
        notes_heard(path)
    elif holds_sound(path):
        compress(path, 200_000)


def warm_recording(path: Path) -> None:
    """Find its notes: the library for it compiles itself."""
    from handmidi.heard import notes_heard

    notes_heard(path)


def use_video(path: Path, rng: random.Random) -> None:
    """Open it, and look at its pictures."""
    from itertools import islice

    from handmidi.vision.camera import open_camera, read_frames

    with open_camera(str(path)) as camera:
        for shot in islice(read_frames(camera), _MOST_PICTURES):
            shot.image.sum()


PARSERS = {
    parser.name: parser
    for parser in (
        Parser("midi", "song.mid", inputs.midi_files, damage.MIDI, use_midi),
        Parser("preset", "own.toml", inputs.presets, damage.TEXT, use_preset),
        Parser("target", "own.toml", inputs.targets, damage.TEXT, use_target),
        Parser("csv", "hand.csv", inputs.traces, damage.TEXT, use_trace),
        Parser("take", "take.json", inputs.take_files, damage.TEXT, use_take),
        Parser("osc", "packet.bin", inputs.packets, damage.BYTES, use_packet),
        Parser(
            "wav", "mic.wav", inputs.recordings, damage.BYTES, use_recording, warm=warm_recording
        ),
        Parser("video", "film.mp4", inputs.videos, damage.BYTES, use_video),
    )
}
