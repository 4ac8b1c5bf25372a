"""Ed25519 keys: make, load, sign, verify; the only module that knows the library."""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from lensbus.errors import ImageError

SEED_SIZE = 32


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What tells whether an image was signed with the private key that belongs to it."""

    _key: Ed25519PublicKey

    @property
    def key_hash(self) -> bytes:
        """SHA-256 of the key as DER (SubjectPublicKeyInfo), by which an image names it."""
        der = self._key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(der).digest()

    def verify(self, signature: bytes, digest: bytes) -> bool:
        """Whether the signature was made over this digest with the private key."""
        try:
            self._key.verify(signature, digest)
        except InvalidSignature:
            return False
        return True

    def pem(self) -> bytes:
        """The key as a PEM file."""
        return self._key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """What signs images; it is never shown but by `pem`."""

    _key: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        """What verifies its signatures."""
        return PublicKey(self._key.public_key())

    @property
    def key_hash(self) -> bytes:
        """That of the public key."""
        return self.public.key_hash

    def sign(self, digest: bytes) -> bytes:
        """A signature over a digest."""
        return self._key.sign(digest)

    def pem(self) -> bytes:
        """The key as a PEM file (PKCS #8), not encrypted."""
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def make_key(seed: bytes) -> PrivateKey:
    """The key of a seed of 32 bytes, which must be as secret and as random as the key.

    Raises:
        ImageError: the seed has another size.
    """
    if len(seed) != SEED_SIZE:
        raise ImageError(f"a seed of {len(seed)} bytes for a key, wanted {SEED_SIZE}")
    return PrivateKey(Ed25519PrivateKey.from_private_bytes(seed))


def load_private(pem: bytes) -> PrivateKey:
    """The private key of a PEM file.

    Raises:
        ImageError: it is encrypted, of another kind, public, or no key.
    """
    try:
        key = load_pem_private_key(pem, None)
    except TypeError as error:  # the library's word for it
        raise ImageError("an encrypted key, wanted one without a password") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ImageError("no private key, wanted one as `lensbus image new` makes") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ImageError(f"a key of another kind ({_kind(key)}), wanted Ed25519")
    return PrivateKey(key)


def load_public(pem: bytes) -> PublicKey:
    """The public key of a PEM file, which may hold the private key as well.

    Raises:
        ImageError: it is encrypted, of another kind, or no key.
    """
    if b"PRIVATE KEY" in pem:
        return load_private(pem).public
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ImageError("no public key, wanted one as `lensbus image new` makes") from error
    if not isinstance(key, Ed25519PublicKey):
        raise ImageError(f"a key of another kind ({_kind(key)}), wanted Ed25519")
    return PublicKey(key)


def _kind(key: object) -> str:
    return type(key).__name__
