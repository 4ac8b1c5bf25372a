"""The exceptions: what our own side, its files or its user did wrong.

    LensbusError
      SpecError            a spec or profile file is wrong; carries every problem of it
      LocalProtocolError   our own code asked for what the spec forbids
      CaptureError         a capture file cannot be read or written
      ImageError           a firmware image or a key is none, or one that cannot be made
      LinkError            a link cannot be opened
        LinkLostError      a link that was open is gone
      FlashError           a flash cannot do what it was asked, or its file is not its own
      PowerCutError        the power of a flash failed as it was planned

What a peer did wrong is never an exception: it is a `Fault`, a value in order among the messages.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class LensbusError(Exception):
    """Anything that lensbus raises on purpose; its text is one line a person can act on."""


class LocalProtocolError(LensbusError):
    """Our own side asked for a message, a field or a transition that the spec does not allow."""


class CaptureError(LensbusError):
    """A capture file is missing, damaged or not of the format it claims."""


class ImageError(LensbusError):
    """Bytes are no firmware image or key of the wanted format, or asked to become what none is."""


class LinkError(LensbusError):
    """A link cannot be opened: no such port, address in use, not allowed."""


class LinkLostError(LinkError):
    """A link that was open is gone; the text says which and why."""


class FlashError(LensbusError):
    """A flash cannot do what it was asked for, or a file is not its own or damaged."""


class PowerCutError(LensbusError):
    """Power failed within a flash operation, as planned: `done` of its `size` bytes stand."""

    def __init__(self, what: str, done: int, size: int) -> None:
        self.done, self.size = done, size
        super().__init__(f"power failed while {what}: {done} of {size} bytes done")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a file; line and column count from 1, 0 means the file as a whole."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        place = f":{self.line}:{self.column}" if self.line else ""
        return f"{self.file}{place}: {self.text}"


class SpecError(LensbusError):
    """A spec or profile is wrong; `problems` holds every mistake found, sorted by place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))
