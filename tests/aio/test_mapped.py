import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

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
        (lambda path: path.mkdir(), "no flash file: it is a folder or a device"),
        pytest.param(
            lambda path: os.mkfifo(path, 0o600),
            "no flash file: it is a folder or a device",
            marks=pytest.mark.skipif(os.name == "nt", reason="files of POSIX"),
        ),
        (lambda path: path.write_bytes(b""), "no flash file: it is empty"),
    ],
    ids=["folder", "fifo", "empty"],
)
def test_what_is_no_flash_is_refused_in_one_line(tmp_path: Path, make: object, words: str) -> None:
    path = tmp_path / "flash.bin"
    assert callable(make)
    make(path)
    with pytest.raises(FlashError, match=words), mapped(path, never):
        pass


def no_links(*_: object) -> NoReturn:
    raise PermissionError


@pytest.mark.parametrize("has_links", [True, False], ids=["links", "no links"])
def test_a_file_that_somebody_makes_meanwhile_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    path = tmp_path / "flash.bin"
    if not has_links:
        monkeypatch.setattr(os, "link", no_links)
    with contextlib.ExitStack() as stack:

        def make() -> bytes:
            first = stack.enter_context(mapped(path, lambda: b"first"))
            first[0:1] = b"F"
            return b"second"

        with pytest.raises(FlashError, match="another process has this flash"), mapped(path, make):
            pass

    assert path.read_bytes() == b"First"
    assert [each.name for each in tmp_path.iterdir()] == ["flash.bin"]


def test_of_lenses_that_start_at_once_one_has_the_file_and_it_is_the_one_with_the_name(
    tmp_path: Path,
) -> None:
    path = tmp_path / "flash.bin"
    lines = (
        "import pathlib, sys",
        "from lensbus.aio.mapped import mapped",
        "with mapped(pathlib.Path(sys.argv[1]), lambda: bytes(1 << 20)) as store:",
        "    store[0:1] = sys.argv[2].encode()",
        "    print(sys.argv[2], flush=True)",
        "    sys.stdin.read()",
    )
    command = [sys.executable, "-c", "\n".join(lines), str(path)]
    pipe = subprocess.PIPE
    ends = [
        subprocess.Popen([*command, name], stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        for name in "abcd"
    ]
    # nobody ends before each has said whether it has the file
    holders = [name for end in ends if end.stdout and (name := end.stdout.readline().strip())]
    for end in ends:
        end.communicate()

    assert len(holders) == 1
    assert path.read_bytes()[:1].decode() == holders[0]


def test_who_comes_next_has_it_even_if_a_view_of_it_is_left(tmp_path: Path) -> None:
    path = tmp_path / "flash.bin"
    with mapped(path, lambda: b"abc") as store:
        left = store[1:]
    with mapped(path, never) as store:
        assert bytes(store[1:]) == bytes(left)


def test_what_fails_while_it_is_open_is_no_fault_of_the_file(tmp_path: Path) -> None:
    def run() -> NoReturn:
        with mapped(tmp_path / "flash.bin", lambda: b"abc"):
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        run()


def test_a_file_that_cannot_be_made_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "flash.bin"
    with pytest.raises(FlashError, match=r"cannot be opened: No such file"), mapped(path, bytes):
        pass
