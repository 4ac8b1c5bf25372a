"""The target's half of a transfer by offset: which blocks came, and what to tell the host."""

from dataclasses import dataclass, field

from lensbus.value import value


@value(frozen=True, slots=True)
class State:
    """What a target tells: it has all before `next` and, of the blocks after that, those of `got`.

    Bit i of `got`, least significant first, is the i-th block from `next` on. Nothing at `limit`
    or beyond may be sent yet.
    """

    next: int
    limit: int
    got: bytes = b""


@dataclass(slots=True)
class Receiver:
    """The target's half: blocks that came, by number, until they are taken from the front.

    `window` bytes beyond what was taken may be sent, so it never keeps more than these.
    """

    size: int
    block: int
    window: int
    taken: int = 0
    _kept: dict[int, bytes] = field(default_factory=dict)
    _there: set[int] = field(default_factory=set)

    def skip(self, offset: int, size: int) -> None:
        """These whole blocks are there already, and need neither come nor be taken."""
        first = offset // self.block
        self._there.update(range(first, first + -(-min(size, self.size - offset) // self.block)))
        self._pass()

    def add(self, offset: int, data: bytes) -> bool:
        """Keep a chunk; False if it is none: not of whole blocks, or not within the limit."""
        end = offset + len(data)
        whole = offset % self.block == 0 and (end % self.block == 0 or end == self.size)
        if not data or not whole or end > self.limit:
            return False
        for start in range(max(offset, self.taken), end, self.block):
            if start // self.block not in self._there:
                self._kept[start // self.block] = data[start - offset :][: self.block]
        return True

    def take(self) -> tuple[int, bytes] | None:
        """The next block, with its offset, once; None: it has not come yet."""
        data = self._kept.pop(self.taken // self.block, None)
        if data is None:
            return None
        offset, self.taken = self.taken, self.taken + len(data)
        self._pass()
        return offset, data

    @property
    def done(self) -> bool:
        """Whether all was taken."""
        return self.taken >= self.size

    @property
    def limit(self) -> int:
        """Where what may be sent ends."""
        return min(self.taken + self.window, self.size)

    @property
    def state(self) -> State:
        """What to tell the host."""
        first = -(-self.taken // self.block)
        while self._has(first):
            first += 1
        end = -(-self.limit // self.block)
        have = (number for number in range(first, end) if self._has(number))
        later = sum(1 << (number - first) for number in have)
        got = later.to_bytes((later.bit_length() + 7) // 8, "little")
        return State(min(first * self.block, self.size), self.limit, got)

    def _has(self, number: int) -> bool:
        return number in self._kept or number in self._there

    def _pass(self) -> None:
        while self.taken // self.block in self._there and not self.done:
            self.taken = min(self.taken + self.block, self.size)
