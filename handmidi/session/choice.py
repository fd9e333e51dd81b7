"""What a session plays: song, preset, and the ranges of the camera's calibration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from handmidi.calibration import load_calibration
from handmidi.errors import PresetError
from handmidi.instrument import Preset, load_preset
from handmidi.instrument.presetfile import library
from handmidi.session.lines import melody_line
from handmidi.session.opening import adjusted, choose_preset, scoring_doubts
from handmidi.session.options import Options
from handmidi.session.practised import Practised, check_waits, practise
from handmidi.session.suiting import suits

Say = Callable[[str], None]


@dataclass(frozen=True)
class Choice:
    """What the options come to.

    Parameters
    ----------
    options : Options
        With the melody's track, also where it was guessed: a take must not be guessed anew.
    practised : Practised, optional
        None where there is no song.
    ranges : mapping of str to (float, float)
        The camera's calibrated ones.
    preset : Preset
    preset_file : Path, optional
    """

    options: Options
    practised: Practised | None
    ranges: Mapping[str, tuple[float, float]]
    preset: Preset
    preset_file: Path | None

    def load_preset(self, name: str) -> Preset:
        """Another preset for the same session.

        Raises
        ------
        PresetError
            If there is none such, it has mistakes, or the session cannot play it.
        """
        preset = adjusted(load_preset(name, self.ranges), self.options)
        if preset.other and self.hands < 2:
            raise PresetError(f"preset {name} needs both hands: start with --hands 2")
        if self.practised and self.options.wait:
            check_waits(preset, self.practised.song)
        return preset

    def presets(self) -> list[Preset]:
        """Those of the library that this session can play, in practice with all of the song's
        notes; the session's own first.
        """
        song, out = self.practised and self.practised.whole, [self.preset]
        for name in library():
            try:
                preset = self.load_preset(name)
            except PresetError:
                continue
            if name != self.preset.name and (not song or suits(preset, song, may_bend=False)):
                out.append(preset)
        return out

    @property
    def hands(self) -> int:
        """How many hands are looked for."""
        return 2 if self.preset.other else self.options.hands


def choose(options: Options, say: Say, warn: Say) -> Choice:
    """Find the song, and the preset that suits it.

    Parameters
    ----------
    options : Options
    say, warn : callable
        Take one line for the user: which melody was guessed; what may spoil the score.

    Raises
    ------
    HandMidiError
        If song, preset or calibration cannot be used, or do not go together.
    """
    practised = None
    if options.song:
        practised = practise(options.song, options.melody_track, options.arrangement)
        if practised.whole.guessed:
            say(melody_line(practised.whole))
            options = replace(options, melody_track=_melody_track(practised))
    calibration = load_calibration(options.camera, warn) if options.calibrated else None
    ranges = dict(calibration.ranges) if calibration else {}
    preset, file = choose_preset(options.preset, practised and practised.whole, ranges)
    preset = adjusted(preset, options)
    if practised and options.wait:
        check_waits(preset, practised.song)
    for doubt in scoring_doubts(preset) if practised else ():
        warn(doubt)
    return Choice(options, practised, ranges, preset, file)


def _melody_track(practised: Practised) -> int | None:
    return next((t.number for t in practised.whole.tracks if t.is_melody), None)
