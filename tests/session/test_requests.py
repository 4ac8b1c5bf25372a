from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.session.contract import NEVER
from lensbus.session.requests import Answered, Asked, Heard
from lensbus.session.sequence import Counter
from lensbus.spec.shapes import Seq
from lensbus.wire.message import Message
from tests.peers import (
    ACCEPTED,
    APERTURE,
    BUSY,
    COMMAND,
    HOME,
    HOMED,
    IDENTIFY,
    IDENTITY,
    SAY,
    SPEC,
    STATUS,
    STOP,
    frame,
)
from tests.sampled import sampled

SEQ = SPEC.frames["strip"].seq
NEXT = Seq(((0, 9),), "next")
REPEAT_S = SPEC.constant("repeat_s")
REFUSED = SAY("refused", opcode=1, reason="illegal_state")
IDENTIFY_S, HOME_S = SPEC.replies["identify"].timeout_s, SPEC.replies["home"].timeout_s
TRIES = SPEC.replies["identify"].retries


def numbered(message: Message, seq: int | None) -> Message:
    return replace(message, seq=seq)


def asked(*requests: Message, seq: Seq | None = SEQ) -> Asked:
    """Requests that went out, the first at second 1, each a millisecond after the one before."""
    waiting = Asked(SPEC, dict.fromkeys(SPEC.messages, Counter(seq)), 0.0)
    for count, request in enumerate(requests):
        waiting.add(request, frame(request, request.seq or 0), 1 + count / 1000)
    return waiting


def names(waiting: Asked) -> list[str]:
    return [entry.message.name for entry in waiting.waiting]


IDENTIFY_1, HOME_2 = numbered(IDENTIFY, 1), numbered(HOME, 2)


def test_a_request_waits_for_its_time_out_from_when_it_was_sent() -> None:
    waiting = asked(IDENTIFY_1)
    (entry,) = waiting.waiting

    assert (entry.message, entry.raw) == (IDENTIFY_1, frame(IDENTIFY, 1))
    assert (entry.due, entry.left) == (1 + IDENTIFY_S, TRIES)
    assert waiting.deadline == 1 + IDENTIFY_S


@pytest.mark.parametrize("message", [COMMAND, STATUS, IDENTITY], ids=lambda message: message.name)
def test_what_needs_no_answer_is_not_waited_for(message: Message) -> None:
    waiting = asked(message)

    assert waiting.waiting == []
    assert waiting.deadline == NEVER


def test_the_deadline_is_that_of_the_request_whose_time_is_up_first() -> None:
    waiting = asked(HOME_2, IDENTIFY_1)

    assert waiting.deadline == pytest.approx(1.001 + IDENTIFY_S)


def test_only_answers_busy_and_refusals_can_be_nothing_but_an_answer() -> None:
    waiting = asked()
    expected = {name for reply in SPEC.replies.values() for name in reply.answers}

    assert {name for name in SPEC.messages if name in waiting.answers} == {
        *expected,
        "busy",
        "refused",
    }


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(numbered(IDENTITY, 1), "identify", id="by name and number"),
        pytest.param(numbered(HOMED, 2), "home", id="of two the one that it answers"),
        pytest.param(numbered(BUSY, 2), "home", id="busy"),
        pytest.param(numbered(REFUSED, 1), "identify", id="a refusal"),
        pytest.param(numbered(REFUSED, 2), "home", id="a refusal of the other"),
        pytest.param(numbered(IDENTITY, 2), None, id="another number"),
        pytest.param(numbered(IDENTITY, None), "identify", id="one whose frame has no number"),
        pytest.param(numbered(BUSY, 1), None, id="busy with what is never busy"),
        pytest.param(numbered(ACCEPTED, 1), None, id="an answer to something else"),
        pytest.param(numbered(STATUS, 1), None, id="no answer at all"),
    ],
)
def test_an_answer_belongs_to_the_request_of_its_name_and_number(
    answer: Message, expected: str | None
) -> None:
    found = asked(IDENTIFY_1, HOME_2).match(answer)

    assert (found.message.name if found else None) == expected


def test_of_two_requests_with_one_kind_of_answer_the_number_tells_which() -> None:
    waiting = asked(numbered(STOP, 5), numbered(APERTURE, 6))
    found = waiting.match(numbered(ACCEPTED, 6))

    assert found is waiting.waiting[1]


@pytest.mark.parametrize(("seq", "expected"), [(4, False), (5, True), (6, False)])
def test_where_an_answer_has_the_next_number_that_one_is_wanted(seq: int, expected: bool) -> None:
    waiting = asked(numbered(IDENTIFY, 4), seq=NEXT)

    assert (waiting.match(numbered(IDENTITY, seq)) is not None) == expected


def test_an_answered_request_is_not_waited_for_any_more() -> None:
    waiting = asked(IDENTIFY_1, HOME_2)
    waiting.settle(waiting.waiting[0], "identity", 1.02)

    assert names(waiting) == ["home"]
    assert waiting.match(numbered(IDENTITY, 1)) is None


def test_busy_starts_time_and_tries_anew() -> None:
    waiting = asked(HOME_2)
    (late,) = waiting.overdue(2.0)
    waiting.again(late, 2.0)
    waiting.settle(waiting.waiting[0], "busy", 2.1)
    (entry,) = waiting.waiting

    assert (entry.due, entry.left) == (2.1 + HOME_S, SPEC.replies["home"].retries)


def test_each_overdue_request_is_given_once_oldest_first() -> None:
    waiting = asked(numbered(STOP, 1), numbered(APERTURE, 2), HOME_2)
    late = [entry.message.name for entry in waiting.overdue(1.1)]

    assert late == ["focus_stop", "aperture_set"]
    assert names(waiting) == ["home"]
    assert list(waiting.overdue(1.1)) == []


@pytest.mark.parametrize(("early_s", "expected"), [(0.001, 0), (0.0, 1), (-0.001, 1)])
def test_a_request_is_overdue_from_its_deadline_on(early_s: float, expected: int) -> None:
    waiting = asked(IDENTIFY_1)

    assert len(list(waiting.overdue(1 + IDENTIFY_S - early_s))) == expected


def test_a_request_said_again_waits_as_long_with_a_try_less() -> None:
    waiting = asked(IDENTIFY_1)
    (first,) = waiting.overdue(1.5)
    waiting.again(first, 1.6)
    (second,) = waiting.waiting

    assert second == replace(first, due=1.6 + IDENTIFY_S, left=TRIES - 1)


def test_to_forget_while_overdue_ones_are_given_leaves_none() -> None:
    waiting = asked(numbered(STOP, 1), numbered(APERTURE, 2))
    late = []
    for entry in waiting.overdue(9.0):
        late.append(entry.message.name)
        waiting.forget()

    assert late == ["focus_stop"]
    assert waiting.deadline == NEVER


@sampled(60)
@given(st.lists(st.sampled_from(sorted(SPEC.replies)), unique=True, min_size=1), st.data())
def test_whatever_the_order_every_request_is_answered_by_its_own_answer(
    requests: list[str], data: st.DataObject
) -> None:
    waiting = Asked(SPEC, dict.fromkeys(SPEC.messages, Counter(SEQ)), 0.0)
    for seq, name in enumerate(requests, 1):
        waiting.add(Message(name, {}, seq), b"", 0.0)
    for name in data.draw(st.permutations(requests)):
        answer = min(SPEC.replies[name].answers)
        found = waiting.match(Message(answer, {}, requests.index(name) + 1))

        assert found is not None
        assert found.message.name == name

        waiting.settle(found, answer, 0.0)
    assert waiting.waiting == []


def heard(*messages: Message, at: float = 0.0) -> Answered:
    answered = Answered(SPEC, REPEAT_S)
    for message in messages:
        answered.add(message, at)
    return answered


@pytest.mark.parametrize(
    ("message", "now", "expected"),
    [
        pytest.param(IDENTIFY_1, 0.5, True, id="the very same"),
        pytest.param(IDENTIFY_1, REPEAT_S, True, id="at the end of the time"),
        pytest.param(IDENTIFY_1, REPEAT_S + 0.001, False, id="after the time"),
        pytest.param(numbered(IDENTIFY, 2), 0.5, False, id="another number"),
        pytest.param(numbered(STOP, 1), 0.5, False, id="another name"),
        pytest.param(IDENTIFY, 0.5, False, id="no number"),
    ],
)
def test_a_message_is_a_repeat_by_name_and_number_for_a_while(
    message: Message, now: float, expected: bool
) -> None:
    assert (heard(IDENTIFY_1).repeat(message, now) is not None) == expected


@pytest.mark.parametrize(
    "message", [IDENTIFY, numbered(BUSY, 1)], ids=["no number", "an interim answer"]
)
def test_what_may_well_come_again_is_no_repeat(message: Message) -> None:
    assert heard(message).repeat(message, 0.1) is None


def test_only_the_last_message_of_a_name_can_be_repeated() -> None:
    answered = heard(IDENTIFY_1, numbered(IDENTIFY, 2))

    assert answered.repeat(IDENTIFY_1, 0.1) is None
    assert answered.repeat(numbered(IDENTIFY, 2), 0.1) == Heard(2, REPEAT_S)


def test_a_repeat_of_what_was_not_answered_yet_has_no_answer() -> None:
    known = heard(IDENTIFY_1).repeat(IDENTIFY_1, 0.1)

    assert known is not None
    assert (known.answer, known.raw) == (None, b"")


def test_an_answer_is_kept_for_repeats_whose_time_begins_with_it() -> None:
    answered, raw = heard(IDENTIFY_1), frame(IDENTITY, 1)
    answered.answered("identify", numbered(IDENTITY, 1), raw, 0.9)
    expected = Heard(1, 0.9 + REPEAT_S, numbered(IDENTITY, 1), raw)

    assert answered.repeat(IDENTIFY_1, 0.9 + REPEAT_S) == expected
    assert answered.repeat(IDENTIFY_1, 0.91 + REPEAT_S) is None


def test_an_answer_closes_its_request() -> None:
    answered = heard(IDENTIFY_1)
    answered.answered("identify", numbered(IDENTITY, 1), b"", 0.1)

    assert answered.request_of(IDENTITY) is None


def test_busy_keeps_its_request_open_and_is_no_answer_for_a_repeat() -> None:
    answered = heard(HOME_2)
    answered.answered("home", numbered(BUSY, 2), frame(BUSY, 2), 0.9)

    assert answered.request_of(HOMED) == "home"
    assert answered.repeat(HOME_2, 1.5) == Heard(2, 0.9 + REPEAT_S)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(IDENTITY, "identify", id="without a number, by name"),
        pytest.param(ACCEPTED, "focus_stop", id="of two the oldest"),
        pytest.param(numbered(ACCEPTED, 5), "aperture_set", id="the one with the number"),
        pytest.param(numbered(ACCEPTED, 9), None, id="a number that nobody asked with"),
        pytest.param(REFUSED, "focus_stop", id="a refusal, of the oldest"),
        pytest.param(numbered(REFUSED, 6), "identify", id="a refusal with a number"),
        pytest.param(HOMED, None, id="nobody asked"),
        pytest.param(STATUS, None, id="no answer at all"),
    ],
)
def test_an_answer_goes_to_the_oldest_request_that_it_can_answer(
    answer: Message, expected: str | None
) -> None:
    answered = heard(numbered(STOP, 4), numbered(APERTURE, 5), numbered(IDENTIFY, 6))

    assert answered.request_of(answer) == expected


def test_a_request_that_is_asked_anew_is_the_youngest() -> None:
    answered = heard(numbered(STOP, 4), numbered(APERTURE, 5), numbered(STOP, 6))

    assert answered.request_of(ACCEPTED) == "aperture_set"
    assert answered.seq("focus_stop") == 6


def test_a_request_without_a_number_is_answered_and_not_kept() -> None:
    answered = heard(IDENTIFY)

    assert answered.seq("identify") is None

    answered.answered("identify", IDENTITY, b"", 0.1)

    assert answered.request_of(IDENTITY) is None
    assert answered.repeat(IDENTIFY, 0.1) is None


def test_what_is_no_request_is_not_open() -> None:
    assert heard(numbered(COMMAND, 4)).request_of(ACCEPTED) is None


def test_the_answer_to_an_older_number_is_not_kept_for_the_newer_one() -> None:
    answered = heard(numbered(STOP, 4))
    answered.add(numbered(STOP, None), 0.1)  # in band without a number: the open one has none
    answered.answered("focus_stop", ACCEPTED, frame(ACCEPTED, 4), 0.2)
    known = answered.repeat(numbered(STOP, 4), 0.3)

    assert known == Heard(4, REPEAT_S)


def test_of_a_session_that_is_over_nothing_is_kept_but_its_last_answer() -> None:
    answered, answer = heard(IDENTIFY_1, numbered(STOP, 2)), numbered(ACCEPTED, 2)
    answered.answered("focus_stop", answer, frame(answer, 2), 0.1)
    answered.forget(answer)
    kept = [answered.repeat(each, 0.2) is not None for each in (IDENTIFY_1, numbered(STOP, 2))]

    assert kept == [False, True]
    assert answered.request_of(IDENTITY) is None

    answered.forget(None)

    assert answered.repeat(numbered(STOP, 2), 0.2) is None
