"""Turn frames into messages and messages into frames: the payloads of one spec by their keys."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from lensbus.errors import LocalProtocolError
from lensbus.spec.model import MessageType, Spec
from lensbus.wire.framing import Frame, Shape
from lensbus.wire.layout import Layout
from lensbus.wire.message import Fault, Message
from lensbus.wire.packed import Packed


class Payload:
    """The payload of one message, both ways: packed where all is in order, else by its layout."""

    def __init__(self, kind: MessageType) -> None:
        self.kind, self._packed = kind, Packed(kind.fields)
        self.size, self.greedy = self._packed.size, self._packed.greedy

    def parse(self, data: bytes, *, exact: bool = True) -> dict[str, Any] | Fault:
        """As `Layout.parse`."""
        fields = self._packed.unpack(data, exact=exact)
        return self._layout.parse(data, exact=exact) if fields is None else fields

    def build(self, fields: Mapping[str, Any]) -> bytes:
        """As `Layout.build`."""
        data = self._packed.pack(fields)
        return self._layout.build(fields) if data is None else data

    @cached_property
    def _layout(self) -> Layout:
        return Layout(self.kind)


class Codec:
    """Both directions of one spec. Payloads are compiled once; a codec keeps no state."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._shapes = {name: Shape(shape) for name, shape in spec.frames.items()}
        kinds = [kind for kind in spec.messages.values() if kind.key]
        self._payloads = {kind.name: Payload(kind) for kind in kinds}
        self._heard = {(k.sender, k.frame, k.key): self._payloads[k.name] for k in kinds}
        self._headers = {kind.name: self._header(kind) for kind in kinds}

    def decode(self, frame: Frame, sender: str) -> Iterator[Message | Fault]:
        """The messages of a frame that `sender` said; more than one where the frame is packed.

        An unknown key is a fault, or in an opaque spec a message `unknown_KEY` with its bytes.
        """
        shape = self._spec.frames[frame.shape]
        header, rest = frame.header, frame.payload
        packed = shape.packed is not None and header[shape.packed[0]] == shape.packed[1]
        seq = header.get("seq")
        while True:
            if "payload" in shape.key and not rest:
                yield Fault("truncated", frame.raw, "key")
                return
            key = tuple([rest[0] if part == "payload" else header[part] for part in shape.key])
            rest = rest["payload" in shape.key :]
            payload = self._heard.get((sender, frame.shape, key))
            if payload is None:
                yield self._unknown(key, rest, frame, seq)
                return
            fields = payload.parse(rest, exact=not packed)
            if isinstance(fields, Fault):
                yield Fault(fields.kind, frame.raw, fields.path, fields.detail)
                return
            yield Message(payload.kind.name, fields, seq)
            if not packed or payload.greedy or len(rest) == payload.size:
                return
            rest = rest[payload.size :]

    def _unknown(
        self, key: tuple[int, ...], rest: bytes, frame: Frame, seq: int | None
    ) -> Message | Fault:
        words = "_".join(f"{part:02x}" for part in key)
        if self._spec.opaque:
            return Message(f"unknown_{words}", {"payload": rest}, seq)
        return Fault("unknown message", frame.raw, detail=f"key {words}")

    def encode(self, message: Message, seq: int | None = None) -> bytes:
        """The whole frame of a message, without padding.

        Raises:
            LocalProtocolError: the message is unknown, has no key, or a field does not fit.
        """
        payload = self._payloads.get(message.name)
        if payload is None:
            raise LocalProtocolError(f"no frame can carry {message.name!r}")
        header, key = self._headers[message.name]
        data = key + payload.build(message.fields)
        return self._shapes[payload.kind.frame].build({**header, "seq": seq or 0}, data)

    def _header(self, kind: MessageType) -> tuple[dict[str, int], bytes]:
        """The header fields that are the same in every frame of a message, and its key in front."""
        shape = self._spec.frames[kind.frame]
        key = dict(zip(shape.key, kind.key, strict=True))
        header = {name: key.get(name, 0) for name, _ in shape.header}
        return header, bytes([key["payload"]]) if "payload" in key else b""
