import asyncio
import os
import threading
import tty
from collections.abc import Iterator

import pytest

from lensbus.aio.ports import PATTERN, RATES, Echo, choose, find_port, is_wired, loopback
from lensbus.aio.serial import Found
from lensbus.errors import LinkError, LinkLostError

pytestmark = pytest.mark.real

TWO_RATES = (9600, 115200)
FT, FT2 = Found("/dev/ttyUSB0", "0403:6014:FT4XYZ", "a"), Found("/dev/ttyUSB1", "0403:6014:FT5", "")
CP, NONE = Found("/dev/ttyUSB2", "10c4:ea60", ""), Found("/dev/ttyS0", "", "")


class Cable:
    """A pty, and what is done at its near end with each piece that comes: None closes it."""

    def __init__(self) -> None:
        self._near, far = os.openpty()
        tty.setraw(far)
        self.path, self._far = os.ttyname(far), far
        self._thread: threading.Thread | None = None

    def spoils(self, spoil: bytes, good: bytes) -> None:
        """Echo with one byte for another, until the far end is closed."""
        self._thread = threading.Thread(target=self._echo, args=(spoil, good))
        self._thread.start()

    def cut(self) -> None:
        """Let go after the first bytes."""
        self._thread = threading.Thread(target=self._read_and_close)
        self._thread.start()

    def close(self) -> None:
        os.close(self._far)
        if self._thread is not None:
            self._thread.join(10)
        if self._near >= 0:
            os.close(self._near)

    def _echo(self, spoil: bytes, good: bytes) -> None:
        try:
            while data := os.read(self._near, 4096):
                os.write(self._near, data.replace(good, spoil))
        except OSError:  # the far end is closed
            return

    def _read_and_close(self) -> None:
        os.read(self._near, 1)
        os.close(self._near)
        self._near = -1


@pytest.fixture
def cable() -> Iterator[Cable]:
    made = Cable()
    yield made
    made.close()


async def test_without_a_wire_nothing_comes_back(cable: Cable) -> None:
    echoes = await loopback(cable.path, TWO_RATES)

    assert [(echo.baud, echo.verdict) for echo in echoes] == [
        (9600, "nothing"),
        (115200, "nothing"),
    ]
    assert not is_wired(echoes)


async def test_with_a_wire_all_comes_back_at_each_rate(cable: Cable) -> None:
    cable.spoils(b"", b"")
    echoes = await loopback(cable.path)

    assert [(echo.baud, echo.verdict) for echo in echoes] == [(baud, "whole") for baud in RATES]
    assert is_wired(echoes)


async def test_a_bad_wire_spoils_what_comes_back(cable: Cable) -> None:
    cable.spoils(b"\x54", b"\x55")
    echoes = await loopback(cable.path, TWO_RATES)

    assert [echo.verdict for echo in echoes] == ["spoilt", "spoilt"]
    assert [len(echo.heard) for echo in echoes] == [len(PATTERN)] * 2
    assert not is_wired(echoes)


async def test_a_loop_of_pyserial_is_a_wire() -> None:
    assert is_wired(await loopback("loop://", TWO_RATES))


async def test_a_rate_that_the_port_cannot_have_is_told_and_the_next_is_tried(cable: Cable) -> None:
    cable.spoils(b"", b"")
    echoes = await loopback(cable.path, (9600, -5, 115200))

    assert [echo.verdict for echo in echoes] == ["whole", "no such rate", "whole"]
    assert "-5" in echoes[1].error


async def test_a_port_that_is_lost_while_testing_ends_the_test(cable: Cable) -> None:
    cable.cut()
    with pytest.raises(LinkLostError, match="the link was lost: it was closed"):
        await loopback(cable.path, TWO_RATES)


async def test_no_port_is_no_test() -> None:
    with pytest.raises(LinkError, match="cannot be opened"):
        await loopback("/dev/no-such-port")


async def test_a_test_that_is_given_up_gives_the_port_back(cable: Cable) -> None:
    testing = asyncio.ensure_future(loopback(cable.path))
    await asyncio.wait([testing], timeout=0.05)
    testing.cancel()
    await asyncio.wait([testing])

    assert (await loopback(cable.path, (9600,)))[0] == Echo(9600, PATTERN, b"")


@pytest.mark.parametrize(
    ("identity", "port"),
    [
        ("0403:6014:FT4XYZ", FT),
        ("0403:6014:ft4xyz", FT),
        ("0403:6014:FT5", FT2),
        ("10C4:EA60", CP),
        ("10c4:ea60:", CP),
    ],
)
def test_an_adapter_is_found_by_what_it_is(identity: str, port: Found) -> None:
    assert choose(identity, [NONE, FT, FT2, CP]) == port


@pytest.mark.parametrize(
    ("identity", "why"),
    [
        ("0403:6014", "more than one fits; there is /dev/ttyUSB0 0403:6014:FT4XYZ, /dev/ttyUSB1"),
        ("0403:6014:FT", "no such adapter; there is /dev/ttyS0, /dev/ttyUSB0 0403"),
        ("0403:601", "no such adapter"),
        ("", "no such adapter"),
    ],
)
def test_what_fits_no_adapter_or_several_is_told_with_what_there_is(
    identity: str, why: str
) -> None:
    with pytest.raises(LinkError, match=f"usb:{identity}: ({why})"):
        choose(identity, [NONE, FT, FT2, CP])


def test_where_no_adapter_is_plugged_in_none_is_found() -> None:
    with pytest.raises(LinkError, match="usb:dead:beef: no such adapter; there is"):
        find_port("dead:beef")
