"""Assets: found in the promised order, fetched by a real pip from a wheel of our own."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace

import pytest

from handmidi import assets, paths
from handmidi.assets import Asset, find_model, find_soundfont, install, is_installed
from handmidi.errors import AssetError

PALM, LANDMARKS = b"palm" * 700, b"landmarks" * 333
WHEEL = "handmidi_test_asset-1.0-py3-none-any.whl"


@pytest.fixture(autouse=True)
def own_world(tmp_path, monkeypatch):
    """Nothing is found but what a test puts there, and pip knows no network."""
    for name in ("data", "here", "checkout", "wheels"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HANDMIDI_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("HANDMIDI_MODEL", raising=False)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setattr(paths, "_CHECKOUT", tmp_path / "checkout")
    monkeypatch.setattr(assets, "_SYSTEM_SOUNDFONTS", (str(tmp_path / "system.sf2"),))
    monkeypatch.chdir(tmp_path / "here")


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def build_wheel(folder, members):
    """A wheel that pip takes for `handmidi-test-asset` 1.0."""
    info = "handmidi_test_asset-1.0.dist-info/"
    about = "Metadata-Version: 2.1\nName: handmidi-test-asset\nVersion: 1.0\n"
    tags = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(folder / WHEEL, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, content in members.items():
            wheel.writestr(name, content)
        wheel.writestr(info + "METADATA", about)
        wheel.writestr(info + "WHEEL", tags)
        wheel.writestr(info + "RECORD", "")


def asset_of(content=b"", **changes):
    """An asset out of that wheel: by default its one file `pack/font.sf2`."""
    asset = Asset(
        title="font",
        licence="none",
        file="soundfonts/font.sf2",
        sha256=hashlib.sha256(content).hexdigest(),
        package="handmidi-test-asset==1.0",
        platform=(),
        members=(("pack/font.sf2", ""),),
    )
    return replace(asset, **changes)


def files_in(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


# ---- fetching


def test_a_file_is_fetched_once_checked_and_put_in_place(tmp_path, data):
    build_wheel(tmp_path / "wheels", {"pack/font.sf2": b"sound" * 1000})
    asset = asset_of(b"sound" * 1000)
    assert not is_installed(asset)
    assert install(asset) == (asset,)
    assert asset.path == data / "soundfonts" / "font.sf2"
    assert asset.path.read_bytes() == b"sound" * 1000
    assert is_installed(asset)
    assert files_in(data) == ["soundfonts/font.sf2"]
    asset.path.write_bytes(b"sound")
    assert not is_installed(asset)


def test_a_model_is_a_stored_zip_whose_parts_can_be_mapped(tmp_path, data):
    build_wheel(tmp_path / "wheels", {"m/palm.tflite": PALM, "m/hand.tflite": LANDMARKS})
    parts = (("m/palm.tflite", "hand_detector.tflite"), ("m/hand.tflite", "landmarks.tflite"))
    asset = asset_of(file="model.task", members=parts)
    with pytest.raises(AssetError, match="sha256 differs"):
        install(asset)
    assert files_in(data) == []
    made = tmp_path / "made.task"
    assets._assemble(asset, tmp_path / "wheels" / WHEEL, made)
    asset = replace(asset, sha256=hashlib.sha256(made.read_bytes()).hexdigest())
    install(asset)
    whole = asset.path.read_bytes()  # the same bytes again, whenever and wherever it is made
    with zipfile.ZipFile(asset.path) as task:
        assert task.namelist() == ["hand_detector.tflite", "landmarks.tflite"]
        assert task.read("landmarks.tflite") == LANDMARKS
        assert {member.compress_type for member in task.infolist()} == {zipfile.ZIP_STORED}
    assert whole.index(PALM) % 16 == 0
    assert whole.index(LANDMARKS) % 16 == 0


def test_what_shares_a_package_is_fetched_together(tmp_path, data, monkeypatch):
    build_wheel(tmp_path / "wheels", {"pack/a": b"a" * 100, "pack/b": b"b" * 100})
    one, other, third = (
        asset_of(content * 100, file=f"{name}.bin", members=((f"pack/{name}", ""),))
        for name, content in (("a", b"a"), ("b", b"b"), ("c", b"c"))
    )
    third = replace(third, package="another==1.0")
    monkeypatch.setattr(assets, "ASSETS", (one, other, third))
    fetched = []
    download = assets._download
    monkeypatch.setattr(assets, "_download", lambda *a: fetched.append(a[0]) or download(*a))
    assert install(other) == (other, one)
    assert fetched == [other]
    assert (is_installed(one), is_installed(other), is_installed(third)) == (True, True, False)
    assert files_in(data) == ["a.bin", "b.bin"]


def test_one_wrong_file_of_a_package_leaves_all_as_they_were(tmp_path, data, monkeypatch):
    build_wheel(tmp_path / "wheels", {"pack/a": b"a" * 100, "pack/b": b"b" * 100})
    good = asset_of(b"a" * 100, file="a.bin", members=(("pack/a", ""),))
    bad = asset_of(b"x", title="bad one", file="b.bin", members=(("pack/b", ""),))
    monkeypatch.setattr(assets, "ASSETS", (good, bad))
    with pytest.raises(AssetError, match="another bad one than expected"):
        install(good)
    assert files_in(data) == []


def test_wrong_content_leaves_the_old_file_as_it_was(tmp_path, data):
    build_wheel(tmp_path / "wheels", {"pack/font.sf2": b"something else"})
    asset = asset_of(b"sound")
    asset.path.parent.mkdir()
    asset.path.write_bytes(b"old")
    with pytest.raises(AssetError) as caught:
        install(asset)
    assert "\n" not in str(caught.value)
    assert "sha256" in str(caught.value)
    assert asset.path.read_bytes() == b"old"
    assert files_in(data) == ["soundfonts/font.sf2"]


def test_a_package_that_pip_cannot_get_is_one_line(data):
    asset = asset_of(b"sound")
    asset.path.parent.mkdir()
    asset.path.write_bytes(b"old")
    with pytest.raises(AssetError, match=r"cannot fetch handmidi-test-asset==1\.0: ") as caught:
        install(asset)
    assert "\n" not in str(caught.value)
    assert "run handmidi setup again" in str(caught.value)
    assert files_in(data) == ["soundfonts/font.sf2"]


def test_a_wheel_of_another_content_or_broken_is_one_line(tmp_path):
    wheel = tmp_path / WHEEL
    build_wheel(tmp_path, {"pack/other": b"x"})
    with pytest.raises(AssetError, match="not the package expected"):
        assets._assemble(asset_of(), wheel, tmp_path / "part")
    build_wheel(tmp_path, {"pack/font.sf2": random.Random(0).randbytes(5000)})
    content = bytearray(wheel.read_bytes())
    content[200:2000] = bytes(1800)
    for broken in (bytes(content), b"no zip at all"):
        wheel.write_bytes(broken)
        with pytest.raises(AssetError, match="not the package expected"):
            assets._assemble(asset_of(), wheel, tmp_path / "part")


def test_a_data_folder_that_cannot_be_is_one_line(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HANDMIDI_DATA", str(tmp_path / "file" / "data"))
    with pytest.raises(AssetError, match="cannot write"):
        install(asset_of(b"sound"))


@pytest.mark.skipif(os.name == "nt", reason="signals are of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_leaves_nothing_half_and_works_again(tmp_path, data, number):
    build_wheel(tmp_path / "wheels", {"pack/font.sf2": b"sound" * 1000})
    asset = asset_of(b"sound" * 1000)
    program = f"from handmidi.assets import Asset, install; install({asset!r})"
    with subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.DEVNULL) as setup:
        end = time.monotonic() + 30
        while not list(data.glob("soundfonts/.fetch-*")):
            assert time.monotonic() < end
            time.sleep(0.005)
        time.sleep(0.05)  # the folder is there, and is not yet anybody's
        setup.send_signal(number)
        assert setup.wait(30) != 0
    assert not asset.path.exists()
    if number == signal.SIGINT:
        assert os.listdir(data / "soundfonts") == []
    install(asset)
    assert is_installed(asset)


def test_pips_progress_is_passed_on():
    seen = []
    lines = (
        "Collecting x\\nProgress 10 of 200\\nProgress 200 of 200\\nProgress 5\\nProgress is good"
    )
    said = assets._run(
        [sys.executable, "-c", f"print('{lines}')"], lambda done, total: seen.append((done, total))
    )
    assert seen == [(10, 200), (200, 200), (5, 0)]
    assert said == ["Collecting x", "Progress is good"]


# ---- finding


def test_the_model_is_the_named_one_or_what_setup_fetched(tmp_path, data, monkeypatch):
    with pytest.raises(AssetError, match="get it with handmidi setup"):
        find_model()
    (data / "hand_landmarker.task").write_bytes(b"fetched")
    assert find_model() == data / "hand_landmarker.task"
    mine = tmp_path / "mine.task"
    monkeypatch.setenv("HANDMIDI_MODEL", str(mine))
    with pytest.raises(AssetError, match=r"\$HANDMIDI_MODEL names .*mine\.task"):
        find_model()
    mine.write_bytes(b"mine")
    assert find_model() == find_model("lite") == mine


def test_the_kinds_of_the_model(data):
    (data / "hand_landmarker.task").write_bytes(b"fetched")
    assert find_model("full") == find_model()
    with pytest.raises(AssetError, match="the lite hand model is missing: get it with handmidi"):
        find_model("lite")
    (data / "hand_landmarker_lite.task").write_bytes(b"fetched")
    assert find_model("lite") == data / "hand_landmarker_lite.task"
    with pytest.raises(ValueError, match="'fast', not one of full, lite"):
        find_model("fast")


def test_the_nearest_soundfont_wins(tmp_path, data):
    with pytest.raises(AssetError, match="get one with handmidi setup"):
        find_soundfont()
    order = [
        tmp_path / "system.sf2",
        data / "soundfonts" / "TimGM6mb.sf2",
        tmp_path / "checkout" / "soundfonts" / "B.SF3",
        tmp_path / "here" / "soundfonts" / "z.sf2",
        tmp_path / "here" / "soundfonts" / "a.sf3",
    ]
    for path in order:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"font")
        assert find_soundfont().resolve() == path
        (path.parent / "README.md").write_text("drop SoundFonts here")
    named = tmp_path / "named.sf2"
    with pytest.raises(AssetError, match="no such SoundFont"):
        find_soundfont(str(named))
    named.write_bytes(b"font")
    assert find_soundfont(str(named)) == named


def test_the_data_folder_can_be_moved(tmp_path, data, monkeypatch):
    assert paths.data_folder() == data
    for name in ("songs", "presets", "soundfonts"):
        (data / name).mkdir()
    assert paths.song_folders()[0] == data / "songs"
    assert paths.preset_folders()[0] == data / "presets"
    assert data / "soundfonts" in paths.soundfont_folders()
    monkeypatch.delenv("HANDMIDI_DATA")
    assert paths.data_folder().is_absolute()
    assert tmp_path not in paths.data_folder().parents


def test_what_setup_fetches_has_a_licence_and_a_sum():
    for asset in assets.ASSETS:
        assert asset.licence
        assert len(bytes.fromhex(asset.sha256)) == 32
        assert "==" in asset.package
