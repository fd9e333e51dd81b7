import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.outputs.osc_pattern import OscMessage, parse_pattern

KINDS = {"pitch": int, "side": str, "area": float, "id2": int}
FIELDS = {"pitch": 60, "side": "left", "area": 0.25, "id2": 7}


@pytest.mark.parametrize(
    ("written", "address", "arguments"),
    [
        (["/a"], "/a", ()),
        (["/a/b", 1, 2.0, "three", ""], "/a/b", (1, 2.0, "three", "")),
        (["/a", "{pitch}", "{side}", "{area}"], "/a", (60, "left", 0.25)),
        (["/a", "{pitch:float}", "{area:int}", "{pitch:text}"], "/a", (60.0, 0, "60")),
        (["/hand/{side}/{pitch}", "{side}{pitch} x"], "/hand/left/60", ("left60 x",)),
        (["/v{area}", "cc{id2}"], "/v0.25", ("cc7",)),
    ],
)
def test_filling(written, address, arguments):
    said = parse_pattern(written, KINDS).fill(FIELDS)
    assert said == OscMessage(address, arguments)
    assert [type(each) for each in said.arguments] == [type(each) for each in arguments]


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("/a", "must be a list with the address first"),
        ([], "must be a list with the address first"),
        ([1], "must be a list with the address first"),
        (["a"], "'a' is no OSC address"),
        (["/"], "'/' is no OSC address"),
        (["/a//b"], "'/a//b' is no OSC address"),
        (["/a b"], "'/a b' is no OSC address"),
        (["/a*"], "is no OSC address"),
        (["/" + "/" * 198 + " "], "is no OSC address"),
        (["/a", "{ptch}"], r"\{ptch\} is no field here \(did you mean 'pitch'\? allowed: pitch"),
        (["/{xyz}"], r"\{xyz\} is no field here \(allowed: pitch, side, area, id2\)"),
        (["/a", "{pitch"], "has a lone brace"),
        (["/a", "{pitch:bool}"], "has no type of OSC .allowed: int, float, text."),
        (["/a", "{pitch:flot}"], "did you mean 'float'"),
        (["/a", "{pitch:}"], "has no type of OSC"),
        (["/a", "{}"], "has a lone brace"),
        (["/a", "{Pitch}"], r"\{Pitch\} is no field here \(did you mean 'pitch'"),
        (["/a", "{pitch.__class__}"], "is no field here"),
        (["/a", "{side:int}"], "is a text and cannot be sent as int"),
        (["/a", True], "True is neither a number nor a text"),
        (["/a", [1]], "is neither a number nor a text"),
        (["/a", 2**31], "does not fit into OSC's 32 bits"),
        (["/a", float("nan")], "is no number that OSC's float holds"),
        (["/a", 1e300], "is no number that OSC's float holds"),
        (["/a", "x" * 201], "at most 200 characters"),
        (["/a", "x\0"], "all of them printing"),
        (["/a", *range(33)], "has 33 arguments, at most 32"),
    ],
)
def test_mistakes(written, line):
    with pytest.raises(ValueError, match=line):
        parse_pattern(written, KINDS)


@given(st.lists(st.text() | st.integers() | st.floats() | st.none() | st.sampled_from(
    ["/a", "/{side}", "{pitch}", "{area:int}", "{", "}", "{side}{side}"]
), max_size=5))  # fmt: skip
def test_any_list_is_a_pattern_or_a_mistake(written):
    try:
        said = parse_pattern(written, KINDS).fill(FIELDS)
    except ValueError:
        return
    assert said.address.startswith("/")
    assert len(said.arguments) == len(written) - 1
