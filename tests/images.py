"""Small firmware images for tests, and imgtool, whose images ours are compared with."""

import subprocess
import sys
from pathlib import Path

from lensbus.firmware.header import Version
from lensbus.firmware.image import Facts, Offer, build, parse
from lensbus.firmware.sign import PrivateKey, make_key
from lensbus.spec.load import load_image_format

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "firmware_samples"
FORM = load_image_format()
KEY, OTHER_KEY = make_key(bytes(range(32))), make_key(bytes(32))
PAYLOAD = b"not firmware"
FACTS = Facts(lens_numbers=(0x400B, 0x6003), hardware=(1, 2), protocol_least=1)
VERSION = Version(1, 2, 3, 4)
COUNTER = 5

# What imgtool is told to make the same image.
LIKE_OURS = (
    *("--version", "1.2.3+4", "--security-counter", "5"),
    *("--custom-tlv", "0x4ca0", "0x0b400360"),
    *("--custom-tlv", "0x4ca1", "0x0102"),
    *("--custom-tlv", "0x4ca2", "0x01"),
)


def made(
    *,
    payload: bytes = PAYLOAD,
    version: Version = VERSION,
    facts: Facts = FACTS,
    counter: int = COUNTER,
    key: PrivateKey = KEY,
) -> bytes:
    """An image."""
    return build(FORM, payload, version, facts, counter, key)


def offer(data: bytes) -> Offer:
    """What an image's header and TLVs tell."""
    return parse(FORM, data).offer


def imgtool(*args: object) -> subprocess.CompletedProcess[str]:
    """Run imgtool."""
    command = [sys.executable, "-m", "imgtool.main", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def imgtool_sign(folder: Path, *options: object) -> bytes:
    """What imgtool makes of the payload, with our key."""
    key, payload, image = folder / "key.pem", folder / "payload.bin", folder / "theirs.img"
    key.write_bytes(KEY.pem())
    payload.write_bytes(PAYLOAD)
    sizes = ("--header-size", 32, "--pad-header", "--slot-size", 0x10000)
    done = imgtool("sign", "--key", key, *sizes, *options, payload, image)
    assert done.returncode == 0, done.stderr
    return image.read_bytes()
