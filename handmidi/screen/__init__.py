"""The screen: a window in a process of its own, and what is drawn there."""
