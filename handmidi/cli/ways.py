"""The ways to practise: their flags, and which of them go together."""

from __future__ import annotations

import argparse

from handmidi.cli import arguments

USUAL, FASTEST = 100.0, 200.0  # percent of a song's tempo


def add_ways(command: argparse.ArgumentParser) -> None:
    """Give a command the flags of how a song is practised."""
    add = command.add_argument
    add(
        "--tempo",
        type=arguments.percent,
        default=100.0,
        metavar="PERCENT",
        help="of the song's tempo, 25 to 200 (100)",
    )
    add("--wait", action="store_true", help="the backing waits for the right note")
    _add_loop(command)
    add("--guide", action="store_true", help="the melody sounds, too")
    add(
        "--count-in",
        type=arguments.count_in,
        default=1,
        metavar="BARS",
        help="bars counted in, 0 to 4 (1)",
    )
    add(
        "--transpose",
        type=arguments.transpose,
        default=0,
        metavar="N",
        help="semitones, -24 to 24 (0)",
    )
    add(
        "--mute",
        type=arguments.tracks,
        action="extend",
        default=[],
        metavar="TRACK[,TRACK]",
        help="leave tracks out of the backing, by number or name; may be given again",
    )


def _add_loop(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add("--loop", type=arguments.bars, metavar="BARS", help="repeat bars, such as 5-8, or 5")
    add(
        "--passes",
        type=arguments.passes,
        metavar="N",
        help="how often bars, or the whole song, are played, 1 to 999",
    )
    add(
        "--rise",
        type=arguments.rise,
        default=0.0,
        metavar="PERCENT",
        help="each pass is faster by so much of the song's tempo, up to 50",
    )
    add(
        "--top",
        type=arguments.percent,
        metavar="PERCENT",
        help="no pass is faster (100; from 100 on with --passes 200)",
    )


def check_ways(args: argparse.Namespace) -> None:
    """Refuse flags of which one makes another meaningless: it is wrong usage."""
    args.mute = tuple(args.mute)
    top = args.top
    if top is None:
        top = FASTEST if args.passes and args.rise and args.tempo >= USUAL else USUAL
    rules = (
        (args.wait and args.link, "--wait and --link do not go together: a session does not wait"),
        (args.wait and args.clock, "--wait and --clock do not go together: a clock does not wait"),
        (args.rise and args.link, "--rise and --link do not go together: Link sets the tempo"),
        (args.top is not None and not args.rise, "--top is reached by --rise PERCENT: add it"),
        (args.rise and top <= args.tempo, f"--rise from {args.tempo:g} to what? add a --top above"),
    )
    for is_wrong, line in rules:
        if is_wrong:
            args.usage_error(line)
    args.top = max(top, args.tempo)
