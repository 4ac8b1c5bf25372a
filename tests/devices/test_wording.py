import dataclasses
from pathlib import Path
from typing import Any

import pytest

from lensbus.devices.profile import AccessoryProfile, BodyProfile, LensProfile
from lensbus.devices.wording import SAID, room
from lensbus.front.named import load_profile
from lensbus.spec.load import load, profile_names
from tests.peers import SPEC
from tests.samples import patched, shipped, write

KINDS: dict[type[Any], str] = {
    LensProfile: "lenses",
    BodyProfile: "bodies",
    AccessoryProfile: "accessories",
}


@pytest.mark.parametrize(("kind", "folder"), KINDS.items())
def test_the_spec_has_room_for_every_profile_that_comes_along(kind: type[Any], folder: str) -> None:
    for name in profile_names(folder):
        assert load_profile(kind, folder, name, SPEC).id == name


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_said_are_items_of_a_profile_and_fields_of_messages(kind: type[Any]) -> None:
    items = {field.name for field in dataclasses.fields(kind)}
    there = {f"{one.name}.{field.name}" for one in SPEC.messages.values() for field in one.fields}

    assert set(SAID[kind]) <= items
    assert {place for places in SAID[kind].values() for place in places} <= there


@pytest.mark.parametrize(
    ("kind", "item", "value", "expected"),
    [
        (LensProfile, "vendor", "nikon", "got 'nikon', wanted one of leica, panasonic, "),
        (LensProfile, "image_circle", "aps-c", "got 'aps-c', wanted one of full_frame, aps_c"),
        (LensProfile, "lens_number", 70_000, "got 70000, wanted 0 to 65535"),
        (LensProfile, "firmware", (1, 256, 0), "got 256, wanted 0 to 255"),
        (LensProfile, "capabilities", ("zoom", "flying"), "got 'flying', wanted some of (auto"),
        (LensProfile, "protocol", (3, 4), "it speaks protocol versions 3 to 4, the spec has 1 to"),
        (BodyProfile, "stabiliser", "yes", "got 'yes', wanted one of off, on, panning, shared"),
        (BodyProfile, "capabilities", ("flying",), "got 'flying', wanted some of (autofocus, "),
        (BodyProfile, "max_baud", 9600, "got 9600, wanted 115200 to 3000000 baud"),
        (AccessoryProfile, "serial", 13 * "1", "got 13 characters, wanted at most 12"),
    ],
)
def test_what_a_spec_cannot_say_is_told_with_what_was_wanted(
    kind: type[Any], item: str, value: object, expected: str
) -> None:
    (found,) = room(SPEC, kind)(item, value)

    assert found.startswith(expected)


@pytest.mark.parametrize(
    ("item", "value"), [("vendor", "leica"), ("protocol", (1, 9)), ("focal_mm", (0, 0))]
)
def test_what_it_can_say_or_need_not_is_well(item: str, value: object) -> None:
    assert list(room(SPEC, LensProfile)(item, value)) == []


def test_what_the_model_knows_no_spec_needs_a_word_for(tmp_path: Path) -> None:
    text = patched(shipped("l_mount/lens"), (", shared: 3}", "}"), ("aperture: 2, ", ""))
    unfit = room(load(str(write(tmp_path, text))), BodyProfile)

    assert list(unfit("stabiliser", "shared")) == []
    assert list(unfit("capabilities", ("aperture",))) == []


def test_a_spec_without_such_messages_has_nothing_against_it() -> None:
    assert list(room(load("sony_e"), BodyProfile)("image_circle", "any")) == []
