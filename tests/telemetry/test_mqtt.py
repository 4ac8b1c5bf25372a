import asyncio
import signal
import socket
import ssl
import threading

import pytest

from lensbus.errors import LinkError, LinkLostError
from lensbus.telemetry import mqtt
from lensbus.telemetry.access import Access
from lensbus.telemetry.mqtt import Presence, Say, reach, stay
from tests.telemetry.broker import Mosquitto, free_port, subscribed

pytestmark = pytest.mark.real
PRESENCE = Presence("a client", "lensbus/bench/online", lambda why: b'{"why":"%s"}' % why.encode())
CONNACK, PUBACK = b"\x20\x02\x00\x00", b"\x40\x02\x00\x01"


async def nothing(_say: Say) -> None:
    pass


async def for_ever(_say: Say) -> None:
    await asyncio.Event().wait()


async def test_a_stay_is_announced_and_ends_with_its_work(place: Access) -> None:
    async def work(say: Say) -> None:
        await say("lensbus/bench/work", b'{"why":"done"}')

    async with subscribed(place) as subscriber:
        await stay(place, PRESENCE, work)
        await subscriber.gets(PRESENCE.topic, 2)

    assert [(topic, told["why"]) for topic, _, told in subscriber.messages] == [
        ("lensbus/bench/online", ""),
        ("lensbus/bench/work", "done"),
        ("lensbus/bench/online", "closed"),
    ]


async def test_an_error_of_the_work_is_passed_on(place: Access) -> None:
    async def work(_say: Say) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await stay(place, PRESENCE, work)


async def test_a_stay_ends_when_the_broker_does_though_nothing_is_said(
    mosquitto: Mosquitto,
) -> None:
    async def work(_say: Say) -> None:
        mosquitto.stop()
        await asyncio.Event().wait()

    mosquitto.start()
    with pytest.raises(LinkLostError, match="it ended the connection"):
        await asyncio.wait_for(stay(mosquitto.place, PRESENCE, work), 5.0)


async def test_a_stay_ends_when_the_broker_does_not_acknowledge(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(say: Say) -> None:
        assert mosquitto.process is not None
        mosquitto.process.send_signal(signal.SIGSTOP)
        await say("lensbus/bench/work", b"1")

    monkeypatch.setattr(mqtt, "ANSWER_S", 0.2)
    mosquitto.start()
    with pytest.raises(LinkLostError, match="timed out"):
        await stay(mosquitto.place, PRESENCE, work)
    assert mosquitto.process is not None
    mosquitto.process.send_signal(signal.SIGCONT)


async def test_a_broker_that_refuses_is_told_in_one_line(mosquitto: Mosquitto) -> None:
    mosquitto.start("allow_anonymous false")
    with pytest.raises(LinkError, match=r"(?i)^.*not authori[sz]ed.*$") as caught:
        await stay(mosquitto.place, PRESENCE, nothing)

    assert not isinstance(caught.value, LinkLostError)


async def test_a_peer_that_is_no_broker_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt, "ANSWER_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = Access("127.0.0.1", server.getsockname()[1])
        with pytest.raises(LinkLostError, match="timed out"):
            await stay(place, PRESENCE, nothing)


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ((CONNACK,), "^it ended the connection$"),
        ((CONNACK, PUBACK), "^it ended the connection$"),
        ((CONNACK, b"\x40\x00"), "^Protocol error$"),
        ((b"\x20\x02\x00\x04",), "^Bad user name or password$"),
    ],
)
async def test_a_broker_that_misbehaves_is_told_as_what_it_did(
    answers: tuple[bytes, ...], why: str
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            if await reader.read(4096):
                writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    place = Access(*server.sockets[0].getsockname())
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # as the command line does
    async with server:
        with pytest.raises(LinkError, match=why):
            await stay(place, PRESENCE, for_ever)


async def test_a_stay_can_be_cancelled(place: Access) -> None:
    async with subscribed(place) as subscriber:
        task = asyncio.create_task(stay(place, PRESENCE, for_ever))
        await subscriber.gets(PRESENCE.topic)
        task.cancel()
        told = await subscriber.gets(PRESENCE.topic, 2)
        await asyncio.wait({task})

    assert task.cancelled()
    assert [one["why"] for one in told] == ["", "closed"]


async def test_nobody_there_is_an_error_in_the_systems_words() -> None:
    place = Access("127.0.0.1", free_port())
    with pytest.raises(LinkLostError, match=r"^Connection refused$"):
        await stay(place, PRESENCE, nothing)
    with pytest.raises(OSError, match="label"):
        await reach(Access("a" * 64 + ".example", place.port), 1.0)


async def test_reach_is_content_when_somebody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        await reach(Access("127.0.0.1", server.getsockname()[1]), 1.0)


async def test_reach_does_not_wait_for_a_tls_peer_that_is_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(TimeoutError):
            await reach(Access("127.0.0.1", port, tls=ssl.create_default_context()), 0.1)


async def test_reach_that_is_cancelled_leaves_a_thread_that_hurts_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = Access("127.0.0.1", server.getsockname()[1], tls=ssl.create_default_context())
        before = set(threading.enumerate())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reach(place, 0.3), 0.1)
        left = set(threading.enumerate()) - before
        await asyncio.gather(*(asyncio.to_thread(thread.join, 5.0) for thread in left))

    assert all(thread.daemon for thread in left)
    assert not any(thread.is_alive() for thread in left)
