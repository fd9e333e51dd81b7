"""Commands that work on files: ``track``, ``map``, ``score``, ``report``, ``send``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from handmidi.cli.consent import ask_for_mediapipe
from handmidi.cli.progress import progress, waiting
from handmidi.cli.terminal import print_json, say, warn
from handmidi.errors import HandMidiError, SongError, TraceError
from handmidi.files import replacing
from handmidi.take import Take

if TYPE_CHECKING:
    import mido

    from handmidi.midifile import Performance
    from handmidi.notes import TimedMessage
    from handmidi.score import Score
    from handmidi.session.batch import Found
    from handmidi.song import Song

_RECORDINGS = (".wav", ".flac", ".ogg", ".mp3")


def track(args: argparse.Namespace) -> None:
    """``handmidi track VIDEO -o hand.csv``."""
    _check_output(args.output, Path(args.video))
    ask_for_mediapipe(args.tracker, args.accept)
    from handmidi.trace import TraceWriter
    from handmidi.vision.camera import is_webcam
    from handmidi.vision.film import open_film
    from handmidi.vision.tracker import find_tracker_model, open_tracker, track_video

    if is_webcam(args.video):
        raise HandMidiError("track reads video files; a camera is for handmidi play")
    frames = found = 0
    model = find_tracker_model(args.tracker, args.model)
    with (
        open_film(args.video) as film,
        open_tracker(args.tracker, model, args.hands, background=False) as tracker,
    ):
        try:
            with replacing(args.output) as part:
                writer = TraceWriter(part)
                with progress("tracking", film.frames or None) as tell:
                    for frame in track_video(film, tracker):
                        writer.write(frame)
                        frames, found = frames + 1, found + bool(frame.hands)
                        tell(frames)
                writer.close()
        except OSError as error:
            raise TraceError(
                f"cannot write {args.output}: {error.strerror}; name another file with -o"
            ) from error
    say(f"hand found in {found} of {frames} frames: {args.output}")
    if args.json:
        print_json({"frames": frames, "found": found, "trace": str(args.output)})


def map_trace(args: argparse.Namespace) -> None:
    """``handmidi map hand.csv --preset P -o notes.mid``, or ``handmidi map TAKE -o …``."""
    from handmidi.midifile import PerformanceWriter

    is_take = args.trace.is_dir()
    if is_take and (args.hands or args.bpm or args.camera):
        args.usage_error("a take knows its own --hands, --bpm and --camera: leave them out")
    if not is_take and args.preset is None:
        args.usage_error("which --preset? only a take knows its own")
    _check_output(args.output, args.trace)
    with waiting("mapping", always=False):
        set_up, timed = _mapped(args, is_take)
    try:
        with replacing(args.output) as part:
            writer = PerformanceWriter(part)
            writer.write(0.0, set_up)
            for each in timed:
                writer.write(each.time_s, [each.message])
            writer.close()
    except OSError as error:
        raise SongError(
            f"cannot write {args.output}: {error.strerror}; name another file with -o"
        ) from error
    notes = sum(each.message.type == "note_on" for each in timed)
    say(f"{notes} {'note' if notes == 1 else 'notes'}: {args.output}")
    if args.json:
        print_json({"notes": notes, "file": str(args.output)})


def _check_output(output: Path, source: Path) -> None:
    """Refuse to write over the file that is read, or over a file of the take that is read."""
    if not (output.exists() and source.exists()):
        return
    kept = output.parent if source.is_dir() else output
    if kept.samefile(source):
        raise HandMidiError(f"{output} would be written over: name another file with -o")


def _mapped(
    args: argparse.Namespace, is_take: bool
) -> tuple[list[mido.Message], list[TimedMessage]]:
    from handmidi.session.replay import map_file, replay

    if is_take:
        return replay(Take(args.trace), args.preset)
    return map_file(args.trace, args.preset, args.hands or 1, args.bpm, args.camera)


def score(args: argparse.Namespace) -> int:
    """``handmidi score NOTES SONG``, or ``handmidi score TAKE…``."""
    _check_where(args)
    if _are_takes(args.paths):
        return _score_takes(args)
    if args.jobs or args.dask or args.mic:
        args.usage_error("--jobs, --dask and --mic are for takes")
    if len(args.paths) == 1 and not Path(args.paths[0]).exists():
        raise HandMidiError(f"no such take: {args.paths[0]}; name a take, or notes and their song")
    if len(args.paths) != 2:
        args.usage_error(
            "which SONG? notes and their song belong together; only a take knows its own"
        )
    from handmidi.score import score_performance
    from handmidi.song import load_song

    notes, name = args.paths
    song = load_song(name, args.melody_track)
    _print_score(song, score_performance(song, _read_played(Path(notes))), args.json)
    return 0


def _check_where(args: argparse.Namespace) -> None:
    if args.jobs and args.dask:
        args.usage_error("--jobs and --dask do not go together: a cluster has its own processes")


def _read_played(path: Path) -> Performance:
    if path.suffix.lower() in _RECORDINGS:
        from handmidi.heard import notes_heard

        return notes_heard(path)
    from handmidi.midifile import read_performance

    return read_performance(path)


def _are_takes(paths: Sequence[str]) -> bool:
    """Whether `score` was given takes: a file comes first where it was given notes."""
    return not Path(paths[0]).is_file() and any(Path(path).is_dir() for path in paths)


def _score_takes(args: argparse.Namespace) -> int:
    named = len(args.paths) == 2 and not Path(args.paths[1]).is_dir()
    if args.melody_track is not None or (named and len(Path(args.paths[1]).parts) == 1):
        raise SongError("a take knows its song: write handmidi score TAKE, without one")
    found = _find(args.paths)
    one = _is_one(args.paths, found)
    if one and not args.dask:
        from handmidi.history import record
        from handmidi.session.results import score_take

        take = Take(found.takes[0], args.mic)
        score_take(take, lambda song, score: _print_score(song, score, args.json))
        record(take)
        return 0
    from handmidi.cli.many import score_many

    return score_many(args, found, one)


def _print_score(song: Song, result: Score, as_json: bool) -> None:
    from handmidi.cli.tables import score_lines

    print(result.to_json() if as_json else "\n".join(score_lines(song, result)) + "\n", end="")


def report(args: argparse.Namespace) -> int:
    """``handmidi report TAKE…``."""
    _check_where(args)
    found = _find(args.takes)
    if args.dask or not _is_one(args.takes, found):
        from handmidi.cli.many import report_many

        return report_many(args, found)
    from handmidi.cli.many import reported

    take = Take(found.takes[0], args.mic)
    take.read_info()
    score = _report(take, args.html)
    say(f"report: {take.report}")
    if args.html:
        say(f"page:   {take.html}")
    if args.json:
        print_json([reported(take, args.html) | {"score": score.to_dict()}])
    return 0


def _report(take: Take, html: bool) -> Score:
    """Score and engrave a take; its score is told before the report is written."""
    from handmidi.cli.tables import score_lines
    from handmidi.session.results import report_take

    with waiting("scoring and engraving"):
        return report_take(take, html, told=lambda *told: say("\n".join(score_lines(*told))))


def _find(paths: Sequence[str]) -> Found:
    """The takes that were named; the database that ``takes/*`` names, too, is none."""
    from handmidi.history import FILE
    from handmidi.session.batch import find_all

    return find_all(Path(path) for path in paths if Path(path).name != FILE)


def _is_one(paths: Sequence[str], found: Found) -> bool:
    """Whether one take was named, not a folder of takes."""
    return len(paths) == 1 and found.takes == (Path(paths[0]),)


def send(args: argparse.Namespace) -> int:
    """``handmidi send [TAKE --to ADDRESS]``."""
    from handmidi.mail import left_alone, send_outbox

    if args.take and args.to:
        mail(args.take, args.to)
        return 0
    if args.take or args.to:
        args.usage_error("a TAKE and --to ADDRESS belong together")
    deliveries = send_outbox(again=args.again)
    left = left_alone()
    if not deliveries and not left:
        say("no mail waits")
    told = {path for each in deliveries for path in each.kept}
    for each in deliveries:
        kept = " ".join(map(str, each.kept))
        if each.sent:
            say(f"{each.to}: sent")
        else:
            warn(f"{each.to}: {each.error} (it is {kept})")
        for address, why in each.refused.items():
            warn(f"{address} refused ({why}); it is {kept}")
    for path in (path for path in left if path not in told):
        what = "may have arrived" if path.suffix == ".perhaps" else "was refused for good"
        warn(f"{path} {what}: `handmidi send --again` sends it, or delete it")
    return int(bool(left) or any(not each.sent or each.refused for each in deliveries))


def mail(folder: Path, to: str) -> None:
    """Mail a take and say so.

    Raises
    ------
    MailError
        If it did not go to everyone.
    """
    from handmidi.errors import MailError
    from handmidi.mail import mail_take

    with waiting(f"mailing to {to}"):
        delivery = mail_take(folder, to)
    if delivery.refused:
        refused = "; ".join(f"{address}: {why}" for address, why in delivery.refused.items())
        raise MailError(
            f"not everyone took the mail ({refused}); theirs is {' '.join(map(str, delivery.kept))}"
        )
    say(f"mailed to {delivery.to}")
