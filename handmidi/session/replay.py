"""A take's hand plays its instrument again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import mido

from handmidi.beat import BeatLine, Beats
from handmidi.calibration import load_calibration
from handmidi.errors import TakeError
from handmidi.hand import HandFrame
from handmidi.instrument import Instrument, Preset, load_preset, perform
from handmidi.notes import TimedMessage
from handmidi.session.opening import adjusted, choose_preset
from handmidi.session.options import Options
from handmidi.session.practised import practised_of
from handmidi.session.tempo import melody_notes, song_beats
from handmidi.song import Song
from handmidi.take import Take
from handmidi.trace import EXTRAS, iter_trace


def map_file(
    trace: Path,
    preset: str,
    hands: int = 1,
    bpm: float | None = None,
    camera: str | None = None,
) -> tuple[list[mido.Message], list[TimedMessage]]:
    """What a trace says with a preset.

    Parameters
    ----------
    trace : Path
        A ``hand.csv``.
    preset : str
        Name or file.
    hands : int
        How many hands play, 1 or 2.
    bpm : float, optional
        Tempo of quantised onsets; the preset's own by default.
    camera : str, optional
        Whose calibrated ranges to use.

    Returns
    -------
    list of mido.Message
        The set-up.
    list of TimedMessage
        In order of time.

    Raises
    ------
    HandMidiError
        If the preset or the trace cannot be used.
    """
    calibration = load_calibration(camera) if camera else None
    played = load_preset(preset, calibration.ranges if calibration else None)
    instrument = Instrument(played, hands)
    if bpm:
        instrument.follow(BeatLine(0.0, bpm))
    return _perform(instrument, trace)


def replay(take: Take, preset: str | None = None) -> tuple[list[mido.Message], list[TimedMessage]]:
    """What the take's trace says when it is played again.

    With the take's own preset, and the tempo and preset unchanged while it was played, these
    are the messages that were sent.

    Parameters
    ----------
    take : Take
    preset : str, optional
        Another preset's name or file.

    Returns
    -------
    list of mido.Message
        The set-up.
    list of TimedMessage
        In order of time.

    Raises
    ------
    HandMidiError
        If the take is damaged, or the preset cannot be used.
    """
    info = take.read_info()
    try:
        return _replay(take, info, preset)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TakeError(f"{take.info} is damaged: {error}; mend it, or delete the take") from error


def _replay(take: Take, info: dict[str, Any], named: str | None):
    settings = info.get("settings") or {}
    practised = practised_of(take, info)
    # Another preset than the take's plays as it is.
    flags = () if named else ("mpe", "channel", "program")
    kept = {key: settings[key] for key in flags if settings.get(key) is not None}
    played = adjusted(_preset(take, info, named, practised and practised.whole), Options(**kept))
    instrument = Instrument(played, settings.get("hands") or 1)
    began_s, bpm = float(info.get("beats_started_s", 0.0)), settings.get("bpm") or played.bpm
    instrument.follow(BeatLine(began_s, float(bpm)))
    beats = None
    if practised and "song_started_s" in info and not practised.arrangement.wait:
        song, rate, started_s = practised.song, practised.rate, float(info["song_started_s"])
        instrument.expect(melody_notes(song, started_s, rate))
        beats = song_beats(song, started_s, rate)
    return _perform(instrument, take.trace, beats)


def _perform(instrument: Instrument, trace: Path, beats: Beats | None = None):
    frames = iter_trace(trace, needs=instrument.preset.controls & set(EXTRAS))
    timed = sorted(perform(instrument, _led(instrument, frames, beats)), key=lambda t: t.time_s)
    return instrument.set_up(), timed


def _led(instrument: Instrument, frames: Iterable[HandFrame], beats: Beats | None):
    """The frames; the instrument is told the tempo before it hears each."""
    for frame in frames:
        if beats:
            instrument.follow(beats(frame.ready_s))
        yield frame


def _preset(take: Take, info: dict[str, Any], named: str | None, song: Song | None) -> Preset:
    ranges = {name: (float(a), float(b)) for name, (a, b) in (info.get("ranges") or {}).items()}
    if named:
        return load_preset(named, ranges)
    if take.preset.is_file():
        return replace(load_preset(str(take.preset), ranges), name=info["preset"])
    if song and info["preset"] == "melody":
        return choose_preset(None, replace(song, name=""), ranges)[0]
    return load_preset(info["preset"], ranges)
