import os
import sys

from handmidi.quiet import quiet_stderr


def test_c_libraries_are_silenced_and_the_terminal_comes_back(capfd):
    with quiet_stderr():
        os.write(2, b"from C\n")
        with quiet_stderr():
            os.write(2, b"deeper\n")
        os.write(2, b"still quiet\n")
    os.write(2, b"heard\n")
    assert capfd.readouterr().err == "heard\n"


def test_an_error_brings_the_terminal_back(capfd):
    try:
        with quiet_stderr():
            raise OSError
    except OSError:
        os.write(2, b"heard\n")
    assert capfd.readouterr().err == "heard\n"


def test_no_descriptor_is_left_open():
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for _ in range(50):
        with quiet_stderr():
            pass
    after = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    assert after == before


def test_a_program_without_a_console(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    with quiet_stderr():
        pass
