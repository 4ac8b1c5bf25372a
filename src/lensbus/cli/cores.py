"""Cells of a matrix, or cases, on all cores: processes that load a spec once and share nothing."""

import os
import shlex
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice
from multiprocessing import get_context
from random import Random
from typing import TypeVar

from lensbus.bench.matrix import SECONDS, Cell, Outcome, Setting, run
from lensbus.cli.stop import stoppable
from lensbus.errors import LensbusError
from lensbus.front.named import load_setting

Given = TypeVar("Given")
Found = TypeVar("Found")

SCENE = "chart"
"""What bodies look at, unless told: every lens can see it sharp."""

FEWEST = 4
"""Cells for whose sake a process is started."""

AHEAD = 16
"""Cells for each process that wait for it; Ctrl-C has to wait for the few that it took."""

POLL_S = 0.1
"""How often it is looked whether a signal came."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is done to every cell; chance in it depends on the seed and the cell alone."""

    spec: str
    scene: str
    seed: int
    seconds: float

    @property
    def command(self) -> str:
        """What runs it, all but the cells."""
        words = ["lensbus", "matrix"]
        for option, word, usual in (
            ("--spec", self.spec, "l_mount"),
            ("--scene", self.scene, SCENE),
            ("--seconds", f"{self.seconds:g}", f"{SECONDS:g}"),
            ("--seed", str(self.seed), "0"),
        ):
            words += [option, word] if word != usual else []
        return shlex.join(words)

    def __call__(self, cell: Cell) -> Outcome:
        chance = Random(f"{self.seed}/{cell.id}")
        return run(_setting(self.spec, self.scene), cell, chance, self.seconds)


def outcomes(
    task: Callable[[Given], Found], cells: Sequence[Given], jobs: int
) -> Generator[Found, None, None]:
    """Do a task for all cells in so many processes, at most; gives what became of each, in order.

    Raises:
        KeyboardInterrupt: a signal asked for the end.
        LensbusError: a process was killed.
    """
    signals, jobs = list[None](), min(jobs, -(-len(cells) // FEWEST))
    with stoppable(lambda: signals.append(None)):
        ran = _apart(task, cells, jobs, signals) if jobs > 1 else map(task, cells)
        for each in ran:
            yield each
            if signals:
                raise KeyboardInterrupt


def _apart(
    task: Callable[[Given], Found], cells: Sequence[Given], jobs: int, signals: Sequence[None]
) -> Iterator[Found]:
    """Do it in processes, of which each always has something to do, but none much in store."""
    # a process that is spawned is the same on every system, and inherits no thread's locks
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _leave_signals)
    left, given = iter(cells), deque[Future[Found]]()
    try:
        while True:
            with _unheard():
                more = islice(left, AHEAD * jobs - len(given))
                given.extend(pool.submit(task, cell) for cell in more)
            if not given:
                return
            while not wait((given[0],), POLL_S).done:
                if signals:
                    raise KeyboardInterrupt
            yield given.popleft().result()
    except BrokenProcessPool:
        if signals:  # which every process may have heard
            raise KeyboardInterrupt from None
        raise LensbusError(
            "a process that worked for this one was killed: was there memory?"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _unheard() -> Iterator[None]:
    """What is started now never hears of Ctrl-C, also not before it can say so; we do, later."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def _setting(spec: str, scene: str) -> Setting:
    return load_setting(spec, scene)


def _leave_signals() -> None:
    """Leave Ctrl-C, which every process of a terminal hears, to the one that was asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
