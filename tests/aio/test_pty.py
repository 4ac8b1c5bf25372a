import asyncio
import fcntl
import os
import termios
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import serial

from lensbus.aio.pty import PtyListener
from lensbus.errors import LinkError
from tests.aio.real import Heard, until

pytestmark = pytest.mark.real

ROOT = os.geteuid() == 0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lens0"


@pytest.fixture
async def link(path: Path) -> AsyncIterator[PtyListener]:
    made = PtyListener(str(path), 0.02)
    yield made
    made.close()
    await made.wait_closed()


@pytest.fixture
def heard() -> Heard:
    return Heard()


def peer(path: Path) -> serial.Serial:
    """A program that knows nothing of lensbus."""
    return serial.Serial(str(path), 115200, timeout=5, exclusive=True)


async def read(port: serial.Serial, count: int) -> bytes:
    return await asyncio.to_thread(port.read, count)


async def test_the_symbolic_link_is_made_at_once_and_removed_at_close(path: Path) -> None:
    link = PtyListener(str(path), 0.02)
    device = path.readlink()
    link.close()
    link.close()

    assert str(device).startswith("/dev/")
    assert not path.is_symlink()


async def test_without_a_path_it_lies_in_a_folder_of_its_own_that_goes_with_it() -> None:
    link = PtyListener("", 0.02)
    folder = Path(link.name).parent
    there = Path(link.name).is_symlink()
    link.close()

    assert there
    assert not folder.exists()


async def test_a_link_that_a_killed_listener_left_is_replaced(path: Path) -> None:
    path.symlink_to("/dev/pts/999999")
    link = PtyListener(str(path), 0.02)
    alive = path.exists()
    link.close()

    assert alive
    assert not path.is_symlink()


async def test_so_is_one_whose_number_another_terminal_got(path: Path) -> None:
    master, slave = os.openpty()
    path.symlink_to(os.ttyname(slave))
    path.with_name(".lens0.lock").write_text(os.ttyname(slave))
    link = PtyListener(str(path), 0.02)
    device = str(path.readlink())
    link.close()
    other = os.ttyname(slave)
    os.close(slave)
    os.close(master)

    assert device != other
    assert list(path.parent.iterdir()) == []


async def test_a_link_to_the_pty_of_another_program_is_left_alone(path: Path) -> None:
    master, slave = os.openpty()
    path.symlink_to(os.ttyname(slave))
    with pytest.raises(LinkError, match="somebody listens there; name another path"):
        PtyListener(str(path), 0.02)

    assert str(path.readlink()) == os.ttyname(slave)
    os.close(slave)
    os.close(master)


async def test_a_second_listener_is_refused_and_the_first_does_not_notice(
    path: Path, link: PtyListener, heard: Heard
) -> None:
    link.start(heard)
    for _ in range(2):
        with pytest.raises(LinkError, match=f"{path}: .* somebody listens there; name another"):
            PtyListener(str(path), 0.02)
    with peer(path) as port:
        await until(lambda: heard.log == ["up"])
        port.write(b"still here")
        await until(lambda: heard.data == b"still here")


@pytest.mark.parametrize("what", ["file", "folder", "link to a file", "dangling link", "loop"])
async def test_what_is_not_ours_is_left_alone(path: Path, what: str) -> None:
    if what == "file":
        path.write_text("precious")
    elif what == "folder":
        path.mkdir()
    else:
        other = path.with_name("other")
        if what == "link to a file":
            other.write_text("precious")
        path.symlink_to(path if what == "loop" else other)
    before = set(path.parent.iterdir())
    with pytest.raises(LinkError, match="something else is there; name another path"):
        PtyListener(str(path), 0.02)

    assert set(path.parent.iterdir()) == before


async def test_a_path_in_no_folder_cannot_be_linked(tmp_path: Path) -> None:
    with pytest.raises(LinkError, match="No such file or directory; name another path"):
        PtyListener(str(tmp_path / "none" / "lens0"), 0.02)


async def test_a_link_that_now_leads_elsewhere_is_not_removed(
    path: Path, link: PtyListener
) -> None:
    path.unlink()
    path.symlink_to("/dev/pts/999999")
    link.close()

    assert path.is_symlink()


async def test_a_peer_that_opens_it_is_up_and_bytes_go_both_ways(
    path: Path, link: PtyListener, heard: Heard
) -> None:
    link.start(heard)
    with peer(path) as port:
        await until(lambda: heard.log == ["up"])
        port.write(bytes(range(256)))
        await until(lambda: len(heard.data) == 256)
        link.write(bytes(range(256)))
        answer = await read(port, 256)

    assert heard.data == answer == bytes(range(256))
    await until(lambda: heard.log == ["up", "data", "down"])


async def test_without_a_peer_there_is_nobody_to_write_to(
    path: Path, link: PtyListener, heard: Heard
) -> None:
    link.write(b"before")
    link.start(heard)
    link.write(b"before too")
    await link.drain()
    await link.set_rate(9600)
    await link.set_line("power", high=True)
    with peer(path) as port:
        await until(lambda: heard.log == ["up"])
        link.write(b"now")
        answer = await read(port, 3)

    assert (answer, link.lines, link.listens) == (b"now", frozenset(), True)


async def test_peers_come_and_go_one_after_the_other(
    path: Path, link: PtyListener, heard: Heard
) -> None:
    link.start(heard)
    for number in range(1, 6):
        with peer(path) as port:
            await until(lambda n=number: heard.log.count("up") == n)  # type: ignore[misc] # a default
            port.write(b"x")
            await until(lambda n=number: len(heard.data) == n)  # type: ignore[misc] # as above
        await until(lambda n=number: heard.log.count("down") == n)  # type: ignore[misc] # as above

    assert heard.log == ["up", "data", "down"] * 5


async def test_a_peer_that_wrote_and_left_at_once_is_served(
    path: Path, link: PtyListener, heard: Heard
) -> None:
    link.start(heard)
    with path.open("wb", buffering=0) as file:
        file.write(b"a line from a shell\n")
    await until(lambda: "down" in heard.log)

    assert heard.log == ["up", "data", "down"]
    assert heard.data == b"a line from a shell\n"


async def test_the_next_peer_hears_nothing_of_what_the_last_did_not_read(
    path: Path, link: PtyListener, heard: Heard
) -> None:
    link.start(heard)
    first = os.open(path, os.O_RDWR | os.O_NOCTTY)
    await until(lambda: heard.log == ["up"])
    link.write(b"stale" * 10_000)  # more than the pty holds
    os.close(first)
    await until(lambda: "down" in heard.log)
    second = os.open(path, os.O_RDWR | os.O_NOCTTY)  # unlike pyserial it throws nothing away
    await until(lambda: heard.log.count("up") == 2)
    link.write(b"fresh")
    answer = await asyncio.to_thread(os.read, second, 100)
    os.close(second)

    assert answer == b"fresh"


async def test_the_next_peer_finds_it_raw_whatever_the_last_has_set(
    path: Path, link: PtyListener, heard: Heard
) -> None:
    link.start(heard)
    first = os.open(path, os.O_RDWR | os.O_NOCTTY)
    await until(lambda: heard.log == ["up"])
    settings = termios.tcgetattr(first)
    settings[3] |= termios.ECHO | termios.ICANON
    termios.tcsetattr(first, termios.TCSANOW, settings)
    os.close(first)
    await until(lambda: "down" in heard.log)
    second = os.open(path, os.O_RDWR | os.O_NOCTTY)
    local = termios.tcgetattr(second)[3]
    os.close(second)

    assert not local & (termios.ECHO | termios.ICANON)


async def test_the_next_peer_is_heard_though_the_last_has_stopped_its_output(
    path: Path, link: PtyListener, heard: Heard
) -> None:
    link.start(heard)
    first = os.open(path, os.O_RDWR | os.O_NOCTTY)
    await until(lambda: heard.log == ["up"])
    termios.tcflow(first, termios.TCOOFF)
    os.close(first)
    await until(lambda: "down" in heard.log)
    second = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    written = os.write(second, b"heard")
    await until(lambda: heard.data == b"heard")
    os.close(second)

    assert written == 5


async def test_a_hang_up_ends_the_peer_and_a_new_one_finds_the_same_path(
    path: Path, link: PtyListener, heard: Heard
) -> None:
    link.start(heard)
    with peer(path) as port:
        await until(lambda: heard.log == ["up"])
        link.hang_up()
        await until(lambda: heard.log == ["up", "down"])
        with pytest.raises(serial.SerialException):
            await read(port, 1)
    with peer(path) as port:
        await until(lambda: heard.log == ["up", "down", "up"])
        link.write(b"again")

        assert await read(port, 5) == b"again"
    assert heard.causes[0] == "we hung up"


async def test_a_hang_up_without_a_peer_tells_nothing(
    path: Path, link: PtyListener, heard: Heard
) -> None:
    link.start(heard)
    link.hang_up()
    link.hang_up()
    with peer(path):
        await until(lambda: heard.log == ["up"])


async def test_nothing_is_told_after_close_though_the_peer_is_just_leaving(
    path: Path, link: PtyListener, heard: Heard
) -> None:
    link.start(heard)
    port = peer(path)
    await until(lambda: heard.log == ["up"])
    port.close()
    link.hang_up()
    link.close()
    await asyncio.sleep(0)

    assert heard.log == ["up"]


async def test_a_peer_that_does_not_read_does_not_hold_up_its_end(
    path: Path, link: PtyListener, heard: Heard
) -> None:
    link.start(heard)
    with peer(path):
        await until(lambda: heard.log == ["up"])
        link.write(bytes(100_000))
        drained = asyncio.ensure_future(link.drain())
        kept = link.unsent
    async with asyncio.timeout(10):
        await drained

    assert kept > 0
    assert link.unsent == 0


@pytest.mark.skipif(ROOT, reason="root may open what is locked")
async def test_a_pty_that_its_peer_left_locked_is_made_anew(
    path: Path, link: PtyListener, heard: Heard
) -> None:
    link.start(heard)
    with peer(path) as port:
        await until(lambda: heard.log == ["up"])
        fcntl.ioctl(port.fileno(), termios.TIOCEXCL)
    await until(lambda: "down" in heard.log)
    with peer(path):
        await until(lambda: heard.log.count("up") == 2)
