"""The rigged hand that the demo clip is rendered from, and its licence, out of an npm package."""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "@webxr-input-profiles/assets@1.0.20"
GLB_SHA256 = "291790c14f7f88a7f9bd35330c47392ed8e8d395ae6728f4bb7089f1bc1f2b96"
_GLB = "package/dist/profiles/generic-hand/right.glb"
_LICENSE = "package/LICENSE.md"
_NPM_TIMEOUT_S = 300


@dataclass(frozen=True)
class HandAsset:
    """What the package gives.

    Parameters
    ----------
    glb : bytes
        The right hand as a binary glTF file, checked against `GLB_SHA256`.
    license : bytes or None
        The package's licence text; None if the hand came from a file of its own.
    """

    glb: bytes
    license: bytes | None = None


def read_glb(path: Path) -> HandAsset:
    """Read the hand from a ``right.glb`` that was unpacked before.

    Raises
    ------
    ValueError
        If the file is not the one that this project was made with.
    """
    return HandAsset(_checked(path.read_bytes(), str(path)))


def read_package(path: Path) -> HandAsset:
    """Read the hand and the licence from the package's ``.tgz``.

    Raises
    ------
    ValueError
        If the package does not hold the hand that this project was made with.
    """
    with tarfile.open(path) as archive:
        glb, text = (archive.extractfile(name).read() for name in (_GLB, _LICENSE))
    return HandAsset(_checked(glb, PACKAGE), text)


def fetch() -> HandAsset:
    """Download the package with ``npm pack`` into a temporary folder and read it (94 MB).

    Raises
    ------
    OSError
        If npm is not installed.
    subprocess.SubprocessError
        If the download fails or takes over five minutes.
    """
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", PACKAGE, "--silent"],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=_NPM_TIMEOUT_S,
        )
        return read_package(next(Path(folder).glob("*.tgz")))


def _checked(glb: bytes, source: str) -> bytes:
    found = hashlib.sha256(glb).hexdigest()
    if found != GLB_SHA256:
        raise ValueError(f"{source}: right.glb has sha256 {found}, expected {GLB_SHA256}")
    return glb


def add_source(parser: argparse.ArgumentParser) -> None:
    """Let a command line say where the hand comes from: ``--glb`` or ``--package``, else npm."""
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--glb", type=Path, help="the hand, unpacked before (no download)")
    source.add_argument("--package", type=Path, help="the npm package's .tgz (no download)")


def from_source(options: argparse.Namespace) -> HandAsset:
    """The hand from where `add_source` was told."""
    if options.glb:
        return read_glb(options.glb)
    return read_package(options.package) if options.package else fetch()
