import dataclasses
from dataclasses import MISSING, FrozenInstanceError, fields
from pathlib import Path

import pytest

from lensbus.devices.profile import (
    AccessoryProfile,
    BodyProfile,
    LensProfile,
    Profile,
    read_profile,
)
from lensbus.errors import SpecError
from lensbus.front.named import load_profile
from lensbus.spec.basis import GROUNDS
from lensbus.spec.load import find_profile, profile_names, read
from lensbus.spec.node import Problems
from tests.peers import PRIME, S1, SL, ZOOM
from tests.samples import patched

BODY = find_profile("bodies", "leica_sl").read_text(encoding="utf-8")
LENS = find_profile("lenses", "panasonic_s_20_60").read_text(encoding="utf-8")
KINDS = {LensProfile: "lenses", BodyProfile: "bodies", AccessoryProfile: "accessories"}
PLAIN = "".join(
    f"{line}\n" for line in LENS.splitlines() if not line.startswith(("controls:", "distortion:"))
)
"""Without some of what may be left out."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profile.yaml"


def profile(kind: type[Profile], path: Path, text: str) -> Profile:
    path.write_text(text, encoding="utf-8")
    problems = Problems()
    root = read(path, problems)
    assert root is not None
    return read_profile(kind, root, problems)


def needed(kind: type[Profile]) -> list[str]:
    """Items of a profile, beside its name, that have no default."""
    return [field.name for field in fields(kind)[1:] if field.default is MISSING]


def mistakes(kind: type[Profile], path: Path, text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        profile(kind, path, text)
    return [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems]


def test_a_lens_is_read_as_its_file_says() -> None:
    expected = LensProfile(
        id="panasonic_s_20_60",
        name="LUMIX S 20-60mm F3.5-5.6",
        vendor="panasonic",
        lens_number=0x400B,
        serial="LB000020060",
        firmware=(1, 0, 0),
        hardware=1,
        protocol=(1, 2),
        max_baud=3_000_000,
        capabilities=(
            *("autofocus", "aperture", "zoom", "focus_by_speed", "firmware_update"),
            *("focus_follow", "linear_focus_ring", "correction"),
        ),
        focal_mm=(20, 60),
        open_f=(3.5, 5.6),
        closed_f=22,
        near_mm=(150, 400),
        image_circle="full_frame",
        power_class="normal",
        focus_range=12_000,
        focus_speed=24_000,
        homing_s=0.85,
        iris_speed=5000,
        temperature=24,
        focus_accel=400_000,
        settle_s=0.01,
        controls=("focus_ring", "focus_switch", "zoom_ring"),
        throw_deg=180,
        distortion=(
            *((20, 0.95, 0.1, -0.03, 0.005), (35, 0.998, 0.004, 0.0, 0.0)),
            (60, 1.01, -0.02, 0.005, 0.0),
        ),
        idle_ma=70,
        focus_ma=220,
        iris_ma=60,
        warming=0.02,
        hot_c=60,
    )

    assert expected == ZOOM


def test_a_body_is_read_as_its_file_says() -> None:
    every = ("autofocus", "aperture", "stabiliser", "zoom", "aperture_ring")
    expected = BodyProfile(
        id="leica_sl",
        name="Leica SL (Typ 601)",
        vendor="leica",
        image_circle="full_frame",
        protocol=(1, 1),
        max_baud=1_500_000,
        stabiliser="off",
        capabilities=(*every, "focus_by_speed", "firmware_update", "focus_follow"),
        sensor_mm=(36, 24),
        sync_hz=(24, 25, 30, 50, 60),
        supply_ma=1200,
    )

    assert expected == SL


@pytest.mark.parametrize(("kind", "folder"), KINDS.items())
def test_every_profile_that_comes_along_is_called_as_its_file(
    kind: type[Profile], folder: str
) -> None:
    names = profile_names(folder)

    assert names == [load_profile(kind, folder, name).id for name in names]


def test_what_sets_two_of_a_kind_apart_is_data() -> None:
    assert (ZOOM.lens_number, PRIME.lens_number) == (0x400B, 0x6003)
    assert (S1.protocol, SL.protocol) == ((1, 2), (1, 1))


@pytest.mark.parametrize("made", [ZOOM, S1], ids=lambda made: str(made.id))
def test_a_profile_cannot_be_changed(made: LensProfile | BodyProfile) -> None:
    with pytest.raises(FrozenInstanceError):
        made.name = "another"  # type: ignore[misc] # this is what must fail


@pytest.mark.parametrize("name", needed(LensProfile))
def test_every_item_of_a_lens_is_needed_and_missed_by_name(path: Path, name: str) -> None:
    lines = [line for line in LENS.splitlines() if not line.startswith(f"{name}:")]
    found = mistakes(LensProfile, path, "\n".join(lines))

    assert found == [f"1:1: profile.{name}: missing"]


@pytest.mark.parametrize("name", needed(BodyProfile))
def test_every_item_of_a_body_needs_a_basis(path: Path, name: str) -> None:
    (line,) = [line for line in BODY.splitlines() if line.startswith(f"{name}:")]
    bare = line.partition(", basis:")[0].partition(", unit:")[0] + "}"
    found = mistakes(BodyProfile, path, patched(BODY, (line, bare)))

    assert [one.partition(" ")[2] for one in found] == [
        f"profile.{name}.basis: missing ({GROUNDS})"
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{value: panasonic,", "{value: 7,", "profile.vendor.value: expected a text, got whole n"),
        ("{value: 0x400b,", "{value: one,", "profile.lens_number.value: expected a whole number"),
        ("{value: 0x400b,", "{value: 1.5,", "profile.lens_number.value: expected a whole number"),
        ("{value: 5000,", "{value: fast,", "profile.iris_speed.value: expected a number, got te"),
        ("{value: 5000,", "{value: -1,", "profile.iris_speed.value: expected a number of at lea"),
        ("[1, 0, 0]", "[1, 0]", "profile.firmware.value: expected 3 numbers, got [1, 0]"),
        ("[1, 0, 0]", "[1, 0, 0, 0]", "profile.firmware.value: expected 3 numbers, got [1, 0, 0,"),
        ("[1, 0, 0]", "[1, 0, 0.5]", "profile.firmware.value: expected 3 numbers, got [1, 0, 0.5]"),
        ("[150, 400]", "[0.5, 400]", "profile.near_mm.value: expected 2 numbers, got [0.5, 400]"),
        ("[3.5, 5.6]", "3.5", "profile.open_f.value: expected 2 numbers, got [3.5]"),
        ("[3.5, 5.6]", "[3.5, wide]", "profile.open_f.value: expected 2 numbers, got [3.5, 'wide"),
        ("[3.5, 5.6]", "[3.5, true]", "profile.open_f.value: expected 2 numbers, got [3.5, True]"),
        ("[3.5, 5.6]", "[3.5, [5]]", "profile.open_f.value: expected 2 numbers, got [3.5, 'list']"),
        (
            "[3.5, 5.6]",
            "[3.5, 1e308]",
            "profile.open_f.value: expected numbers from 0 to 1e+12, g",
        ),
        (
            "[3.5, 5.6]",
            "[3.5, 1e999]",
            "profile.open_f.value: expected numbers from 0 to 1e+12, g",
        ),
        ("[150, 400]", "[-1, 400]", "profile.near_mm.value: expected numbers from 0 to 1e+12, got"),
        ("{value: 5000,", "{value: 1e308,", "profile.iris_speed.value: expected at most 1e+12, go"),
        ("[20, 60]", "{wide: 20}", "profile.focal_mm.value: expected 2 numbers, got ['mapping']"),
        ("aperture, zoom", "3, zoom", "profile.capabilities.value: expected a text, got whole num"),
        (
            "source: review",
            "source: rumour",
            "profile.focal_mm.source: unknown source 'rumour'",
        ),
        ("temperature: {v", "heat: 3\ntemperature: {v", "profile: unknown key 'heat' (known: "),
        ("unit: counts,", "units: counts,", "profile.focus_range: unknown key 'units' (known: "),
        ("value: 22", "value: 22, note: x", "profile.closed_f: unknown key 'note' (known: basis, "),
    ],
)
def test_a_mistake_is_told_once_with_its_place(
    path: Path, old: str, new: str, expected: str
) -> None:
    before, _, after = LENS.partition(old)
    (found,) = mistakes(LensProfile, path, before + new + after)
    place, _, words = found.partition(" ")

    assert expected == words[: len(expected)]
    assert int(place.partition(":")[0]) == 1 + before.count("\n")


def test_all_mistakes_are_told_at_once(path: Path) -> None:
    text = patched(
        BODY,
        ("[1, 1]", "[1]"),
        ("value: leica,", "value: 3,"),
        ("max_baud:", "baud:"),
    )
    found = mistakes(BodyProfile, path, text)

    assert [one.partition(" ")[2].partition(":")[0] for one in found] == [
        "profile.max_baud",
        "profile.vendor.value",
        "profile.protocol.value",
        "profile",
    ]


def test_what_cannot_be_is_told_beside_what_cannot_be_read(path: Path) -> None:
    text = patched(LENS, ("[20, 60], unit", "[60, 20], unit"), ("[3.5, 5.6]", "wide"))
    found = mistakes(LensProfile, path, text)

    assert [one.partition(" ")[2] for one in found] == [
        "profile.focal_mm.value: goes from wide to tele, got 60 to 20",
        "profile.open_f.value: expected 2 numbers, got ['wide']",
    ]


def test_of_a_list_every_wrong_word_is_told(path: Path) -> None:
    line = "controls: {value: [lever, focus_ring, crank], basis: model, reason: test}"
    found = mistakes(LensProfile, path, f"{PLAIN}{line}\n")

    assert [one.split(" (")[0].split(": ")[-1] for one in found] == [
        "unknown 'crank'",
        "unknown 'lever'",
    ]


def test_any_number_of_numbers_is_not_called_none(path: Path) -> None:
    found = mistakes(BodyProfile, path, patched(BODY, ("[24, 25, 30, 50, 60]", "often")))

    assert [one.partition(" ")[2] for one in found] == [
        "profile.sync_hz.value: expected numbers, got ['often']"
    ]


def test_whole_numbers_may_stand_where_fractions_may(path: Path) -> None:
    found = profile(LensProfile, path, patched(LENS, ("[3.5, 5.6]", "[3, 5.6]")))

    assert found.open_f == (3, 5.6)


def test_the_profile_of_a_body_is_none_of_a_lens(path: Path) -> None:
    found = mistakes(LensProfile, path, BODY)

    assert "1:1: profile.lens_number: missing" in found
    assert any("profile: unknown key 'stabiliser' (known: " in one for one in found)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("controls: {value: [focus_ring, lever],", "controls.value: unknown 'lever' (known: ape"),
        ("status: {value: rumoured,", "status.value: unknown 'rumoured' (known: sold, announced)"),
        ("distortion: {value: [[20, 0]],", "distortion.value: expected rows of numbers (focal len"),
        ("distortion: {value: [[20, 0, 0, 0, w]],", "distortion.value: expected rows of numbers ("),
    ],
)
def test_an_item_with_a_default_is_read_as_strictly(path: Path, line: str, expected: str) -> None:
    (found,) = mistakes(LensProfile, path, f"{PLAIN}{line} basis: model, reason: test}}\n")

    assert found.partition(" ")[2].startswith(f"profile.{expected}")


def test_rows_of_numbers_are_read_with_their_signs(path: Path) -> None:
    line = "distortion: {value: [[20, 0, -0.5, 1, 2], [60, 0, 1, 2, 3.5]], basis: model, reason: x}"
    made = profile(LensProfile, path, f"{PLAIN}{line}\n")

    assert made.distortion == ((20, 0, -0.5, 1, 2), (60, 0, 1, 2, 3.5))


def test_a_lens_may_say_only_what_is_other_than_in_the_one_that_it_extends(path: Path) -> None:
    path.write_text(
        "profile: mine\nextends: panasonic_s_20_60\n"
        "closed_f: {value: 16, basis: model, reason: broken}\ncontrols: null\n"
    )
    made = load_profile(LensProfile, "lenses", str(path))

    assert made == dataclasses.replace(ZOOM, id="mine", closed_f=16, controls=())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("extends: panasonic_s1", "2:10: extends: panasonic_s1: unknown lens profile (near: "),
        ("extends: families/lens", "1:1: profile.name: missing"),
        (
            "extends: panasonic_s_20_60\nclosed_f: {value: 16}",
            "3:19: profile.closed_f.value: is not what the basis at ",
        ),
        ("extends: panasonic_s_20_60\nlever: null", "3:8: profile.lever: null removes, but"),
        ("extends: profile.yaml", "2:10: extends: leads back to this file"),
    ],
)
def test_what_extends_wrongly_is_told_with_its_place(path: Path, text: str, expected: str) -> None:
    path.write_text(f"profile: mine\n{text}\n")
    with pytest.raises(SpecError) as caught:
        load_profile(LensProfile, "lenses", str(path))

    assert expected in "\n".join(map(str, caught.value.problems))


def test_the_name_is_not_taken_over(path: Path) -> None:
    path.write_text("extends: panasonic_s_20_60\n")
    with pytest.raises(SpecError, match=r"profile\.profile: missing"):
        load_profile(LensProfile, "lenses", str(path))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "[20, 60], unit",
            "[60, 20], unit",
            "focal_mm.value: goes from wide to tele, got 60 to 20",
        ),
        ("[3.5, 5.6]", "[5.6, 3.5]", "open_f.value: opens wider at the wide end, got f/5.6 to f/3"),
        (
            "closed_f: {value: 22",
            "closed_f: {value: 2",
            "closed_f.value: is not wider than wide op",
        ),
        (
            "iris_ma:",
            "far_mm: {value: 100, basis: model, reason: x}\niris_ma:",
            "far_mm.value: lies",
        ),
    ],
)
def test_optics_that_cannot_be_are_refused(path: Path, old: str, new: str, expected: str) -> None:
    (found,) = mistakes(LensProfile, path, patched(LENS, (old, new)))

    assert found.partition(" ")[2].startswith(f"profile.{expected}")
