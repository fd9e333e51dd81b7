"""Files on a disk that refuses: nothing is lost, and what is there stays whole."""

import errno
import os
import shutil
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handmidi.files import GrowingFile, is_plain, replace_file, replacing


class FullDisk:
    """A raw file that holds no more than `limit` bytes."""

    def __init__(self, file):
        self._file, self.limit = file, 1 << 30

    def write(self, data):
        room = self.limit - self._file.tell()
        if room <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self._file.write(data[:room])

    def __getattr__(self, name):
        return getattr(self._file, name)


def growing(path):
    file = GrowingFile(path)
    disk = file._file = FullDisk(file._file)
    return file, disk


def test_what_is_appended_is_there_at_once(tmp_path):
    path = tmp_path / "f"
    file = GrowingFile(path)
    file.append(b"one")
    assert path.read_bytes() == b"one"
    file.append(b"two")
    assert path.read_bytes() == b"onetwo"
    file.close()
    file.close()


def test_the_tail_stays_behind_the_data_and_the_patch_lies_before(tmp_path):
    path = tmp_path / "f"
    file = GrowingFile(path)
    file.append(b"....one", b"END")
    file.append(b"two", b"END", (0, b"1234"))
    assert path.read_bytes() == b"1234onetwoEND"
    assert file.size == len(b"1234onetwo")
    file.close()


def test_an_old_file_is_replaced(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(b"a long old content")
    GrowingFile(path).close()
    assert path.read_bytes() == b""


@settings(max_examples=80, deadline=None)
@given(
    steps=st.lists(st.tuples(st.binary(max_size=8), st.integers(0, 40)), min_size=1, max_size=12)
)
def test_a_full_disk_loses_nothing(steps, tmp_path_factory):
    path = tmp_path_factory.mktemp("full") / "f"
    file, disk = growing(path)
    wanted = b""
    for data, disk.limit in steps:
        wanted += data
        try:
            file.append(data, b"END")
        except OSError as error:
            assert error.errno == errno.ENOSPC
        assert file.size == len(wanted)
    disk.limit = 1 << 30
    file.append(b"", b"END")
    file.close()
    assert path.read_bytes() == wanted + b"END"


@settings(max_examples=80, deadline=None)
@given(
    steps=st.lists(st.binary(min_size=1, max_size=8), min_size=1, max_size=8),
    limit=st.integers(4, 40),
)
def test_a_full_disk_leaves_the_file_as_it_was(steps, limit, tmp_path_factory):
    path = tmp_path_factory.mktemp("full") / "f"
    file, disk = growing(path)
    file.append(b"", b"END")
    whole, disk.limit = b"END", limit
    for data in steps:
        try:
            file.append(data, b"END")
            whole = whole[:-3] + data + b"END"
        except OSError:
            assert path.read_bytes() == whole
            break
    file.close()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
def test_a_device_that_is_full_refuses():
    file = GrowingFile("/dev/full")
    with pytest.raises(OSError, match="No space"):
        file.append(b"data")
    assert file.size == 4
    file.close()


def test_replace_file_writes_the_whole_and_leaves_nothing_beside(tmp_path):
    path = tmp_path / "take.json"
    replace_file(path, b"old")
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["take.json"]


@pytest.mark.skipif(os.name == "nt", reason="permissions are of another kind on Windows")
def test_replace_file_makes_a_file_that_others_may_read(tmp_path):
    before = os.umask(0o022)
    try:
        replace_file(tmp_path / "f", b"data")
    finally:
        os.umask(before)
    assert (tmp_path / "f").stat().st_mode & 0o777 == 0o644


def test_replace_file_spares_the_old_one_when_the_disk_is_full(tmp_path):
    pytest.importorskip("resource")
    path = tmp_path / "take.json"
    path.write_bytes(b"old")
    program = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from handmidi.files import replace_file\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\n"
        "try:\n"
        "    replace_file(Path(sys.argv[1]), b'x' * 1000)\n"
        "except OSError:\n"
        "    sys.exit(5)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], timeout=30)
    assert done.returncode == 5
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["take.json"]


class TestReplacing:
    def test_a_planted_link_is_not_followed(self, tmp_path):
        secret, path = tmp_path / "secret", tmp_path / "report.pdf"
        secret.write_text("mine")
        path.symlink_to(secret)
        replace_file(path, b"new")
        assert secret.read_text() == "mine"
        assert path.read_bytes() == b"new" and not path.is_symlink()

    def test_what_fails_leaves_the_old_file_and_nothing_else(self, tmp_path):
        path = tmp_path / "f"
        path.write_text("old")
        with pytest.raises(RuntimeError), replacing(path) as part:
            part.write_text("half")
            raise RuntimeError
        assert [each.name for each in tmp_path.iterdir()] == ["f"]
        assert path.read_text() == "old"

    def test_a_device_is_written_itself(self, tmp_path):
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        replace_file(pipe, b"through")
        assert os.read(reader, 20) == b"through"
        os.close(reader)
        assert not pipe.is_file()

    def test_what_a_killed_program_left_is_removed_once_it_is_old(self, tmp_path):
        path = tmp_path / "[f].pdf"
        old, new, other = (tmp_path / f".{name}-x.part" for name in ("[f].pdf", "[f].pdf-n", "g"))
        for each in (old, new, other):
            each.write_text("half")
        for each in (old, other):
            os.utime(each, (0, 0))
        replace_file(path, b"whole")
        assert {each.name for each in tmp_path.iterdir()} == {path.name, new.name, other.name}

    def test_the_longest_name_there_is(self, tmp_path):
        path = tmp_path / ("ß" * 127)
        replace_file(path, b"x")
        assert path.read_bytes() == b"x"


def test_only_plain_files_are_plain(tmp_path):
    plain, link, pipe = (tmp_path / name for name in ("plain", "link", "pipe"))
    plain.touch()
    link.symlink_to(plain)
    os.mkfifo(pipe)
    paths = (plain, link, pipe, tmp_path, tmp_path / "none")
    assert [is_plain(path) for path in paths] == [True, False, False, False, False]


class TestRemoved:
    """Somebody removes the file, or its folder, while it grows."""

    def test_all_of_it_is_there_again(self, tmp_path):
        path = tmp_path / "folder" / "f"
        path.parent.mkdir()
        file = GrowingFile(path)
        file.append(b"one")
        shutil.rmtree(path.parent)
        file.append(b"two", b"END")
        assert path.read_bytes() == b"onetwoEND"
        file.append(b"three", b"END")
        file.close()
        assert path.read_bytes() == b"onetwothreeEND"

    def test_where_it_cannot_be_made_again_nothing_is_lost_until_it_can(self, tmp_path):
        path = tmp_path / "folder" / "f"
        path.parent.mkdir()
        file = GrowingFile(path)
        shutil.rmtree(path.parent)
        path.parent.write_text("in the way")
        with pytest.raises(OSError):
            file.append(b"one")
        path.parent.unlink()
        file.append(b"two")
        assert path.read_bytes() == b"onetwo"
        file.close()
