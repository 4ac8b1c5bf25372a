import os
import subprocess
import threading
import time
from pathlib import Path

import pytest

from lensbus.capture.growing import GrowingFile, ignore, one_line_errors
from lensbus.errors import CaptureError

posix = pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")


def test_what_was_written_is_in_the_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "own"
    path.write_bytes(b"of yesterday")
    file = GrowingFile(path)
    file.write(b"one")

    assert path.read_bytes() == b"one"

    file.write(b", two")

    assert path.read_bytes() == b"one, two"

    file.close()
    file.close()


def test_a_file_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CaptureError) as caught:
        GrowingFile(tmp_path)

    assert str(caught.value) == f"{tmp_path}: Is a directory: name another file"


def test_a_full_disk_is_one_line() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    file = GrowingFile(full)

    with pytest.raises(CaptureError, match=r"^/dev/full: No space left on device: free the disk"):
        file.write(b"one")

    file.close()


@posix
def test_a_pipe_that_nobody_reads_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(CaptureError, match="pipe: nobody reads this pipe: name another file"):
        GrowingFile(path)


@posix
def test_who_reads_a_pipe_gets_all_however_slowly_he_reads(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as reader:
        file = opened(path)
        writer = threading.Thread(target=write_all, args=(file, bytes(300_000)))
        writer.start()
        assert reader.stdout is not None
        read = len(reader.stdout.read())
        writer.join()

    assert read == 300_000


def write_all(file: GrowingFile, data: bytes) -> None:
    file.write(data)
    file.close()


def opened(path: Path) -> GrowingFile:
    """The pipe, as soon as its reader is there."""
    deadline = time.monotonic() + 10
    while True:
        try:
            return GrowingFile(path)
        except CaptureError:
            assert time.monotonic() < deadline


def test_a_path_that_cannot_be_one_is_one_line() -> None:
    with pytest.raises(CaptureError, match="null"), one_line_errors("it", "name another"):
        Path("\0").open("rb").close()


def test_nobody_need_be_told() -> None:
    ignore("it is cut off")
