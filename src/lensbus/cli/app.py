"""The door of the command line: light, so that Ctrl-C finds it open before all else is there."""

import signal
import sys
from types import FrameType
from typing import NoReturn


class _Interrupted(KeyboardInterrupt):
    """Ctrl-C. After a plain one that came while a class was made, Python ends by a signal."""


def main() -> None:
    """Run the command line."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    try:
        from lensbus.cli.commands import run

        run()
    except KeyboardInterrupt:  # before a command began, or after it ended
        sys.exit(130)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise _Interrupted
