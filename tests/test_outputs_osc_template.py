import re
import tomllib
from pathlib import Path

import pytest

from handmidi.errors import OutputError
from handmidi.outputs.osc_events import EVENTS, FIELDS
from handmidi.outputs.osc_template import library, load_template, parse_template

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "osc.md"
READY = ("handmidi", "puredata", "supercollider", "surge")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HANDMIDI_DATA", str(tmp_path / "data"))
    return tmp_path


@pytest.mark.parametrize("name", READY)
def test_ready_targets(here, name):
    template = load_template(name)
    assert template.name == name
    assert template.port
    assert template.host == "127.0.0.1"
    assert {"note_on", "note_off"} <= set(template.messages)


def test_own_templates_have_names(here):
    text = '[messages]\nnote_on = [["/n", "{pitch}"]]\n'
    for folder, port in (("osc", 1), ("data/osc", 2)):
        (here / folder).mkdir(parents=True)
        (here / folder / "mine.toml").write_text(f"port = {port}\n{text}")
    (here / "osc" / "surge.toml").write_text(f"port = 3\n{text}")
    assert sorted({*READY, "mine"}) == list(library())
    assert load_template("mine").port == 2  # the user's own before the current folder's
    assert load_template("surge").port == 3
    assert load_template("osc/mine.toml").port == 1


def test_defaults():
    template = parse_template("t", {"messages": {"start": [["/go"]]}}, "t.toml")
    assert (template.title, template.host, template.port) == ("t", "127.0.0.1", None)
    assert (template.ahead_ms, template.time_tag, template.first_id) == (0.0, "clock", 1)
    assert template.messages["start"][0].fill({}) == ("/go", ())


def test_all_mistakes_at_once():
    table = {
        "titel": "x",
        "port": 70000,
        "ahead_ms": -1,
        "time_tag": "clok",
        "first_id": 2**31,
        "options": {"Voice": 1, "pitch": 2, "ok": 3, "list": []},
        "messages": {
            "note_onn": [],
            "control_128": [],
            "note_on": ["/a", "{pitch}"],
            "note_off": [["/a", "{velocty}"], ["b"]],
            "hand": [["/h"]] * 17,
            "beat": 5,
            "stop": [["/s", "{ok}", "{pitch}"]],
        },
    }
    with pytest.raises(OutputError) as caught:
        parse_template("t", table, "t.toml")
    line = str(caught.value)
    assert "\n" not in line
    for part in (
        "t.toml has 16 mistakes: ",
        "port: must be a whole number, 1 to 65535, not 70000",
        "ahead_ms: must be a number, 0 to 2000, not -1",
        "time_tag: 'clok' is unknown (did you mean 'clock'? allowed: clock, immediate)",
        "first_id: must be a whole number, 0 to 2146435072",
        "options.Voice: needs another name",
        "options.pitch: needs another name",
        "options.list: must be a number or a text, not []",
        "messages.note_onn: is no event (did you mean 'note_on'? allowed: note_on, note_off",
        "messages.control_128: is no event (did you mean 'control'? allowed: note_on",
        "messages.note_on: must be a list of messages",
        "messages.note_off[0]: {velocty} is no field here (did you mean 'velocity'? allowed:",
        "messages.note_off[1]: 'b' is no OSC address",
        "messages.hand: has 17 messages, at most 16 are allowed",
        "messages.beat: must be a list of messages",
        "messages.stop[0]: {pitch} is no field here",
        "titel: is no key here (did you mean 'title'? allowed: options, title, host",
    ):
        assert part in line


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ({}, "messages: is missing: write [messages]"),
        ({"messages": {}}, "messages: is missing"),
        ({"messages": 3}, "messages: must be a table"),
        ({"messages": {"start": []}, "options": 3}, "options: must be a table"),
    ],
)
def test_what_is_no_template(table, line):
    with pytest.raises(OutputError, match=re.escape(line)):
        parse_template("t", table, "t.toml")


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("puredta", None, "is called 'puredta' (did you mean 'puredata'? allowed: handmidi"),
        ("zzz", None, "(allowed: handmidi, puredata, supercollider, surge)"),
        ("none.toml", None, "cannot read the OSC template none.toml: No such file"),
        ("bad.toml", b"a = ", "bad.toml is no valid TOML"),
        ("bad.toml", b"a = '\xff'", "bad.toml is no valid TOML"),
        ("bad.toml", b"a = " + b"[" * 30_000, "bad.toml is no valid TOML"),
    ],
)
def test_files_that_cannot_be_read(here, name, content, line):
    if content is not None:
        (here / name).write_bytes(content)
    with pytest.raises(OutputError) as caught:
        load_template(name)
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_documented_example_is_a_template():
    blocks = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.S)
    (example,) = [parse_template("example", tomllib.loads(b), "docs/osc.md") for b in blocks]
    said = example.messages["note_on"][1].fill({**example.options, "velocity_unit": 0.5, "id": 100})
    assert said == ("/voice/1/gate", (1, 0.5, 100))


def test_every_event_field_and_address_is_documented():
    rows = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    for event, fields in EVENTS.items():
        assert any(f"`{event}`" in row.split("|")[1] for row in rows), event
        assert set(fields) <= set(FIELDS)
    names = {int: "int", float: "float", str: "text"}
    for name, field in FIELDS.items():
        assert f"| `{name}` | {names[field.kind]} | {field.meaning} |" in rows
    sides = {
        "side": "left",
        "name": "NAME",
        "area": 0,
        "x": 0,
        "y": 0,
        "openness": 0,
        "tilt": 0,
        "pinch": 0,
    }
    fields = {name: 0 for name in FIELDS} | sides
    for template in (load_template("handmidi"), load_template("puredata")):
        for patterns in template.messages.values():
            for pattern in patterns:
                address = pattern.fill(fields).address
                address = address.removeprefix("/handmidi/1/")
                assert any(f"`{address}`" in row.split("|")[1] for row in rows), address
