from collections import Counter

from lensbus.conformance.cases import Alive, Expect, Quiet, Reach, Say
from lensbus.conformance.ground import Ground
from lensbus.conformance.tables import table_cases
from tests.peers import SPEC

LENS = {case.address: case for case in table_cases(Ground(SPEC, "lens"))}
BODY = {case.address: case for case in table_cases(Ground(SPEC, "body"))}


def test_every_state_meets_every_message_once() -> None:
    states = Counter(address.split("/")[1] for address in LENS)
    framed = [kind for kind in SPEC.messages.values() if kind.sender == "body"]

    assert {len(framed)} == {states[name] for name in ("listening", "fast", "homing", "ready")}
    assert states["off"] == 2, "the power, and frames that it must not hear"


def test_a_request_that_is_legal_is_answered() -> None:
    assert LENS["lens/ready/sleep"].steps == (
        Reach("ready"),
        Say("sleep"),
        Expect(("asleep",)),
        Alive(),
    )


def test_a_request_that_is_illegal_is_refused() -> None:
    fields = {"opcode": SPEC.messages["home"].key[-1], "reason": "illegal_state"}

    assert Expect(("refused",), fields) in LENS["lens/ready/home"].steps


def test_what_is_no_request_is_passed_over_where_it_is_illegal() -> None:
    assert any(isinstance(step, Quiet) for step in LENS["lens/fast/command"].steps)


def test_a_case_stands_where_its_row_does() -> None:
    rows = {row.where for row in SPEC.roles["lens"].rows}

    assert all(case.where in rows for case in LENS.values())
    assert LENS["lens/ready/sleep"].covers >= {"row lens: ready recv sleep", "reply sleep"}


def test_a_body_that_is_to_sleep_must_be_told() -> None:
    assert BODY["body/sleeping/identity"].wants == ("sleep",)
    assert BODY["body/greeting/identity"].wants == ()
    assert BODY["body/empty/attached"].needs == {"detect"}
