"""Turn frames into messages and messages into frames: the layouts of one spec by their keys."""

from collections.abc import Iterator

from lensbus.errors import LocalProtocolError
from lensbus.spec.model import Delimited, MessageType, Spec
from lensbus.wire.framing import Frame, Shape
from lensbus.wire.layout import Layout
from lensbus.wire.message import Fault, Message

_Known = dict[tuple[str, str, tuple[int, ...]], tuple[MessageType, Layout]]


class Codec:
    """Both directions of one spec. Layouts are built once; a codec keeps no state."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._shapes = {name: Shape(shape) for name, shape in spec.frames.items()}
        self._layouts = {name: Layout(kind) for name, kind in spec.messages.items()}
        self._known: _Known = {
            (kind.sender, kind.frame, kind.key): (kind, self._layouts[kind.name])
            for kind in spec.messages.values()
            if kind.key
        }

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
            key = tuple(rest[0] if part == "payload" else header[part] for part in shape.key)
            rest = rest["payload" in shape.key :]
            kind, layout = self._known.get((sender, frame.shape, key), (None, None))
            if kind is None or layout is None:
                yield self._unknown(key, rest, frame, seq)
                return
            fields = layout.parse(rest, exact=not packed)
            if isinstance(fields, Fault):
                yield Fault(fields.kind, frame.raw, fields.path, fields.detail)
                return
            yield Message(kind.name, fields, seq)
            rest = rest[layout.size :]
            if not packed or layout.greedy or not rest:
                return

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
        kind = self._spec.messages.get(message.name)
        if kind is None or not kind.key:
            raise LocalProtocolError(f"no frame can carry {message.name!r}")
        shape = self._spec.frames[kind.frame]
        payload = self._layouts[kind.name].build(message.fields)
        header = {"seq": seq or 0}
        for part, value in zip(shape.key, kind.key, strict=True):
            if part == "payload":
                payload = bytes([value]) + payload
            else:
                header[part] = value
        return self._shapes[shape.name].build(self._complete(shape, header), payload)

    @staticmethod
    def _complete(shape: Delimited, header: dict[str, int]) -> dict[str, int]:
        return {name: header.get(name, 0) for name, _ in shape.header}
