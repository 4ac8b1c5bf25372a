import dataclasses

import pytest

from lensbus.devices.zoom import Zoom
from lensbus.errors import LocalProtocolError
from tests.peers import PRIME, ZOOM


def test_a_zoom_begins_at_its_wide_end() -> None:
    zoom = Zoom(ZOOM)

    assert (zoom.focal_mm(0.0), zoom.focal_mm(99.0), zoom.target) == (20.0, 20.0, 20.0)


def test_a_hand_takes_its_time_to_zoom() -> None:
    zoom = Zoom(ZOOM)
    zoom.turn(60.0, 1.0, 2.0)

    assert [zoom.focal_mm(now) for now in (0.5, 1.0, 2.0, 3.0, 4.0)] == [20, 20, 40, 60, 60]
    assert zoom.target == 60.0


def test_a_hand_that_changes_its_mind_goes_on_from_where_the_ring_is() -> None:
    zoom = Zoom(ZOOM)
    zoom.turn(60.0, 0.0, 2.0)
    zoom.turn(20.0, 1.0, 1.0)

    assert [zoom.focal_mm(now) for now in (1.0, 1.5, 2.0)] == [40, 30, 20]


@pytest.mark.parametrize(("asked", "expected"), [(10.0, 20.0), (99.0, 60.0)])
def test_a_zoom_ring_has_ends(asked: float, expected: float) -> None:
    zoom = Zoom(ZOOM)
    zoom.turn(asked, 0.0, 0.0)

    assert expected == zoom.focal_mm(0.0)


@pytest.mark.parametrize(
    ("focal_mm", "share", "near_mm"), [(20.0, 0.0, 150.0), (40.0, 0.5, 275.0), (60.0, 1.0, 400.0)]
)
def test_the_nearest_distance_goes_evenly_with_the_focal_length(
    focal_mm: float, share: float, near_mm: float
) -> None:
    zoom = Zoom(ZOOM)

    assert (share, near_mm) == (zoom.share(focal_mm), zoom.near_mm(focal_mm))


def test_a_prime_has_one_of_all() -> None:
    zoom = Zoom(PRIME)

    assert (zoom.focal_mm(1.0), zoom.share(45.0), zoom.near_mm(45.0)) == (45.0, 0.0, 240.0)


def test_a_lens_that_focuses_on_itself_is_refused() -> None:
    with pytest.raises(LocalProtocolError, match=r"got near_mm \(0, 400\), wanted them above 0"):
        Zoom(dataclasses.replace(ZOOM, near_mm=(0, 400)))
