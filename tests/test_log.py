"""The log and the bug report: enough to mend a fault, and nothing about a person."""

from __future__ import annotations

import getpass
import os
import socket
from pathlib import Path

import pytest
from running import run_handmidi

from handmidi import log
from handmidi.private import _names, scrub

SECRETS = ("anna", "Anna", "secret", "Für Elise", "studio")
LINES = (
    "cannot write /home/anna/takes/2026-11-22-Für Elise/hand.csv: No space left on device",
    "no song is called 'Für Elise': did you mean 'fur-elise'?",
    "play “Für Elise” with preset mama; Ctrl-C ends it",
    "mailing to anna.secret+x@studio.example.org",
    "studio.example.org:587 refused the login of anna@studio.example.org (535 no)",
    "no such file: anna.mid",
    r"cannot read C:\Users\Anna\secret.toml: no",
    "~/anna/secret.wav cannot be read",
    "handmidi: ./anna-secret.mp4 is no video: give a video file such as an mp4",
    "OSC to 10.11.12.13:9000 failed",
    "see https://studio.example.org/anna?secret=1",
)


@pytest.mark.parametrize("line", LINES)
def test_nothing_private_is_left(line):
    said = scrub(line)
    assert not [secret for secret in SECRETS if secret in said], said
    assert "10.11.12.13" not in said and "\n" not in said


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (LINES[0], "cannot write <path>.csv: No space left on device"),
        (LINES[5], "no such file: <file>.mid"),
        ("OSC in: 127.0.0.1:9000 is taken", "OSC in: 127.0.0.1:9000 is taken"),
        ("the vision process died (signal 9): starting it again",) * 2,
        ("the beat is 3/4, 6 / 8", "the beat is 3/4, 6 / 8"),
        ("/handmidi/1/tempo is no command", "/handmidi/1/tempo is no command"),
        ("frame 33.3 ms, p50 5.2, 640x480", "frame 33.3 ms, p50 5.2, 640x480"),
    ],
)
def test_what_helps_is_left(line, kept):
    assert scrub(line) == kept


def test_this_person_and_this_machine_are_left_out(monkeypatch):
    monkeypatch.setattr(getpass, "getuser", lambda: "annabel")
    monkeypatch.setattr(socket, "gethostname", lambda: "annas-laptop")
    _names.cache_clear()
    try:
        assert scrub("annabel plays on Annas-Laptop") == "<name> plays on <name>"
    finally:
        _names.cache_clear()


@pytest.fixture
def kept(tmp_path, monkeypatch):
    path = tmp_path / "logs" / "handmidi.log"
    monkeypatch.setenv("HANDMIDI_LOG", str(path))
    yield path
    log.stop()


def test_it_begins_with_versions_and_the_command(kept):
    log.start("play --camera")
    log.warning("cannot write /home/anna/x.csv")
    log.stop()
    first, second = kept.read_text().splitlines()
    assert "INFO handmidi 0" in first and "Python 3" in first and first.endswith("; play --camera")
    assert second.endswith("WARNING cannot write <path>.csv")


def test_it_is_bounded(kept, monkeypatch):
    monkeypatch.setattr(log, "MOST_BYTES", 2000)
    log.start("play")
    for number in range(900):
        log.warning(f"warning {number}")
    log.stop()
    files = sorted(kept.parent.iterdir())
    assert [path.name for path in files] == ["handmidi.log", "handmidi.log.1", "handmidi.log.2"]
    assert all(path.stat().st_size <= 2000 for path in files)
    assert log.last_lines(3)[-1].endswith("warning 899")


def test_a_disk_that_refuses_is_nobodys_matter(tmp_path, monkeypatch, capfd):
    (tmp_path / "logs").write_text("in the way")
    monkeypatch.setenv("HANDMIDI_LOG", str(tmp_path / "logs" / "x.log"))
    log.start("play")
    log.warning("something")
    assert capfd.readouterr() == ("", "")


def test_off_is_off(monkeypatch):
    monkeypatch.setenv("HANDMIDI_LOG", "off")
    log.start("play")
    log.warning("something")
    assert log.log_file() is None
    assert log.last_lines() == []


@pytest.mark.timeout(100)
def test_the_report_is_one_file_and_names_nobody(tmp_path):
    secret = tmp_path / "anna"
    secret.mkdir()
    about = {
        "HANDMIDI_LOG": str(tmp_path / "x.log"),
        "HANDMIDI_SMTP_HOST": "studio.example.org",
        "HANDMIDI_SMTP_PASSWORD": "s3cret-Pa55",
    }
    run_handmidi("score", secret / "anna-secret.mid", "mama", cwd=secret, **about)
    done = run_handmidi("devices", "--report", "out.txt", cwd=secret, **about)
    assert done.returncode == 0, done.stderr
    assert "written: out.txt; nothing was sent" in done.stdout
    text = Path(secret, "out.txt").read_text()
    for part in (
        "What works here",
        "HANDMIDI_SMTP_PASSWORD",
        "sha256",
        "; score",
        "WARNING cannot read",
    ):
        assert part in text
    for private in (*SECRETS, "Pa55", str(tmp_path), os.fspath(Path.home())):
        assert private not in text, private
