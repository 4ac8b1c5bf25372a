"""When no answer is no fault: after a body took what never answers for a passive adapter."""

from lensbus.devices.display import DISPLAY
from lensbus.devices.profile import PASSIVE
from lensbus.session.event import LinkDown, LinkUp, Note
from lensbus.session.log import Record
from lensbus.wire.message import Fault, Message

NO_REPLY = "no reply"


class Silence:
    """Watches the records of a run; `forgiven` are the faults that were told before it was known.

    What speaks after all, or is plugged in anew, is no passive adapter any more.
    """

    def __init__(self) -> None:
        self._side, self.forgiven = "", 0

    def expects(self, record: Record) -> bool:
        """Take a record: whether all that it tells is that something was tried, and no answer."""
        event, self.forgiven = record.event, 0
        if (
            isinstance(event, Note)
            and event.about == DISPLAY
            and event.facts.get("kind") == PASSIVE
        ):
            self._side, self.forgiven = record.side, int(event.facts["unanswered"])
        elif isinstance(event, LinkUp | LinkDown) or self._speaks(record):
            self._side = ""
        elif self._side:
            return isinstance(event, Message) or self._unanswered(event)
        return False

    def _speaks(self, record: Record) -> bool:
        """Whether the other side says something, by this side's records or by its own."""
        own = record.side == self._side
        return (
            bool(record.raw)
            and isinstance(record.event, Message)
            and (record.verb == "heard") == own
        )

    @staticmethod
    def _unanswered(event: object) -> bool:
        return isinstance(event, Fault) and event.kind == NO_REPLY
