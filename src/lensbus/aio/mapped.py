"""A file mapped into memory: what is changed there survives the process, however it ends."""

import contextlib
import mmap
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from lensbus.errors import FlashError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment] # asked for before it is used


@contextlib.contextmanager
def mapped(path: Path, make: Callable[[], bytes]) -> Iterator[memoryview]:
    """The bytes of a file, to read and to change; `make` gives those of one that is not there.

    Raises:
        FlashError: the file cannot be opened or made, or another process has it.
    """
    with contextlib.ExitStack() as stack:
        with _told(path, "opened"):
            file = stack.enter_context(_open(path, make))
            stack.enter_context(_locked(path, file))
            memory = _map(path, file)
        view = memoryview(memory)
        try:
            yield view
        finally:
            with _told(path, "written"):
                memory.flush()
            with contextlib.suppress(BufferError):  # else it goes with the last view of it
                view.release()
                memory.close()


@contextlib.contextmanager
def _told(path: Path, done: str) -> Iterator[None]:
    """Say of which file the system complains."""
    try:
        yield
    except OSError as error:
        raise FlashError(f"{path}: cannot be {done}: {error.strerror}") from error


def _open(path: Path, make: Callable[[], bytes]) -> IO[bytes]:
    if not path.exists():
        _write(path, make())
    if not path.is_file():
        raise FlashError(f"{path}: no flash file: it is a folder or a device; give another name")
    return path.open("r+b")


def _write(path: Path, data: bytes) -> None:
    """Make the file whole or not at all, and not if somebody else has made it meanwhile."""
    new = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with new.open("xb") as file:
            file.write(data)
        with contextlib.suppress(FileExistsError):
            _publish(new, path)
    finally:
        new.unlink(missing_ok=True)


def _publish(new: Path, path: Path) -> None:
    """Give a file its name, which must be free: a file that is open is never replaced.

    Raises:
        FileExistsError: it is not.
    """
    try:
        os.link(new, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        path.touch(exist_ok=False)  # whoever made this, and nobody else, may replace it
        new.replace(path)


@contextlib.contextmanager
def _locked(path: Path, file: IO[bytes]) -> Iterator[None]:
    if fcntl is None:
        yield
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise FlashError(f"{path}: another process has this flash") from None
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)  # to close it does not do: the map may live on


def _map(path: Path, file: IO[bytes]) -> mmap.mmap:
    try:
        return mmap.mmap(file.fileno(), 0)
    except ValueError as error:
        raise FlashError(f"{path}: no flash file: it is empty; delete it to begin anew") from error
