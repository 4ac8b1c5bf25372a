"""Text for terminals: on one line, harmless, and never the reason why a command fails."""

import io
import os
import sys
from contextlib import suppress
from typing import TextIO

from lensbus.front.printable import printable


def say(text: str) -> None:
    """Print a line on standard error, if anybody takes it."""
    if sys.stderr is None:  # print would take standard output instead
        return
    try:
        # in one piece, as another thread may print just now
        print(f"{printable(text)}\n", end="", file=sys.stderr, flush=True)
    except (OSError, ValueError):
        mute(sys.stderr)


def warn(text: str) -> None:
    """Say a line of the command's own."""
    say(f"lensbus: {text}")


def mute(stream: TextIO) -> None:
    """Keep the interpreter from trying, and telling, again what a stream does not take."""
    with suppress(OSError, ValueError):  # a stream without a file
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def take_any_text() -> None:
    """Let both streams escape what their encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a test's is not
            stream.reconfigure(errors="backslashreplace")
