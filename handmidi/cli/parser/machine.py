"""``calibrate``, ``devices``, ``bench`` and ``completion``."""

from __future__ import annotations

from pathlib import Path

from handmidi.cli import arguments
from handmidi.cli.parser import names
from handmidi.cli.parser.base import Program
from handmidi.cli.parser.shared import add_camera, add_command, add_json, add_model, add_tracker


def add_calibrate(program: Program) -> None:
    """Add ``calibrate``."""
    calibrate = add_command(
        program,
        "calibrate:calibrate",
        "calibrate [--latency | --tap] [FLAGS]",
        "measure how far your hand reaches, or how late sound is heard",
        "handmidi calibrate",
        "handmidi calibrate --camera 1 --seconds 20",
        "handmidi calibrate --latency",
        "handmidi calibrate --forget",
    )
    hand = calibrate.add_argument_group("how near, far, wide and high you reach")
    add_camera(hand)
    add_tracker(hand)
    add = hand.add_argument
    add(
        "--seconds",
        type=arguments.positive,
        metavar="S",
        help="how long (10; the whole of a video)",
    )
    add("--headless", action="store_true", help="no window")
    _add_latency(calibrate)
    calibrate.add_argument(
        "--forget", action="store_true", help="go back to the usual ranges, or latency"
    )
    add_json(calibrate, "what was measured, and where it is kept")


def _add_latency(calibrate) -> None:
    add = calibrate.add_argument_group("how late sound is heard").add_argument
    add("--latency", action="store_true", help="play clicks and hear them by the microphone")
    add("--tap", action="store_true", help="with headphones: tap along in the terminal instead")
    add("--soundfont", metavar="FILE", help="for the clicks").completer = names.soundfonts


def add_devices(program: Program) -> None:
    """Add ``devices``."""
    devices = add_command(
        program,
        "devices:devices",
        "devices [--check] [FLAGS]",
        "list what works here, what does not, and what to do about it",
        "handmidi devices",
        "handmidi devices --check",
        "handmidi devices --json",
        "handmidi devices --report",
    )
    add = devices.add_argument
    add(
        "--check",
        action="store_true",
        help="play a note, show whether the microphone hears it, look for a hand; status 1 if "
        "nothing could be played",
    )
    add(
        "--seconds",
        type=arguments.positive,
        default=2.0,
        metavar="S",
        help="how long the note of --check sounds (2)",
    )
    camera = add(
        "--camera", metavar="SRC", help="where --check looks for a hand (the first webcam)"
    )
    camera.completer = names.videos
    out = add(
        "--out", type=Path, default=Path("takes"), metavar="DIR", help="where takes go (takes)"
    )
    out.completer = names.folders
    add(
        "--report",
        type=Path,
        nargs="?",
        const=Path("handmidi-report.txt"),
        metavar="FILE",
        help="write versions, devices and the log into a file, and send nothing "
        "(handmidi-report.txt)",
    )
    add_json(devices, "a list of what, name, state, detail and next_step")


def add_bench(program: Program) -> None:
    """Add ``bench``."""
    bench = add_command(
        program,
        "bench:bench",
        "bench [FLAGS]",
        "measure how fast this machine plays: trackers, sessions, start-up",
        "handmidi bench --quick",
        "handmidi bench --trackers direct --live 0",
        "handmidi bench --json > bench.json",
    )
    add = bench.add_argument
    add("--quick", action="store_true", help="a first look: fewer pictures, 5 s live")
    add(
        "--trackers",
        default="direct,mediapipe,skin",
        metavar="T,T",
        help="which, with commas (direct,mediapipe,skin)",
    )
    add_model(bench)
    clip = add("--clip", default="demo", metavar="VIDEO", help="what they see (demo)")
    clip.completer = names.videos
    add(
        "--live",
        type=arguments.live,
        metavar="S",
        help="length of each live session, 2 to 3600 (20), or 0 for none",
    )
    add_json(bench, "all figures")
    add("-o", "--output", type=Path, metavar="FILE", help="write the JSON into a file, too")
    add("--docs", type=Path, metavar="FILE", help="rewrite the figures in docs/speed.md")


def add_completion(program: Program) -> None:
    """Add ``completion``."""
    completion = add_command(
        program,
        "completion:completion",
        "completion SHELL",
        "print what makes a shell complete commands, flags and names",
        'eval "$(handmidi completion bash)"',
        'eval "$(handmidi completion zsh)"',
        "handmidi completion fish | source",
        note=(
            "\nto keep it, add the line of your shell to ~/.bashrc, to ~/.zshrc (after\n"
            "compinit), or to ~/.config/fish/config.fish"
        ),
    )
    completion.add_argument(
        "shell", choices=("bash", "zsh", "fish"), metavar="SHELL", help="bash, zsh or fish"
    )
