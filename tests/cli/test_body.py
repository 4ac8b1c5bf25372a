import os
import pty
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lensbus.devices.careful import ECHO
from tests.running import run, started

pytestmark = pytest.mark.real


@pytest.fixture
def port() -> Iterator[tuple[int, str]]:
    """A serial port as the system has them, and the descriptor of its other end."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    yield master, os.ttyname(slave)
    os.close(slave)
    os.close(master)


def written(master: int) -> bytes:
    os.set_blocking(master, False)
    try:
        return os.read(master, 1 << 16)
    except BlockingIOError:
        return b""


@contextmanager
def chatting(master: int, text: bytes) -> Iterator[None]:
    """A device that says something every now and then."""
    enough = threading.Event()

    def chat() -> None:
        while not enough.wait(0.1):
            os.write(master, text)

    device = threading.Thread(target=chat)
    device.start()
    try:
        yield
    finally:
        enough.set()
        device.join()


def test_a_body_takes_a_lens_on_another_process_pty_through_its_paces(tmp_path: Path) -> None:
    place = tmp_path / "lens0"
    with started("lens", "--link", f"pty:{place}?slack=500ms") as lens:
        lens.line()
        link = f"{place}?slack=500ms"
        done = run("body", "--link", link, "--seconds", 5, "--json")
    messages = [each.get("message") for each in done.objects]
    summary = done.objects[-1]

    assert done.code == 0
    assert (summary["faults"], summary["states"]) == (0, {"body": "ready"})
    for name in ("identity", "homed", "status", "focus_move", "accepted", "asleep", "awake"):
        assert name in messages


def test_what_was_heard_is_told_as_from_the_peer(tmp_path: Path) -> None:
    place = tmp_path / "lens0"
    with started("lens", "--link", f"pty:{place}?slack=500ms") as lens:
        lens.line()
        done = run("body", "--link", f"{place}?slack=500ms", "--seconds", 1, "--json")
    sayers = {each["message"]: each["from"] for each in done.objects if "message" in each}

    assert (sayers["identify"], sayers["identity"]) == ("body", "lens")


def test_a_device_that_is_silent_is_left_alone_after_it_was_asked_who_it_is(
    port: tuple[int, str],
) -> None:
    master, place = port
    done = run("body", "--link", place, "--seconds", 20, "--json")
    asked = written(master)

    assert done.code == 1
    assert done.errors[0].startswith(f"lensbus: {place}: no lens of l_mount/lens answered")
    assert "--i-know-this-device" in done.errors[1]
    assert asked == asked[:12] * 4  # identify and its retries
    assert asked[3] == 0x01


def test_a_device_that_speaks_something_else_is_left_alone_before_anything_is_said(
    port: tuple[int, str],
) -> None:
    master, place = port
    with chatting(master, b"Ghost in the shell\r\n"):
        done = run("body", "--link", place, "--seconds", 20)

    assert (done.code, written(master)) == (1, b"")
    assert "heard: noise" in done.errors[0]


def test_a_single_wire_that_echoes_is_told_as_one(port: tuple[int, str]) -> None:
    master, place = port
    wire = threading.Thread(target=echo, args=(master,))
    wire.start()
    done = run("body", "--link", place, "--seconds", 20)
    wire.join()

    assert done.code == 1
    assert done.errors == [
        f"lensbus: {place}: no lens of l_mount/lens answered ({ECHO}); nothing more was said"
    ]


def echo(master: int) -> None:
    """Be a wire for one frame."""
    os.write(master, os.read(master, 4096))


def test_who_knows_the_device_may_go_on(port: tuple[int, str]) -> None:
    master, place = port
    done = run("body", "--link", place, "--i-know-this-device", "--seconds", 1.5, "--json")
    asked = written(master)

    assert done.code == 0
    assert set(done.objects[-1]["faults_by_kind"]) == {"no reply"}
    assert asked.count(b"\xe0") > 4  # it resets the lens and asks again


def test_a_port_that_goes_away_ends_with_3_and_a_summary(tmp_path: Path) -> None:
    place = tmp_path / "lens0"
    with started("lens", "--link", f"pty:{place}") as lens:
        lens.line()
        with started("body", "--link", place) as body:
            body.line_with("status")
            lens.process.kill()
            done = body.end()

    assert done.code == 3
    assert done.errors[0].startswith(f"lensbus: {place}: the link was lost: ")
    assert "faults  none" in done.out


def test_a_body_focuses_a_lens_of_another_process_on_its_scene(tmp_path: Path) -> None:
    place = tmp_path / "lens0"
    with started("lens", "--link", f"pty:{place}?slack=500ms") as lens:
        lens.line()
        link = f"{place}?slack=500ms"
        done = run("body", "--link", link, "--scene", "still", "--seconds", 5, "--json")
    states = [one["facts"]["state"] for one in done.objects if one.get("about") == "af"]

    assert states[:2] == ["searching", "locked"]
