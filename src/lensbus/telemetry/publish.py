"""Publish records and states to an MQTT broker, and never let the link wait for it."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from lensbus.errors import LinkError, LinkLostError
from lensbus.session.log import Record
from lensbus.spec.model import Spec
from lensbus.telemetry.access import Access
from lensbus.telemetry.mqtt import Presence, Say, stay
from lensbus.telemetry.records import QUEUE_BYTES, Outbox, States, compact

INTERVAL_S = 0.2  # how long a record may wait for company
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 8.0  # between tries to connect; doubled each time
STEADY_S = 2.0  # a broker that was there for so long is looked for again at once
FLUSH_S = 1.0  # what close() has to deliver what still waits


@contextlib.asynccontextmanager
async def publishing(
    place: Access, who: str, spec: Spec, warn: Callable[[str], None]
) -> AsyncIterator["Telemetry"]:
    """Tell a broker what a link does, until the block ends; `docs/mqtt.md` says in which words.

    `who` is the name in the topics where the URL gives none. `warn` gets one line when the broker
    is away and one when it is back; the block begins, goes on and ends without it.
    """
    telemetry = Telemetry(place, who, spec, warn)
    try:
        yield telemetry
    finally:
        await telemetry.close()


class Telemetry:
    """Publishes what it is told, from when it is made in an event loop until `close`."""

    def __init__(
        self,
        place: Access,
        who: str,
        spec: Spec,
        warn: Callable[[str], None],
        *,
        limit: int = QUEUE_BYTES,
    ) -> None:
        self._place, self._spec, self._warn = place, spec.name, warn
        self._root = f"lensbus/{place.name or who}"
        self._session = secrets.token_hex(8)
        self._since = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._outbox = Outbox(spec, self._session, limit=limit)
        self._states = States(self._session)
        self._closing = asyncio.Event()
        self._answered_at: float | None = None
        self._away = False
        self._task = asyncio.create_task(self._supervise())

    def tell(self, record: Record) -> None:
        """Take a record; returns at once and raises nothing, broker or not."""
        if not self._closing.is_set():
            self._outbox.add(record)
            self._states.watch(record)

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

    async def close(self) -> None:
        """Take no more, deliver what can be within a second, leave, and tell what was not."""
        self._closing.set()
        await asyncio.wait({self._task}, timeout=FLUSH_S)
        self._task.cancel()
        await asyncio.wait({self._task})
        self._outbox.close()
        if self.dropped:
            lost = f"{self.dropped} of {self.made} records were not delivered"
            self._warn(f"MQTT broker {self._place}: {lost}")

    async def _supervise(self) -> None:
        """Stay at the broker until `close`; go back again, and again, whatever it does."""
        presence = Presence(f"lensbus{self._session}", f"{self._root}/online", self._online)
        pause, last = FIRST_PAUSE_S, False
        while not last:
            last = self._closing.is_set()  # what waits then has this one chance
            if await self._stay(presence):
                return
            if self._held_s() > STEADY_S:
                pause = FIRST_PAUSE_S
            await self._wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    async def _stay(self, presence: Presence) -> bool:
        """Stay until all is said, which is True, or the broker is lost."""
        self._answered_at = None
        try:
            await stay(self._place, presence, self._publish)
        except LinkLostError as error:
            self._tell_away(f"is away: {error}")
        except LinkError as error:
            self._tell_away(f"refused us: {error}")
        except Exception as error:  # noqa: BLE001 - the link goes on, whatever this was
            self._tell_away(f"is away: {type(error).__name__}")  # its words may hold a password
        else:
            return True
        return False

    def _held_s(self) -> float:
        """For how long the broker has been answering."""
        now = asyncio.get_running_loop().time()
        return 0.0 if self._answered_at is None else now - self._answered_at

    async def _publish(self, say: Say) -> None:
        """Say what there is to say, and once more what is retained; until `close`."""
        self._answered_at = asyncio.get_running_loop().time()
        self._tell_back()
        self._states.renew()
        while True:
            closing = self._closing.is_set()
            for side, told in self._states.take():
                await say(f"{self._root}/{side}/state", told, retain=True)
            await self._publish_batches(say, everything=closing)
            if closing:
                return
            await self._wait(INTERVAL_S)

    async def _publish_batches(self, say: Say, *, everything: bool) -> None:
        """One at a time, which keeps their order; what is not full yet waits for company."""
        while batch := self._outbox.next():
            await say(f"{self._root}/records", batch)
            self._outbox.settle()
            if not (everything or self._outbox.full):
                return

    def _online(self, reason: str) -> bytes:
        told: dict[str, Any] = {
            "online": not reason,
            "session": self._session,
            "since": self._since,
        }
        told |= {"spec": self._spec, "reason": reason}
        if reason == "closed" and self._closing.is_set():  # what is not out by now never will be
            told |= {"made": self.made, "dropped": self.made - self.delivered}
        return compact(told).encode("ascii")

    def _tell_away(self, why: str) -> None:
        if not self._away:
            self._away = True
            after = "records wait for it, and the oldest are dropped when too many do"
            self._warn(f"MQTT broker {self._place} {why}; the link goes on, {after}")

    def _tell_back(self) -> None:
        if self._away:
            self._away = False
            self._warn(f"MQTT broker {self._place} is back; {self.dropped} records were dropped")

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)
