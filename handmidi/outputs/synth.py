"""The internal synth: FluidSynth, live on an audio driver or offline into a file.

One synth plays both the hand and a song's backing. The backing keeps its MIDI channels;
the hand's are moved up by `HAND_CHANNELS`, so that neither changes the other's programs.
"""

from __future__ import annotations

import ctypes
import io
import os
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from typing import Protocol

import mido

from handmidi.errors import OutputError
from handmidi.hand import HandFrame
from handmidi.outputs.jack import JackWatch
from handmidi.outputs.output import Readings
from handmidi.outputs.trial import require_sound, unreadable
from handmidi.outputs.unzoned import Unzoned
from handmidi.quiet import quiet_stderr

HAND_CHANNELS = 16
SAMPLE_RATE_HZ = 48_000
_BUFFER = 512  # samples that the audio driver holds: 10.7 ms
_PERIODS = {"pulseaudio": 512}  # it holds one period only, and 64 samples dry out under load
_PERIOD = 64
_PASSED = 480  # samples at a time that nobody hears
_PATIENCE_S = 2.0
_DRUMS = 9
_DRIVERS = {
    "linux": ("pipewire", "pulseaudio", "jack", "alsa"),
    "darwin": ("coreaudio",),
    "win32": ("wasapi", "dsound"),
}
_HELP = {
    "linux": "sudo apt-get install libfluidsynth3",
    "darwin": "brew install fluid-synth",
    "win32": "unpack FluidSynth into C:\\tools\\fluidsynth",
}


@cache
def _library():
    """The pyfluidsynth module with its library, which keeps its complaints to itself."""
    try:
        with redirect_stdout(io.StringIO()):  # it says where it was found if $CI is set
            import fluidsynth
    except (ImportError, OSError, AttributeError) as error:
        step = _HELP.get(sys.platform, _HELP["linux"])
        raise OutputError(f"FluidSynth's library is missing, so no sound: {step}") from error
    log = fluidsynth.cfunc(
        "fluid_set_log_function",
        ctypes.c_void_p,
        ("level", ctypes.c_int, 1),
        ("function", ctypes.c_void_p, 1),
        ("data", ctypes.c_void_p, 1),
    )
    for level in range(5):
        log(level, None, None)
    return fluidsynth


@cache
def function(fluid, name: str, integers: int, doubles: int = 0):
    """A function of the library that pyfluidsynth leaves out.

    It takes a pointer, then so many integers and floats. None if the library has none such.
    """
    kinds = [ctypes.c_int] * integers + [ctypes.c_double] * doubles
    arguments = [(f"value{i}", kind, 1) for i, kind in enumerate(kinds)]
    return fluid.cfunc(name, None, ("object", ctypes.c_void_p, 1), *arguments)


class Dependant(Protocol):
    """Something that lives on a synth."""

    def free(self) -> None:
        """Give everything back; the synth is silent then."""


class Synth:
    """FluidSynth with one SoundFont.

    Parameters
    ----------
    soundfont : Path
    gain : float
        Master gain, 0..10.
    is_tried : bool, default False
        Whether the font need not be tried in another process first.

    Raises
    ------
    OutputError
        If FluidSynth's library is missing.
    AssetError
        If the SoundFont cannot be read, or FluidSynth dies of it.
    """

    name = "synth"

    def __init__(self, soundfont: Path, gain: float = 0.5, is_tried: bool = False) -> None:
        self.fluid, self._gain = _library(), gain
        if not is_tried:
            require_sound(soundfont)
        with quiet_stderr():
            self.synth = self.fluid.Synth(
                gain=gain,
                samplerate=SAMPLE_RATE_HZ,
                channels=2 * HAND_CHANNELS,
                **{
                    "audio.jack.id": "handmidi synth",  # the MIDI port is the client "handmidi"
                    "audio.jack.autoconnect": 1,
                },
            )
            loaded = self.synth.sfload(str(soundfont), 1)
        self._open = True
        self._opening_s = 0.0
        self._driving = threading.Lock()
        self._jack_ended = threading.Event()
        self._jack_watch: JackWatch | None = None
        self._unzoned, self._drums = Unzoned(), False
        self._set_drums()
        self._dependants: list[Dependant] = []
        self.driver: str | None = None
        if loaded == self.fluid.FLUID_FAILED:
            self.close()
            raise unreadable(soundfont)

    def start(self) -> str:
        """Begin to sound on the first audio driver that works; returns its name.

        ``$HANDMIDI_AUDIO_DRIVER`` names the only one to try.

        Raises
        ------
        OutputError
            If none does.
        """
        os.environ.setdefault("JACK_NO_START_SERVER", "1")
        wanted = os.environ.get("HANDMIDI_AUDIO_DRIVER")
        drivers = (wanted,) if wanted else _DRIVERS.get(sys.platform, _DRIVERS["linux"])
        if driver := self._begin(drivers):
            if driver == "jack":
                self._jack_watch = JackWatch(self._jack_ended.set, lambda: None)
                self._jack_watch.start()
            return driver
        raise OutputError(f"no sound here ({', '.join(drivers)} tried): connect an audio device")

    def _begin(self, drivers: Iterable[str]) -> str | None:
        """The first driver that works."""
        fluid, synth = self.fluid, self.synth
        with quiet_stderr():
            for driver in drivers:
                period = _PERIODS.get(driver, _PERIOD)
                synth.setting("audio.driver", driver)
                synth.setting("audio.period-size", period)
                synth.setting("audio.periods", max(2, _BUFFER // period))
                began_s = time.monotonic()
                synth.audio_driver = fluid.new_fluid_audio_driver(synth.settings, synth.synth)
                if synth.audio_driver:
                    self._opening_s = time.monotonic() - began_s
                    self.driver, self.name = driver, f"synth ({driver})"
                    return driver
        return None

    def start_again(self, missed_s: float) -> bool:
        """Sound again after the audio device was lost; returns whether its driver works.

        Takes as long as an audio server takes to answer.

        Parameters
        ----------
        missed_s : float
            What would have sounded for so many seconds is rendered and thrown away: what is
            scheduled keeps its place in the session.
        """
        with self._driving:
            if not self._open or not self.driver:
                return False
            if self.driver == "jack" and not self._jack_ended.is_set():
                return False
            self._end_driver()
            self._pass_over(missed_s, time.monotonic())
            self._jack_ended.clear()
            if not self._begin([self.driver]):  # others would complain at length
                self._jack_ended.set()
                return False
            return True

    def _pass_over(self, missed_s: float, at_s: float) -> None:
        """Render what nobody hears: `missed_s` before `at_s`, and until a driver will sound."""
        rendered = 0
        while rendered < (missed_s + time.monotonic() - at_s + self._opening_s) * SAMPLE_RATE_HZ:
            self.synth.get_samples(_PASSED)
            rendered += _PASSED

    def _end_driver(self) -> None:
        """Take the driver away; libjack is left its own once its server is gone.

        It would wait for the server, or end the program without a word.
        """
        if self.synth.audio_driver and not self._jack_ended.is_set():
            with quiet_stderr():
                self.fluid.delete_fluid_audio_driver(self.synth.audio_driver)
        self.synth.audio_driver = None

    def mute(self, is_muted: bool) -> None:
        """Be silent, or sound again; what sounds goes on unheard."""
        self.synth.setting("synth.gain", 0.0 if is_muted else self._gain)

    @property
    def latency_s(self) -> float:
        """Time that the audio driver's own buffer holds, in seconds (a lower bound)."""
        return _BUFFER / SAMPLE_RATE_HZ

    def send(self, *messages: mido.Message) -> None:
        """Play messages of the hand now."""
        for message in messages:
            self.play(message, HAND_CHANNELS)

    def hand(self, frame: HandFrame, readings: Readings) -> None:
        """A synth needs notes only."""

    def beat(self, beat: float, bpm: float) -> None:
        """A synth needs no tempo."""

    def play(self, message: mido.Message, offset: int = 0) -> None:
        """Play a channel message now, `offset` channels higher.

        Those of the hand may speak of MPE zones.

        Raises
        ------
        ValueError
            If the synth is closed.
        """
        if not self._open:
            raise ValueError("the synth is closed")
        if not offset:
            self._play(message, 0)
            return
        for each in self._unzoned.take(message):
            self._play(each, offset)
        if message.type == "control_change":
            self._set_drums()

    def _set_drums(self) -> None:
        """The hand's channel 10 plays drums, too, unless an MPE zone has it for its notes."""
        drums = not self._unzoned.is_member(_DRUMS)
        if drums != self._drums:
            self._drums = drums
            change = function(self.fluid, "fluid_synth_set_channel_type", 2)
            change(self.synth.synth, HAND_CHANNELS + _DRUMS, int(drums))
            self.synth.program_change(HAND_CHANNELS + _DRUMS, 0)  # chosen anew from its kind

    def _play(self, message: mido.Message, offset: int) -> None:
        synth, kind = self.synth, message.type
        channel = getattr(message, "channel", 0) + offset
        if kind == "note_on":
            synth.noteon(channel, message.note, message.velocity)
        elif kind == "note_off":
            synth.noteoff(channel, message.note)
        elif kind == "control_change":
            synth.cc(channel, message.control, message.value)
        elif kind == "program_change":
            synth.program_change(channel, message.program)
        elif kind == "pitchwheel":
            synth.pitch_bend(channel, message.pitch)
        elif kind == "aftertouch":
            press = function(self.fluid, "fluid_synth_channel_pressure", 2)
            press(synth.synth, channel, message.value)
        elif kind == "polytouch":
            press = function(self.fluid, "fluid_synth_key_pressure", 3)
            press(synth.synth, channel, message.note, message.value)

    def close(self) -> None:
        """Fall silent and give everything back."""
        if not self._open:
            return
        self._open = False
        if self._jack_watch:
            self._jack_watch.close()
        if not self._driving.acquire(timeout=_PATIENCE_S):
            return  # an audio server keeps a thread waiting: all goes with the process
        self._end_driver()
        while self._dependants:
            self._dependants.pop().free()
        self.synth.delete()
        self._driving.release()

    def keep(self, dependant: Dependant) -> None:
        """Free `dependant` when the synth closes, between its driver and the synth itself."""
        self._dependants.append(dependant)
