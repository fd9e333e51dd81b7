import pytest

from handmidi.outputs.osc_commands import Command, parse_command
from handmidi.outputs.osc_pattern import OscMessage


def parse(address, *arguments):
    return parse_command(OscMessage(f"/handmidi/1/{address}", arguments))


@pytest.mark.parametrize(
    ("said", "command"),
    [
        (("preset", "blues"), Command("preset", "blues")),
        (("preset", "Étude no-2"), Command("preset", "Étude no-2")),
        (("panic",), Command("panic")),
        (("panic", 1), Command("panic")),
        (("panic", 0.5), Command("panic")),
        (("panic", 0), None),
        (("transport/start", 1.0), Command("start")),
        (("transport/start", 0.0), None),
        (("transport/stop",), Command("stop")),
        (("transport/tempo", 120), Command("tempo", 120.0)),
        (("transport/tempo", 20.0), Command("tempo", 20.0)),
    ],
)
def test_commands(said, command):
    assert parse(*said) == command


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (("panic", "now"), "takes no argument, or one number"),
        (("panic", 1, 1), "takes no argument, or one number"),
        (("preset",), "takes the name of a preset"),
        (("preset", 3), "takes the name of a preset"),
        (("preset", "blues", "x"), "takes the name of a preset"),
        (("preset", ""), "not a file"),
        (("preset", "../x"), "not a file"),
        (("preset", "x.toml"), "not a file"),
        (("preset", "C:\\x"), "not a file"),
        (("preset", "x\n"), "not a file"),
        (("preset", "x" * 65), "not a file"),
        (("transport/tempo",), "takes one number"),
        (("transport/tempo", "fast"), "takes one number"),
        (("transport/tempo", 19.9), "takes 20 to 400"),
        (("transport/tempo", float("nan")), "takes 20 to 400"),
        (("transport/tempo", float("inf")), "takes 20 to 400"),
    ],
)
def test_wrong_arguments(said, line):
    with pytest.raises(ValueError, match=line):
        parse(*said)


@pytest.mark.parametrize("address", ["/", "/panic", "/handmidi/2/panic", "/handmidi/1/panic/now"])
def test_unknown_addresses(address):
    with pytest.raises(LookupError):
        parse_command(OscMessage(address, ()))
