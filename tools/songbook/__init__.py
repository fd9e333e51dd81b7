"""The song library as text: a module for each tune, with its chords, parts, grooves and form."""

from __future__ import annotations

from songbook import amazing_grace, frere_jacques, greensleeves, mama, ode_to_joy, saints

TUNES = tuple(
    module.TUNE for module in (frere_jacques, ode_to_joy, mama, saints, amazing_grace, greensleeves)
)
