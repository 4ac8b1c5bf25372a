"""The bootloader of a lens: takes an image over the link and writes it beside the one that runs."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from lensbus.errors import FlashError, ImageError
from lensbus.firmware.image import Offer, parse_parts
from lensbus.firmware.judge import Target, refusal
from lensbus.firmware.receiver import Receiver
from lensbus.firmware.target import Memory
from lensbus.session.event import APPLICATION, Act, Event, LinkUp, Note, Restart
from lensbus.spec.behaviour import SILENCE
from lensbus.spec.image import ImageFormat
from lensbus.spec.model import Spec
from lensbus.wire.message import Fault, Message, Vocabulary


class Bootloader:
    """A Device of the role `target`. Flash works on its own time, one operation after another.

    An offer is judged before anything is erased; a host that is gone for `lonely_s` leaves the
    lens to the firmware that it has, if it has one.
    """

    def __init__(self, spec: Spec, form: ImageFormat, memory: Memory, target: Target) -> None:
        self._say, self._spec, self._form = Vocabulary(spec), spec, form
        self._memory, self._slots = memory, memory.slots
        self._target = memory.judged(target)
        self._block, self._chunk, self._window = (
            int(spec.constant(name)) for name in ("block", "chunk", "window")
        )
        self._busy_s, self._lonely_s = spec.constant("busy_s"), spec.constant("lonely_s")
        self._keys = {name: kind.key[-1] for name, kind in spec.messages.items() if kind.key}
        self._offer: Offer | None = None
        self._receiver: Receiver | None = None
        self._steps: Iterator[float] | None = None  # of the flash
        self._flash_at: float | None = None  # when the operation that runs is over
        self._waiting = ""  # which request waits for flash
        self._taking = False  # whether a host listens to how far it is
        self._busy_at: float | None = None
        self._lonely_at: float | None = None
        self._told = 0  # the limit
        self._handlers: dict[str, Callable[[Message, float], Iterator[Act]]] = {
            "power_off": self._reset,
            "reset": self._reset,
            "hello": self._hello,
            "set_rate": self._set_rate,
            "offer": self._take_offer,
            "chunk": self._take_chunk,
            "finish": self._finish,
            "restart": self._restart,
        }

    @property
    def deadline(self) -> float | None:
        """When flash is done with something, somebody is to be told to wait, or nobody came."""
        dues = (self._flash_at, self._busy_at, self._lonely_at)
        return min((due for due in dues if due is not None), default=None)

    def on_event(self, event: Event, now: float) -> Iterable[Act]:
        """Answer what was heard."""
        if isinstance(event, LinkUp):
            self._hear(now)
            return (self._say("attached"),)
        if isinstance(event, Message) and event.name in self._handlers:
            self._hear(now)
            return self._handlers[event.name](event, now)
        if isinstance(event, Fault) and event.kind == SILENCE:
            self._begin_anew()
        return ()

    def on_deadline(self, now: float) -> Iterator[Act]:
        """Go on with the flash; tell who waits; leave when nobody came."""
        while self._flash_at is not None and self._flash_at <= now:
            yield from self._work(self._flash_at)
        if self._busy_at is not None and self._busy_at <= now:
            self._busy_at = now + self._busy_s
            yield self._say("busy", opcode=self._keys[self._waiting])
        if self._lonely_at is not None and self._lonely_at <= now:
            self._lonely_at = None
            yield Note("no host came: the lens starts what it has")
            yield Restart(APPLICATION)

    def _hear(self, now: float) -> None:
        self._lonely_at = None if self._memory.image is None else now + self._lonely_s

    def _reset(self, _message: Message, _now: float) -> Iterator[Act]:
        yield Restart(APPLICATION)

    def _hello(self, _message: Message, _now: float) -> Iterator[Act]:
        self._begin_anew()
        target, version, slot = self._target, self._target.version, self._slots.running
        confirmed = "confirmed" if slot is not None and slot.confirmed else "on_trial"
        yield self._say(
            "target",
            lens_number=target.lens_number,
            hardware=target.hardware,
            protocol=target.protocol,
            slot="recovery" if slot is None else confirmed,
            major=version.major if version else 0,
            minor=version.minor if version else 0,
            revision=version.revision if version else 0,
            build=version.build if version else 0,
            counter=target.counter,
            room=self._slots.slots[0].size,
        )

    def _begin_anew(self) -> None:
        """Nobody waits for anything any more; what came is kept for who offers the same again."""
        self._waiting, self._busy_at, self._taking = "", None, False

    def _set_rate(self, message: Message, _now: float) -> Iterator[Act]:
        rates = [rate for rate in self._spec.link.rates if rate <= message.fields["baud"]]
        yield self._say("rate_set", baud=max(rates, default=int(self._spec.link.slow.value)))

    def _take_offer(self, message: Message, now: float) -> Iterator[Act]:
        fields = message.fields
        try:
            offer = parse_parts(self._form, fields["header"], fields["tlvs"])
        except ImageError as error:
            yield Note(f"offer refused: {error}")
            yield self._refused("offer", "malformed")
            return
        reason = self._reason(offer, take_older="take_older" in fields["wishes"])
        if reason:
            yield self._refused("offer", reason)
        elif self._receiver is not None and self._offer == offer:
            yield self._offered()
        else:
            self._offer = self._receiver = None
            try:
                self._steps = self._slots.begin(offer.digest, offer.size)
            except FlashError as error:
                yield Note(f"offer refused: {error}")
                yield self._refused("offer", "worn_out")
                return
            self._offer = offer
            yield from self._wait("offer", now)

    def _reason(self, offer: Offer, *, take_older: bool) -> str:
        if offer.size > self._slots.slots[0].size:
            return "too_big"
        found = refusal(offer, replace(self._target, take_older=take_older))
        if found:
            return found.reason
        runs = self._slots.running  # what is on trial needs the other slot to fall back on
        return "illegal_state" if runs is not None and not runs.confirmed else ""

    def _offered(self) -> Message:
        self._taking = True
        return self._say("offered", chunk=self._chunk, **self._state())

    def _take_chunk(self, message: Message, now: float) -> Iterator[Act]:
        if self._receiver is not None and self._taking:
            self._receiver.add(message.fields["offset"], message.fields["data"])
            yield from self._begin(now)
            yield self._say("chunk_state", **self._state())

    def _finish(self, _message: Message, now: float) -> Iterator[Act]:
        if self._receiver is None or self._receiver.state.next < self._receiver.size:
            yield self._refused("finish", "incomplete")
            return
        yield from self._wait("finish", now)

    def _restart(self, _message: Message, _now: float) -> Iterator[Act]:
        yield self._say("restarting")
        yield Restart(APPLICATION)

    def _wait(self, name: str, now: float) -> Iterator[Act]:
        """Let a request wait until flash has done what it needs."""
        self._waiting, self._busy_at = name, now + self._busy_s
        yield from self._begin(now)

    def _answer(self) -> Iterator[Act]:
        """Answer the request that waits, if flash has done what it needs."""
        if self._waiting == "offer":
            self._waiting, self._busy_at = "", None
            yield self._start()
        elif self._waiting == "finish" and self._receiver is not None and self._receiver.done:
            self._waiting, self._busy_at = "", None
            yield self._finished()

    def _begin(self, now: float) -> Iterator[Act]:
        """Let flash work if it does not."""
        if self._flash_at is None:
            yield from self._work(now)

    def _work(self, now: float) -> Iterator[Act]:
        """Begin the next operation of the flash, and tell what the one before it was for."""
        self._flash_at, took_s = None, self._next_step()
        if took_s is None:
            yield from self._answer()
            took_s = self._next_step()
        if took_s is not None:
            self._flash_at = now + took_s
        if self._taking and self._receiver and self._is_worth_telling(self._receiver):
            yield self._say("chunk_state", **self._state())

    def _is_worth_telling(self, receiver: Receiver) -> bool:
        """Whether a host that waits for the limit can go on: by a chunk, or to the end."""
        more = receiver.limit - self._told
        return more >= self._chunk or (more > 0 and receiver.limit == receiver.size)

    def _next_step(self) -> float | None:
        """Do one operation: what is begun, else a block that came, else erase ahead."""
        while True:
            if self._steps is not None:
                took_s = next(self._steps, None)
                if took_s is not None:
                    return took_s
                self._steps = None
            if self._receiver is None:
                return None
            block = self._receiver.take()
            if block is None:
                return self._slots.erase_next() if not self._receiver.done else None
            self._steps = self._slots.write(*block)

    def _start(self) -> Message:
        """The slot is ready: begin to receive what is not there yet."""
        assert self._offer is not None  # noqa: S101 - only an offer leads here
        size = self._slots.slots[0].sector_size
        self._receiver = Receiver(self._offer.size, self._block, self._window)
        for sector in sorted(self._slots.written):
            self._receiver.skip(sector * size, size)
        return self._offered()

    def _finished(self) -> Message:
        self._receiver, self._taking = None, False
        if self._slots.finish():
            return self._say("finished")
        self._offer = None
        return self._refused("finish", "digest")

    def _state(self) -> dict[str, Any]:
        assert self._receiver is not None  # noqa: S101 - asked for only while it receives
        state = self._receiver.state
        self._told = state.limit
        return {"next": state.next, "limit": state.limit, "got": state.got}

    def _refused(self, name: str, reason: str) -> Message:
        return self._say("refused", opcode=self._keys[name], reason=reason)
