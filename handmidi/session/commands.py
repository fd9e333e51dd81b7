"""What a player asks for, by keys or from another program, and what a session does then."""

from __future__ import annotations

from collections.abc import Sequence

from handmidi.instrument import Preset
from handmidi.screen.keys import LOCAL
from handmidi.session.choice import Choice
from handmidi.session.options import Options
from handmidi.session.round import Round
from handmidi.session.stage import Stage
from handmidi.session.wishes import STEP, Wishes

_ALWAYS = ("quit", "panic", "next preset", "previous preset", "restart", "mute")
_PRACTISED = ("loop", "faster", "slower")
_PLAYED = ("faster", "slower")
_MOST_BARS = 4
_SLOWEST_BPM, _FASTEST_BPM = 20.0, 400.0
_NO_OTHER = "there is no other preset for this"


class Commands:
    """Obeys at once where it can, else keeps the wish for the next round.

    Parameters
    ----------
    stage : Stage
    choice : Choice
        What the session began with.
    """

    def __init__(self, stage: Stage, choice: Choice) -> None:
        self._stage, self._first = stage, choice
        self._presets: list[Preset] = []
        self._wishes = Wishes(choice.options)
        self._round: Round | None = None
        self.practise: Sequence[int] = ()
        """Printed numbers of the bars to practise next; l repeats them after the song."""

    def begin(self, choice: Choice, round_: Round) -> None:
        """Another round is played."""
        self._round, self._wishes = round_, Wishes(choice.options)

    @property
    def following(self) -> Options | None:
        """The next round's options, once it shall begin."""
        return self._wishes.due(self._stage.clock())

    def forget(self) -> None:
        """Forget what was asked for the next round."""
        self._wishes.forget()

    @property
    def names(self) -> tuple[str, ...]:
        """Those that can be given while a round is played."""
        return (*_ALWAYS, *(_PRACTISED if self._round.song else _PLAYED), *LOCAL)

    def obey(self, command: str) -> str:
        """Do what a key asks for while a round is played; returns a line for the user."""
        stage, round_ = self._stage, self._round
        match command:
            case "quit":
                stage.stop.set()
                return "the end"
            case "panic":
                round_.dispatcher.panic()
                return "panic: every note has ended"
            case "mute":
                return stage.mute()
            case "next preset":
                return self._step_preset(1)
            case "previous preset":
                return self._step_preset(-1)
            case "restart":
                return self.restart()
            case "loop" if round_.song:
                last = max(self._first.practised.whole.bar_numbers)
                return self._wishes.loop(round_.bar or 0, last, stage.clock())
            case "faster" | "slower":
                return self._tempo(STEP if command == "faster" else -STEP)
        return ""

    def obey_after(self, command: str) -> str:
        """Do what a key asks for when the song is over; returns a line for the user."""
        wishes, now_s = self._wishes, self._stage.clock()
        match command:
            case "quit":
                self._stage.stop.set()
                return "the end"
            case "mute":
                return self._stage.mute()
            case "next preset" | "previous preset":
                if preset := self._neighbour(1 if command == "next preset" else -1):
                    self._keep(preset)
                    return wishes.restart(now_s)
                return _NO_OTHER
            case "loop" if self.practise:
                first, last = min(self.practise), max(self.practise)
                return wishes.loop_bars(
                    (first, last if last - first < _MOST_BARS else first), now_s
                )
            case "restart" | "loop":
                return wishes.restart(now_s)
            case "faster" | "slower":
                return wishes.tempo(STEP if command == "faster" else -STEP, now_s)
        return ""

    def restart(self) -> str:
        """Play from the beginning; returns a line for the user."""
        return self._wishes.restart(self._stage.clock())

    def change_preset(self, name: str) -> str:
        """Play another preset from now on; returns a line for the user.

        Raises
        ------
        PresetError
            If there is none such, or the session cannot play it.
        """
        return self._change(self._first.load_preset(name))

    def _change(self, preset: Preset) -> str:
        self._round.change_preset(preset)
        self._keep(preset)
        return f"preset {preset.name}: {preset.title}"

    def _keep(self, preset: Preset) -> None:
        """Play it in the rounds that follow."""
        # The session's own may have no name to load it by: a file, or one made of the song.
        is_own = preset.name == self._first.preset.name
        self._wishes.preset(self._first.options.preset if is_own else preset.name)

    def _step_preset(self, step: int) -> str:
        preset = self._neighbour(step)
        return self._change(preset) if preset else _NO_OTHER

    def _neighbour(self, step: int) -> Preset | None:
        """The preset after the one that is played, or before it; None if there is no other."""
        if not self._presets:
            self._presets = self._first.presets()
        names = [preset.name for preset in self._presets]
        here = self._round.preset.name
        at = names.index(here) if here in names else 0
        preset = self._presets[(at + step) % len(names)]
        return preset if preset.name != here else None

    def _tempo(self, change: float) -> str:
        round_, now_s = self._round, self._stage.clock()
        if round_.song:
            return self._wishes.tempo(change, now_s)
        if not round_.conductor.has_transport:
            return "nothing keeps time here: start with --metronome, --clock or --link"
        bpm = round_.conductor.beats(now_s).bpm * (1 + change / 100)
        return round_.conductor.set_bpm(min(max(bpm, _SLOWEST_BPM), _FASTEST_BPM))
