"""A file that grows while a link runs, and whom its reader tells that its writer was killed."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from lensbus.errors import CaptureError

CutOff = Callable[[str], None]
"""Is told, in one line, that a file ends in the middle of something, which was left out."""


def ignore(text: str) -> None:
    """Leave it untold that a file is cut off."""


class GrowingFile:
    """Replaces what was there; all that was written is in the file when `write` returns.

    Raises, in all it does:
        CaptureError: the file cannot be made or written.
    """

    def __init__(self, path: Path) -> None:
        self._where = f"{path}"
        with one_line_errors(self._where, "name another file"):
            self._file = FileIO(path, "w", opener=_open)

    def write(self, data: bytes) -> None:
        """Append, down to the operating system."""
        rest = memoryview(data)
        with one_line_errors(self._where, "free the disk or name another file"):
            while rest:
                rest = rest[self._file.write(rest) :]

    def close(self) -> None:
        """End the file; once more is a no-op."""
        with one_line_errors(self._where, "free the disk or name another file"):
            self._file.close()


def _open(path: str, flags: int) -> int:
    """Open a file, or a pipe that somebody reads: the system would wait until somebody does."""
    if os.name != "posix":
        return os.open(path, flags, 0o666)
    try:
        descriptor = os.open(path, flags | os.O_NONBLOCK, 0o666)
    except OSError as problem:
        if problem.errno == errno.ENXIO:
            raise OSError(errno.ENXIO, "nobody reads this pipe") from None
        raise
    os.set_blocking(descriptor, True)
    return descriptor


@contextmanager
def one_line_errors(where: str, remedy: str) -> Iterator[None]:
    """Tell what the system says in one line.

    Raises:
        CaptureError: the system refused.
    """
    try:
        yield
    except (OSError, ValueError) as problem:  # a path may hold a null
        what = (isinstance(problem, OSError) and problem.strerror) or f"{problem}"
        raise CaptureError(f"{where}: {what}: {remedy}") from problem
