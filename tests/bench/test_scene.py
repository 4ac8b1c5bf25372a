import dataclasses
from math import hypot
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.bench.scene import POINTS, Outlook, Scene
from lensbus.errors import SpecError
from lensbus.front.named import load_scene
from lensbus.spec.load import profile_names
from tests.peers import S1
from tests.sampled import sampled

SCENES = profile_names("scenes")
STAIRS = Scene("stairs", ((0, 1000), (2, 3000), (3, 1000)), repeats=False, light_lux=100)


def loaded(name: str) -> Scene:
    scene = load_scene(name)
    assert scene is not None
    return scene


@pytest.mark.parametrize("name", SCENES)
def test_every_shipped_scene_has_a_subject_at_every_time(name: str) -> None:
    scene = loaded(name)

    assert scene.title
    assert all(scene.distance_mm(t / 10) > 0 for t in range(600))


def test_the_named_scenes_are_there_with_hyphens_as_well() -> None:
    assert {"still", "walk_in", "walk_out", "sprint", "swing", "far", "too_near"} <= set(SCENES)
    assert loaded("walk-in") == loaded("walk_in")


@pytest.mark.parametrize(
    ("t", "distance"), [(0, 1000), (1, 2000), (2, 3000), (2.5, 2000), (3, 1000), (99, 1000)]
)
def test_a_subject_goes_evenly_from_point_to_point_and_stays_at_the_last(
    t: float, distance: float
) -> None:
    assert STAIRS.distance_mm(t) == distance


@given(st.floats(0, 1000))
@sampled(80)
def test_a_scene_that_repeats_is_the_same_in_each_round(t: float) -> None:
    again = dataclasses.replace(STAIRS, repeats=True)

    assert again.distance_mm(t) == pytest.approx(again.distance_mm(t + 3), abs=1e-6)


def test_one_point_is_a_subject_that_stands_still() -> None:
    for repeats in (True, False):
        scene = Scene("wall", ((0, 1500),), repeats, 100)

        assert scene.distance_mm(0) == scene.distance_mm(7.5) == 1500


def test_what_counts_as_sharp_is_smaller_on_the_part_that_a_smaller_circle_fills() -> None:
    outlook = Outlook(STAIRS, S1)

    assert outlook.sharp_mm("full_frame") == pytest.approx(hypot(36, 24) / POINTS)
    assert outlook.sharp_mm("aps_c") < outlook.sharp_mm("full_frame")


def test_a_body_that_tells_its_sensor_is_taken_by_its_word() -> None:
    small = dataclasses.replace(S1, sensor_mm=(3.0, 4.0))

    assert Outlook(STAIRS, small).sharp_mm("full_frame") == 5 / POINTS
    assert Outlook(STAIRS, small).subject_mm(1) == 2000


def test_less_light_is_more_grain_which_comes_from_its_seed_alone() -> None:
    def grains(lux: float, seed: int) -> list[float]:
        scene = dataclasses.replace(STAIRS, light_lux=lux)
        outlook = Outlook(scene, S1, Random(seed))
        return [outlook.grain() for _ in range(100)]

    assert grains(100, 1) == grains(100, 1) != grains(100, 2)
    assert max(grains(1, 1)) == pytest.approx(10 * max(grains(100, 1)))
    assert Outlook(STAIRS, S1).grain() == 0.0


@pytest.mark.parametrize(
    ("subject", "light", "told"),
    [
        ("[{at_s: 1, distance_mm: 5}]", "5", "2:10: scene.subject: expected times that begin"),
        ("[{at_s: 0, distance_mm: 5}, {at_s: 0, distance_mm: 5}]", "5", "and grow, got [0, 0]"),
        ("[{at_s: 0, distance_mm: 0}]", "5", "scene.subject.1.distance_mm: expected more than 0"),
        ("[{at_s: 0, distance_mm: 5, speed: 3}]", "5", "unknown key 'speed'"),
        ("[{at_s: 0}]", "5", "scene.subject.1.distance_mm: missing"),
        ("[]", "5", "expected times that begin with 0 and grow, got []"),
        ("[]", "0", "3:12: scene.light_lux: expected more than 0"),
    ],
)
def test_a_scene_with_a_mistake_is_refused_with_its_place(
    tmp_path: Path, subject: str, light: str, told: str
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"title: mine\nsubject: {subject}\nlight_lux: {light}\n")

    with pytest.raises(SpecError) as raised:
        load_scene(str(path))
    assert told in str(raised.value)


def test_an_unknown_scene_is_told_with_those_that_are_known() -> None:
    with pytest.raises(SpecError, match=r"unknown scene \(.*walk_in"):
        load_scene("walkin")
