"""When the faults of a plan strike: at frames, bytes and messages said, at times, by chance."""

from collections import Counter
from collections.abc import Iterable, Iterator

from lensbus.session.contract import Chance
from lensbus.session.event import Send
from lensbus.session.rule import BYTE_KINDS, Rule
from lensbus.wire.message import Message


class Triggers:
    """A plan that runs since `began`, and counts what its side says.

    A rule that counts, or that has its time, strikes once.
    """

    def __init__(self, plan: Iterable[Rule], chance: Chance, began: float = 0.0) -> None:
        rules = list(plan)
        self._chance, self._began = chance, began
        self._plan = [rule for rule in rules if not rule.alone]
        self._timed = sorted((began + (r.time or 0.0), n) for n, r in enumerate(rules) if r.alone)
        self._rules = rules
        self._names: Counter[str] = Counter()
        self.frames = self._bytes = 0

    @property
    def deadline(self) -> float | None:
        """When the next rule strikes that waits for no frame."""
        return self._timed[0][0] if self._timed else None

    def due(self, now: float) -> Iterator[Rule]:
        """The rules whose time has come and that wait for no frame."""
        while self._timed and self._timed[0][0] <= now:
            yield self._rules[self._timed.pop(0)[1]]

    def strikes(self, send: Send, now: float) -> Iterator[tuple[Rule, int | None]]:
        """The rules that strike a frame, and at which of its bytes; None: at any."""
        first = self._bytes
        self.frames += 1
        self._bytes += len(send.data)
        if isinstance(send.what, Message):
            self._names[send.what.name] += 1
        for rule in list(self._plan):
            for at in self._hits(rule, send, first, now):
                yield rule, at

    def _hits(self, rule: Rule, send: Send, first: int, now: float) -> list[int | None]:
        if rule.until is not None and self._began + rule.until <= now:
            self._plan.remove(rule)
            return []
        if rule.chance is not None:
            return [None] if self._chance.random() < rule.chance else []
        if rule.byte_chance is not None:
            size = range(len(send.data))
            struck = [at for at in size if self._chance.random() < rule.byte_chance]
            return [*struck] if rule.kind in BYTE_KINDS else [*struck[:1]]
        if not self._due(rule, send, first, now):
            return []
        self._plan.remove(rule)
        return [None if rule.byte is None else rule.byte - 1 - first]

    def _due(self, rule: Rule, send: Send, first: int, now: float) -> bool:
        if rule.frame is not None:
            return rule.frame == self.frames
        if rule.byte is not None:
            return first < rule.byte <= first + len(send.data)
        if rule.message is not None:
            named = isinstance(send.what, Message) and send.what.name == rule.message
            return named and self._names[rule.message] == rule.nth
        return rule.time is not None and self._began + rule.time <= now
