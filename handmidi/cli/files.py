"""Commands that work on files: ``track``, ``map``, ``score``, ``report``, ``send``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from handmidi.cli.consent import ask_for_mediapipe
from handmidi.errors import HandMidiError, SongError, TraceError
from handmidi.take import Take


def track(args: argparse.Namespace) -> None:
    """``handmidi track VIDEO -o hand.csv``."""
    ask_for_mediapipe(args.tracker, args.accept)
    from handmidi.trace import TraceWriter
    from handmidi.vision.camera import open_camera
    from handmidi.vision.tracker import find_tracker_model, open_tracker, track_video

    frames = found = 0
    model = find_tracker_model(args.tracker, args.model)
    with (
        open_camera(args.video) as camera,
        open_tracker(args.tracker, model, args.hands, background=False) as tracker,
    ):
        if camera.live:
            raise HandMidiError("track reads video files; a camera is for handmidi play")
        try:
            writer = TraceWriter(args.output)
            for frame in _with_progress(track_video(camera, tracker), camera.frames):
                writer.write(frame)
                frames, found = frames + 1, found + bool(frame.hands)
            writer.close()
        except OSError as error:
            raise TraceError(f"cannot write {args.output}: {error.strerror}") from error
    print(f"hand found in {found} of {frames} frames: {args.output}")


def map_trace(args: argparse.Namespace) -> None:
    """``handmidi map hand.csv --preset P -o notes.mid``, or ``handmidi map TAKE -o …``."""
    from handmidi.midifile import PerformanceWriter
    from handmidi.session.replay import map_file, replay

    if args.trace.is_dir():
        if args.hands or args.bpm or args.camera:
            args.usage_error("a take knows its own --hands, --bpm and --camera: leave them out")
        set_up, timed = replay(Take(args.trace), args.preset)
    else:
        if args.preset is None:
            args.usage_error("which --preset? only a take knows its own")
        set_up, timed = map_file(args.trace, args.preset, args.hands or 1, args.bpm, args.camera)
    try:
        writer = PerformanceWriter(args.output)
        writer.write(0.0, set_up)
        for each in timed:
            writer.write(each.time_s, [each.message])
        writer.close()
    except OSError as error:
        raise SongError(f"cannot write {args.output}: {error.strerror}") from error
    notes = sum(each.message.type == "note_on" for each in timed)
    print(f"{notes} notes: {args.output}")


def score(args: argparse.Namespace) -> None:
    """``handmidi score NOTES [SONG]``."""
    from handmidi.cli.tables import score_lines

    if args.notes.is_dir():
        if args.song or args.melody_track is not None:
            raise SongError("a take knows its song: write handmidi score TAKE, without one")
        from handmidi.session.results import score_take

        result = score_take(Take(args.notes))[2]
    else:
        if args.song is None:
            args.usage_error("which SONG? only a take knows its own")
        from handmidi.midifile import read_performance
        from handmidi.score import score_performance
        from handmidi.song import load_song

        song = load_song(args.song, args.melody_track)
        result = score_performance(song, read_performance(args.notes))
    if args.json:
        print(result.to_json(), end="")
    else:
        print("\n".join(score_lines(result)))


def report(args: argparse.Namespace) -> None:
    """``handmidi report TAKE``."""
    from handmidi.cli.tables import score_lines
    from handmidi.session.results import report_take

    take = Take(args.take)
    take.read_info()
    print("scoring and engraving …", flush=True)
    print("\n".join(score_lines(report_take(take))))
    print(f"report: {take.report}")


def send(args: argparse.Namespace) -> int:
    """``handmidi send [TAKE --to ADDRESS]``."""
    from handmidi.mail import send_outbox

    if args.take and args.to:
        mail(args.take, args.to)
        return 0
    if args.take or args.to:
        args.usage_error("a TAKE and --to ADDRESS belong together")
    deliveries = send_outbox()
    if not deliveries:
        print("no mail waits")
    for each in deliveries:
        if each.sent:
            print(f"{each.to}: sent")
        else:
            print(f"handmidi: {each.to}: {each.error} (it is {each.kept})", file=sys.stderr)
        for address, why in each.refused.items():
            print(f"handmidi: {address} refused ({why}); it is {each.kept}", file=sys.stderr)
    return int(any(not each.sent or each.refused for each in deliveries))


def mail(folder: Path, to: str) -> None:
    """Mail a take and say so.

    Raises
    ------
    MailError
        If it did not go to everyone.
    """
    from handmidi.errors import MailError
    from handmidi.mail import mail_take

    print(f"mailing to {to} …", flush=True)
    delivery = mail_take(folder, to)
    if delivery.refused:
        refused = "; ".join(f"{address}: {why}" for address, why in delivery.refused.items())
        raise MailError(f"not everyone took the mail ({refused}); theirs is {delivery.kept}")
    print(f"mailed to {delivery.to}")


def _with_progress(items, total: int):
    """Show a bar on a terminal, a line elsewhere; on standard error."""
    if not sys.stderr.isatty():
        print(f"tracking {total or 'all'} frames …", file=sys.stderr, flush=True)
        yield from items
        return
    from rich.console import Console
    from rich.progress import track as bar

    yield from bar(items, "tracking", total or None, console=Console(stderr=True), transient=True)
