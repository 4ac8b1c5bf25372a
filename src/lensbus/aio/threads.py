"""A blocking port on the event loop: one thread reads it, another does all else, in order."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Protocol

CLOSE_S = 8.0
"""How long to wait for a port to be closed; pyserial gives its own network thread 7 s."""


class Blocking(Protocol):
    """What is needed of a port. `read` returns after a while, with what there is."""

    @property
    def in_waiting(self) -> int: ...

    def read(self, size: int, /) -> bytes: ...

    def write(self, data: bytes, /) -> Any: ...  # noqa: ANN401 - whatever it tells is not used

    def close(self) -> None: ...


class Threads:
    """The same face as Descriptor, for a port that it owns: `stop` closes it.

    `look` is called between reads, in the reading thread. An exception in either thread means
    that the port is lost.
    """

    def __init__(
        self,
        port: Blocking,
        received: Callable[[bytes], None],
        lost: Callable[[str], None],
        look: Callable[[], None],
    ) -> None:
        self._port, self._received, self._lost, self._look = port, received, lost, look
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.Queue[Callable[[], object] | None] = queue.Queue()
        self._empty, self._closed = asyncio.Event(), asyncio.Event()
        self._empty.set()
        self.unsent, self._open = 0, True
        for target in (self._read, self._work):
            threading.Thread(target=target, name="lensbus port", daemon=True).start()

    def write(self, data: bytes) -> None:
        """Write after all that was asked for before."""
        if self._open:
            self.unsent += len(data)
            self._empty.clear()
            self._jobs.put(partial(self._put, data))

    async def flushed(self) -> None:
        """Wait until the port has taken everything, or will never."""
        await self._empty.wait()

    async def do(self, job: Callable[[], None]) -> None:
        """Do something with the port after all that was asked for before; gives its exception."""
        done: asyncio.Future[None] = self._loop.create_future()
        if not self._open:
            raise ConnectionError("the port is closed")

        def report() -> None:
            try:
                job()
            except Exception as error:  # noqa: BLE001 - handed to whoever awaits it
                self.tell(_settle, done, error)
            else:
                self.tell(_settle, done, None)

        self._jobs.put(report)
        await done

    def stop(self) -> None:
        """Tell nothing more, end the threads and let the port be closed."""
        if self._open:
            self._open = False
            self._empty.set()
            self._jobs.put(None)

    async def wait_closed(self) -> None:
        """Wait until the port is closed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await self._closed.wait()

    def tell(self, what: Callable[..., None], *about: object) -> None:
        """Call something from the event loop."""
        with contextlib.suppress(RuntimeError):  # the loop has closed
            self._loop.call_soon_threadsafe(what, *about)

    def _read(self) -> None:
        try:
            while self._open:
                data = self._port.read(max(1, self._port.in_waiting))
                if data:
                    self.tell(self._take, data)
                self._look()
        except Exception as error:  # noqa: BLE001 - each port has its own ways to fail
            self.tell(self._leave, str(error))
        with contextlib.suppress(Exception):
            self._port.close()
        self.tell(self._closed.set)

    def _work(self) -> None:
        try:
            while (job := self._jobs.get()) is not None and self._open:
                job()
        except Exception as error:  # noqa: BLE001 - as above
            self.tell(self._leave, str(error))

    def _put(self, data: bytes) -> None:
        self._port.write(data)
        self.tell(self._sent, len(data))

    def _take(self, data: bytes) -> None:
        if self._open:
            self._received(data)

    def _sent(self, count: int) -> None:
        self.unsent -= count
        if not self.unsent:
            self._empty.set()

    def _leave(self, cause: str) -> None:
        if self._open:
            self.stop()
            self._lost(cause)


@contextlib.contextmanager
def hushed() -> Iterator[None]:
    """Keep the end of a thread of pyserial from the screen: its port tells that it is lost."""
    before = threading.excepthook

    def tell(args: threading.ExceptHookArgs) -> None:
        if args.thread is None or not args.thread.name.startswith("pySerial"):
            before(args)

    threading.excepthook = tell
    try:
        yield
    finally:
        threading.excepthook = before


def _settle(done: asyncio.Future[None], error: Exception | None) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
