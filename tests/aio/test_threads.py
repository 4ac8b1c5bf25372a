import asyncio
import queue
import threading
from collections.abc import AsyncIterator

import pytest

from lensbus.aio.threads import Threads, hushed
from tests.aio.real import until

pytestmark = pytest.mark.real


class Echo:
    """A blocking port with a wire from TX to RX, of which a test can lay hands on the other end."""

    in_waiting = 0

    def __init__(self) -> None:
        self._inside: queue.Queue[bytes | Exception] = queue.Queue()
        self.written: list[object] = []
        self.closed = threading.Event()
        self.broken: Exception | None = None

    def read(self, _size: int, /) -> bytes:
        try:
            found = self._inside.get(timeout=0.02)
        except queue.Empty:
            return b""
        if isinstance(found, Exception):
            raise found
        return found

    def write(self, data: bytes, /) -> None:
        if self.broken is not None:
            raise self.broken
        self.written.append(data)
        self._inside.put(data)

    def close(self) -> None:
        self.closed.set()

    def fail(self, error: Exception) -> None:
        self._inside.put(error)


class Around:
    """Threads around such a port, and what they told."""

    def __init__(self) -> None:
        self.port, self.heard, self.causes, self.looks = Echo(), bytearray(), list[str](), 0
        self.threads = Threads(self.port, self.heard.extend, self.causes.append, self.look)

    def look(self) -> None:
        self.looks += 1


@pytest.fixture
async def around() -> AsyncIterator[Around]:
    made = Around()
    yield made
    made.threads.stop()
    await made.threads.wait_closed()

    assert made.port.closed.is_set()


async def test_bytes_go_out_and_come_in_and_lines_are_looked_at_between(around: Around) -> None:
    around.threads.write(b"there ")
    around.threads.write(b"and back")
    await until(lambda: around.heard == b"there and back" and around.looks > 1)


async def test_what_is_asked_for_is_done_in_order(around: Around) -> None:
    around.threads.write(b"at the old rate")
    await around.threads.do(lambda: around.port.written.append(9600))
    around.threads.write(b"at the new one")
    await around.threads.flushed()

    assert around.port.written == [b"at the old rate", 9600, b"at the new one"]
    assert around.threads.unsent == 0


async def test_what_cannot_be_done_raises_and_the_port_lives_on(around: Around) -> None:
    with pytest.raises(ZeroDivisionError):
        await around.threads.do(lambda: divmod(1, 0) and None)
    around.threads.write(b"x")
    await until(lambda: around.heard == b"x")


async def test_what_nobody_waits_for_any_more_is_done_all_the_same(around: Around) -> None:
    asked = asyncio.ensure_future(around.threads.do(lambda: around.port.written.append(1)))
    await asyncio.sleep(0)
    asked.cancel()
    await until(lambda: around.port.written == [1])


async def test_a_read_that_fails_is_a_loss_and_closes_the_port(around: Around) -> None:
    around.port.fail(OSError("unplugged"))
    await until(lambda: around.causes == ["unplugged"])
    await around.threads.wait_closed()
    around.threads.write(b"nobody hears")
    with pytest.raises(ConnectionError):
        await around.threads.do(around.port.close)

    assert around.threads.unsent == 0


async def test_a_write_that_fails_is_a_loss_and_nobody_waits_for_it(around: Around) -> None:
    around.port.broken = OSError("unplugged")
    around.threads.write(b"x")
    async with asyncio.timeout(10):
        await around.threads.flushed()
    await until(lambda: around.causes == ["unplugged"])


async def test_nothing_is_told_after_stop(around: Around) -> None:
    around.threads.write(b"x")
    around.port.fail(OSError("unplugged"))
    around.threads.stop()
    around.threads.stop()
    await around.threads.wait_closed()

    assert around.heard == b""
    assert around.causes == []


def test_only_threads_of_pyserial_end_untold_and_only_while_a_link_is_in_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []

    def tell(args: threading.ExceptHookArgs) -> None:
        told.append(args.thread.name if args.thread else "")

    monkeypatch.setattr(threading, "excepthook", tell)
    with hushed():
        for name in ("pySerial RFC 2217 reader thread for x", "ours"):
            dies(name)
    dies("pySerial, later")

    assert told == ["ours", "pySerial, later"]


def dies(name: str) -> None:
    """A thread that ends with an exception."""
    thread = threading.Thread(target=[].pop, name=name)
    thread.start()
    thread.join()
