"""Virtual time for a test: it stands still, but while the test waits for something."""

from collections.abc import Callable, Mapping, Sequence
from math import inf
from random import Random

from lensbus.bench.gate import Gate, Watch
from lensbus.bench.pair import BODY, LENS
from lensbus.conformance.dialogue import Dialogue, Step, is_end
from lensbus.errors import LinkError
from lensbus.session.contract import Chance, Port
from lensbus.session.exchange import exchange
from lensbus.session.faults import Filter
from lensbus.session.line import Strip
from lensbus.session.log import Record
from lensbus.session.rule import Rule
from lensbus.spec.model import Spec

Plan = Mapping[str, tuple[Sequence[Rule], Chance]]
"""Rules by role, and the chance that they draw from."""

LONGEST_S = 3600.0
"""Virtual seconds; no step takes so long."""


class Virtual:
    """A body and a lens on a strip. Time halts at `side`, where the test stands or looks on."""

    url = ""

    def __init__(
        self,
        spec: Spec,
        ends: Mapping[str, Port],
        side: str,
        plan: Plan,
        seed: int,
        dialogue: Dialogue | None = None,
    ) -> None:
        self.side, self._dialogue = side, dialogue
        self._filters = {
            role: Filter(port, role, *plan.get(role, ((), Random(seed))))
            for role, port in ends.items()
        }
        self._gate = Gate(self._filters[side], side)
        ports: dict[str, Port] = {**self._filters, side: self._gate}
        self.lines = frozenset(spec.link.lines)
        self.records: list[Record] = []
        chance = Random(f"{seed}/strip")
        self._exchange = exchange(ports[BODY], ports[LENS], Strip.of(spec), inf, chance)
        self.run(0.0)

    @property
    def now(self) -> float:
        """Virtual seconds since the test began."""
        return self._gate.now

    def run(self, seconds: float, watched: Watch | None = None) -> bool:
        """Let time pass, up to a record of `side` at most; gives whether it came."""
        before = len(self.records)
        self.records += self._gate.steps(self._exchange, self.now + seconds, watched)
        return watched is not None and any(map(watched, self.records[before:][-1:]))

    def play(self, step: Step) -> None:
        """Let the test's side play a step.

        Raises:
            LinkError: the step has no end, since nobody is there.
        """
        if self._dialogue is not None:
            self._dialogue.give(step)
        if not self.run(LONGEST_S, is_end):
            raise LinkError("nobody is there: the link was unplugged, or the power of a flash cut")

    def wait(self, seconds: float) -> None:
        """Let time pass, whatever comes."""
        self.run(seconds)
        if self._dialogue is not None:
            self._dialogue.forget()

    def act(self, role: str, act: Callable[[Filter, float], None]) -> None:
        """Let somebody act on a side now; it shows when that side next hears or does something."""
        act(self._filters[role], self.now)

    def close(self) -> None:
        """Nothing runs on."""
