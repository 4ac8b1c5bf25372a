"""Cases of a role's table: in every state every message, whether it is legal there or not."""

from collections.abc import Iterator

from lensbus.conformance.cases import Asked, Case, Expect, Quiet, Say, Step
from lensbus.conformance.ground import PAUSE_S, Ground
from lensbus.spec.behaviour import SAME, Reply, Row
from lensbus.spec.model import MessageType
from lensbus.spec.node import Where


def table_cases(ground: Ground) -> Iterator[Case]:
    """A case for each state that a device rests in and each message; one where it is deaf."""
    for state in ground.rests:
        if ground.is_end(state):
            continue  # another program runs, or soon the same one anew
        if state in ground.role.deaf:
            yield _deaf(ground, state)
        for kind in ground.heard:
            row = ground.table[state]["recv"].get(kind.name)
            if state not in ground.role.deaf or (row and row.state == state):
                yield _case(ground, state, kind, row)


def _case(ground: Ground, state: str, kind: MessageType, row: Row | None) -> Case:
    reply = ground.spec.replies.get(kind.name)
    if kind.name in ground.asides or (row is None and not (reply and ground.role.refusal)):
        return _passed_over(ground, state, kind, row)
    if row is None:
        return _refused(ground, state, kind)
    if reply is not None:
        return _answered(ground, state, kind, row, reply)
    return _taken(ground, state, kind, row)


def _answered(ground: Ground, state: str, kind: MessageType, row: Row, reply: Reply) -> Case:
    answers = tuple(sorted(reply.answers))
    heard = ground.after(state, ("recv", kind.name))
    after = ground.after(heard, ("send", answers[0]))
    text = f"must answer {kind.name} with {' or '.join(answers)} within {reply.timeout_s:g} s"
    covers = {ground.row(row), f"reply {kind.name}"} | ground.rows(heard, "send", answers)
    covers |= ground.rows(heard, "send", reply.interim)
    steps = [Say(kind.name), Expect(answers), *ground.alive(after)]
    return _made(ground, state, kind, text, row, steps, covers)


def _taken(ground: Ground, state: str, kind: MessageType, row: Row) -> Case:
    after = state if row.next == SAME else row.next
    asked = [name for name in ground.requests(kind.name) if _may_ask(ground, state, name)]
    steps: list[Step] = [Asked(tuple(asked))] if asked else []
    steps += [Say(kind.name), *ground.alive(after)]
    text = f"must take {kind.name}" + (f" and be {after} then" if after != state else "")
    covers = {ground.row(row)} | ground.rows(state, "send", asked)
    return _made(ground, state, kind, text, row, steps, covers, asked[:1])


def _may_ask(ground: Ground, state: str, request: str) -> bool:
    """Whether a device in a state has asked, or may ask, for something."""
    if request in ground.table[state]["send"]:
        return True
    rows = [rows["send"].get(request) for rows in ground.table.values()]
    return any(row is not None and row.next == state for row in rows)


def _refused(ground: Ground, state: str, kind: MessageType) -> Case:
    refusal = ground.role.refusal
    assert refusal is not None  # noqa: S101 - asked before
    fields = refusal.about(kind.key[-1])
    steps = [Say(kind.name), Expect((refusal.message,), fields), *ground.alive(state)]
    text = f"must refuse {kind.name} and stay {state}"
    covers = ground.rows(state, "send", (refusal.message,))
    return _made(ground, state, kind, text, None, steps, covers)


def _passed_over(ground: Ground, state: str, kind: MessageType, row: Row | None) -> Case:
    quiet: list[Step] = [Quiet(PAUSE_S)] if ground.role.refusal else []
    text = f"must pass over {kind.name}, which it did not ask for, and go on"
    covers = {ground.row(row)} if row else set()
    steps = [Say(kind.name), *quiet, *ground.alive(state)]
    return _made(ground, state, kind, text, row, steps, covers)


def _deaf(ground: Ground, state: str) -> Case:
    framed = [kind for kind in ground.heard if kind.key and not kind.on_line]
    steps: list[Step] = [*(Say(kind.name) for kind in framed), Quiet(2 * PAUSE_S)]
    text = f"the {ground.name} must say nothing to any frame while it is {state}"
    section, where = f"roles.{ground.name}.{state}", _where(ground, state)
    return ground.case(f"{state}/frames", text, section, where, steps, state=state)


def _made(  # noqa: PLR0913, PLR0917 the parts of a case
    ground: Ground,
    state: str,
    kind: MessageType,
    text: str,
    row: Row | None,
    steps: list[Step],
    covers: set[str],
    asks: list[str] | None = None,
) -> Case:
    return ground.case(
        f"{state}/{kind.name}",
        f"the {ground.name}, {state}, {text}",
        f"roles.{ground.name}.{state}",
        row.where if row else _where(ground, state),
        steps,
        state=state,
        covers=covers,
        kind=kind,
        asks=asks or (),
    )


def _where(ground: Ground, state: str) -> Where:
    return next(row.where for row in ground.role.rows if row.state in {state, "*"})
