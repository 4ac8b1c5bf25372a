"""Build and parse firmware images: MCUboot's format, with the facts that an update is judged by."""

import hashlib
from typing import Protocol

from lensbus.errors import ImageError
from lensbus.firmware.header import Header, Version, pack_header, read_header
from lensbus.firmware.tlv import PAIR, numbers, pack_area, pack_numbers, read_head, read_tlvs
from lensbus.spec.image import ImageFormat
from lensbus.value import value


@value(frozen=True, slots=True)
class Facts:
    """What an image fits: lenses, their hardware revisions, their oldest protocol version."""

    lens_numbers: tuple[int, ...]
    hardware: tuple[int, ...]
    protocol_least: int


@value(frozen=True, slots=True)
class Offer:
    """All of an image but its payload: what a target judges before it erases anything.

    That header and facts belong to the digest is proven only by the payload.
    """

    header: bytes
    tlv_area: bytes
    payload_size: int
    protected_size: int
    version: Version
    facts: Facts
    counter: int
    digest: bytes
    key_hash: bytes
    signature: bytes

    @property
    def protected(self) -> bytes:
        """The protected TLVs, their head included."""
        return self.tlv_area[: self.protected_size]

    @property
    def size(self) -> int:
        """Bytes of the whole image."""
        return len(self.header) + self.payload_size + len(self.tlv_area)


@value(frozen=True, slots=True)
class Image:
    """A firmware image; whether its payload is the one that was signed, `is_whole` tells."""

    offer: Offer
    payload: bytes

    @property
    def is_whole(self) -> bool:
        """Whether header, payload and protected TLVs have the digest that the image says."""
        offer = self.offer
        return digest(offer.header, self.payload, offer.protected) == offer.digest


class Signer(Protocol):
    """A private key."""

    @property
    def key_hash(self) -> bytes:
        """SHA-256 of the public key."""
        ...

    def sign(self, digest: bytes) -> bytes:
        """An Ed25519 signature."""
        ...


def digest(header: bytes, payload: bytes, protected: bytes) -> bytes:
    """What an image's signature is made over."""
    return hashlib.sha256(b"".join((header, payload, protected))).digest()


def build(
    form: ImageFormat,
    payload: bytes,
    version: Version,
    facts: Facts,
    counter: int,
    signer: Signer,
) -> bytes:
    """A signed image, byte for byte as imgtool makes it.

    Raises:
        ImageError: something is out of its bounds.
    """
    held = {
        "security_counter": (counter,),
        "lens_numbers": facts.lens_numbers,
        "hardware": facts.hardware,
        "protocol_least": (facts.protocol_least,),
    }
    kinds = form.protected.tlvs
    packed = {kind.name: pack_numbers(kind, held[kind.name]) for kind in kinds}
    protected = pack_area(form, form.protected, packed)
    header = pack_header(form, Header(len(payload), len(protected), version))
    signed = digest(header, payload, protected)
    proof = {"digest": signed, "key_hash": signer.key_hash, "signature": signer.sign(signed)}
    tlv_area = protected + pack_area(form, form.unprotected, proof)
    parse_parts(form, header, tlv_area)  # what is made can be read
    return header + payload + tlv_area


def parse(form: ImageFormat, data: bytes) -> Image:
    """The image that data is. That it has the right form says nothing of digest and signature.

    Raises:
        ImageError: it is none, in one line that says where.
    """
    size = measure(form, data)
    if len(data) > size:
        raise ImageError(f"{len(data) - size} bytes after the image, at {size:#x}, wanted none")
    start = form.header_size
    end = start + read_header(form, data).payload_size
    return Image(parse_parts(form, data[:start], data[end:]), data[start:end])


def measure(form: ImageFormat, data: bytes) -> int:
    """The size in bytes of the image that data begins with.

    Raises:
        ImageError: data begins with none, or ends within it.
    """
    end = form.header_size + read_header(form, data).payload_size
    for area in (form.protected, form.unprotected):
        if len(data) < end:
            raise ImageError(f"cut off at {len(data):#x}, wanted {area.name} TLVs at {end:#x}")
        end += read_head(area, data[end : end + PAIR.size], end).size
    if len(data) < end:
        raise ImageError(f"cut off at {len(data):#x}, wanted all TLVs, up to {end:#x}")
    return end


def parse_parts(form: ImageFormat, header: bytes, tlv_area: bytes) -> Offer:
    """All of an image but its payload, from the two parts that an offer carries.

    Raises:
        ImageError: they are no parts of an image, in one line that says where in it.
    """
    if len(header) != form.header_size:
        raise ImageError(f"a header of {len(header)} bytes, wanted {form.header_size}")
    head = read_header(form, header)
    base = form.header_size + head.payload_size
    held = read_tlvs(form, tlv_area, base, head.protected_size)
    found = {kind.name: numbers(kind, held[kind.name]) for kind in form.protected.tlvs}
    return Offer(
        header=header,
        tlv_area=tlv_area,
        payload_size=head.payload_size,
        protected_size=head.protected_size,
        version=head.version,
        facts=Facts(found["lens_numbers"], found["hardware"], found["protocol_least"][0]),
        counter=found["security_counter"][0],
        digest=held["digest"],
        key_hash=held["key_hash"],
        signature=held["signature"],
    )
