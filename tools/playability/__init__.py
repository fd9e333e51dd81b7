"""The playability benchmark: simulated players, what they meant, and what was heard.

Run it with ``python -m tools.playability``; ``docs/playability.md`` explains the figures.
"""
