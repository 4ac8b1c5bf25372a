import pytest

from lensbus.conformance.cases import LEVELS, VERDICTS, Case, chosen
from tests.conformance.tested import honest

CASES = list(honest("lens").cases.values())


def addresses(*cases: Case) -> list[str]:
    return [case.address for case in cases]


def test_all_cases_are_chosen_where_none_is_named() -> None:
    assert chosen(CASES) == CASES


@pytest.mark.parametrize(
    ("only", "count"),
    [("lens/fast/get_optics", 1), ("lens/fast/get_optic", 0), ("lens/*/wake", 5), ("body", 0)],
)
def test_a_case_is_chosen_by_its_address_or_a_pattern(only: str, count: int) -> None:
    assert len(chosen(CASES, [only])) == count


def test_what_is_below_an_address_is_chosen_with_it() -> None:
    found = addresses(*chosen(CASES, ["lens/fast/"]))

    assert found
    assert all(each.startswith("lens/fast/") for each in found)


def test_what_is_excluded_is_left_out() -> None:
    assert not chosen(CASES, ["lens/fast"], ["lens/fast"])
    assert len(chosen(CASES, (), ["lens/fast"])) < len(CASES)


def test_every_case_tells_what_is_required_and_where_the_spec_says_so() -> None:
    for case in CASES:
        assert case.level in LEVELS
        assert case.requirement.endswith(".")
        assert case.where.line > 0
        assert case.steps


def test_every_verdict_is_told_in_words() -> None:
    assert {"PASS", "FAIL", "NON-STRICT", "UNIMPLEMENTED", "INCONCLUSIVE", "SKIP"} == set(VERDICTS)
