"""Exercises for every preset that plays notes, made of the preset's own zones.

The first has long tones, the second steps, the third thirds and leaps in rhythm. Where the
hand strikes (a gate), notes are repeated in the second and third; where every note on the way
sounds (onset ``glide``), there are runs instead of leaps. Presets without steps get long
targets only, two hands move together.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from notation import Part, Section, Tune

from handmidi.instrument.preset import Part as Hand
from handmidi.instrument.preset import Preset
from handmidi.instrument.presetfile import load_preset
from handmidi.notes import pitch_name

PRESETS = Path(__file__).resolve().parents[2] / "handmidi" / "instrument" / "presets"
TITLES = ("long tones", "steps", "leaps")
_BPM = (72, 92, 76)
_FULL_BAR, _FEWEST_BARS = 4.0, 8
_MOST_PLACES = (4, 6, 9)
_KEYS = ("C", "G", "F", "D", "Bb", "A", "Eb", "E", "Ab", "B", "Db", "F#")
_TONICS = (0, 7, 5, 2, 10, 9, 3, 4, 8, 11, 1, 6)
_MAJOR = (0, 2, 4, 5, 7, 9, 11)
_PENTATONIC = (0, 2, 4, 7, 9)
_NEAR_PITCH = 64
_BASS_LOW = 36

Pitches = tuple[int, ...]
Step = tuple[int, float]


def exercises() -> list[Tune]:
    """All exercises, preset by preset."""
    found = []
    for path in sorted(PRESETS.glob("*.toml")):
        preset = load_preset(str(path))
        places = places_of(preset)
        for number in range(1, _count(preset, places) + 1):
            found.append(exercise(preset, places, number))
    return found


def places_of(preset: Preset) -> list[Pitches]:
    """What sounds where the hand of the melody may stop, in the order of the zones."""
    own = _places(preset.main)
    other = _places(preset.other) if preset.other else []
    if not other:
        return own
    if len(other) == len(own) and {len(each) for each in other} == {1}:
        parallel = (other[0][0] - own[0][0]) % 12 == 0 and len(own) < len(_MAJOR)
        if parallel:  # both hands at the same height: octaves
            return [low + high for low, high in zip(other, own, strict=True)]
        # two steps apart: tenths over an octave
        return [low + high for low, high in zip(other, own[2:], strict=False)]
    return _harmonised(own, other)


def exercise(preset: Preset, places: Sequence[Pitches], number: int) -> Tune:
    """The exercise of that number, from 1."""
    steps = _steps(preset, places, number)
    bars = _bars(places, steps)
    root = places[0][0]
    bass = _BASS_LOW + (root - _BASS_LOW) % 12
    title = _title(preset, places, number)
    return Tune(
        name=f"exercise-{preset.name}-{number}",
        title=f"{preset.title}: {title}",
        composer="handmidi",
        source=f"made of the zones of the preset {preset.name}",
        year="2026",
        origin="handmidi",
        bpm=_BPM[number - 1],
        meter=(4, 4),
        key=_key(places),
        program=preset.main.program,
        melody=" | ".join(bars),
        chords=" | ".join(["R"] * len(bars)),
        parts=(
            Part("Bass", "line", 15, 32, volume=118, line=_bass(bass, len(bars))),
            Part("Clicks", "drums", 9, 0, volume=118),
        ),
        grooves={"A": {"stick": "xooo"}},
        form=(Section("A" * len(bars), 100, 100),),
        mode="the preset's own",
        channel=preset.main.channel,
        preset=preset.name,
    )


def _count(preset: Preset, places: Sequence[Pitches]) -> int:
    if not preset.main.plays:
        return 0
    if len(places) == 1:
        return 1
    return 2 if _plays_slowly(preset) else len(TITLES)


def _places(hand: Hand) -> list[Pitches]:
    if not hand.continuous:
        return [zone.pitches for zone in hand.zones if zone.pitches]
    centre = hand.continuous.centre
    targets = range(centre - 12, centre + 13)
    return [(pitch,) for pitch in targets if (pitch - centre) % 12 in _PENTATONIC]


def _harmonised(own: Sequence[Pitches], chords: Sequence[Pitches]) -> list[Pitches]:
    """Each note over a chord of the other hand that holds it, never the same twice running."""
    out: list[Pitches] = []
    before: Pitches = ()
    for place in own:
        fitting = [c for c in chords if {p % 12 for p in place} <= {p % 12 for p in c}]
        before = next(chord for chord in fitting if chord != before)
        out.append(before + place)
    return out


def _steps(preset: Preset, places: Sequence[Pitches], number: int) -> list[Step]:
    """Places by index, with lengths in quarter notes; -1 is a rest.

    A place comes twice running only where the hand strikes: else it would have to leave.
    """
    if len(places) == 1:
        return [(0, 4.0), (-1, 4.0)] * 4 + [(0, 2.0), (-1, 2.0)] * 3 + [(0, 4.0)]
    up = list(_window(places, _MOST_PLACES[number - 1]))
    turn = up + up[-2:0:-1]
    onset = preset.main.onset
    if number == 1:
        body = [(i, 4.0) for i in turn] + [(up[0], 4.0), (up[len(up) // 2], 4.0)]
    elif _plays_slowly(preset):
        body = [(i, 2.0) for i in turn * 2]
    elif number == 2:
        body = _repeated(turn) if onset == "gate" else _steadily(up)
    else:
        body = _runs(turn) if onset == "glide" else _leaps(up, onset)
    while sum(beats for _, beats in body) < _FULL_BAR * (_FEWEST_BARS - 1):
        body *= 2
    near = up[-2] if onset == "glide" and number == 2 else up[0]
    return [*body, (near, 4.0)]


def _plays_slowly(preset: Preset) -> bool:
    return bool(preset.main.continuous or (preset.other and preset.other.plays))


def _repeated(turn: Sequence[int]) -> list[Step]:
    return [step for i in turn for step in ((i, 1.0), (i, 1.0), (i, 2.0))]


def _steadily(up: Sequence[int]) -> list[Step]:
    """Up and down in half notes, then two forward and one back."""
    steps = [(i, 2.0) for i in [*up, *up[-2:0:-1]]]
    for low, middle, high in zip(up, up[1:], up[2:], strict=False):
        steps += [(low, 1.0), (middle, 1.0), (high, 2.0)]
    return steps


def _runs(turn: Sequence[int]) -> list[Step]:
    return [(i, 1.0) for i in turn] + [(i, 0.5) for i in turn] * 2


def _leaps(up: Sequence[int], onset: str) -> list[Step]:
    """Thirds, then farther, with a dot."""
    steps: list[Step] = []
    for low, high in zip(up, up[2:], strict=False):
        steps += [(low, 1.0), (high, 1.0)]
    if len(steps) % 4:  # what follows begins with a bar
        steps.append((up[-2], 2.0))
    half = len(up) // 2
    for low, high in zip(up[:half], up[-half:], strict=True):
        steps += [(low, 1.5), (high, 0.5), (up[-1] if high != up[-1] else up[-2], 2.0)]
    if onset == "gate":
        for i in (up[0], up[half], up[-1]):
            steps += [(i, 1.0), (i, 0.5), (i, 0.5), (i, 1.0), (i, 1.0)]
    return steps


def _window(places: Sequence[Pitches], most: int) -> range:
    """So many neighbouring places around the middle."""
    size = min(most, len(places))
    first = (len(places) - size) // 2
    return range(first, first + size)


def _bars(places: Sequence[Pitches], steps: Sequence[Step]) -> list[str]:
    bars: list[list[str]] = [[]]
    filled = 0.0
    for place, beats in steps:
        if filled < _FULL_BAR < filled + beats:
            bars[-1].append(f"R:{_FULL_BAR - filled:g}")
            filled = _FULL_BAR
        if filled == _FULL_BAR:
            bars.append([])
            filled = 0.0
        name = "+".join(map(pitch_name, places[place])) if place >= 0 else "R"
        bars[-1].append(f"{name}:{beats:g}")
        filled += beats
    if filled < _FULL_BAR:
        bars[-1].append(f"R:{_FULL_BAR - filled:g}")
    return [" ".join(bar) for bar in bars]


def _bass(pitch: int, bars: int) -> str:
    return " | ".join([f"{pitch_name(pitch)}:4"] * bars)


def _title(preset: Preset, places: Sequence[Pitches], number: int) -> str:
    if len(places) == 1:
        return "come and go"
    if preset.main.onset == "glide" and number == len(TITLES):
        return "runs"
    if preset.main.onset == "gate" and number == 2:
        return "repeated notes"
    if preset.main.continuous:
        return "slow targets" if number == 2 else "long tones"
    return TITLES[number - 1]


def _key(places: Sequence[Pitches]) -> str:
    """The major key signature that names most of the notes without signs."""
    classes = {pitch % 12 for place in places for pitch in place}

    def foreign(i: int) -> int:
        return len(classes - {(_TONICS[i] + step) % 12 for step in _MAJOR})

    return _KEYS[min(range(len(_KEYS)), key=lambda i: (foreign(i), i))]
