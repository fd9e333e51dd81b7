"""The internal synth: FluidSynth, live on an audio driver or offline into a file.

One synth plays both the hand and a song's backing. The backing keeps its MIDI channels;
the hand's are moved up by `HAND_CHANNELS`, so that neither changes the other's programs.
"""

from __future__ import annotations

import ctypes
import os
import sys
import wave
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import mido

from handmidi.errors import AssetError, OutputError
from handmidi.hand import HandFrame
from handmidi.notes import TimedMessage
from handmidi.quiet import quiet_stderr

HAND_CHANNELS = 16
SAMPLE_RATE_HZ = 48_000
_BUFFER = 512  # samples that the audio driver holds: 10.7 ms
_PERIODS = {"pulseaudio": 512}  # it holds one period only, and 64 samples dry out under load
_PERIOD = 64
_PEDAL = 64
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


def _library():
    """The pyfluidsynth module, with its library."""
    try:
        import fluidsynth
    except (ImportError, OSError, AttributeError) as error:
        step = _HELP.get(sys.platform, _HELP["linux"])
        raise OutputError(f"FluidSynth's library is missing, so no sound: {step}") from error
    return fluidsynth


class Synth:
    """FluidSynth with one SoundFont.

    Parameters
    ----------
    soundfont : Path
    gain : float
        Master gain, 0..10.

    Raises
    ------
    OutputError
        If FluidSynth's library is missing.
    AssetError
        If the SoundFont cannot be read.
    """

    name = "synth"

    def __init__(self, soundfont: Path, gain: float = 0.5) -> None:
        self.fluid = _library()
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
        self._schedules: list[Schedule] = []
        self.driver: str | None = None
        if loaded == self.fluid.FLUID_FAILED:
            self.close()
            raise AssetError(
                f"{soundfont} is no SoundFont that FluidSynth can read: get one with handmidi setup"
            )

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
        fluid, synth = self.fluid, self.synth
        with quiet_stderr():
            for driver in drivers:
                period = _PERIODS.get(driver, _PERIOD)
                synth.setting("audio.driver", driver)
                synth.setting("audio.period-size", period)
                synth.setting("audio.periods", max(2, _BUFFER // period))
                synth.audio_driver = fluid.new_fluid_audio_driver(synth.settings, synth.synth)
                if synth.audio_driver:
                    self.driver, self.name = driver, f"synth ({driver})"
                    return driver
        raise OutputError(f"no sound here ({', '.join(drivers)} tried): connect an audio device")

    @property
    def latency_s(self) -> float:
        """Time that the audio driver's own buffer holds, in seconds (a lower bound)."""
        return _BUFFER / SAMPLE_RATE_HZ

    def send(self, message: mido.Message) -> None:
        """Play a message of the hand now."""
        self.play(message, HAND_CHANNELS)

    def hand(self, frame: HandFrame) -> None:
        """A synth needs notes only."""

    def play(self, message: mido.Message, offset: int = 0) -> None:
        """Play a channel message now, `offset` channels higher.

        Raises
        ------
        ValueError
            If the synth is closed.
        """
        if not self._open:
            raise ValueError("the synth is closed")
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

    def close(self) -> None:
        """Fall silent and give everything back."""
        if not self._open:
            return
        self._open = False
        with quiet_stderr():
            if self.synth.audio_driver:
                self.fluid.delete_fluid_audio_driver(self.synth.audio_driver)
                self.synth.audio_driver = None
            while self._schedules:
                self._schedules.pop().free()
            self.synth.delete()

    def keep(self, schedule: Schedule) -> None:
        """Free `schedule` when the synth closes, between its driver and the synth itself."""
        self._schedules.append(schedule)


class Schedule:
    """Messages that a sounding synth plays at its own audio clock.

    FluidSynth's sequencer moves on with the samples that it renders: an event sounds in the
    right block of 64 samples, and the position is the position of the audio.

    Parameters
    ----------
    synth : Synth
        Started. Closing it also ends the schedule; the two may be closed in any order.
    """

    _TICKS_PER_S = 1000

    def __init__(self, synth: Synth) -> None:
        self._synth, self._fluid = synth, synth.fluid
        self._sequencer = self._fluid.Sequencer(self._TICKS_PER_S, use_system_timer=False)
        self._target = self._sequencer.register_fluidsynth(synth.synth)
        self._end_s = 0.0
        synth.keep(self)

    @property
    def position_s(self) -> float:
        """Seconds of audio rendered since the schedule was made; stands when the synth closed."""
        return self._sequencer.get_tick() / self._TICKS_PER_S if self._sequencer else self._end_s

    def add(self, timed: Iterable[TimedMessage]) -> None:
        """Schedule channel messages at seconds of `position_s`; a closed synth ignores them."""
        if not self._sequencer:
            return
        fluid = self._fluid
        for each in timed:
            event = fluid.new_fluid_event()
            fluid.fluid_event_set_source(event, -1)
            fluid.fluid_event_set_dest(event, self._target)
            if _fill(fluid, event, each.message):
                tick = max(0, round(each.time_s * self._TICKS_PER_S))
                fluid.fluid_sequencer_send_at(self._sequencer.sequencer, event, tick, 1)
            fluid.delete_fluid_event(event)

    def close(self) -> None:
        """Forget what has not sounded yet and end what sounds."""
        if not self._sequencer:
            return
        # A sequencer must not be deleted while its synth sounds: the audio thread may be in it.
        forget = _function(self._fluid, "fluid_sequencer_remove_events", 3)
        forget(self._sequencer.sequencer, -1, -1, -1)
        synth = self._synth.synth
        for channel in range(HAND_CHANNELS):
            synth.cc(channel, _PEDAL, 0)
            synth.all_notes_off(channel)

    def free(self) -> None:
        """Give the sequencer back; for the synth, once it is silent."""
        self._end_s = self.position_s
        self._sequencer.delete()
        self._sequencer = None


_FILLS = {
    "note_on": ("fluid_event_noteon", ("note", "velocity")),
    "note_off": ("fluid_event_noteoff", ("note",)),
    "control_change": ("fluid_event_control_change", ("control", "value")),
    "program_change": ("fluid_event_program_change", ("program",)),
    "pitchwheel": ("fluid_event_pitch_bend", ("pitch",)),
}


def _fill(fluid, event, message: mido.Message) -> bool:
    """Write a message into a sequencer event; False if the sequencer has none of that kind."""
    if message.type not in _FILLS:
        return False
    name, fields = _FILLS[message.type]
    values = [getattr(message, field) for field in fields]
    if message.type == "pitchwheel":
        values = [message.pitch + 8192]
    _function(fluid, name, 1 + len(values))(event, message.channel, *values)
    return True


@cache
def _function(fluid, name: str, integers: int):
    """A function of the library that pyfluidsynth leaves out: of a pointer and `integers` ints."""
    arguments = [(f"value{i}", ctypes.c_int, 1) for i in range(integers)]
    return fluid.cfunc(name, None, ("object", ctypes.c_void_p, 1), *arguments)


def render(
    soundfont: Path, path: Path, hand: Iterable[TimedMessage], backing: Iterable[TimedMessage]
) -> None:
    """Render hand and backing into a stereo 16-bit WAV file at 48 kHz, as fast as it goes.

    Parameters
    ----------
    hand, backing : iterable of TimedMessage
        In seconds from the beginning of the file.

    Raises
    ------
    OutputError
        If FluidSynth's library is missing.
    AssetError
        If the SoundFont cannot be read.
    OSError
        If the file cannot be written.
    """
    events = [(t.time_s, HAND_CHANNELS, t.message) for t in hand]
    events += [(t.time_s, 0, t.message) for t in backing]
    events.sort(key=lambda event: event[0])
    synth = Synth(soundfont)
    try:
        with wave.open(str(path), "wb") as out:
            out.setnchannels(2)
            out.setsampwidth(2)
            out.setframerate(SAMPLE_RATE_HZ)
            done = 0
            for time_s, offset, message in events:
                done = _advance(synth, out, done, round(time_s * SAMPLE_RATE_HZ))
                synth.play(message, offset)
            _advance(synth, out, done, done + 2 * SAMPLE_RATE_HZ)  # let the last notes ring
    finally:
        synth.close()


def _advance(synth: Synth, out: wave.Wave_write, done: int, until: int) -> int:
    while done < until:
        block = min(until - done, SAMPLE_RATE_HZ)
        out.writeframesraw(synth.synth.get_samples(block).tobytes())
        done += block
    return done
