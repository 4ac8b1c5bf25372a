"""Every shipped lens on every shipped body, and what becomes of those that are wrong."""

import json
import pickle
from dataclasses import replace
from random import Random

import pytest

from lensbus.bench.matrix import FOCUS_S, GRADES, SECONDS, Cell, Outcome, cells, run, script
from lensbus.devices.profile import BodyProfile, LensProfile
from tests.peers import PRIME, S1, SL, SPEC, ZOOM

STUCK = replace(ZOOM, id="stuck", homing_s=1e6)
HAND = replace(PRIME, id="hand", capabilities=("aperture",))
APS_C = replace(PRIME, id="aps_c", image_circle="aps_c")
SMALL = replace(S1, id="small", image_circle="aps_c")


def ran(body: BodyProfile, lens: LensProfile, seconds: float = SECONDS) -> Outcome:
    return run(SPEC, Cell(body, lens), Random(1), seconds)


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return ran(S1, ZOOM)


def test_a_wrong_lens_fails_exactly_its_own_cells() -> None:
    every = cells((S1, SL), (ZOOM, STUCK, PRIME))
    bad = [each.id for each in every if ran(each.body, each.lens).grade == "failed"]

    assert bad == ["panasonic_s1 + stuck", "leica_sl + stuck"]


def test_the_cells_are_every_lens_on_every_body_lens_by_lens() -> None:
    assert [each.id for each in cells((S1, SL), (ZOOM, PRIME))] == [
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

    assert ran(SL, PRIME).remarks == ("protocol 1 is spoken: the body does not know 2",)
    assert ran(S1, old).remarks == ("protocol 1 is spoken: the lens does not know 2",)
    assert ran(SL, old).remarks == ()


def test_what_was_only_announced_runs_as_well_and_is_marked() -> None:
    found = ran(replace(S1, name="Foveon", status="announced"), PRIME)

    assert (found.grade, found.remarks) == ("ok", ("Foveon was announced, never sold",))


def test_a_lens_that_the_spec_cannot_carry_fails_its_cell_and_not_the_matrix() -> None:
    found = ran(S1, replace(ZOOM, protocol=(7, 7)))

    assert found.reasons == ["attach: it speaks protocol versions 7 to 7, the spec has 1 to 2"]
    assert found.states == {}


def test_the_timeline_begins_and_ends_apart(outcome: Outcome) -> None:
    for side, apart in (("body", "empty"), ("lens", "off")):
        first, *_, last = outcome.states[side]
        assert (first, last) == ((0.0, apart), (SECONDS, apart))


def test_the_same_cell_again_has_the_same_outcome(outcome: Outcome) -> None:
    assert outcome == ran(S1, ZOOM)


def test_cells_and_outcomes_go_from_process_to_process(outcome: Outcome) -> None:
    cell = Cell(S1, ZOOM)

    assert cell == pickle.loads(pickle.dumps(cell))  # noqa: S301 our own
    assert outcome == pickle.loads(pickle.dumps(outcome))  # noqa: S301 our own


def test_an_outcome_is_json_with_times_to_the_microsecond(outcome: Outcome) -> None:
    told = json.loads(json.dumps(outcome.plain()))

    assert list(told) == [
        *("body", "lens", "grade", "verdicts", "remarks", "faults", "states"),
    ]
    assert told["verdicts"][0] == {"step": "attach", "grade": "passed", "t": 0.0, "reason": ""}
    assert told["states"]["body"][0] == [0.0, "empty"]
    times = [step["t"] for step in told["verdicts"]]
    assert times == [round(t, 6) for t in times]


def test_a_script_asks_for_what_a_lens_can_do_and_waits_until_it_can_have_done_it() -> None:
    steps = script(SPEC, ZOOM)
    names = [step.message for step in steps]

    assert names == ["focus_move", "aperture_set", "aperture_set", "sleep", "wake"]
    assert [steps[0].at_s, steps[1].at_s] == [0.0, FOCUS_S]
    assert steps[2].at_s - steps[1].at_s > (1536 - 925) / ZOOM.iris_speed
    assert [step.message for step in script(SPEC, replace(ZOOM, capabilities=()))] == [
        "sleep",
        "wake",
    ]


def test_an_iris_that_is_never_open_beyond_f8_is_closed_as_far_as_it_can() -> None:
    slow = replace(ZOOM, open_f=(9.0, 9.0))
    told = [step.fields["aperture_av256"] for step in script(SPEC, slow)[1:3]]

    assert told == [2283, 1623]
