"""When no answer is what is to be expected: on the mount is a passive adapter."""

from lensbus.devices.display import DISPLAY
from lensbus.devices.profile import PASSIVE
from lensbus.session.event import LinkDown, LinkUp, Note
from lensbus.session.log import Record
from lensbus.wire.message import Fault, Message


class Silence:
    """Watches the records of a run for who says that it is passive, or is taken for it.

    It is `known` where the adapter itself says so: then its silence is no fault. What a body takes
    for one may as well be a lens that is broken, until it speaks or is plugged in anew.
    """

    def __init__(self) -> None:
        self._side, self.known = "", False

    def expects(self, record: Record) -> bool:
        """Take a record: whether all that it tells is that something was tried, and no answer."""
        if not self._side and record.verb != "noted":  # as nearly always
            return False
        event = record.event
        if isinstance(event, Note):
            self._learn(record.side, event)
        elif self._side:
            if self._ends(record):
                self._side, self.known = "", False
            unanswered = isinstance(event, Fault) and event.kind == "no reply"
            return bool(self._side) and (unanswered or isinstance(event, Message))
        return False

    def _learn(self, side: str, note: Note) -> None:
        if note.about == PASSIVE:
            self._side, self.known = side, True
        elif not self.known and note.about == DISPLAY and note.facts.get("kind") == PASSIVE:
            self._side = side

    def _ends(self, record: Record) -> bool:
        """Whether it is gone, or says something after all."""
        own = record.side == self._side
        if isinstance(record.event, LinkUp | LinkDown):
            return own
        if self.known or not record.raw or not isinstance(record.event, Message):
            return False
        return own == (record.verb == "heard")
