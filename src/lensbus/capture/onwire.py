"""Which records of a running link are bytes on the wire: each frame once, and who said it."""

from collections.abc import Sequence
from typing import Final

from lensbus.capture.uart import Cut
from lensbus.errors import CaptureError
from lensbus.session.log import Record
from lensbus.spec.model import Spec
from lensbus.spec.shapes import Delimited
from lensbus.wire.message import Fault

MAX_BYTES: Final = 1 << 18  # of one frame: the most that Wireshark takes as one packet


class OnWire:
    """Makes cuts of the records of `roles`, one or both of a link.

    Where both record, what they say is all there is. Where one does, what it hears is what its
    peer said: at the time when it was heard, and at a rate that nobody told.
    """

    def __init__(self, spec: Spec, roles: Sequence[str]) -> None:
        others = [role for role in spec.roles if role not in roles]
        self._peer = others[0] if len(roles) == 1 and others else None
        self._packs = any(
            isinstance(shape, Delimited) and shape.packed for shape in spec.frames.values()
        )
        self._heard = (0.0, b"")

    def cut(self, record: Record) -> Cut | None:
        """What a record says was on the wire, unless that is nothing, or known already.

        Raises:
            CaptureError: the frame is bigger than MAX_BYTES.
        """
        size = len(record.raw)
        if size > MAX_BYTES:
            raise CaptureError(f"frame at {record.t} s: got {size} bytes, wanted {MAX_BYTES}")
        if record.verb == "said" and size:
            return _said(record)
        if self._peer is not None and record.verb == "heard" and self._is_new(record):
            return Cut(self._peer, record.t, record.t, None, record.raw, 0)
        return None

    def _is_new(self, record: Record) -> bool:
        """Whether these bytes came just now: not our own, not those of the last record again."""
        if not record.raw or (isinstance(record.event, Fault) and record.event.kind == "no reply"):
            return False  # its bytes are the request's
        heard, self._heard = self._heard, (record.t, record.raw)
        return not (self._packs and heard == self._heard)  # a packed frame's messages share it


def _said(record: Record) -> Cut:
    window = record.window
    if window is None:
        return Cut(record.side, record.t, record.t, None, record.raw, 0)
    return Cut(record.side, window.start, window.end, window.baud, record.raw, 0)
