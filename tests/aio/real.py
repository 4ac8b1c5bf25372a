"""What the tests of real links share: waiting, listening, ports that flood, ends of each kind."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

from lensbus.aio.contract import Link
from lensbus.aio.link import open_link, parse
from lensbus.aio.pump import Pump
from lensbus.bench.pair import BODY, LENS, unit
from lensbus.bench.unit import Unit
from lensbus.devices.body import Body
from lensbus.devices.lens import Lens
from lensbus.session.event import Output, Raw, Send
from lensbus.session.log import Record
from lensbus.wire.message import Fault, Message
from tests.peers import S1, SPEC, ZOOM

PATIENCE_S = 15.0
LOOK_S = 0.002
SLACK = "?slack=500ms"  # so that a busy machine makes no fault
KINDS = ("pty", "tcp", "unix")


async def until(condition: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
    """Wait until a condition holds, and fail if it does not in time."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - any condition, also of the system's files
            await asyncio.sleep(LOOK_S)


class Heard:
    """Events of a link, as they came; bytes in a row are one."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.causes: list[str] = []
        self.data = bytearray()

    def up(self) -> None:
        self.log.append("up")

    def down(self, cause: str) -> None:
        self.log.append("down")
        self.causes.append(cause)

    def received(self, data: bytes) -> None:
        self.data += data
        if self.log[-1:] != ["data"]:
            self.log.append("data")

    def line_changed(self, line: str, high: bool) -> None:
        self.log.append(f"{line} {'high' if high else 'low'}")


class Told:
    """Records that a pump told."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def __call__(self, record: Record) -> None:
        self.records.append(record)

    @property
    def faults(self) -> list[Fault]:
        return [each.event for each in self.records if isinstance(each.event, Fault)]

    def heard(self, name: str = "") -> int:
        """How many messages were heard, of one name or of any."""
        events = [record.event for record in self.records if record.verb == "heard"]
        names = [event.name for event in events if isinstance(event, Message)]
        return names.count(name) if name else len(names)

    def ups(self) -> int:
        return sum(type(record.event).__name__ == "LinkUp" for record in self.records)


class Plain:
    """A Port without protocol: it says what it is told to at link up, and keeps what it hears."""

    def __init__(self, outputs: Iterable[Output] = ()) -> None:
        self._at_up, self._output = list(outputs), list[Output]()
        self.ups = self.downs = 0
        self.heard = bytearray()
        self.edges: list[tuple[str, bool]] = []
        self.lines: frozenset[str] = frozenset()
        self.due: float | None = None

    def receive(self, data: bytes, now: float) -> None:
        self.heard += data

    def line_changed(self, line: str, high: bool, now: float) -> None:
        self.edges.append((line, high))

    def link_changed(self, up: bool, now: float, lines: frozenset[str] = frozenset()) -> None:
        self.lines = lines
        self.ups += up
        self.downs += not up
        if up:
            self._output += self._at_up

    def tick(self, now: float) -> None:
        self.due = None

    def take_output(self) -> list[Output]:
        output, self._output = self._output, []
        return output

    def take_records(self) -> list[Record]:
        return []

    @property
    def deadline(self) -> float | None:
        return self.due


def send(data: bytes) -> Send:
    return Send(data, Raw(data))


def lens(slack_s: float = 0.5) -> Unit:
    return unit(SPEC, LENS, Lens(SPEC, ZOOM), slack_s)


def body(slack_s: float = 0.5) -> Unit:
    return unit(SPEC, BODY, Body(SPEC, S1), slack_s)


async def opened(url: str, role: str = "body") -> Link:
    return await open_link(parse(url), SPEC, role)


async def listener(kind: str, folder: Path, role: str = "lens") -> Link:
    """The end that listens."""
    places = {"pty": f"pty:{folder}/pty", "tcp": "tcp-listen://", "unix": f"unix-listen:{folder}/s"}
    return await opened(f"{places[kind]}{':0' if kind == 'tcp' else ''}{SLACK}", role)


async def caller(link: Link, role: str = "body") -> Link:
    """The other end of a listener."""
    return await opened(link.name + SLACK, role)


@contextlib.asynccontextmanager
async def running(*pumps: Pump) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Let pumps run while the block does; whoever has not ended is stopped, and must end well."""
    tasks = [asyncio.create_task(pump.run()) for pump in pumps]
    try:
        yield tasks
    finally:
        for pump in pumps:
            pump.stop()
        async with asyncio.timeout(PATIENCE_S):
            results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
