import os
import pty
import socket
import threading
import tty
from collections.abc import Iterator
from contextlib import suppress

import pytest

from lensbus.aio.serial import find_ports
from tests.running import run, started

pytestmark = pytest.mark.real


@pytest.fixture
def port() -> Iterator[tuple[int, str]]:
    """A serial port, and the descriptor of its other end."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    yield master, os.ttyname(slave)
    os.close(slave)
    os.close(master)


def echo(master: int, count: int) -> None:
    """Be a wire for so many bytes."""
    while count > 0:
        data = os.read(master, 4096)
        count -= len(data)
        os.write(master, data)


def test_a_port_without_a_wire_is_told_and_the_code_is_1(port: tuple[int, str]) -> None:
    done = run("ports", "--test", port[1], "--baud", 115200, "--baud", 9600)

    assert done.code == 1
    assert done.out.splitlines() == [
        "  115200 baud  nothing: 0 of 384 bytes",
        "    9600 baud  nothing: 0 of 384 bytes",
        f"{port[1]}: no wire between TX and RX, or not this port",
    ]


def test_a_port_with_a_wire_hears_itself(port: tuple[int, str]) -> None:
    wire = threading.Thread(target=echo, args=(port[0], 384))
    wire.start()
    done = run("ports", "--test", port[1], "--baud", 115200, "--json")
    wire.join()

    assert done.code == 0
    assert done.objects == [
        {"baud": 115200, "verdict": "whole", "said": 384, "heard": 384},
        {"summary": True, "port": port[1], "wired": True},
    ]


def test_all_ports_of_this_machine_are_listed() -> None:
    found = [port.device for port in find_ports()]

    assert [each.get("device") for each in run("ports", "--json").objects] == [*found, None]
    assert [line.split()[0] for line in run("ports").out.splitlines()] == found


@pytest.mark.parametrize("command", [("body", "--link"), ("ports", "--test")], ids=" ".join)
def test_a_remote_port_that_talks_garbage_is_one_line(command: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=talk, args=(server,), daemon=True).start()
        place = "rfc2217://{}:{}".format(*server.getsockname())
        with started(*command, place) as one:
            done = one.end()

    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"lensbus: {place}: cannot be opened: what answers there does not speak RFC 2217\n"
    )


def talk(server: socket.socket) -> None:
    """Say to one caller what ends pyserial's own thread: the end of an option without one."""
    with suppress(OSError):
        caller, _ = server.accept()
        with caller:
            caller.sendall(b"\xff\xf0")
            while caller.recv(4096):
                pass


@pytest.mark.parametrize("command", [("body", "--link"), ("ports", "--test")], ids=" ".join)
@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("/dev/nowhere", "/dev/nowhere: cannot be opened: No such file or directory"),
        ("/dev/null", "/dev/null: cannot be opened: it is no serial port"),
        ("nowhere", "'nowhere' names no link; links are "),
        ("usb:dead:beef", "usb:dead:beef: no such adapter; there is "),
        ("serial:spy://x", "serial:spy://x: leads to no port; wanted a device or one of "),
    ],
)
def test_a_port_that_is_not_there_is_the_same_line_everywhere(
    command: tuple[str, ...], url: str, error: str
) -> None:
    done = run(*command, url)

    assert (done.code, len(done.errors)) == (2, 1)
    assert done.errors[0].startswith(f"lensbus: {error}")
