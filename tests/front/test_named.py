import pytest

from lensbus.devices.profile import BodyProfile, LensProfile
from lensbus.errors import SpecError
from lensbus.front.named import load_lens, load_profile
from lensbus.spec.load import spec_root

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
