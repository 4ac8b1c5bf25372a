"""The lenses and bodies that come along: none contradicts itself, and each pair works."""

from itertools import product
from random import Random

import pytest

from lensbus.bench.pair import pair
from lensbus.devices.accessory import compose, fits
from lensbus.devices.profile import AccessoryProfile, BodyProfile, LensProfile
from lensbus.front.named import load_profile
from lensbus.spec.load import profile_names
from lensbus.wire.message import Fault
from tests.peers import S1, SPEC
from tests.sampled import FULL

LENSES = [load_profile(LensProfile, "lenses", name) for name in profile_names("lenses")]
BODIES = [load_profile(BodyProfile, "bodies", name) for name in profile_names("bodies")]
BEHIND = [
    None,
    *(load_profile(AccessoryProfile, "accessories", one) for one in profile_names("accessories")),
]
SEEN = [compose(lens, one) for lens, one in product(LENSES, BEHIND) if fits(lens, one)]
"""Each lens as bodies see it, by itself and behind each accessory that fits."""

VENDORS = next(one.enum for one in SPEC.messages["identity"].fields if one.name == "vendor")
FLAGS = list(next(one.flags for one in SPEC.messages["capabilities"].fields) or ())
READY_S = 1.6


def by_id(one: LensProfile | BodyProfile) -> str:
    return one.id


def test_the_whole_alliance_is_there() -> None:
    bodies = set(profile_names("bodies"))

    assert len(LENSES) >= 30
    assert {
        "leica_sl",
        "leica_cl",
        "leica_tl2",
        "leica_tl",
        "panasonic_s1",
        "panasonic_s1r",
    } < bodies
    assert [body.id for body in BODIES if body.status == "announced"] == ["sigma_foveon"]


@pytest.mark.parametrize("lens", LENSES, ids=by_id)
def test_what_a_lens_can_do_is_what_it_is_made_of(lens: LensProfile) -> None:
    expected = {
        "zoom": lens.focal_mm[0] < lens.focal_mm[1],
        "stabiliser": lens.ois_stops > 0,
        "aperture_ring": "aperture_ring" in lens.controls,
        "linear_focus_ring": lens.throw_deg > 0,
        "correction": bool(lens.distortion),
    }

    assert expected == {name: name in lens.capabilities for name in expected}
    assert ("zoom_ring" in lens.controls) == expected["zoom"]
    assert (lens.stabiliser_ma > 0) == expected["stabiliser"]
    assert any(lens.limit_mm) == ("focus_limiter" in lens.controls)
    assert "aperture_ring" in lens.controls or not {"aperture_click"} & set(lens.controls)


@pytest.mark.parametrize("lens", LENSES, ids=by_id)
def test_the_numbers_of_a_lens_are_in_order(lens: LensProfile) -> None:
    focals = [row[0] for row in lens.distortion]

    assert lens.focal_mm[0] <= lens.focal_mm[1]
    assert lens.open_f[0] <= lens.open_f[1] < lens.closed_f
    assert lens.near_mm[0] <= lens.near_mm[1]
    assert focals == sorted(focals)
    assert not focals or (focals[0], focals[-1]) == lens.focal_mm
    assert not any(lens.limit_mm) or lens.limit_mm[0] > lens.near_mm[1]
    assert lens.focus_range / lens.focus_speed <= lens.homing_s < READY_S


@pytest.mark.parametrize("one", [*LENSES, *BODIES], ids=by_id)
def test_a_profile_says_words_and_rates_of_the_spec(one: LensProfile | BodyProfile) -> None:
    # in the order of their bits, as decoders give them
    assert list(one.capabilities) == [flag for flag in FLAGS if flag in one.capabilities]
    assert one.vendor in (VENDORS or {})
    assert one.image_circle in {"full_frame", "aps_c"}
    assert one.max_baud in SPEC.link.rates


@pytest.mark.parametrize("lens", LENSES, ids=by_id)
def test_every_body_gives_what_a_lens_draws_at_most(lens: LensProfile) -> None:
    most = lens.idle_ma + lens.focus_ma + lens.iris_ma + lens.stabiliser_ma

    assert most <= min(body.supply_ma for body in BODIES)


def works(body: BodyProfile, lens: LensProfile) -> None:
    made = pair(SPEC, body, lens, script=())
    records = list(made.run(READY_S, Random(1)))

    assert made.states == {"body": "ready", "lens": "ready"}
    assert not [record.event for record in records if isinstance(record.event, Fault)]


@pytest.mark.parametrize("lens", SEEN, ids=lambda lens: f"{lens.id}-{lens.lens_number:#06x}")
def test_every_lens_is_soon_ready_on_a_body(lens: LensProfile) -> None:
    works(S1, lens)


@pytest.mark.parametrize("body", BODIES, ids=by_id)
def test_every_body_is_soon_ready_with_lenses_of_every_kind(body: BodyProfile) -> None:
    for lens in SEEN if FULL else Random(body.id).sample(SEEN, 2):
        works(body, lens)
