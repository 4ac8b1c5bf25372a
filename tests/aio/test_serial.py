import array
import asyncio
import fcntl
import os
import tty
from collections.abc import AsyncIterator, Iterator

import pytest
import serial

from lensbus.aio.fd import GONE
from lensbus.aio.serial import Modem, SerialLink, find_ports
from lensbus.errors import LinkError, LinkLostError
from tests.aio.real import Heard, until
from tests.aio.remote import Server, WithLines

pytestmark = [
    pytest.mark.real,
    pytest.mark.filterwarnings("ignore:set(Daemon|Name)"),  # pyserial's rfc2217 still calls it
]

BARE = Modem({}, {}, {})
WIRED = Modem({"detect": "dtr", "reset": "rts"}, {"power": "dsr", "echo": "cts"}, {
    "detect": True, "reset": True, "power": True, "echo": True,
})  # fmt: skip
TCGETS2 = 0x802C542A


class Device:
    """A pty whose near end we hold, in the place of a device at the end of a cable."""

    def __init__(self) -> None:
        self.fd, self._far = os.openpty()
        tty.setraw(self._far)
        os.set_blocking(self.fd, False)
        self.path = os.ttyname(self._far)

    @property
    def baud(self) -> int:
        settings = array.array("I", [0] * 64)
        fcntl.ioctl(self.fd, TCGETS2, settings)
        return settings[10]

    async def read(self, count: int) -> bytes:
        data = bytearray()

        def more() -> bool:
            try:
                data.extend(os.read(self.fd, count - len(data)))
            except BlockingIOError:
                return False
            return len(data) == count

        await until(more)
        return bytes(data)

    def close(self) -> None:
        if self.fd >= 0:
            os.close(self._far)
            os.close(self.fd)
            self.fd = -1


@pytest.fixture
def device() -> Iterator[Device]:
    made = Device()
    yield made
    made.close()


@pytest.fixture
async def link(device: Device) -> AsyncIterator[SerialLink]:
    made = await SerialLink.open(device.path, 115200, BARE, 0.02)
    yield made
    made.close()
    await made.wait_closed()


@pytest.fixture
def heard() -> Heard:
    return Heard()


async def test_a_port_that_is_open_is_up_and_bytes_go_both_ways(
    device: Device, link: SerialLink, heard: Heard
) -> None:
    link.start(heard)
    link.write(bytes(range(256)))
    said = await device.read(256)
    os.write(device.fd, bytes(range(256)))
    await until(lambda: len(heard.data) == 256)

    assert said == heard.data == bytes(range(256))
    assert heard.log == ["up", "data"]
    assert (link.name, link.listens, link.lines) == (device.path, False, frozenset())


async def test_a_second_opening_is_refused(link: SerialLink) -> None:
    with pytest.raises(LinkError, match=r"cannot be opened: another program uses it$"):
        await SerialLink.open(link.name, 115200, BARE, 0.02)


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("/dev/no-such-port", "No such file or directory"),
        ("/dev/null", "it is no serial port"),
        ("/", "Is a directory"),
    ],
)
async def test_what_cannot_be_opened_is_told_in_one_line(place: str, why: str) -> None:
    with pytest.raises(LinkError, match=f"^{place}: cannot be opened: {why}$"):
        await SerialLink.open(place, 115200, BARE, 0.02)


@pytest.mark.parametrize("baud", [9600, 3_000_000, 123_456, 31_250])
async def test_any_rate_is_set_standard_or_not(device: Device, link: SerialLink, baud: int) -> None:
    link.start(Heard())
    await link.drain()
    await link.set_rate(baud)

    assert device.baud == baud


async def test_a_rate_that_cannot_be_is_an_error_and_no_loss(link: SerialLink) -> None:
    link.start(Heard())
    with pytest.raises(LinkError, match="baudrate cannot be -1") as caught:
        await link.set_rate(-1)

    assert not isinstance(caught.value, LinkLostError)


async def test_a_drain_waits_until_the_other_end_has_made_room(
    device: Device, link: SerialLink
) -> None:
    link.start(Heard())
    link.write(bytes(100_000))
    kept, drained = link.unsent, asyncio.ensure_future(link.drain())
    await device.read(50_000)
    early = drained.done()
    await device.read(50_000)
    async with asyncio.timeout(10):
        await drained

    assert (kept > 0, early, link.unsent) == (True, False, 0)


async def test_a_device_that_goes_is_a_loss_with_its_cause(
    device: Device, link: SerialLink, heard: Heard
) -> None:
    link.start(heard)
    link.write(bytes(100_000))
    drained = asyncio.ensure_future(link.drain())
    device.close()
    await until(lambda: "down" in heard.log)
    async with asyncio.timeout(10):
        await drained

    assert heard.causes == [GONE]


async def test_a_rate_that_is_set_on_a_port_that_is_gone_is_a_loss(
    device: Device, link: SerialLink
) -> None:
    device.close()
    with pytest.raises(LinkLostError):
        await link.set_rate(9600)


async def test_nothing_is_told_after_close(link: SerialLink, heard: Heard) -> None:
    link.start(heard)
    link.close()
    link.close()
    link.write(b"x")
    await link.drain()
    await asyncio.sleep(0)

    assert heard.log == []


async def test_a_port_without_modem_signals_cannot_have_lines(device: Device) -> None:
    with pytest.raises(LinkError, match="has no modem signals for detect, echo, power, reset"):
        await SerialLink.open(device.path, 115200, WIRED, 0.02)


async def lines_are_driven_and_heard(link: SerialLink, heard: Heard) -> None:
    """Signals that are set are low lines; idle lines tell nothing."""
    link.start(heard)
    await until(lambda: heard.log == ["up"])
    for line, high in (("detect", False), ("reset", False), ("detect", True), ("power", False)):
        await link.set_line(line, high)
    await until(lambda: len(heard.log) == 4)

    assert link.lines == {"detect", "reset", "power", "echo"}
    assert heard.log == ["up", "power low", "echo low", "power high"]


async def test_lines_go_over_modem_signals_of_a_port_with_a_descriptor(
    device: Device, heard: Heard
) -> None:
    port = WithLines(device.path, 115200)
    port.dtr = port.rts = False
    link = SerialLink(port, WIRED, 0.02)
    await lines_are_driven_and_heard(link, heard)
    port.dsr_fails = True
    await until(lambda: "down" in heard.log)
    link.close()

    assert heard.causes == ["[Errno 5] gone"]


async def test_lines_go_over_modem_signals_of_a_port_with_threads(heard: Heard) -> None:
    link = await SerialLink.open("loop://", 115200, WIRED, 0.02)
    await lines_are_driven_and_heard(link, heard)
    link.close()
    await link.wait_closed()


async def test_lines_go_over_modem_signals_of_a_remote_port(heard: Heard) -> None:
    server = Server(serial.serial_for_url("loop://"))
    link = await SerialLink.open(server.url, 115200, WIRED, 0.05)
    await lines_are_driven_and_heard(link, heard)
    link.close()
    await link.wait_closed()
    await asyncio.to_thread(server.close)


async def test_a_loop_hears_itself_by_threads(heard: Heard) -> None:
    link = await SerialLink.open("loop://", 115200, BARE, 0.02)
    link.start(heard)
    link.write(bytes(range(256)))
    await link.drain()
    await link.set_rate(9600)
    await until(lambda: len(heard.data) == 256)
    link.close()
    await link.wait_closed()

    assert heard.data == bytes(range(256))


async def test_a_remote_port_takes_bytes_and_rates(device: Device, heard: Heard) -> None:
    server = Server(WithLines(device.path))
    link = await SerialLink.open(server.url, 115200, BARE, 0.05)
    link.start(heard)
    link.write(bytes(range(256)))
    said = await device.read(256)
    os.write(device.fd, bytes(range(256)))
    await until(lambda: len(heard.data) == 256)
    await link.drain()
    await link.set_rate(230_400)
    link.close()
    await link.wait_closed()
    baud = device.baud
    await asyncio.to_thread(server.close)

    assert said == heard.data == bytes(range(256))
    assert (baud, heard.log) == (230_400, ["up", "data"])


async def test_a_remote_port_that_hangs_up_is_a_loss(heard: Heard) -> None:
    server = Server(serial.serial_for_url("loop://"))
    link = await SerialLink.open(server.url, 115200, BARE, 0.05)
    link.start(heard)
    await until(lambda: heard.log == ["up"])
    server.hang_up()
    await until(lambda: heard.log == ["up", "down"])
    with pytest.raises(LinkError):
        await link.set_rate(9600)
    link.close()
    await link.wait_closed()
    await asyncio.to_thread(server.close)

    assert heard.causes == ["connection failed (reader thread died)"]


async def test_a_remote_port_that_nobody_serves_cannot_be_opened() -> None:
    with pytest.raises(
        LinkError, match=r"^rfc2217://127\.0\.0\.1:1: cannot be opened: Connection ref"
    ):
        await SerialLink.open("rfc2217://127.0.0.1:1", 115200, BARE, 0.05)


def test_ports_of_this_machine_are_listed_by_name() -> None:
    found = [port.device for port in find_ports()]

    assert found == sorted(found)
