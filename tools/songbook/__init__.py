"""The song library as text: a module for each tune, with its chords, parts, grooves and form."""

from __future__ import annotations

from songbook import (
    amazing_grace,
    au_clair,
    auld_lang_syne,
    canon,
    drunken_sailor,
    frere_jacques,
    fur_elise,
    greensleeves,
    jingle_bells,
    korobeiniki,
    largo,
    lullaby,
    mama,
    minuet,
    ode_to_joy,
    oh_susanna,
    promenade,
    row_your_boat,
    saints,
    sakura,
    silent_night,
    twinkle,
)

TUNES = tuple(
    module.TUNE
    for module in (
        twinkle,
        au_clair,
        row_your_boat,
        frere_jacques,
        jingle_bells,
        ode_to_joy,
        sakura,
        mama,
        auld_lang_syne,
        oh_susanna,
        silent_night,
        lullaby,
        saints,
        largo,
        amazing_grace,
        drunken_sailor,
        canon,
        minuet,
        promenade,
        korobeiniki,
        greensleeves,
        fur_elise,
    )
)
