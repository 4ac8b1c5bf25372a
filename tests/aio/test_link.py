from pathlib import Path

import pytest

from lensbus.aio.link import SLACK_S, Address, is_hardware, parse, port_of
from lensbus.errors import LinkError
from tests.aio.real import opened

pytestmark = pytest.mark.real


@pytest.mark.parametrize(
    ("url", "kind", "rest"),
    [
        ("loop:", "loop", ""),
        ("pty:", "pty", ""),
        ("pty:/tmp/lens0", "pty", "/tmp/lens0"),  # noqa: S108 - a name, not a file
        ("tcp://host:1", "tcp", "host:1"),
        ("tcp:host:1", "tcp", "host:1"),
        ("tcp-listen://:1", "tcp-listen", ":1"),
        ("unix:path", "unix", "path"),
        ("unix:/a/path", "unix", "/a/path"),
        ("unix-listen:path", "unix-listen", "path"),
        ("rfc2217://host:1", "rfc2217", "host:1"),
        ("usb:0403:6014", "usb", "0403:6014"),
        ("serial:odd", "serial", "odd"),
        ("serial:loop://", "serial", "loop://"),
        ("/dev/ttyUSB0", "serial", "/dev/ttyUSB0"),
        ("./link", "serial", "./link"),
        ("COM3", "serial", "COM3"),
        ("com12", "serial", "com12"),
    ],
)
def test_a_url_is_a_kind_and_where_it_leads(url: str, kind: str, rest: str) -> None:
    expected = Address(
        url, kind, rest, SLACK_S.get(kind.split("-", maxsplit=1)[0], 0.0), None, frozenset()
    )

    assert parse(url) == expected


def test_options_stand_behind_a_question_mark() -> None:
    address = parse("/dev/ttyUSB0?slack=5ms&baud=9600&lines=detect,reset")

    assert (address.slack_s, address.baud) == (0.005, 9600)
    assert address.rest == "/dev/ttyUSB0"
    assert address.lines == {"detect", "reset"}
    assert parse("tcp://a:1?slack=0.5s").slack_s == 0.5


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "names no link"),
        ("ttyUSB0", "names no link; links are loop:"),
        ("http://host", "names no link"),
        ("pty:?speed=1", r"unknown option 'speed' \(slack, baud, lines\)"),
        ("pty:?slack=5", "slack is a time like 20ms or 0.5s, got '5'"),
        ("pty:?slack=61s", "slack is at most 60s, got '61s'"),
        ("pty:?slack=" + "9" * 400 + "s", "slack is at most 60s"),
        ("unix-listen:", "unix-listen:: nothing follows the colon; links are loop:"),
        ("unix:?slack=1s", "nothing follows the colon"),
        ("serial:", "nothing follows the colon"),
        ("serial:hwgrep://(", r"leads to no port; wanted a device or one of loop://, rfc2217://"),
        ("serial:spy:///dev/ttyUSB0", "leads to no port"),
        ("/dev/x?baud=fast", "baud is a whole number above 0, got 'fast'"),
        ("/dev/x?baud=0", "baud is a whole number above 0"),
        ("pty:?baud=9600", "pty: has neither baud nor lines"),
        ("tcp://host:1?lines=detect", "tcp: has neither baud nor lines"),
    ],
)
def test_what_is_no_url_is_refused(url: str, why: str) -> None:
    with pytest.raises(LinkError, match=why):
        parse(url)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("loop:", "both ends of loop: are in one process"),
        ("tcp://host", "expected HOST:PORT, got 'host'"),
        ("tcp://host:http", "expected HOST:PORT"),
        ("tcp-listen://:65536", "expected HOST:PORT"),
        ("rfc2217://host", "expected HOST:PORT"),
        ("tcp://127.0.0.1:1", "127.0.0.1:1: cannot be opened: Connection refused$"),
        ("unix:/no/such/socket", "cannot be opened"),
        ("/no/such/port", "^/no/such/port: cannot be opened: No such file or directory$"),
        ("serial:rfc2217://127.0.0.1:1", ":1: cannot be opened: Connection refused$"),
        ("usb:dead:beef", "no such adapter"),
        ("pty:/no/such/folder/lens", "cannot be made"),
        ("/dev/x?lines=sync", "sync cannot be wired; lines that can: detect, power, reset"),
    ],
)
async def test_what_cannot_be_opened_is_told(url: str, why: str) -> None:
    with pytest.raises(LinkError, match=why):
        await opened(url)


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("/dev/ttyUSB0?baud=9600", "/dev/ttyUSB0"),
        ("serial:odd", "odd"),
        ("COM3", "COM3"),
        ("rfc2217:host:1?slack=1s", "rfc2217://host:1"),
    ],
)
def test_a_port_is_opened_by_its_name(url: str, port: str) -> None:
    assert port_of(parse(url)) == port


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("usb:dead:beef", "usb:dead:beef: no such adapter"),
        ("rfc2217://host", "rfc2217://host: expected HOST:PORT"),
        ("pty:", "pty:: pty: is no serial port"),
        ("tcp://host:1", "tcp://host:1: tcp: is no serial port"),
    ],
)
def test_what_is_no_port_is_told(url: str, why: str) -> None:
    with pytest.raises(LinkError, match=f"^{why}"):
        port_of(parse(url))


async def test_each_kind_of_link_is_opened_by_its_url(tmp_path: Path) -> None:
    places = ["pty:", f"pty:{tmp_path}/pty", "tcp-listen://:0", f"unix-listen:{tmp_path}/socket"]
    listeners = [await opened(place, "lens") for place in places]
    clients = [await opened(link.name) for link in listeners]
    loop = await opened("serial:loop://?slack=1s")
    for link in (*listeners, *clients, loop):
        link.close()
        await link.wait_closed()

    assert [link.listens for link in listeners] == [True] * 4
    assert [link.listens for link in clients] == [False] * 4
    assert loop.slack_s == 1.0


@pytest.mark.parametrize("role", ["body", "lens"])
async def test_wired_lines_are_those_of_the_link(role: str) -> None:
    link = await opened("serial:loop://?lines=detect,reset", role)
    link.close()

    assert link.lines == {"detect", "reset"}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/dev/ttyUSB0", True),
        ("COM3", True),
        ("usb:0403:6014", True),
        ("rfc2217://host:1", True),
        ("pty:", False),
        ("tcp://host:1", False),
        ("unix:path", False),
        ("loop:", False),
    ],
)
def test_ports_may_have_a_real_device_at_the_other_end(url: str, expected: bool) -> None:
    assert is_hardware(parse(url)) == expected
