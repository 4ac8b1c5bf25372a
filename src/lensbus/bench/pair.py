"""A virtual body and a virtual lens of one spec, and what became of them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lensbus.bench.scene import Outlook, Scene
from lensbus.bench.silence import Silence
from lensbus.bench.swap import Swap
from lensbus.bench.unit import Unit
from lensbus.devices.autofocus import OFF
from lensbus.devices.body import Body
from lensbus.devices.hands import Hand
from lensbus.devices.lens import Lens
from lensbus.devices.pace import MISSED
from lensbus.devices.passive import Passive
from lensbus.devices.profile import BodyProfile, LensProfile
from lensbus.devices.script import Step, within
from lensbus.errors import LocalProtocolError
from lensbus.session.contract import Chance, Device, Port
from lensbus.session.endpoint import Endpoint
from lensbus.session.event import Note
from lensbus.session.exchange import exchange
from lensbus.session.faults import DONE, Filter
from lensbus.session.line import Strip
from lensbus.session.log import Record
from lensbus.session.rule import Rule
from lensbus.spec.model import Spec
from lensbus.wire.message import Fault, Message

BODY, LENS = "body", "lens"

DEMO: tuple[Step, ...] = (
    Step(0.5, "focus_move", {"mode": "absolute", "target": 3000, "speed": 6000}),
    Step(1.0, "aperture_set", {"aperture_av256": 1273}),
    Step(2.0, "sleep", {}),
    Step(2.5, "wake", {}),
)
"""Focus to 3,000 counts in half a second, stop down to f/5.6, sleep, wake; or as far as it goes."""


@dataclass(frozen=True, slots=True)
class Use:
    """How a body is operated: the scene before it, its autofocus mode, its sync rate in Hz.

    `light` is what the grain of its pictures is drawn from. Without a rate it is its usual one.
    """

    scene: Scene | None = None
    light: Chance | None = None
    autofocus: str = OFF
    hz: float | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Both ends; each unit may stand behind a filter that does faults to what it says."""

    body: Unit
    lens: Unit | Swap
    ports: tuple[Port, Port]
    strip: Strip

    @property
    def states(self) -> dict[str, str]:
        """Where each side's table is."""
        return {BODY: self.body.state, LENS: self.lens.state}

    def run(self, until: float, chance: Chance) -> Iterator[Record]:
        """Let them talk until `until` virtual seconds; gives every record."""
        return exchange(*self.ports, self.strip, until, chance)


def pair(  # noqa: PLR0913 the parts of a bench, named where it is put together
    spec: Spec,
    body: BodyProfile,
    lens: LensProfile | None,
    *,
    script: Sequence[Step] | None = None,
    strip: Strip | None = None,
    faults: Mapping[str, tuple[Sequence[Rule], Chance]] | None = None,
    slack_s: float = 0.0,
    use: Use | None = None,
    then: Sequence[LensProfile] = (),
    hands: Sequence[Hand] = (),
    accessory: Mapping[str, Any] | None = None,
) -> Pair:
    """A body and a lens on a strip; `faults` are plans by role, each with its own chance.

    The body is a `camera`. Without a lens there is a passive adapter; each time the link is plugged
    in again, it is by the next lens of `then`. `slack_s` is added to every time-out, for a link
    that is slower than a strip. `hands` are on the lens; `accessory` are the fields of the message
    that tells what is behind it.

    Raises:
        LocalProtocolError: they cannot say what they would have to.
    """
    device = camera(spec, body, use, script=script)
    one = unit(spec, BODY, device, slack_s, device.speaks)
    supply_ma = body.supply_ma
    first = optic(spec, lens, slack_s, hands=hands, accessory=accessory, supply_ma=supply_ma)
    others = [first, *(optic(spec, each, slack_s, supply_ma=supply_ma) for each in then)]
    other = Swap(others) if then else others[0]
    ports: dict[str, Port] = {BODY: one, LENS: other}
    for role, (plan, chance) in (faults or {}).items():
        ports[role] = Filter(ports[role], role, plan, chance)
    return Pair(one, other, (ports[BODY], ports[LENS]), strip or Strip.of(spec))


def camera(
    spec: Spec,
    body: BodyProfile,
    use: Use | None = None,
    *,
    script: Sequence[Step] | None = None,
) -> Body:
    """A body; without a script it does the demo, or nothing where it has a scene to look at.

    Raises:
        LocalProtocolError: it cannot say what it would have to, or does not offer such a rate.
    """
    use = use or Use()
    steps = (() if use.scene else within(spec, DEMO)) if script is None else script
    view = Outlook(use.scene, body, use.light) if use.scene else None
    return Body(spec, body, steps, view=view, autofocus=use.autofocus, hz=use.hz)


def optic(
    spec: Spec,
    profile: LensProfile | None,
    slack_s: float = 0.0,
    *,
    hands: Sequence[Hand] = (),
    accessory: Mapping[str, Any] | None = None,
    supply_ma: int = 0,
) -> Unit:
    """A lens as a whole; without a profile a passive adapter.

    Raises:
        LocalProtocolError: it cannot say what it would have to.
    """
    if profile is None:
        return unit(spec, LENS, Passive(spec), slack_s)
    lens = Lens(spec, profile, hands=hands, accessory=accessory, supply_ma=supply_ma)
    return unit(spec, LENS, lens, slack_s, lens.speaks)


def unit(
    spec: Spec, role: str, device: Device, slack_s: float = 0.0, speaks: range | None = None
) -> Unit:
    """A whole body or lens around a device, to stand at one end of any link.

    `speaks` are the versions of the spec that it speaks: all, unless told.

    Raises:
        LocalProtocolError: the spec has no such role.
    """
    missing = ", ".join(name for name in (BODY, LENS) if name not in spec.roles)
    if missing:
        known = ", ".join(spec.roles)
        raise LocalProtocolError(f"{spec.name} has no role {missing} (its roles: {known})")
    endpoint = Endpoint(spec, role, device, slack_s=slack_s, speaks=speaks)
    return Unit(lambda _: endpoint, spec.constant("restart_s"))


@dataclass(slots=True)
class Tally:
    """Counts of a run, from its records alone.

    `faults` are those that a side heard, but for the silence of a passive adapter, `done` counts
    those that a plan did, `missed` the cycles that a body had no time for.
    """

    frames: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    done: int = 0
    missed: int = 0
    silence: Silence = field(default_factory=Silence)

    def watch(self, records: Iterable[Record]) -> Iterator[Record]:
        """Count records on their way through."""
        for record in records:
            self.add(record)
            yield record

    def add(self, record: Record) -> bool:
        """Count one; gives whether all that it tells is the silence of a passive adapter."""
        expected, event = self.silence.expects(record), record.event
        if record.verb == "said":
            if record.raw:
                self.frames[record.side] += 1
        elif isinstance(event, Message):
            pass  # what is heard was counted when it was said
        elif isinstance(event, Fault):
            if not (expected and self.silence.known):
                self.faults[event.kind] += 1
        elif isinstance(event, Note):
            self.done += event.about == DONE
            if event.about == MISSED:
                self.missed += int(event.facts["cycles"])
        return expected

    def summary(self, states: Mapping[str, str]) -> dict[str, Any]:
        """The counts for people and programs; `states` are those of the sides in the end."""
        return {
            "frames": {role: self.frames[role] for role in states},
            "faults": self.faults.total(),
            "faults_by_kind": dict(sorted(self.faults.items())),
            "faults_done": self.done,
            "states": dict(states),
        }
