"""Where notes go: a virtual MIDI port, the internal synth, OSC."""

from handmidi.outputs.output import Output, Outputs

__all__ = ["Output", "Outputs"]
