"""The flash of a virtual lens: a test lets its power fail, updates the lens, sees what boots."""

from math import inf
from pathlib import Path
from random import Random

from lensbus.bench.unit import Unit
from lensbus.bench.updatable import updatable, updater
from lensbus.devices.profile import LensProfile
from lensbus.errors import PowerCutError
from lensbus.firmware.flash import Flash
from lensbus.firmware.header import Version
from lensbus.firmware.job import Ending, Job, Parcel
from lensbus.firmware.target import Memory, geometry_of
from lensbus.front.factory import demo_firmware, new_flash, read_image, update_of
from lensbus.session.exchange import exchange
from lensbus.session.line import Strip
from lensbus.spec.model import Spec

CUT = "power cut"
"""How an update ends whose flash lost its power."""


class LensFlash:
    """The flash of a lens that has just left its factory, whose makers have the demo key.

    A lens in the same test runs what it holds. `flash` is the part itself.
    """

    def __init__(self, spec: Spec, lens: LensProfile, seed: int) -> None:
        self._lens, self._seed = lens, seed
        self._mount, self._key = update_of(spec)
        store = bytearray(new_flash(self._mount, lens, self._key))
        self.flash = Flash(geometry_of(self._mount.update), store)

    @property
    def runs(self) -> str:
        """What the lens would run if its power came now: `1.0.0+0`, ` on trial`, or `nothing`."""
        memory = Memory(self.flash.copy(), self._mount.update, self._mount.image, self._key)
        if memory.image is None:
            return "nothing"
        return f"{memory.image.offer.version}{'' if memory.confirmed else ' on trial'}"

    @property
    def operations(self) -> int:
        """How often it was erased or programmed."""
        return self.flash.operations

    def cut(self, operation: int, torn: int = 0) -> None:
        """Let power fail in the nth operation from now, after so many of its bytes."""
        self.flash.cut(operation, torn)

    def image(self, version: str, counter: int = 1) -> bytes:
        """Firmware of a version for this lens, signed with the demo key."""
        return demo_firmware(self._mount, self._lens, Version.parse(version), counter)

    def update(self, image: bytes | str | Path, *, take_older: bool = False) -> Ending:
        """Update the lens in virtual time, whatever the image is: all judgement is the lens's.

        Gives how it ended: its `kind` is done, up_to_date, rejected, failed or CUT.
        """
        data = image if isinstance(image, bytes) else read_image(Path(image))
        job = Job(Parcel.anyhow(self._mount.image, data), take_older=take_older)
        chance, strip = Random(f"{self._seed}/strip"), Strip.of(self._mount.lens)
        try:
            for _ in exchange(updater(self._mount, job), self.unit(), strip, inf, chance):
                if job.ending:
                    return job.ending
        except PowerCutError as error:
            return Ending(CUT, str(error))
        return Ending("failed", "nobody has anything more to say")

    def unit(self) -> Unit:
        """A lens that runs what the flash holds."""
        return updatable(self._mount, self._lens, self.flash, self._key)
