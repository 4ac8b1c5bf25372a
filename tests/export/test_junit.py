from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from lensbus.conformance.cases import Verdict
from lensbus.export.junit import junit
from tests.conformance.test_report import made

KINDS: list[tuple[Verdict, bool, str]] = [
    ("PASS", False, ""),
    ("FAIL", False, "failure"),
    ("NON-STRICT", False, ""),
    ("NON-STRICT", True, "failure"),
    ("INCONCLUSIVE", False, "error"),
    ("SKIP", False, "skipped"),
    ("UNIMPLEMENTED", True, "skipped"),
]


@pytest.mark.parametrize(("verdict", "strict", "kind"), KINDS)
def test_each_verdict_has_its_element(verdict: Verdict, strict: bool, kind: str) -> None:
    (case,) = ET.fromstring(junit([made(verdict)], {}, strict=strict)).iter("testcase")  # noqa: S314 our own

    assert [child.tag for child in case] == ([kind] if kind else [])


def test_the_counts_of_a_suite_are_those_of_its_tests() -> None:
    results = [made(verdict) for verdict, _, _ in KINDS]
    (suite,) = ET.fromstring(junit(results, {"spec": "mine\0"}))  # noqa: S314 our own
    counted = {"tests": len(results), "failures": 1, "errors": 1, "skipped": 2}

    assert {name: int(suite.attrib[name]) for name in counted} == counted
    assert suite.attrib["name"] == "lens A"
    (told,) = suite.iter("property")
    assert told.attrib == {"name": "spec", "value": "mine?"}
    for case in suite.iter("testcase"):
        assert set(case.attrib) == {"classname", "name", "time"}
        float(case.attrib["time"])


def test_a_failure_tells_what_was_expected_and_how_to_see_it_again() -> None:
    (failure,) = ET.fromstring(junit([made("FAIL")], {})).iter("failure")  # noqa: S314 our own

    assert failure.attrib == {"message": "FAIL: expected asleep, got nothing", "type": "FAIL"}
    assert "again: lensbus ..." in str(failure.text)
    assert "a frame" in str(failure.text)


def test_what_xml_cannot_hold_is_replaced() -> None:
    bad = replace(made("FAIL"), actual="\x00\x1b <&>")
    (failure,) = ET.fromstring(junit([bad], {})).iter("failure")  # noqa: S314 our own

    assert failure.attrib["message"] == "FAIL: expected asleep, got ?? <&>"
