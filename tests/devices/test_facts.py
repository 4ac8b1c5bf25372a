import math

import pytest

from lensbus.devices.facts import av_counts, identity, optics
from tests.peers import SAY, SPEC, ZOOM


def test_a_lens_tells_its_profile_and_nothing_else() -> None:
    who = identity(SAY, ZOOM).fields

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
