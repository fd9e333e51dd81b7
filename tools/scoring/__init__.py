"""The scoring benchmark: players whose every note is known, and what the score makes of them.

Run it with ``python -m tools.scoring``; ``docs/scoring.md`` explains the figures.
"""
