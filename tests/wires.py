"""What one side of a link says, cut into frames whatever their shape."""

from lensbus.spec.model import MessageType, Spec
from lensbus.spec.shapes import Table
from lensbus.wire.codec import Codec
from lensbus.wire.frame import Frame
from lensbus.wire.kinds import framers
from lensbus.wire.link import link_of
from lensbus.wire.message import Fault, Message


def heard(spec: Spec, kind: MessageType, raw: bytes) -> list[Frame | Fault]:
    """The frames of a message's bytes; an answer in a table needs the opcode that it answers."""
    shape = spec.frames[kind.frame]
    if isinstance(shape, Table):
        return _in_a_table(spec, shape, kind, raw)
    by_frame = framers(spec, kind.sender)
    framer = by_frame.get(kind.frame) or next(iter(by_frame.values()))
    framer.feed(raw)
    framer.end()
    return framer.take()


def decoded(spec: Spec, kind: MessageType, raw: bytes) -> list[Message | Fault]:
    """The messages of one whole frame."""
    (frame,) = heard(spec, kind, raw)
    assert isinstance(frame, Frame)
    return Codec(spec).decode(frame, kind.sender)


def _in_a_table(spec: Spec, table: Table, kind: MessageType, raw: bytes) -> list[Frame | Fault]:
    leads = kind.sender == table.leads
    body = raw if leads else bytes(kind.key) + bytes(len(raw))
    lens = b"\0" + (bytes([1] * (len(raw) - 2)) + b"\0" if leads else raw)
    link, found = link_of(spec), []
    for role in spec.roles:
        link.feed(role, body if role == table.leads else lens, 1.0)
    while (item := link.next()) is not None:
        found.append(item)
    mine = [item for side, item in found if side == kind.sender]
    return mine[:1]
