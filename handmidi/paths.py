"""Where files live: what the package carries, what the user owns."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = PACKAGE.parent


def data_folder() -> Path:
    """The user's data folder; ``$HANDMIDI_DATA`` moves it."""
    moved = os.environ.get("HANDMIDI_DATA")
    return Path(moved) if moved else Path(platformdirs.user_data_path("handmidi", appauthor=False))


def song_folders() -> list[Path]:
    """Folders with songs, the first winning: the user's, the current folder's, ours."""
    return _existing(data_folder() / "songs", Path("songs"), *_carried("songs"))


def preset_folders() -> list[Path]:
    """Folders with presets, the first winning: the user's, the current folder's, ours."""
    return _existing(data_folder() / "presets", Path("presets"), PACKAGE / "instrument" / "presets")


def soundfont_folders() -> list[Path]:
    """Folders where a user may drop SoundFonts, the first winning."""
    return _existing(Path("soundfonts"), _CHECKOUT / "soundfonts", data_folder() / "soundfonts")


def demo_clip() -> Path:
    """The bundled clip of a hand that plays."""
    return PACKAGE / "demo" / "demo.mp4"


def _carried(name: str) -> tuple[Path, Path]:
    """In an installed wheel the folder lies in the package, in a checkout beside it."""
    return PACKAGE / name, _CHECKOUT / name


def _existing(*folders: Path) -> list[Path]:
    return [folder for folder in folders if folder.is_dir()]
