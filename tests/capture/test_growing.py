from pathlib import Path

import pytest

from lensbus.capture.growing import GrowingFile, ignore, one_line_errors
from lensbus.errors import CaptureError


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


def test_a_path_that_cannot_be_one_is_one_line() -> None:
    with pytest.raises(CaptureError, match="null"), one_line_errors("it", "name another"):
        Path("\0").open("rb").close()


def test_nobody_need_be_told() -> None:
    ignore("it is cut off")
