"""Who tests the device at a link: one test at a time, of all processes of a user."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def turn(url: str) -> Iterator[None]:
    """Wait until no other process has its turn at a link, as pytest-xdist makes several.

    The lock ends with its process, however that ends. A system without locks lets everybody in.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    lock = os.open(_place(url), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _place(url: str) -> Path:
    """A file that stays: who waits for one that is removed would not see the next who makes it."""
    name = hashlib.sha256(url.partition("?")[0].encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"lensbus-{os.getuid()}-{name}.lock"
