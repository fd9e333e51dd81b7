"""``handmidi songs``: the list, one song, the exercises, and songs of one's own."""

import json

import mido
import pytest

from handmidi.cli import main


@pytest.fixture
def tune(tmp_path):
    """A file whose melody has no name of its own."""
    file = mido.MidiFile(ticks_per_beat=96)
    for name, pitches, channel in (("Low", (40, 43), 1), ("High", (60, 62, 64), 0), ("", (36,), 9)):
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
        for pitch in pitches:
            track.append(mido.Message("note_on", note=pitch, channel=channel))
            track.append(mido.Message("note_off", note=pitch, channel=channel, time=96))
        file.tracks.append(track)
    file.save(tmp_path / "tune.mid")
    return str(tmp_path / "tune.mid")


def test_tracks_are_listed_with_the_guess(tune, capsys):
    assert main(["songs", tune]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["Low"]
    assert rows[1:5] == [
        ["track", "name", "channel", "notes", "range", "part"],
        ["0", "Low", "2", "2", "E2–G2", "backing"],
        ["1", "High", "1", "3", "C4–E4", "melody"],
        ["2", "", "10", "1", "C2–C2", "drums"],
    ]
    lines = [row[0] for row in rows[5:]]
    assert lines[0].startswith("melody: track 1 'High': ") and "--melody-track N" in lines[0]
    assert lines[1:3] == ["1 bar, 0:02, 3 notes, C4–E4", "first notes: C4 D4 E4"]
    assert lines[3].startswith("or track 0 'Low'")
    assert lines[4].startswith("practise it: handmidi practice ")


def test_a_melody_that_is_asked_for_is_no_guess(tune, capsys):
    assert main(["songs", tune, "--melody-track", "0", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["guessed"], told["bars"], told["notes"]) == ("", [1, 1], 2)
    assert (told["melody"], told["range"]) == (["E2", "G2"], [40, 43])
    assert [track["is_melody"] for track in told["tracks"]] == [True, False, False]


def test_a_file_that_is_no_song_is_one_line(tmp_path, capsys):
    (tmp_path / "bad.mid").write_bytes(b"no song")
    assert main(["songs", str(tmp_path / "bad.mid")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("HANDMIDI_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data" / "songs"


def listed(capsys, *words):
    assert main(["songs", *words]) == 0
    columns, *rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    return [dict(zip(columns, row, strict=True)) for row in rows]


def test_the_list_says_what_one_chooses_by(data, capsys):
    rows = listed(capsys)
    levels = [int(row["level"]) for row in rows]
    assert levels == sorted(levels) and set(levels) == set(range(1, 7)) and len(rows) >= 18
    minuet = next(row for row in rows if row["name"] == "minuet-in-g")
    assert minuet == {
        "level": "5",
        "name": "minuet-in-g",
        "title": "Minuet in G",
        "composer": "Christian Petzold",
        "key": "G major",
        "metre": "3/4",
        "bars": "33",
        "notes": "128",
        "length": "0:55",
        "range": "F♯4–G5",
        "presets": "",
    }
    assert next(row for row in rows if row["name"] == "mama")["presets"] == "mama"
    assert not any(row["name"].startswith("exercise") for row in rows)


def test_exercises_are_listed_for_a_preset(data, capsys):
    assert len(listed(capsys, "--exercises")) >= 60
    assert [row["name"] for row in listed(capsys, "--exercises", "koto")] == [
        "exercise-koto-1",
        "exercise-koto-2",
        "exercise-koto-3",
    ]
    assert main(["songs", "--exercises", "knobs"]) == 1
    assert "no exercise for the preset knobs" in capsys.readouterr().err
    assert main(["songs", "--exercises", "kotto"]) == 1
    assert "did you mean koto" in capsys.readouterr().err.replace("'", "")


def test_import_shows_the_guess_and_keeps_another_choice(tune, data, capsys):
    assert main(["songs", "--import", tune, "--name", "mine", "--title", "My Tune"]) == 0
    out = capsys.readouterr().out
    assert f"imported: {data / 'mine.mid'}" in out
    assert "melody guessed: track 1 'High'" in out
    assert "handmidi songs mine --melody-track N --keep" in out
    assert "My Tune\n" in out and "first notes: C4 D4 E4" in out
    assert main(["songs", "mine", "--melody-track", "0", "--keep", "--preset", "finger-bass"]) == 0
    out = capsys.readouterr().out
    assert "first notes: E2 G2" in out and "preset finger-bass is not used" in out
    assert main(["songs", "mine", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["title"], told["melody"], told["preset"]) == ("My Tune", ["E2", "G2"], None)
    assert main(["songs", "--remove", "mine"]) == 0
    assert not list(data.iterdir())


def test_import_in_json_is_one_document(tune, data, capsys):
    assert main(["songs", "--import", tune, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "tune"


def test_what_changes_the_library_is_told_in_json_and_not_told_quietly(tune, data, capsys):
    assert main(["songs", "--import", tune, "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["songs", "--remove", "tune", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"removed": str(data / "tune.mid")}


def test_a_broken_preset_costs_no_song(data, capsys):
    (data.parent / "presets").mkdir(parents=True)
    (data.parent / "presets" / "mama.toml").write_text("title = 3", encoding="utf-8")
    assert any(row["name"] == "mama" for row in listed(capsys))
    assert main(["songs", "mama"]) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--import", "gone.mid"], "no such file"),
        (["--import", "mama"], "there is a song 'mama' already"),
        (["--import", "mama", "--name", "../x"], "cannot be called"),
        (["--import", "mama", "--name", "x", "--preset", "gone"], "no preset is called"),
        (["--remove", "mama"], "no song of your own"),
        (["--remove", ""], "no song of your own"),
        (["--import", ""], "no song is called"),
        (["mama", "--keep", "--title", "X"], "no song of your own"),
    ],
)
def test_what_cannot_be_done_is_one_line(data, capsys, words, said):
    assert main(["songs", *words]) == 1
    err = capsys.readouterr().err
    assert said in err and err.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ["mama", "--import", "x.mid"],
        ["--remove", "x", "--exercises"],
        ["--keep"],
        ["mama", "--keep"],
        ["mama", "--name", "x"],
        ["--force"],
        ["mama", "--title", "X"],
        ["--preset", "blues"],
        ["--melody-track", "1"],
    ],
)
def test_flags_that_do_not_go_together(data, capsys, words):
    with pytest.raises(SystemExit) as left:
        main(["songs", *words])
    assert left.value.code == 2
