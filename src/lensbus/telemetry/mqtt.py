"""One stay at an MQTT broker: announced, followed by a last will, and ended when it is lost."""

import asyncio
import contextlib
import logging
import re
import socket
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import aiomqtt
from aiomqtt.exceptions import MqttConnectError

from lensbus.errors import LinkError, LinkLostError
from lensbus.telemetry.access import Access

ANSWER_S = 10.0
"""A broker that takes longer to answer is taken for lost."""

KEEPALIVE_S = 15
GOODBYE_S = 0.2  # how long leaving may take

ENDED = dict.fromkeys(
    ("Unspecified error", "The client is not currently connected."), "it ended the connection"
)
"""What aiomqtt says of a broker that leaves, later or as soon as it has let us in."""

# What goes wrong is told in one line of ours; whoever wants the library's words sets up logging.
LOGGER = logging.getLogger("lensbus.mqtt")
LOGGER.addHandler(logging.NullHandler())


class Say(Protocol):
    """Publishes one message, and returns when the broker has acknowledged it."""

    async def __call__(self, topic: str, payload: bytes, *, retain: bool = False) -> None: ...


@dataclass(frozen=True, slots=True)
class Presence:
    """Who is there: a client, its retained topic, and what that says.

    `told` gets why the client is gone: empty while it is there, `closed`, or `lost` for the will.
    """

    client: str
    topic: str
    told: Callable[[str], bytes]


async def stay(place: Access, presence: Presence, work: Callable[[Say], Awaitable[None]]) -> None:
    """Connect, say who is there, do the work, say goodbye.

    Raises:
        LinkError: the broker refuses us.
        LinkLostError: it is not there, or was lost.
    """
    try:
        await reach(place, ANSWER_S)
        client = _client(place, presence)
        try:
            async with client:
                await _do(client, presence, work)
        finally:
            await _let_go(client)
    except MqttConnectError as error:
        raise LinkError(_words(error)) from error
    except (OSError, aiomqtt.MqttError) as error:
        raise LinkLostError(_words(error)) from error


async def reach(place: Access, timeout_s: float) -> None:
    """Find out whether anybody answers there, so that aiomqtt need not call in vain.

    Its threads are waited for when the process ends, and a dead host, name server or TLS peer
    takes its time; a daemon thread is not.

    Raises:
        OSError: nobody does.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[None] = loop.create_future()

    def settle(error: OSError | None) -> None:
        if answer.done():  # nobody waits any more
            return
        if error is None:
            answer.set_result(None)
        else:
            answer.set_exception(error)

    def call() -> None:
        error = _call(place, timeout_s)
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, error)

    threading.Thread(target=call, daemon=True).start()
    await answer


def _call(place: Access, timeout_s: float) -> OSError | None:
    try:
        with socket.create_connection((place.host, place.port), timeout_s) as caller:
            if place.tls is not None:
                place.tls.wrap_socket(caller, server_hostname=place.host).close()
    except OSError as error:
        return error
    except ValueError as error:  # a host that no name can be
        return OSError(str(error))
    return None


def _client(place: Access, presence: Presence) -> aiomqtt.Client:
    """One for each stay; the same identifier, so that the broker ends the one before."""
    return aiomqtt.Client(
        place.host,
        place.port,
        username=place.user,
        password=place.password,
        tls_context=place.tls,
        identifier=presence.client,
        will=aiomqtt.Will(presence.topic, presence.told("lost"), qos=1, retain=True),
        keepalive=KEEPALIVE_S,
        timeout=ANSWER_S,
        logger=LOGGER,
    )


async def _do(
    client: aiomqtt.Client, presence: Presence, work: Callable[[Say], Awaitable[None]]
) -> None:
    async def say(topic: str, payload: bytes, *, retain: bool = False) -> None:
        await client.publish(topic, payload, qos=1, retain=retain)

    async def announced() -> None:
        await say(presence.topic, presence.told(""), retain=True)
        await work(say)

    try:
        await _unless_lost(client, announced())
    finally:
        client.timeout = GOODBYE_S
        with contextlib.suppress(aiomqtt.MqttError):
            # QoS 0: the broker reads it before the end of the connection, and nobody waits
            await client.publish(presence.topic, presence.told("closed"), retain=True)


async def _unless_lost(client: aiomqtt.Client, work: Awaitable[None]) -> None:
    """Do the work; a publish alone would not notice that its connection is gone, nor tell why."""
    tasks = [asyncio.ensure_future(_until_lost(client)), asyncio.ensure_future(work)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _until_lost(client: aiomqtt.Client) -> None:
    async for _ in client.messages:
        pass


async def _let_go(client: aiomqtt.Client) -> None:
    """Close the socket of a connection that was never acknowledged; aiomqtt leaves it open."""
    client.timeout = 0
    with contextlib.suppress(aiomqtt.MqttError):
        await client.__aexit__(None, None, None)


def _words(error: Exception) -> str:
    """Why, in one line: the system's words rather than aiomqtt's, where there are any."""
    cause = error.__cause__ or error
    text = getattr(cause, "strerror", None) or str(cause)
    text = re.sub(r"^\[code:\d+\] | \(_ssl\.c.*", "", " ".join(text.split()))
    return ENDED.get(text, text)
