"""One end of a conversation: it owns framing, table and time-outs; its device owns meaning."""

from collections.abc import Iterable

from lensbus.errors import LocalProtocolError
from lensbus.session.contract import NEVER, Device
from lensbus.session.dialect import Agreement
from lensbus.session.ear import Ear
from lensbus.session.event import Act, LinkDown, LinkUp, Raw, Restart
from lensbus.session.log import Journal
from lensbus.session.machine import Machine
from lensbus.session.requests import Answered, Asked, Waiting
from lensbus.session.sequence import Gaps
from lensbus.session.speaker import Speaker
from lensbus.spec.behaviour import SILENCE, SLOW, Row
from lensbus.spec.model import Spec
from lensbus.wire.message import Fault, Message


class Endpoint:
    """A Port around a device. Hearing: framer, repeat check, seq match, table, record, device.

    With `checked` off (a conformance tester's licence) the table is followed where it has a row
    and refuses nothing, and nothing is asked twice. `slack_s` is added to every time-out, `side`
    is who it is in its records, if not its role, `speaks` its versions, if not all of the spec.
    """

    def __init__(  # noqa: PLR0913 what it is, and four options
        self,
        spec: Spec,
        role: str,
        device: Device,
        *,
        program: str = "application",
        side: str = "",
        checked: bool = True,
        slack_s: float = 0.0,
        speaks: range | None = None,
    ) -> None:
        self._spec, self._role, self._device = spec, role, device
        self._agreement = Agreement(spec, role, speaks)
        self._program, self._checked, self._slack_s = program, checked, slack_s
        self._gap_s, self._repeat_s = spec.constant("gap_s") + slack_s, spec.constant("repeat_s")
        self._silence_s = spec.roles[role].silence_s + slack_s
        self._machine = Machine(spec.roles[role])
        self._ear = Ear(spec, next(name for name in spec.roles if name != role))
        self._journal = Journal(side or role, self._machine)
        self._speaker = Speaker(spec, self._agreement.dialect.codec, self._journal)
        self.take_output, self.take_records = self._speaker.take, self._journal.take
        self._begin(0.0, frozenset())

    def _begin(self, now: float, lines: frozenset[str]) -> None:
        """Begin a life: nothing that was heard or said before counts any more."""
        self._up = False
        self._agreement.begin()
        self._machine.reset()
        self._ear.begin(self._agreement.dialect.codec)
        self._speaker.begin(now, lines)
        self._asked = Asked(self._spec, self._speaker.counters, self._slack_s)
        self._answered = Answered(self._spec, self._repeat_s)
        self._follow()
        self._gaps = Gaps(self._ear.seq)
        self._quiet_since = now
        self._gap_at = NEVER
        self.restart: str | None = None

    def _follow(self) -> None:
        self._dialect = dialect = self._agreement.dialect
        self._ear.follow(dialect.codec)
        self._machine.follow(dialect.machine)
        self._speaker.follow(dialect.spec, dialect.codec)
        self._asked.follow(dialect.spec)
        self._answered.follow(dialect.spec)

    def receive(self, data: bytes, now: float) -> None:
        """Take bytes; any cut of one stream gives the same records."""
        if self._up and not self._machine.deaf:
            message = self._ear.whole(data)
            if message is not None:  # as nearly always
                self._quiet_since, self._gap_at = now, NEVER
                self._hear(message, data, now)
            else:
                self._ear.feed(data)
                self._drain(now)
                self._gap_at = now + self._gap_s if self._ear.pending else NEVER

    def line_changed(self, line: str, high: bool, now: float) -> None:
        if not self._up:
            return
        if line in self._dialect.closing:
            if not high and self._gap_at < NEVER:  # some bytes wait for more
                self._end_frame(now)
        elif (message := self._dialect.edges.get((line, high))) is not None:
            self._hear(message, b"", now)

    def link_changed(self, up: bool, now: float, lines: frozenset[str] = frozenset()) -> None:
        """Start afresh; `lines` are those that this link has."""
        self._begin(now, lines)
        self._up = up
        event = LinkUp(lines, self._program) if up else LinkDown()
        self._journal.add("noted", event, now)
        self._act(self._device.on_event(event, now), now)
        for line, high in self._dialect.absent(lines):
            self.line_changed(line, high, now)

    def tick(self, now: float) -> None:
        if self._up and self._gap_at <= now:
            self._end_frame(now)
        for waiting in self._asked.overdue(now) if self._asked.waiting else ():
            self._unanswered(waiting, now)
        watched = self._up and self.state in self._dialect.watched
        if watched and self._quiet_since + self._silence_s <= now:
            self._quiet_since = now
            self._effects(self._machine.step("timeout", SILENCE), None, now)
            self._fault(Fault(SILENCE, detail="no whole frame was heard"), now)
        if self._up and (due := self._device.deadline) is not None and due <= now:
            self._act(self._device.on_deadline(now), now)

    @property
    def deadline(self) -> float | None:
        if not self._up:
            return None
        wanted, first = self._device.deadline, self._gap_at
        if wanted is not None and wanted < first:
            first = wanted
        if self._asked.waiting and (due := self._asked.deadline) < first:
            first = due
        if self._machine.state in self._dialect.watched:
            due = self._quiet_since + self._silence_s
            if due < first:
                first = due
        return None if first == NEVER else first

    @property
    def state(self) -> str:
        return self._machine.state

    def _effects(self, row: Row | None, message: Message | None, now: float) -> None:
        """Apply what the last step does beside changing the state."""
        if self._machine.moved:
            self._quiet_since = now  # the silence of a state counts from its beginning
        if row is None:
            return
        if row.frame:
            self._ear.use(row.frame)
            self._gaps = Gaps(self._ear.seq)
        if row.rate:
            baud = row.baud(message.fields if message else {}, self._spec.link)
            self._speaker.change_rate(baud, now)
            self._gaps.forget()  # a session begins or ends here, and the peer's count with it
            if row.rate == SLOW:
                self._asked.forget()  # nobody is left to answer
                self._answered.forget(message)  # nor anybody who waits

    def _end_frame(self, now: float) -> None:
        self._gap_at = NEVER
        self._ear.end()
        self._drain(now)

    def _drain(self, now: float) -> None:
        while (found := self._ear.next()) is not None:
            heard, raw, whole = found
            if whole:
                self._quiet_since = now
            else:
                self._gaps.forget()  # what is missing was heard, spoilt
            if isinstance(heard, Fault):
                self._fault(heard, now)
            else:
                self._hear(heard, raw, now)
            if not self._up or self._machine.deaf:
                self._ear.forget()  # the rest came when nobody listened any more

    def _hear(self, message: Message, raw: bytes, now: float) -> None:
        repeat = self._answered.repeat(message, now)
        if repeat is not None:
            self._journal.add("heard", message, now, raw)
            self._speaker.repeat(repeat.raw, repeat.answer, now)
            return
        waiting = None
        if message.name in self._asked.answers:
            waiting = self._asked.match(message)
            if waiting is None:
                self._fault(Fault("unexpected reply", raw, message.name), now)
                return
        elif missing := self._gaps.missing(message.seq):
            self._fault(Fault("missing frame", detail=f"{missing} before {message.name}"), now)
        self._take(message, waiting, raw, now)

    def _take(self, message: Message, waiting: Waiting | None, raw: bytes, now: float) -> None:
        row = self._machine.step("recv", message.name)
        if row is None and self._checked and message.name in self._dialect.spec.messages:
            self._illegal(message, raw, now)
            return
        if waiting is not None:
            self._asked.settle(waiting, message.name, now)
        self._effects(row, message, now)
        self._answered.add(message, now)
        self._journal.add("heard", message, now, raw)
        faults: Iterable[Fault] = ()
        if row is not None and row.terms:  # before the device answers, in what is agreed
            faults = self._agreement.meet(row.terms, message, raw)
            self._follow()
        self._act(self._device.on_event(message, now), now)
        for fault in faults:
            self._fault(fault, now)

    def _illegal(self, message: Message, raw: bytes, now: float) -> None:
        self._fault(Fault("illegal message", raw, message.name, f"in state {self.state}"), now)
        if (refusal := self._dialect.refusal(message)) is not None:
            self._speaker.say(refusal, now, message.seq)

    def _unanswered(self, waiting: Waiting, now: float) -> None:
        if waiting.left > 0 and self._checked:
            self._speaker.transmit(waiting.raw, waiting.message, now)
            self._asked.again(waiting, self._speaker.free)
            return
        self._effects(self._machine.step("timeout", waiting.message.name), None, now)
        self._fault(Fault("no reply", waiting.raw, waiting.message.name), now)

    def _fault(self, fault: Fault, now: float) -> None:
        self._journal.add("heard", fault, now, fault.raw)
        self._act(self._device.on_event(fault, now), now)

    def _act(self, acts: Iterable[Act], now: float) -> None:
        for act in acts:
            if self.restart is not None:
                raise LocalProtocolError(f"{self._role}: nothing may follow a restart")
            if isinstance(act, Message):
                self._say(act, now)
            elif isinstance(act, Raw):
                self._speaker.transmit(act.data, act, now)
            else:
                self._journal.add("noted", act, now)
                if isinstance(act, Restart):
                    self.restart, self._up = act.into, False
                    self._asked.forget()

    def _say(self, message: Message, now: float) -> None:
        row = self._machine.step("send", message.name)
        if row is None and self._checked:
            text = f"can't send {message.name} in state {self.state}"
            raise LocalProtocolError(f"{self._role} {text}")
        request = self._answered.request_of(message) if self._answered.open else None
        reply_to = None if request is None else self._answered.seq(request)
        message, raw = self._speaker.say(message, now, reply_to)
        if request is not None:
            self._answered.answered(request, message, raw, now)
        self._effects(row, message, now)
        self._asked.add(message, raw, self._speaker.free)
