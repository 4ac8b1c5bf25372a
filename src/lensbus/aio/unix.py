"""The file of a Unix socket: whether somebody listens at it, whose it is, and who only looks."""

import asyncio
import socket
from pathlib import Path


def in_use(path: str) -> bool:
    """Whether somebody listens at a path; the file that a killed listener left is free.

    Raises:
        OSError: it cannot be found out, so it is to be left alone.
    """
    if not hasattr(socket, "AF_UNIX"):  # nobody can listen there
        return False
    with socket.socket(socket.AF_UNIX) as caller:
        caller.setblocking(False)
        try:
            caller.connect(path)
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except BlockingIOError:  # more are calling than it has let in
            return True
    return True


def has_left(caller: asyncio.BaseTransport) -> bool:
    """Whether it was only a look (`in_use`): who called has left, and has said nothing."""
    with caller.get_extra_info("socket").dup() as copy:
        try:
            return not copy.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True


def inode(path: Path) -> tuple[Path, int]:
    """What tells a file from another that took its place."""
    return path, path.stat().st_ino
