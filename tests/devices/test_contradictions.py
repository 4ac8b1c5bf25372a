from typing import Any

import pytest

from lensbus.devices.contradictions import contradictions

FITS: dict[str, Any] = {
    "sync_hz": (24, 60),
    "focal_mm": (20, 60),
    "open_f": (3.5, 5.6),
    "closed_f": 22,
    "near_mm": (150, 400),
    "far_mm": 0,
}


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({}, []),
        ({"sync_hz": (0, 60)}, ["sync_hz"]),
        ({"sync_hz": ()}, []),
        ({"focal_mm": (0.5, 60)}, ["focal_mm"]),
        ({"focal_mm": (60, 0.5)}, ["focal_mm"]),
        ({"open_f": (5.6, 3.5)}, ["open_f"]),
        ({"closed_f": 4}, ["closed_f"]),
        ({"closed_f": 5.6}, []),
        ({"far_mm": 400}, ["far_mm"]),
        ({"far_mm": 401}, []),
        ({"focal_mm": (60, 20), "closed_f": 2, "far_mm": 1}, ["focal_mm", "closed_f", "far_mm"]),
    ],
)
def test_items_that_cannot_be_are_found_each_by_itself(
    wrong: dict[str, Any], expected: list[str]
) -> None:
    assert expected == [name for name, _ in contradictions(FITS | wrong)]


@pytest.mark.parametrize("name", FITS)
def test_what_is_not_there_contradicts_nothing(name: str) -> None:
    wrong = FITS | {"open_f": (5.6, 5.6), "closed_f": 4, "near_mm": (9, 9), "far_mm": 5}
    left = {key: value for key, value in wrong.items() if key != name}
    found = [one for one, _ in contradictions(left)]

    assert found == [
        one
        for one, other in (("closed_f", "open_f"), ("far_mm", "near_mm"))
        if name not in {one, other}
    ]
