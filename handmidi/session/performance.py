"""A live session: the stage is opened once, and round after round is played on it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace

from handmidi.errors import HandMidiError
from handmidi.instrument import STALL_S, Preset
from handmidi.screen.process import ScreenProcess
from handmidi.screen.scene import Connection, Moment, Result
from handmidi.session.choice import Choice, choose
from handmidi.session.commands import Commands
from handmidi.session.options import Options
from handmidi.session.remote import Remote
from handmidi.session.round import Round
from handmidi.session.signals import ending_signals
from handmidi.session.stage import Stage
from handmidi.session.statistics import speed_line
from handmidi.take import Take

_SWITCH_S = 0.0005  # a thread with a note waits no longer for one without
_LOOK_S = 0.05
_FRAME_S = 1 / 30
_MOST_WARNINGS = 200
_MOST_UNREAD = 4
_UNWATCHED_S = 10.0

Finish = Callable[[Take, Callable[[Result], None]], Sequence[int]]


class Performance:
    """Plays rounds until the player, the film, the time or the song ends them.

    Parameters
    ----------
    options : Options
    say : callable
        Takes one line for the user.
    caution : callable, optional
        Takes a line that says what is missing or went wrong; `say` by default.
    """

    def __init__(
        self,
        options: Options,
        say: Callable[[str], None],
        caution: Callable[[str], None] | None = None,
    ) -> None:
        self._options, self._say, self._caution = options, say, caution or say
        self._warnings: list[str] = []
        self._round: Round | None = None
        self._left: list[Take] = []
        self._finished: Take | None = None
        self._shown: tuple[Preset, list[Connection]] | None = None
        self._result: Result | None = None
        self._next: Choice | None = None
        self.failure: Exception | None = None
        """What broke a stage on the way; the take holds what was played before."""

    def run(self, guard: ExitStack, finish: Finish | None = None) -> Take:
        """Play until the song, the camera, the time or the player ends it.

        Parameters
        ----------
        guard : ExitStack
            From the first note until it closes, a signal ends the performance only.
        finish : callable, optional
            Scores the take of a round that has ended, and tells the window by the callable it is
            given; returns the numbers of the bars to practise next. A window then waits for what
            the player wants.

        Returns
        -------
        Take
            The last one, closed. Look at `failure`.

        Raises
        ------
        HandMidiError
            If a stage cannot start: nothing was played then.
        """
        sys.setswitchinterval(_SWITCH_S)
        choice = choose(self._options, self._say, self._warn)
        self._stage = stage = Stage(choice, self._say, self._warn)
        self._commands = Commands(stage, choice)
        with ExitStack() as opened:
            commanded = self._commands, stage.stop, self._say
            self._remote = Remote(*commanded) if self._options.osc_in else None
            stage.open(opened, self._remote)
            self._check_pace(stage.vision.open().fps)
            while True:
                following = self._play(choice, guard)
                if following is None:
                    following = self._end(finish)
                if following is None:
                    return self._finished
                choice = following

    def _check_pace(self, fps: float) -> None:
        if fps * STALL_S < 1:
            camera = self._options.camera
            self._warn(f"camera {camera} gives {fps:g} pictures a second: too few for a note")

    @property
    def sounded(self) -> bool:
        """Whether the internal synth was heard."""
        return self._stage.synth is not None

    # ---- a round

    def _play(self, choice: Choice, guard: ExitStack) -> Choice | None:
        """Play a round; returns the next one where the player asked for it."""
        stage, is_first = self._stage, self._round is None
        say, warn = (self._say, self._warn) if is_first else (_unsaid, self._warn_once)
        round_ = Round(stage, choice, self._warnings, say, warn)
        round_.open()
        self._round, self._shown, self._next = round_, None, None
        self._commands.begin(choice, round_)
        if is_first:
            guard.enter_context(ending_signals(stage.stop))
            self._say(self._how_to_end())
        round_.play(self._look)
        self.failure = self.failure or round_.failure
        if self._ends or self._next is None:
            return None
        self._leave(round_)
        return self._next

    def _how_to_end(self) -> str:
        song = self._round.song
        what = f"“{song.title}”" if song else "what you like"
        keys = "Esc, q or Ctrl-C" if self._stage.screen else "Ctrl-C"
        return f"play {what} with preset {self._round.preset.name}; {keys} ends it"

    @property
    def _ends(self) -> bool:
        return self._stage.stop.is_set() or self._round.failure is not None

    def _look(self) -> bool:
        """Wait a moment, look at everything; returns whether the round has ended."""
        stage, round_ = self._stage, self._round
        if self._remote:
            self._remote.obey(round_.conductor, round_.dispatcher)
        round_.listen()
        if stage.screen and stage.screen.is_alive:
            self._show(stage.screen)
            stage.screen.wait(_FRAME_S)
        else:
            if line := round_.hint():
                self._say(line)
            stage.stop.wait(_LOOK_S)
        for command in self._given():
            if line := self._commands.obey(command):
                round_.moments.notice(line, stage.clock(), is_warning=False)
        self._next = self._following(lambda line: round_.moments.notice(line, stage.clock()))
        return stage.stop.is_set() or round_.is_over or self._next is not None

    def _following(self, tell: Callable[[str], None]) -> Choice | None:
        """The next round, once it shall begin. A wish that cannot be had is told, and forgotten."""
        options = self._commands.following
        if options is None:
            return None
        try:
            return choose(options, _unsaid, self._warn_once)
        except HandMidiError as error:
            self._commands.forget()
            self._caution(str(error))
            tell(str(error))
            return None

    def _given(self) -> Sequence[str]:
        """Keys that were pressed; also in a window that was closed just now."""
        return self._stage.screen.commands() if self._stage.screen else ()

    def _show(self, screen: ScreenProcess) -> None:
        round_ = self._round
        told = round_.preset, round_.connections
        if self._shown != told:
            screen.show(round_.moments.scene(told[1], self._commands.names))
            self._shown = told
        moment = round_.moment()
        if self._options.stats and not moment.notice:
            line = speed_line(round_.player, self._stage.vision)
            moment = replace(moment, notice=line, is_warning=False)
        screen.tell(moment)

    def _leave(self, round_: Round) -> None:
        """A round that another one follows: what was played in it is kept."""
        if round_.has_played:
            self._say(f"take: {round_.take.folder}")
            self._left.append(round_.take)
        else:
            round_.forget()

    def _score_left(self) -> None:
        """The rounds that others followed are part of the history, too."""
        from handmidi.session.results import NOTHING_TO_SCORE, score_take

        while self._left:
            take = self._left.pop()
            try:
                score_take(take)
            except HandMidiError as error:  # stopped in the count-in, say: it has no score
                if NOTHING_TO_SCORE not in str(error):
                    self._warn(str(error))

    # ---- after the last round

    def _end(self, finish: Finish | None) -> Choice | None:
        """Finish the newest take in which something was played, and ask what comes next."""
        round_ = self._round
        take = round_.take
        if not round_.has_played and (self._left or self._finished):
            round_.forget()
            take = self._left.pop() if self._left else None
        if take is None:  # the player began again after the last one, and ended it at once
            return None
        self._finished = take
        if not finish:
            return None
        self._commands.forget()  # a key at the very end shall not take the result away
        self._score_left()
        self._commands.practise = finish(take, self._show_result)
        return self._after()

    def _show_result(self, result: Result) -> None:
        screen, self._result = self._stage.screen, result
        if screen and screen.is_alive and not self._ends:
            screen.tell(Moment(time_s=self._stage.clock(), result=result))

    def _after(self) -> Choice | None:
        """What the player wants next; None is the end. A session nobody watches waits not long."""
        stage, screen, round_ = self._stage, self._stage.screen, self._round
        is_watched = stage.vision.is_live and self._options.seconds is None
        until_s = float("inf") if is_watched else stage.clock() + _UNWATCHED_S
        while screen and screen.is_alive and not self._ends and stage.clock() < until_s:
            if self._remote:
                self._remote.obey(round_.conductor, round_.dispatcher)
            for command in self._given():
                if line := self._commands.obey_after(command):
                    self._tell_after(line)
            if not stage.stop.is_set() and (following := self._following(self._tell_after)):
                return following
            self._pass_over()
            screen.wait(_FRAME_S)
        return None

    def _tell_after(self, line: str) -> None:
        """What a key has done, where the result says how the report stands."""
        if self._result:
            self._show_result(replace(self._result, status=line))

    def _pass_over(self) -> None:
        """Hands that nobody plays with: unread, they would stop the camera's process."""
        with suppress(HandMidiError):  # a camera that is gone is told of in the next round
            for _ in range(_MOST_UNREAD):
                self._stage.vision.next(0.0)

    def _warn(self, line: str) -> None:
        if len(self._warnings) < _MOST_WARNINGS:  # a camera may fail a thousand times in a night
            self._warnings.append(line)
        self._caution(line)
        if self._round:
            self._round.moments.notice(line, self._stage.clock())

    def _warn_once(self, line: str) -> None:
        if line not in self._warnings:
            self._warn(line)


def _unsaid(line: str) -> None:
    """The rounds that follow say again what the first one said."""
