import pytest

from handmidi.errors import OutputError
from handmidi.outputs.osc_target import parse_target


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HANDMIDI_DATA", str(tmp_path / "data"))
    return tmp_path


@pytest.mark.parametrize(
    ("text", "kind", "host", "port", "shown"),
    [
        ("127.0.0.1:57120", "handmidi", "127.0.0.1", 57120, "handmidi@127.0.0.1:57120"),
        ("studio.local:1", "handmidi", "studio.local", 1, "handmidi@studio.local:1"),
        ("[::1]:65535", "handmidi", "::1", 65535, "handmidi@[::1]:65535"),
        ("handmidi", "handmidi", "127.0.0.1", 57120, "handmidi@127.0.0.1:57120"),
        ("supercollider", "supercollider", "127.0.0.1", 57110, "supercollider@127.0.0.1:57110"),
        ("puredata", "puredata", "127.0.0.1", 9000, "puredata@127.0.0.1:9000"),
        ("surge@pc:7", "surge", "pc", 7, "surge@pc:7"),
    ],
)
def test_targets(text, kind, host, port, shown):
    target = parse_target(text)
    assert (target.template.name, target.host, target.port) == (kind, host, port)
    assert str(target) == shown
    assert target.ahead_ms == 0.0


def test_options():
    target = parse_target("supercollider@pc:7, synth=my pad ,ahead_ms=12.5")
    assert target.options == {"synth": "my pad"}
    assert target.ahead_ms == 12.5
    assert parse_target("supercollider").options == {"synth": "default"}


def test_a_template_of_ones_own(here):
    text = 'ahead_ms = 5\n[options]\nn = 1\nr = 1.0\n[messages]\nstart = [["/go", "{n}", "{r}"]]\n'
    (here / "my synth.toml").write_text(text)
    target = parse_target("my synth.toml@pc:7,n=-3,r=2")
    assert (target.options, target.ahead_ms) == ({"n": -3, "r": 2.0}, 5.0)
    for wrong, line in (
        ("n=1.5", "n must be a whole number"),
        ("r=nan", "r must be a number"),
        ("r=1e30", "r must be a number"),
    ):
        with pytest.raises(OutputError, match=line):
            parse_target(f"my synth.toml@pc:7,{wrong}")
    with pytest.raises(OutputError, match="has no port of its own: write my synth"):
        parse_target("my synth.toml")


def test_an_option_within_an_address(here):
    text = '[options]\nvoice = "lead"\n[messages]\nstart = [["/go/{voice}"]]\n'
    (here / "mine.toml").write_text(f"port = 1\n{text}")
    assert parse_target("mine.toml,voice=a/b").options == {"voice": "a/b"}
    for wrong in ("a b", "é", "*", "/"):
        with pytest.raises(OutputError, match="voice stands in an address"):
            parse_target(f"mine.toml,voice={wrong}")
    (here / "mine.toml").write_text(text.replace("lead", "my lead"))
    with pytest.raises(OutputError, match=r"options\.voice: has a blank or a sign"):
        parse_target("mine.toml@pc:1")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "is no OSC target"),
        ("57120", "write HOST:PORT, KIND@HOST:PORT or KIND"),
        (":57120", "write HOST:PORT"),
        ("host:", "write HOST:PORT"),
        ("host:0", "a port of 1 to 65535"),
        ("host:65536", "a port of 1 to 65535"),
        ("h:" + "9" * 5000, "a port of 1 to 65535"),
        ("h:-1", "a port of 1 to 65535"),
        ("h:٣", "a port of 1 to 65535"),
        ("@h:1", "write HOST:PORT"),
        ("[::1:5", r"is no OSC target .*like 127.0.0.1:57120 or \[::1\]:57120"),
        ("::1]:5", "is no OSC target"),
        ("::1:5", "is no OSC target"),
        ("surge@:::9", "is no OSC target"),
        ("[studio]:5", "is no OSC target"),
        ("a[b]:5", "is no OSC target"),
        ("[]:5", "is no OSC target"),
        ("surge@h", "write HOST:PORT"),
        ("supercolider", "did you mean 'supercollider'?"),
        ("nowhere", "allowed: handmidi, puredata, supercollider, surge"),
        ("pured@h:1", "no OSC target is called 'pured' .did you mean 'puredata'."),
        (
            "supercollider,snth=x",
            "no option of supercollider .did you mean 'synth'. allowed:",
        ),
        ("supercollider,xyz", "allowed: ahead_ms, synth.: write NAME=VALUE"),
        ("supercollider,synth", "synth in 'supercollider,synth' has no value: write synth=SYNTH"),
        ("supercollider,synth=", "has no value: write synth=SYNTH"),
        ("supercollider,ahead_ms", "has no value: write ahead_ms=AHEAD_MS"),
        ("supercollider,synth=a\udc80", "synth must be 1 to 200 printing characters"),
        ("surge,ahead_ms=x", "ahead_ms must be a number, 0 to 2000, not 'x'"),
        ("surge,ahead_ms=2001", "ahead_ms must be a number, 0 to 2000"),
        ("none.toml", "cannot read the OSC template none.toml"),
    ],
)
def test_what_is_no_target(text, line):
    with pytest.raises(OutputError, match=line) as caught:
        parse_target(text)
    assert "\n" not in str(caught.value)
