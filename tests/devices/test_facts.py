import math

import pytest

from lensbus.devices.facts import av_counts, identity, layout, optics
from lensbus.spec.canon import layout_hash
from tests.peers import LAYOUT, SAY, SPEC, ZOOM


def test_a_lens_tells_its_profile_and_nothing_else() -> None:
    who = identity(SAY, ZOOM, SPEC, range(1, 3)).fields

    assert (who["lens_number"], who["name"], who["serial"]) == (
        ZOOM.lens_number,
        ZOOM.name,
        ZOOM.serial,
    )
    assert [who[f"firmware_{part}"] for part in ("major", "minor", "patch")] == [*ZOOM.firmware]


def test_optics_are_in_the_counts_of_the_spec() -> None:
    told = optics(SAY, ZOOM, SPEC).fields

    assert (told["focal_wide"], told["focal_tele"]) == (200, 600)
    assert (told["open_wide_av256"], told["closed_av256"]) == (925, 2283)


@pytest.mark.parametrize(
    ("f_number", "stops"), [(1.0, 0), (math.sqrt(2), 1), (2.0, 2), (4.0, 4), (16.0, 8), (0.5, -2)]
)
def test_an_aperture_value_doubles_with_the_square_of_the_f_number(
    f_number: float, stops: int
) -> None:
    assert 256 * stops == av_counts(f_number, 256)


def test_a_lens_tells_the_layout_of_its_newest_version() -> None:
    who = identity(SAY, ZOOM, SPEC, range(1, 2)).fields

    assert (who["protocol"], who["protocol_least"]) == (1, 1)
    assert who["layout_hash"] == layout_hash(SPEC, 1)


def test_where_a_spec_has_no_layout_hash_none_is_told() -> None:
    assert layout(SAY, "identify", SPEC, 2) == {"layout_hash": LAYOUT}
    assert layout(SAY, "homed", SPEC, 2) == {}
