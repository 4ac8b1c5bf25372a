import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lensbus.aio.socket import UNHEARD, SocketLink
from lensbus.errors import LinkError
from tests.aio.real import Heard, until

pytestmark = pytest.mark.real

MEGABYTES = bytes(8_000_000)  # more than the system's buffers hold


@pytest.fixture(params=["tcp", "unix"])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SocketLink]:
    link = SocketLink("listener", 0.02, listens=True)
    if request.param == "tcp":
        await link.listen("", 0)
    else:
        await link.listen_unix(str(tmp_path / "socket"))
    yield link
    link.close()
    await link.wait_closed()


@pytest.fixture
def heard() -> Heard:
    return Heard()


def address(server: SocketLink) -> tuple[str, int] | str:
    kind, _, place = server.name.partition(":")
    host, _, port = place.strip("/").rpartition(":")
    return place if kind == "unix" else (host, int(port))


def peer(server: SocketLink) -> socket.socket:
    """A program that knows nothing of lensbus."""
    unix = isinstance(address(server), str)
    made = socket.socket(socket.AF_UNIX if unix else socket.AF_INET)
    made.settimeout(10)
    made.connect(address(server))
    return made


def read_all(other: socket.socket, count: int) -> None:
    while count > 0:
        count -= len(other.recv(count))


async def client(server: SocketLink) -> SocketLink:
    link = SocketLink(server.name, 0.02, listens=False)
    place = address(server)
    await (link.call_unix(place) if isinstance(place, str) else link.call(*place))
    return link


async def test_bytes_go_both_ways_between_two_of_ours(server: SocketLink, heard: Heard) -> None:
    at_client = Heard()
    link = await client(server)
    server.start(heard)
    link.start(at_client)
    await until(lambda: heard.log == at_client.log == ["up"])
    link.write(b"ping")
    await until(lambda: heard.data == b"ping")
    server.write(b"pong")
    await until(lambda: at_client.data == b"pong")
    await server.drain()
    await link.set_rate(9600)
    await link.set_line("power", high=True)
    link.close()
    await link.wait_closed()
    await until(lambda: heard.log == ["up", "data", "down"])

    assert (server.listens, link.listens) == (True, False)
    assert server.lines == link.lines == frozenset()


async def test_what_a_peer_says_before_we_listen_is_kept(server: SocketLink, heard: Heard) -> None:
    with peer(server) as other:
        other.sendall(b"early")
        server.start(heard)
        await until(lambda: heard.data == b"early")

    assert heard.log[:2] == ["up", "data"]


async def test_a_client_that_lost_its_server_before_it_began_is_told(tmp_path: Path) -> None:
    at_client, path = Heard(), str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        link = SocketLink("unix", 0.02, listens=False)
        await link.call_unix(path)
    link.start(at_client)
    await until(lambda: "down" in at_client.log)
    link.close()
    await link.wait_closed()


async def test_peers_come_and_go_one_after_the_other(server: SocketLink, heard: Heard) -> None:
    server.start(heard)
    for number in range(1, 6):
        with peer(server) as other:
            other.sendall(b"x")
            await until(lambda: len(heard.data) == number)  # noqa: B023 - it is awaited here
        await until(lambda: heard.log.count("down") == number)  # noqa: B023 - as above

    assert heard.log == ["up", "data", "down"] * 5


async def test_a_second_caller_is_shut_and_the_first_does_not_notice(
    server: SocketLink, heard: Heard
) -> None:
    server.start(heard)
    with peer(server) as first:
        await until(lambda: heard.log == ["up"])
        with peer(server) as second, peer(server) as third:
            ends = [await asyncio.to_thread(ending, other) for other in (third, second)]
        first.sendall(b"still here")
        await until(lambda: heard.data == b"still here")

    assert ends == [b"", b""]


def ending(other: socket.socket) -> bytes:
    """What comes when the other side has closed: nothing."""
    try:
        return other.recv(1)
    except ConnectionResetError:
        return b""


async def test_a_client_that_is_shut_is_told_that_somebody_else_may_be_connected(
    server: SocketLink, heard: Heard
) -> None:
    server.start(heard)
    with peer(server):
        await until(lambda: heard.log == ["up"])
        at_client, link = Heard(), await client(server)
        link.start(at_client)
        link.write(b"are you there?")
        await until(lambda: "down" in at_client.log)
        link.close()
        await link.wait_closed()

    assert at_client.causes == [UNHEARD]


async def test_a_client_that_was_spoken_to_is_told_that_the_peer_closed(
    server: SocketLink, heard: Heard
) -> None:
    at_client, link = Heard(), await client(server)
    server.start(heard)
    link.start(at_client)
    await until(lambda: heard.log == ["up"])
    server.write(b"I am")
    await until(lambda: at_client.data == b"I am")
    server.hang_up()
    await until(lambda: "down" in at_client.log)
    link.close()
    await link.wait_closed()

    assert at_client.causes == ["the peer closed it"]


async def test_who_calls_while_the_last_peer_is_still_leaving_is_next(
    server: SocketLink, heard: Heard
) -> None:
    server.start(heard)
    first = peer(server)
    await until(lambda: heard.log == ["up"])
    second = peer(server)
    second.sendall(b"me")
    await asyncio.sleep(0)
    first.close()
    await until(lambda: heard.data == b"me")
    second.close()

    assert heard.log[:4] == ["up", "down", "up", "data"]


async def test_a_reset_is_an_end_like_any_other(server: SocketLink, heard: Heard) -> None:
    server.start(heard)
    for number in range(1, 4):
        with peer(server) as other:
            await until(lambda: heard.log.count("up") == number)  # noqa: B023 - awaited here
            other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await until(lambda: heard.log.count("down") == number)  # noqa: B023 - as above


async def test_a_hang_up_ends_the_peer_and_the_next_may_come(
    server: SocketLink, heard: Heard
) -> None:
    server.start(heard)
    with peer(server) as other:
        await until(lambda: heard.log == ["up"])
        server.hang_up()
        await until(lambda: heard.log == ["up", "down"])

        assert await asyncio.to_thread(ending, other) == b""
    with peer(server):
        await until(lambda: heard.log == ["up", "down", "up"])
    assert heard.causes[0] == "we hung up"


async def test_bytes_that_a_peer_does_not_read_are_counted_and_drained_later(
    server: SocketLink, heard: Heard
) -> None:
    server.start(heard)
    with peer(server) as other:
        await until(lambda: heard.log == ["up"])
        server.write(MEGABYTES)
        kept, drained = server.unsent, asyncio.ensure_future(server.drain())
        await asyncio.to_thread(read_all, other, len(MEGABYTES))
        async with asyncio.timeout(10):
            await drained

    assert kept > 0
    assert server.unsent == 0


@pytest.mark.parametrize("leaver", ["close", "end", "peer shuts its half"])
async def test_a_peer_that_does_not_read_holds_nobody_up(
    server: SocketLink, heard: Heard, leaver: str
) -> None:
    server.start(heard)
    with peer(server) as other:
        await until(lambda: heard.log == ["up"])
        server.write(MEGABYTES)
        drained = asyncio.ensure_future(server.drain())
        if leaver == "close":
            server.close()
        elif leaver == "end":
            other.close()
        else:
            other.shutdown(socket.SHUT_WR)
        async with asyncio.timeout(10):
            await drained
            if leaver == "close":
                await server.wait_closed()
            else:
                await until(lambda: heard.log == ["up", "down"])


async def test_a_peer_that_shuts_its_half_still_hears_the_answer(
    server: SocketLink, heard: Heard
) -> None:
    server.start(heard)
    with peer(server) as other:
        await until(lambda: heard.log == ["up"])
        server.write(b"the answer")
        other.shutdown(socket.SHUT_WR)

        assert await asyncio.to_thread(other.recv, 100) == b"the answer"


async def test_nothing_is_told_after_close(server: SocketLink, heard: Heard) -> None:
    server.start(heard)
    with peer(server) as other:
        await until(lambda: heard.log == ["up"])
        other.sendall(b"too late")
        server.close()
        server.close()
        await server.wait_closed()

    assert heard.log == ["up"]


async def test_the_file_of_a_unix_socket_is_made_and_removed(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    link = SocketLink("unix", 0.02, listens=True)
    await link.listen_unix(str(path))
    there = path.is_socket()
    link.close()

    assert there
    assert not path.exists()


async def test_the_file_of_a_killed_listener_is_replaced_but_not_a_live_ones(
    tmp_path: Path,
) -> None:
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(path))
    link = SocketLink("unix", 0.02, listens=True)
    await link.listen_unix(str(path))
    with pytest.raises(LinkError, match="somebody listens there"):
        await SocketLink("unix", 0.02, listens=True).listen_unix(str(path))
    link.close()
    await link.wait_closed()


@pytest.mark.parametrize(
    ("host", "port", "why"),
    [
        ("127.0.0.1", 1, "Connection refused$"),
        ("no.such.host.invalid", 80, "."),
        ("127..1", 80, "."),
    ],
)
async def test_what_cannot_be_called_is_told_in_one_line(host: str, port: int, why: str) -> None:
    with pytest.raises(LinkError, match=rf"^name: cannot be opened: .*({why})"):
        await SocketLink("name", 0.02, listens=False).call(host, port)


async def test_no_unix_socket_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(LinkError, match="No such file"):
        await SocketLink("name", 0.02, listens=False).call_unix(str(tmp_path / "none"))
    with pytest.raises(LinkError, match="too long"):
        await SocketLink("name", 0.02, listens=True).listen_unix("x" * 200)


async def test_a_port_that_is_in_use_is_told() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        pytest.raises(LinkError, match=r"cannot be opened: .*in use"),
    ):
        await SocketLink("name", 0.02, listens=True).listen("", other.getsockname()[1])


async def test_an_ipv6_listener_names_itself_as_it_is_called() -> None:
    link = SocketLink("name", 0.02, listens=True)
    try:
        await link.listen("::1", 0)
    except LinkError:
        pytest.skip("this machine has no IPv6")
    link.close()

    assert link.name.startswith("tcp://[::1]:")
