"""What an update needs, from files: keys, images, the flash of a lens that leaves its factory."""

from pathlib import Path

from lensbus.bench.specimens import factory
from lensbus.bench.updatable import Mount
from lensbus.devices.profile import LensProfile
from lensbus.errors import ImageError, LocalProtocolError
from lensbus.firmware.flash import Flash
from lensbus.firmware.header import Version
from lensbus.firmware.image import Facts, build, parse
from lensbus.firmware.judge import Target, damage, refusal
from lensbus.firmware.sign import PrivateKey, PublicKey, load_private, load_public
from lensbus.firmware.target import geometry_of, provision
from lensbus.front.files import KEY_MOST, about, read
from lensbus.spec.load import load, load_image_format, sample_root
from lensbus.spec.model import Spec

IMAGE_MOST = 4 * 1024 * 1024
"""Bytes that are read of an image file: more than any format has room for."""

FIRST_COUNTER = 1


def update_of(spec: Spec, key: Path | None = None) -> tuple[Mount, PublicKey]:
    """What an update of a spec's lenses needs: all that is spoken, and the key of its makers.

    Raises:
        LensbusError: a file is missing or wrong.
    """
    if spec.update is None:
        text = "names no update: {spec: ..., image: ...}, so its lenses can't be updated"
        raise LocalProtocolError(f"{spec.name} {text}")
    mount = Mount(spec, load(spec.update.spec), load_image_format(spec.update.image))
    path = key or sample_root() / "demo_key.pub.pem"
    with about(path):
        return mount, load_public(read(path, KEY_MOST))


def new_flash(
    mount: Mount, lens: LensProfile, key: PublicKey, firmware: Path | None = None
) -> bytes:
    """The flash of a lens that leaves its factory, as a file keeps it.

    Raises:
        LensbusError: the firmware is missing or wrong, or not for this lens.
    """
    flash = Flash(geometry_of(mount.update))
    if firmware is None:  # of the version that the profile tells
        data = demo_firmware(mount, lens, Version(*lens.firmware))
    else:
        data = read_image(firmware)
    with about(firmware or "firmware of the demo key"):
        _judge(mount, lens, key, data)
        provision(flash, mount.update, mount.image, key, data)
    return flash.dump()


def read_image(path: Path) -> bytes:
    """What stands in an image file.

    Raises:
        ImageError: it cannot be read, or is bigger than any image.
    """
    with about(path):
        return read(path, IMAGE_MOST)


def maker(path: Path | None = None) -> PrivateKey:
    """The private key of a file; without one the demo key.

    Raises:
        ImageError: the file cannot be read, or holds no such key.
    """
    path = path or sample_root() / "demo_key.pem"
    with about(path):
        return load_private(read(path, KEY_MOST))


def specimen_flash(mount: Mount, lens: LensProfile, key: PrivateKey) -> Flash:
    """The flash of a bootloader that is to be held to its spec: what the cases begin with."""
    flash = Flash(geometry_of(mount.update))
    firmware = factory(mount.image, lens, key)
    provision(flash, mount.update, mount.image, key.public, firmware)
    return flash


def _judge(mount: Mount, lens: LensProfile, key: PublicKey, data: bytes) -> None:
    """Raises: ImageError if a lens without firmware would not take this."""
    image = parse(mount.image, data)
    target = Target(lens.lens_number, lens.hardware, lens.protocol[1], None, 0, key)
    if found := damage(image) or refusal(image.offer, target):
        raise ImageError(str(found))


def demo_firmware(
    mount: Mount, lens: LensProfile, version: Version, counter: int = FIRST_COUNTER
) -> bytes:
    """Firmware for a lens, signed with the demo key."""
    facts = Facts((lens.lens_number,), (lens.hardware,), lens.protocol[0])
    payload = f"{lens.name}: a stand-in for firmware".encode()
    return build(mount.image, payload, version, facts, counter, maker())
