"""Every shipped lens on every shipped body, and what becomes of those that are wrong."""

import json
import pickle
from dataclasses import replace
from random import Random

import pytest

from lensbus.bench.matrix import GRADES, SECONDS, Cell, Outcome, cells, run, script
from lensbus.devices.profile import AccessoryProfile, BodyProfile, LensProfile
from lensbus.front.named import load_profile, load_setting
from tests.peers import PRIME, S1, SL, SPEC, ZOOM, named

SETTING = load_setting("l_mount", "chart")
STUCK = replace(ZOOM, id="stuck", homing_s=1e6)
LONG, EF, PRIME_50 = (
    load_profile(LensProfile, "lenses", name)
    for name in ("sigma_100_400_f5_63_dg_dn", "sigma_50_f14_dg_hsm_ef", "panasonic_s_50")
)
TELE, TUBE, MC_21, PASSIVE = (
    load_profile(AccessoryProfile, "accessories", name)
    for name in ("tc_1411", "extension_tube_16", "sigma_mc_21", "passive_m")
)
OTHER = replace(PRIME, id="other", focal_mm=(35.0, 35.0))
HAND = replace(PRIME, id="hand", capabilities=("aperture",))
APS_C = replace(PRIME, id="aps_c", image_circle="aps_c")
SMALL = replace(S1, id="small", image_circle="aps_c")


def ran(body: BodyProfile, lens: LensProfile, seconds: float = SECONDS) -> Outcome:
    return run(SETTING, Cell(body, lens), Random(1), seconds)


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return ran(S1, ZOOM)


def test_a_wrong_lens_fails_exactly_its_own_cells() -> None:
    every = cells(named(S1, SL), named(ZOOM, STUCK, PRIME, OTHER))
    bad = {each.id: run(SETTING, each, Random(1)).reasons for each in every}
    told = "lens number 0x6003 is known as Sigma 45mm F2.8 DG DN | C (not confirmed), but its "

    assert {name: reasons[0] for name, reasons in bad.items() if reasons} == {
        "panasonic_s1 + stuck": "home: homing did not end within 2.0 s",
        "leica_sl + stuck": "home: homing did not end within 2.0 s",
        "panasonic_s1 + other": f"number: {told}optics say 35mm F2.8",
        "leica_sl + other": f"number: {told}optics say 35mm F2.8",
    }


def test_the_cells_are_every_lens_on_every_body_lens_by_lens() -> None:
    assert [each.id for each in cells(named(S1, SL), named(ZOOM, PRIME))] == [
        "panasonic_s1 + panasonic_s_20_60",
        "leica_sl + panasonic_s_20_60",
        "panasonic_s1 + sigma_45_f28_dg_dn",
        "leica_sl + sigma_45_f28_dg_dn",
    ]


@pytest.mark.parametrize(
    ("body", "lens", "grade"),
    [
        (S1, PRIME, "ok"),
        (S1, APS_C, "crop"),
        (SMALL, APS_C, "ok"),
        (SMALL, PRIME, "ok"),
        (S1, HAND, "part"),
        (S1, STUCK, "failed"),
    ],
)
def test_a_cell_is_graded_by_its_worst_step(
    body: BodyProfile, lens: LensProfile, grade: str
) -> None:
    assert grade == ran(body, lens).grade
    assert grade in GRADES


def test_reasons_name_the_step_and_the_cause_comes_first() -> None:
    assert ran(S1, STUCK).reasons == ["home: homing did not end within 2.0 s"]
    assert ran(S1, PRIME).reasons == []


def test_an_older_version_is_remarked_and_by_whose_fault() -> None:
    old = replace(PRIME, protocol=(1, 1))

    assert ran(SL, PRIME).remarks[0] == "protocol 1 is spoken: the body does not know 2"
    assert ran(S1, old).remarks[0] == "protocol 1 is spoken: the lens does not know 2"
    assert not any("protocol" in remark for remark in ran(SL, old).remarks)


def test_what_was_only_announced_runs_as_well_and_is_marked() -> None:
    found = ran(replace(S1, name="Foveon", status="announced"), PRIME)

    assert (found.grade, found.remarks) == ("ok", ("Foveon was announced, never sold",))


def test_a_lens_that_the_spec_cannot_carry_fails_its_cell_and_not_the_matrix() -> None:
    found = ran(S1, replace(ZOOM, protocol=(7, 7)))

    assert found.reasons == ["attach: it speaks protocol versions 7 to 7, the spec has 1 to 2"]
    assert found.states == {}


def test_the_timeline_begins_and_ends_apart(outcome: Outcome) -> None:
    for side, apart in (("body", "empty"), ("lens", "off")):
        first, *_, (ended, last) = outcome.states[side]
        assert (first, last) == ((0.0, apart), apart)
        assert ended == pytest.approx(SECONDS, abs=0.02)


def test_a_pair_that_is_not_done_has_twice_as_long() -> None:
    slow = replace(ZOOM, iris_speed=ZOOM.iris_speed / 5)
    (ended, _) = ran(S1, slow, 2.0).states["body"][-1]

    assert 2.2 < ended < 4.0
    assert ran(S1, slow, 2.0).grade == "ok"
    assert ran(S1, STUCK, 1.0).states["body"][-1][0] == pytest.approx(2.0, abs=0.1)


def test_the_same_cell_again_has_the_same_outcome(outcome: Outcome) -> None:
    assert outcome == ran(S1, ZOOM)


def test_cells_and_outcomes_go_from_process_to_process(outcome: Outcome) -> None:
    cell = Cell(S1, ZOOM)

    assert cell == pickle.loads(pickle.dumps(cell))  # noqa: S301 our own
    assert outcome == pickle.loads(pickle.dumps(outcome))  # noqa: S301 our own


def test_an_outcome_is_json_with_times_to_the_microsecond(outcome: Outcome) -> None:
    told = json.loads(json.dumps(outcome.plain()))

    assert list(told) == [
        *("body", "lens", "accessory"),
        *("grade", "verdicts", "remarks", "faults", "states"),
    ]
    assert told["verdicts"][0] == {"step": "attach", "grade": "passed", "t": 0.0, "reason": ""}
    assert told["states"]["body"][0] == [0.0, "empty"]
    times = [step["t"] for step in told["verdicts"]]
    assert times == [round(t, 6) for t in times]


def test_an_accessory_stands_between_what_it_fits_and_a_passive_one_alone() -> None:
    accessories = {"none": None} | {one.id: one for one in (TELE, MC_21, PASSIVE)}
    every = cells(named(S1), named(ZOOM, LONG, EF), accessories)

    assert [each.id for each in every] == [
        "panasonic_s1 + panasonic_s_20_60",
        "panasonic_s1 + sigma_100_400_f5_63_dg_dn",
        "panasonic_s1 + sigma_100_400_f5_63_dg_dn + tc_1411",
        "panasonic_s1 + sigma_50_f14_dg_hsm_ef + sigma_mc_21",
        "panasonic_s1 + passive_m",
    ]


def test_what_fits_is_decided_by_a_lens_and_not_by_what_it_is_called() -> None:
    (cell,) = cells(named(S1), {"a/path.yaml": LONG}, {TELE.id: TELE})
    found = run(SETTING, cell, Random(1))

    assert (found.grade, found.mounted) == ("ok", "a/path.yaml + tc_1411")
    assert cells(named(S1), {LONG.id: ZOOM}, {TELE.id: TELE}) == []


def test_a_lens_that_its_supply_fails_is_told_so_wherever_there_is_a_reason() -> None:
    found = ran(SL, replace(ZOOM, iris_ma=2000))
    failed = [one.reason for one in found.verdicts if one.grade == "failed"]

    assert failed
    assert {reason.partition(":")[0] for reason in failed} == {"brown-out"}


def test_behind_an_accessory_a_lens_works_as_any_other_and_is_told_so() -> None:
    tele = run(SETTING, Cell(S1, LONG, TELE), Random(1))
    adapted = run(SETTING, Cell(S1, EF, MC_21), Random(1))

    assert (tele.grade, adapted.grade) == ("ok", "ok")
    assert any("teleconverter" in remark for remark in tele.remarks)
    assert any("adapter" in remark for remark in adapted.remarks)
    assert tele.mounted == "sigma_100_400_f5_63_dg_dn + tc_1411"
    assert tele.options == [
        *("--body", "panasonic_s1", "--lens", "sigma_100_400_f5_63_dg_dn"),
        *("--accessory", "tc_1411"),
    ]


def test_a_lens_that_does_not_see_so_far_has_its_subject_nearer() -> None:
    assert run(SETTING, Cell(S1, PRIME_50, TUBE), Random(1)).grade == "ok"


def test_what_has_no_electronics_is_taken_for_that() -> None:
    found = run(SETTING, Cell(S1, None, PASSIVE), Random(1))

    assert [one.step for one in found.verdicts] == ["attach", "passive", "detach"]
    assert (found.grade, found.mounted, found.lens) == ("ok", "passive_m", None)
    assert any("focus is manual" in remark for remark in found.remarks)
    assert found.options == ["--body", "panasonic_s1", "--accessory", "passive_m"]
    assert found.faults == {}


def test_a_script_asks_for_what_a_lens_can_do() -> None:
    asked = [(step.message, *step.fields.values()) for step in script(SPEC, ZOOM)]

    assert asked == [
        ("autofocus",),
        ("exposure", 1536),
        ("exposure", 925),
        ("sleep",),
        ("wake",),
    ]
    plain = [step.message for step in script(SPEC, replace(ZOOM, capabilities=()))]
    assert plain == ["autofocus", "sleep", "wake"]


def test_an_iris_that_is_never_open_beyond_f8_is_closed_as_far_as_it_can() -> None:
    told = [step.fields for step in script(SPEC, replace(ZOOM, open_f=(9.0, 9.0)))[1:3]]

    assert told == [{"aperture_av256": 2283}, {"aperture_av256": 1623}]
