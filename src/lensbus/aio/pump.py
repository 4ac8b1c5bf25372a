"""Join one port to one link in real time: outputs in order, reads never wait for writes."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVarTuple

from lensbus.aio.contract import Link
from lensbus.errors import LinkLostError, LocalProtocolError
from lensbus.session.contract import Port
from lensbus.session.event import Output, Send, SetLine, SetLink, SetRate
from lensbus.session.log import Record

MAX_UNSENT = 256 * 1024
"""Bytes that may wait for a peer that does not read; more, and the peer is taken for gone."""

LATE_S = 0.002
"""A tick later than this is counted as late; an event loop's own grain is 1 ms."""

Heard = TypeVarTuple("Heard")


class Clock:
    """Seconds since the process began to pump; one for all of its pumps."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._time = self._loop.time
        self._start = self._time()

    def now(self) -> float:
        return self._time() - self._start

    def call_at(self, t: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        return self._loop.call_at(self._start + t, callback)


@dataclass(slots=True)
class Lateness:
    """How punctual a pump was: ticks that were due, those over LATE_S late, and the worst."""

    ticks: int = 0
    late: int = 0
    worst_s: float = 0.0

    def add(self, late_s: float) -> None:
        self.ticks += 1
        self.late += late_s > LATE_S
        self.worst_s = max(self.worst_s, late_s)


class Pump:
    """Drives a port by a link's events and by the time, until it is stopped or the link is lost.

    The port is up while the link has a peer and no SetLink has unplugged it. An error anywhere
    ends the whole with that error.
    """

    def __init__(
        self, port: Port, link: Link, clock: Clock, tell: Callable[[Record], None]
    ) -> None:
        self._port, self._link, self._clock, self._tell = port, link, clock, tell
        self._queue: deque[Output] = deque()
        self._busy: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._armed: float | None = None
        self._there, self._plugged, self._up = False, True, False
        self._levels: dict[str, bool] = {}
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lateness = Lateness()

    async def run(self) -> None:
        """Pump until `stop`.

        Raises:
            LinkLostError: a link that is no listener lost its peer.
        """
        try:
            self._link.start(self)
            await self._ended
        finally:
            self._leave()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._link.wait_closed()

    def stop(self) -> None:
        """End the run, well."""
        if not self._ended.done():
            self._ended.set_result(None)

    def act(self, act: Callable[[float], None]) -> None:
        """Let somebody else act on the port now, from the event loop."""
        self._do(act)

    def up(self) -> None:
        """The link has a peer."""
        self._there = True
        self._change()

    def down(self, cause: str) -> None:
        """The link has lost its peer."""
        self._there = False
        self._levels.clear()
        self._change()
        self._lose(cause)

    def received(self, data: bytes) -> None:
        """The link carried bytes."""
        self._do(self._port.receive, data)

    def line_changed(self, line: str, high: bool) -> None:
        """The peer drove a line."""
        self._levels[line] = high
        if self._up:
            self._do(self._port.line_changed, line, high)

    def _change(self) -> None:
        """Tell the port if it has come up or gone down; what was to be carried is dropped."""
        up = self._there and self._plugged
        if up != self._up:
            self._up = up
            self._forget()
            self._do(self._come_up if up else self._go_down)

    def _come_up(self, now: float) -> None:
        """Begin with the levels that the peer drives already."""
        self._port.link_changed(True, now, self._link.lines)
        for line, high in self._levels.items():
            self._port.line_changed(line, high, now)

    def _go_down(self, now: float) -> None:
        self._port.link_changed(False, now)

    def _do(self, act: Callable[[*Heard, float], None], *heard: *Heard) -> None:
        """Let the port act, carry what it has to say, and set the alarm for its next deadline."""
        if self._ended.done():
            return
        port = self._port
        try:
            act(*heard, self._clock.now())
            for record in port.take_records():
                self._tell(record)
            if output := port.take_output():
                self._queue += output
                self._carry()
            due = port.deadline
            if due is not None and (self._armed is None or due < self._armed):
                self._arm(due)
        except Exception as error:  # noqa: BLE001 - handed to whoever awaits run()
            self._fail(error)

    def _arm(self, due: float) -> None:
        """Set the alarm; one that is set too early rings for nothing, and is set again."""
        if self._timer is not None:
            self._timer.cancel()
        self._armed = due
        self._timer = self._clock.call_at(due, self._ring)

    def _ring(self) -> None:
        self._armed = None
        now, due = self._clock.now(), self._port.deadline
        if due is None:
            return
        if due > now:
            self._arm(due)
            return
        self.lateness.add(now - due)
        self._do(self._port.tick)
        left = self._port.deadline
        if left is not None and left <= due:
            self._fail(LocalProtocolError(f"a tick at {now} left a deadline at {left}"))

    def _carry(self) -> None:
        """Carry outputs in order up to one that takes time, which a task then waits for."""
        while self._queue and self._busy is None:
            output = self._queue.popleft()
            if isinstance(output, Send):
                self._link.write(output.data)
            elif isinstance(output, SetLink):
                self._plug(up=output.up)
            elif isinstance(output, SetRate) or output.line in self._link.lines:
                self._busy = asyncio.ensure_future(self._settle(output))
                self._tasks.add(self._busy)
                self._busy.add_done_callback(self._tasks.discard)
        if self._link.unsent + (_size(self._queue) if self._queue else 0) > MAX_UNSENT:
            self._forget()
            self._link.hang_up()
            self._lose("it does not read")

    def _plug(self, *, up: bool) -> None:
        self._plugged = up
        if not up and self._link.listens:
            self._link.hang_up()
        self._change()

    async def _settle(self, output: SetRate | SetLine) -> None:
        """Do what must not overtake bytes that are on their way."""
        try:
            await self._link.drain()
            if isinstance(output, SetLine):
                await self._link.set_line(output.line, output.high)
            else:
                await self._link.set_rate(output.baud)
                await asyncio.sleep(output.pause_s)
            self._busy = None
            self._carry()
        except Exception as error:  # noqa: BLE001 - as above
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        if not self._ended.done():
            self._ended.set_exception(error)

    def _lose(self, cause: str) -> None:
        if not self._link.listens:
            self._fail(LinkLostError(f"{self._link.name}: the link was lost: {cause}"))

    def _forget(self) -> None:
        """Drop what was still to be carried, but plug and unplug."""
        self._queue = deque(each for each in self._queue if isinstance(each, SetLink))
        if self._busy is not None:
            self._busy.cancel()
            self._busy = None

    def _leave(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._forget()
        self._link.close()


def _size(outputs: Iterable[Output]) -> int:
    return sum(len(output.data) for output in outputs if isinstance(output, Send))
