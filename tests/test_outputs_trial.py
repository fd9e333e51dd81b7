"""A SoundFont that nobody knows is tried in another process, whose death is told."""

import shutil
import stat

import pytest
import servers

from handmidi.errors import AssetError
from handmidi.outputs import trial
from handmidi.outputs.synth import Synth

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(autouse=True)
def nothing_tried(monkeypatch):
    monkeypatch.setattr(trial, "_tried", {})


@pytest.fixture
def counted(monkeypatch):
    """How often another process was started."""
    runs, run = [], trial.subprocess.run
    monkeypatch.setattr(trial.subprocess, "run", lambda *a, **k: runs.append(1) or run(*a, **k))
    return runs


@pytest.fixture
def own(tmp_path):
    """A font of the user's own: ours, by another name."""
    path = tmp_path / "own font.sf2"
    path.write_bytes(renamed(servers.soundfont().read_bytes(), b"X"))
    return path


def renamed(font, letter):
    """A font whose own name begins with another letter."""
    place = font.index(b"INAM") + 8
    return font[:place] + letter + font[place + 1 :]


@pytest.fixture
def interpreter(monkeypatch, tmp_path):
    """What runs instead of Python."""

    def set_up(script):
        path = tmp_path / "python"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setattr(trial.sys, "executable", str(path))

    return set_up


def test_what_setup_fetched_is_known_wherever_it_lies(counted, tmp_path):
    shutil.copyfile(servers.soundfont(), tmp_path / "any.sf2")
    Synth(tmp_path / "any.sf2").close()
    assert not counted


def test_another_font_is_tried_once(counted, own):
    Synth(own).close()
    Synth(own).close()
    assert counted == [1]


def test_a_font_that_was_changed_is_tried_again(counted, own):
    trial.require_sound(own)
    own.write_bytes(renamed(own.read_bytes(), b"Y"))
    trial.require_sound(own)
    assert counted == [1, 1]


def test_what_is_no_font_is_refused(tmp_path):
    path = tmp_path / "no.sf2"
    path.write_bytes(b"RIFF\xff\xff\xff\x7fsfbk" + bytes(1000))
    with pytest.raises(AssetError, match="is no SoundFont that FluidSynth can read"):
        Synth(path)


def test_a_font_that_is_gone_is_refused(tmp_path):
    with pytest.raises(AssetError, match="is no SoundFont"):
        trial.require_sound(tmp_path / "none.sf2")


def test_a_crash_is_told_and_tried_again_next_time(interpreter, own, counted):
    interpreter("kill -SEGV $$")
    for _ in range(2):
        with pytest.raises(AssetError, match=r"FluidSynth died of it \(signal 11\): choose"):
            Synth(own)
    assert counted == [1, 1]


def test_a_hang_is_told(interpreter, own):
    interpreter("exec sleep 30")
    with pytest.raises(AssetError, match=r"does not get done with .* within 0\.2 s: choose"):
        trial.require_sound(own, limit_s=0.2)
