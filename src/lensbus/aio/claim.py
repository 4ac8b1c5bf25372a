"""A path that one process holds: a lock beside it ends with who holds it, however that ends."""

import contextlib
import errno
import fcntl
import os
from pathlib import Path

MOST = 4096  # bytes that are read of what the last holder left


class Claim:
    """Holds a path by a lock on `.NAME.lock` beside it, until `release` or the process's end.

    A number in `/dev/pts` alone does not tell whose a link to it is: another terminal gets the
    number of one that is gone. So the file also says what its holder made there.

    Raises:
        OSError: somebody holds the path, or it cannot be held.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.with_name(f".{path.name}.lock")
        self._fd = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._fd)
            raise FileExistsError(errno.EEXIST, "somebody listens there") from None

    @property
    def made(self) -> str:
        """What we made there, or a holder that was killed; empty if nobody did."""
        return os.fsdecode(os.pread(self._fd, MOST, 0))

    @made.setter
    def made(self, what: str) -> None:
        os.truncate(self._fd, 0)
        os.pwrite(self._fd, os.fsencode(what), 0)

    def release(self) -> None:
        """Let others have the path; a second time does nothing."""
        if self._fd >= 0:
            with contextlib.suppress(OSError):
                self._file.unlink()
            os.close(self._fd)
            self._fd = -1


def is_abandoned(path: Path) -> bool:
    """Whether who held a path was killed: what he made there may be somebody else's by now."""
    try:
        fd = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(fd)
    return True
