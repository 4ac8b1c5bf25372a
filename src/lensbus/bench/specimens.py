"""Images for the update law: good ones, and one for each rule that an image can break; numbers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lensbus.devices.profile import LensProfile
from lensbus.firmware.header import Version
from lensbus.firmware.image import Facts, Offer, Signer, build, parse
from lensbus.spec.image import ImageFormat

PAYLOAD = bytes(range(256)) * 11
"""Small enough to go in one chunk."""

COUNTER = 5
"""The security counter of the image that runs."""

RUNS = Version(1, 0, 0, 0)
"""Its version."""

NEWER = Version(1, 1, 0, 0)

TOO_OFTEN = 4
"""So often the greatest payload is more than there is flash."""

OTHER_LENS, OTHER_HARDWARE, NEWER_PROTOCOL = 0x40FE, 250, 250


def factory(form: ImageFormat, lens: LensProfile, key: Signer) -> bytes:
    """The image that runs in a device that is tested."""
    return build(form, PAYLOAD, RUNS, _facts(lens), COUNTER, key)


def specimens(form: ImageFormat, lens: LensProfile, key: Signer, foreign: Signer) -> dict[str, Any]:
    """Header, TLVs, data and size of each image, as `new.header`; what the lens is, and runs."""
    facts, newer = _facts(lens), NEWER
    strange = {
        "other_lens": replace(facts, lens_numbers=(OTHER_LENS,)),
        "other_hardware": replace(facts, hardware=(OTHER_HARDWARE,)),
        "newer_protocol": replace(facts, protocol_least=NEWER_PROTOCOL),
    }
    images = {
        "new": build(form, PAYLOAD, newer, facts, COUNTER, key),
        "newest": build(form, PAYLOAD, Version(1, 2, 0, 0), facts, COUNTER, key),
        "older": build(form, PAYLOAD, Version(0, 9, 0, 0), facts, COUNTER, key),
        "same": factory(form, lens, key),
        "counter": build(form, PAYLOAD, newer, facts, COUNTER - 1, key),
        "foreign": build(form, PAYLOAD, newer, facts, COUNTER, foreign),
        **{name: build(form, PAYLOAD, newer, each, COUNTER, key) for name, each in strange.items()},
    }
    found: dict[str, Any] = {}
    for name, data in images.items():
        found |= _parts(name, data, parse(form, data).offer)
    offer = parse(form, images["new"]).offer
    forged = bytes(
        a ^ b for a, b in zip(offer.signature, b"\1" * len(offer.signature), strict=True)
    )
    found["forged.header"] = offer.header
    found["forged.tlvs"] = offer.tlv_area.replace(offer.signature, forged)
    found["no_image.header"], found["no_image.tlvs"] = bytes(len(offer.header)), b""
    return found | _damaged(images["new"], offer) | _too_big(form, facts, key) | _told(lens)


def _told(lens: LensProfile) -> dict[str, int]:
    """What the lens must tell of itself, and of the image that runs."""
    has = {name: getattr(lens, name) for name in ("lens_number", "hardware")}
    numbers = {**has, "protocol": lens.protocol[1]}
    runs = {name: getattr(RUNS, name) for name in ("major", "minor", "revision", "build")}
    return {
        **{f"lens.{name}": number for name, number in numbers.items()},
        **{f"factory.{name}": number for name, number in {**runs, "counter": COUNTER}.items()},
    }


def _too_big(form: ImageFormat, facts: Facts, key: Signer) -> dict[str, Any]:
    """An image with everything right but its size, which no slot has room for."""
    payload = bytes(TOO_OFTEN * form.payload_most)
    vast = replace(form, payload_most=len(payload))
    offer = parse(vast, build(vast, payload, NEWER, facts, COUNTER, key)).offer
    return {"too_big.header": offer.header, "too_big.tlvs": offer.tlv_area}


def _facts(lens: LensProfile) -> Facts:
    return Facts((lens.lens_number,), (lens.hardware,), lens.protocol[0])


def _parts(name: str, data: bytes, offer: Offer) -> Mapping[str, Any]:
    return {
        f"{name}.header": offer.header,
        f"{name}.tlvs": offer.tlv_area,
        f"{name}.data": data,
        f"{name}.size": len(data),
    }


def _damaged(data: bytes, offer: Offer) -> dict[str, Any]:
    """The payload has another byte than what was signed."""
    at = len(offer.header)
    return {"damaged.data": data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]}
