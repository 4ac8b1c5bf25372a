"""Turn frames into messages and messages into frames: the payloads of one spec by their keys."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any, Final

from lensbus.errors import LocalProtocolError
from lensbus.spec.model import MessageType, Spec
from lensbus.spec.shapes import Delimited, Shape
from lensbus.wire.cutting import Arithmetic
from lensbus.wire.frame import Frame
from lensbus.wire.kinds import shape_of
from lensbus.wire.layout import Layout
from lensbus.wire.message import Checked, Fault, Message
from lensbus.wire.packed import Packed
from lensbus.wire.table import TableShape
from lensbus.wire.whole import Read, Whole, is_whole, key_at

_UNCHECKED: Final = (None, None, b"")

Way = Arithmetic | TableShape


class Payload:
    """The payload of one message, both ways: packed where all is in order, else by its layout."""

    def __init__(self, kind: MessageType) -> None:
        self.kind, self._packed, self.name = kind, Packed(kind.fields), kind.name
        self.heard: Checked = (kind, None, b"")

    def parse(self, data: bytes) -> dict[str, Any] | Fault:
        """As `Layout.parse`."""
        fields = self._packed.unpack(data)
        return self._layout.parse(data) if fields is None else fields

    def take(self, data: bytes) -> tuple[dict[str, Any], int] | Fault:
        """As `Layout.take`."""
        found = self._packed.take(data)
        return self._layout.take(data) if found is None else found

    def build(self, fields: Mapping[str, Any]) -> bytes:
        """As `Layout.build`."""
        data = self.pack(fields)
        return self._layout.build(fields) if data is None else data

    @cached_property
    def pack(self) -> Callable[[Mapping[str, Any]], bytes | None]:
        """As `build`, or None where the layout may know more."""
        return self._packed.pack

    @cached_property
    def _layout(self) -> Layout:
        return Layout(self.kind)


class Keys:
    """What tells the messages apart that one side says in frames of one shape."""

    def __init__(self, shape: Shape, head: Iterable[str], payloads: Iterable[Payload]) -> None:
        places = [*head, "payload"]
        self.seq_at = places.index("seq") if "seq" in places else None
        self.packed_at, self.packed_value = None, 0
        if isinstance(shape, Delimited) and shape.packed is not None:
            self.packed_at, self.packed_value = places.index(shape.packed[0]), shape.packed[1]
        self.in_payload = "payload" in shape.key
        self.pick = itemgetter(*map(places.index, shape.key))
        keys = [(p, _parts(shape, p.kind)) for p in payloads]
        self.payloads = {self.pick([key.get(p) for p in places]): payload for payload, key in keys}
        """By what is picked from a head, to which a key in the payload is added."""
        self.depths = sorted({len(key.get("payload", b" ")) for _, key in keys} | {1}, reverse=True)

    def find(self, head: tuple[Any, ...], rest: bytes) -> tuple[Payload | None, bytes]:
        """What a payload with a key in it begins with, and what comes after that key."""
        for depth in self.depths:
            payload = self.payloads.get(self.pick((*head, rest[:depth])))
            if payload is not None:
                return payload, rest[depth:]
        return None, rest[1:]


@lru_cache(maxsize=64)
def codec(spec: Spec) -> "Codec":
    """The codec of a spec, always the same one: it keeps no state, and takes time to make."""
    return Codec(spec)


class Codec:
    """Both directions of one spec. Payloads are compiled once; a codec keeps no state."""

    def __init__(self, spec: Spec) -> None:
        self._opaque = spec.opaque
        payloads = [Payload(kind) for kind in spec.messages.values() if kind.key]
        ways = [(role, name) for role in spec.roles for name in spec.frames]
        shapes = {way: shape_of(spec.frames[way[1]], way[0]) for way in ways}
        said = {way: [p for p in payloads if (p.kind.sender, p.kind.frame) == way] for way in ways}
        self._sent = {p.name: _Sent(spec, p, shapes[way]) for way in ways for p in said[way]}
        self._readers = {role: _reader(spec, role, self._sent.values()) for role in spec.roles}
        self._heard: dict[str, dict[str, Keys]] = {role: {} for role in spec.roles}
        for role, name in ways:
            places = shapes[role, name].places
            self._heard[role][name] = Keys(spec.frames[name], places, said[role, name])

    def reader(self, sender: str) -> Read:
        """What gives the message of bytes that are one sound frame which `sender` said, else None.

        It knows the frames that are always alike but for their fields; what it gives, `decode`
        gives too. Where it gives None, cut and decode.
        """
        return self._readers[sender]

    def decode(self, item: Frame | Fault, sender: str) -> list[Message | Fault]:
        """The messages of a frame that `sender` said; more than one where the frame is packed.

        An unknown key is a fault, or in an opaque spec a message `unknown_KEY` with its bytes.
        A fault of a framer stays one.

        Raises:
            LocalProtocolError: the spec has no such role.
        """
        try:
            message = self._readers[sender](item.raw)
        except KeyError:
            known = ", ".join(self._readers)
            raise LocalProtocolError(f"nobody here is {sender!r} (roles: {known})") from None
        if message:
            return [message]
        if isinstance(item, Fault):
            return [item]
        return self._decode_all(item, self._heard[sender][item.shape])

    def _decode_all(self, frame: Frame, keys: Keys) -> list[Message | Fault]:
        head, rest = frame.parts
        seq = keys.seq_at and head[keys.seq_at]
        packed = keys.packed_at is not None and head[keys.packed_at] == keys.packed_value
        found: list[Message | Fault] = []
        while True:
            if keys.in_payload:
                if not rest:
                    return [*found, Fault("truncated", frame.raw, "key")]
                key = keys.pick((*head, rest[:1]))
                payload, rest = keys.find(head, rest)
            else:
                key = keys.pick(head)
                payload = keys.payloads.get(key)
            if payload is None:
                return [*found, self._unknown(_words(key), rest, frame, seq)]
            taken = payload.take(rest) if packed else payload.parse(rest)
            if isinstance(taken, Fault):
                return [*found, Fault(taken.kind, frame.raw, taken.path, taken.detail)]
            fields, size = taken if isinstance(taken, tuple) else (taken, len(rest))
            found.append(Message(payload.name, fields, seq, payload.heard))
            if size == len(rest):
                return found
            rest = rest[size:]

    def _unknown(self, words: str, rest: bytes, frame: Frame, seq: int | None) -> Message | Fault:
        if self._opaque:
            return Message(f"unknown_{words}", {"payload": rest}, seq)
        return Fault("unknown message", frame.raw, detail=f"key {words}")

    def encode(self, message: Message, seq: int | None = None) -> bytes:
        """The whole frame of a message, without padding.

        Raises:
            LocalProtocolError: the message is unknown, has no key, or a field does not fit.
        """
        found = self._sent.get(message.name)
        if found is None:
            raise LocalProtocolError(f"no frame can carry {message.name!r}")
        kind, fields, payload = message.checked or _UNCHECKED
        if kind is not found.kind or fields is not message.fields:
            packed = found.payload.pack(message.fields)
            payload = found.payload.build(message.fields) if packed is None else packed
        return found.write(seq or 0, payload)


class _Sent:
    """How a message is sent: `write` puts its number and its payload into a frame."""

    def __init__(self, spec: Spec, payload: Payload, way: Way) -> None:
        shape, kind = spec.frames[payload.kind.frame], payload.kind
        key = _parts(shape, kind)
        self.payload, self.kind = payload, kind
        before = key.pop("payload", b"")
        start, self.whole = way.start(key), None
        self.write: Callable[[int, bytes], bytes] = lambda seq, data: way.fill(
            start, seq, before + data
        )
        if is_whole(shape, kind):
            self.whole = Whole(shape, kind, payload.heard, self.write(0, bytes(kind.size)))
            self.write = self.whole.write


def _reader(spec: Spec, sender: str, sent: Iterable[_Sent]) -> Read:
    """What reads the frames that one side says and that are all alike, by their key."""
    shape, *others = spec.frames.values()
    said = [one.whole for one in sent if one.whole and one.kind.sender == sender]
    if others or not said or not isinstance(shape, Delimited) or sender in shape.pad_from:
        return _nothing
    at, known = key_at(shape), dict[int | bytes, Read]()

    def first(whole: Whole) -> Read:
        """Make the function that reads it when it is first needed."""

        def read(data: bytes) -> Message | None:
            known[data[at]] = made = whole.read
            return made(data)

        return read

    known |= {whole.blank[at]: first(whole) for whole in said}

    def read(data: bytes) -> Message | None:
        try:
            return known[data[at]](data)
        except LookupError:  # of another kind, or too short to tell
            return None

    return read


def _nothing(_data: bytes) -> None:
    """What is no frame that is always alike is left to the framer."""


def _parts(shape: Shape, kind: MessageType) -> dict[str, Any]:
    """A message's key by its parts; in the payload it is some bytes."""
    parts: dict[str, Any] = dict(zip(shape.key, kind.key, strict=False))
    if "payload" in parts:
        parts["payload"] = bytes(kind.key[len(shape.key) - 1 :])
    return parts


def _words(key: int | bytes | tuple[int | bytes, ...]) -> str:
    """A key as it is told, as `09_ab`."""
    parts = key if isinstance(key, tuple) else (key,)
    return "_".join(f"{part:02x}" if isinstance(part, int) else part.hex() for part in parts)
