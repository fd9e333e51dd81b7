"""A night at a simulated pace: ``python -m tools.night``.

The hands of the demo clip play eight hours of session time through the session's own player,
instrument, dispatcher, outputs (OSC and the synth), take and recorder, as fast as they go. The
synth renders as much sound as the clock has passed, and the recorder gets as much; both are thrown
away or removed in the end. Memory is looked at every ten minutes of the night. Linux only: the
figures come from /proc.
"""
