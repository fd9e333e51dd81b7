"""What JACK servers that were killed held is given back."""

import os
import signal
import struct
import subprocess

import pytest
import servers

from tools import jack_slots


def registry(*entries: tuple[int, str], magic: int = 0x4A41434B) -> bytes:
    """A registry as JACK 2 writes it, with servers by process and name."""
    slots = [struct.pack("=i260s", pid, f"jack-0:{name}:".encode()) for pid, name in entries]
    slots += [bytes(264)] * (8 - len(slots))
    return struct.pack("=IIiiii", magic, 0, 1, 70744, 24 + 8 * 264, 268) + b"".join(slots)


@pytest.fixture
def dead():
    """The number of a process that is gone."""
    child = subprocess.Popen(["true"])
    child.wait()
    return child.pid


def test_the_dead_are_forgotten_and_the_living_kept(tmp_path, dead):
    file = tmp_path / "jack-shm-registry"
    file.write_bytes(registry((os.getpid(), "alive"), (dead, "gone[1]")))
    (tmp_path / "jack_gone[1]_0_0").touch()
    (tmp_path / "jack_alive_0_0").touch()
    assert jack_slots.give_back(tmp_path) == ["gone[1]"]
    assert file.read_bytes() == registry((os.getpid(), "alive"))
    assert {path.name for path in tmp_path.iterdir()} == {file.name, "jack_alive_0_0"}


@pytest.mark.parametrize("content", [b"", b"short", b"\1" * 70744, None])
def test_what_is_no_registry_stays_as_it_is(tmp_path, content):
    file = tmp_path / "jack-shm-registry"
    if content is not None:
        file.write_bytes(content)
    assert jack_slots.give_back(tmp_path) == []
    assert content is None or file.read_bytes() == content


def test_another_version_of_jack_is_left_alone(tmp_path, dead):
    content = registry((dead, "gone"), magic=1)
    (tmp_path / "jack-shm-registry").write_bytes(content)
    assert jack_slots.give_back(tmp_path) == []
    assert (tmp_path / "jack-shm-registry").read_bytes() == content


@pytest.mark.timeout(60)
def test_a_ninth_server_starts_after_eight_were_killed():
    for _ in range(9):
        with servers.jack() as environment:
            found = subprocess.run(
                ["pgrep", "-f", f"jackd -n {environment['JACK_DEFAULT_SERVER']} "],
                capture_output=True,
                text=True,
            )
            for process in found.stdout.split():
                os.kill(int(process), signal.SIGKILL)
