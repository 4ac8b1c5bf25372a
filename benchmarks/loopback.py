#!/usr/bin/env python3
"""Round trips a second between two ends in one process: ours, and python-can with cantools.

A round trip is a request with one 16-bit value and its short answer, both with a sequence
number, both made of named fields and taken apart into named fields again:

- `lensbus`: a body says `aperture_set`, a lens says `accepted`. Both are whole endpoints: a
  message is checked against spec and state table, framed with its CRC, cut out of the bytes,
  checked, decoded, matched and recorded; then a device answers. `in memory` there is no event
  loop, and nothing waits. Over a link, each end has its pump, as `lensbus body` and
  `lensbus lens` have: `loop:` is memory, `pty:` a pseudo-terminal that the body opens as a serial
  port, `tcp:` a socket; both pumps share a process and an event loop, asyncio's or uvloop. The
  body asks again as soon as it has its answer, so one request is on its way at any time.
- `python-can + cantools`: two buses on one virtual channel; the same fields, as two messages of
  a database, are encoded and decoded by cantools. There is no frame, CRC or table to care for.
  In `one thread` nothing waits here either: what was sent is there when `recv` asks for it, so
  this is the peer of `in memory`. Ends that act by themselves, as both ends of `loop:` do, need
  another thread: one that waits in `recv`, or a `Notifier`, as python-can's own users have it.

A core changes its speed by itself, so the contenders take turns, in short rounds in one process.
Told are the median, the least and the most of all rounds, and ratios to two of python-can's
forms: `1 thread`, where one program calls both ends in turn and nobody ever waits, and `2 ends`,
the faster one of those whose ends act by themselves. A ratio is the median of each round's.
"""

import argparse
import asyncio
import gc
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from operator import truediv
from statistics import median
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol

from lensbus.aio.contract import Link
from lensbus.aio.memory import join as join_memory
from lensbus.aio.pump import Clock, Pump
from lensbus.aio.socket import SocketLink
from lensbus.session.endpoint import Endpoint
from lensbus.session.event import Act, Event, Send
from lensbus.spec.load import load
from lensbus.spec.model import Spec
from lensbus.wire.message import Message, Vocabulary

if TYPE_CHECKING:
    import can
    from cantools.database.can import Message as CanMessage

Answers = Mapping[str, Callable[[Message], Iterable[Act]]]
"""What to say to a message, by the message's name."""

Join = Callable[[], Coroutine[Any, Any, tuple[Link, Link]]]
"""Opens both ends of a link, the lens's first."""

NewLoop = Callable[[], asyncio.AbstractEventLoop]

BATCH = 200  # round trips between two looks at the clock
APERTURE_AV256 = 1273
WAIT_S = 1.0  # real, and only if an answer is lost
START_S = 10.0  # real, to open a link and attach the lens, or to make a batch of trips
LOOK_S = 0.1  # real, after which a thread looks whether it is to end
TRIP_S = 0.01  # virtual; a sequence number comes round only when it is no repeat any more


class Contender(Protocol):
    """Two ends that are set up and know each other."""

    def trips(self, count: int) -> None:
        """Make that many round trips; raises if an answer is missing or wrong."""

    def close(self) -> None:
        """Leave nothing behind."""


class Talker:
    """A Device that answers by a table of functions, and asks once when `deadline` is set."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.ask: Callable[[], Message] | None = None
        self.deadline: float | None = None

    def on_event(self, event: Event, now: float) -> Iterable[Act]:
        """Answer what was heard."""
        if isinstance(event, Message) and event.name in self._answers:
            return self._answers[event.name](event)
        return ()

    def on_deadline(self, now: float) -> Iterable[Act]:
        """Ask."""
        self.deadline = None
        return () if self.ask is None else (self.ask(),)


class Ends:
    """A body and a lens as devices: the body attaches the lens, then asks and counts answers."""

    def __init__(self, spec: Spec) -> None:
        self.say, self.got = Vocabulary(spec), list[int]()
        self.opcode = spec.messages["aperture_set"].key[-1]
        self.body, self.lens = Talker(self._body_answers()), Talker(self._lens_answers())
        self.body.ask = self.request
        self.answered: Callable[[], Iterable[Act]] = tuple
        """What the body does once it has an answer."""

    def request(self) -> Message:
        """What the body asks."""
        return self.say("aperture_set", aperture_av256=APERTURE_AV256)

    def check(self, count: int) -> None:
        """Forget the answers, which must have been as many, each to our request."""
        got, self.got = self.got, []
        if got != [self.opcode] * count:
            raise RuntimeError(f"{len(got)} answers to {count} requests: {got[-1:]}")

    def _body_answers(self) -> Answers:
        say = self.say
        return {
            "attached": lambda _: [say("power_on"), say("identify", protocol=2)],
            "identity": lambda _: [say("exchange_capabilities", mask=())],
            "capabilities": lambda _: [say("set_rate", baud=3_000_000)],
            "rate_set": lambda _: [say("home")],
            "homed": lambda _: self.answered(),
            "accepted": self._accepted,
        }

    def _lens_answers(self) -> Answers:
        say = self.say
        numbers = ("lens_number", "hardware", "firmware_major", "firmware_minor", "firmware_patch")
        identity: dict[str, Any] = dict.fromkeys(numbers, 1) | {"protocol": 2, "protocol_least": 1}
        identity |= {"vendor": "other", "serial": "1", "name": "a lens"}
        return {
            "identify": lambda _: [say("identity", **identity)],
            "exchange_capabilities": lambda _: [say("capabilities", mask=())],
            "set_rate": lambda message: [say("rate_set", baud=message.fields["baud"])],
            "home": lambda _: [say("homed", focus_position=0)],
            "aperture_set": lambda _: [say("accepted", opcode=self.opcode)],
        }

    def _accepted(self, message: Message) -> Iterable[Act]:
        self.got.append(message.fields["opcode"])
        return self.answered()


class Memory:
    """A body and a lens whose bytes are handed over at once; `now` is their clock."""

    def __init__(self) -> None:
        spec = load("l_mount")
        self._ends = Ends(spec)
        self._body = Endpoint(spec, "body", self._ends.body)
        self._lens = Endpoint(spec, "lens", self._ends.lens)
        self._now = 0.0
        for end in (self._lens, self._body):
            end.link_changed(True, self._now)
        self._carry()

    def trips(self, count: int) -> None:
        """Let the body ask, and carry what both say, that many times."""
        for _ in range(count):
            self._now += TRIP_S
            self._ends.body.deadline = self._now
            self._body.tick(self._now)
            self._carry()
        self._ends.check(count)

    def close(self) -> None:
        """There is nothing to leave behind."""

    def _carry(self) -> None:
        """Hand over bytes, from the body first, and drop records until nobody has more to say."""
        end, peer, said = self._body, self._lens, True
        while said:
            said = False
            for item in end.take_output():
                if isinstance(item, Send):
                    said = True
                    peer.receive(item.data, self._now)
            end.take_records()
            end, peer = peer, end


class Pumped:
    """The same two ends, each pumped at its end of a link; the next request follows the answer."""

    def __init__(self, join: Join, new_loop: NewLoop) -> None:
        self._runner = asyncio.Runner(loop_factory=new_loop)
        self._left = 0
        try:
            self._runner.run(self._start(join))
        except BaseException:
            self._runner.close()
            raise

    def trips(self, count: int) -> None:
        """Let the pumps run until the last answer came."""
        self._left = count
        self._runner.run(self._trip())
        self._ends.check(count)

    def close(self) -> None:
        """Stop both pumps; that gives back the links."""
        self._runner.run(self._stop())
        self._runner.close()

    async def _start(self, join: Join) -> None:
        spec = patient(load("l_mount"))
        clock, self._ends, self._idle = Clock(), Ends(spec), asyncio.Event()
        self._ends.answered = self._next
        lens, body = await join()
        self._pumps = [
            Pump(Endpoint(spec, role, device, slack_s=WAIT_S), link, clock, lambda _: None)
            for role, device, link in (
                ("lens", self._ends.lens, lens),
                ("body", self._ends.body, body),
            )
        ]
        self._runs = [asyncio.ensure_future(pump.run()) for pump in self._pumps]
        await self._until_idle()

    async def _trip(self) -> None:
        self._idle.clear()
        self._left -= 1
        self._ends.body.deadline = 0.0  # long ago
        self._pumps[1].received(b"")  # so that the pump looks at the deadline
        await self._until_idle()

    async def _stop(self) -> None:
        for pump in self._pumps:
            pump.stop()
        await asyncio.gather(*self._runs)

    async def _until_idle(self) -> None:
        """Wait until the body asks no more.

        Raises:
            TimeoutError: it waits for an answer that does not come.
        """
        async with asyncio.timeout(START_S):
            await self._idle.wait()

    def _next(self) -> Iterable[Act]:
        if self._left:
            self._left -= 1
            return (self._ends.request(),)
        self._idle.set()
        return ()


def patient(spec: Spec) -> Spec:
    """A spec for contenders that are stopped while others take their turn, and that are quick.

    Silence is no fault, and a sequence number that comes round within its `repeat_s` no repeat.
    """
    roles = {name: replace(role, silence_s=float("inf")) for name, role in spec.roles.items()}
    never = replace(spec.timing["repeat_s"], value=-1.0)
    return replace(spec, roles=roles, timing={**spec.timing, "repeat_s": never})


async def loop_link() -> tuple[Link, Link]:
    """Two ends in memory; without lines, as the others."""
    return join_memory(frozenset())


async def pty_link() -> tuple[Link, Link]:
    """The lens listens at a pty, the body opens it as a serial port."""
    from lensbus.aio.pty import PtyListener
    from lensbus.aio.serial import Modem, SerialLink

    lens = PtyListener("", 0.0)
    return lens, await SerialLink.open(lens.name, 115_200, Modem({}, {}, {}), 0.0)


async def tcp_link() -> tuple[Link, Link]:
    """The lens listens on the loopback interface, the body calls."""
    lens = SocketLink("tcp-listen:", 0.0, listens=True)
    await lens.listen("127.0.0.1", 0)
    body = SocketLink("tcp:", 0.0, listens=False)
    await body.call("127.0.0.1", int(lens.name.rpartition(":")[2]))
    return lens, body


def uvloop_loop() -> asyncio.AbstractEventLoop:
    import uvloop

    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


class CanBuses:
    """Two virtual buses; ids are the opcodes, the database knows both messages."""

    def __init__(self) -> None:
        import can
        from cantools.database.can import Database, Message, Signal

        seq = Signal("seq", 0, 8, "little_endian")
        aperture = Signal("aperture_av256", 8, 16, "little_endian")
        opcode = Signal("opcode", 8, 8, "little_endian")
        self._request = Message(0x14, "aperture_set", 3, [seq, aperture])
        self._answer = Message(0x92, "accepted", 2, [seq, opcode])
        self._database = Database([self._request, self._answer])
        self._message = can.Message
        name = f"loopback-{id(self)}"
        self._body, self._lens = (can.Bus(name, interface="virtual") for _ in "ab")

    def trips(self, count: int) -> None:
        """Ask, have it answered and look at the answer, that many times."""
        for number in range(count):
            fields: dict[str, int] = {"seq": number & 0xFF, "aperture_av256": APERTURE_AV256}
            self._say(self._body, self._request, fields)
            self._serve()
            heard = self._body.recv(WAIT_S)
            wanted = {"seq": fields["seq"], "opcode": self._request.frame_id}
            if heard is None or self._fields(heard) != wanted:
                raise RuntimeError(f"wanted {wanted}, got {heard}")

    def close(self) -> None:
        """Let go of the channel."""
        self._body.shutdown()
        self._lens.shutdown()

    def _serve(self) -> None:
        """Let the lens answer what waits for it."""
        heard = self._lens.recv(0)
        if heard is not None:
            self._reply(heard)

    def _reply(self, heard: "can.Message") -> None:
        fields = {"seq": self._fields(heard)["seq"], "opcode": heard.arbitration_id}
        self._say(self._lens, self._answer, fields)

    def _say(self, bus: "can.BusABC", kind: "CanMessage", fields: Mapping[str, int]) -> None:
        data, key = kind.encode(fields), kind.frame_id
        bus.send(self._message(arbitration_id=key, is_extended_id=False, data=data))

    def _fields(self, heard: "can.Message") -> dict[str, int]:
        data: Any = heard.data  # a bytearray, which does as well as bytes
        found: Any = self._database.decode_message(heard.arbitration_id, data)
        fields: dict[str, int] = found
        return fields


class CanThread(CanBuses):
    """The same, but the lens waits for what comes in a thread of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._thread = Thread(target=self._wait, daemon=True)
        self._open = True
        self._thread.start()

    def close(self) -> None:
        """Stop the thread first."""
        self._open = False
        self._thread.join()
        super().close()

    def _wait(self) -> None:
        while self._open:
            heard = self._lens.recv(LOOK_S)
            if heard is not None:
                self._reply(heard)

    def _serve(self) -> None:
        """The thread does it."""


class CanNotifier(CanBuses):
    """The same, but a Notifier calls the lens whenever something came, in a thread of its own."""

    def __init__(self) -> None:
        super().__init__()
        import can

        self._notifier = can.Notifier(self._lens, [self._reply])

    def close(self) -> None:
        """Stop the thread first."""
        self._notifier.stop()
        super().close()

    def _serve(self) -> None:
        """The Notifier does it."""


ONE_THREAD = "python-can + cantools, one thread"
TWO_ENDS = ("python-can + cantools, two threads", "python-can + cantools, Notifier")

CONTENDERS: dict[str, Callable[[], Contender]] = {
    ONE_THREAD: CanBuses,
    TWO_ENDS[0]: CanThread,
    TWO_ENDS[1]: CanNotifier,
    "lensbus, in memory": Memory,
    "lensbus, loop:, asyncio": partial(Pumped, loop_link, asyncio.new_event_loop),
    "lensbus, loop:, uvloop": partial(Pumped, loop_link, uvloop_loop),
    "lensbus, pty:, asyncio": partial(Pumped, pty_link, asyncio.new_event_loop),
    "lensbus, pty:, uvloop": partial(Pumped, pty_link, uvloop_loop),
    "lensbus, tcp:, asyncio": partial(Pumped, tcp_link, asyncio.new_event_loop),
    "lensbus, tcp:, uvloop": partial(Pumped, tcp_link, uvloop_loop),
}
"""By name."""


def contenders() -> dict[str, Contender]:
    """All that can run here, each set up once; who lacks a library is named."""
    made = {}
    for name, make in CONTENDERS.items():
        try:
            made[name] = make()
        except ImportError as missing:
            if name in {ONE_THREAD, *TWO_ENDS}:
                sys.exit(f"{name}: {missing}; pip install python-can cantools")
            print(f"left out: {name}: {missing}", file=sys.stderr)
    return made


def rate(contender: Contender, seconds: float) -> float:
    """Round trips a second, over about that time."""
    began, count = perf_counter(), 0
    while (gone := perf_counter() - began) < seconds:
        contender.trips(BATCH)
        count += BATCH
    return count / gone


def measure(made: Mapping[str, Contender], seconds: float, rounds: int) -> dict[str, list[float]]:
    """The rates of each contender, round by round; the first, untold round warms up.

    Python's collector of cycles runs between turns only, as it would fall upon any of them.
    """
    turn = seconds / len(made) / (rounds + 1)
    found: dict[str, list[float]] = {name: [] for name in made}
    gc.disable()
    for _ in range(rounds + 1):
        for name, contender in made.items():
            gc.collect()
            found[name].append(rate(contender, turn))
    gc.enable()
    return {name: rates[1:] for name, rates in found.items()}


def table(found: Mapping[str, list[float]]) -> Iterator[str]:
    """One line for each contender."""
    width = max(map(len, found))
    peers = [found[name] for name in (ONE_THREAD, max(TWO_ENDS, key=lambda n: median(found[n])))]
    yield f"{'round trips a second':{width}}   median  (  least -    most)  1 thread   2 ends"
    for name, rates in found.items():
        ratios = [median(map(truediv, rates, peer)) for peer in peers]
        spread = f"({min(rates):7,.0f} - {max(rates):7,.0f})"
        told = "  ".join(f"{ratio:5.2f} x" for ratio in ratios)
        yield f"{name:{width}}  {median(rates):7,.0f}  {spread}   {told}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=10.0, help="for all of it")
    parser.add_argument("--rounds", type=int, default=20, help="turns of each contender")
    options = parser.parse_args(arguments)
    made = contenders()
    for line in table(measure(made, options.seconds, options.rounds)):
        print(line)
    for contender in made.values():
        contender.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
