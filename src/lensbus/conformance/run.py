"""Run cases against a device: in virtual time here, over a link by whoever pumps the tester."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lensbus.conformance.cases import Case, Outcome
from lensbus.conformance.end import End
from lensbus.conformance.ground import Ground
from lensbus.conformance.stage import Stage
from lensbus.conformance.tester import CASE, VERDICT, Tester
from lensbus.conformance.usual import Play
from lensbus.errors import LocalProtocolError
from lensbus.session.contract import Chance, Port
from lensbus.session.event import Note
from lensbus.session.exchange import exchange
from lensbus.session.line import Strip
from lensbus.session.log import Record

LIMIT_S = 120.0
"""Virtual seconds; no case takes so long, and one that does is left."""

KEPT = 60
"""Records that are kept of a case: its last ones."""


def run(
    ground: Ground,
    play: Play,
    case: Case,
    device: Port,
    chance: Chance,
    blobs: Mapping[str, Any] | None = None,
) -> Outcome:
    """Play one case against a new device, in virtual time."""
    tester = Tester(Stage(ground, play, blobs or {}), [case])
    end = End(ground.spec, ground.name, tester)
    records = exchange(end, device, Strip.of(ground.spec), LIMIT_S, chance)
    mine = (record for record in records if record.side == end.role)
    try:
        found = next(outcomes(mine, [case]), None)
    except LocalProtocolError as error:  # a virtual device does not get so far as to the wire
        text = f"the virtual device itself stopped: {error}"
        return Outcome(case, "FAIL", "a device that says what its own spec allows", text)
    return found or Outcome(case, "INCONCLUSIVE", "an end", f"none within {LIMIT_S:g} s")


def outcomes(records: Iterable[Record], cases: Sequence[Case]) -> Iterator[Outcome]:
    """What became of each case, from a tester's records alone."""
    gathering = Gathering(cases)
    for record in records:
        yield from gathering.add(record)


class Gathering:
    """Gathers what became of cases from the records of a tester, as they come."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self._cases = {case.address: case for case in cases}
        self._kept: list[Record] = []

    def add(self, record: Record) -> Iterator[Outcome]:
        """Take a record; gives the outcome of a case that ends with it."""
        event = record.event
        about = event.about if isinstance(event, Note) else ""
        if about == CASE:
            self._kept = []
        elif about == VERDICT and isinstance(event, Note):
            yield self._outcome(event.facts)
        else:
            self._kept.append(record)

    def _outcome(self, facts: Mapping[str, float | str]) -> Outcome:
        return Outcome(
            self._cases[str(facts["case"])],
            facts["verdict"],  # type: ignore[arg-type] # the tester's own word
            str(facts.get("expected", "")),
            str(facts.get("actual", "")),
            float(facts["took_s"]),
            tuple(self._kept[-KEPT:]),
        )
