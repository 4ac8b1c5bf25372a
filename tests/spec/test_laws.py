import math
from dataclasses import replace

import pytest

from lensbus.spec.basis import Basis
from lensbus.spec.fields import INTS, Field
from lensbus.spec.laws import LAWS, law_of

PLAIN = Field("a", "int", 2, Basis("model", "none"), INTS["u16le"], high=65_535)


@pytest.mark.parametrize(
    ("name", "raw", "physical"),
    [
        ("av256", 0, 1.0),
        ("av256", 512, 2.0),
        ("av256", 1536, 8.0),
        ("sony_av256", 4096, 1.0),
        ("sony_av256", 5052, 3.65),
        ("canon_av8", 0x08, 1.0),
        ("canon_av8", 0x16, 1.83),
        ("canon_av8", 0x50, 22.6),
        ("fujinon_f", 0xE4DD, 1.80),
        ("fujinon_f", 0, 256.0),
        ("fujinon_length", 0xB2F8, 0.0076),
        ("fujinon_length", 0xC514, 0.130),
        ("fujinon_length", 0xD258, 0.6),
        ("fujinon_length", 0xB1C2, 0.0045),
        ("fujinon_length", 0xC24E, 0.059),
        ("fujinon_length", 0xCBB8, 0.3),
        ("fujinon_length", 0x0007, 7.0),
        ("fujinon_length", 0x1008, 80.0),
        ("fujinon_length", 0x0000, 0.0),
    ],
)
def test_a_law_gives_what_its_source_gives(name: str, raw: int, physical: float) -> None:
    assert LAWS[name].to_physical(raw) == pytest.approx(physical, rel=4e-3)


@pytest.mark.parametrize("name", LAWS)
def test_a_physical_value_gives_back_a_number_that_stands_for_it(name: str) -> None:
    law = LAWS[name]
    for raw in range(0, 65_536, 257):
        physical = law.to_physical(raw)
        if physical < math.inf:
            assert law.to_physical(law.to_raw(physical)) == pytest.approx(physical, rel=1e-3)


@pytest.mark.parametrize("raw", [0xB2F8, 0xC514, 0xD258, 0xB1C2, 0xC24E, 0xCBB8])
def test_a_length_is_written_as_lenses_write_it(raw: int) -> None:
    law = LAWS["fujinon_length"]

    assert law.to_raw(law.to_physical(raw)) == raw


@pytest.mark.parametrize(
    ("name", "value"),
    [("av256", -1), ("av256", 0), ("fujinon_length", -1), ("fujinon_length", 1e12)],
)
def test_what_no_number_stands_for_has_none(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=r".*"):
        LAWS[name].to_raw(value)


def test_a_scale_and_an_offset_are_a_law_of_their_own() -> None:
    law = law_of(replace(PLAIN, scale=0.5, offset=-40.0, unit="degrees"))

    assert law is not None
    assert (law.to_physical(100), law.to_raw(10), law.unit) == (10, 100, "degrees")
    assert law.words == "v x 0.5 - 40"


def test_a_plain_number_has_no_law_and_a_named_one_its_own() -> None:
    assert law_of(PLAIN) is None
    assert law_of(replace(PLAIN, law="av256")) is LAWS["av256"]
