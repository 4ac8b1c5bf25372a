"""A real broker on loopback, and a subscriber that misses nothing."""

import asyncio
import contextlib
import getpass
import json
import os
import select
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiomqtt

from lensbus.telemetry.access import Access

MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
STARTS_S, WITHIN_S = 5.0, 10.0
BACK_S = 0.1  # how soon the subscriber tries again


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Mosquitto:
    """A mosquitto that can be stopped and started, and keeps what it holds in between."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def place(self) -> Access:
        return Access("127.0.0.1", self.port)

    def start(self, *more: str) -> None:
        """Start, with these lines of configuration, and return when it listens."""
        assert MOSQUITTO is not None
        lines = [
            f"listener {self.port} 127.0.0.1",
            f"user {getpass.getuser()}",
            "persistence true",
            f"persistence_location {self.folder}/",
            "max_queued_messages 0",
            *(more or ["allow_anonymous true"]),
        ]
        conf = self.folder / "mosquitto.conf"
        conf.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.process = subprocess.Popen(
            [MOSQUITTO, "-c", conf], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        assert self.process.stderr is not None
        told, said = self.process.stderr.fileno(), b""
        while b" running" not in said:
            ready, _, _ = select.select([told], [], [], STARTS_S)
            part = os.read(told, 4096) if ready else b""
            assert part, f"mosquitto does not listen: {said!r}"
            said += part

    def stop(self) -> None:
        if self.process is not None and self.process.stderr is not None:
            self.process.terminate()
            self.process.wait(STARTS_S)
            self.process.stderr.close()
            self.process = None


class News:
    """Wakes who waits for something to become true, whenever anything happens."""

    def __init__(self) -> None:
        self._happened = asyncio.Event()

    def happened(self) -> None:
        self._happened.set()

    async def until(self, what: Callable[[], object]) -> None:
        async with asyncio.timeout(WITHIN_S):
            while not what():
                self._happened.clear()
                await self._happened.wait()


class Warned(News):
    """Keeps what people were told."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def __call__(self, line: str) -> None:
        self.lines.append(line)
        self.happened()

    async def lines_are(self, count: int) -> None:
        await self.until(lambda: len(self.lines) >= count)


class Subscriber(News):
    """Keeps a session of its own at the broker, and all that arrives, in order."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name, self.ready = name, False
        self.messages: list[tuple[str, bool, dict[str, Any]]] = []

    async def run(self, place: Access) -> None:
        """Listen, again and again, whatever becomes of the broker."""
        while True:
            with contextlib.suppress(aiomqtt.MqttError):
                async with self._client(place) as client:
                    await client.subscribe("lensbus/#", qos=1)
                    self.ready = True
                    self.happened()
                    async for message in client.messages:
                        self._take(message)
            await asyncio.sleep(BACK_S)

    def told(self, topic: str) -> list[dict[str, Any]]:
        return [told for where, _, told in self.messages if where == topic]

    def batches(self, topic: str = "lensbus/bench/records") -> list[dict[str, Any]]:
        """The batches in order of their first arrival; none before its predecessor."""
        return in_order(self.told(topic))

    def records(self) -> list[dict[str, Any]]:
        return [record for batch in self.batches() for record in batch["records"]]

    async def hears(self, count: int) -> list[dict[str, Any]]:
        await self.until(lambda: len(self.records()) >= count)
        return self.records()

    async def gets(self, topic: str, count: int = 1) -> list[dict[str, Any]]:
        await self.until(lambda: len(self.told(topic)) >= count)
        return self.told(topic)

    def _client(self, place: Access) -> aiomqtt.Client:
        return aiomqtt.Client(
            place.host,
            place.port,
            username=place.user,
            password=place.password,
            tls_context=place.tls,
            identifier=self._name,
            clean_session=False,
        )

    def _take(self, message: aiomqtt.Message) -> None:
        assert isinstance(message.payload, bytes)
        told = json.loads(message.payload)
        self.messages.append((str(message.topic), message.retain, told))
        self.happened()


def in_order(told: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Batches without those that came again; none may come before its predecessor."""
    found: list[dict[str, Any]] = []
    for batch in told:
        assert batch["seq"] <= len(found) + 1, "a batch overtook another"
        if batch["seq"] > len(found):
            found.append(batch)
        assert batch == found[batch["seq"] - 1]
    return found


@contextlib.asynccontextmanager
async def subscribed(place: Access, name: str = "subscriber") -> AsyncIterator[Subscriber]:
    subscriber = Subscriber(name)
    task = asyncio.create_task(subscriber.run(place))
    try:
        await subscriber.until(lambda: subscriber.ready)
        yield subscriber
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
