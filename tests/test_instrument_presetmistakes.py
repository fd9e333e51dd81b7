"""Every mistake of a preset file in one line, and nothing else ever."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.errors import PresetError
from handmidi.instrument.controls import CONTROLS
from handmidi.instrument.presetfile import parse_preset

ONE_ZONE = [{"at": 0.5, "note": "C4"}]
CALIBRATED = {"area": (0.02, 0.3), "distance": (7.0, 2.0), "openness": (0.2, 0.95), "x": (0.8, 0.2)}


@pytest.fixture(autouse=True, scope="module")
def own_folders(tmp_path_factory):
    """The player's data folder and the current one are empty."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HANDMIDI_DATA", str(tmp_path_factory.mktemp("data")))
        patch.chdir(tmp_path_factory.mktemp("here"))
        yield


def mistakes(**table):
    with pytest.raises(PresetError) as caught:
        parse_preset("mine", table, "mine.toml")
    message = str(caught.value)
    assert message.startswith("mine.toml has ")
    assert "\n" not in message
    return message


def test_all_mistakes_are_told_at_once_with_their_keys():
    message = mistakes(
        contrl="area",
        curve="logg",
        range=[0.1, 0.1],
        velocity=200,
        zones=[
            {"at": 0.1, "note": "H4"},
            {"at": "far", "note": "C4"},
            {"at": 0.05, "note": 60},
            {"at": 0.5, "note": "E4", "colour": "red"},
        ],
    )
    assert "9 mistakes" in message
    for part in (
        "contrl: is no key here (did you mean 'control'? allowed: title, mpe,",
        "curve: 'logg' is unknown (did you mean 'log'? allowed: linear, log)",
        "range: must be two different numbers",
        "velocity: must be a whole number, 1 to 127, not 200",
        "zones[0].note: 'H4' is no note name",
        "zones[1].at: must be a number, 0 to 4, not 'far'",
        "zones[2].note: must be text in quotes, not 60",
        "zones[2].at: must be above the zone before it (0.1)",
        "zones[3].colour: is no key here",
    ):
        assert part in message


ZONES = {"zones": ONE_ZONE}
VOLUME = [{"control": "y", "to": "volume"}]


@pytest.mark.parametrize(
    ("table", "part"),
    [
        # what plays
        ({}, "zones: is missing: write [[zones]], [scale], [continuous] or [[controllers]]"),
        ({"zones": []}, "zones: is empty"),
        ({"zones": {"at": 1}}, "zones: must be tables"),
        (
            {"zones": [{"at": i / 50, "note": "C4"} for i in range(129)]},
            "zones: are too many: 128 at most, not 129",
        ),
        ({"zones": ONE_ZONE * 2}, "zones[1].at: must be above the zone before it (0.5)"),
        ({"zones": [{"at": 0.5}]}, "zones[0].note: must be given, or a chord, or notes"),
        ({"zones": [{"at": 0, "note": "C4", "chord": "C"}]}, "zones[0].note: must be given"),
        ({"zones": [{"note": "C4"}]}, "zones[0].at: is missing"),
        ({"zones": [{"at": 10**400, "note": "C4"}]}, "zones[0].at: must be a number"),
        ({"zones": [{"at": 0, "note": "X4"}]}, "zones[0].note: 'X4' is no note name"),
        (
            {"zones": [{"at": 0, "chord": "Cm8"}]},
            "zones[0].chord: 'Cm8' is no chord: after its root, did you mean 'm'? allowed:",
        ),
        (
            {"zones": [{"at": 0, "chord": "C4", "octave": 4}]},
            "zones[0].chord: 'C4' names its octave",
        ),
        ({"zones": [{"at": 0, "note": "C4", "octave": 4}]}, "zones[0].octave: has no use without"),
        ({"zones": [{"at": 0, "notes": []}]}, "zones[0].notes: must be 1 to 15 different ones"),
        ({"zones": [{"at": 0, "notes": ["C4", 5]}]}, "zones[0].notes: must be texts in brackets"),
        ({**ZONES, "scale": {}}, "scale: cannot stand beside zones"),
        ({**ZONES, "continuous": {}}, "continuous: cannot stand beside zones: keep one of them"),
        ({"scale": {}, "continuous": {}}, "continuous: cannot stand beside scale"),
        ({"scale": 5}, "scale: must be a table: write [scale]"),
        (
            {"scale": {"name": "dorain"}},
            "scale.name: 'dorain' is no scale (did you mean 'dorian' or 'dorian b2'",
        ),
        ({"scale": {"key": "H"}}, "scale.key: 'H' is no key"),
        ({"scale": {"lowest": "C5", "highest": "C4"}}, "scale.highest: must not lie below lowest"),
        (
            {"scale": {"lowest": "C#4", "highest": "C#4"}},
            "scale.lowest: leaves no note of the scale",
        ),
        ({"scale": {"lowest": "C#"}}, "scale.lowest: 'C#' is no note name"),
        (
            {"scale": {"chords": "ninths"}},
            "scale.chords: 'ninths' is unknown (did you mean",
        ),
        (
            {"scale": {"lowest": "C9", "highest": "G9", "chords": "triads"}},
            "scale.highest: leaves no room for its chord: C9 at most",
        ),
        ({"scale": {"from": 1}}, "scale.from: must be a number, 0 to 0.9"),
        ({"scale": {"intervals": []}}, "scale.intervals: must be ascending whole numbers"),
        ({"scale": {"intervals": [2, 4]}}, "scale.intervals: must begin with 0"),
        ({"scale": {"intervals": [0], "name": "x"}}, "scale.name: cannot stand beside intervals"),
        ({"scale": {"octave": 12}}, "scale.octave: has no use without intervals"),
        ({"scale": {"intervals": [0, 12]}}, "0 to 11, not [0, 12]"),
        ({"continuous": {"top_hz": 5}}, "continuous.top_hz: must be a number, 20 to 12000"),
        ({"continuous": {"centre": "X1"}}, "continuous.centre: 'X1' is no note name"),
        ({"continuous": {"bend": 2}}, "continuous.bend: is no key here"),
        (
            {"continuous": {"top_hz": 20, "centre": "G9"}},
            "continuous.centre: lies so high that it can",
        ),
        ({"continuous": {"centre": "C1"}}, "continuous.top_hz: is out of reach"),
        ({"continuous": {"lowest": "C3"}}, "continuous.highest: is missing"),
        ({"continuous": {"lowest": "C4", "highest": "C4"}}, "continuous.highest: must lie above"),
        (
            {"continuous": {"lowest": "C0", "highest": "C9"}},
            "continuous.highest: from C0 to C9 a bend of 54 semitones is needed, 48 at most",
        ),
        (
            {"continuous": {"lowest": "C3", "highest": "C5", "bend_semitones": 2}},
            "continuous.bend_semitones: from C3 to C5 a bend of 12 semitones is needed",
        ),
        (
            {"continuous": {"lowest": "C3", "highest": "C5", "top_hz": 99}},
            "continuous.top_hz: cannot stand beside lowest and highest",
        ),
        # the control
        ({**ZONES, "control": "depth"}, "control: 'depth' is unknown (allowed: area"),
        (
            {**ZONES, "control": "opennes"},
            "control: 'opennes' is unknown (did you mean 'openness'? allowed: area, distance",
        ),
        ({**ZONES, "range": [0, 0.15]}, "range: must lie within 0.0005 and 2 for area"),
        ({**ZONES, "range": [10**400, 1]}, "range: must be two numbers in brackets"),
        ({**ZONES, "range": [0.1]}, "range: must be two numbers in brackets"),
        ({**ZONES, "range": [float("nan"), 1]}, "range: must be two numbers"),
        ({**ZONES, "range": [0.1, 0.1001]}, "range: is narrower than a hand can hold area still"),
        ({**ZONES, "control": "tilt", "curve": "log"}, "range: must lie above 0"),
        ({**ZONES, "control": "x", "curve": "log", "range": [-1, 1]}, "range: must lie above 0"),
        ({**ZONES, "curve": "square"}, "curve: 'square' is unknown (allowed: linear, log)"),
        (
            {"zones": [{"at": 1.2, "note": "C4"}], "range": [0.15, 0.015]},
            "zones: reach below the least area, 0.0005",
        ),
        (
            {"zones": [{"at": 0.5, "note": "C4"}, {"at": 0.5001, "note": "D4"}]},
            "zones: zone 0 is narrower than a hand can hold still",
        ),
        (
            {"scale": {"name": "chromatic", "lowest": "C1", "highest": "C8"}, "range": [0.1, 0.15]},
            "scale: zone 83 is narrower than a hand can hold still: take fewer notes",
        ),
        # onsets
        ({**ZONES, "onset": "continuous"}, 'onset: is "continuous" just where there is a [contin'),
        ({"continuous": {}, "onset": "settle"}, 'onset: is "continuous" just where'),
        ({**ZONES, "onset": "gate"}, 'onset: is "gate" just where there is a [gate] table'),
        ({**ZONES, "onset": "glide", "gate": {}}, 'onset: is "gate" just where'),
        ({"continuous": {}, "gate": {}}, "gate: cannot stand beside continuous"),
        ({**ZONES, "gate": {"control": "area"}}, "gate: needs another control than area"),
        ({**ZONES, "gate": {"on": 0.5, "off": 0.5}}, "gate.off: must differ from on (0.5)"),
        ({**ZONES, "gate": {"on": 9}}, "gate.on: must be a number, -1 to 2, not 9"),
        (
            {**ZONES, "gate": {"control": "pich"}},
            "gate.control: 'pich' is unknown (did you mean 'pinch'",
        ),
        ({**ZONES, "quantise": {"grid": "1/7"}}, "quantise.grid: '1/7' is unknown"),
        ({**ZONES, "quantise": {"bpm": 0}}, "quantise.bpm: must be a number, 20 to 400, not 0"),
        ({"continuous": {}, "quantise": {}}, "quantise: needs zones or a scale"),
        # sound
        ({**ZONES, "velocity": 0}, "velocity: must be a whole number, 1 to 127, not 0"),
        ({**ZONES, "velocity": True}, "velocity: must be a whole number"),
        (
            {**ZONES, "velocity": {"by": "sped"}},
            "velocity.by: 'sped' is unknown (did you mean 'speed'",
        ),
        ({**ZONES, "velocity": {"low": 0}}, "velocity.low: must be a whole number, 1 to 127"),
        ({**ZONES, "program": 1.5}, "program: must be a whole number, 0 to 127"),
        ({**ZONES, "channel": 0}, "channel: must be a whole number, 1 to 16, not 0"),
        ({**ZONES, "bend": 97}, "bend: must be a whole number, 1 to 96, not 97"),
        ({"continuous": {}, "bend": 2}, "bend: cannot stand beside continuous"),
        ({**ZONES, "title": 5}, "title: must be text in quotes"),
        ({**ZONES, "title": "a\nb"}, "title: must be one line of at most 200 signs"),
        ({**ZONES, "controllers": 5}, "controllers: must be tables: write [[controllers]] before"),
        ({"controllers": [{"control": "y"}]}, "controllers[0].to: is missing"),
        (
            {"controllers": [{"to": "expresion"}]},
            "'expresion' is no controller (did you mean 'express",
        ),
        (
            {"controllers": [{"to": "cc 120"}]},
            "controllers[0].to: must be a controller from 0 to 119",
        ),
        ({"controllers": [{"to": "cc 6"}]}, "controllers[0].to: must not be 6"),
        (
            {"controllers": [{"to": "pan", "send": [0, 128]}]},
            "controllers[0].send: must lie within 0",
        ),
        (
            {"controllers": [{"to": "bend", "send": [-3, 0]}]},
            "send: must lie within -2 and 2, semitones",
        ),
        ({"controllers": [{"to": "pan"}, {"to": "cc10"}]}, "controllers[1].to: is where another"),
        (
            {"controllers": VOLUME, "velocity": 5},
            "velocity: has no use where the hand plays no notes",
        ),
        (
            {"controllers": VOLUME, "program": 5},
            "program: has no use where the hand plays no notes",
        ),
        # MPE
        ({**ZONES, "mpe": 1}, "mpe: must be true or false, not 1"),
        ({**ZONES, "mpe": True, "channel": 2}, "channel: has no use with mpe"),
        ({**ZONES, "mpe": True, "bend": 12}, "bend: is 48 with mpe"),
        ({"controllers": VOLUME, "mpe": True}, "mpe: needs notes"),
        # two hands
        ({**ZONES, "hand": "both"}, "hand: 'both' is unknown (allowed: any, right, left)"),
        ({**ZONES, "hand": "any", "other": {"scale": {}}}, 'hand: must be "right" or "left" where'),
        ({**ZONES, "other": {}}, "other.zones: is missing"),
        (
            {**ZONES, "other": {"scale": {}, "channel": 1}},
            "other.channel: must not be 1, where the",
        ),
        ({**ZONES, "transpose": 12}, "transpose: is no key here"),
        (
            {**ZONES, "other": {"transpose": 12, "scale": {}}},
            "other.transpose: cannot stand beside",
        ),
        ({**ZONES, "other": {"transpose": 99}}, "other.transpose: by 99 leads out of MIDI's range"),
        (
            {"continuous": {}, "other": {"transpose": 99}},
            "other.transpose: by 99 leads out of MIDI's",
        ),
        (
            {"controllers": VOLUME, "other": {"transpose": 5}},
            "other.transpose: needs notes of the f",
        ),
        (
            {**ZONES, "other": {"controllers": VOLUME, "channel": 3}},
            "other.channel: has no use where",
        ),
        (
            {**ZONES, "controllers": VOLUME, "other": {"controllers": VOLUME}},
            "other.controllers[0].to: is where the first hand's goes already",
        ),
        ({**ZONES, "other": {"scale": {"key": "H"}}}, "other.scale.key: 'H' is no key"),
        ({**ZONES, "other": {"scale": {}, "mpe": True}}, "other.mpe: is no key here"),
    ],
)
def test_a_mistake_is_told_once_with_its_key(table, part):
    message = mistakes(**table)
    assert part in message
    assert "has a mistake" in message
    assert len(message) < 350


def test_one_mistake_draws_no_others():
    message = mistakes(zones=[*ONE_ZONE, {"at": "far", "note": 5}, {"at": 0.6, "note": "D4"}])
    assert "2 mistakes" in message
    assert "has a mistake" in mistakes(scale={"name": "x"}, other={"transpose": -12}, quantise={})


# ---- any table


def some(*values):
    return st.sampled_from(values)


# Wrong values stand among more good ones, so that many of the tables are good as a whole.
SCALING = {
    "control": some(*CONTROLS, "depth"),
    "range": some([0.1, 0.9], [0.9, 0.1], [0.8, 1.9], [1.9, 0.8], [-1, 5]),
    "curve": some("linear", "linear", "log"),
}
PITCHES = st.one_of(
    st.fixed_dictionaries({"note": some("C4", "Bb3", "rest", "G9", "C#-1", "E4", "H2")}),
    st.fixed_dictionaries({"chord": some("Am", "C4maj7", "F#dim/E", "E7", "X")}),
    st.fixed_dictionaries({"chord": some("Am", "Esus4"), "octave": st.integers(-1, 7)}),
    st.fixed_dictionaries({"notes": some(["C4", "E4"], ["A2"], ["E4", "C4", "G3"], [])}),
)
ZONES_OF_ANY = (
    st.lists(st.integers(0, 30), min_size=1, max_size=6, unique=True)
    .flatmap(
        lambda ats: st.tuples(
            *(PITCHES.map(lambda p, at=at: {"at": at / 20, **p}) for at in sorted(ats))
        )
    )
    .map(list)
)
SCALE = st.fixed_dictionaries(
    {},
    optional={
        "name": some("major", "Blues", "chromatic", "pelog", "nothing"),
        "key": some("C", "F#", "Bb", "e", "H"),
        "lowest": some("C1", "A2", "C3", "C4", "C9"),
        "highest": some("C5", "F6", "C7", "G9"),
        "from": some(0, 0.1, 0.3, 2),
        "chords": some("none", "triads", "sevenths"),
    },
) | st.fixed_dictionaries(
    {"intervals": some([0, 3, 7], [0], [0, 5, 10, 14], [1])}, optional={"octave": some(12, 19)}
)
CONTINUOUS = st.one_of(
    st.fixed_dictionaries({}, optional={"top_hz": some(20, 440, 12000, -1)}),
    st.fixed_dictionaries(
        {"lowest": some("C1", "C4"), "highest": some("C3", "C5", "C9")},
        optional={"centre": some("C4", "E4"), "bend_semitones": some(24, 36, 48, 49)},
    ),
)
CONTROLLER = st.fixed_dictionaries(
    {"to": some("pan", "cc 1", "bend", "pressure", "timbre", "cc 6")},
    optional={**SCALING, "send": some([0, 1], [2, 0], [0.5, 1.5], [0, 300])},
)
PART = {
    **SCALING,
    "onset": some("settle", "glide", "gate"),
    "gate": st.fixed_dictionaries({}, optional={"control": some("pinch", "tilt", "fingers")}),
    "velocity": some(1, 127, 128, {"by": "speed"}, {"by": "y", "low": 90, "high": 20}),
    "controllers": st.lists(CONTROLLER, max_size=2),
    "channel": some(3, 10, 16, 17),
    "program": some(0, 127, 128),
    "bend": some(2, 12, 48, 97),
}
SOURCE = st.one_of(
    st.fixed_dictionaries({"zones": ZONES_OF_ANY}),
    st.fixed_dictionaries({"scale": SCALE}),
    st.fixed_dictionaries({"continuous": CONTINUOUS}),
)


def table_of(keys):
    chosen = st.lists(some(*keys), max_size=3, unique=True)
    rest = chosen.flatmap(lambda few: st.fixed_dictionaries({key: keys[key] for key in few}))
    return st.builds(lambda notes, more: {**more, **notes}, SOURCE, rest)


OTHER = st.one_of(
    table_of(PART),
    st.fixed_dictionaries({"transpose": some(-12, 7, 100)}),
    st.fixed_dictionaries({"controllers": st.lists(CONTROLLER, min_size=1, max_size=2)}),
)
TOP = {
    **PART,
    "title": some("Mine", 5),
    "hand": some("right", "left", "any"),
    "mpe": st.booleans(),
    "quantise": some({}, {"grid": "1/16t", "bpm": 90}, {"grid": "1/5"}),
    "other": OTHER,
}
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(some("at", "note", "control", "to", "zones"), inner, max_size=3)
    ),
    max_leaves=6,
)


def check_as_it_plays(preset):
    table = preset.to_dict()
    assert json.loads(json.dumps(table)) == table
    shown = [table, *([table["other"]] if "other" in table else [])]
    for part, rows in zip([p for p in preset.parts if p.plays], shown, strict=False):
        down = part.by.range[0] > part.by.range[1]
        edges = [row["high" if down else "low"] for row in rows["zones"]]
        assert all((b < a) if down else (b > a) for a, b in pairwise(edges))
        assert all(0 <= pitch <= 127 for zone in part.zones for pitch in zone.pitches)
    if preset.other:
        assert preset.hand != "any"


@settings(max_examples=600, deadline=None)
@given(table=table_of(TOP), ranges=st.none() | st.just(CALIBRATED))
def test_any_plausible_table_is_a_preset_or_one_line(table, ranges):
    try:
        preset = parse_preset("mine", table, "mine.toml", ranges)
    except PresetError as error:
        assert "\n" not in str(error)
    else:
        check_as_it_plays(preset)


@settings(max_examples=200, deadline=None)
@given(table=st.dictionaries(some(*TOP, "zones", "scale", "continuous", "z"), JUNK, max_size=6))
def test_any_junk_is_a_preset_or_one_line(table):
    try:
        check_as_it_plays(parse_preset("mine", table, "mine.toml"))
    except PresetError as error:
        assert "\n" not in str(error)


def test_keys_and_values_of_any_size_stay_one_short_line():
    message = mistakes(zones=ONE_ZONE, **{"a\nb": 1, "k" * 9999: 2, "velocity": 16**5000})
    assert len(message) < 800
    assert "so long a number" in message
