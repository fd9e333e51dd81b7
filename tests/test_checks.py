"""Tables of settings: every mistake is noted with its key, and reading goes on."""

import math
import os
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmidi.checks import Checker, read_toml, suggest
from handmidi.errors import OutputError, PresetError


def test_good_values_come_back_as_they_are():
    check = Checker(
        {
            "text": "a", "flag": True, "choice": "x", "number": 2, "whole": 3, "pair": [1, 2.5],
            "wholes": [0, 4], "texts": ["a", "b"], "table": {"inner": 1}, "rows": [{"at": 1}, {}],
        }
    )  # fmt: skip
    assert check.text("text", "") == "a"
    assert check.flag("flag", False) is True
    assert check.choice("choice", ("x", "y"), "y") == "x"
    assert check.number("number", 0, 5) == 2.0
    assert check.whole("whole", 0, 5, 1) == 3
    assert check.pair("pair", (0, 1)) == (1.0, 2.5)
    assert check.wholes("wholes", 0, 4) == (0, 4)
    assert check.texts("texts", 2) == ["a", "b"]
    assert check.within("table").whole("inner", 0, 5, 0) == 1
    assert [row.number("at", 0, 5, 4) for row in check.rows("rows", 2)] == [1, 4]
    assert check.has("nothing", "flag", "text") == ["flag", "text"]
    assert check.holds("rows", list)
    check.unknown()
    check.finish("file", PresetError)


def test_what_is_not_there_has_its_default():
    check = Checker({})
    assert check.text("a", "b") == "b"
    assert check.flag("a", True) is True
    assert check.number("a", 0, 5, 1) == 1
    assert check.pair("a", (0, 1)) == (0, 1)
    assert check.wholes("a", 0, 1) == ()
    assert check.within("a") is None
    assert check.rows("a", 5) == []
    assert not check.mistakes


@pytest.mark.parametrize(
    ("read", "value", "mistake"),
    [
        (lambda c: c.text("a", ""), 5, "a: must be text in quotes, not 5"),
        (lambda c: c.text("a", ""), "x\ny", "a: must be one line of at most 200 signs"),
        (lambda c: c.text("a", ""), "x" * 201, "a: must be one line of at most 200 signs"),
        (lambda c: c.flag("a", True), 1, "a: must be true or false, not 1"),
        (lambda c: c.choice("a", ("linear",), "linear"), "liner", "a: 'liner' is unknown (did you"),
        (lambda c: c.choice("a", ("x", "y"), "x"), "qqq", "a: 'qqq' is unknown (allowed: x, y)"),
        (lambda c: c.number("a", 0, 5), None, "a: is missing: a number, 0 to 5"),
        (lambda c: c.number("a", 0, 5), math.nan, "a: must be a number, 0 to 5, not nan"),
        (lambda c: c.whole("a", 0, 5, 0), 2.0, "a: must be a whole number, 0 to 5, not 2.0"),
        (lambda c: c.pair("a", (0, 1)), [1, 1], "a: must be two different numbers"),
        (lambda c: c.wholes("a", 0, 5), [2, 1], "a: must be ascending whole numbers in brackets"),
        (lambda c: c.texts("a", 2), ["x", "x"], "a: must be 1 to 2 different ones"),
        (lambda c: c.within("a"), 5, "a: must be a table: write [a]"),
        (lambda c: c.rows("a", 5), {}, "a: must be tables: write [[a]] before each"),
        (lambda c: c.rows("a", 1), [{}, {}], "a: are too many: 1 at most, not 2"),
    ],
)
def test_a_mistake_names_its_key_and_what_is_allowed(read, value, mistake):
    check = Checker({} if value is None else {"a": value})
    read(check)
    assert len(check.mistakes) == 1
    assert check.mistakes[0].startswith(mistake)
    assert check.mistaken == {"a"}


def test_inner_tables_note_their_mistakes_with_the_whole_way():
    check = Checker({"rows": [{}, {"table": {"at": 9}}]})
    check.rows("rows", 5)[1].within("table").number("at", 0, 5)
    assert check.mistakes == ["rows[1].table.at: must be a number, 0 to 5, not 9"]


def test_keys_that_nobody_asked_for():
    check = Checker({"colour": 1, "size": 2, "titel": 3, "other": 4})
    check.whole("colour", 0, 5, 0)
    check.text("title", "")
    check.unknown("other")
    assert check.mistakes == [
        "size: is no key here (allowed: colour, title, other)",
        "titel: is no key here (did you mean 'title'? allowed: colour, title, other)",
    ]


@pytest.mark.parametrize(
    ("name", "listing", "said"),
    [
        ("areaa", "", "did you mean 'area'? allowed: area, arena, x"),
        ("areaa", "`lists`", "did you mean 'area' or 'arena'? `lists` lists all"),
        ("qqq", "", "allowed: area, arena, x"),
        ("qqq", "`lists`", "`lists` lists all"),
    ],
)
def test_an_unknown_name_is_told_the_nearest_and_what_is_allowed(name, listing, said):
    assert suggest(name, ["area", "arena", "x"], listing) == said


def test_what_is_allowed_stays_within_a_line():
    assert suggest("x", []) == "there is none"
    said = suggest("name 7" + "x" * 9999, [f"name {i}" for i in range(999)])
    assert len(said) < 300
    assert said.endswith(" …")


def test_all_mistakes_make_one_line():
    check = Checker({"a": 1, "b": "x" * 9999, "c\nd": 0, "e": 16**9999})
    check.text("a", "")
    check.whole("b", 0, 1, 0)
    check.text("e", "")
    check.unknown()
    with pytest.raises(OutputError) as caught:
        check.finish("some.toml", OutputError)
    message = str(caught.value)
    assert message.startswith("some.toml has 4 mistakes: a: must be text in quotes, not 1; b: ")
    assert "\n" not in message
    assert len(message) < 400


@pytest.mark.parametrize(
    "content", [b"a = ", b"\xff", b"a = " + b"[" * 9999, b"a = " + b"9" * 9999]
)
def test_a_file_that_is_no_toml(content, tmp_path):
    path = tmp_path / "some.toml"
    path.write_bytes(content)
    with pytest.raises(PresetError, match="is no valid TOML") as caught:
        read_toml(path, "preset", PresetError)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_none(tmp_path):
    with pytest.raises(OutputError, match=r"cannot read the target .*: No such file"):
        read_toml(tmp_path / "none.toml", "target", OutputError)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@given(value=VALUES)
def test_any_value_is_read_or_is_a_mistake(value):
    check = Checker({"a": value})
    check.text("a", "")
    check.flag("a", True)
    check.choice("a", ("x",), "x")
    assert 0 <= check.number("a", 0, 5, 1) <= 5
    assert 0 <= check.whole("a", 0, 5, 1) <= 5
    low, high = check.pair("a", (0, 1))
    assert low != high
    assert all(0 <= tone <= 5 for tone in check.wholes("a", 0, 5))
    check.texts("a", 2)
    for row in [check.within("a"), *check.rows("a", 2)]:
        if row:
            row.unknown()
    assert not any("\n" in mistake for mistake in check.mistakes)


@pytest.mark.parametrize(
    "part", ["a.", "a . ", '"a".', "'a'.", '"".', '"\\"".', '"\\\\".', "a.'b\".'.\"c'\".", "[a."]
)
def test_a_key_of_many_parts_is_not_read(part, tmp_path):
    path = tmp_path / "x.toml"
    path.write_text((part * 40_000)[: 200 << 10] + "a = 1\n")
    with pytest.raises(PresetError, match="is no valid TOML: "):  # reading it would take gigabytes
        read_toml(path, "preset", PresetError)


@pytest.mark.parametrize("line", ["a.b.c.d = 1", '[a.\'b.c\'."d\\"."]', f"a = '{'1.' * 15}'"])
def test_usual_keys_are_read(line, tmp_path):
    path = tmp_path / "x.toml"
    path.write_text(line)
    assert read_toml(path, "preset", PresetError) == tomllib.loads(line)


def test_a_large_file_is_no_toml(tmp_path):
    path = tmp_path / "x.toml"
    path.touch()
    os.truncate(path, 3 << 30)  # takes no room on the disk
    with pytest.raises(PresetError, match="it has more than 256 kB"):
        read_toml(path, "preset", PresetError)
