"""Hands become notes: presets, the onset engine, and the instrument that speaks MIDI."""

from handmidi.instrument.instrument import LOST_S, STALL_S, Instrument, perform
from handmidi.instrument.layout import from_pitches
from handmidi.instrument.preset import Preset
from handmidi.instrument.presetfile import load_preset

__all__ = ["LOST_S", "STALL_S", "Instrument", "Preset", "from_pitches", "load_preset", "perform"]
