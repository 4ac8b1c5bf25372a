import asyncio
import contextlib
import os
import random
import re
import socket
import struct
import time
import tty
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pytest

from lensbus.aio.contract import Link
from lensbus.aio.memory import join
from lensbus.aio.pump import LATE_S, MAX_UNSENT, Clock, Lateness, Pump
from lensbus.aio.serial import Modem, SerialLink
from lensbus.errors import LinkError, LinkLostError, LocalProtocolError
from lensbus.session.event import Note, Output, SetLine, SetLink, SetRate
from lensbus.session.exchange import exchange
from lensbus.session.faults import DONE, Filter
from lensbus.session.line import Strip
from lensbus.session.log import Record
from lensbus.session.rule import Rule
from tests.aio.real import (
    KINDS,
    PATIENCE_S,
    Plain,
    Told,
    body,
    caller,
    lens,
    listener,
    running,
    send,
    until,
)
from tests.peers import BARE, LINES, SPEC
from tools.drawn import typical

pytestmark = pytest.mark.real

MOMENTS = 21  # of each kind of leaving a third of them; tools/storms.py does hundreds
LATEST = 12  # messages heard before a peer leaves at the latest: attached, ready, in the cycle
LOST_S = 1.0
MEGABYTE = bytes(1 << 20)
MOST = bytes(range(256)) * (MAX_UNSENT // 512)  # half of what may wait


def pump(port: object, link: Link, told: Callable[[Record], None] | None = None) -> Pump:
    return Pump(port, link, Clock(), told or Told())  # type: ignore[arg-type] # each is a Port


async def ends(kind: str, folder: Path) -> tuple[Link, Link]:
    """Two ends of one link, the listener first."""
    if kind == "loop":
        return join(LINES)
    there = await listener(kind, folder)
    return there, await caller(there)


# whole conversations


@pytest.mark.parametrize("kind", ["loop", *KINDS])
async def test_two_pumps_reach_ready_without_a_fault(kind: str, tmp_path: Path) -> None:
    a_lens, a_body, told = lens(), body(), Told()
    there, here = await ends(kind, tmp_path)
    async with running(pump(a_lens, there, told), pump(a_body, here, told)):
        await until(lambda: told.heard("status") > 10)

        assert (a_lens.state, a_body.state) == ("ready", "ready")
    assert told.faults == []


async def test_after_an_unplugging_both_find_back(tmp_path: Path) -> None:
    a_lens, a_body, told = lens(), body(), Told()
    there, here = await ends("loop", tmp_path)
    unplugs = Rule("unplug", message="command", nth=3, for_s=0.1)
    port = Filter(a_body, "body", [unplugs], random.Random(1))
    async with running(pump(a_lens, there, told), pump(port, here, told)):
        await until(lambda: told.ups() >= 4)
        before = told.heard("status")
        await until(lambda: told.heard("status") > before + 5)

        assert (a_lens.state, a_body.state) == ("ready", "ready")


PLAN = [
    Rule("duplicate", message="capabilities"),
    Rule("drop", message="rate_set"),
    Rule("flip", message="status", nth=3),
    Rule("delay", message="status", nth=5, for_s=0.02),
    typical("replace", message="status", nth=8),
    Rule("reset", message="status", nth=12),
]


def done(records: Iterable[Record]) -> list[str]:
    """What a plan did, without the counts of frames: busy machines say more of them."""
    notes = [r.event.text for r in records if isinstance(r.event, Note) and r.event.about == DONE]
    return [re.sub(r" \d+", "", text) for text in notes]


@pytest.mark.parametrize("kind", ["loop", *KINDS])
async def test_a_plan_does_on_every_link_what_it_does_in_virtual_time(
    kind: str, tmp_path: Path
) -> None:
    strip = Strip(SPEC.link.bits_per_byte, LINES if kind == "loop" else BARE)
    port = Filter(lens(), "lens", PLAN, random.Random(1))
    expected = done(exchange(body(), port, strip, 9.0, random.Random(1)))
    told = Told()
    there, here = await ends(kind, tmp_path)
    port = Filter(lens(), "lens", PLAN, random.Random(1))
    async with running(pump(port, there, told), pump(body(), here, told)):
        await until(lambda: len(done(told.records)) == len(PLAN))

    assert done(told.records) == expected


async def test_a_plan_can_be_switched_from_the_event_loop() -> None:
    port, told = Filter(lens(), "lens", [], random.Random(1)), Told()
    there, here = join(LINES)
    pumped = pump(port, there, told)
    async with running(pumped, pump(body(), here, told)):
        await until(lambda: told.heard("identity") > 0)
        pumped.act(partial(port.switch, [Rule("reset", time=0.0)], random.Random(1)))
        await until(lambda: done(told.records) == ["fault done: reset"])


async def test_a_listener_that_is_unplugged_hangs_up_and_is_deaf_until_it_is_plugged_in(
    tmp_path: Path,
) -> None:
    port, told = Plain([SetLink(up=False)]), Told()
    there, here = await ends("tcp", tmp_path)
    async with running(pump(port, there, told)):
        with pytest.raises(LinkLostError):
            await pump(Plain(), here).run()
        again = await caller(there)
        peer = Plain([send(b"nobody hears")])
        async with running(pump(peer, again)):
            await until(lambda: peer.ups == 1)
    assert (port.ups, port.downs) == (1, 1)


async def test_an_unplugged_port_comes_up_with_the_peer_that_came_meanwhile(tmp_path: Path) -> None:
    class Twice(Plain):
        def take_output(self) -> list[Output]:
            return super().take_output() if self.ups == 1 else []

    port = Twice([SetLink(up=False), send(b"nobody hears"), SetLink(up=True)])
    other = Plain([SetLine("detect", high=False)])
    there, here = await ends("loop", tmp_path)
    async with running(pump(port, there), pump(other, here)):
        await until(lambda: port.ups >= 2 and port.edges[-1:] == [("detect", False)])

    assert other.heard == b""


# order


async def test_bytes_and_rates_keep_their_order() -> None:
    near, far = os.openpty()
    tty.setraw(far)
    os.set_blocking(near, False)
    big, rates = MOST[: 1 << 15], (230_400, 57_600, 9600)
    outputs: list[Output] = [send(b"1" + big)]
    for number, baud in enumerate(rates, 2):
        outputs += [SetRate(baud, 0.0), send(str(number).encode() + big)]
    link = await SerialLink.open(os.ttyname(far), 115_200, Modem({}, {}, {}), 0.0)
    seen, at = bytearray(), list[int]()

    def read() -> bool:
        with contextlib.suppress(BlockingIOError):
            while True:
                seen.extend(os.read(near, 512))
                if len(seen) > len(at) * (1 + len(big)):
                    at.append(tty.tcgetattr(near)[5])  # type: ignore[attr-defined] # tty is termios too
        return len(seen) == 4 * (1 + len(big))

    async with running(pump(Plain(outputs), link)):
        await until(read)
    os.close(near)
    os.close(far)

    assert bytes(seen) == b"".join(str(n).encode() + big for n in range(1, 5))
    assert at == [getattr(tty, f"B{baud}") for baud in (115_200, *rates)]


async def test_lines_keep_their_place_among_bytes_and_those_that_are_not_there_are_left_out(
    tmp_path: Path,
) -> None:
    said: list[Output] = [
        send(b"a"),
        SetLine("power", high=True),
        SetLine("no such", high=True),
        send(b"b"),
        SetLine("power", high=False),
    ]
    log: list[object] = []

    class Heard(Plain):
        def receive(self, data: bytes, now: float) -> None:
            log.append(data)

        def line_changed(self, line: str, high: bool, now: float) -> None:
            log.append((line, high))

    there, here = await ends("loop", tmp_path)
    heard = Heard()
    async with running(pump(Plain(said), there), pump(heard, here)):
        await until(lambda: len(log) == 4)

    assert log == [b"a", ("power", True), b"b", ("power", False)]
    assert heard.lines == LINES


async def test_what_was_to_be_said_to_one_peer_is_not_said_to_the_next(tmp_path: Path) -> None:
    port = Plain([send(b"hello"), SetRate(9600, 60.0), send(b"for the first peer alone")])
    there, here = await ends("tcp", tmp_path)
    async with running(pump(port, there)):
        for number in (1, 2):
            peer = Plain()
            async with running(pump(peer, here)):
                await until(lambda p=peer: p.heard == b"hello")  # type: ignore[misc] # a default
            await until(lambda n=number: port.downs == n)  # type: ignore[misc] # as above
            here = await caller(there)
        here.close()
        await here.wait_closed()


# back-pressure


@pytest.mark.parametrize("kind", KINDS)
async def test_both_directions_full_do_not_block_each_other(kind: str, tmp_path: Path) -> None:
    there, here = await ends(kind, tmp_path)
    a, b = (Plain([send(MOST), SetRate(9600, 0.0), send(MOST)]) for _ in "ab")
    async with running(pump(a, there), pump(b, here)):
        await until(lambda: len(a.heard) == len(b.heard) == 2 * len(MOST))

    assert a.heard == b.heard == MOST * 2


@pytest.mark.parametrize("kind", KINDS)
async def test_a_peer_that_does_not_read_is_hung_up_on_and_the_next_is_served(
    kind: str, tmp_path: Path
) -> None:
    there, here = await ends(kind, tmp_path)
    flood = Plain([send(MEGABYTE)] * 8)
    async with running(pump(flood, there)):
        await until(lambda: flood.downs == 1)

        assert there.unsent == 0
        here.close()
        await here.wait_closed()
        again = await caller(there)
        await until(lambda: flood.downs == 2)
        again.close()
        await again.wait_closed()


async def test_a_server_that_does_not_read_is_lost(tmp_path: Path) -> None:
    there, here = await ends("unix", tmp_path)
    with pytest.raises(LinkLostError, match="the link was lost: it does not read"):
        await pump(Plain([send(MEGABYTE)] * 8), here).run()
    there.close()
    await there.wait_closed()


async def test_what_waits_for_a_rate_counts_as_unsent_too(tmp_path: Path) -> None:
    there, here = await ends("tcp", tmp_path)
    port = Plain([SetRate(9600, 60.0), *[send(MOST)] * 3])
    with pytest.raises(LinkLostError, match="it does not read"):
        await pump(port, here).run()
    there.close()
    await there.wait_closed()


# peers that leave


@pytest.mark.parametrize("kind", KINDS)
async def test_peers_that_leave_at_any_moment_do_not_trouble_a_listener(
    kind: str, tmp_path: Path
) -> None:
    chance, told, a_lens = random.Random(f"leaving {kind}"), Told(), lens()
    there = await listener(kind, tmp_path)
    async with running(pump(a_lens, there, told)):
        for _ in range(MOMENTS // 3):
            await one_peer(await caller(there), chance)
        await served(there)
    ups = told.ups()

    assert ups >= MOMENTS // 3


async def one_peer(link: Link, chance: random.Random) -> None:
    """A body that leaves after so many messages, in one of the ways there are."""
    told, moment, way = Told(), chance.randrange(LATEST), chance.choice(["stop", "cut", "reset"])
    a_pump = pump(body(), link, told)
    task = asyncio.create_task(a_pump.run())
    await until(lambda: told.heard() >= moment)
    if way == "stop":
        a_pump.stop()
    elif way == "reset" and (sock := connection(link)) is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        a_pump.stop()
    else:
        task.cancel()
    await asyncio.wait([task], timeout=PATIENCE_S)
    link.close()  # at moment 0 the pump may not have begun
    await link.wait_closed()

    assert task.done()


def connection(link: Link) -> socket.socket | None:
    """The socket of a link that has one; closed in this way, its end is a reset."""
    pipe = getattr(link, "_pipe", None)
    transport = getattr(pipe, "transport", None)
    return transport.get_extra_info("socket") if transport is not None else None


async def served(there: Link) -> None:
    """See that one more peer gets all the way."""
    told = Told()
    a_body = body()
    async with running(pump(a_body, await caller(there), told)):
        await until(lambda: a_body.state == "ready")


@pytest.mark.parametrize("way", ["closed", "hung up on", "killed"])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_client_learns_within_a_second_that_its_link_is_lost(
    kind: str, way: str, tmp_path: Path
) -> None:
    chance = random.Random(f"losing {kind} {way}")
    for number in range(MOMENTS // 10):
        folder = tmp_path / str(number)
        folder.mkdir()
        there, here = await ends(kind, folder)
        told, moment = Told(), chance.randrange(LATEST)
        lens_pump, client = pump(lens(), there), pump(body(), here, told)
        server = asyncio.create_task(lens_pump.run())
        task = asyncio.create_task(client.run())
        await until(lambda t=told, m=moment: t.heard() >= m)  # type: ignore[misc] # defaults
        if way == "closed":
            lens_pump.stop()
        elif way == "killed":
            server.cancel()
        else:
            there.hang_up()
        with pytest.raises(LinkLostError, match="the link was lost: "):
            async with asyncio.timeout(LOST_S):
                await task
        lens_pump.stop()
        await asyncio.wait([server], timeout=PATIENCE_S)


# errors


class Broken(Plain):
    """A port that fails at one of the things that it is asked."""

    def __init__(self, at: str) -> None:
        super().__init__([send(b"x")])
        self._at = at

    def fail(self, at: str) -> None:
        if at == self._at:
            raise ZeroDivisionError(at)

    def receive(self, data: bytes, now: float) -> None:
        self.fail("receive")

    def link_changed(self, up: bool, now: float, lines: frozenset[str] = frozenset()) -> None:
        super().link_changed(up, now, lines)
        self.due = now if up else None
        self.fail("link_changed")

    def tick(self, now: float) -> None:
        super().tick(now)
        self.fail("tick")

    def take_output(self) -> list[Output]:
        self.fail("take_output")
        return super().take_output()


async def together(*pumps: Pump) -> None:
    """As the command line runs them."""
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
        for each in pumps:
            group.create_task(each.run())


@pytest.mark.parametrize("at", ["receive", "link_changed", "tick", "take_output"])
@pytest.mark.parametrize("kind", ["loop", *KINDS])
async def test_an_error_of_the_port_ends_the_whole_with_that_error(
    kind: str, at: str, tmp_path: Path
) -> None:
    there, here = await ends(kind, tmp_path)
    with pytest.raises(ExceptionGroup) as caught:
        await together(pump(Broken(at), there), pump(Plain([send(b"x")]), here))

    assert [str(error) for error in caught.value.exceptions] == [at]


async def test_an_error_of_who_is_told_ends_the_whole_with_that_error(tmp_path: Path) -> None:
    there, here = await ends("loop", tmp_path)

    def full(_record: Record) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        async with running(pump(lens(), there, full), pump(body(), here)):
            await until(lambda: not here.listens)


async def test_a_rate_that_cannot_be_ends_the_whole_with_that_error() -> None:
    link = await SerialLink.open("loop://", 9600, Modem({}, {}, {}), 0.0)
    with pytest.raises(LinkError, match="baudrate cannot be"):
        await pump(Plain([SetRate(1 << 40, 0.0)]), link).run()


async def test_a_port_whose_time_stands_still_is_an_error(tmp_path: Path) -> None:
    class Still(Plain):
        def link_changed(self, up: bool, now: float, lines: frozenset[str] = frozenset()) -> None:
            self.due = now

        def tick(self, now: float) -> None: ...

    there, here = await ends("loop", tmp_path)
    with pytest.raises(LocalProtocolError, match="left a deadline"):
        async with running(pump(Still(), there), pump(Plain(), here)):
            await until(lambda: not here.listens)


async def test_a_pump_that_is_cancelled_gives_its_link_back(tmp_path: Path) -> None:
    there = await listener("pty", tmp_path)
    port = Plain([send(MOST), SetRate(9600, 60.0)])
    task = asyncio.create_task(pump(port, there).run())
    here = await caller(there)
    await until(lambda: port.ups == 1)
    task.cancel()
    await asyncio.wait([task], timeout=PATIENCE_S)
    here.close()

    assert task.cancelled()
    assert not Path(there.name).is_symlink()


async def test_a_pump_that_was_stopped_before_it_ran_ends_at_once(tmp_path: Path) -> None:
    a_pump = pump(Plain(), await listener("unix", tmp_path))
    a_pump.stop()
    async with asyncio.timeout(PATIENCE_S):
        await a_pump.run()


# time


class Ticker(Plain):
    """A port that wants to be called every 10 ms, counted from the last deadline."""

    PERIOD_S = 0.01

    def __init__(self, stalls: dict[int, float]) -> None:
        super().__init__()
        self._stalls, self.at = stalls, list[tuple[float, float]]()

    def link_changed(self, up: bool, now: float, lines: frozenset[str] = frozenset()) -> None:
        super().link_changed(up, now, lines)
        self.due = now + self.PERIOD_S if up else None

    def tick(self, now: float) -> None:
        if self.due is not None and self.due <= now:
            self.at.append((self.due, now))
            self.due += self.PERIOD_S
            time.sleep(self._stalls.get(len(self.at), 0.0))


async def test_late_cycles_are_measured_and_none_is_lost(tmp_path: Path) -> None:
    ticker = Ticker({10: 0.055, 30: 0.035})
    there, here = await ends("loop", tmp_path)
    a_pump = pump(ticker, there)
    async with running(a_pump, pump(Plain(), here)):
        await until(lambda: len(ticker.at) >= 60)
        late = a_pump.lateness
    first = ticker.at[0][0]

    assert late.ticks == len(ticker.at)
    assert late.late >= 5 + 3
    assert late.worst_s >= 0.04
    assert all(due <= now for due, now in ticker.at)
    assert [round((due - first) / Ticker.PERIOD_S) for due, _ in ticker.at] == [*range(late.ticks)]


async def test_a_cycle_does_not_drift_though_each_is_a_little_late(tmp_path: Path) -> None:
    ticker = Ticker(dict.fromkeys(range(1, 60), 0.004))
    there, here = await ends("loop", tmp_path)
    loop = asyncio.get_running_loop()

    def stall() -> None:
        time.sleep(0.002)  # out of step with the cycle
        if len(ticker.at) < 60:
            loop.call_later(0.005, stall)

    async with running(pump(ticker, there), pump(Plain(), here)):
        stall()
        await until(lambda: len(ticker.at) >= 60)
    (first, _), (last, _) = ticker.at[0], ticker.at[59]

    assert last - first == pytest.approx(59 * Ticker.PERIOD_S)
    assert min(now - due for due, now in ticker.at[50:]) < 50 * 0.004 / 2  # half of any drift


def test_lateness_counts_all_ticks_those_that_are_late_and_the_worst() -> None:
    late = Lateness()
    for late_s in (0.0, LATE_S, 0.5, 0.003):
        late.add(late_s)

    assert late == Lateness(ticks=4, late=2, worst_s=0.5)


async def test_one_clock_counts_from_its_beginning() -> None:
    clock, rung = Clock(), asyncio.Event()
    clock.call_at(0.02, rung.set)
    await rung.wait()

    assert 0.019 < clock.now() < PATIENCE_S
