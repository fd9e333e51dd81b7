#!/bin/sh
# Set up what handmidi needs: system libraries, .venv, the package.
#
#   sh tools/setup.sh run     to play
#   sh tools/setup.sh test    to run the tests, too
#
# HANDMIDI_MEDIAPIPE=1 also installs the second tracker.
#
# Works again after an interrupted run; installs only what is missing.
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-run}

# OpenCV's window; FluidSynth; PortAudio. GLib and ALSA come with them, under names that differ.
packages="python3-venv libgl1 libfluidsynth3 libportaudio2"
packages="$packages fonts-noto-core fonts-droid-fallback" # titles in most scripts
extras=""
if [ "$purpose" = test ]; then
    packages="$packages jackd2 pulseaudio pulseaudio-utils libasound2-plugins xvfb xdotool poppler-utils"
    packages="$packages supercollider-server puredata-core fluidsynth strace chromium chromium-driver zsh fish"
    extras=test
fi
if [ -n "${HANDMIDI_MEDIAPIPE:-}" ]; then # the second tracker, which reports usage to Google
    packages="$packages libegl1 libgles2"
    extras="${extras:+$extras,}mediapipe"
fi

install_packages() {
    missing=""
    for package in $packages; do
        status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$status" = installed ] || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    echo "installing$missing …"
    as_root=""
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "please run as root: apt-get install$missing" >&2
            return 0
        fi
        as_root=sudo
    fi
    $as_root apt-get update -qq
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

by_hand() {
    case "$(uname -s)" in
    Darwin) echo "no apt here; if sound or microphone are missing: brew install fluid-synth portaudio" ;;
    *) echo "no apt here; install by hand: FluidSynth 2, PortAudio, OpenGL (on Windows: see README)" ;;
    esac
}

if command -v apt-get >/dev/null; then install_packages; else by_hand; fi

python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python 3.11 or newer is needed: install it, or name it with make PYTHON=…" >&2
    exit 1
fi
if ! .venv/bin/python -c '' 2>/dev/null; then
    echo "making .venv …"
    "$python" -m venv --clear .venv
fi
echo "installing Python packages …"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=24.1'
# The songs lie beside the package, which setuptools warns of at length.
PYTHONWARNINGS=ignore .venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --editable ".${extras:+[$extras]}"
if [ "$extras" ] && .venv/bin/python -c 'import librosa' 2>/dev/null; then
    # numba's cache breaks where two processes fill it at the same time: it is filled here.
    .venv/bin/python -c 'import librosa, numpy
tone = numpy.sin(numpy.arange(24000) * 0.06).astype("f4")
librosa.pyin(tone, fmin=65, fmax=1000, sr=48000)'
fi
