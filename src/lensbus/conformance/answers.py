"""Cases of requests and answers: once, again, late, twice, never; and of silence."""

from collections.abc import Iterator
from dataclasses import dataclass

from lensbus.conformance.cases import Alive, Asked, Case, Expect, Mute, Quiet, Rest, Say, Step
from lensbus.conformance.ground import Ground
from lensbus.spec.behaviour import SILENCE, Reply, Row

SOONEST, LATEST = 0.95, 1.5
"""What is due after some time comes between these shares of it."""

STILL = 0.75
"""The share of a silence for which a device must bear it: a cycle is less than what is left."""

PATIENCE_S = 1.0
"""How long a device may take that has given up, until it begins anew."""


def reply_cases(ground: Ground) -> Iterator[Case]:
    """The cases of all requests that a device hears or says, and of its silences."""
    for reply in ground.spec.replies.values():
        asking = [s for s in ground.rests if reply.request in ground.table[s]["send"]]
        kind = ground.spec.messages[reply.request]
        if kind.sender == ground.name and asking:
            state = ground.home if ground.home in asking else asking[0]
            yield from _Reply(ground, reply, state).asked()
        elif kind.sender != ground.name and (place := ground.best(kind)):
            yield from _Reply(ground, reply, place).answered()
    for row in ground.role.rows:
        if row.verb == "timeout" and row.message == SILENCE and row.state in ground.rests:
            yield from _silence(ground, row)


@dataclass(frozen=True, slots=True)
class _Reply:
    """A request, in the state in which it is tried."""

    ground: Ground
    reply: Reply
    state: str

    @property
    def request(self) -> str:
        return self.reply.request

    @property
    def answers(self) -> tuple[str, ...]:
        return tuple(sorted(self.reply.answers))

    @property
    def soonest_s(self) -> float:
        """Before this the device may not ask again, however long its peer may take."""
        return SOONEST * self.reply.timeout_s / self.ground.scale

    def answered(self) -> Iterator[Case]:
        """What a device must do that is asked."""
        said = ("recv", self.request), ("send", self.answers[0])
        after = self.ground.after(self.state, *said)
        first: list[Step] = [Say(self.request, number="new"), Expect(self.answers)]
        if self.ground.is_end(after):
            return
        text = f"must answer {self.request} once and not again"
        yield self.made("once", text, [*first, Quiet(self.reply.timeout_s)])
        text = f"must repeat its answer to {self.request} that is said again with its number"
        again: list[Step] = [Say(self.request, number="same"), Expect(self.answers)]
        if after == self.state:
            yield self.made("again", text, [*first, *again, *self.ground.alive(after)])

    def asked(self) -> Iterator[Case]:
        """What a device must do that asks."""
        request, answer = self.request, self.answers[0]
        first: list[Step] = [Asked((request,))]
        yield self.never(first)
        text = f"must take the answer to {request} that comes after it asked once more"
        late: list[Step] = [Expect((request,)), Say(answer)]
        still = Quiet(LATEST * self.reply.timeout_s, of=(request,))
        if self.reply.retries:
            yield self.made("late", text, [*first, *late, still, Alive()])
        text = f"must pass over a second answer to {request}"
        twice: list[Step] = [Say(answer), Say(answer, number="same")]
        yield self.made("twice", text, [*first, *twice, Alive()])
        text = f"must pass over an answer with another number than {request} has"
        wrong: list[Step] = [Say(answer, number="wrong"), Expect((request,))]
        yield self.made("other_number", text, [*first, *wrong, Alive()])
        yield from self.refused(first)
        for name in sorted(self.reply.interim):
            text = f"must wait as long as {name} comes, and not ask {request} again"
            wait: list[Step] = [Say(name), Quiet(self.soonest_s, of=(request,))]
            yield self.made(name, text, [*first, *wait, *wait, *wait, Alive()], timed=True)

    def never(self, first: list[Step]) -> Case:
        """The tries are counted and timed; then the device does what its time-out leads to."""
        request, timeout_s, retries = self.request, self.reply.timeout_s, self.reply.retries
        once_more = Expect((request,), within_s=LATEST * timeout_s, after_s=self.soonest_s)
        tries: list[Step] = [once_more] * retries
        rows = [rows["timeout"].get(request) for rows in self.ground.table.values()]
        left = {row.next for row in rows if row}
        leads = {name for state in left for name in self.ground.table[state]["send"]}
        ways = tuple(sorted(leads - {request}))
        over: list[Step] = [Expect(ways, within_s=PATIENCE_S, never=(request,))] if ways else []
        text = (
            f"must say {request} {retries + 1} times, {timeout_s:g} s apart, and then give up, "
            "if no answer comes"
        )
        covers = [self.ground.row(row) for row in rows if row]
        return self.made("never", text, [*first, *tries, *over, Alive()], covers, timed=True)

    def refused(self, first: list[Step]) -> Iterator[Case]:
        """A peer's refusal, where its table has one."""
        peer = next(r for r in self.ground.spec.roles.values() if r.name != self.ground.name)
        if peer.refusal is not None:
            key = self.ground.spec.messages[self.request].key[-1]
            said = Say(peer.refusal.message, peer.refusal.about(key))
            text = f"must go on when {self.request} is refused"
            yield self.made("refused", text, [*first, said, Alive()])

    def made(
        self,
        name: str,
        text: str,
        steps: list[Step],
        covers: list[str] | None = None,
        *,
        timed: bool = False,
    ) -> Case:
        ground, request = self.ground, self.request
        mine = ground.spec.messages[request].sender == ground.name
        return ground.case(
            f"{request}/{name}",
            f"the {ground.name} {text}",
            f"replies.{request}",
            self.reply.where,
            steps,
            state=self.state,
            covers=[f"reply {request}", *(covers or [])],
            asks=(request,) if mine else (),
            limit_s=self.soonest_s * (1 / SOONEST - 1) if timed else None,
        )


def _silence(ground: Ground, row: Row) -> Iterator[Case]:
    """A device that hears nothing leaves a state, and not before its time."""
    silence_s, state, section = ground.role.silence_s, row.state, f"roles.{ground.name}.{row.state}"
    name, covers = ground.name, [ground.row(row)]
    if ground.role.refusal is None:  # it is the one who says when the cycle is
        begins = tuple(sorted(ground.table[row.next]["send"]))
        text = f"the {name}, {state}, must begin anew when it hears nothing for {silence_s:g} s"
        soonest, latest = STILL * silence_s, LATEST * silence_s + PATIENCE_S
        steps: list[Step] = [Mute(_cyclic(ground)), Expect(begins, {}, latest, soonest), Alive()]
        yield ground.case(
            f"{state}/silence", text, section, row.where, steps, state=state, covers=covers
        )
        return
    text = f"the {name}, {state}, must still be {state} after {STILL * silence_s:g} s of silence"
    steps = [Rest(STILL * silence_s, cycles=False), *ground.alive(state)]
    yield ground.case(f"{state}/pause", text, section, row.where, steps, state=state)
    probe = ground.probe(state)
    if probe is None:
        return
    text = f"the {name}, {state}, must be {row.next} after a silence of more than {silence_s:g} s"
    rest = Rest(LATEST * silence_s, cycles=False)
    # its answer, or none, is no matter: it tells our own side that the peer is at the slow rate
    tell: list[Step] = [
        Say(probe),
        Rest(LATEST * ground.spec.replies[probe].timeout_s, cycles=False),
    ]
    steps = [rest, *tell, *ground.alive(row.next)]
    yield ground.case(
        f"{state}/silence", text, section, row.where, steps, state=state, covers=covers
    )


def _cyclic(ground: Ground) -> tuple[str, ...]:
    return tuple(kind.name for kind in ground.heard if kind.cyclic)
