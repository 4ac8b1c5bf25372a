"""Judge an update: may this image, offered to this lens, be taken? Host and target ask the same."""

from typing import Protocol

from lensbus.firmware.header import Version
from lensbus.firmware.image import Image, Offer
from lensbus.value import value

REASONS = (
    *("digest", "key", "signature"),
    *("lens", "hardware", "protocol", "counter", "older", "up_to_date"),
)


class Verifier(Protocol):
    """A public key."""

    @property
    def key_hash(self) -> bytes:
        """By which an image names the key."""
        ...

    def verify(self, signature: bytes, digest: bytes) -> bool:
        """Whether the signature was made over this digest with the private key."""
        ...


@value(frozen=True, slots=True)
class Target:
    """A lens that an update is for.

    `version` is of what it runs, None in recovery; `counter` the least that it takes;
    `protocol` the newest that it speaks; `take_older` lets its owner go back.
    """

    lens_number: int
    hardware: int
    protocol: int
    version: Version | None
    counter: int
    key: Verifier
    take_older: bool = False


@value(frozen=True, slots=True)
class Refusal:
    """Why an image is not taken: one of `REASONS`, and a line for people."""

    reason: str
    words: str

    def __str__(self) -> str:
        return self.words


def damage(image: Image) -> Refusal | None:
    """What is wrong with a whole image by itself."""
    if image.is_whole:
        return None
    return Refusal("digest", "damaged: its SHA-256 digest is not the one that was signed")


def forgery(offer: Offer, key: Verifier) -> Refusal | None:
    """Whether, and how, an offer was not signed with this key."""
    if offer.key_hash != key.key_hash:
        got, wanted = (each.hex()[:16] for each in (offer.key_hash, key.key_hash))
        return Refusal("key", f"signed with another key: got {got}..., wanted {wanted}...")
    if not key.verify(offer.signature, offer.digest):
        return Refusal("signature", "names this key, but was not signed with it")
    return None


def refusal(offer: Offer, target: Target) -> Refusal | None:
    """Why this target does not take this offer; None where it does.

    `up_to_date` is no failure. What an offer says of itself is proven by its digest only once
    the payload is there, so a target asks for `damage` before it lets the image run.
    """
    return forgery(offer, target.key) or _unfit(offer, target) or _outdated(offer, target)


def _unfit(offer: Offer, target: Target) -> Refusal | None:
    facts = offer.facts
    if target.lens_number not in facts.lens_numbers:
        fits = _listed([f"{number:#06x}" for number in facts.lens_numbers])
        return Refusal("lens", f"for lens {fits}, not for {target.lens_number:#06x}")
    if target.hardware not in facts.hardware:
        fits = _listed([str(revision) for revision in facts.hardware])
        return Refusal("hardware", f"for hardware {fits}, not for {target.hardware}")
    if target.protocol < facts.protocol_least:
        got, wanted = target.protocol, facts.protocol_least
        return Refusal("protocol", f"needs protocol version {wanted}, the lens speaks {got}")
    return None


def _outdated(offer: Offer, target: Target) -> Refusal | None:
    if offer.counter < target.counter:
        got, wanted = offer.counter, target.counter
        return Refusal("counter", f"security counter {got}, wanted at least {wanted}")
    if offer.version == target.version:
        return Refusal("up_to_date", f"the lens runs version {target.version} already")
    if target.version and offer.version < target.version and not target.take_older:
        words = f"version {offer.version} is older than {target.version}, which the lens runs"
        return Refusal("older", words)
    return None


def _listed(names: list[str]) -> str:
    return ", ".join(names)
