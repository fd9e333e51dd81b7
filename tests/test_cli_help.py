"""Help, overview and wrong usage: what a newcomer reads first."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from handmidi.cli import main
from handmidi.cli.parser import build_parser
from tools.commands import page

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = build_parser().commands


def examples(name: str) -> list[str]:
    """The examples of a command's help."""
    told = COMMANDS[name].epilog.splitlines()
    return [line.strip() for line in told[1:] if line.startswith("  ")]


def wrong(capsys, line: str) -> str:
    """What a wrong use is told: one line on stderr, status 2."""
    with pytest.raises(SystemExit) as left:
        main(shlex.split(line))
    assert left.value.code == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    return shown.err.strip()


@pytest.mark.parametrize("name", COMMANDS)
class TestCommand:
    def test_examples_are_understood(self, name):
        assert COMMANDS[name].epilog.startswith("examples:\n")
        assert examples(name)
        for example in examples(name):
            words = shlex.split(example.replace('eval "$(', "").replace(')"', ""))
            words = words[: next((i for i, word in enumerate(words) if word in "|>"), None)]
            assert words[:2] == ["handmidi", name]
            assert build_parser().parse_args(words[1:]).run

    def test_help_fits_a_terminal_and_is_a_sentence(self, name, monkeypatch):
        monkeypatch.setenv("COLUMNS", "80")
        text = COMMANDS[name].format_help()
        assert max(map(len, text.splitlines())) <= 80
        assert COMMANDS[name].description.endswith(".")
        assert text.index("general:") < text.index("examples:")

    def test_quiet_and_debug_stand_anywhere(self, name):
        words = shlex.split(examples(name)[0].replace('eval "$(', "").replace(')"', ""))[1:]
        words = words[: words.index("|")] if "|" in words else words
        for given in (["--quiet", "--debug", *words], [*words, "-q", "--debug"]):
            args = build_parser().parse_args(given)
            assert (args.quiet, args.debug) == (True, True)
        args = build_parser().parse_args(words)
        assert (args.quiet, args.debug) == (False, False)

    def test_every_flag_is_explained(self, name):
        for action in COMMANDS[name]._actions:
            assert action.help, action.option_strings


def test_json_says_what_it_prints():
    for name, command in COMMANDS.items():
        for action in command._actions:
            if "--json" in action.option_strings:
                assert action.help.startswith("print JSON: "), name


def test_the_overview_names_every_command_and_what_to_try(capsys):
    assert main([]) == 0
    text = capsys.readouterr().out
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    assert capsys.readouterr().out == text
    assert max(map(len, text.splitlines())) <= 80
    for name in COMMANDS:
        assert f"\n  {name} " in text
    tries = [line for line in text.splitlines() if "  handmidi " in line]
    assert len(tries) >= 2
    for line in tries:
        assert build_parser().parse_args(shlex.split(line, comments=True)[1:]).run


@pytest.mark.parametrize("words", [[], ["play"]])
def test_help_is_a_word_too(words, capsys):
    told = []
    for line in (["help", *words], [*words, "--help"]):
        with pytest.raises(SystemExit) as left:
            main(line)
        assert left.value.code == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1] and told[0]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("practise mama", "handmidi: there is no command 'practise': did you mean practice? (see "
         "handmidi --help)"),
        ("practice mama --tmpo 80", "handmidi: there is no flag --tmpo: did you mean --tempo? "
         "(see handmidi practice --help)"),
        ("practice --tmpo", "there is no flag --tmpo"),
        ("--quite play", "there is no flag --quite: did you mean --quiet? (see handmidi --help)"),
        ("play --tempo 80", "there is no flag --tempo: it belongs to practice"),
        ("play --tracker skim", "--tracker: 'skim' is not one of direct, mediapipe, skin: did you "
         "mean skin? (see handmidi play --help)"),
        ("practice", "handmidi: SONG is missing (see handmidi practice --help)"),
        ("track demo", "-o/--output is missing"),
        ("practice mama --tempo 900", "--tempo: '900' is no number from 25 to 200 (see"),
        ("practice mama --tempo", "--tempo: expected one argument (see"),
        ("practice mama --melody-track x", "--melody-track: 'x' is no whole number from 0"),
        ("bench --live 1", "--live: '1' is not 0, nor a number from 2 to 3600"),
        ("play mama", "one word too many: 'mama' (see handmidi play --help)"),
        ("play -x", "there is no flag -x"),
        ("-x", "there is no flag -x (see handmidi --help)"),
        ("''", "there is no command '' (see handmidi --help)"),
    ],
)  # fmt: skip
def test_wrong_usage_is_one_line_with_the_next_step(line, told, capsys):
    said = wrong(capsys, line)
    assert told in said
    assert said.endswith(" --help)")


def test_words_that_begin_with_dashes_can_be_named(capsys):
    assert build_parser().parse_args(["practice", "--", "--song.mid"]).song == "--song.mid"
    assert build_parser().parse_args(["practice", "mama", "--tempo=80"]).tempo == 80.0


def test_help_and_mistakes_import_nothing_heavy(tmp_path):
    code = (
        "import sys, contextlib; from handmidi.cli import main\n"
        "for words in (['play', '--help'], ['--help'], ['play', '--tmpo']):\n"
        "    with contextlib.suppress(SystemExit): main(words)\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    loaded = set(done.stderr.splitlines()[-1].split())
    assert not loaded & {"numpy", "cv2", "mido", "music21", "rich", "argcomplete", "sounddevice"}


def test_the_page_of_commands_is_up_to_date():
    kept = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert kept == page(), "write it anew: python -m tools.commands --docs docs/commands.md"
