"""``python -m handmidi``."""

import sys

from handmidi.cli import main

sys.exit(main())
