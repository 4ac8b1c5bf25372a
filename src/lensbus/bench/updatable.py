"""A lens that can be updated, and the host that does it: each a unit of two programs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lensbus.bench.unit import Unit
from lensbus.devices.lens import SELF_TEST, Lens
from lensbus.devices.profile import LensProfile
from lensbus.firmware.bootloader import Bootloader
from lensbus.firmware.flash import Flash
from lensbus.firmware.job import Job
from lensbus.firmware.judge import Target, Verifier
from lensbus.firmware.opener import Opener
from lensbus.firmware.target import Memory
from lensbus.firmware.uploader import Uploader
from lensbus.session.contract import Device
from lensbus.session.endpoint import Endpoint
from lensbus.session.event import APPLICATION, BOOTLOADER, Act, Event, Note
from lensbus.spec.image import ImageFormat
from lensbus.spec.model import Spec

BODY, LENS = "body", "lens"


@dataclass(frozen=True, slots=True)
class Mount:
    """What lens and host have in common: the specs of both programs, and of images."""

    lens: Spec
    update: Spec
    image: ImageFormat


def updatable(
    mount: Mount, profile: LensProfile, flash: Flash, key: Verifier, slack_s: float = 0.0
) -> Unit:
    """A lens that runs what its flash holds; each start is a start of its bootloader.

    Raises:
        PowerCutError: its flash's power fails, in whatever the unit is called for.
    """
    target = Target(profile.lens_number, profile.hardware, profile.protocol[1], None, 0, key)

    def start(into: str) -> Endpoint:
        memory = Memory(flash, mount.update, mount.image, key)
        if into == BOOTLOADER or memory.image is None:
            device = Bootloader(mount.update, mount.image, memory, target)
            return _end(mount.update, LENS, "target", device, slack_s)
        version = memory.image.offer.version
        runs = replace(profile, firmware=(version.major, version.minor, version.revision))
        lens = Lens(
            mount.lens, runs, bootloader=True, confirmed=memory.confirmed, build=version.build
        )
        return _end(mount.lens, LENS, LENS, Trial(lens, memory), slack_s, lens.speaks)

    return Unit(start, mount.lens.constant("restart_s"))


class Trial:
    """A Device around a lens: once its self-test is passed, its firmware stays."""

    def __init__(self, lens: Lens, memory: Memory) -> None:
        self._lens, self._memory = lens, memory

    @property
    def deadline(self) -> float | None:
        """The lens's."""
        return self._lens.deadline

    def on_event(self, event: Event, now: float) -> Iterable[Act]:
        """Pass on."""
        return self._watched(self._lens.on_event(event, now))

    def on_deadline(self, now: float) -> Iterable[Act]:
        """Pass on."""
        return self._watched(self._lens.on_deadline(now))

    def _watched(self, acts: Iterable[Act]) -> Iterable[Act]:
        for act in acts:
            if isinstance(act, Note) and act.about == SELF_TEST:
                self._memory.slots.confirm()
                self._lens.confirmed = True
            yield act


def updater(mount: Mount, job: Job, slack_s: float = 0.0, baud: int | None = None) -> Unit:
    """The host of an update: a body until the lens is in its bootloader, and again afterwards."""
    opener = Opener(mount.lens, job, mount.update.constant("lost_s"))
    uploader = Uploader(mount.update, job, baud)
    programs = {
        APPLICATION: _end(mount.lens, BODY, BODY, opener, slack_s),
        BOOTLOADER: _end(mount.update, BODY, "host", uploader, slack_s),
    }
    return Unit(programs.__getitem__, mount.lens.constant("restart_s"))


def _end(
    spec: Spec,
    side: str,
    role: str,
    device: Device,
    slack_s: float,
    speaks: range | None = None,
) -> Endpoint:
    program = APPLICATION if side == role else BOOTLOADER
    return Endpoint(spec, role, device, program=program, side=side, slack_s=slack_s, speaks=speaks)
