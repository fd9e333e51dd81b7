"""What a session was asked for."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from handmidi.song.arrangement import Arrangement


@dataclass(frozen=True, slots=True)
class Options:
    """The flags of ``play`` and ``practice``.

    Parameters
    ----------
    camera : str
        Index, device, video file, or ``demo``.
    tracker : str
        A name of `handmidi.vision.tracker.TRACKERS`.
    model : {"full", "lite"}
        Which hand model; lite takes half the time and is less steady.
    size : tuple of (int, int)
        Width and height asked of a webcam, pixels.
    fps : float
        Pictures per second asked of a webcam.
    mirrored : bool
        Whether the camera's pictures are mirror images already.
    preset : str, optional
        Name or TOML file; None lets the song choose.
    port : str
        Name of the virtual MIDI port.
    osc : tuple of str
        Targets, as `parse_target` reads them.
    osc_in : tuple of (str, int), optional
        Host and port to listen on for commands.
    soundfont : str, optional
        File; None takes the one that is there.
    synth : bool
        Whether the internal synth sounds.
    hands : int
        1 or 2.
    calibrated : bool
        Whether the camera's own ranges are used, where it has some.
    mpe : bool
        A channel for each note, whatever the preset says.
    channel, program : int, optional
        MIDI channel (0..15) and program (0..127) of the hand, instead of the preset's.
    clock : bool
        Send MIDI clock, start and stop.
    active_sensing : bool
        Send MIDI active sensing.
    bpm : float, optional
        Tempo of clock, metronome and quantised onsets where no song sets one.
    metronome : bool
        Sound the beats.
    link : bool
        Follow an Ableton Link session.
    headless : bool
        No window.
    seconds : float, optional
        End after so many.
    stats : bool
        Print speeds at the end.
    out : Path
        The folder for takes.
    song : str, optional
        Name or MIDI file; None just plays.
    melody_track : int, optional
        Track number of the melody.
    tempo : float
        Percent of the song's tempo; in a loop, of its first pass.
    loop : tuple of (int, int), optional
        Printed numbers of the first and the last bar to repeat.
    passes : int, optional
        How often.
    rise, top : float
        Percent of the song's tempo by which each pass is faster, and that none exceeds; without
        `top` the song's own tempo.
    wait : bool
        The backing waits for the right note.
    guide : bool
        The melody sounds with the backing.
    count_in : int
        Bars counted in, 0..4.
    transpose : int
        Semitones, -24..24.
    mute : tuple of int or str
        Tracks that the backing leaves out, by number or name.
    email : str, optional
        Where to mail the take.
    """

    camera: str = "0"
    tracker: str = "direct"
    model: str = "full"
    size: tuple[int, int] = (640, 480)
    fps: float = 30.0
    mirrored: bool = False
    preset: str | None = None
    port: str = "handmidi"
    osc: tuple[str, ...] = ()
    osc_in: tuple[str, int] | None = None
    soundfont: str | None = None
    synth: bool = True
    hands: int = 1
    calibrated: bool = True
    mpe: bool = False
    channel: int | None = None
    program: int | None = None
    clock: bool = False
    active_sensing: bool = False
    bpm: float | None = None
    metronome: bool = False
    link: bool = False
    headless: bool = False
    seconds: float | None = None
    stats: bool = False
    out: Path = Path("takes")
    song: str | None = None
    melody_track: int | None = None
    tempo: float = 100.0
    loop: tuple[int, int] | None = None
    passes: int | None = None
    rise: float = 0.0
    top: float | None = None
    wait: bool = False
    guide: bool = False
    count_in: int = 1
    transpose: int = 0
    mute: tuple[int | str, ...] = ()
    email: str | None = None

    @property
    def arrangement(self) -> Arrangement:
        """How the song is practised."""
        kept = {f.name: getattr(self, f.name) for f in fields(Arrangement)}
        top = max(100.0, self.tempo) if self.top is None else self.top
        return Arrangement(**kept | {"top": top})

    def for_take(self) -> dict[str, Any]:
        """The settings that take.json keeps: an address is nobody else's business."""
        kept = asdict(self)
        del kept["email"], kept["out"]
        return kept | (self.arrangement.to_settings() if self.song else {})
