"""The wires that a side drives: late while it is slow, lost or wrong while they are stuck."""

from collections import deque

from lensbus.session.event import Output, Raw, Send, SetLine

DATA = ""
"""The data wire, among the names of lines."""


class Wires:
    """Carries a side's output in its order; knows the levels that its lines should be at."""

    def __init__(self) -> None:
        self._out: list[Output] = []
        self._held: deque[tuple[float, Output]] = deque()
        self._wanted: dict[str, bool] = {}
        self._stuck: dict[str, tuple[bool, bool]] = {}
        self._used = False
        self.late_s = 0.0
        """How much later each frame leaves."""

    def begin(self, *, up: bool) -> None:
        """The link changed: what waits is lost; a new one finds stuck what is stuck."""
        self._held.clear()
        self._wanted.clear()
        self._used = False
        if up:
            stuck = [(line, high) for line, (high, idle) in self._stuck.items() if high != idle]
            self._out += [SetLine(line, high) for line, high in stuck if line != DATA]

    def lose(self) -> None:
        """Lose what waits; the lines stay as they are."""
        self._held.clear()

    def hurry(self, now: float) -> None:
        """Let go of all that waits."""
        self._held = deque((now, output) for _, output in self._held)

    def put(self, output: Output) -> None:
        """Let something out at once."""
        self._out.append(output)

    def add(self, output: Output, now: float, delay_s: float = 0.0) -> None:
        """Let something out in its turn; a frame as late as its side is, and by this delay."""
        late_s = self.late_s + delay_s if isinstance(output, Send) else 0.0
        earliest = self._held[-1][0] if self._held else now
        self._held.append((max(earliest, now + late_s), output))

    def take(self, now: float) -> list[Output]:
        """What leaves now, in order."""
        while self._held and self._held[0][0] <= now:
            self._leave(self._held.popleft()[1])
        out, self._out = self._out, []
        return out

    @property
    def deadline(self) -> float | None:
        """When the next thing that waits leaves."""
        return self._held[0][0] if self._held else None

    def stick(self, line: str, *, high: bool, idle: bool) -> None:
        """Hold a line, or the data wire, at a level; the line is `idle` if nobody drove it."""
        now_high = self._stuck[line][0] if line in self._stuck else self._wanted.get(line, idle)
        if line == DATA and not high:
            if self._used:  # the edge is heard as the start of a byte without a stop, at its rate
                self._out.append(_low(1))
        elif line != DATA and now_high != high:
            self._out.append(SetLine(line, high))
        self._stuck[line] = high, idle

    def free(self, line: str) -> None:
        """Let a wire go; a line gets the level that it should be at."""
        high, idle = self._stuck.pop(line)
        wanted = self._wanted.get(line, idle)
        if line != DATA and wanted != high:
            self._out.append(SetLine(line, wanted))

    def _leave(self, output: Output) -> None:
        self._used = True
        if isinstance(output, SetLine):
            self._wanted[output.line] = output.high
            if output.line not in self._stuck:
                self._out.append(output)
        elif isinstance(output, Send) and DATA in self._stuck:
            if not self._stuck[DATA][0]:
                self._out.append(_low(len(output.data)))
        else:
            self._out.append(output)


def _low(size: int) -> Send:
    """What a wire that is held low sounds like."""
    return Send(bytes(size), Raw(bytes(size)))
