"""Join one port to one link in real time: outputs in order, reads never wait for writes."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from lensbus.aio.contract import Link
from lensbus.errors import LinkLostError
from lensbus.session.contract import Port
from lensbus.session.event import Output, Send, SetLine, SetLink, SetRate
from lensbus.session.log import Record

MAX_UNSENT = 256 * 1024
"""Bytes that may wait for a peer that does not read; more, and the peer is taken for gone."""

LATE_S = 0.002
"""A tick later than this is counted as late; an event loop's own grain is 1 ms."""


class Clock:
    """Seconds since the process began to pump; one for all of its pumps."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._start = self._loop.time()

    def now(self) -> float:
        return self._loop.time() - self._start

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

    An error anywhere ends the whole with that error.
    """

    def __init__(
        self, port: Port, link: Link, clock: Clock, tell: Callable[[Record], None]
    ) -> None:
        self._port, self._link, self._clock, self._tell = port, link, clock, tell
        self._queue: deque[Output] = deque()
        self._busy: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._armed: float | None = None
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
            if self._busy is not None:
                await asyncio.gather(self._busy, return_exceptions=True)

    def stop(self) -> None:
        """End the run, well."""
        if not self._ended.done():
            self._ended.set_result(None)

    def up(self) -> None:
        """The link has a peer."""
        self._do(lambda now: self._port.link_changed(True, now, self._link.lines))

    def down(self, cause: str) -> None:
        """The link has lost its peer."""
        self._forget()
        self._do(lambda now: self._port.link_changed(False, now))
        if not self._link.listens:
            self._fail(LinkLostError(f"{self._link.name}: the link was lost: {cause}"))

    def received(self, data: bytes) -> None:
        """The link carried bytes."""
        self._do(lambda now: self._port.receive(data, now))

    def line_changed(self, line: str, high: bool) -> None:
        """The peer drove a line."""
        self._do(lambda now: self._port.line_changed(line, high, now))

    def _do(self, act: Callable[[float], None]) -> None:
        """Let the port act, carry what it has to say, and set the alarm for its next deadline."""
        if self._ended.done():
            return
        try:
            act(self._clock.now())
            for record in self._port.take_records():
                self._tell(record)
            self._queue.extend(self._port.take_output())
            if self._busy is None:
                self._carry()
            self._arm()
        except Exception as error:  # noqa: BLE001 - handed to whoever awaits run()
            self._fail(error)

    def _arm(self) -> None:
        """Set the alarm; one that is set too early rings for nothing, and is set again."""
        due = self._port.deadline
        if due is None or (self._armed is not None and self._armed <= due):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._armed = due
        self._timer = self._clock.call_at(due, self._ring)

    def _ring(self) -> None:
        self._armed = None
        due = self._port.deadline
        if due is not None and due <= self._clock.now():
            self.lateness.add(self._clock.now() - due)
        self._do(self._port.tick)

    def _carry(self) -> None:
        """Carry outputs in order up to one that takes time, which a task then waits for."""
        while self._queue:
            output = self._queue.popleft()
            if isinstance(output, Send):
                self._link.write(output.data)
            elif isinstance(output, SetLine):
                self._drive(output)
            elif isinstance(output, SetRate):
                self._busy = asyncio.ensure_future(self._settle(output))
                break
            elif isinstance(output, SetLink) and not output.up:
                self._link.hang_up()
        if self._link.unsent > MAX_UNSENT:
            self._link.hang_up()
            self._fail_if_client("it does not read")

    def _drive(self, output: SetLine) -> None:
        if output.line in self._link.lines:
            self._link.set_line(output.line, output.high)

    async def _settle(self, output: SetRate) -> None:
        try:
            await self._link.drain()
            await self._link.set_rate(output.baud)
            await asyncio.sleep(output.pause_s)
        except Exception as error:  # noqa: BLE001 - as above
            self._fail(error)
            return
        self._busy = None
        self._do(lambda now: None)

    def _fail(self, error: Exception) -> None:
        if not self._ended.done():
            self._ended.set_exception(error)

    def _fail_if_client(self, cause: str) -> None:
        if not self._link.listens:
            self._fail(LinkLostError(f"{self._link.name}: the link was lost: {cause}"))

    def _forget(self) -> None:
        """Drop what was still to be carried."""
        self._queue.clear()
        if self._busy is not None:
            self._busy.cancel()
            self._busy = None

    def _leave(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._busy is not None:
            self._busy.cancel()
        self._link.close()
