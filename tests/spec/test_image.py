from pathlib import Path

import pytest

from lensbus.spec.basis import KINDS
from lensbus.spec.image import AREAS, NUMBERS
from lensbus.spec.load import load_image_format
from tests.samples import patched, problems, refuses, shipped, write

TEXT = shipped("l_mount/image")
COUNTER = "security_counter: {type: 0x0050, size: 4"
FACTS = ("lens_numbers", "hardware", "protocol_least")


def test_the_header_is_that_of_mcuboot() -> None:
    form = load_image_format()

    assert form.header_size == 32
    assert [(field.name, field.offset) for field in form.header] == [
        ("magic", 0),
        ("load_address", 4),
        ("header_size", 8),
        ("protected_size", 10),
        ("payload_size", 12),
        ("flags", 16),
        ("major", 20),
        ("minor", 21),
        ("revision", 22),
        ("build", 24),
        ("padding", 28),
    ]


def test_types_and_magics_are_those_of_mcuboot() -> None:
    imgtool = pytest.importorskip("imgtool.image", reason="imgtool is not installed")
    form = load_image_format()
    ours = {kind.name: kind.type for kind in form.tlvs.values() if kind.name not in FACTS}

    assert form.header[0].wanted == imgtool.IMAGE_MAGIC
    assert form.protected.magic == imgtool.TLV_PROT_INFO_MAGIC
    assert form.unprotected.magic == imgtool.TLV_INFO_MAGIC
    assert form.vendors == range(imgtool.TLV_VENDOR_RES_MIN, imgtool.TLV_VENDOR_RES_MAX + 1)
    assert set(imgtool.TLV_VALUES.values()) == {*ours.values(), *form.refused}
    assert ours == {
        "security_counter": imgtool.TLV_VALUES["SEC_CNT"],
        "digest": imgtool.TLV_VALUES["SHA256"],
        "key_hash": imgtool.TLV_VALUES["KEYHASH"],
        "signature": imgtool.TLV_VALUES["ED25519"],
    }


def test_lens_facts_are_of_vendors_types_and_say_that_they_are_a_model() -> None:
    form = load_image_format()
    types = [kind.type for kind in form.protected.tlvs if kind.name in FACTS]

    assert all(kind in form.vendors and kind & 0xFF >= 0xA0 for kind in types)
    for name in FACTS:
        assert form.items[f"image.areas.protected.tlvs.{name}"].kind == "model"


def test_every_item_has_a_kind_and_a_ground() -> None:
    items = load_image_format().items

    assert len(items) > 40
    assert [path for path, basis in items.items() if basis.kind not in KINDS] == []
    assert [path for path, basis in items.items() if not basis.source] == []


def test_a_format_of_ones_own_loads_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(patched(TEXT, ("type: 0x4ca1", "type: 0x00a1")))

    assert load_image_format(str(path)).tlvs[0xA1].name == "hardware"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "payload: {value: 0x100000",
            "payload: {value: ¦0",
            "limits.payload.value: expected 1 to 4294967295, got 0",
        ),
        (
            "tlv_area: {value: 1024",
            "tlv_area: {value: ¦65536",
            "limits.tlv_area.value: expected 1 to 65535, got 65536",
        ),
        (
            "magic: 0x6908",
            "magic: ¦0x16908",
            "areas.protected.magic: expected 0 to 0xffff, got 92424",
        ),
        (
            "major: {type: u8,",
            "major: {type: u8, is: ¦256,",
            "header.major.is: 256 does not fit into 1 byte(s)",
        ),
        (
            "header_size: {type: u16le, is: 32",
            "header_size: ¦{type: u16le, is: 31",
            "header.header_size: expected is: 32, the bytes of all fields",
        ),
        (
            "type: 0x4ca0",
            "type: ¦0x0099",
            "areas.protected.tlvs.lens_numbers.type: 0x0099 is not among those for vendors",
        ),
        (
            "type: 0x4ca1",
            "type: ¦0x4ca0",
            "areas.protected.tlvs.hardware.type: 0x4ca0 stands twice",
        ),
        ("type: 0x0025", "type: ¦0x0050", "refused.pure.type: 0x0050 stands twice"),
        ("type: 0x0025", "type: ¦-1", "refused.pure.type: expected 0 to 0xffff, got -1"),
        (
            COUNTER,
            "security_counter: {type: 0x0050, size: ¦3",
            "areas.protected.tlvs.security_counter.size: expected 1 or 2 or 4, got 3",
        ),
        (
            "digest: {type: 0x0010, size: 32",
            "digest: {type: 0x0010, size: ¦20",
            "areas.unprotected.tlvs.digest.size: expected 32, got 20",
        ),
        (
            COUNTER,
            "security_counter: {type: 0x0050, list: ¦true, size: 4",
            "areas.protected.tlvs.security_counter.list: security_counter is one value",
        ),
        (
            "limits:",
            "¦limit: 1\nlimits:",
            (
                "unknown key 'limit' (known: "
                "areas, header, image, limits, refused, sources, title, vendors)"
            ),
        ),
    ],
)
def test_what_no_image_can_have_is_refused(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    place = "image: " if expected.startswith("unknown") else "image."
    refuses(tmp_path, patched(TEXT, (old, new)), f"{place}{expected}")


@pytest.mark.parametrize("name", [name for names in AREAS.values() for name in names])
def test_a_tlv_that_every_image_needs_cannot_be_left_out(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, patched(TEXT, (f"      {name}: {{", f"      no_{name}: {{")))
    texts = [text for _, _, text in problems(path)]

    assert any(text.endswith(f".tlvs.{name}: missing") for text in texts)
    assert any(f"unknown key 'no_{name}'" in text for text in texts)


@pytest.mark.parametrize("name", NUMBERS)
def test_a_header_without_what_every_image_needs_is_refused(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, patched(TEXT, (f"  {name}: {{type", f"  no_{name}: {{type")))

    assert f"image.header.{name}: missing" in [text for _, _, text in problems(path)]
