"""Make frames that no sound device says: cut, too long, out of range, damaged in one part."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lensbus.spec.fields import Field
from lensbus.spec.model import MessageType, Spec
from lensbus.spec.shapes import Delimited
from lensbus.wire.kinds import shape_of


@dataclass(frozen=True, slots=True)
class Damage:
    """What is done to a frame; `at` counts bytes of its payload, or of all of it where told.

    cut: its payload ends at `at` · longer: `data` follows its payload · set: `data` stands at
    `at` of its payload · key: its key is `data` (each of these with a length and a checksum that
    fit) · a part's name: a bit of that part is flipped · short: the frame ends at its byte `at` ·
    noise: it is `data` and nothing else · length: its length field holds `at`.
    """

    how: str
    at: int = 0
    data: bytes = b""


def can_spoil(spec: Spec, kind: MessageType) -> bool:
    """Whether the frames of a message are of a shape that is known here."""
    shape = spec.frames.get(kind.frame)
    return bool(kind.key) and isinstance(shape, Delimited) and "payload" not in shape.key


def parts_of(spec: Spec, kind: MessageType) -> dict[str, tuple[int, int]]:
    """Where each part of the frames of a message begins and ends; the end may be negative."""
    shape = _shape(spec, kind)
    starts = [(name, at) for name, at in shape.places.items() if name != "sync" or shape.sync]
    ends = [at for _, at in starts[1:]]
    parts = {name: (at, end) for (name, at), end in zip(starts, ends, strict=False)}
    if kind.size:
        parts["payload"] = (shape.places["payload"], shape.places["payload"] + kind.size)
    return {**parts, "checksum": (-shape.foot, -shape.foot + shape.checksum_int.size)}


def spoilt(spec: Spec, kind: MessageType, raw: bytes, damage: Damage) -> bytes:
    """The bytes of a sound frame of a message, damaged."""
    made = _HOW.get(damage.how)
    if made is not None:
        return made(_Frame(spec, kind, raw), damage)
    start, _ = parts_of(spec, kind)[damage.how]
    changed = bytearray(raw)
    changed[start] ^= 1
    return bytes(changed)


def places(kind: MessageType) -> Iterator[tuple[Field, int]]:
    """The fields of a message that stand at a fixed place of its payload, each with that."""
    at = 0
    for field in kind.fields:
        yield field, at
        if field.size is None:
            return
        at += field.size


@dataclass(frozen=True, slots=True)
class _Frame:
    spec: Spec
    kind: MessageType
    raw: bytes

    @property
    def payload(self) -> bytes:
        shape = _shape(self.spec, self.kind)
        return self.raw[shape.places["payload"] : len(self.raw) - shape.foot]

    def around(self, payload: bytes, key: tuple[int, ...] = ()) -> bytes:
        """A sound frame around another payload, with the same number."""
        shape = _shape(self.spec, self.kind)
        way = shape_of(shape, self.kind.sender)
        header = dict(zip(shape.key, key or self.kind.key, strict=True))
        seq = self.raw[shape.places["seq"]] if "seq" in shape.places else 0
        return way.fill(way.start(header), seq, payload)

    def length(self, value: int) -> bytes:
        """The frame with another number in its length field, and nothing else changed."""
        shape = _shape(self.spec, self.kind)
        integer, at = dict(shape.header)["length"], shape.places["length"]
        told = value.to_bytes(integer.size, integer.order)
        return self.raw[:at] + told + self.raw[at + integer.size :]


def _set(frame: _Frame, damage: Damage) -> bytes:
    end = damage.at + len(damage.data)
    payload = frame.payload
    return frame.around(payload[: damage.at] + damage.data + payload[end:])


_HOW: dict[str, Callable[[_Frame, Damage], bytes]] = {
    "cut": lambda frame, damage: frame.around(frame.payload[: damage.at]),
    "longer": lambda frame, damage: frame.around(frame.payload + damage.data),
    "set": _set,
    "key": lambda frame, damage: frame.around(frame.payload, tuple(damage.data)),
    "short": lambda frame, damage: frame.raw[: damage.at],
    "noise": lambda _frame, damage: damage.data,
    "length": lambda frame, damage: frame.length(damage.at),
}


def _shape(spec: Spec, kind: MessageType) -> Delimited:
    shape = spec.frames[kind.frame]
    assert isinstance(shape, Delimited)  # noqa: S101 - can_spoil was asked
    return shape
