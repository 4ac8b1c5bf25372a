"""A file mapped into memory: what is changed there survives the process, however it ends."""

import contextlib
import mmap
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
    try:
        if not path.exists():
            _write(path, make())
        with path.open("r+b") as file:
            _lock(path, file)
            memory = mmap.mmap(file.fileno(), 0)
            view = memoryview(memory)
            try:
                yield view
            finally:
                memory.flush()
                with contextlib.suppress(BufferError):  # else it goes with the last view of it
                    view.release()
                    memory.close()
    except OSError as error:
        raise FlashError(f"{path}: cannot be opened: {error.strerror}") from error
    except ValueError as error:  # an empty file
        raise FlashError(f"{path}: no flash file: it is empty; delete it to begin anew") from error


def _write(path: Path, data: bytes) -> None:
    """Make the file whole or not at all."""
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(data)
    new.replace(path)


def _lock(path: Path, file: IO[bytes]) -> None:
    if fcntl is None:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise FlashError(f"{path}: another process has this flash") from None
