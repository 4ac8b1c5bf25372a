import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from lensbus.aio.fd import GONE, Descriptor
from tests.aio.real import until

pytestmark = pytest.mark.real

MEGABYTE = bytes(range(256)) * 4096


class Pair:
    """A descriptor on one end of a socket pair, and the other end."""

    def __init__(self) -> None:
        self.mine, self.other = socket.socketpair()
        self.other.setblocking(False)
        self.heard, self.causes = bytearray(), list[str]()
        self.descriptor = Descriptor(self.mine.fileno(), self.heard.extend, self.causes.append)

    async def read(self, count: int) -> bytes:
        data = bytearray()
        async with asyncio.timeout(10):
            while len(data) < count:
                data += await asyncio.get_running_loop().sock_recv(self.other, count - len(data))
        return bytes(data)


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    made = Pair()
    yield made
    made.descriptor.stop()
    made.mine.close()
    made.other.close()


async def test_bytes_come_in_order(pair: Pair) -> None:
    for part in (b"one ", b"two ", b"three"):
        pair.other.send(part)
    await until(lambda: len(pair.heard) == len(b"one two three"))

    assert pair.heard == b"one two three"


async def test_what_there_is_no_room_for_is_kept_and_sent_in_order(pair: Pair) -> None:
    pair.descriptor.write(MEGABYTE)
    pair.descriptor.write(b"the end")
    kept = pair.descriptor.unsent
    sent = await pair.read(len(MEGABYTE) + len(b"the end"))

    assert kept > 0
    assert sent == MEGABYTE + b"the end"
    assert pair.descriptor.unsent == 0


async def test_flushed_waits_until_all_is_taken(pair: Pair) -> None:
    pair.descriptor.write(MEGABYTE)
    flushed = asyncio.ensure_future(pair.descriptor.flushed())
    await pair.read(len(MEGABYTE) // 2)
    early = flushed.done()
    await pair.read(len(MEGABYTE) - len(MEGABYTE) // 2)
    async with asyncio.timeout(10):
        await flushed

    assert not early


async def test_flushed_ends_when_the_peer_goes_without_reading(pair: Pair) -> None:
    pair.descriptor.write(MEGABYTE)
    pair.other.close()
    async with asyncio.timeout(10):
        await pair.descriptor.flushed()
    await until(lambda: bool(pair.causes))

    assert pair.descriptor.unsent == 0


async def test_a_peer_that_closes_is_told_once_after_its_last_bytes(pair: Pair) -> None:
    pair.other.send(b"bye")
    pair.other.close()
    await until(lambda: bool(pair.causes))
    pair.descriptor.write(b"nobody hears")

    assert pair.heard == b"bye"
    assert pair.causes == [GONE]


async def test_a_loss_that_a_write_finds_is_told_later_and_not_after_stop(pair: Pair) -> None:
    pair.other.close()
    pair.descriptor.write(b"x")
    told_at_once = list(pair.causes)
    pair.descriptor.stop()
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert told_at_once == pair.causes == []


async def test_a_loss_that_a_write_finds_has_its_cause(pair: Pair) -> None:
    pair.other.close()
    pair.descriptor.write(b"x")
    await until(lambda: bool(pair.causes))

    assert pair.causes == ["Broken pipe"]


async def test_nothing_is_told_after_stop(pair: Pair) -> None:
    pair.other.send(b"too late")
    pair.descriptor.stop()
    pair.descriptor.stop()
    await asyncio.sleep(0)

    assert pair.heard == b""
