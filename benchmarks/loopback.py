#!/usr/bin/env python3
"""Round trips a second between two ends in one process: ours, and python-can with cantools.

A round trip is a request with one 16-bit value and its short answer, both with a sequence
number, both made of named fields and taken apart into named fields again:

- `lensbus`: a body says `aperture_set`, a lens says `accepted`. Both are whole endpoints: a
  message is checked against spec and state table, framed with its CRC, cut out of the bytes,
  checked, decoded, matched and recorded; then a device answers. No event loop, nothing waits.
- `python-can + cantools`: two buses on one virtual channel; the same fields, as two messages of
  a database, are encoded and decoded by cantools. There is no frame, CRC or table to care for.
  In `one thread` nothing waits here either: what was sent is there when `recv` asks for it.
  With a `Notifier`, as python-can's own users let a device answer, it waits in its own thread.

A core changes its speed by itself, so the contenders take turns, in short rounds in one process.
Told are the median, the least and the most of all rounds, and the ratio to the first contender:
the median of the ratios of each round.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol

from lensbus.session.endpoint import Endpoint
from lensbus.session.event import Act, Event, Send
from lensbus.spec.load import load
from lensbus.wire.message import Message, Vocabulary

if TYPE_CHECKING:
    import can
    from cantools.database.can import Message as CanMessage

Answers = Mapping[str, Callable[[Message], Iterable[Act]]]
"""What to say to a message, by the message's name."""

BATCH = 20  # round trips between two looks at the clock
APERTURE_AV256 = 1273
WAIT_S = 1.0  # real, and only if an answer is lost
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


class Memory:
    """A body and a lens whose bytes are handed over at once; `now` is their clock."""

    def __init__(self) -> None:
        spec = load("l_mount")
        self._say, self._got = Vocabulary(spec), list[int]()
        self._opcode = spec.messages["aperture_set"].key[-1]
        self._device = Talker(self._body_answers())
        self._body = Endpoint(spec, "body", self._device)
        self._lens = Endpoint(spec, "lens", Talker(self._lens_answers()))
        self._now = 0.0
        for end in (self._lens, self._body):
            end.link_changed(True, self._now)
        self._carry()
        self._device.ask = lambda: self._say("aperture_set", aperture_av256=APERTURE_AV256)

    def trips(self, count: int) -> None:
        """Let the body ask, and carry what both say, that many times."""
        self._got.clear()
        for _ in range(count):
            self._now += TRIP_S
            self._device.deadline = self._now
            self._body.tick(self._now)
            self._carry()
        if self._got != [self._opcode] * count:
            raise RuntimeError(f"{len(self._got)} answers to {count} requests: {self._got[-1:]}")

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

    def _body_answers(self) -> Answers:
        say = self._say
        return {
            "attached": lambda _: [say("power_on"), say("identify", protocol=2)],
            "identity": lambda _: [say("exchange_capabilities", mask=())],
            "capabilities": lambda _: [say("set_rate", baud=3_000_000)],
            "rate_set": lambda _: [say("home")],
            "accepted": self._accepted,
        }

    def _lens_answers(self) -> Answers:
        say = self._say
        numbers = ("lens_number", "hardware", "firmware_major", "firmware_minor", "firmware_patch")
        identity: dict[str, Any] = dict.fromkeys(numbers, 1) | {"protocol": 2, "protocol_least": 1}
        identity |= {"vendor": "other", "serial": "1", "name": "a lens"}
        return {
            "identify": lambda _: [say("identity", **identity)],
            "exchange_capabilities": lambda _: [say("capabilities", mask=())],
            "set_rate": lambda message: [say("rate_set", baud=message.fields["baud"])],
            "home": lambda _: [say("homed", focus_position=0)],
            "aperture_set": lambda _: [say("accepted", opcode=self._opcode)],
        }

    def _accepted(self, message: Message) -> tuple[()]:
        self._got.append(message.fields["opcode"])
        return ()


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


CONTENDERS: dict[str, Callable[[], Contender]] = {
    "python-can + cantools, one thread": CanBuses,
    "python-can + cantools, Notifier": CanNotifier,
    "lensbus, in memory": Memory,
}
"""By name; ratios are to the first that can run here."""


def contenders() -> dict[str, Contender]:
    """All that can run here, each set up once; who lacks a library is named."""
    made = {}
    for name, make in CONTENDERS.items():
        try:
            made[name] = make()
        except ImportError as missing:
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
    """The rates of each contender, round by round; the first, untold round warms up."""
    turn = seconds / len(made) / (rounds + 1)
    found: dict[str, list[float]] = {name: [] for name in made}
    for _ in range(rounds + 1):
        for name, contender in made.items():
            found[name].append(rate(contender, turn))
    return {name: rates[1:] for name, rates in found.items()}


def table(found: Mapping[str, list[float]]) -> Iterator[str]:
    """One line for each contender."""
    first = next(iter(found.values()))
    width = max(map(len, found))
    yield f"{'round trips a second':{width}}   median  (  least -    most)   ratio"
    for name, rates in found.items():
        ratio = median(ours / theirs for ours, theirs in zip(rates, first, strict=True))
        spread = f"({min(rates):7,.0f} - {max(rates):7,.0f})"
        yield f"{name:{width}}  {median(rates):7,.0f}  {spread}  {ratio:5.2f} x"


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
