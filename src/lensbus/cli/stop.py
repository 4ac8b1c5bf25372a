"""What ends a run from outside: Ctrl-C, a polite kill, a terminal that is closed."""

import select
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TextIO

from lensbus.cli.say import mute

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def stoppable(stop: Callable[[], object]) -> Iterator[None]:
    """Call `stop` at the first signal, so that the run may end well.

    A second one is a KeyboardInterrupt, even in the middle of a write that nobody reads; such a
    stream is given up. What is ignored from outside (nohup) stays so.
    """
    asked = False

    def heard(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if not asked:
            asked = True
            stop()
            return
        for stream in (sys.stdout, sys.stderr):
            if stream and _is_stalled(stream):
                mute(stream)
        raise KeyboardInterrupt

    known = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
    taken = [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, heard) for number in taken}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_stalled(stream: TextIO) -> bool:
    """Whether a write would wait; where that cannot be known, it is not."""
    try:
        return not select.select([], [stream], [], 0)[1]
    except (OSError, ValueError):
        return False
