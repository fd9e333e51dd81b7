"""The command line: what it prints, and how it fails."""

from __future__ import annotations

import io
import json
import os

import mido
import numpy as np
import pytest
from running import run_handmidi
from vision_assets import hand_model, write_video

from handmidi.cli import main
from handmidi.cli.arguments import learnable
from handmidi.cli.parser import build_parser
from handmidi.cli.ways import check_ways


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty current folder and no display."""
    monkeypatch.chdir(tmp_path)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def fails(capsys, *arguments: object) -> str:
    """Run a command that must fail with one line; returns the line."""
    assert main([str(a) for a in arguments]) == 1
    err = capsys.readouterr().err
    assert err.startswith("handmidi: ")
    assert len(err.splitlines()) == 1, err
    return err.removeprefix("handmidi: ").strip()


def is_usage_error(shown) -> bool:
    """Whether nothing was printed but one line on stderr, with the next step."""
    first, *more = shown.err.splitlines()
    is_ours = first.startswith("handmidi: ") and first.endswith(" --help)")
    return is_ours and not more and not shown.out


def midi(path, *messages: mido.Message):
    """A MIDI file of one track."""
    mido.MidiFile(tracks=[mido.MidiTrack(messages)]).save(path)
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        ["sing"],
        ["practice"],
        ["play", "--hands", "3"],
        ["play", "--osc", "nowhere"],
        ["play", "--tracker", "x"],
        ["practice", "mama", "--tempo", "900"],
        ["practice", "mama", "--email", "me"],
        ["practice", "mama", "--loop", "8-5"],
        ["practice", "mama", "--loop", "two"],
        ["practice", "mama", "--passes", "0"],
        ["practice", "mama", "--rise", "51"],
        ["practice", "mama", "--count-in", "5"],
        ["practice", "mama", "--transpose", "25"],
        ["practice", "mama", "--mute", "1,"],
        ["practice", "mama", "--wait", "--link"],
        ["practice", "mama", "--wait", "--clock"],
        ["practice", "mama", "--rise", "5", "--link", "--tempo", "50"],
        ["practice", "mama", "--rise", "5"],
        ["practice", "mama", "--rise", "5", "--tempo", "80", "--top", "70"],
        ["practice", "mama", "--top", "90"],
        ["send", "--to", "a@example.org"],
        ["report", "takes", "--jobs", "2", "--dask", "localhost:8786"],
        ["score", "takes", "--jobs", "2", "--dask", "localhost:8786"],
        ["calibrate", "--latency", "--seconds", "5"],
        ["calibrate", "--soundfont", "some.sf2"],
        ["songs", "--melody-track", "1"],
    ],
)
def test_wrong_usage_is_2(arguments, capsys):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert is_usage_error(capsys.readouterr())


def test_ways_to_practise_become_values():
    ways = "--loop 5-8 --passes 3 --rise 5 --transpose -5 --mute 2 --mute 5,Bass --guide"
    args = build_parser().parse_args(["practice", "mama", "--count-in", "0", *ways.split()])
    check_ways(args)
    assert (args.loop, args.passes, args.rise, args.transpose) == ((5, 8), 3, 5.0, -5)
    assert (args.mute, args.count_in, args.guide, args.wait) == ((2, 5, "Bass"), 0, True, False)
    assert build_parser().parse_args(["practice", "mama", "--loop", "5"]).loop == (5, 5)


@pytest.mark.parametrize(
    ("ways", "top"),
    [
        ("--tempo 60 --rise 5", 100.0),
        ("--tempo 60 --rise 5 --passes 3", 100.0),
        ("--rise 5 --passes 3", 200.0),
        ("--tempo 60 --rise 5 --top 80", 80.0),
        ("--tempo 150", 150.0),
    ],
)
def test_a_rising_tempo_has_a_top(ways, top):
    args = build_parser().parse_args(["practice", "mama", *ways.split()])
    check_ways(args)
    assert args.top == top


@pytest.mark.parametrize(
    ("ways", "said"),
    [
        (("--loop", "40-50"), "bars"),
        (("--mute", "Tuba"), "Tuba"),
        (("--loop", "1", "--passes", "999"), "passes"),
        (("--wait", "--preset", "theremin"), "theremin has no steps"),
        (("--wait", "--preset", "drum-pads"), "for which Mama would wait"),
    ],
)
def test_what_a_song_does_not_have_is_one_line(here, capsys, ways, said):
    assert said in fails(capsys, "practice", "mama", "--camera", "demo", *ways)
    assert not (here / "takes").exists()


def test_no_such_camera(here, capsys):
    hand_model()
    line = fails(capsys, "play", "--camera", "77", "--no-synth")
    assert "no camera 77" in line


def test_file_that_is_no_video(here, capsys):
    hand_model()
    (here / "clip.mp4").write_bytes(os.urandom(5000))
    assert "is no video" in fails(capsys, "practice", "mama", "--camera", "clip.mp4", "--no-synth")
    assert "is no video" in fails(capsys, "track", "clip.mp4", "-o", "hand.csv")
    assert not (here / "hand.csv").exists()


def test_missing_video(here, capsys):
    hand_model()
    assert "No such file" in fails(capsys, "track", "none.mp4", "-o", "hand.csv")


def test_corrupt_and_empty_midi(here, capsys):
    (here / "noise.mid").write_bytes(os.urandom(300))
    (here / "empty.mid").write_bytes(b"")
    for name in ("noise.mid", "empty.mid"):
        assert name in fails(capsys, "practice", name, "--camera", "demo")
        assert name in fails(capsys, "score", name, "mama")


def test_song_without_notes(here, capsys):
    midi(here / "silent.mid", mido.MetaMessage("track_name", name="Melody"))
    assert "has no notes" in fails(capsys, "practice", "silent.mid", "--camera", "demo")


def test_a_guessed_melody_is_said_before_anything_begins(here, capsys):
    hand_model()
    track = [mido.Message("note_on", note=60), mido.Message("note_off", note=60, time=480)]
    song = mido.MidiFile(tracks=[mido.MidiTrack(track), mido.MidiTrack(track)])
    song.save(here / "two.mid")
    assert main(["practice", "two.mid", "--camera", "77", "--headless", "--no-synth"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("melody: track ")
    assert said[0].endswith("(guessed); --melody-track N chooses another")


def test_unknown_song_and_preset_offer_the_nearest(here, capsys):
    assert "'mama'" in fails(capsys, "practice", "mamma", "--camera", "demo")
    assert "'theremin'" in fails(capsys, "play", "--preset", "teremin", "--camera", "demo")
    assert "'blues'" in fails(capsys, "presets", "bluse")


def test_broken_preset_says_all_at_once(here, capsys):
    (here / "bad.toml").write_text('contrl = "area"\nvelocity = 200\n[[zones]]\nat = 1\n')
    line = fails(capsys, "play", "--preset", "bad.toml", "--camera", "demo")
    for word in ("bad.toml", "contrl", "'control'", "velocity", "zones[0].note"):
        assert word in line


def test_preset_that_is_no_toml(here, capsys):
    (here / "bad.toml").write_text("= nothing")
    assert "no valid TOML" in fails(capsys, "play", "--preset", "bad.toml", "--camera", "demo")


def test_unwritable_folder(here, capsys):
    hand_model()
    (here / "takes").write_text("a file")
    line = fails(capsys, "practice", "mama", "--camera", "demo", "--no-synth")
    assert "--out" in line or "not a folder" in line


def test_missing_model(here, capsys, monkeypatch):
    monkeypatch.setenv("HANDMIDI_DATA", str(here / "data"))
    monkeypatch.delenv("HANDMIDI_MODEL", raising=False)
    assert "handmidi setup" in fails(capsys, "play", "--camera", "demo", "--no-synth")
    monkeypatch.setenv("HANDMIDI_MODEL", "nowhere.task")
    assert "nowhere.task" in fails(capsys, "play", "--camera", "demo", "--no-synth")


def test_model_that_is_none(here, capsys, monkeypatch):
    (here / "model.task").write_bytes(os.urandom(1000))
    monkeypatch.setenv("HANDMIDI_MODEL", str(here / "model.task"))
    assert "model.task" in fails(capsys, "play", "--camera", "demo", "--no-synth")


def test_missing_and_broken_soundfont(here, capsys):
    hand_model()
    named = ("play", "--camera", "demo", "--soundfont")
    assert "no such SoundFont" in fails(capsys, *named, "none.sf2")
    (here / "bad.sf2").write_bytes(b"no sound")
    line = fails(capsys, *named, "bad.sf2")
    assert "bad.sf2" in line


def test_score_without_a_song(here, capsys):
    midi(here / "a.mid", mido.Message("note_on", note=60))
    with pytest.raises(SystemExit) as left:
        main(["score", "a.mid"])
    assert left.value.code == 2
    assert "which SONG" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["a.csv"], "which --preset"), ([".", "--hands", "2"], "a take knows its own")],
)
def test_map_asks_for_what_only_a_take_knows(here, capsys, arguments, said):
    with pytest.raises(SystemExit) as left:
        main(["map", *arguments, "-o", "notes.mid"])
    assert left.value.code == 2
    assert said in capsys.readouterr().err


def test_folder_that_is_no_take(here, capsys):
    for command in ("report", "score"):
        assert "no take" in fails(capsys, command, here)
    assert "no such take" in fails(capsys, "report", here / "none")


def test_trace_that_is_none(here, capsys):
    (here / "hand.csv").write_text("a,b\n1,2\n")
    line = fails(capsys, "map", "hand.csv", "--preset", "mama", "-o", "notes.mid")
    assert "no hand trace" in line
    assert "No such file" in fails(capsys, "map", "x.csv", "--preset", "mama", "-o", "n.mid")


def test_refused_mail_waits(here, capsys, monkeypatch):
    monkeypatch.setenv("HANDMIDI_DATA", str(here / "data"))
    assert main(["send"]) == 0
    assert "no mail waits" in capsys.readouterr().out


def test_take_knows_its_song(here, capsys):
    assert "knows its song" in fails(capsys, "score", here, "ode-to-joy")


def test_damaged_take(here, capsys):
    (here / "take.json").write_text("{")
    assert "is damaged" in fails(capsys, "report", here)
    (here / "take.json").write_text('{"song": {"name": "mama"}, "settings": null}')
    assert "notes.mid" in fails(capsys, "report", here)


def test_signs_that_a_terminal_lacks_are_replaced(here):
    done = run_handmidi("presets", "blues", cwd=here, PYTHONIOENCODING="cp1252")
    assert done.returncode == 0
    assert "D#4" in done.stdout


def test_a_stale_display_is_no_display(here):
    hand_model()
    arguments = ("play", "--camera", "demo", "--seconds", "1", "--no-synth")
    done = run_handmidi(*arguments, cwd=here, DISPLAY=":987")
    assert done.returncode == 0, done.stderr
    assert "no display" in done.stdout
    assert done.stderr == ""


def test_mediapipe_is_not_used_unasked(here, capsys, monkeypatch):
    monkeypatch.setenv("HANDMIDI_DATA", str(here / "data"))
    monkeypatch.delenv("HANDMIDI_ACCEPT_MEDIAPIPE", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    line = fails(capsys, "play", "--tracker", "mediapipe", "--camera", "demo")
    assert "over the network" in line
    assert "--accept" in line


def test_debug_shows_the_traceback(here):
    done = run_handmidi("play", "--preset", "nope", "--debug", cwd=here)
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_track_writes_the_contract(here, capsys):
    hand_model()
    write_video(here / "grey.avi", 7)
    assert main(["track", "grey.avi", "-o", "hand.csv"]) == 0
    rows = (here / "hand.csv").read_text().splitlines()
    assert rows[0] == "time_s,ready_s,hand,score,area,x,y,openness,tilt,pinch,fingers"
    assert rows[1:] == [f"{i / 25:.4f},{i / 25:.4f},,,,,,,,," for i in range(7)]
    assert "0 of 7" in capsys.readouterr().out


def test_map_and_score_work_together(here, capsys):
    rows = ["time_s,ready_s,hand,score,area,x,y,openness"]
    for i, area in enumerate(np.repeat([0.02, 0.05, 0.02, 0.1, 0.02], 30)):
        rows.append(f"{i / 30:.4f},{i / 30 + 0.02:.4f},right,1,{area},0.5,0.5,1")
    (here / "hand.csv").write_text("\n".join(rows) + "\n")
    assert main(["map", "hand.csv", "--preset", "mama", "-o", "notes.mid"]) == 0
    capsys.readouterr()
    assert main(["score", "notes.mid", "mama", "--json"]) == 0
    score = json.loads(capsys.readouterr().out)
    assert set(score) >= {
        "accuracy", "precision", "recall", "f_measure", "timing_bias_ms", "timing_spread_ms",
        "tempo_ratio", "verdicts", "extras",
    }  # fmt: skip
    assert len(score["verdicts"]) == 26


def test_lists(here, capsys):
    assert main(["songs", "--json"]) == 0
    names = {row["name"] for row in json.loads(capsys.readouterr().out)}
    assert names >= {"mama", "ode-to-joy", "greensleeves"}
    assert main(["presets", "mama", "--json"]) == 0
    preset = json.loads(capsys.readouterr().out)
    assert [zone["pitch"] for zone in preset["zones"]] == [65, 67, 68, 71, 73, 75, 76]
    assert preset["zones"][-1]["high"] is None
    assert main(["devices"]) == 0
    assert "hand model" in capsys.readouterr().out


def test_presets_say_how_they_are_played(here, capsys):
    assert main(["presets"]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["name", "title", "control", "onset", "hands", "plays"]
    listed = {row[0]: row[2:] for row in rows[1:]}
    assert listed["blues"] == ["area", "settle", "1", "9 notes, C4 to E5"]
    assert listed["theremin"] == ["area", "continuous", "1", "82 to 1300 Hz without steps"]
    assert listed["melody-and-chords"][2] == "2"
    assert listed["knobs"] == ["x y tilt distance", "", "1", "controllers only"]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (
            "blues-lead",
            ["velocity 55 to 120 by speed 0.3 to 8", "modulation (cc 1) 0 to 127 by tilt 8 to 35"],
        ),
        ("gate-piano", ["Hold a fist", "struck where openness passes 0.58, ended at 0.42"]),
        ("melody-and-chords", ["left hand: settle", "C3 E3 G3", "channel 2"]),
        (
            "two-hand-theremin",
            ["bending D♯4", "left hand: no notes", "volume (cc 7) 0 to 120 by y"],
        ),
        ("mpe-lead", ["MPE", "pressure 0 to 127", "bend -2 to +2 semitones"]),
        ("arpeggio", ["every 0.25 beats, 120 bpm"]),
        ("blues", ["\trest"]),
    ],
)
def test_a_preset_is_shown_in_words(name, parts, here, capsys):
    assert main(["presets", name]) == 0
    out = capsys.readouterr().out
    for part in parts:
        assert part in out


def test_every_preset_keeps_the_contract(here, capsys):
    assert main(["presets", "--json"]) == 0
    for preset in json.loads(capsys.readouterr().out):
        assert {"name", "control", "zones"} <= set(preset)
        assert all({"low", "high", "pitch"} <= set(zone) for zone in preset["zones"])


def test_notes_are_spelled_by_the_key(here, capsys):
    text = '[scale]\nkey = "Ab"\n[other]\n'
    for other, expected in (
        ('[other.scale]\nkey = "F"\nhighest = "B♭4"\n', ["F4", "G4", "A4", "B♭4"]),
        ("transpose = -12\n", ["E♭4", "F4", "G4", "A♭4"]),
    ):
        (here / "mine.toml").write_text(text + other, encoding="utf-8")
        assert main(["presets", "mine.toml"]) == 0
        rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
        notes = [row[2] for row in rows if len(row) == 3 and row[2] != "note"]
        assert notes[:4] == ["A♭4", "B♭4", "C5", "D♭5"]
        assert notes[-4:] == expected
    (here / "presets").mkdir()
    (here / "mine.toml").rename(here / "presets" / "mine.toml")
    assert main(["presets"]) == 0
    assert "8 notes, A♭4 to A♭5" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flag", "wrong", "said"),
    [
        ("--learn", "6", "must not be 6, which would change the synth's bend range"),
        ("--learn", "101", "(allowed: 0 to 119 but for 6, 38 and 96 to 101)"),
        ("--learn", "120", "must be a controller from 0 to 119, not 120"),
        ("--learn", "brightnes", "did you mean 'brightness'? allowed: cc 0 to 119, pressure"),
        ("--osc", "[::1:5", "is no OSC target"),
        ("--osc-in", ":::9", "an IPv6 address stands in brackets"),
    ],
)
def test_a_wrong_flag_says_what_is_allowed(flag, wrong, said, here, capsys):
    with pytest.raises(SystemExit) as left:
        main(["play", flag, wrong])
    assert left.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("written", "value"),
    [("74", 74), ("cc 74", 74), ("Brightness", 74), ("bend", "bend"), ("pressure", "pressure")],
)
def test_controllers_that_can_be_learned(written, value):
    assert learnable(written) == value


def test_a_broken_preset_hides_no_other(here, capsys):
    (here / "presets").mkdir()
    (here / "presets" / "bad.toml").write_text("velocity = 200")
    assert main(["presets"]) == 0
    shown = capsys.readouterr()
    assert "theremin" in shown.out
    assert "bad.toml has 2 mistakes" in shown.err


def test_scales_are_listed(here, capsys):
    (here / "scales.toml").write_text("mine = {intervals = [0, 6, 9], octave = 19}\n")
    assert main(["presets", "--scales"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "dorian\t0 2 3 5 7 9 10\t" in lines
    assert "mine\t0 6 9 (again after 19)\t" in lines
    (here / "scales.toml").write_text("mine = 5\n")
    assert main(["presets", "--scales", "--json"]) == 0
    shown = capsys.readouterr()
    assert len(json.loads(shown.out)) >= 50
    assert "scales.toml has a mistake: mine: " in shown.err
