"""``handmidi calibrate`` before a webcam that is made up: seconds, then other arguments."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from calibration_players import GreyCamera, PlayerTracker

from handmidi.cli import main
from handmidi.session import calibrating

calibrating.find_tracker_model = lambda *_: None
calibrating.open_camera = lambda *_: GreyCamera()
calibrating.open_tracker = lambda *_, **__: PlayerTracker(float(sys.argv[1]))
if __name__ == "__main__":  # the window's process imports this file
    sys.exit(main(["calibrate", "--seconds", *sys.argv[1:]]))
