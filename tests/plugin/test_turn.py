import fcntl
import os
from pathlib import Path

import pytest

from lensbus.plugin.turn import turn


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def take(lock: Path) -> None:
    """Take a turn as another process does: each open file has locks of its own."""
    with lock.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_turn_is_nobody_elses_until_it_ends(folder: Path) -> None:
    with turn("/dev/x?slack=20ms"):
        (lock,) = folder.iterdir()
        with pytest.raises(BlockingIOError):
            take(lock)
    take(lock)

    assert lock.name.startswith(f"lensbus-{os.getuid()}-")


def test_each_link_has_turns_of_its_own_whatever_its_options(folder: Path) -> None:
    with turn("/dev/x?slack=20ms"), turn("/dev/y"):
        assert len(list(folder.iterdir())) == 2
    with turn("/dev/x"):
        assert len(list(folder.iterdir())) == 2


def test_a_turn_ends_with_what_goes_wrong_in_it(folder: Path) -> None:
    with pytest.raises(KeyError), turn("/dev/x"):
        raise KeyError
    take(next(folder.iterdir()))
