import pytest

from lensbus.conformance.run import Gathering, outcomes
from lensbus.conformance.tester import CASE, VERDICT
from lensbus.session.event import Note
from lensbus.session.log import Record
from tests.conformance.tested import honest, judge
from tests.peers import STATUS
from tests.sampled import FULL, SHARE

CASE_ = honest("lens").cases["lens/ready/sleep"]
EVERY = [
    (kind, address) for kind in ("lens", "body", "bootloader") for address in honest(kind).cases
]


def record(event: Note) -> Record:
    return Record(1.0, "body", "noted", event)


def verdict(**facts: float | str) -> Record:
    return record(Note("", VERDICT, {"case": CASE_.address, "took_s": 0.5, **facts}))


@pytest.mark.parametrize(("kind", "address"), EVERY[:: 1 if FULL else 2 * SHARE])
def test_honest_devices_pass(kind: str, address: str) -> None:
    outcome = judge(kind, address)

    assert outcome.verdict in {"PASS", "UNIMPLEMENTED"}, (outcome.expected, outcome.actual)


def test_the_same_case_gives_the_same_records_each_time() -> None:
    assert judge("lens", "lens/ready/sleep").records == judge("lens", "lens/ready/sleep").records


def test_the_records_of_a_case_are_the_testers_own() -> None:
    assert {each.side for each in judge("lens", "lens/ready/sleep").records} == {"body"}
    assert {each.side for each in judge("body", "body/ready/homed").records} == {"lens"}


def test_what_became_of_a_case_stands_in_its_records() -> None:
    said = Record(1.0, "body", "said", STATUS)
    records = [
        said,
        record(Note("", CASE)),
        said,
        verdict(verdict="FAIL", expected="a", actual="b"),
    ]
    (found,) = outcomes(records, [CASE_])

    assert (found.case, found.verdict, found.expected, found.actual) == (CASE_, "FAIL", "a", "b")
    assert (found.took_s, found.records) == (0.5, (said,))


def test_a_case_that_passed_expects_nothing_more() -> None:
    (found,) = Gathering([CASE_]).add(verdict(verdict="PASS"))

    assert (found.verdict, found.expected, found.actual) == ("PASS", "", "")
