import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.devices.accessory import MOUNT, compose, fits, told
from lensbus.devices.profile import AccessoryProfile, LensProfile
from lensbus.errors import LocalProtocolError
from lensbus.front.named import load_profile
from lensbus.spec.load import profile_names
from tests.peers import PRIME, SAY, ZOOM
from tests.sampled import sampled

LENSES = {name: load_profile(LensProfile, "lenses", name) for name in profile_names("lenses")}
BEHIND = {
    name: load_profile(AccessoryProfile, "accessories", name)
    for name in profile_names("accessories")
}
TUBE, ADAPTER = BEHIND["extension_tube_16"], BEHIND["sigma_mc_21"]
TELE, EF = LENSES["sigma_100_400_f5_63_dg_dn"], LENSES["sigma_50_f14_dg_hsm_ef"]


def test_a_teleconverter_changes_the_number_and_the_optics() -> None:
    made = compose(TELE, BEHIND["tc_1411"])

    assert (TELE.lens_number, made.lens_number) == (0x6012, 0x6013)
    assert made.focal_mm == pytest.approx((140, 560))
    assert made.open_f == pytest.approx((7, 8.82))
    assert made.closed_f == pytest.approx(30.8)
    assert (made.near_mm, made.far_mm) == (TELE.near_mm, 0)
    assert made.capabilities == (*TELE.capabilities, "accessory")


def test_the_correction_goes_with_the_focal_length() -> None:
    converter = replace(BEHIND["tc_1411"], fits=(), factor=2.0, numbers=())
    made = compose(ZOOM, converter)

    assert [row[0] for row in made.distortion] == [40, 70, 120]
    assert [row[1:] for row in made.distortion] == [row[1:] for row in ZOOM.distortion]
    assert made.lens_number == ZOOM.lens_number


def test_a_tube_brings_all_nearer_and_takes_infinity() -> None:
    made = compose(LENSES["panasonic_s_50"], TUBE)

    # 50 mm at infinity and 16 mm more: sharp at 50 * 66 / 16 = 206 mm before the lens, 66 behind
    assert made.far_mm == 273
    # at 450 mm the image stands 57.3 mm behind it, now 73.3: 157.2 mm before it
    assert made.near_mm == (230, 230)
    assert made.limit_mm == (0, 0)


def test_a_tube_narrows_the_limiter_too() -> None:
    made = compose(LENSES["panasonic_s_100_macro"], TUBE)

    assert made.near_mm[0] < made.limit_mm[0] < made.limit_mm[1] == made.far_mm


@sampled(400)
@given(
    focal=st.floats(10, 600),
    near=st.floats(1, 20),
    further=st.floats(1.2, 10),
    tube=st.floats(1, 100),
    limited=st.booleans(),
)
def test_behind_any_tube_near_is_before_far_and_neither_is_infinity(
    focal: float, near: float, further: float, tube: float, *, limited: bool
) -> None:
    nearest = round(near * 2 * focal)
    far = round(nearest * further) if limited else 0
    lens = replace(PRIME, focal_mm=(focal, focal), near_mm=(nearest, nearest), far_mm=far)
    made = compose(lens, replace(TUBE, tube_mm=tube))

    assert made.near_mm[0] == made.near_mm[1]
    assert 0 < made.near_mm[0] <= made.far_mm < math.inf


@pytest.mark.parametrize("lens", [one for one in LENSES.values() if fits(one, TUBE)])
def test_what_comes_along_is_nearer_behind_a_tube(lens: LensProfile) -> None:
    made = compose(lens, TUBE)

    assert made.near_mm[0] <= 1.02 * lens.near_mm[0]
    assert made.near_mm[0] < made.far_mm < 1000


def test_behind_an_adapter_a_lens_of_another_mount_focuses_once_and_follows_nothing() -> None:
    made = compose(EF, ADAPTER)

    assert (EF.mount, made.mount) == ("canon_ef", MOUNT)
    assert "focus_follow" in EF.capabilities
    assert "focus_follow" not in made.capabilities
    assert "autofocus" in made.capabilities


@pytest.mark.parametrize(
    ("lens", "accessory", "expected"),
    [
        (EF, None, "sigma_50_f14_dg_hsm_ef is for canon_ef: it needs an adapter"),
        (EF, BEHIND["tc_1411"], "is for canon_ef, tc_1411 takes lenses for l_mount"),
        (ZOOM, ADAPTER, "panasonic_s_20_60 is for l_mount, sigma_mc_21 takes lenses for canon_ef"),
        (ZOOM, BEHIND["tc_1411"], "does not fit panasonic_s_20_60 (it fits sigma_100_400_f5_63"),
        (ZOOM, TUBE, "does not fit panasonic_s_20_60: how near it is would change with its zoom"),
        (ZOOM, BEHIND["passive_m"], "passive_m has no electronics: nothing is heard of a lens"),
    ],
)
def test_what_does_not_fit_is_told_in_a_line(
    lens: LensProfile, accessory: AccessoryProfile | None, expected: str
) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        compose(lens, accessory)

    assert expected in str(caught.value)
    assert not fits(lens, accessory)


def test_a_lens_by_itself_is_what_it_is() -> None:
    assert fits(ZOOM, None)
    assert compose(ZOOM, None) is ZOOM
    assert told(None) is None


@pytest.mark.parametrize("name", [name for name in BEHIND if name != "passive_m"])
def test_every_accessory_fits_some_lens_and_tells_itself(name: str) -> None:
    accessory = BEHIND[name]
    made = [compose(lens, accessory) for lens in LENSES.values() if fits(lens, accessory)]
    message = SAY("accessory", **(told(accessory) or {}))

    assert {lens.mount for lens in made} == {MOUNT}
    assert message.fields["kind"] == accessory.kind


def test_the_lenses_that_an_accessory_names_are_there_and_fit() -> None:
    for accessory in BEHIND.values():
        assert all(fits(LENSES[name], accessory) for name in accessory.fits)
        numbers = {LENSES[name].lens_number for name in accessory.fits}
        assert numbers == {row[0] for row in accessory.numbers}
