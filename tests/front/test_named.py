import pytest

from lensbus.devices.profile import BodyProfile, LensProfile
from lensbus.errors import LocalProtocolError, SpecError
from lensbus.front.named import fitting, load_lens, load_profile
from lensbus.spec.load import load, spec_root
from lensbus.wire.message import Vocabulary

LENS = "panasonic_s_20_60"


def test_profiles_are_found_by_name_and_by_path() -> None:
    path = spec_root() / "l_mount/lenses" / f"{LENS}.yaml"

    assert load_profile(LensProfile, "lenses", LENS) == load_profile(
        LensProfile, "lenses", str(path)
    )


def test_a_lens_is_seen_as_it_is_behind_an_accessory() -> None:
    lens = "sigma_100_400_f5_63_dg_dn"
    behind, _ = load_lens(lens, "tc_1411")
    nothing, passive = load_lens(None, "passive_m")

    assert behind is not None
    assert behind.lens_number == 0x6013
    assert nothing is None
    assert passive is not None
    assert load_lens(lens, None) == (load_profile(LensProfile, "lenses", lens), None)


def test_a_profile_of_the_other_kind_tells_what_it_lacks() -> None:
    path = spec_root() / "l_mount/lenses" / f"{LENS}.yaml"
    with pytest.raises(SpecError) as caught:
        load_profile(BodyProfile, "bodies", str(path))

    assert any("stabiliser: missing" in problem.text for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"new": 1, "baud": 115200}, "set_rate: unknown new (fields: baud)"),
        ({}, "set_rate: missing baud (fields: baud); a field that is new needs a default"),
    ],
)
def test_who_does_not_fit_a_spec_is_told_and_why(fields: dict[str, int], told: str) -> None:
    spec = load("l_mount")
    with pytest.raises(LocalProtocolError) as caught, fitting(spec, "mine", "yours"):
        Vocabulary(spec)("set_rate", **fields)

    assert str(caught.value) == f"mine and yours with l_mount/lens: {told}"
