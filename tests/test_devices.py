"""`handmidi devices`: what works here, and what to do where it does not."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict

import pytest
import servers
from running import run_handmidi
from vision_assets import hand_model

from handmidi.cli import main
from handmidi.errors import CameraError
from handmidi.paths import data_folder
from handmidi.session import checkup, steps, trying

SYSTEMS = ("linux", "darwin", "win32")


@pytest.mark.parametrize("system", [*SYSTEMS, "freebsd14"])
def test_every_system_has_a_next_step_for_everything(system):
    for what in steps._STEPS:
        assert steps.next_step(what, system)
    apart = {steps.next_step("MIDI", each) for each in SYSTEMS}
    assert len(apart) == 3


def found(findings, what):
    return next(each for each in findings if each.what == what)


def test_what_is_broken_says_so_and_what_to_do(monkeypatch, tmp_path):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("HANDMIDI_AUDIO_DRIVER", "file-of-nobody")
    monkeypatch.setenv("HANDMIDI_SMTP_PASSWORD", "open sesame")
    findings = list(checkup.check_up(tmp_path / "not yet" / "takes"))
    for each in findings:
        assert each.detail and (each.state == "works" or each.next_step), each
        assert "open sesame" not in json.dumps(asdict(each))
    assert found(findings, "screen").next_step.startswith("log in to a desktop")
    assert found(findings, "sound").state == "broken"
    assert found(findings, "takes").state == "works"


def test_a_camera_that_is_refused_and_one_that_never_answers(monkeypatch):
    class Webcam:
        index, name = 0, "Looking Glass"

    monkeypatch.setattr("handmidi.vision.webcams.list_webcams", lambda: [Webcam])
    monkeypatch.setattr(checkup, "_LIMIT_S", 0.01)
    one = next(iter(checkup._cameras()))
    assert one.state == "broken"
    assert "does not answer" in one.detail
    monkeypatch.setattr(checkup, "_filmed", lambda source: (640, 480, 30.0))
    one = next(iter(checkup._cameras()))
    assert one.detail == "640 × 480, 30 pictures a second; not calibrated"
    assert one.next_step == "handmidi calibrate"


def test_a_camera_is_asked_in_a_process_of_its_own():
    assert checkup._filmed("demo")[:2] == (640, 480)
    assert "there is no camera 77" in checkup._filmed("77")


def stands_still():
    time.sleep(60)
    yield


def crashes():
    os.abort()
    yield


def raises():
    yield 1 / 0


def test_whoever_hangs_or_crashes_costs_a_line_only():
    assert checkup.apart(stands_still, limit_s=0.5) == "does not answer within 0.5 s"
    assert checkup.apart(crashes) == "its driver crashed"
    assert checkup.apart(raises) == "ZeroDivisionError: division by zero"


def test_a_damaged_model_is_no_model(monkeypatch, tmp_path):
    junk = tmp_path / "junk.task"
    junk.write_bytes(b"junk")
    monkeypatch.setenv("HANDMIDI_MODEL", str(junk))
    assert found(checkup._assets(), "hand model").state == "broken"
    assert checkup._takes(junk).state == "broken"


def test_an_errors_next_step_is_told_apart():
    assert checkup.why(CameraError("camera 0 is busy: close what uses it")) == "camera 0 is busy"
    assert checkup.why(CameraError("broken")) == "broken"


def test_json_is_a_list_of_findings(capsys):
    assert main(["devices", "--json"]) == 0
    findings = json.loads(capsys.readouterr().out)
    assert {"what", "name", "state", "detail", "next_step"} == set(findings[0])
    assert {"camera", "MIDI", "sound", "microphone", "SoundFont", "mail"} <= {
        each["what"] for each in findings
    }


@pytest.mark.timeout(90)
def test_a_note_is_played_and_heard_and_a_hand_is_seen(tmp_path):
    hand_model()
    with servers.pulseaudio(tmp_path) as environment:
        environment |= {"HANDMIDI_DATA": str(data_folder())}  # the server's home is another
        arguments = "devices", "--check", "--camera", "demo", "--json"
        done = run_handmidi(*arguments, cwd=tmp_path, **environment)
    assert done.returncode == 0, done.stderr
    findings = {each["what"]: each for each in json.loads(done.stdout)}
    assert findings["sound"]["state"] == "works"
    assert findings["microphone"]["detail"].startswith("heard the note")
    assert findings["hand"]["state"] == "works"
    assert not list(tmp_path.glob("takes*"))


@pytest.mark.timeout(60)
def test_where_nothing_can_sound_the_status_is_one(tmp_path):
    done = run_handmidi("devices", "--check", "--seconds", "0.1", cwd=tmp_path, PULSE_SERVER="none")
    assert done.returncode == 1
    assert "does not work" in done.stdout


def test_the_meter_moves():
    levels = []
    findings = trying.try_out(0.1, None, levels.append)
    assert len(levels) > 10
    assert {each.what for each in findings} == {"sound", "MIDI", "microphone"}
