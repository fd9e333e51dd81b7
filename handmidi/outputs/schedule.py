"""Messages on the audio's own clock."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from functools import cache

import mido

from handmidi.notes import TimedMessage
from handmidi.outputs.synth import HAND_CHANNELS, Synth

_PEDAL = 64


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
