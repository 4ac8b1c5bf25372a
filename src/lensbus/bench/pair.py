"""A virtual body and a virtual lens of one spec, and what became of them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lensbus.bench.unit import Unit
from lensbus.devices.body import Body, Step
from lensbus.devices.lens import Lens
from lensbus.devices.profile import BodyProfile, LensProfile
from lensbus.session.contract import Chance, Port
from lensbus.session.endpoint import Endpoint
from lensbus.session.exchange import exchange
from lensbus.session.faults import Filter, Rule
from lensbus.session.line import Strip
from lensbus.session.log import Record
from lensbus.spec.model import Spec
from lensbus.wire.message import Fault

BODY, LENS = "body", "lens"

DEMO: tuple[Step, ...] = (
    Step(0.5, "focus_move", {"mode": "absolute", "target": 3000, "speed": 6000}),
    Step(1.0, "aperture_set", {"aperture_av256": 1273}),
    Step(2.0, "sleep", {}),
    Step(2.5, "wake", {}),
)
"""Focus to 3,000 counts in half a second, stop down to f/5.6, sleep, wake."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Both ends; each unit may stand behind a filter that does faults to what it says."""

    body: Unit
    lens: Unit
    ports: tuple[Port, Port]
    strip: Strip

    def run(self, until: float, chance: Chance) -> Iterator[Record]:
        """Let them talk until `until` virtual seconds; gives every record."""
        return exchange(*self.ports, self.strip, until, chance)


def pair(
    spec: Spec,
    body: BodyProfile,
    lens: LensProfile,
    *,
    script: Sequence[Step] = DEMO,
    strip: Strip | None = None,
    faults: Mapping[str, tuple[Sequence[Rule], Chance]] | None = None,
) -> Pair:
    """A body and a lens on a strip; `faults` are plans by role, each with its own chance."""
    units = {BODY: body_unit(spec, body, script), LENS: lens_unit(spec, lens)}
    ports: dict[str, Port] = dict(units)
    for role, (plan, chance) in (faults or {}).items():
        ports[role] = Filter(units[role], role, plan, chance)
    return Pair(units[BODY], units[LENS], (ports[BODY], ports[LENS]), strip or Strip.of(spec))


def body_unit(
    spec: Spec, profile: BodyProfile, script: Sequence[Step] = (), slack_s: float = 0.0
) -> Unit:
    """A whole body, to stand at one end of any link."""
    endpoint = Endpoint(spec, BODY, Body(spec, profile, script), slack_s=slack_s)
    return Unit({"application": endpoint}, spec.constant("restart_s"))


def lens_unit(spec: Spec, profile: LensProfile, slack_s: float = 0.0) -> Unit:
    """A whole lens, to stand at one end of any link."""
    endpoint = Endpoint(spec, LENS, Lens(spec, profile), slack_s=slack_s)
    return Unit({"application": endpoint}, spec.constant("restart_s"))


@dataclass(slots=True)
class Tally:
    """Counts of a run, from its records alone; faults are those that a side heard."""

    frames: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def watch(self, records: Iterable[Record]) -> Iterator[Record]:
        """Count records on their way through."""
        for record in records:
            if isinstance(record.event, Fault):
                self.faults[record.event.kind] += 1
            elif record.verb == "said" and record.raw:
                self.frames[record.side] += 1
            yield record
