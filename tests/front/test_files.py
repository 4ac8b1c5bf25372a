import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from lensbus.errors import FlashError, ImageError
from lensbus.front.files import about, read, write

resource = pytest.importorskip("resource", reason="limits and permissions of POSIX")
ROOM = 100


@pytest.fixture
def little_room() -> Iterator[None]:
    """No file gets bigger than this, as if the disk were full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


@pytest.mark.parametrize("kind", [FlashError, ImageError])
def test_what_is_wrong_with_a_file_begins_with_its_name(kind: type[Exception]) -> None:
    with pytest.raises(kind, match=r"^a\.bin: too short$"), about(Path("a.bin")):
        raise kind("too short")


def test_a_file_that_cannot_be_read_is_told_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "none"
    with pytest.raises(ImageError, match=r"none: cannot be read: No such file"), about(path):
        read(path, 1)


def test_a_file_is_read_up_to_a_size_and_not_beyond(tmp_path: Path) -> None:
    path = tmp_path / "four"
    path.write_bytes(b"four")

    assert read(path, 4) == b"four"
    with pytest.raises(ImageError, match="bigger than 3 bytes"):
        read(path, 3)
    with pytest.raises(ImageError, match="bigger than 3 bytes"):
        read(Path("/dev/zero"), 3)


@pytest.mark.parametrize("force", [True, False])
def test_a_file_is_written_with_the_permissions_that_were_asked_for(
    tmp_path: Path, force: bool
) -> None:
    path = tmp_path / "new"
    write(path, b"new", mode=0o600, force=force)

    assert (path.read_bytes(), mode(path)) == (b"new", "0o600")
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_there_is_replaced_only_by_force(tmp_path: Path) -> None:
    path = tmp_path / "mine"
    path.write_bytes(b"old")
    with pytest.raises(ImageError, match="mine: exists already; --force overwrites it"):
        write(path, b"new")

    assert path.read_bytes() == b"old"
    write(path, b"new", force=True)
    assert path.read_bytes() == b"new"


@pytest.mark.usefixtures("little_room")
def test_a_file_that_has_not_the_room_leaves_the_old_one_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "mine"
    path.write_bytes(b"old")
    with pytest.raises(ImageError, match="mine: cannot be written: File too large"):
        write(path, bytes(ROOM + 1), force=True)

    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"old"


@pytest.mark.usefixtures("little_room")
def test_a_new_file_that_has_not_the_room_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="mine: cannot be written: File too large"):
        write(tmp_path / "mine", bytes(ROOM + 1))

    assert not list(tmp_path.iterdir())


def test_a_link_stays_and_leads_to_what_replaced_the_old(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"old")
    link.symlink_to(file)
    write(link, b"new", force=True)

    assert link.is_symlink()
    assert file.read_bytes() == b"new"


@pytest.mark.parametrize("name", ["folder", "fifo"])
def test_what_is_no_file_is_never_replaced(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.mkdir() if name == "folder" else os.mkfifo(path)
    with pytest.raises(ImageError, match="a folder or a device, and only a file can be overwr"):
        write(path, b"new", force=True)

    assert list(tmp_path.iterdir()) == [path]
    assert not path.is_file()


@pytest.mark.parametrize("force", [True, False])
def test_a_file_in_no_folder_cannot_be_written(tmp_path: Path, force: bool) -> None:
    with pytest.raises(ImageError, match="new: cannot be written: No such file or directory"):
        write(tmp_path / "none" / "new", b"new", force=force)
