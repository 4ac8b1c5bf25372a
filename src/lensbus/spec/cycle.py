"""What a cycle costs: the bytes that each side says at every sync, against what a rate carries."""

from collections.abc import Iterable
from dataclasses import dataclass

from lensbus.spec.model import Found, MessageType, Spec
from lensbus.spec.shapes import Delimited, Shape


@dataclass(frozen=True, slots=True)
class Load:
    """What a role says in a cycle: the messages, and their frames in bytes, at their greatest."""

    role: str
    messages: tuple[MessageType, ...]
    size: int

    def share(self, spec: Spec, baud: int) -> float:
        """How much of a cycle that takes at a rate."""
        return self.size / period(spec, baud)


def period(spec: Spec, baud: int) -> float:
    """How many bytes go one way in a cycle at a rate."""
    return baud / spec.link.bits_per_byte / spec.constant("sync_hz")


def loads(spec: Spec) -> tuple[Load, ...]:
    """What each role says in a cycle; nothing where a spec has none.

    A sync that has a line of its own counts where a link without that line carries it.
    """
    return tuple(
        Load(role, kinds, _size(spec, role, kinds))
        for role in spec.roles
        if (kinds := tuple(kind for kind in spec.messages.values() if _is_said(spec, role, kind)))
    )


def overload(spec: Spec) -> Found:
    """Every role whose cycle not even the fastest rate holds."""
    fastest = max(spec.link.rates)
    for load in loads(spec):
        if load.share(spec, fastest) > 1:
            text = f"{load.size} bytes a cycle, {fastest} baud carry {period(spec, fastest):.0f}"
            yield load.messages[0].where, f"the {load.role}'s cycle: {text}"


def _is_said(spec: Spec, role: str, kind: MessageType) -> bool:
    line = spec.link.lines[kind.on_line.line] if kind.on_line else None
    on_wire = line is None or line.absent == "in_band"
    return kind.cyclic and kind.sender == role and on_wire


def _size(spec: Spec, role: str, kinds: Iterable[MessageType]) -> int:
    """The bytes of a role's messages; those that go in a row share their frames."""
    size, rows = 0, dict.fromkeys(spec.frames, 0)
    for kind in kinds:
        shape = spec.frames[kind.frame]
        if _is_packed(shape, kind):
            rows[kind.frame] += _fields(shape, kind) + 1
        else:
            size += _padded(shape, role, _fields(shape, kind))
    for name, row in rows.items():
        shape = spec.frames[name]
        whole, rest = divmod(row, shape.room + 1)
        size += whole * _padded(shape, role, shape.room)
        size += _padded(shape, role, rest - 1) if rest else 0
    return size


def _is_packed(shape: Shape, kind: MessageType) -> bool:
    if not isinstance(shape, Delimited) or shape.packed is None:
        return False
    name, value = shape.packed
    return dict(zip(shape.key, kind.key, strict=False)).get(name) == value


def _fields(shape: Shape, kind: MessageType) -> int:
    """The bytes of a message's fields; one that takes the rest fills the frame."""
    sizes = [field.size for field in kind.fields]
    return shape.room if None in sizes else sum(size or 0 for size in sizes)


def _padded(shape: Shape, role: str, fields: int) -> int:
    size = shape.around + fields
    if not isinstance(shape, Delimited):
        return size
    return size if role not in shape.pad_from else -(-size // shape.pad_to) * shape.pad_to
