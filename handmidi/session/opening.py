"""What a session opens: what must be there is an error, what may be missing a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from handmidi import assets
from handmidi.errors import AssetError, OutputError
from handmidi.instrument import Preset, from_pitches, load_preset
from handmidi.instrument.presetfile import library as presets
from handmidi.outputs import Output
from handmidi.outputs.synth import Synth
from handmidi.screen import Screen, has_display
from handmidi.session.options import Options
from handmidi.song import Song

Say = Callable[[str], None]
Ranges = Mapping[str, tuple[float, float]]


def choose_preset(
    named: str | None, song: Song | None, ranges: Ranges | None = None
) -> tuple[Preset, Path | None]:
    """The preset asked for, else the song's own, else one made of the song's notes.

    Parameters
    ----------
    named : str, optional
        A preset's name, or a TOML file.
    song : Song, optional
    ranges : mapping, optional
        The camera's calibrated ranges.

    Returns
    -------
    Preset
    Path or None
        The preset's file, if it has one.

    Raises
    ------
    HandMidiError
        If it does not exist or has mistakes.
    """
    pitches = {note.pitch for note in song.melody} if song else set()
    if named is None and song and song.name in presets():
        own = load_preset(song.name)
        named = song.name if pitches <= {zone.pitch for zone in own.main.zones} else None
    if named is None and song:
        title = f"The notes of {song.title}"
        return from_pitches("melody", title, sorted(pitches), ranges), None
    named = named or "chromatic"
    return load_preset(named, ranges), presets().get(named, Path(named))


def adjusted(preset: Preset, options: Options) -> Preset:
    """The preset as the flags change it: program, channel, MPE."""
    main = preset.main
    if options.program is not None:
        main = replace(main, program=options.program)
    channel = options.channel
    if channel is None:
        return replace(preset, main=main, mpe=preset.mpe or options.mpe)
    other = preset.other
    if other:  # what shapes the first hand's sound follows it; a second voice goes one up
        moved = channel if other.channel == main.channel else (channel + 1) % 16
        other = replace(other, channel=moved)
    main = replace(main, channel=channel)
    return replace(preset, main=main, other=other, mpe=preset.mpe or options.mpe)


def find_soundfont(options: Options, warn: Say) -> Path | None:
    """The SoundFont, if there is something to sound: the hand, or a song's backing.

    Raises
    ------
    AssetError
        If the hand shall sound and there is none.
    """
    try:
        wanted = options.synth or options.song
        return assets.find_soundfont(options.soundfont) if wanted else None
    except AssetError:
        if options.synth or options.soundfont:
            raise
        warn("no SoundFont, so the backing is silent: get one with handmidi setup")
        return None


def open_screen(options: Options, opened: ExitStack, say: Say) -> Screen | None:
    """The window, unless nobody wants it or there is no display."""
    if options.headless:
        return None
    if not has_display():
        say("no display here: going on without the window")
        return None
    screen = Screen()
    opened.callback(screen.close)
    screen.open()
    return screen


def open_synth(soundfont: Path | None, opened: ExitStack, say: Say, warn: Say) -> Synth | None:
    """The synth on an audio driver, if there is one.

    Raises
    ------
    AssetError
        If the SoundFont cannot be read.
    """
    if not soundfont:
        return None
    try:
        synth = Synth(soundfont)
        opened.callback(synth.close)
        say(f"sound: FluidSynth on {synth.start()}")
    except OutputError as error:
        warn(f"{error}; going on in silence, the sound is rendered afterwards")
        return None
    return synth


def open_outputs(options: Options, synth: Synth | None, say: Say, warn: Say) -> Iterator[Output]:
    """Where the hand's messages go: OSC, the MIDI port, the synth.

    Raises
    ------
    OutputError
        If the OSC target cannot be resolved; a missing MIDI system is a line.
    """
    from handmidi.outputs.midi import open_port
    from handmidi.outputs.osc import OscOutput
    from handmidi.outputs.osc_target import parse_target

    for target in options.osc:
        yield OscOutput(parse_target(target))
    try:
        port = open_port(options.port)
        say(port.name)
        yield port
    except OutputError as error:
        warn(f"{error}; going on without")
    if synth and options.synth:
        yield synth
