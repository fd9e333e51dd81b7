"""What a session opens: what must be there is an error, what may be missing a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from handmidi import assets
from handmidi.clock import SessionClock
from handmidi.errors import AssetError, OutputError, PresetError
from handmidi.instrument import Preset, from_pitches, load_preset
from handmidi.instrument.presetfile import library as presets
from handmidi.instrument.routing import DRUMS, next_channel
from handmidi.outputs import Output
from handmidi.outputs.synth import Synth
from handmidi.practice.recorder import Recorder, write_silence
from handmidi.screen.display import has_display
from handmidi.screen.process import ScreenProcess
from handmidi.session.options import Options
from handmidi.session.suiting import own_preset
from handmidi.song import Song
from handmidi.take import Take
from handmidi.vision.child import without_interrupt
from handmidi.vision.view import SharedView

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
    if named is None and song:
        named = own_preset(song)
    if named is None and song:
        title = f"The notes of {song.title}"
        return from_pitches("melody", title, sorted(pitches), ranges), None
    named = named or "chromatic"
    return load_preset(named, ranges), presets().get(named, Path(named))


def adjusted(preset: Preset, options: Options) -> Preset:
    """The preset as the flags change it: program, channel, MPE.

    Raises
    ------
    PresetError
        If MPE is to play drums, which it does not know, or to play on a channel of one's choice,
        where it has channels of its own.
    """
    main, other, channel = preset.main, preset.other, options.channel
    if options.program is not None:
        main = replace(main, program=options.program)
    if channel is not None:
        if other:  # what shapes the first hand's sound follows it; a second voice goes one up
            both = main.plays and other.plays
            apart = both or other.channel != main.channel
            other = replace(other, channel=next_channel(channel) if apart else channel)
        main = replace(main, channel=channel)
    out = replace(preset, main=main, other=other, mpe=preset.mpe or options.mpe)
    playing = [part for part in out.parts if part.plays]
    if out.mpe and playing and channel is not None:
        raise PresetError(
            f"preset {preset.name} plays by MPE, which has channels of its own: leave out "
            + ("--channel" if preset.mpe else "--channel or --mpe")
        )
    if out.mpe and any(part.channel == DRUMS for part in playing):
        raise PresetError(f"preset {preset.name} plays drums, which MPE knows not: leave out --mpe")
    return out


def scoring_doubts(preset: Preset) -> Iterator[str]:
    """Why a practice with this preset may be scored worse than it was played."""
    main, other = preset.main, preset.other
    if main.continuous:
        yield f"preset {preset.name} has no steps: its notes will be scored as wrong"
    if other and other.plays:
        yield f"preset {preset.name} plays with both hands: extra notes will be scored"
    elif not main.plays:
        yield f"preset {preset.name} plays no notes: all of the song's will be scored as missed"


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


def make_screen(
    options: Options, clock: SessionClock, opened: ExitStack, say: Say, warn: Say
) -> tuple[ScreenProcess | None, SharedView | None]:
    """The window, not launched yet, and where it finds the camera's pictures; neither if nobody
    wants it or there is no display.

    Raises
    ------
    HandMidiError
        If the system has no room for it.
    """
    if options.headless:
        return None, None
    if not has_display():
        say("no display here: going on without the window")
        return None, None
    view = open_view(opened)
    screen = ScreenProcess(clock, view, warn)
    opened.callback(screen.close)
    return screen, view


def open_view(opened: ExitStack) -> SharedView:
    """Where the vision puts its pictures, and the screen finds them.

    Raises
    ------
    HandMidiError
        If the system has no room for it.
    """
    with without_interrupt():
        view = SharedView()
    opened.callback(view.unlink)
    return view


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
        port = open_port(options.port, warn, options.active_sensing)
        say(port.name)
        yield port
    except OutputError as error:
        warn(f"{error}; going on without")
    if synth and options.synth:
        yield synth


def start_recorder(recorder: Recorder, take: Take, running: ExitStack, say: Say, warn: Say) -> None:
    """Record the microphone; without one the take gets an empty mic.wav, and the user a line."""
    try:
        say(f"recording: {recorder.start()}")
        running.callback(recorder.close)
    except OutputError as error:
        warn(f"{error}; going on without a recording")
        try:
            write_silence(take.microphone)
        except OSError as refused:
            warn(f"cannot write {take.microphone}: {refused.strerror}")
