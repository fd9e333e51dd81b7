"""`play` as a process: commands by OSC, beats, the learn helper, and takes that play again."""

from __future__ import annotations

import json
import socket
import time

import mido
import pytest
from pythonosc.osc_message_builder import OscMessageBuilder
from running import only_take, osc_heard, run_handmidi, start_handmidi
from servers import free_udp_port
from vision_assets import hand_model

from handmidi.midifile import read_performance


@pytest.fixture(autouse=True)
def _model():
    hand_model()


class Heard:
    """(address, arguments) of all that came by OSC up to now."""

    def __init__(self, stamped):
        self._stamped = stamped

    def __iter__(self):
        return ((address, arguments) for _, address, arguments in list(self._stamped))

    def __len__(self):
        return len(self._stamped)


@pytest.fixture
def heard():
    """What comes by OSC, and the port on which it is heard."""
    with osc_heard() as (stamped, port):
        yield Heard(stamped), port


def ask(port, address, *arguments):
    builder = OscMessageBuilder(f"/handmidi/1/{address}")
    for argument in arguments:
        builder.add_arg(argument)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(builder.build().dgram, ("127.0.0.1", port))


def wait_for(condition, limit_s=20.0):
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.timeout(90)
def test_other_programs_choose_preset_and_tempo_and_silence_everything(tmp_path, heard):
    kept, port = heard
    listen = free_udp_port()
    with start_handmidi(
        "play", "--camera", "demo", "--headless", "--no-synth", "--no-calibration",
        "--preset", "mama", "--bpm", "150", "--seconds", "12", "--clock",
        "--osc", f"127.0.0.1:{port}", "--osc-in", listen, cwd=tmp_path,
    ) as running:  # fmt: skip
        try:
            wait_for(lambda: any(address == "/handmidi/1/note/on" for address, _ in kept))
            ask(listen, "preset", "blues")
            ask(listen, "preset", "no such preset")
            ask(listen, "transport/tempo", 90.0)
            ask(listen, "transport/stop")
            ask(listen, "transport/start")
            ask(listen, "nonsense")
            wait_for(
                lambda: any(a == "/handmidi/1/transport/beat" and p[1] == 90.0 for a, p in kept)
            )
            ask(listen, "panic")
            out, err = running.communicate(timeout=40)
        finally:
            running.kill()
    assert running.returncode == 0, err
    for line in (
        f"OSC in: 127.0.0.1:{listen}",
        "preset blues: Blues",
        "no preset is called 'no such preset'",
        "tempo: 90 bpm",
        "panic: every note has ended",
        "/handmidi/1/nonsense is no address of handmidi",
    ):
        assert line in out, out
    beats = [params for address, params in kept if address.endswith("transport/beat")]
    numbers = [beat for beat, _ in beats]
    assert beats[0][1] == 150.0
    again = numbers.index(-1.0, 1)  # it started from the beginning
    for part in (numbers[:again], numbers[again:]):
        assert part == list(range(-1, len(part) - 1))
    ons = [tuple(p[:2]) for a, p in kept if a.endswith("note/on")]
    offs = [tuple(p) for a, p in kept if a.endswith("note/off")]
    assert ons and ons == offs
    assert any(address == "/handmidi/1/hand/right" for address, _ in kept)
    info = json.loads((only_take(tmp_path) / "take.json").read_text())
    assert [change["preset"] for change in info["preset_changes"]] == ["blues"]


@pytest.mark.timeout(60)
def test_a_taken_port_is_said_before_there_is_a_take(tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
        done = run_handmidi("play", "--camera", "demo", "--osc-in", port, "--headless",
                            cwd=tmp_path)  # fmt: skip
    assert done.returncode == 1
    assert f"cannot listen for OSC on 127.0.0.1:{port}" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "takes").exists()


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("named", "number"), [("74", 74), ("brightness", 74), ("1", 1)])
def test_learn_moves_one_controller_alone(tmp_path, heard, named, number):
    kept, port = heard
    done = run_handmidi(
        "play", "--learn", named, "--seconds", "3", "--channel", "5",
        "--osc", f"127.0.0.1:{port}", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    wait_for(lambda: len(kept) > 80)
    control = [params for address, params in kept if address == "/handmidi/1/control"]
    assert {tuple(params[:2]) for params in control} == {(5, number)}
    values = [params[2] for params in control]
    assert (min(values), max(values), values[-1]) == (0, 127, 0)
    assert not any("note" in address for address, _ in kept)
    assert not (tmp_path / "takes").exists()


@pytest.mark.timeout(90)
@pytest.mark.parametrize("preset", ["mpe-lead", "arpeggio"])
def test_a_take_plays_again_to_the_same_notes(tmp_path, preset):
    done = run_handmidi(
        "play", "--camera", "demo", "--headless", "--no-synth", "--no-calibration",
        "--preset", preset, "--seconds", "10", "--bpm", "96", "--program", "5",
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    take = only_take(tmp_path)
    done = run_handmidi("map", take, "-o", "again.mid", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    live = read_performance(take / "notes.mid").notes
    again = read_performance(tmp_path / "again.mid").notes
    assert live and [n.pitch for n in again] == [n.pitch for n in live]
    for played, meant in zip(live, again, strict=True):
        assert meant.onset_s - 1e-3 <= played.onset_s <= meant.onset_s + 0.05
        assert played.velocity == meant.velocity
    programs = {m.program for m in mido.MidiFile(take / "notes.mid") if m.type == "program_change"}
    assert programs == {5}
