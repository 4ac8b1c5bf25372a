import subprocess
import sys
from pathlib import Path

import pytest

from lensbus.aio.mapped import mapped
from lensbus.errors import FlashError

pytestmark = pytest.mark.real


def never() -> bytes:
    raise AssertionError("the file is there")


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    path = tmp_path / "flash.bin"
    with mapped(path, lambda: b"abc") as store:
        assert bytes(store) == b"abc"

    assert [each.name for each in tmp_path.iterdir()] == ["flash.bin"]


def test_what_is_changed_stands_in_the_file_while_it_is_open(tmp_path: Path) -> None:
    path = tmp_path / "flash.bin"
    with mapped(path, lambda: b"abc") as store:
        store[1:2] = b"B"
        assert path.read_bytes() == b"aBc"
    with mapped(path, never) as store:
        assert bytes(store) == b"aBc"


def test_it_survives_a_process_that_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "flash.bin"
    lines = (
        "import os, pathlib, sys",
        "from lensbus.aio.mapped import mapped",
        "with mapped(pathlib.Path(sys.argv[1]), lambda: b'abc') as store:",
        "    store[0:1] = b'A'",
        "    os.kill(os.getpid(), 9)",
    )
    subprocess.run([sys.executable, "-c", "\n".join(lines), str(path)], check=False)

    assert path.read_bytes() == b"Abc"


def test_one_flash_is_for_one_process(tmp_path: Path) -> None:
    path = tmp_path / "flash.bin"
    with (
        mapped(path, lambda: b"abc"),
        pytest.raises(FlashError, match=r"flash\.bin: another process has this flash"),
        mapped(path, never),
    ):
        pass


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.mkdir(), "cannot be opened: Is a directory"),
        (lambda path: path.write_bytes(b""), "no flash file: it is empty"),
    ],
    ids=["folder", "empty"],
)
def test_what_is_no_flash_is_refused_in_one_line(tmp_path: Path, make: object, words: str) -> None:
    path = tmp_path / "flash.bin"
    assert callable(make)
    make(path)
    with pytest.raises(FlashError, match=words), mapped(path, never):
        pass


def test_a_file_that_cannot_be_made_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "flash.bin"
    with pytest.raises(FlashError, match=r"cannot be opened: No such file"), mapped(path, bytes):
        pass
