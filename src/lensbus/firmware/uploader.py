"""The host of an update once a lens is in its bootloader: offers the image, sends it, starts it."""

import math
from collections.abc import Callable, Iterable, Iterator

from lensbus.firmware.header import Version
from lensbus.firmware.job import REFUSALS, Ending, Job
from lensbus.firmware.receiver import State
from lensbus.firmware.sender import Sender
from lensbus.session.event import APPLICATION, Act, Event, LinkUp, Note, Restart
from lensbus.spec.behaviour import SILENCE
from lensbus.spec.model import Spec
from lensbus.wire.message import Fault, Message, Vocabulary


class Uploader:
    """A Device of the role `host`. It keeps its sender over whatever happens to the link.

    What stays unanswered leads back to hello; after `lost_s` without a word it gives up.
    """

    def __init__(self, spec: Spec, job: Job, baud: int | None = None) -> None:
        self._say, self._spec, self._job = Vocabulary(spec), spec, job
        self._baud = baud or max(spec.link.rates)
        self._boot_s, self._lost_s = spec.constant("boot_s"), spec.constant("lost_s")
        self._silence_s = spec.roles["target"].silence_s
        self._burst_s, self._patience_s = spec.constant("burst_s"), spec.constant("patience_s")
        self._sender = Sender(
            len(job.parcel.data),
            block=int(spec.constant("block")),
            most=int(spec.constant("chunk")),
            frame=around(spec),
        )
        self._window, self._tries = 0, 0  # in vain
        self._stall_s, self._moved_at = spec.constant("stall_s"), math.inf  # something new came
        self._met = self._offered_again = False
        self._keys = {name: kind.key[-1] for name, kind in spec.messages.items() if kind.key}
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
            "busy": lambda _message, _now: iter(()),
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
            if self._farewell is None and now - self._moved_at > self._stall_s:
                return self._give_up("the lens answers, but takes nothing any more")
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
        elif self._job.silent_for(now) > self._silence_s:
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
        elif self._job.silent_for(now) > 2 * self._silence_s:
            yield Note("the bootloader does not answer: perhaps the lens does")
            yield Restart(APPLICATION)
        else:
            yield from self._again(now)

    def _again(self, now: float) -> Iterator[Act]:
        yield Note("lost the target: hello again")
        self._met, self._chunk_at, self._hello_at = False, None, now + self._boot_s

    def _give_up(self, words: str) -> Iterator[Act]:
        """End; a bootloader that is listening is told to be a lens again."""
        if self._met:
            yield from self._part(Ending("failed", words))
        else:
            yield self._job.end("failed", words)

    def _known(self, message: Message, now: float) -> Iterator[Act]:
        fields, job, self._met = message.fields, self._job, True
        self._moved_at = min(self._moved_at, now)
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
        if self._farewell is not None:
            return  # it gave up meanwhile
        fields, job = message.fields, self._job
        state = State(fields["next"], fields["limit"], fields["got"])
        self._sender.begin(state, fields["chunk"], now)
        self._window, self._tries = fields["limit"] - fields["next"], 0
        if job.began_at is None:
            job.began_at, job.had_bytes = now, self._sender.has_bytes
        yield from self._send(now)

    def _chunk_state(self, message: Message, now: float) -> Iterator[Act]:
        if self._chunk_at is None:
            return  # a late one: all was told, or it begins anew
        fields = message.fields
        self._tries = 0
        self._sender.tell(State(fields["next"], fields["limit"], fields["got"]), now)
        yield from self._send(now)

    def _send(self, now: float) -> Iterator[Act]:
        """Send what may go; once all is there, finish."""
        job, sender = self._job, self._sender
        if sender.done:
            self._count(now)
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
        self._count(now)
        line_s = sender.flying_bytes * bits / job.rate
        self._chunk_at = now + line_s + self._patience_s + sender.trip.after(self._tries)
        self._hold(self._what_holds(burst), now)

    def _what_holds(self, burst: int) -> str:
        sender = self._sender
        if sender.flying_bytes >= burst or not sender.held:
            return "line"
        return "flash" if 2 * sender.flying_bytes < self._window else "window"

    def _count(self, now: float) -> None:
        job, sender = self._job, self._sender
        if sender.has_bytes > job.done_bytes:
            self._moved_at = now
        job.sent_bytes, job.resent_bytes = sender.sent_bytes, sender.resent_bytes
        job.done_bytes = max(job.done_bytes, sender.has_bytes)

    def _hold(self, what: str, now: float) -> None:
        held, since = self._held
        if held:
            self._job.held_s[held] = self._job.held_s.get(held, 0.0) + now - since
        self._held = what, now

    def _finished(self, _message: Message, _now: float) -> Iterator[Act]:
        if self._farewell is None:
            self._job.loaded = True
            yield self._say("restart")

    def _refused(self, message: Message, now: float) -> Iterator[Act]:
        reason, opcode, job = message.fields["reason"], message.fields["opcode"], self._job
        forged = reason == "digest" and job.check is not None and job.had_bytes > 0
        if self._farewell is not None or opcode == self._keys["restart"]:
            yield from self._leave()
        elif opcode == self._keys["hello"]:
            yield job.end("failed", "the lens's bootloader does not want to be talked to")
        elif reason == "incomplete" or (forged and not self._offered_again):
            # what somebody else left in the slot was not what was signed, and is erased by now
            self._offered_again = self._offered_again or forged
            yield from self._again(now)
        elif reason == "up_to_date":
            yield from self._part(Ending("up_to_date", "the lens runs this version already"))
        else:
            words = f"the lens refused it: {REFUSALS[reason]}"
            yield from self._part(Ending("rejected", words, reason))

    def _part(self, ending: Ending) -> Iterator[Act]:
        """Let the lens be a lens again, then end."""
        self._farewell, self._chunk_at = ending, None
        yield self._say("restart")

    def _restarting(self, _message: Message, _now: float) -> Iterator[Act]:
        yield from self._leave()

    def _leave(self) -> Iterator[Act]:
        if self._farewell is not None:
            end = self._farewell
            yield self._job.end(end.kind, end.words, end.reason)
        else:
            yield Restart(APPLICATION)


def around(spec: Spec) -> int:
    """How many bytes go around the data of a chunk: its frame and its offset."""
    chunk = spec.messages["chunk"]
    return spec.frames[chunk.frame].around + chunk.size
