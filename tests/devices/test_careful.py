from collections.abc import Iterator

import pytest

from lensbus.devices.careful import ECHO, Careful
from lensbus.session.endpoint import Endpoint
from lensbus.session.event import Note, Send
from lensbus.wire.message import Message
from tests.peers import (
    BARE,
    BODY_ANSWERS,
    CAPABILITIES,
    IDENTIFY,
    IDENTITY,
    LINES,
    SPEC,
    Scripted,
    frame,
    sent,
)

LISTEN_S = SPEC.constant("recover_s")


@pytest.fixture
def inner() -> Scripted:
    return Scripted(BODY_ANSWERS)


@pytest.fixture
def careful(inner: Scripted) -> Careful:
    return Careful(SPEC, "body", inner)


@pytest.fixture
def body(careful: Careful) -> Iterator[Endpoint]:
    """A body whose link came up at second 0, with a lens at the other end."""
    endpoint = Endpoint(SPEC, "body", careful)
    endpoint.link_changed(True, 0.0, BARE)
    yield endpoint
    assert not any(isinstance(output, Send) for output in endpoint.take_output())


def notes(endpoint: Endpoint) -> list[str]:
    events = [record.event for record in endpoint.take_records()]
    return [event.text for event in events if isinstance(event, Note)]


def test_it_listens_before_anything_is_said(body: Endpoint, inner: Scripted) -> None:
    assert body.deadline == LISTEN_S
    assert inner.told == []


def test_it_then_tells_the_device_all_that_came_meanwhile(body: Endpoint, inner: Scripted) -> None:
    body.tick(LISTEN_S)

    assert inner.names == ["up", "attached"]
    assert sent(body) == [frame(IDENTIFY, 1)]


def test_who_identified_itself_is_talked_to_and_may_make_mistakes(
    body: Endpoint, careful: Careful, inner: Scripted
) -> None:
    body.tick(LISTEN_S)
    for answer, seq in ((IDENTITY, 1), (CAPABILITIES, 2)):
        body.receive(frame(answer, seq), LISTEN_S)
    body.receive(frame(CAPABILITIES, 77), LISTEN_S)

    assert careful.refusal == ""
    assert inner.names[-1] == "unexpected reply"
    assert len(sent(body)) == 3


def test_who_chats_while_it_listens_is_never_spoken_to(
    body: Endpoint, careful: Careful, inner: Scripted
) -> None:
    body.receive(b"hello\r\n", 0.1)
    body.tick(0.2)

    assert careful.refusal == "no lens of l_mount/lens answered (heard: noise)"
    assert body.deadline is None
    assert inner.told == []
    assert notes(body) == [f"{careful.refusal}; nothing more is said"]


def test_who_does_not_answer_is_given_up_after_the_retries(
    body: Endpoint, careful: Careful, inner: Scripted
) -> None:
    while body.deadline is not None:
        body.tick(body.deadline)

    assert careful.refusal == "no lens of l_mount/lens answered (heard: no reply identify)"
    assert sent(body) == [frame(IDENTIFY, 1)] * (1 + SPEC.replies["identify"].retries)
    assert inner.names == ["up", "attached"]


def test_who_hears_himself_is_told_that_the_link_echoes(
    body: Endpoint, careful: Careful, inner: Scripted
) -> None:
    body.tick(LISTEN_S)
    (asked,) = sent(body)
    body.receive(asked, LISTEN_S)

    assert careful.echoes
    assert careful.refusal == f"no lens of l_mount/lens answered ({ECHO})"
    assert inner.names == ["up", "attached"]


@pytest.mark.parametrize("said", [IDENTIFY, CAPABILITIES])
def test_the_frame_of_another_is_no_echo(body: Endpoint, careful: Careful, said: Message) -> None:
    body.receive(frame(said, 1), 0.1)  # before we have said anything
    body.tick(LISTEN_S)

    assert careful.refusal.startswith("no lens of l_mount/lens answered (heard: ")
    assert not careful.echoes


def test_no_answer_is_no_echo(body: Endpoint, careful: Careful) -> None:
    while body.deadline is not None:
        body.tick(body.deadline)
    sent(body)

    assert not careful.echoes


def test_it_gives_up_once(body: Endpoint) -> None:
    body.receive(b"hello\r\n", 0.1)
    body.tick(0.2)
    body.receive(b"hello\r\n", 0.3)
    body.tick(0.4)

    assert len(notes(body)) == 1


def test_a_new_link_is_a_new_chance(body: Endpoint, careful: Careful) -> None:
    body.receive(b"hello\r\n", 0.1)
    body.tick(0.2)
    body.link_changed(False, 1.0)
    body.link_changed(True, 2.0, BARE)

    assert careful.refusal == ""
    assert body.deadline == 2.0 + LISTEN_S


def test_a_lens_that_is_plugged_in_late_is_attached_late() -> None:
    inner = Scripted(BODY_ANSWERS)
    body = Endpoint(SPEC, "body", Careful(SPEC, "body", inner))
    body.link_changed(True, 0.0, LINES)
    body.tick(LISTEN_S)
    body.line_changed("detect", False, 3.0)

    assert inner.names == ["up", "attached"]
