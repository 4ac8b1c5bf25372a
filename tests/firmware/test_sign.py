import hashlib
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import ImageError
from lensbus.firmware.sign import load_private, load_public, make_key
from tests.images import KEY, OTHER_KEY, imgtool

DIGEST = hashlib.sha256(b"").digest()
FOREIGN = [
    ec.generate_private_key(ec.SECP256R1()),
    rsa.generate_private_key(65537, 2048),
    x25519.X25519PrivateKey.generate(),
]
ids = [type(key).__name__ for key in FOREIGN]


def encrypted() -> bytes:
    key = load_pem_private_key(KEY.pem(), None)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word"))


def test_a_signature_is_verified_with_the_public_key() -> None:
    signature = KEY.sign(DIGEST)

    assert len(signature) == 64
    assert KEY.public.verify(signature, DIGEST)


@given(st.integers(0, 95), st.integers(1, 255))
def test_any_other_byte_of_signature_or_digest_fails(place: int, flip: int) -> None:
    both = bytearray(KEY.sign(DIGEST) + DIGEST)
    both[place] ^= flip

    assert not KEY.public.verify(bytes(both[:64]), bytes(both[64:]))


@pytest.mark.parametrize("signature", [b"", bytes(64), bytes(63), bytes(65)])
def test_what_is_no_signature_fails_and_raises_nothing(signature: bytes) -> None:
    assert not KEY.public.verify(signature, DIGEST)


def test_another_key_does_not_verify() -> None:
    assert not OTHER_KEY.public.verify(KEY.sign(DIGEST), DIGEST)
    assert KEY.key_hash != OTHER_KEY.key_hash


def test_keys_are_read_back_from_their_files() -> None:
    private, public = load_private(KEY.pem()), load_public(KEY.public.pem())

    assert KEY.sign(DIGEST) == private.sign(DIGEST)
    assert KEY.key_hash == private.key_hash == public.key_hash
    assert load_public(KEY.pem()).pem() == KEY.public.pem()


def test_words_before_a_key_do_no_harm() -> None:
    assert load_private(b"DEMO KEY\n" + KEY.pem()).key_hash == KEY.key_hash
    assert load_public(b"DEMO KEY\n" + KEY.public.pem()).key_hash == KEY.key_hash


def test_the_same_seed_makes_the_same_key() -> None:
    seed = bytes(range(32))

    assert KEY.pem() == make_key(seed).pem()


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_seed_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(ImageError, match=f"^a seed of {size} bytes for a key, wanted 32$"):
        make_key(bytes(size))


def test_the_key_hash_is_the_one_of_imgtool(tmp_path: Path) -> None:
    key, out = tmp_path / "key.pem", tmp_path / "hash"
    key.write_bytes(KEY.pem())

    assert imgtool("getpubhash", "--key", key, "--encoding", "raw", "-o", out).returncode == 0
    assert out.read_bytes() == KEY.key_hash


def test_a_key_that_imgtool_makes_signs_as_well(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    assert imgtool("keygen", "--key", path, "--type", "ed25519").returncode == 0
    key = load_private(path.read_bytes())

    assert key.public.verify(key.sign(DIGEST), DIGEST)


def test_an_encrypted_key_is_told() -> None:
    for load in (load_private, load_public):
        with pytest.raises(ImageError, match=r"^an encrypted key, wanted one without a password$"):
            load(encrypted())


@pytest.mark.parametrize("key", FOREIGN, ids=ids)
def test_a_key_of_another_kind_is_named(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | x25519.X25519PrivateKey,
) -> None:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(ImageError, match=r"^a key of another kind \(\w+\), wanted Ed25519$"):
        load_private(private)
    with pytest.raises(ImageError, match=r"^a key of another kind \(\w+\), wanted Ed25519$"):
        load_public(public)


def test_a_public_key_cannot_sign() -> None:
    with pytest.raises(ImageError, match=r"^no private key, wanted one as `lensbus image new`"):
        load_private(KEY.public.pem())


@given(st.binary(max_size=100), st.sampled_from([KEY.pem(), KEY.public.pem()]), st.integers(0, 120))
def test_a_damaged_key_is_refused_and_nothing_worse(noise: bytes, pem: bytes, at: int) -> None:
    for data in (noise, pem[:at], pem[:at] + noise + pem[at + 1 :]):
        for load in (load_private, load_public):
            with suppress(ImageError):
                load(data)


def test_no_text_of_a_private_key_shows_it() -> None:
    secret = KEY.pem().split(b"\n")[1].decode()
    told = f"{KEY} {KEY!r} {KEY.public!r}"

    assert secret not in told
    assert bytes(range(32)).hex() not in told
