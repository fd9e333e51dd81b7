"""The installed wheel carries what it needs and works away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The project, built as a wheel from a copy without leftovers."""
    copy = tmp_path_factory.mktemp("source")
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("no git checkout here")
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            target = copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(out), str(copy)],
        check=True, timeout=100,
    )  # fmt: skip
    return next(out.glob("*.whl"))


@pytest.mark.timeout(120)
def test_wheel_carries_songs_presets_template_and_clip(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for wanted in (
        "handmidi/songs/mama.mid",
        "handmidi/songs/greensleeves.mid",
        "handmidi/instrument/presets/theremin.toml",
        "handmidi/outputs/osc_targets/supercollider.toml",
        "handmidi/report/page.typ",
        "handmidi/demo/demo.mp4",
        "handmidi/demo/demo.json",
        "handmidi/demo/LICENSE-webxr-input-profiles.txt",
    ):
        assert wanted in names
    assert not any(name.startswith(("tests/", "tools/")) for name in names)
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "handmidi").rglob("*.py")}
    assert modules <= names


@pytest.mark.timeout(60)
def test_wheel_works_away_from_the_checkout(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = (
        "import sys; "  # an editable install would lend what the wheel lacks
        "sys.meta_path = [f for f in sys.meta_path if 'editable' not in str(f).lower()]; "
        "from handmidi.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    for arguments, word in (("songs", "mama"), ("presets", "theremin"), ("devices", "camera")):
        done = subprocess.run(
            [sys.executable, "-c", code, arguments],
            cwd=tmp_path, capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert word in done.stdout
    where = "import handmidi; print(handmidi.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", where], cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
    )  # fmt: skip
    assert str(tmp_path) in done.stdout
