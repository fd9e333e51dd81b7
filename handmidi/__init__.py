"""handmidi: play any instrument with a bare hand before a webcam."""

__version__ = "0.1.0"
