"""Hold the frame shapes of a spec against its messages and tables: what no frame can say."""

from collections import defaultdict

from lensbus.spec.behaviour import ANY, SAME, Role, Row
from lensbus.spec.model import Found, MessageType, Spec
from lensbus.spec.shapes import Delimited, Table


def unspeakable(spec: Spec) -> Found:
    """Every message that its frame cannot carry, and every row that cannot be heard or said."""
    if not spec.frames:
        return
    yield from _sizes(spec)
    yield from _kinds(spec)
    for role in spec.roles.values():
        for row in role.rows:
            if row.frame not in {None, *spec.frames}:
                yield row.where, f"{_place(role, row)}: unknown frame {row.frame!r}"
        if spec.switches:
            yield from _unheard(spec, role)


def _sizes(spec: Spec) -> Found:
    for message in spec.messages.values():
        shape = spec.frames.get(message.frame)
        if shape is None or not message.key:
            continue
        size, (least, most) = message.size, shape.sizes(message.key)
        if size > most or (size < least and not message.greedy):
            wanted = f"holds {most}" if least < most else f"wants {most}"
            yield message.where, f"{message.name}: {size} bytes of fields, a frame {wanted}"
        elif least == most and message.varies:
            yield message.where, f"{message.name}: a frame has {most} bytes of fields: give sizes"


def _kinds(spec: Spec) -> Found:
    """What only one kind of shape knows."""
    alone = spec.switches or len(spec.frames) == 1
    for shape in spec.frames.values():
        where = next((m.where for m in spec.messages.values() if m.frame == shape.name), None)
        if where is None:
            continue
        if isinstance(shape, Delimited) and shape.pad_from and not alone:
            yield where, f"frames.{shape.name}.pad: is known only where no other shape is heard"
        if isinstance(shape, Table):
            if len(spec.frames) > 1:
                yield where, f"frames.{shape.name}: a table is the only shape of its link"
            if shape.leads not in spec.roles:
                yield where, f"frames.{shape.name}.leads: unknown role {shape.leads!r}"
            yield from _answers(spec, shape)


def _answers(spec: Spec, table: Table) -> Found:
    """In a table, an answer is as long as its opcode and what follows that."""
    messages = [m for m in spec.messages.values() if m.key and m.frame == table.name]
    said = {message.key: message for message in messages if message.sender == table.leads}
    for message in messages:
        ends = message.greedy or (table.until == 0 and _until_zero(message))
        if message.varies and not ends:
            yield message.where, f"{message.name}: of no one size, so no table can cut it"
            continue
        if message.sender == table.leads:
            continue
        asked = said.get(message.key)
        if asked is None:
            yield message.where, f"{message.name}: answers an opcode that no message has"
        elif asked.greedy != ends:
            yield message.where, f"{message.name}: takes the rest, and so must {asked.name}"
        elif message.greedy and table.until is None:
            yield message.where, f"{message.name}: takes the rest, but the frame has no until"
        elif not ends and message.size != asked.size + 1:
            text = f"{message.size} bytes of fields, its clocks are {asked.size + 1}"
            yield message.where, f"{message.name}: {text}"


def _until_zero(message: MessageType) -> bool:
    return bool(message.fields) and message.fields[-1].until_zero


def _unheard(spec: Spec, role: Role) -> Found:
    """Rows in a frame that is never spoken in their state, and states that a frame leaves dumb."""
    spoken = _spoken(spec, role)
    frames: defaultdict[str, set[str]] = defaultdict(set)
    for state, frame in spoken:
        frames[state].add(frame)
        frames[ANY].add(frame)
    framed: defaultdict[str, dict[str, Row]] = defaultdict(dict)  # the first row of each frame
    for row in role.rows:
        kind = spec.messages.get(row.message)
        if row.verb == "timeout" or kind is None or not _framed(kind):
            continue
        framed[row.state].setdefault(kind.frame, row)
        here = frames[row.state]
        if here and kind.frame not in here:
            text = f"{row.message} is said in a {kind.frame}, here it is {', '.join(sorted(here))}"
            yield row.where, f"{_place(role, row)}: {text}"
    for state, frame in sorted(spoken):
        known = {**framed[ANY], **framed[state]}
        if framed[state] and frame not in known:
            row = next(iter(framed[state].values()))
            yield row.where, f"{_place(role, row)}: where {frame} is spoken, nothing can be said"


def _spoken(spec: Spec, role: Role) -> set[tuple[str, str]]:
    """Every state that can be reached, with the frames that can be spoken there."""
    found: set[tuple[str, str]] = set()
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for row in role.rows:
        rows[row.state].append(row)
    todo = {(role.start, next(iter(spec.frames)))}
    while todo:
        found |= todo
        todo = {
            (state if row.next == SAME else row.next, _known(row.frame, spec) or frame)
            for state, frame in todo
            for row in (*rows[state], *rows[ANY])
            if _possible(spec, row, frame)
        } - found
    return found


def _known(frame: str | None, spec: Spec) -> str | None:
    return frame if frame in spec.frames else None


def _possible(spec: Spec, row: Row, frame: str) -> bool:
    kind = spec.messages.get(row.message)
    return row.verb == "timeout" or kind is None or not _framed(kind) or kind.frame == frame


def _framed(kind: MessageType) -> bool:
    return bool(kind.key) and kind.on_line is None


def _place(role: Role, row: Row) -> str:
    return f"{role.name} table, state {row.state}"
