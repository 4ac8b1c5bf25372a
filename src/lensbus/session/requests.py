"""Questions and answers: what waits for a reply, what was answered, what was heard before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lensbus.session.contract import NEVER
from lensbus.session.sequence import Counter
from lensbus.spec.behaviour import Reply
from lensbus.spec.model import Spec
from lensbus.wire.message import Message


@dataclass(slots=True)
class Waiting:
    """A request that was said: the same bytes are said again at `due` while tries are left.

    Its answer carries the sequence number `number`, if it is numbered.
    """

    message: Message
    raw: bytes
    reply: Reply
    due: float
    left: int
    number: int | None


class Asked:
    """Our own requests that wait for an answer, oldest first."""

    def __init__(self, spec: Spec, counters: Mapping[str, Counter], slack_s: float) -> None:
        self._counters, self._slack_s = counters, slack_s
        self.waiting: list[Waiting] = []
        self.follow(spec)

    def follow(self, spec: Spec) -> None:
        """Go on in another version of the spec."""
        self._replies, self._wanted = spec.replies, _wanted(spec)
        self.waiting = [each for each in self.waiting if each.reply.request in self._replies]
        self.answers = _refusals(spec).union(*self._wanted.values())
        """What can only be an answer."""

    def add(self, message: Message, raw: bytes, sent: float) -> None:
        """A request went out, its last bit at `sent`; what needs no answer is not kept."""
        reply = self._replies.get(message.name)
        if reply is not None:
            due = sent + reply.timeout_s + self._slack_s
            counter = self._counters.get(message.name)
            number = counter.reply_to(message.seq) if counter else None
            self.waiting.append(Waiting(message, raw, reply, due, reply.retries, number))

    def match(self, message: Message) -> Waiting | None:
        """The request that a heard message answers."""
        for waiting in self.waiting:
            if (
                message.seq in (waiting.number, None)
                and message.name in self._wanted[waiting.reply.request]
            ):
                return waiting
        return None

    def settle(self, waiting: Waiting, name: str, now: float) -> None:
        """The answer came; an interim one starts the time-out and the tries anew."""
        self.waiting.remove(waiting)
        if name in waiting.reply.interim:
            waiting.due = now + waiting.reply.timeout_s + self._slack_s
            waiting.left = waiting.reply.retries
            self.waiting.append(waiting)

    def overdue(self, now: float) -> Iterator[Waiting]:
        """Every request whose time is up, each removed."""
        while late := [entry for entry in self.waiting if entry.due <= now]:
            self.waiting.remove(late[0])
            yield late[0]

    def again(self, waiting: Waiting, sent: float) -> None:
        """The request was said once more."""
        waiting.due = sent + waiting.reply.timeout_s + self._slack_s
        waiting.left -= 1
        self.waiting.append(waiting)

    def forget(self) -> None:
        """Nothing is waited for any more."""
        self.waiting.clear()

    @property
    def deadline(self) -> float:
        """When the next time is up."""
        if len(self.waiting) == 1:
            return self.waiting[0].due
        return min([entry.due for entry in self.waiting], default=NEVER)


@dataclass(slots=True)
class Heard:
    """A message that was heard: until when it counts as a repeat, and what it was answered."""

    seq: int
    until: float
    answer: Message | None = None
    raw: bytes = b""


class Answered:
    """The peer's messages by name, so that one that is heard twice is not acted on twice.

    A number comes round again, so a message is a repeat only within `repeat_s` seconds after it
    was heard or answered.
    """

    def __init__(self, spec: Spec, repeat_s: float) -> None:
        self._repeat_s = repeat_s
        self._heard: dict[str, Heard] = {}
        self.open: dict[str, int | None] = {}
        self.follow(spec)

    def follow(self, spec: Spec) -> None:
        """Go on in another version of the spec."""
        self._replies, self._wanted = spec.replies, _wanted(spec)
        self._interim = {name for reply in spec.replies.values() for name in reply.interim}
        self.open = {name: seq for name, seq in self.open.items() if name in self._replies}

    def repeat(self, message: Message, now: float) -> Heard | None:
        """What is known of this very message, if it was heard before."""
        known = self._heard.get(message.name)
        if known is None or known.seq != message.seq or now > known.until:
            return None
        return known

    def add(self, message: Message, now: float) -> None:
        """A message was heard and acted on; an interim answer may well come again."""
        name, seq = message.name, message.seq
        if seq is not None and name not in self._interim:
            self._heard[name] = Heard(seq, now + self._repeat_s)
        if name in self._replies:
            self.open.pop(name, None)
            self.open[name] = seq

    def request_of(self, answer: Message) -> str | None:
        """The oldest open request that a message answers: the very one, if it has its number."""
        for name, seq in self.open.items():
            if answer.name in self._wanted[name] and answer.seq in (None, seq):
                return name
        return None

    def seq(self, request: str) -> int | None:
        """The sequence number of an open request."""
        return self.open[request]

    def answered(self, request: str, answer: Message, raw: bytes, now: float) -> None:
        """An open request was answered; a final answer closes it and is kept for repeats."""
        heard = self._heard.get(request)
        known = heard if heard is not None and heard.seq == self.open[request] else None
        if known is not None:
            known.until = now + self._repeat_s  # the time to repeat it begins only now
        if answer.name in self._replies[request].interim:
            return
        self.open.pop(request)
        if known is not None:
            known.answer, known.raw = answer, raw

    def forget(self, last: Message | None) -> None:
        """A session is over: its numbers may come again, but for who missed its last answer."""
        self.open.clear()
        self._heard = {n: h for n, h in self._heard.items() if last and h.answer is last}


def _wanted(spec: Spec) -> dict[str, frozenset[str]]:
    """What may answer each request."""
    refusals = _refusals(spec)
    return {name: refusals.union(r.answers, r.interim) for name, r in spec.replies.items()}


def _refusals(spec: Spec) -> frozenset[str]:
    roles = spec.roles.values()
    return frozenset(role.refusal.message for role in roles if role.refusal)
