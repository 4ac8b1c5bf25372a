"""One fault of a plan: what goes wrong, and when."""

from dataclasses import dataclass, field

from lensbus.session.event import Raw
from lensbus.wire.codec import Codec
from lensbus.wire.message import Message

FRAME_KINDS = ("drop", "flip", "truncate", "insert", "duplicate", "replace", "delay")
"""What happens to a frame."""

BYTE_KINDS = ("flip", "truncate", "insert")
"""What happens to a byte, and so to each one that is struck."""

SIDE_KINDS = ("slow", "stuck", "reset", "brownout", "unplug", "bounce", "shake")
"""What befalls a side, whether it says something just then or not."""

KINDS = (*FRAME_KINDS, *SIDE_KINDS)


@dataclass(frozen=True, slots=True)
class Instead:
    """What is said in place of a frame: a message under the frame's own number, or bytes."""

    what: Message | Raw
    codec: Codec = field(compare=False, repr=False)

    def frame(self, seq: int | None) -> bytes:
        """Its bytes, in place of the frame with this number."""
        if isinstance(self.what, Raw):
            return self.what.data
        return self.codec.encode(self.what, seq)


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault: what happens (`kind`) and when. Counts begin with 1, times with the plan.

    Exactly one trigger is given: `frame` the Nth frame said; `byte` the frame that holds the
    Nth byte said, at that byte; `message` the `nth` message of that name; `time` the first
    frame said at or after that second, but for SIDE_KINDS that second itself, or as soon
    afterwards as the link is up; `chance` each frame with this probability, `byte_chance` each
    byte with it, both before second `until` if that is given.

    It lasts `for_s` seconds. A slow side is late by `by_s`; a contact opens `times` times, shaken
    for at most `by_s`. What is stuck at the level `high` is `line`, else the data wire; `idle` is
    what the line is at before its side drives it.
    """

    kind: str
    frame: int | None = None
    byte: int | None = None
    message: str | None = None
    nth: int = 1
    time: float | None = None
    chance: float | None = None
    byte_chance: float | None = None
    until: float | None = None
    for_s: float = 0.0
    by_s: float = 0.0
    times: int = 1
    line: str = ""
    high: bool = False
    idle: bool = False
    instead: Instead | None = None

    @property
    def alone(self) -> bool:
        """Whether it strikes at its time, and not with a frame."""
        return self.time is not None and self.kind in SIDE_KINDS

    @property
    def words(self) -> str:
        """What happens, for a person."""
        return f"{self.kind} {self.line}".rstrip()
