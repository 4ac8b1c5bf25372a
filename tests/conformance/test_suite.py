from dataclasses import replace

from lensbus.conformance.ground import Ground
from lensbus.conformance.suite import by_section, scaled, suite, uncovered
from lensbus.spec.versions import at
from tests.conformance.tested import honest
from tests.peers import SPEC


def test_there_are_enough_cases_and_each_has_an_address_of_its_own() -> None:
    sizes = {kind: len(honest(kind).cases) for kind in ("lens", "body", "bootloader")}

    assert sum(sizes.values()) >= 940
    assert min(sizes.values()) > 100


def test_a_written_case_takes_the_place_of_a_derived_one() -> None:
    ground = Ground(SPEC, "lens")
    derived = suite(ground)[0]
    written = replace(derived, requirement="Something else.")

    assert suite(ground, [written])[0] == written
    assert len(suite(ground, [written])) == len(suite(ground))


def test_cases_of_another_role_or_version_are_left_out() -> None:
    cases = list(honest("lens").cases.values())

    assert len(suite(Ground(SPEC, "body"), cases)) == len(suite(Ground(SPEC, "body")))
    older = suite(Ground(at(SPEC, 1), "lens"), cases)
    assert "lens/meaning/no_errors" not in {case.address for case in older}
    assert "lens/meaning/focus_arrives" in {case.address for case in older}


def test_cases_are_counted_by_section() -> None:
    found = by_section(honest("lens").cases.values())

    assert sum(found.values()) == len(honest("lens").cases)
    assert found["roles.lens"] > 90


def test_what_no_case_covers_is_told() -> None:
    ground, cases = Ground(SPEC, "lens"), list(honest("lens").cases.values())

    assert uncovered(ground, cases) == ["row lens: off send attached"]
    assert "field focus_move.speed" in uncovered(ground, [])
    assert "reply home" in uncovered(ground, [])


def test_times_are_scaled() -> None:
    assert scaled(SPEC, 2).replies["home"].timeout_s == 2 * SPEC.replies["home"].timeout_s
    assert at(scaled(SPEC, 2), 1).replies["home"].timeout_s == 2 * SPEC.replies["home"].timeout_s
    assert scaled(SPEC, 1) is SPEC
