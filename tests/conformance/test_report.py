import pytest

from lensbus.conformance.cases import VERDICTS, Verdict
from lensbus.conformance.report import Result, counts, exit_code
from tests.conformance.tested import honest

CASE = honest("lens").cases["lens/ready/sleep"]


def made(verdict: Verdict) -> Result:
    return Result("lens A", CASE, verdict, "asleep", "nothing", 0.25, ("a frame",), "lensbus ...")


@pytest.mark.parametrize(
    ("verdicts", "strict", "code"),
    [
        (["PASS"], False, 0),
        (["PASS", "SKIP", "UNIMPLEMENTED"], True, 0),
        (["SKIP"], False, 2),
        (["UNIMPLEMENTED", "SKIP"], False, 2),
        (["PASS", "FAIL"], False, 1),
        (["PASS", "INCONCLUSIVE"], False, 1),
        (["PASS", "NON-STRICT"], False, 0),
        (["PASS", "NON-STRICT"], True, 1),
    ],
)
def test_a_run_ends_as_its_verdicts_are(verdicts: list[Verdict], strict: bool, code: int) -> None:
    assert exit_code(counts(map(made, verdicts)), strict=strict) == code


def test_every_verdict_is_counted() -> None:
    assert counts([made("FAIL")]) == {verdict: int(verdict == "FAIL") for verdict in VERDICTS}


def test_a_result_tells_everything_that_is_known() -> None:
    plain = made("FAIL").plain()

    assert plain["case"] == "lens/ready/sleep"
    assert plain["place"] == f"lens.yaml:{CASE.where.line}"
    assert (plain["level"], plain["verdict"], plain["section"]) == (
        "MUST",
        "FAIL",
        "roles.lens.ready",
    )
    assert (plain["expected"], plain["actual"], plain["frames"]) == (
        "asleep",
        "nothing",
        ["a frame"],
    )
