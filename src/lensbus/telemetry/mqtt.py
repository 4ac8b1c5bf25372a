"""Publish records and states to an MQTT broker, and never let the link wait for it."""

import asyncio
import contextlib
import logging
import os
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import aiomqtt

from lensbus.errors import LinkError
from lensbus.session.log import Record
from lensbus.spec.model import Spec
from lensbus.telemetry.access import access, reach
from lensbus.telemetry.records import QUEUE_BYTES, Outbox, States, compact

INTERVAL_S = 0.2  # how long a record may wait for company
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0  # between tries to connect; doubled each time
ANSWER_S = 10.0  # a broker that takes longer to acknowledge is taken for lost
KEEPALIVE_S = 15
FLUSH_S = 1.0  # what close() has to deliver what still waits
GOODBYE_S = 0.2  # and then to leave

# What goes wrong is told in one line of ours; whoever wants the library's words sets up logging.
LOGGER = logging.getLogger("lensbus.mqtt")
LOGGER.addHandler(logging.NullHandler())


class Publisher:
    """Tells a broker what a link does, while there is one; `docs/mqtt.md` says in which words.

    `tell` gets a line for people when the broker is lost and when it is back. Make it, and call
    `tell_record` and `close`, where the event loop runs.
    """

    def __init__(
        self,
        url: str,
        name: str,
        spec: Spec,
        tell: Callable[[str], None],
        *,
        environ: Mapping[str, str] = os.environ,
        limit: int = QUEUE_BYTES,
    ) -> None:
        """Set up; nothing is sent before `run`.

        Raises:
            LinkError: the URL, the name or the environment is wrong.
        """
        if not re.fullmatch(r"[^+#/\0]{1,64}", name):
            wanted = "1 to 64 characters without + # and /"
            raise LinkError(f"{name!r} cannot stand in an MQTT topic; wanted {wanted}")
        self._access = access(url, environ)
        self._root, self._spec, self._tell = f"lensbus/{name}", spec.name, tell
        self._session = secrets.token_hex(8)
        self._since = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._outbox = Outbox(spec, self._session, limit=limit)
        self._states = States(self._session)
        self._closing = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._answered_at: float | None = None
        self._lost = False

    @property
    def made(self) -> int:
        """Records taken."""
        return self._outbox.made

    @property
    def delivered(self) -> int:
        """Records that the broker has acknowledged."""
        return self._outbox.delivered

    @property
    def dropped(self) -> int:
        """Records that were given up; after `close`, made = delivered + dropped."""
        return self._outbox.dropped

    def tell_record(self, record: Record) -> None:
        """Take a record; returns at once, broker or not."""
        if not self._closing.is_set():
            self._outbox.add(record)
            self._states.watch(record)

    async def run(self) -> None:
        """Publish until `close`; connects again, and again, whatever the broker does."""
        self._task = task = asyncio.ensure_future(self._supervise())
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def close(self) -> None:
        """Take no more, deliver what can be delivered within a second, and leave."""
        self._closing.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=FLUSH_S)
            self._task.cancel()
            await asyncio.wait({self._task})
        self._outbox.close()

    async def _supervise(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._closing.is_set():
            self._answered_at = None
            try:
                await self._converse()
            except Exception as error:  # noqa: BLE001 - the link goes on, whatever this was
                self._tell_lost(error)
            if self._held_s() > pause:
                pause = FIRST_PAUSE_S
            await self._wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    def _held_s(self) -> float:
        """For how long the broker has been answering."""
        now = asyncio.get_running_loop().time()
        return 0.0 if self._answered_at is None else now - self._answered_at

    async def _converse(self) -> None:
        """Be connected until the broker is lost or all is said."""
        await reach(self._access, ANSWER_S)
        client = self._client()
        try:
            async with client:
                try:
                    await self._serve(client)
                finally:
                    await self._say_goodbye(client)
        finally:
            await _let_go(client)

    def _client(self) -> aiomqtt.Client:
        """One for each connection; the same identifier, so that the broker ends the one before."""
        return aiomqtt.Client(
            self._access.host,
            self._access.port,
            username=self._access.user,
            password=self._access.password,
            tls_context=self._access.tls,
            identifier=f"lensbus{self._session}",
            will=aiomqtt.Will(f"{self._root}/online", self._online("lost"), qos=1, retain=True),
            keepalive=KEEPALIVE_S,
            timeout=ANSWER_S,
            logger=LOGGER,
        )

    async def _serve(self, client: aiomqtt.Client) -> None:
        """Publish; a publish alone would not notice that its connection is gone."""
        watch = asyncio.ensure_future(_until_lost(client))
        work = asyncio.ensure_future(self._publish(client))
        try:
            done, _ = await asyncio.wait({watch, work}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            watch.cancel()
            work.cancel()
            await asyncio.gather(watch, work, return_exceptions=True)

    async def _publish(self, client: aiomqtt.Client) -> None:
        await self._say(client, "online", self._online(), retain=True)
        self._answered_at = asyncio.get_running_loop().time()
        self._tell_back()
        self._states.renew()
        while True:
            closing = self._closing.is_set()
            for side, told in self._states.take():
                await self._say(client, f"{side}/state", told, retain=True)
            await self._publish_batches(client, everything=closing)
            if closing:
                return
            await self._wait(INTERVAL_S)

    async def _publish_batches(self, client: aiomqtt.Client, *, everything: bool) -> None:
        """One at a time, which keeps their order; what is not full yet waits for company."""
        while batch := self._outbox.next():
            await self._say(client, "records", batch)
            self._outbox.settle()
            if not (everything or self._outbox.full):
                return

    async def _say(
        self, client: aiomqtt.Client, topic: str, payload: bytes, *, retain: bool = False
    ) -> None:
        await client.publish(f"{self._root}/{topic}", payload, qos=1, retain=retain)

    async def _say_goodbye(self, client: aiomqtt.Client) -> None:
        """QoS 0: the broker reads it before the end of the connection, and nobody waits."""
        client.timeout = GOODBYE_S
        with contextlib.suppress(aiomqtt.MqttError):
            await client.publish(f"{self._root}/online", self._online("closed"), retain=True)

    def _online(self, reason: str = "") -> bytes:
        told = {"online": not reason, "session": self._session, "since": self._since}
        return compact(told | {"spec": self._spec, "reason": reason}).encode("ascii")

    def _tell_lost(self, error: Exception) -> None:
        if not (self._lost or self._closing.is_set()):
            self._lost = True
            why = " ".join(_why(error).split())
            after = "the link goes on, records wait, and when too many wait the oldest are dropped"
            self._tell(f"MQTT broker {self._access} is lost: {why}; {after}")

    def _tell_back(self) -> None:
        if self._lost:
            self._lost = False
            self._tell(f"MQTT broker {self._access} is back; {self.dropped} records were dropped")

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)


def _why(error: Exception) -> str:
    """The system's words rather than aiomqtt's, where there are any."""
    cause = error.__cause__ or error
    return getattr(cause, "strerror", None) or str(cause)


async def _until_lost(client: aiomqtt.Client) -> None:
    async for _ in client.messages:
        pass


async def _let_go(client: aiomqtt.Client) -> None:
    """Close the socket of a connection that was never acknowledged; aiomqtt leaves it open."""
    client.timeout = 0
    with contextlib.suppress(aiomqtt.MqttError):
        await client.__aexit__(None, None, None)
