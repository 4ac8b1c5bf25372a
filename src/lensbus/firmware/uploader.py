"""The host of an update once a lens is in its bootloader: offers the image, sends it, starts it."""

from collections.abc import Callable, Iterable, Iterator

from lensbus.firmware.header import Version
from lensbus.firmware.job import Ending, Job
from lensbus.firmware.receiver import State
from lensbus.firmware.sender import Sender
from lensbus.session.event import Act, Event, LinkUp, Note, Restart
from lensbus.spec.behaviour import SILENCE
from lensbus.spec.model import Spec
from lensbus.wire.message import Fault, Message, Vocabulary

APPLICATION = "application"


class Uploader:
    """A Device of the role `host`. It keeps its sender over whatever happens to the link.

    What stays unanswered leads back to hello; after `lost_s` without a word it gives up.
    """

    def __init__(self, spec: Spec, job: Job, baud: int | None = None) -> None:
        self._say, self._spec, self._job = Vocabulary(spec), spec, job
        self._baud = baud or max(spec.link.rates)
        self._boot_s, self._lost_s = spec.constant("boot_s"), spec.constant("lost_s")
        self._burst_s, self._patience_s = spec.constant("burst_s"), spec.constant("patience_s")
        self._sender = Sender(
            len(job.parcel.data),
            block=int(spec.constant("block")),
            most=int(spec.constant("chunk")),
            frame=around(spec),
        )
        self._window, self._tries = 0, 0  # in vain
        self._hello_at: float | None = None
        self._chunk_at: float | None = None  # when to stop waiting for word of a chunk
        self._held = ("", 0.0)  # what keeps the next chunk back, and since when
        self._farewell: Ending | None = None
        self._handlers: dict[str, Callable[[Message, float], Iterator[Act]]] = {
            "target": self._known,
            "rate_set": self._rate_set,
            "offered": self._offered,
            "chunk_state": self._chunk_state,
            "finished": self._finished,
            "refused": self._refused,
            "restarting": self._restarting,
        }

    @property
    def deadline(self) -> float | None:
        """When to say hello, or to send a chunk once more."""
        return self._chunk_at if self._hello_at is None else self._hello_at

    def on_event(self, event: Event, now: float) -> Iterable[Act]:
        """Answer what was heard."""
        if isinstance(event, Message):
            if event.name not in self._handlers:
                return ()
            self._job.heard_at = now
            return self._handlers[event.name](event, now)
        if isinstance(event, Fault):
            return self._silent(now) if event.kind in {"no reply", SILENCE} else ()
        self._chunk_at = self._hello_at = None
        if isinstance(event, LinkUp):
            self._hello_at = now + self._boot_s
        return ()

    def on_deadline(self, now: float) -> Iterator[Act]:
        """Do what is due."""
        if self._hello_at is not None:
            self._hello_at = self._chunk_at = None
            yield self._say("hello")
        elif self._job.silent_for(now) > self._spec.roles["target"].silence_s:
            yield from self._again(now)  # the target is at the slow rate by now
        else:
            self._tries += 1
            self._sender.give_up()
            yield from self._send(now)

    def _silent(self, now: float) -> Iterator[Act]:
        """An answer did not come. If it was to be the last one, the lens may have left."""
        if self._farewell is not None or self._job.loaded:
            yield from self._leave()
        elif self._job.silent_for(now) > self._lost_s:
            yield self._job.end("failed", "the lens's bootloader does not answer any more")
        else:
            yield from self._again(now)

    def _again(self, now: float) -> Iterator[Act]:
        yield Note("lost the target: hello again")
        self._chunk_at, self._hello_at = None, now + self._boot_s

    def _known(self, message: Message, _now: float) -> Iterator[Act]:
        fields, job = message.fields, self._job
        version = None
        if fields["slot"] != "recovery":
            parts = (fields[part] for part in ("major", "minor", "revision", "build"))
            version = Version(*parts)
        if job.loaded:
            yield from self._part(Ending("failed", "the lens does not start the new firmware"))
        elif ending := job.judge(
            fields["lens_number"],
            fields["hardware"],
            fields["protocol"],
            version,
            fields["counter"],
        ):
            yield from self._part(ending)
        else:
            yield self._say("set_rate", baud=self._baud)

    def _rate_set(self, message: Message, _now: float) -> Iterator[Act]:
        self._job.rate = message.fields["baud"]
        yield self._offer()

    def _offer(self) -> Message:
        parcel, chunk = self._job.parcel, int(self._spec.constant("chunk"))
        wishes = ("take_older",) if self._job.take_older else ()
        return self._say(
            "offer", wishes=wishes, chunk=chunk, header=parcel.header, tlvs=parcel.tlvs
        )

    def _offered(self, message: Message, now: float) -> Iterator[Act]:
        fields, job = message.fields, self._job
        state = State(fields["next"], fields["limit"], fields["got"])
        self._sender.begin(state, fields["chunk"], now)
        self._window = fields["limit"] - fields["next"]
        if job.began_at is None:
            job.began_at, job.had_bytes = now, self._sender.has_bytes
        yield from self._send(now)

    def _chunk_state(self, message: Message, now: float) -> Iterator[Act]:
        fields = message.fields
        self._tries = 0
        self._sender.tell(State(fields["next"], fields["limit"], fields["got"]), now)
        yield from self._send(now)

    def _send(self, now: float) -> Iterator[Act]:
        """Send what may go; once all is there, finish."""
        job, sender = self._job, self._sender
        if sender.done:
            self._count()
            job.ended_at = job.ended_at or now
            self._chunk_at = None
            self._hold("", now)
            yield self._say("finish")
            return
        bits = self._spec.link.bits_per_byte
        burst = max(2 * sender.chunk, int(job.rate / bits * self._burst_s))
        while sender.flying_bytes < burst and (piece := sender.take(now)) is not None:
            offset, size = piece
            yield self._say("chunk", offset=offset, data=job.parcel.data[offset : offset + size])
        self._count()
        line_s = sender.flying_bytes * bits / job.rate
        self._chunk_at = now + line_s + self._patience_s + sender.trip.most_s * (1 << self._tries)
        self._hold(self._what_holds(burst), now)

    def _what_holds(self, burst: int) -> str:
        sender = self._sender
        if sender.flying_bytes >= burst or not sender.held:
            return "line"
        return "flash" if 2 * sender.flying_bytes < self._window else "window"

    def _count(self) -> None:
        job, sender = self._job, self._sender
        job.sent_bytes, job.resent_bytes = sender.sent_bytes, sender.resent_bytes
        job.done_bytes = sender.has_bytes

    def _hold(self, what: str, now: float) -> None:
        held, since = self._held
        if held:
            self._job.held_s[held] = self._job.held_s.get(held, 0.0) + now - since
        self._held = what, now

    def _finished(self, _message: Message, _now: float) -> Iterator[Act]:
        self._job.loaded = True
        yield self._say("restart")

    def _refused(self, message: Message, now: float) -> Iterator[Act]:
        reason = message.fields["reason"]
        if reason == "incomplete":
            yield from self._again(now)
        elif reason == "up_to_date":
            yield from self._part(Ending("up_to_date", "the lens runs this version already"))
        else:
            yield from self._part(Ending("rejected", f"the lens refused it: {WORDS[reason]}"))

    def _part(self, ending: Ending) -> Iterator[Act]:
        """Let the lens be a lens again, then end."""
        self._farewell, self._chunk_at = ending, None
        yield self._say("restart")

    def _restarting(self, _message: Message, _now: float) -> Iterator[Act]:
        yield from self._leave()

    def _leave(self) -> Iterator[Act]:
        if self._farewell is not None:
            yield self._job.end(self._farewell.kind, self._farewell.words)
        else:
            yield Restart(APPLICATION)


WORDS = {
    "illegal_state": "it was asked at the wrong time",
    "malformed": "header and TLVs are none of an image",
    "too_big": "it does not fit into a slot",
    "key": "it is signed with another key",
    "signature": "its signature is wrong",
    "lens": "it is for another lens",
    "hardware": "it is for another hardware revision",
    "protocol": "it needs a newer protocol",
    "counter": "its security counter is too low",
    "older": "it is older than what the lens runs",
    "digest": "what arrived is not what was signed",
}
"""A lens's refusals in words."""


def around(spec: Spec) -> int:
    """How many bytes go around the data of a chunk: its frame and its offset."""
    shape = next(iter(spec.frames.values()))
    fields = spec.messages["chunk"].fields
    return shape.around + sum(field.size or 0 for field in fields)
