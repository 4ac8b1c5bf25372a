from dataclasses import dataclass
from math import inf

import pytest

from lensbus.devices.eye import SCENE, Eye, told
from lensbus.devices.focus_scale import distance_mm
from lensbus.session.event import Note
from lensbus.wire.message import Message
from tests.devices.sights import sight
from tests.peers import SAY, SPEC, STATUS

SHARP_MM = 0.03


@dataclass
class Wall:
    """A View of something flat that stands still."""

    distance_mm: float
    grained: float = 0.0

    def subject_mm(self, now: float) -> float:
        return self.distance_mm + now

    def sharp_mm(self, image_circle: str) -> float:
        return {"full_frame": SHARP_MM, "aps_c": SHARP_MM / 2}[image_circle]

    def grain(self) -> float:
        return self.grained


OPTICS = SAY(
    "optics",
    focal_wide=200,
    focal_tele=600,
    open_wide_av256=925,
    open_tele_av256=1273,
    closed_av256=2283,
    near_wide=200,
    near_tele=400,
    focus_range=12_000,
    image_circle="full_frame",
    power_class="normal",
)


def status(position: int, focal: int = 200, state: str = "idle", aperture: int = 1024) -> Message:
    fields = {"focus_position": position, "focal_length": focal, "focus_state": state}
    return SAY("status", **{**STATUS.fields, **fields, "aperture_av256": aperture})


@pytest.mark.parametrize(
    ("focal", "nearest"), [(200, 200), (400, 300), (600, 400)], ids=["wide", "between", "tele"]
)
def test_the_nearest_distance_goes_evenly_with_the_focal_length(focal: int, nearest: int) -> None:
    picture = Eye(SPEC, Wall(1000), OPTICS).look(status(0, focal), 0.0)

    assert picture.focus_mm == pytest.approx(nearest)


def test_a_picture_tells_where_the_subject_lies_and_how_far_off_is_still_sharp() -> None:
    eye = Eye(SPEC, Wall(1000), OPTICS)
    here = eye.look(status(9000), 0.0)
    there = eye.look(status(round(9000 + here.away)), 0.0)
    edge = eye.look(status(round(9000 + here.away - there.sharp)), 0.0)

    assert here.away == pytest.approx(600)  # 1/1000 is 20 % of the way from infinity to 200 mm
    assert there.contrast == pytest.approx(1.0)
    assert there.away == 0
    assert edge.contrast == pytest.approx(0.5, abs=0.01)


def test_a_picture_has_the_time_and_the_motion_of_its_status() -> None:
    eye = Eye(SPEC, Wall(1000), OPTICS)
    moving, still = eye.look(status(5, state="moving"), 2.5), eye.look(status(5), 2.5)

    assert (moving.t, moving.moving, moving.subject_mm) == (2.5, True, 1002.5)
    assert not still.moving


def test_a_smaller_aperture_and_a_bigger_circle_that_is_sharp_are_both_more_depth() -> None:
    open_, small = (
        Eye(SPEC, Wall(1000), OPTICS).look(status(9000, aperture=av), 0.0) for av in (1024, 1536)
    )
    crop = SAY("optics", **{**OPTICS.fields, "image_circle": "aps_c"})
    cropped = Eye(SPEC, Wall(1000), crop).look(status(9000), 0.0)

    assert small.sharp == pytest.approx(2 * open_.sharp)
    assert cropped.sharp == pytest.approx(open_.sharp / 2)


@pytest.mark.parametrize("grain", [-2.0, 2.0])
def test_whatever_the_grain_contrast_stays_between_none_and_all(grain: float) -> None:
    picture = Eye(SPEC, Wall(1000, grain), OPTICS).look(status(9000), 0.0)

    assert picture.contrast == (0.0 if grain < 0 else 1.0)


def test_a_lens_that_does_not_reach_infinity_is_seen_by_its_own_scale() -> None:
    near = SAY("optics", **{**OPTICS.fields, "far": 900})
    picture = Eye(SPEC, Wall(1000), near).look(status(12_000), 0.0)

    assert picture.focus_mm == pytest.approx(distance_mm(12_000, 200, 900, 12_000)) == 900
    assert picture.away > 0


def test_a_note_has_the_numbers_that_a_plot_draws_and_zero_for_infinity() -> None:
    picture = Eye(SPEC, Wall(1000), OPTICS).look(status(12_000), 0.0)

    assert picture.note() == Note(
        "subject at 1000 mm, focus at infinity",
        SCENE,
        {"subject_mm": 1000, "focus_mm": 0, "contrast": round(picture.contrast, 2)},
    )
    assert sight().note().about == SCENE
    assert told(inf) == "infinity"
