"""Songs: read from any MIDI file, their melody found, arranged for practice."""

from handmidi.song.library import find_song
from handmidi.song.meter import Meter
from handmidi.song.song import Song, SongNote, load_song
from handmidi.song.tracks import SongTrack

__all__ = ["Meter", "Song", "SongNote", "SongTrack", "find_song", "load_song"]
