"""Virtual devices to be held to their spec: a lens, a body or a bootloader for each case anew."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lensbus.bench.pair import BODY, LENS, unit
from lensbus.bench.unit import Unit
from lensbus.bench.updatable import Mount
from lensbus.conformance.cases import Case, Outcome
from lensbus.conformance.ground import Ground
from lensbus.conformance.run import run
from lensbus.conformance.usual import Play
from lensbus.devices.body import Body
from lensbus.devices.lens import Lens
from lensbus.devices.profile import BodyProfile, LensProfile
from lensbus.devices.script import Step, within
from lensbus.firmware.bootloader import Bootloader
from lensbus.firmware.flash import Flash
from lensbus.firmware.judge import Target, Verifier
from lensbus.firmware.target import Memory
from lensbus.session.contract import Chance, Port
from lensbus.session.endpoint import Endpoint
from lensbus.spec.model import Spec

BOOTLOADER = "bootloader"

TARGET = "target"
"""Its role in the spec of updates."""

Make = Callable[[Case], Port]
"""Makes a new device for a case."""

STEP_S = 0.1
"""Between the steps of a body's script: its answers have come by then."""

SLEPT_S = 0.5
"""How long a body lets its lens sleep that it is to wake again."""

FIELDS: Mapping[str, Mapping[str, Any]] = {
    "focus_move": {"mode": "absolute", "target": 3000, "speed": 6000},
    "aperture_set": {"aperture_av256": 1273},
    "set_focus_ring": {"mode": "linear", "throw": 180},
    "get_correction": {"focal_length": 200},
}
"""What a body says by its script, where the message has fields."""


def lenses(spec: Spec, profile: LensProfile) -> Make:
    """Virtual lenses of a profile."""

    def make(_case: Case) -> Port:
        device = Lens(spec, profile)
        return unit(spec, LENS, device, speaks=device.speaks)

    return make


def bodies(spec: Spec, profile: BodyProfile) -> Make:
    """Virtual bodies of a profile; the script of each says what its case wants it to say."""

    def make(case: Case) -> Port:
        device = Body(spec, profile, within(spec, script(case.wants)))
        return unit(spec, BODY, device, speaks=device.speaks)

    return make


def script(wants: Iterable[str]) -> list[Step]:
    """Steps for a body that is to say these; a lens that sleeps is woken."""
    steps, at_s = list[Step](), 0.0
    for name in wants:
        if name != "wake":
            at_s += STEP_S
            steps.append(Step(at_s, name, FIELDS.get(name, {})))
        if name == "sleep":
            at_s += SLEPT_S
            steps.append(Step(at_s, "wake", {}))
    return steps


def bootloader(
    mount: Mount, profile: LensProfile, flash: Flash, key: Verifier, slack_s: float = 0.0
) -> Unit:
    """A lens's bootloader that stays one: each start decides what would run, and waits."""
    target = Target(profile.lens_number, profile.hardware, profile.protocol[1], None, 0, key)

    def start(_into: str) -> Endpoint:
        memory = Memory(flash, mount.update, mount.image, key)
        device = Bootloader(mount.update, mount.image, memory, target)
        return Endpoint(mount.update, TARGET, device, slack_s=slack_s)

    return Unit(start, mount.update.constant("restart_s"))


@dataclass(frozen=True, slots=True)
class Bench:
    """What cases of one role are run with; chance in a case depends on the seed and it alone."""

    ground: Ground
    play: Play
    make: Make
    chance: Callable[[str], Chance]
    blobs: Mapping[str, Any]

    def __call__(self, case: Case) -> Outcome:
        """Run a case against a new device."""
        chance = self.chance(case.address)
        return run(self.ground, self.play, case, self.make(case), chance, self.blobs)
