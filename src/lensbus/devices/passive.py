"""What stands on the mount without electronics: a passive adapter, which only grounds detect."""

from collections.abc import Iterable, Iterator

from lensbus.devices.profile import PASSIVE
from lensbus.session.event import Act, Event, LinkUp, Note
from lensbus.spec.model import Spec
from lensbus.wire.message import Vocabulary


class Passive:
    """A Device of the role `lens` that is there and says no word."""

    deadline: float | None = None

    def __init__(self, spec: Spec) -> None:
        self._say = Vocabulary(spec)
        self._say.require("adapter", ("attached",))

    def on_event(self, event: Event, now: float) -> Iterator[Act]:
        """Be there."""
        if isinstance(event, LinkUp):
            yield Note("no electronics: nothing is answered", PASSIVE)
            yield self._say("attached")

    def on_deadline(self, now: float) -> Iterable[Act]:
        """Nothing is ever due."""
        return ()
