"""Cut what both sides of a recorded link say: one decoder for both."""

from lensbus.spec.model import Spec
from lensbus.spec.shapes import Table
from lensbus.wire.frame import Frame
from lensbus.wire.kinds import framers
from lensbus.wire.message import Fault
from lensbus.wire.table import Clocks


class Sides:
    """Cuts what each side says by itself, in the frames that the link speaks at that time."""

    def __init__(self, spec: Spec) -> None:
        self._framers = {role: framers(spec, role) for role in spec.roles}
        self._now = {role: next(iter(by_name.values())) for role, by_name in self._framers.items()}
        self._ended: dict[str, bool] = {}

    def feed(self, side: str, data: bytes, t: float) -> None:
        """Take what a side said in a window that began at `t` seconds."""
        self._now[side].feed(data)
        self._ended[side] = False

    def end(self, side: str, t: float) -> None:
        """A window closed: nothing that is to come belongs to what came."""
        self._now[side].end()
        self._ended[side] = True

    def close(self) -> None:
        """The recording is over; what was left open stays untold."""

    def next(self) -> tuple[str, Frame | Fault] | None:
        """Who said the next frame or fault, and what it is; None: that was all for now."""
        for side, framer in self._now.items():
            if (item := framer.next()) is not None:
                return side, item
        return None

    def use(self, frame: str) -> None:
        """Both sides speak this frame from what was not taken on."""
        for side in self._now:
            rest = self._now[side].rest()
            framer = self._now[side] = self._framers[side][frame]
            framer.feed(rest)
            if self._ended.get(side):
                framer.end()


def link_of(spec: Spec) -> Sides | Clocks:
    """What cuts both directions of a spec's link."""
    shape = next(iter(spec.frames.values()))
    return Clocks(spec, shape) if isinstance(shape, Table) else Sides(spec)
