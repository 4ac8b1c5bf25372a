"""Files that a command is told to read or to write; what is wrong with one is told by its name."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from lensbus.errors import FlashError, ImageError

KEY_MOST = 0x10000
"""Bytes that are read of a key file: more than any key has."""


@contextmanager
def about(name: Path | str) -> Iterator[None]:
    """Say which file is wrong, or cannot be read."""
    try:
        yield
    except (FlashError, ImageError) as error:
        raise type(error)(f"{name}: {error}") from error
    except OSError as error:
        raise ImageError(f"{name}: cannot be read: {error.strerror}") from error


def read(path: Path, most: int) -> bytes:
    """What stands in a file of at most so many bytes; within `about`.

    Raises:
        ImageError: it has more.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise ImageError(f"bigger than {most} bytes")
    return data


def write(path: Path, data: bytes, *, mode: int = 0o666, force: bool = False) -> None:
    """Write a file whole or not at all; with `force` in the place of one that is there.

    Raises:
        ImageError: it is there, or cannot be written.
    """
    try:
        (_replace if force else _create)(path, data, mode)
    except FileExistsError as error:
        raise ImageError(f"{path}: exists already; --force overwrites it") from error
    except OSError as error:
        raise ImageError(f"{path}: cannot be written: {error.strerror}") from error


def _replace(path: Path, data: bytes, mode: int) -> None:
    if path.exists() and not path.is_file():
        raise ImageError(f"{path}: a folder or a device, and only a file can be overwritten")
    place = Path(os.path.realpath(path))  # a link stays, and leads to the new file
    new = place.with_name(f"{place.name}.{secrets.token_hex(8)}")
    try:
        _create(new, data, mode)
        new.replace(place)
    finally:
        new.unlink(missing_ok=True)


def _create(path: Path, data: bytes, mode: int) -> None:
    file = open(path, "xb", opener=partial(os.open, mode=mode))  # noqa: SIM115 closed below
    try:
        with file:
            file.write(data)
    except BaseException:
        path.unlink()
        raise
