"""A lens that is updated over a strip by its host, in virtual time, for tests and campaigns."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random

from lensbus.bench.updatable import BODY, LENS, Mount, updatable, updater
from lensbus.devices.profile import LensProfile
from lensbus.firmware.flash import Flash
from lensbus.firmware.header import Version
from lensbus.firmware.image import Facts, build, parse
from lensbus.firmware.job import Job, Parcel
from lensbus.firmware.judge import Refusal, Target, refusal
from lensbus.firmware.sign import load_private
from lensbus.firmware.target import Memory, geometry_of, provision
from lensbus.front.named import load_profile
from lensbus.session.contract import Port
from lensbus.session.exchange import exchange
from lensbus.session.faults import Filter
from lensbus.session.line import Strip
from lensbus.session.log import Record
from lensbus.session.rule import Rule
from lensbus.spec.load import load, load_image_format
from lensbus.spec.model import Spec

SAMPLES = Path(__file__).resolve().parent.parent / "firmware_samples"
KEY = load_private((SAMPLES / "demo_key.pem").read_bytes())
MOUNT = Mount(load("l_mount"), load("l_mount/update"), load_image_format())
PROFILE = load_profile(LensProfile, "lenses", "panasonic_s_20_60")
LIMIT_S = 300.0  # an update that is not over by then never ends


def changed(spec: Spec, **values: float) -> Spec:
    """The spec with other values of some constants."""
    other = {name: replace(spec.constants[name], value=new) for name, new in values.items()}
    return replace(spec, constants={**spec.constants, **other})


SMALL = replace(
    MOUNT,
    update=changed(
        MOUNT.update,
        block=128,
        chunk=512,
        window=2048,
        sectors=11,
        sector=1024,
        page=128,
        bootloader_sectors=1,
        slot_sectors=5,
    ),
)
"""A mount whose flash has two slots of four sectors: an update takes a moment to simulate."""


@cache
def image(version: str, size: int = 3589, counter: int = 1) -> bytes:
    """A signed image for the lens, of so many bytes; the same each time."""
    facts = Facts((PROFILE.lens_number,), (PROFILE.hardware,), PROFILE.protocol[0])
    around = 0
    for _ in range(2):
        payload = hashlib.shake_256(version.encode()).digest(size - around)
        data = build(MOUNT.image, payload, Version.parse(version), facts, counter, KEY)
        around = len(data) - len(payload)
    return data


OLD, NEW = image("1.0.0", 2222), image("1.1.0")


def blank(mount: Mount = SMALL) -> Flash:
    return Flash(geometry_of(mount.update))


@cache
def _factory(mount: Mount, data: bytes) -> Flash:
    flash = blank(mount)
    provision(flash, mount.update, mount.image, KEY.public, data)
    return flash


def factory(data: bytes = OLD, mount: Mount = SMALL) -> Flash:
    """A flash as it left the factory."""
    return _factory(mount, data).copy()


def parcel(data: bytes) -> Parcel:
    """What goes over the link of a file, whether it is an image or not."""
    return Parcel.anyhow(MOUNT.image, data)


def judged(data: bytes, *, take_older: bool = False) -> Job:
    """The update of a host that looks at the image and at the lens before it sends anything."""
    offer = parse(MOUNT.image, data).offer

    def check(
        lens_number: int, hardware: int, protocol: int, version: Version | None, counter: int
    ) -> Refusal | None:
        target = Target(lens_number, hardware, protocol, version, counter, KEY.public, take_older)
        return refusal(offer, target)

    return Job(parcel(data), check, take_older)


def blind(data: bytes, *, take_older: bool = False) -> Job:
    """The update of a host that offers whatever it has, and leaves all judgement to the lens."""
    return Job(parcel(data), take_older=take_older)


@dataclass(slots=True)
class Run:
    """An update that ended, or was left: its flash, its records, and the job of each host."""

    jobs: list[Job]
    flash: Flash
    mount: Mount = SMALL
    records: list[Record] = field(default_factory=list)

    def watch(self, records: Iterable[Record]) -> None:
        """Take records until the last host's job has ended."""
        for record in records:
            self.records.append(record)
            if self.job.ending:
                return

    @property
    def job(self) -> Job:
        return self.jobs[-1]

    @property
    def kind(self) -> str:
        """How it ended, if it did."""
        return self.job.ending.kind if self.job.ending else "no end"

    @property
    def runs(self) -> str:
        """What its lens would run if its power came now."""
        return runs(self.flash, self.mount)


def runs(flash: Flash, mount: Mount = SMALL) -> str:
    """The version that boots when the power comes, and whether it stays; in a twin."""
    memory = Memory(flash.copy(), mount.update, mount.image, KEY.public)
    if memory.image is None:
        return "nothing"
    return f"{memory.image.offer.version}{'' if memory.confirmed else ' on trial'}"


def boots(flash: Flash, mount: Mount = SMALL) -> tuple[bytes, bool]:
    """The image that boots when the power comes, and whether it stays; in a twin."""
    memory = Memory(flash.copy(), mount.update, mount.image, KEY.public)
    slot, image_ = memory.slots.running, memory.image
    if slot is None or image_ is None:
        return b"", False
    return slot.read(0, image_.offer.size), memory.confirmed


Faults = Mapping[str, Sequence[Rule]]


def run(  # noqa: PLR0913 the parts of a bench, named where it is put together
    flash: Flash,
    job: Job,
    mount: Mount = SMALL,
    *,
    strip: Strip | None = None,
    faults: Faults | None = None,
    seed: object = 1,
    until: float = LIMIT_S,
    baud: int | None = None,
) -> Run:
    """One update, from both ends' power-up until its job has ended, or `until`.

    Raises:
        PowerCutError: as it was planned for the flash.
    """
    ports: dict[str, Port] = {
        BODY: updater(mount, job, baud=baud),
        LENS: updatable(mount, PROFILE, flash, KEY.public),
    }
    for side, rules in (faults or {}).items():
        ports[side] = Filter(ports[side], side, rules, Random(f"{seed}/{side}"))
    done = Run([job], flash, mount)
    wire = strip or Strip.of(mount.lens)
    done.watch(exchange(ports[BODY], ports[LENS], wire, until, Random(str(seed))))
    return done
