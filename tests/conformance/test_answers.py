from lensbus.conformance.answers import reply_cases
from lensbus.conformance.cases import Expect, Mute, Quiet, Rest, Say
from lensbus.conformance.ground import Ground
from tests.peers import SPEC

LENS = {case.address: case for case in reply_cases(Ground(SPEC, "lens"))}
BODY = {case.address: case for case in reply_cases(Ground(SPEC, "body"))}


def test_a_request_that_nobody_answers_is_said_as_often_as_the_spec_says() -> None:
    case = BODY["body/identify/never"]
    tries = [s for s in case.steps if isinstance(s, Expect) and s.messages == ("identify",)]

    assert len(tries) == SPEC.replies["identify"].retries
    assert {step.after_s for step in tries} == {0.95 * 0.03}
    assert case.limit_s is not None
    assert "row body: greeting timeout identify" in case.covers


def test_a_device_that_gave_up_does_what_its_time_out_leads_to() -> None:
    over = [s for s in BODY["body/identify/never"].steps if isinstance(s, Expect)][-1]

    assert "reset" in over.messages
    assert over.never == ("identify",)


def test_every_request_of_a_body_is_answered_late_twice_wrongly_and_never() -> None:
    for request in SPEC.replies:
        names = ("late", "twice", "other_number", "never", "refused")

        assert {f"body/{request}/{name}" for name in names} <= set(BODY)


def test_a_lens_repeats_its_answer_where_its_state_stays() -> None:
    assert Say("get_optics", number="same") in LENS["lens/get_optics/again"].steps
    assert "lens/sleep/again" not in LENS


def test_what_may_come_in_between_is_waited_for() -> None:
    assert any(isinstance(step, Quiet) for step in BODY["body/home/busy"].steps)


def test_silence_is_tried_before_and_after_its_time() -> None:
    def rests(address: str) -> list[float]:
        return [step.for_s for step in LENS[address].steps if isinstance(step, Rest)]

    silence_s = SPEC.roles["lens"].silence_s

    assert max(rests("lens/ready/pause")) < silence_s < max(rests("lens/ready/silence"))
    assert Mute(("sync", "status")) not in BODY["body/ready/silence"].steps
    assert Mute(("status",)) in BODY["body/ready/silence"].steps
