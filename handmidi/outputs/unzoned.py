"""MPE for a synth that knows no zones: what a manager is told, its members are told, too."""

from __future__ import annotations

import mido

from handmidi.outputs.channels import PARAMETER_CONTROLS, Channels

_MODES = 120
"""Controllers from here on are channel mode messages."""
_ALL_OFF = (120, 123)
_MANAGERS = (0, 15)


class Unzoned:
    """Turns a stream with MPE zones into one for sixteen channels that know nothing of them.

    Programs, controllers and pressure of a manager are repeated on its members; its bend is
    added to theirs. Without a zone everything passes as it is.
    """

    def __init__(self) -> None:
        self._channels = Channels()

    def take(self, message: mido.Message) -> list[mido.Message]:
        """What to play instead of `message`."""
        if not hasattr(message, "channel"):
            return [message]
        self._channels.take(message)
        heard = self._channels.heard_by(message.channel)
        if message.type == "pitchwheel":
            return [self._wheel(channel, message) for channel in heard]
        shared = message.type in ("program_change", "aftertouch")
        if message.type == "control_change":
            shared = message.control not in PARAMETER_CONTROLS and (
                message.control < _MODES or message.control in _ALL_OFF
            )
        return [message.copy(channel=channel) for channel in heard] if shared else [message]

    def is_member(self, channel: int) -> bool:
        """Whether a zone has the channel for its notes: it plays no drums then."""
        return any(channel in self._channels.heard_by(manager)[1:] for manager in _MANAGERS)

    def _wheel(self, channel: int, message: mido.Message) -> mido.Message:
        if channel in _MANAGERS or not self.is_member(channel):
            return message.copy(channel=channel)
        share = self._channels.bend_semitones(channel) / self._channels.bend_range(channel)
        pitch = min(max(round(share * 8192), -8192), 8191)
        return mido.Message("pitchwheel", channel=channel, pitch=pitch)
