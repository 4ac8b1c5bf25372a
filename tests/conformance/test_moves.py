"""Steps against honest devices, in virtual time."""

from dataclasses import replace

import pytest

from lensbus.conformance.cases import (
    Alive,
    Asked,
    Expect,
    Given,
    Keep,
    Mute,
    Outcome,
    Quiet,
    Reach,
    Rest,
    Say,
    Spoil,
    Step,
)
from tests.conformance.tested import honest
from tests.shown import GAP


def played(kind: str, *steps: Step, wants: tuple[str, ...] = ()) -> Outcome:
    one = honest(kind)
    case = next(iter(one.cases.values()))
    return one.bench(replace(case, steps=steps, wants=wants, needs=frozenset()))


@pytest.mark.parametrize("state", ["off", "listening", "fast", "homing", "ready", "sleeping"])
def test_a_lens_is_led_to_each_state_and_works_there(state: str) -> None:
    assert played("lens", Reach(state), Alive()).verdict == "PASS"


@pytest.mark.parametrize("state", ["empty", "attached", "greeting", "agreeing", "fast", "homing"])
def test_a_body_is_led_to_each_state_and_works_there(state: str) -> None:
    assert played("body", Reach(state), Alive()).verdict == "PASS"


def test_a_body_that_is_told_to_sleep_is_led_on() -> None:
    assert played("body", Reach("waking"), Alive(), wants=("sleep", "wake")).verdict == "PASS"
    assert played("body", Reach("sleeping")).verdict == "UNIMPLEMENTED"


def test_what_a_body_asks_stays_unanswered_until_the_case_goes_on() -> None:
    steps: list[Step] = [Reach("greeting"), Asked(("identify",)), Expect(("identify",))]

    assert (
        played("body", *steps, Say("identity"), Quiet(0.05, of=("identify",)), Alive()).verdict
        == "PASS"
    )


def test_a_body_that_never_asks_does_not_implement_it() -> None:
    assert played("body", Reach("ready"), Asked(("get_firmware",))).verdict == "UNIMPLEMENTED"


def test_a_body_whose_status_stays_away_begins_anew() -> None:
    steps: list[Step] = [Reach("ready"), Mute(("status",)), Expect(("reset",), within_s=1.0)]

    assert played("body", *steps, Alive()).verdict == "PASS"


def test_a_spoilt_frame_gets_no_answer() -> None:
    spoil = Spoil("get_optics", "checksum")

    assert played("lens", Reach("fast"), spoil, Quiet(0.05), Alive()).verdict == "PASS"


def test_what_was_heard_is_kept() -> None:
    first: list[Step] = [Reach("fast"), Say("get_optics"), Expect(("optics",)), Keep("optics")]
    same = Expect(("optics",), {"focal_wide": {"from": "kept.focal_wide"}})

    assert played("lens", *first, Say("get_optics"), same).verdict == "PASS"


def test_what_refers_to_nothing_is_inconclusive() -> None:
    said = Say("focus_move", {"target": {"from": "optics.focus_range"}})
    outcome = played("lens", Reach("ready"), said)

    assert (outcome.verdict, outcome.actual) == ("INCONCLUSIVE", "no optics")


def test_a_lens_that_is_not_where_it_should_be_is_not_alive() -> None:
    outcome = played(
        "lens", Reach("ready"), Rest(0.5, cycles=False), Say("get_optics"), Expect(("optics",))
    )

    assert outcome.verdict == "FAIL"
    assert outcome.records
    assert GAP not in outcome.actual


def test_who_claims_what_is_optional_must_have_it() -> None:
    told: list[Step] = [Reach("listening"), Say("exchange_capabilities"), Expect(("capabilities",))]
    asks: list[Step] = [Reach("ready"), Say("enter_bootloader"), Expect(("entering_bootloader",))]
    zooms, focuses = ({"mask": {"has": each}} for each in ("zoom", "aperture_ring"))

    assert played("lens", *told, *asks).verdict == "UNIMPLEMENTED"
    assert played("lens", *told, Given("capabilities", zooms), *asks).verdict == "FAIL"
    assert played("lens", *told, Given("capabilities", focuses), *asks).verdict == "UNIMPLEMENTED"
    assert played("lens", Given("capabilities", zooms)).verdict == "UNIMPLEMENTED"
