"""Presets and traces of every kind, drawn by hypothesis."""

from dataclasses import replace

from hypothesis import strategies as st

from handmidi.hand import Hand, HandFrame
from handmidi.instrument.controls import CONTROLS
from handmidi.instrument.preset import (
    Continuous,
    Controller,
    Gate,
    Part,
    Preset,
    Velocity,
    Zone,
)
from handmidi.instrument.scaling import CURVES, Scaling

UNIT = st.floats(0, 1)
AREAS = st.one_of(st.floats(0.005, 0.3), st.floats(0, 1e6), st.just(0.0))
FINGERS = st.integers(0, 5)
HANDS = st.builds(
    Hand,
    st.sampled_from(["left", "right"]),
    UNIT,
    AREAS,
    st.floats(-1, 2),
    st.floats(-1, 2),
    UNIT,
    st.floats(-180, 180),
    UNIT,
    FINGERS,
)


@st.composite
def traces(draw):
    """Frames at any pace, with none, one or two hands that jump, rest, vanish and return."""
    time_s, frames = draw(st.floats(0, 100)), []
    for _ in range(draw(st.integers(1, 8))):
        hands = tuple(draw(st.lists(HANDS, max_size=2)))
        step_s = draw(st.sampled_from([1 / 30, 1 / 60, 1 / 10, 0.3, 2.0, 0.001]))
        for _ in range(draw(st.integers(1, 12))):
            time_s += step_s
            frames.append(HandFrame(time_s, time_s + draw(st.sampled_from([0, 0.02, 0.3])), hands))
    return frames


@st.composite
def poses(draw, side):
    """A hand within the reach of usual presets."""
    area, tilt = draw(st.floats(0.01, 0.2)), draw(st.floats(-60, 60))
    return Hand(side, 1.0, area, *(draw(UNIT) for _ in range(3)), tilt, draw(UNIT), draw(FINGERS))


@st.composite
def performances(draw):
    """Both hands go from pose to pose, quickly or slowly, stay, and now and then are lost."""
    fps = draw(st.sampled_from([20, 30, 60]))
    poses_of = {side: draw(poses(side)) for side in ("right", "left")}
    time_s, frames = draw(st.floats(0, 2)), []
    for _ in range(draw(st.integers(2, 8))):
        lost = draw(st.sampled_from([(), (), (), (), ("right",), ("left",), ("right", "left")]))
        goals = {side: draw(poses(side)) for side in poses_of}
        moving, count = draw(st.integers(1, 8)), draw(st.integers(4, 16))
        for i in range(1, count + 1):
            time_s += 1 / fps
            share = min(i / moving, 1.0)
            hands = [_between(poses_of[side], goals[side], share) for side in goals]
            seen = tuple(hand for hand in hands if hand.side not in lost)
            frames.append(HandFrame(time_s, time_s + 0.02, seen))
        poses_of = goals
    return frames


def _between(start, end, share):
    values = {
        name: getattr(start, name) + share * (getattr(end, name) - getattr(start, name))
        for name in ("area", "x", "y", "openness", "tilt", "pinch")
    }
    return replace(end, **values)


def in_order(frames):
    """The same frames with results that arrive in order, as from one tracker."""
    out, ready_s = [], 0.0
    for frame in frames:
        ready_s = max(ready_s, frame.ready_s)
        out.append(replace(frame, ready_s=ready_s))
    return out


@st.composite
def scalings(draw, curves=CURVES):
    """Any control over its usual range, upwards or downwards."""
    control = CONTROLS[draw(st.sampled_from(sorted(CONTROLS)))]
    ends = draw(st.sampled_from([control.range, control.range[::-1]]))
    return Scaling(control.name, ends, draw(st.sampled_from(curves)) if min(ends) > 0 else "linear")


@st.composite
def zones(draw):
    """One to eight zones with chords, single notes and rests."""
    places = draw(st.lists(st.integers(0, 50), min_size=1, max_size=8, unique=True))
    pitches = st.lists(st.integers(0, 127), max_size=9, unique=True)
    few = st.lists(st.sampled_from([60, 62, 64]), max_size=3, unique=True)
    return tuple(
        Zone(place / 50, tuple(sorted(draw(st.one_of(few, pitches))))) for place in sorted(places)
    )


@st.composite
def controllers(draw):
    """A control to any controller."""
    to = draw(st.sampled_from(["cc", "cc", "pressure", "bend"]))
    number = draw(st.sampled_from([1, 7, 64, 74])) if to == "cc" else 0
    ends = st.floats(-96, 96) if to == "bend" else st.integers(0, 127)
    return Controller(draw(scalings()), to, number, (draw(ends), draw(ends)))


@st.composite
def parts(draw, plays=True):
    """A part of any mode, or one that only shapes."""
    by = draw(scalings(("linear", "log")))
    velocities = draw(st.tuples(st.integers(1, 127), st.integers(1, 127)))
    part = Part(
        by=by,
        velocity=Velocity(*velocities, draw(st.none() | scalings())),
        controllers=tuple(draw(st.lists(controllers(), max_size=4))),
        program=draw(st.integers(0, 127)),
        channel=draw(st.sampled_from([0, 0, 8, 9, 15])),
        bend_semitones=draw(st.integers(1, 96)),
    )
    if not plays:
        return part
    onset = draw(st.sampled_from(["settle", "glide", "gate", "continuous"]))
    part = replace(part, onset=onset)
    if onset == "continuous":
        linear = draw(st.booleans())
        ends = (0.0, 1300.0) if linear else draw(st.sampled_from([(110.0, 880.0), (880.0, 110.0)]))
        return replace(part, continuous=Continuous(*ends, linear, 64, draw(st.integers(12, 48))))
    part = replace(part, zones=draw(zones()))
    if onset == "gate":
        gate = draw(scalings(("linear",)))
        part = replace(part, gate=Gate(gate.control, gate.unscaled(0.6), gate.unscaled(0.4)))
    return part


@st.composite
def presets(draw, mpe=None):
    """Presets for one hand and for two, in all modes, quantised or not.

    MPE or plain, if `mpe` does not say it.
    """
    other = draw(st.none() | parts() | parts(plays=False))
    main = draw(st.one_of(parts(), parts(), parts(plays=False)))
    if other and draw(st.booleans()):
        other = replace(other, channel=main.channel, zones=other.zones and main.zones)
    sides = ["right", "left"] if other else ["any", "right", "left"]
    return Preset(
        "drawn",
        "Drawn",
        main,
        other,
        hand=draw(st.sampled_from(sides)),
        grid_beats=draw(st.sampled_from([None, None, 0.25, 1.0, 1 / 3])),
        bpm=draw(st.floats(40, 240)),
        mpe=draw(st.booleans()) if mpe is None else mpe,
    )
