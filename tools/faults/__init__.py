"""What dies while somebody plays, and what becomes of notes, takes and processes.

``python -m tools.faults --rounds 20`` does each of `catalogue.FAULTS` so often, at random moments,
to a real session with real ports: JACK's dummy driver, PulseAudio's null sink, and Xvfb.
"""
