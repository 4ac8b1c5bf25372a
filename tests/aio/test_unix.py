import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lensbus.aio.socket import SocketLink
from lensbus.aio.unix import in_use, inode
from lensbus.errors import LinkError
from tests.aio.real import Heard, until

pytestmark = pytest.mark.real


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "socket"


@pytest.fixture
def overrun(path: Path) -> Iterator[Path]:
    """A listener that lives, and lets nobody in: its queue of callers is full."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.socket(socket.AF_UNIX))
        server.bind(str(path))
        server.listen(0)
        caller = stack.enter_context(socket.socket(socket.AF_UNIX))
        caller.connect(str(path))
        yield path


def test_nobody_listens_where_nothing_is_nor_at_what_a_killed_listener_left(path: Path) -> None:
    before = in_use(str(path))
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(path))

    assert (before, in_use(str(path))) == (False, False)


def test_somebody_who_listens_is_seen_whether_he_takes_callers_or_not(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen(0)

        assert in_use(str(path))
        assert in_use(str(path))  # now his queue is full


async def test_a_live_listener_that_takes_nobody_is_not_replaced(overrun: Path) -> None:
    before = inode(overrun)
    with pytest.raises(LinkError, match="cannot be opened: somebody listens there"):
        await SocketLink("unix", 0.02, listens=True).listen_unix(str(overrun))

    assert inode(overrun) == before


async def test_who_only_looks_whether_we_listen_is_no_peer(path: Path) -> None:
    heard, link = Heard(), SocketLink("unix", 0.02, listens=True)
    await link.listen_unix(str(path))
    link.start(heard)
    for _ in range(5):
        assert in_use(str(path))
        await asyncio.sleep(0)
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(str(path))
        await until(lambda: heard.log == ["up"])
        peer.sendall(b"me")
        await until(lambda: heard.data == b"me")
    await until(lambda: heard.log == ["up", "data", "down"])
    link.close()
    await link.wait_closed()


async def test_who_said_something_before_he_left_was_a_peer(path: Path) -> None:
    heard, link = Heard(), SocketLink("unix", 0.02, listens=True)
    await link.listen_unix(str(path))
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(str(path))
        peer.sendall(b"me")
    link.start(heard)
    await until(lambda: heard.log == ["up", "data", "down"])
    link.close()
    await link.wait_closed()


async def test_the_socket_of_another_kind_is_left_alone(path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
        other.bind(str(path))
        with pytest.raises(LinkError, match="cannot be opened: Protocol wrong type"):
            await SocketLink("unix", 0.02, listens=True).listen_unix(str(path))

        assert path.is_socket()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may enter everywhere")
async def test_a_listener_that_we_may_not_call_is_left_alone(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        path.chmod(0)
        with pytest.raises(LinkError, match="Permission denied"):
            await SocketLink("unix", 0.02, listens=True).listen_unix(str(path))

        assert path.is_socket()


def test_another_file_in_the_same_place_is_another(path: Path) -> None:
    path.touch()
    before = inode(path)
    other = path.with_name("other")
    other.touch()
    other.replace(path)

    assert inode(path) != before
