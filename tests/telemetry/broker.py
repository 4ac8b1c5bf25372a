"""A real broker on loopback, and a subscriber that misses nothing."""

import asyncio
import contextlib
import getpass
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiomqtt


MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
STARTS_S = 5.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
        return True
    return False


@dataclass
class Mosquitto:
    """A mosquitto that can be stopped and started, and keeps what it holds in between."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self, *more: str) -> None:
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
        assert MOSQUITTO is not None
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([MOSQUITTO, "-v", "-c", conf], stdout=log, stderr=log)
        give_up = time.monotonic() + STARTS_S
        while not answers(self.port):
            assert time.monotonic() < give_up, (self.folder / "log").read_text(encoding="utf-8")
            time.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(STARTS_S)
            self.process = None


@dataclass
class Subscriber:
    """Keeps a session of its own at the broker, and all that arrives, in order."""

    port: int
    ready: bool = False
    messages: list[tuple[str, bool, dict[str, Any]]] = field(default_factory=list)

    async def run(self, **options: Any) -> None:
        while True:
            with contextlib.suppress(aiomqtt.MqttError):
                client = aiomqtt.Client(
                    "127.0.0.1",
                    self.port,
                    identifier="subscriber",
                    clean_session=False,
                    **options,
                )
                async with client:
                    await client.subscribe("lensbus/#", qos=1)
                    self.ready = True
                    async for message in client.messages:
                        assert isinstance(message.payload, bytes)
                        told = json.loads(message.payload)
                        self.messages.append((str(message.topic), message.retain, told))
            await asyncio.sleep(0.1)

    def told(self, topic: str) -> list[dict[str, Any]]:
        return [told for where, _, told in self.messages if where == topic]

    def batches(self) -> list[dict[str, Any]]:
        """The batches in order of their first arrival; none before its predecessor."""
        found: dict[int, dict[str, Any]] = {}
        for batch in self.told("lensbus/bench/records"):
            assert batch["seq"] <= len(found) + 1, "a batch overtook another"
            assert batch == found.setdefault(batch["seq"], batch)
        return list(found.values())


@contextlib.asynccontextmanager
async def subscribed(port: int, **options: Any) -> AsyncIterator[Subscriber]:
    subscriber = Subscriber(port)
    task = asyncio.create_task(subscriber.run(**options))
    try:
        await until(lambda: subscriber.ready)
        yield subscriber
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(what: Callable[[], object], within_s: float = 5.0) -> None:
    give_up = time.monotonic() + within_s
    while not what():
        assert time.monotonic() < give_up, "it did not happen in time"
        await asyncio.sleep(0.01)
