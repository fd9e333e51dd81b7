"""The library in ten lines: a video becomes a hand, and the hand becomes notes."""

from handmidi.assets import find_model
from handmidi.instrument import Instrument, load_preset, perform
from handmidi.notes import pitch_name
from handmidi.vision.camera import open_camera
from handmidi.vision.tracker import open_tracker, track_video

instrument = Instrument(load_preset("mama"))
with open_camera("demo") as camera, open_tracker("direct", find_model("full")) as tracker:
    for time_s, message in perform(instrument, track_video(camera, tracker)):
        if message.type == "note_on":
            print(f"{time_s:6.2f} s  {pitch_name(message.note)}")
