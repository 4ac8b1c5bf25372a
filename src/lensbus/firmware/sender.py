"""The host's half of a transfer by offset: what to send next, in what chunks.

Chunks are of whole blocks, several on the way at a time. A line keeps the order of what is said
on it, so a chunk is lost as soon as a later one has come: it is sent again at once, and nobody
waits for a time-out but at the end.
"""

import math
from collections import deque
from dataclasses import dataclass

from lensbus.firmware.receiver import State

MOST_DOUBLINGS = 6

FADING = 0.98
"""What is left of an old loss after each chunk: some fifty chunks tell how bad the line is."""


@dataclass(slots=True)
class Sent:
    """A chunk on its way: blocks `first` to `last`, the last one not included."""

    first: int
    last: int
    size: int
    at: float
    again: bool


@dataclass(slots=True)
class Trip:
    """How long a chunk and its answer take, and how much that varies, as in RFC 6298."""

    mean_s: float = 0.0
    swing_s: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        if not self.mean_s:
            self.mean_s, self.swing_s = seconds, seconds / 2
        self.swing_s += (abs(seconds - self.mean_s) - self.swing_s) / 4
        self.mean_s += (seconds - self.mean_s) / 8

    def after(self, tries: int) -> float:
        """No chunk takes longer; after each try in vain it may be twice as long, up to a limit."""
        return (self.mean_s + 4 * self.swing_s) * (1 << min(tries, MOST_DOUBLINGS))


class Sender:
    """The host's half. Chunks are of `block` bytes times a power of two, up to `most`.

    `frame` is how many bytes go around each chunk: with it, and the losses so far, the size of
    chunks is such that the least is lost on the line: the root of `frame` over losses per byte.
    """

    def __init__(self, size: int, *, block: int, most: int, frame: int) -> None:
        self.size, self._block, self._frame = size, block, frame
        self._sizes = [block << n for n in range(max(1, (most // block).bit_length()))]
        self._blocks = -(-size // block)
        self._has = bytearray(self._blocks)
        self._fresh = 0  # the first block that was never sent
        self._known = 0  # the first block that may be missing
        self._lost: deque[int] = deque()
        self._flying: deque[Sent] = deque()
        self._losses = self._carried = 0.0
        self.next = self.limit = 0
        self.flying_bytes = self.sent_bytes = self.resent_bytes = 0
        self.trip = Trip()

    def begin(self, state: State, most: int, now: float) -> None:
        """Begin, or begin again: only what the target tells is there, chunks are of `most`."""
        self._sizes = [size for size in self._sizes if size <= most] or [self._block]
        self._has, self._fresh, self._known = bytearray(self._blocks), 0, 0
        self._lost.clear()
        self._flying.clear()
        self.next = self.limit = self.flying_bytes = 0
        self.tell(state, now)

    @property
    def has_bytes(self) -> int:
        """How much the target has."""
        return min(self._has.count(1) * self._block, self.size)

    @property
    def done(self) -> bool:
        """Whether the target has all of it."""
        return self.next >= self.size

    @property
    def held(self) -> bool:
        """Whether it is the target's limit that keeps the next chunk back."""
        return not self._lost and self._stops(self._find_fresh())

    @property
    def chunk(self) -> int:
        """How big chunks are best now, in bytes."""
        if not self._losses:
            return self._sizes[-1]
        best = math.sqrt(self._frame * self._carried / self._losses)
        return min(self._sizes, key=lambda size: abs(math.log(size / best)))

    def take(self, now: float) -> tuple[int, int] | None:
        """Offset and size of the chunk to send now: what was lost first; None: nothing may go."""
        again = bool(self._lost)
        if again:
            first = self._lost.popleft()
        else:
            first = self._find_fresh()
            if first >= self._blocks or self._stops(first):
                return None
        last = first + 1
        while last - first < self.chunk // self._block and self._follows(last, again=again):
            last += 1
        return self._send(first, last, now, again=again)

    def tell(self, state: State, now: float) -> None:
        """Take what the target told."""
        self.limit = max(self.limit, state.limit)
        self.next = max(self.next, state.next)
        edge, bits = -(-state.next // self._block), int.from_bytes(state.got, "little")
        self._has[self._known : edge] = b"\1" * (min(edge, self._blocks) - self._known)
        self._known = max(self._known, min(edge, self._blocks))
        while bits:
            number = edge + (bits & -bits).bit_length() - 1
            if number < self._blocks:
                self._has[number] = 1
            bits &= bits - 1
        self._sort_out(now)

    def give_up(self) -> None:
        """Nothing was heard for too long: send the oldest chunk again, or the last one."""
        if self._flying:
            self._lose(self._flying.popleft())
        elif self._fresh and not self._lost:
            self._lost.append(max(0, self._fresh - 1))

    def _find_fresh(self) -> int:
        """The next block that was never sent, and that the target has not from before."""
        while self._fresh < self._blocks and self._has[self._fresh]:
            self._fresh += 1
        return self._fresh

    def _allowed(self) -> int:
        """The block before which new ones may be sent."""
        return min(
            self._blocks, self.limit // self._block if self.limit < self.size else self._blocks
        )

    def _stops(self, first: int) -> bool:
        """Whether the limit is too near for a chunk from here on."""
        # It rises block by block; to use each would make every chunk a small one.
        least = self.chunk // self._block if self._flying else 1
        return self._allowed() < min(first + least, self._blocks)

    def _follows(self, number: int, *, again: bool) -> bool:
        if again:
            if self._lost and self._lost[0] == number:
                self._lost.popleft()
                return True
            return False
        return number < self._allowed() and not self._has[number]

    def _send(self, first: int, last: int, now: float, *, again: bool) -> tuple[int, int]:
        offset = first * self._block
        size = min(last * self._block, self.size) - offset
        self._flying.append(Sent(first, last, size, now, again))
        self.flying_bytes += size
        self.sent_bytes += size
        if again:
            self.resent_bytes += size
        self._fresh = max(self._fresh, last)
        return offset, size

    def _sort_out(self, now: float) -> None:
        """Chunks that came are over, those before the newest of them are lost."""
        come = [all(self._has[sent.first : sent.last]) for sent in self._flying]
        if True not in come:
            return
        newest = len(come) - 1 - come[::-1].index(True)
        for whole in come[: newest + 1]:
            sent = self._flying.popleft()
            if not whole:
                self._lose(sent)
                continue
            self._count(sent, lost=0)
            if not sent.again:
                self.trip.add(now - sent.at)

    def _lose(self, sent: Sent) -> None:
        self._count(sent, lost=1)
        self._lost += [n for n in range(sent.first, sent.last) if not self._has[n]]

    def _count(self, sent: Sent, lost: int) -> None:
        self.flying_bytes -= sent.size
        self._carried = self._carried * FADING + sent.size
        self._losses = self._losses * FADING + lost
