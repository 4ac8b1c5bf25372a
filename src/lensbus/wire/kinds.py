"""The arithmetic and the framer of each kind of frame shape."""

from lensbus.errors import LocalProtocolError
from lensbus.spec.model import Spec
from lensbus.spec.shapes import Block, Delimited, Shape, Table, Word
from lensbus.wire.block import BlockShape
from lensbus.wire.cutting import Arithmetic, Cutter, Cutting
from lensbus.wire.framing import Framer
from lensbus.wire.framing import Shape as DelimitedShape
from lensbus.wire.table import TableShape
from lensbus.wire.word import WordShape


def shape_of(shape: Shape, sender: str) -> Arithmetic | TableShape:
    """Both directions of what `sender` says in frames of a shape."""
    match shape:
        case Delimited():
            return DelimitedShape(shape)
        case Word():
            return WordShape(shape)
        case Block():
            return BlockShape(shape)
        case Table():
            return TableShape(shape, leads=sender == shape.leads)


def framers(spec: Spec, sender: str) -> dict[str, Cutting]:
    """What cuts what `sender` says, by the frame that is spoken; the first one is at the start.

    Where no row of the spec says which frame is spoken, there is one, which takes what fits first.

    Raises:
        LocalProtocolError: what one side says cannot be cut without what the other one says.
    """
    groups = [[shape] for shape in spec.frames.values()]
    if not spec.switches:
        groups = [list(spec.frames.values())]
    return {group[0].name: _framer(spec, group, sender) for group in groups}


def _framer(spec: Spec, shapes: list[Shape], sender: str) -> Cutting:
    if len(shapes) == 1 and isinstance(shapes[0], Delimited):
        return Framer(shapes[0], sender)
    ways: list[Arithmetic] = []
    for shape in shapes:
        way = shape_of(shape, sender)
        if isinstance(way, TableShape):
            text = "what one side says shows only beside the other's bytes: decode a capture"
            raise LocalProtocolError(f"{spec.name} cannot be spoken on a link: {text}")
        ways.append(way)
    return Cutter(ways)
