"""A SoundFont that nobody knows is tried in another process: ``python -m handmidi.outputs.trial``.

FluidSynth reads a damaged one trustingly, and may crash, hang, or ask for all memory. What `setup`
fetched is known by its checksum, and what the system's packages installed is trusted.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from handmidi.assets import is_known_soundfont
from handmidi.errors import AssetError, how_it_ended

LIMIT_S = 30.0
_MOST_MEMORY = 4 << 30  # bytes: the largest fonts have one
_NO_FONT = 3
_STEP = "choose another, or get one with handmidi setup"
_tried: dict[tuple[Path, int, int], None] = {}


def require_sound(soundfont: Path, limit_s: float = LIMIT_S) -> None:
    """Let another process load the font and play all its programs, once for each file.

    Parameters
    ----------
    soundfont : Path
    limit_s : float
        How long that may take.

    Raises
    ------
    AssetError
        If FluidSynth refuses it, dies of it, or takes too long.
    """
    try:
        about = soundfont.stat()
    except OSError as error:
        raise unreadable(soundfont) from error
    key = soundfont.absolute(), about.st_size, about.st_mtime_ns
    if key in _tried:
        return
    if not is_known_soundfont(soundfont):
        _try(soundfont, limit_s)
    _tried[key] = None


def _try(soundfont: Path, limit_s: float) -> None:
    command = [sys.executable, "-m", "handmidi.outputs.trial", str(soundfont.absolute())]
    quiet = subprocess.DEVNULL
    try:
        status = subprocess.run(
            command, stdin=quiet, stdout=quiet, stderr=quiet, timeout=limit_s
        ).returncode
    except subprocess.TimeoutExpired as error:
        raise AssetError(
            f"FluidSynth does not get done with {soundfont} within {limit_s:g} s: {_STEP}"
        ) from error
    except OSError as error:
        raise AssetError(
            f"cannot start the process that tries {soundfont} ({error.strerror}): "
            "close other programs"
        ) from error
    if status == _NO_FONT:
        raise unreadable(soundfont)
    if status:
        how = how_it_ended(status)
        raise AssetError(f"{soundfont} is damaged, FluidSynth died of it ({how}): {_STEP}")


def unreadable(soundfont: Path) -> AssetError:
    """What is said of a file that is no font."""
    return AssetError(
        f"{soundfont} is no SoundFont that FluidSynth can read: get one with handmidi setup"
    )


def main(path: str) -> int:
    """Load, and play a little of every program, of drums, too; 3 if it cannot be loaded."""
    from handmidi.outputs.synth import Synth

    _limit_memory()
    try:
        synth = Synth(Path(path), is_tried=True)
    except AssetError:
        return _NO_FONT
    for channel, programs in ((0, range(128)), (9, (0, 8, 16, 24, 25, 32, 40, 48))):
        for program in programs:
            synth.synth.program_change(channel, program)
            for pitch in (24, 48, 60, 72, 96):
                synth.synth.noteon(channel, pitch, 100)
            synth.synth.get_samples(256)
            synth.synth.all_sounds_off(channel)
    synth.close()
    return 0


def _limit_memory() -> None:
    """Where the system can: a damaged length must not fill the machine's memory."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
