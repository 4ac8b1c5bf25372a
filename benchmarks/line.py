"""A serial line in real time, in a process of its own: paced, late, and spoilt as a Strip is."""

import gc
import multiprocessing
import os
import tty
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from random import Random
from select import select
from time import perf_counter
from typing import NamedTuple

from lensbus.session.contract import Chance
from lensbus.session.line import Strip

PIECE_S = 0.0005  # of line time; the last byte of a frame arrives when it should, others may wait
AHEAD_S = (
    0.01  # of line time that a UART takes over before it is due, as buffers of USB adapters do
)


class Carried(NamedTuple):
    """What end a said, each piece with when it was on the line, and when end b's words arrived."""

    said: list[tuple[float, bytes]]
    answered: list[float]


class Way:
    """One direction, from one descriptor to another: bytes are taken at the rate, never faster."""

    def __init__(self, source: int, sink: int, strip: Strip, baud: int, chance: Chance) -> None:
        self.source, self._sink = source, sink
        self._strip, self._baud, self._chance = strip, baud, chance
        self._most = max(1, int(PIECE_S * baud / strip.bits_per_byte))
        self._free = 0.0
        self._flying: deque[tuple[float, bytes]] = deque()  # when it arrives, and what
        self._late = b""  # what the reader had no room for
        self.said: list[tuple[float, bytes]] = []
        self.arrived: list[float] = []

    def has_room(self, now: float) -> bool:
        """Whether the UART takes more."""
        return self._free - now < AHEAD_S

    def take(self, now: float) -> None:
        """Take what the source has, but no more than a piece."""
        data = os.read(self.source, self._most)
        start = max(now, self._free)
        self._free = start + self._strip.duration(data, self._baud)
        arrives = self._free + self._strip.delay(self._chance)
        self._flying.append((arrives, self._strip.spoil(data, self._chance)))
        self.said.append((start, data))

    def give(self, now: float) -> None:
        """Hand on all that has arrived."""
        while self._flying and self._flying[0][0] <= now:
            arrived, data = self._flying.popleft()
            self._late += data
            self.arrived.append(arrived)
        if self._late:
            try:
                self._late = self._late[os.write(self._sink, self._late) :]
            except BlockingIOError:
                return

    def wakes(self, now: float) -> Iterator[float]:
        """When there is something to do, beside what the source says."""
        if self._flying:
            yield self._flying[0][0]
        if not self.has_room(now):
            yield self._free - AHEAD_S
        if self._late:
            yield now + PIECE_S


class Line:
    """Carries bytes between descriptors a and b until it is lifted."""

    def __init__(self, a: int, b: int, strip: Strip, baud: int, seed: int) -> None:
        self._pipe, theirs = multiprocessing.Pipe()
        fork = multiprocessing.get_context("fork")  # it shares the descriptors
        self._process = fork.Process(target=_carry, args=(a, b, strip, baud, seed, theirs))
        self._process.start()

    def lift(self) -> Carried:
        """End it."""
        self._pipe.send(None)
        carried: Carried = self._pipe.recv()
        self._process.join()
        return carried


def _carry(a: int, b: int, strip: Strip, baud: int, seed: int, stop: Connection) -> None:
    gc.disable()  # it takes longer than a UART may
    for end in (a, b):
        os.set_blocking(end, False)
    ways = [
        Way(source, sink, strip, baud, Random(f"{seed}/{source == a}"))
        for source, sink in ((a, b), (b, a))
    ]
    while True:
        now = perf_counter()
        for way in ways:
            way.give(now)
        sources = [way.source for way in ways if way.has_room(now)]
        wake = min((wake for way in ways for wake in way.wakes(now)), default=None)
        wait_s = None if wake is None else max(0.0, wake - perf_counter())
        ready, _, _ = select([stop.fileno(), *sources], [], [], wait_s)
        if stop.fileno() in ready:
            break
        for way in ways:
            if way.source in ready:
                way.take(perf_counter())
    stop.send(Carried(ways[0].said, ways[1].arrived))


def span(carried: Carried, first: bytes, last: bytes) -> float:
    """Seconds from when `first` is said, to the answer once `last` was said for the last time."""
    stream = b"".join(data for _, data in carried.said)
    began = _when(carried.said, stream.index(first))
    ended = _when(carried.said, stream.rindex(last) + len(last) - 1)
    return min(at for at in carried.answered if at > ended) - began


def _when(said: list[tuple[float, bytes]], offset: int) -> float:
    for at, data in said:
        if offset < len(data):
            return at
        offset -= len(data)
    raise IndexError(offset)


@contextmanager
def pty() -> Iterator[tuple[int, int]]:
    """A pty: the line's end, and the one that a program uses; raw, and open while this lasts."""
    ends = os.openpty()
    tty.setraw(ends[1])
    try:
        yield ends
    finally:
        for end in ends:
            os.close(end)
