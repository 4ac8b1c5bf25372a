"""Cells of a matrix, or cases, on all cores: processes that load a spec once and share nothing."""

import os
import shlex
import signal
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from random import Random
from typing import TypeVar

from lensbus.bench.matrix import SECONDS, Cell, Outcome, Setting, run
from lensbus.cli.setup import load_setting

Given = TypeVar("Given")
Found = TypeVar("Found")

SCENE = "chart"
"""What bodies look at, unless told: every lens can see it sharp."""

CHUNK = 4
"""Cells that a process takes at a time; Ctrl-C has to wait for what was taken."""


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
    """Do a task for all cells in so many processes, at most; gives what became of each."""
    jobs = min(jobs, -(-len(cells) // CHUNK))
    if jobs <= 1:
        yield from map(task, cells)
        return
    # a process that is spawned is the same on every system, and inherits no thread's locks
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _leave_signals)
    try:
        yield from pool.map(task, cells, chunksize=CHUNK)
    finally:
        pool.shutdown(cancel_futures=True)


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
