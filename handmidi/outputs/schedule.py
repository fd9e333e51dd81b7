"""Messages on the audio's own clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import mido

from handmidi.errors import OutputError
from handmidi.notes import TimedMessage
from handmidi.outputs.synth import HAND_CHANNELS, Synth, function

_PEDAL = 64


class Schedule:
    """Messages that a sounding synth plays at its own audio clock.

    FluidSynth's sequencer moves on with the samples that it renders: an event sounds in the
    right block of 64 samples, and the position is the position of the audio. It can be made to
    move faster or slower than the sound, which moves everything that is scheduled.

    Parameters
    ----------
    synth : Synth
        Started. Closing it also ends the schedule; the two may be closed in any order.
    """

    _TICKS_PER_S = 10_000  # each change of pace costs up to a tick

    def __init__(self, synth: Synth) -> None:
        self._synth, self._fluid = synth, synth.fluid
        self._sequencer = self._fluid.Sequencer(self._TICKS_PER_S, use_system_timer=False)
        self._target = self._sequencer.register_fluidsynth(synth.synth)
        self._end_s = 0.0
        synth.keep(self)

    @property
    def position_s(self) -> float:
        """Seconds of audio rendered since the schedule was made; stands when the synth closed.

        After `set_pace`, these are seconds of the schedule.
        """
        if not self._sequencer:
            return self._end_s
        last, tick = None, self._sequencer.get_tick()
        while tick != last:  # a reading while the audio thread changes the pace is far off
            last, tick = tick, self._sequencer.get_tick()
        return tick / self._TICKS_PER_S

    def add(self, timed: Iterable[TimedMessage]) -> None:
        """Schedule channel messages at seconds of `position_s`; a closed synth ignores them."""
        if not self._sequencer:
            return
        for each in timed:
            if fill := _filler(self._fluid, each.message):
                self._send(each.time_s, fill)

    def set_pace(self, pace: float, at_s: float) -> None:
        """From `at_s` of `position_s` on, move `pace` seconds for each second of sound.

        The change is an event among the others: everything after it moves with it, what came
        before is heard as it was. A closed synth ignores it.

        Parameters
        ----------
        pace : float
            Above 0; 1 is the pace of the sound.
        at_s : float
            Not before the present position.

        Raises
        ------
        OutputError
            If FluidSynth is older than 2.2, which cannot do it.
        """
        if not self._sequencer:
            return
        change = function(self._fluid, "fluid_event_scale", 0, 1)
        if not change:
            raise OutputError("FluidSynth is too old to follow a tempo: install 2.2 or newer")
        self._send(at_s, lambda event: change(event, pace * self._TICKS_PER_S))

    def _send(self, time_s: float, fill: Callable[[object], None]) -> None:
        fluid = self._fluid
        event = fluid.new_fluid_event()
        fluid.fluid_event_set_source(event, -1)
        fluid.fluid_event_set_dest(event, self._target)
        fill(event)
        tick = max(0, round(time_s * self._TICKS_PER_S))
        fluid.fluid_sequencer_send_at(self._sequencer.sequencer, event, tick, 1)
        fluid.delete_fluid_event(event)

    def close(self) -> None:
        """Forget what has not sounded yet and end what sounds."""
        if not self._sequencer:
            return
        # A sequencer must not be deleted while its synth sounds: the audio thread may be in it.
        forget = function(self._fluid, "fluid_sequencer_remove_events", 3)
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
    "aftertouch": ("fluid_event_channel_pressure", ("value",)),
    "polytouch": ("fluid_event_key_pressure", ("note", "value")),
}


def _filler(fluid, message: mido.Message) -> Callable[[object], None] | None:
    """What writes a message into a sequencer's event; None if it has none of that kind."""
    if message.type not in _FILLS:
        return None
    name, fields = _FILLS[message.type]
    values = [getattr(message, field) for field in fields]
    if message.type == "pitchwheel":
        values = [message.pitch + 8192]
    fill = function(fluid, name, 1 + len(values))
    return lambda event: fill(event, message.channel, *values)
