"""Kill what is at the other end of a link at random moments, and see that all goes well.

One end is lensbus in this process, the other `python -m lensbus` in one of its own, which is
killed (SIGKILL) a random time after the link came up. A listener here must tell of it and
serve the next; a client here must end with LinkLostError; both within LOST_S, and nothing
(descriptor, task, file of a link) may be left. Chance is seeded with kind, side and seed.
"""

import argparse
import asyncio
import contextlib
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from lensbus.aio.contract import Link
from lensbus.aio.link import open_link, parse
from lensbus.aio.pump import Clock, Pump
from lensbus.bench.pair import BODY, LENS, unit
from lensbus.devices.body import Body
from lensbus.devices.lens import Lens
from lensbus.devices.profile import BodyProfile, LensProfile
from lensbus.errors import LinkLostError
from lensbus.front.named import load_profile
from lensbus.session.event import LinkDown, LinkUp
from lensbus.session.log import Record
from lensbus.spec.load import load
from lensbus.wire.message import Message

SPEC = load("l_mount")
KINDS, SIDES = ("pty", "tcp", "unix"), ("listener", "client")
LISTENERS = {"pty": "pty:{0}/pty", "tcp": "tcp-listen://127.0.0.1:0", "unix": "unix-listen:{0}/s"}
LATEST_S = 1.5  # when a peer is killed at the latest, in seconds from link up
LOST_S = 1.0  # how long it may take to notice
SERVED_S = 20.0  # how long a new process may take until it is heard
COMMAND = (sys.executable, "-m", "lensbus")
LEFT_S = 2.0


@dataclass
class Figures:
    """What became of one side on one kind of link; times in seconds."""

    kind: str
    side: str
    killed: int = 0
    noticed_s: list[float] = field(default_factory=list)
    states: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        worst = f"{max(self.noticed_s, default=0.0) * 1000:.1f} ms"
        states = ", ".join(sorted(self.states))
        head = f"{self.kind:5}{self.side:9} {self.killed} killed, noticed within {worst}"
        return "\n  ".join([f"{head}, in states {states}; {len(self.wrong)} wrong", *self.wrong])


class Watch:
    """Waits for records that a pump tells."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Callable[[Record], bool], asyncio.Future[float]]] = []

    def tell(self, record: Record) -> None:
        for item in list(self._waiting):
            if item[0](record):
                self._waiting.remove(item)
                item[1].set_result(time.monotonic())

    def next(self, fits: Callable[[Record], bool]) -> asyncio.Future[float]:
        """When a record of that kind is told; wait for it later, but from now on."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((fits, future))
        return future


def is_up(record: Record) -> bool:
    return isinstance(record.event, LinkUp)


def is_down(record: Record) -> bool:
    return isinstance(record.event, LinkDown)


def is_heard(record: Record) -> bool:
    return record.verb == "heard" and isinstance(record.event, Message)


async def storm(kind: str, side: str, moments: int, seed: int) -> Figures:
    """Kill a peer so many times, with us as one side of one kind of link."""
    figures = Figures(kind, side)
    chance = random.Random(f"{kind}/{side}/{seed}")
    with tempfile.TemporaryDirectory(prefix="lensbus-storm-") as name:
        folder = Path(name)
        before, tasks = open_files(), len(asyncio.all_tasks())
        await (as_listener if side == "listener" else as_client)(folder, figures, chance, moments)
        await leftovers(figures, before, tasks)
        # who was killed as a listener could not tidy up
        left = os.listdir(name) if side == "listener" else []  # noqa: PTH208 - names are enough
        figures.wrong += [f"{file} was left" for file in left]
    return figures


async def as_listener(folder: Path, figures: Figures, chance: random.Random, moments: int) -> None:
    """Be one lens that body after body calls."""
    link = await opened(LISTENERS[figures.kind].format(folder), LENS)
    profile = load_profile(LensProfile, "lenses", "panasonic_s_20_60")
    lens, watch = unit(SPEC, LENS, Lens(SPEC, profile), link.slack_s), Watch()
    pump = Pump(lens, link, Clock(), watch.tell)
    running = asyncio.create_task(pump.run())
    for moment in range(moments):
        up, down, heard = watch.next(is_up), watch.next(is_down), watch.next(is_heard)
        async with child("body", "--i-know-this-device", "--link", link.name) as process:
            with expected(figures, f"{moment}: not served"):
                await first(SERVED_S, up, running)
                if moment % 2 == 0:
                    await first(SERVED_S, heard, running)
                await asyncio.sleep(chance.uniform(0.0, LATEST_S))
            figures.states.add(lens.state)
            killed_at = kill(process, figures)
            with expected(figures, f"{moment}: not told"):
                figures.noticed_s.append(await first(LOST_S, down, running) - killed_at)
    pump.stop()
    await running


async def as_client(folder: Path, figures: Figures, chance: random.Random, moments: int) -> None:
    """Be body after body, each with a lens that is killed."""
    profile = load_profile(BodyProfile, "bodies", "panasonic_s1")
    for moment in range(moments):
        place = LISTENERS[figures.kind].format(folder)
        async with child("lens", "--link", place) as process:
            link = await opened(await listening(process), BODY)
            body, watch = unit(SPEC, BODY, Body(SPEC, profile), link.slack_s), Watch()
            heard = watch.next(is_heard)
            running = asyncio.create_task(Pump(body, link, Clock(), watch.tell).run())
            with expected(figures, f"{moment}: not served"):
                if moment % 2 == 0:
                    await first(SERVED_S, heard, running)
                await asyncio.sleep(chance.uniform(0.0, LATEST_S))
            figures.states.add(body.state)
            killed_at = kill(process, figures)
            done, _ = await asyncio.wait([running], timeout=LOST_S)
            figures.noticed_s.append(time.monotonic() - killed_at)
            if not done or not isinstance(running.exception(), LinkLostError):
                how = running.exception() if done else "it runs on"
                figures.wrong.append(f"{moment}: no LinkLostError but {how!r}")
                running.cancel()


async def listening(process: asyncio.subprocess.Process) -> str:
    """Where a listener says that it listens."""
    line = await process.stdout.readline() if process.stdout else b""
    return line.decode().strip().removeprefix("listening on ")


async def opened(url: str, role: str) -> Link:
    return await open_link(parse(url), SPEC, role)


async def first(
    seconds: float, awaited: asyncio.Future[float], running: asyncio.Task[None]
) -> float:
    """Wait for what is to be told, unless the pump ends before."""
    either: set[asyncio.Future[Any]] = {awaited, running}
    await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        running.result()
    if not awaited.done():
        raise TimeoutError
    return awaited.result()


@contextlib.contextmanager
def expected(figures: Figures, wrong: str) -> Iterator[None]:
    """Count what does not come in time."""
    try:
        yield
    except TimeoutError:
        figures.wrong.append(wrong)


@contextlib.asynccontextmanager
async def child(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the command line in a process of its own, which does not outlive the block."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        await process.communicate()


def kill(process: asyncio.subprocess.Process, figures: Figures) -> float:
    """Kill a process; gives when."""
    if process.returncode is None:
        os.kill(process.pid, signal.SIGKILL)  # unlike process.kill, it leaves the rest to asyncio
        figures.killed += 1
    else:
        figures.wrong.append(f"the peer ended by itself with exit code {process.returncode}")
    return time.monotonic()


async def leftovers(figures: Figures, files: int, tasks: int) -> None:
    """Count what is not given back in time."""
    try:
        async with asyncio.timeout(LEFT_S):
            while open_files() > files or len(asyncio.all_tasks()) > tasks:  # noqa: ASYNC110 - files tell nothing
                await asyncio.sleep(0.01)
    except TimeoutError:
        more = open_files() - files, len(asyncio.all_tasks()) - tasks
        figures.wrong.append(f"{more[0]} descriptors and {more[1]} tasks were left")


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--moments", type=int, default=34, help="on each side of each kind; 34 make 204"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--side", choices=SIDES, action="append")
    asked = parser.parse_args()
    wrong = 0
    for kind, side in product(asked.kind or KINDS, asked.side or SIDES):
        figures = asyncio.run(storm(kind, side, asked.moments, asked.seed))
        wrong += len(figures.wrong)
        print(figures, flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
