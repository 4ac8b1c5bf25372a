from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import ImageError
from lensbus.firmware.tlv import (
    PAIR,
    Head,
    Tlv,
    numbers,
    pack_area,
    pack_numbers,
    read_head,
    read_tlvs,
    walk,
)
from tests.images import FORM, made, offer

OFFER = offer(made())
BASE = 0x100
PROTECTED = {"security_counter": b"\5\0\0\0", "lens_numbers": b"\x0b\x40", "hardware": b"\1"}
PROTECTED |= {"protocol_least": b"\1"}
UNPROTECTED = {"digest": bytes(32), "key_hash": bytes(32), "signature": bytes(64)}

Part = tuple[int, bytes]


def parts(held: dict[str, bytes]) -> list[Part]:
    types = {kind.name: kind.type for kind in FORM.tlvs.values()}
    return [(types[name], data) for name, data in held.items()]


def area(magic: int, tlvs: Sequence[Part], *, size: int | None = None) -> bytes:
    """A TLV area of any TLVs, which may state a wrong size."""
    data = b"".join(PAIR.pack(kind, len(held)) + held for kind, held in tlvs)
    return PAIR.pack(magic, PAIR.size + len(data) if size is None else size) + data


def read(protected: Sequence[Part], unprotected: Sequence[Part]) -> dict[str, bytes]:
    inside = area(FORM.protected.magic, protected)
    outside = area(FORM.unprotected.magic, unprotected)
    return read_tlvs(FORM, inside + outside, BASE, len(inside))


def refused(data: bytes, protected_size: int) -> str:
    with pytest.raises(ImageError) as caught:
        read_tlvs(FORM, data, BASE, protected_size)
    return str(caught.value)


def test_tlvs_are_read_by_name() -> None:
    assert read(parts(PROTECTED), parts(UNPROTECTED)) == PROTECTED | UNPROTECTED


def test_the_order_of_tlvs_within_their_area_is_free() -> None:
    expected = PROTECTED | UNPROTECTED

    assert expected == read(parts(PROTECTED)[::-1], parts(UNPROTECTED)[::-1])


def test_signed_tlvs_of_other_vendors_are_skipped() -> None:
    others = [(0x00A0, b""), (0xFFFE, b"more"), (0x00A0, b"again")]

    assert read([*others, *parts(PROTECTED)], parts(UNPROTECTED)) == PROTECTED | UNPROTECTED


def test_a_walk_meets_both_heads_and_every_tlv_with_its_place() -> None:
    data = OFFER.tlv_area
    found = list(walk(FORM, data, BASE))
    heads = [one for one in found if isinstance(one, Head)]
    tlvs = [one for one in found if isinstance(one, Tlv)]
    sizes = [PAIR.size for _ in heads] + [PAIR.size + len(tlv.data) for tlv in tlvs]

    assert [head.at for head in heads] == [BASE, BASE + OFFER.protected_size]
    assert [tlv.type for tlv in tlvs] == list(FORM.tlvs)
    assert sum(sizes) == len(data)
    for tlv in tlvs:
        at = tlv.at - BASE
        assert data[at : at + PAIR.size] == PAIR.pack(tlv.type, len(tlv.data))


MOVED = ("lens_numbers", "hardware", "protocol_least", "security_counter")


@pytest.mark.parametrize("name", MOVED)
def test_what_must_be_signed_is_refused_by_name_where_it_is_not(name: str) -> None:
    held = dict(PROTECTED)
    outside = parts({name: held.pop(name)})
    with pytest.raises(ImageError, match=f"{name} must stand among the protected TLVs, which are"):
        read(parts(held), [*parts(UNPROTECTED), *outside])


@pytest.mark.parametrize("name", MOVED)
def test_a_second_one_that_nobody_signed_is_refused(name: str) -> None:
    with pytest.raises(ImageError, match=f"{name} must stand among the protected"):
        read(parts(PROTECTED), [*parts(UNPROTECTED), *parts({name: PROTECTED[name]})])


@pytest.mark.parametrize("name", UNPROTECTED)
def test_what_cannot_cover_itself_is_refused_among_the_protected(name: str) -> None:
    held = dict(UNPROTECTED)
    inside = parts({name: held.pop(name)})
    with pytest.raises(ImageError, match=f"{name} must stand among the unprotected TLVs"):
        read([*parts(PROTECTED), *inside], parts(held))


@pytest.mark.parametrize("name", [*PROTECTED, *UNPROTECTED])
def test_one_that_is_missing_is_named(name: str) -> None:
    inside = {key: held for key, held in PROTECTED.items() if key != name}
    outside = {key: held for key, held in UNPROTECTED.items() if key != name}
    with pytest.raises(ImageError, match=rf"^no {name} \(TLV 0x"):
        read(parts(inside), parts(outside))


@pytest.mark.parametrize("name", [*PROTECTED, *UNPROTECTED])
def test_one_that_stands_twice_is_named(name: str) -> None:
    inside, outside = parts(PROTECTED), parts(UNPROTECTED)
    (inside if name in PROTECTED else outside).extend(
        parts({name: (PROTECTED | UNPROTECTED)[name]})
    )
    with pytest.raises(ImageError, match=f"a second {name}, wanted one$"):
        read(inside, outside)


@pytest.mark.parametrize(
    ("name", "data", "wanted"),
    [
        ("security_counter", b"", "4"),
        ("security_counter", bytes(8), "4"),
        ("protocol_least", bytes(2), "1"),
        ("lens_numbers", b"", "a multiple of 2"),
        ("lens_numbers", bytes(3), "a multiple of 2"),
        ("hardware", b"", "a multiple of 1"),
        ("digest", bytes(31), "32"),
        ("signature", bytes(65), "64"),
    ],
)
def test_one_of_the_wrong_length_is_named(name: str, data: bytes, wanted: str) -> None:
    inside, outside = dict(PROTECTED), dict(UNPROTECTED)
    (inside if name in inside else outside)[name] = data
    with pytest.raises(ImageError, match=f"{name} of {len(data)} bytes, wanted {wanted}$"):
        read(parts(inside), parts(outside))


@pytest.mark.parametrize("kind", FORM.refused)
@pytest.mark.parametrize("inside", [True, False])
def test_what_means_something_else_to_mcuboot_is_refused_by_name(kind: int, inside: bool) -> None:
    more = [(kind, b"\1")]
    protected = [*parts(PROTECTED), *(more if inside else [])]
    unprotected = [*parts(UNPROTECTED), *([] if inside else more)]
    with pytest.raises(ImageError) as caught:
        read(protected, unprotected)

    name = "protected" if inside else "unprotected"
    assert str(caught.value).startswith(f"{name} TLV {kind:#06x} at 0x")
    assert str(caught.value).endswith(FORM.refused[kind])


@pytest.mark.parametrize(("kind", "inside"), [(0x00A0, False), (0x0099, True), (0xFFFF, True)])
def test_what_nobody_knows_is_refused_unless_a_vendor_signed_it(kind: int, inside: bool) -> None:
    more = [(kind, b"")]
    with pytest.raises(ImageError, match=f"TLV {kind:#06x} at 0x.*: a type that is unknown here"):
        read(
            [*parts(PROTECTED), *(more if inside else [])],
            [*parts(UNPROTECTED), *([] if inside else more)],
        )


def test_a_pure_signature_is_told_before_the_digest_that_goes_with_it() -> None:
    held = {"key_hash": UNPROTECTED["key_hash"], "signature": UNPROTECTED["signature"]}
    pure = [(0x0012, bytes(64)), (0x0025, b"\1"), *parts(held)]
    with pytest.raises(ImageError, match="a pure signature"):
        read(parts(PROTECTED), pure)


INSIDE, OUTSIDE = OFFER.protected, OFFER.tlv_area[OFFER.protected_size :]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "protected TLVs at 0x100: cut off at 0x100, wanted at least up to 0x104"),
        (OUTSIDE, "no protected TLVs at 0x100: got 0x6907, wanted 0x6908"),
        (INSIDE + INSIDE, "no unprotected TLVs at 0x11f: got 0x6908, wanted 0x6907"),
        (INSIDE[:-1], "protected TLVs at 0x100: cut off at 0x11e, wanted at least up to 0x11f"),
        (INSIDE, "unprotected TLVs at 0x11f: cut off at 0x11f, wanted at least up to 0x123"),
        (OFFER.tlv_area + b"!", "1 bytes after the TLVs, at 0x1af, wanted none"),
        (OFFER.tlv_area + bytes(1024), "1199 bytes of TLVs, wanted at most 1024"),
        (
            area(FORM.protected.magic, [], size=3) + OUTSIDE,
            "protected TLVs at 0x100: got a size of 3, wanted at least 4",
        ),
        (
            area(FORM.protected.magic, [(0x50, b"1234")], size=10) + OUTSIDE,
            "protected TLV 0x0050 at 0x104: cut off at 0x10a, wanted at least up to 0x10c",
        ),
        (
            area(FORM.protected.magic, [(0x50, b"")], size=6) + OUTSIDE,
            "protected TLV 0x0000 at 0x104: cut off at 0x106, wanted at least up to 0x108",
        ),
    ],
)
def test_sizes_that_do_not_fit_together_are_refused(data: bytes, expected: str) -> None:
    assert expected == refused(data, OFFER.protected_size)


def test_the_header_and_the_protected_tlvs_say_the_same_size() -> None:
    expected = "31 bytes of protected TLVs, but the header says 30"

    assert expected == refused(OFFER.tlv_area, 30)


@given(st.binary(max_size=200), st.integers(0, 200))
def test_noise_is_refused_and_nothing_worse(noise: bytes, size: int) -> None:
    refused(noise, size)


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_noise_within_areas_is_refused_and_nothing_worse(inside: bytes, outside: bytes) -> None:
    heads = [PAIR.pack(one.magic, PAIR.size) for one in (FORM.protected, FORM.unprotected)]
    data = heads[0] + inside + heads[1] + outside

    refused(data, PAIR.size + len(inside))


@given(st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=100))
def test_numbers_are_read_back(found: list[int]) -> None:
    kind = FORM.tlvs[0x4CA0]

    assert tuple(found) == numbers(kind, pack_numbers(kind, found))


@pytest.mark.parametrize("found", [(), (-1,), (1, 65536)])
def test_numbers_that_do_not_fit_are_named(found: tuple[int, ...]) -> None:
    got = ", ".join(map(str, found)) or "nothing"
    with pytest.raises(ImageError) as caught:
        pack_numbers(FORM.tlvs[0x4CA0], found)

    assert str(caught.value) == f"lens_numbers: got {got}, wanted numbers from 0 to 65535"


def test_more_tlvs_than_an_image_may_have_are_refused() -> None:
    with pytest.raises(ImageError, match=r"^80026 bytes of protected TLVs, wanted at most 1024$"):
        pack_area(FORM, FORM.protected, {**PROTECTED, "lens_numbers": bytes(80_000)})


def test_a_head_is_read_from_its_four_bytes() -> None:
    head = read_head(FORM.protected, INSIDE[: PAIR.size], BASE)

    assert head == Head(BASE, FORM.protected, OFFER.protected_size)
