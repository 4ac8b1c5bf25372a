import dataclasses
from typing import get_args

import pytest

from lensbus.session.event import (
    Act,
    Event,
    LinkDown,
    LinkUp,
    Note,
    Output,
    Raw,
    Restart,
    Send,
    SetLine,
    SetLink,
    SetRate,
)
from lensbus.wire.message import Fault, Message
from tests.peers import BARE, IDENTIFY, IDENTITY, LINES, Scripted, frame, listening, verbs

Value = LinkUp | LinkDown | Raw | Restart | Note | Send | SetRate | SetLine | SetLink
VALUES: list[Value] = [
    LinkUp(LINES, "application"),
    LinkDown(),
    Raw(b"\xe0"),
    Restart("bootloader"),
    Note("homed"),
    Send(b"\xe0", Raw(b"\xe0")),
    SetRate(115_200, 0.005),
    SetLine("power", True),
    SetLink(False),
]
every_value = pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
SPOKEN: list[Act] = [IDENTITY, Raw(b"\xe0\0"), Note("homed"), Restart("application")]


@every_value
def test_what_crosses_a_boundary_is_as_good_as_its_like(value: Value) -> None:
    like = dataclasses.replace(value)

    assert like is not value
    assert (like, hash(like)) == (value, hash(value))


@every_value
def test_what_crosses_a_boundary_has_no_room_for_more(value: Value) -> None:
    assert not hasattr(value, "__dict__")


@every_value
def test_two_of_the_same_are_equal_and_no_other_is(value: Value) -> None:
    again = dataclasses.replace(value)

    assert again == value
    assert [other for other in VALUES if other == value] == [value]


def test_the_samples_and_what_a_wire_carries_are_all_that_there_is() -> None:
    known = {type(value) for value in VALUES} | {Message, Fault}

    assert {*get_args(Event), *get_args(Act), *get_args(Output)} == known


def test_what_is_heard_said_and_put_on_the_link_meet_only_in_messages() -> None:
    heard, said, put = set(get_args(Event)), set(get_args(Act)), set(get_args(Output))

    assert heard & said == {Message}
    assert put.isdisjoint(heard | said)


def test_the_samples_of_acts_are_every_kind_of_act() -> None:
    assert {type(act) for act in SPOKEN} == set(get_args(Act))


@pytest.mark.parametrize("act", SPOKEN, ids=lambda act: type(act).__name__)
def test_every_act_of_a_device_is_recorded_once(act: Act) -> None:
    lens = listening(Scripted({"identify": [act]}), BARE)
    lens.receive(frame(IDENTIFY, 1), 0.1)
    verb = "said" if isinstance(act, Message | Raw) else "noted"
    told = act.name if isinstance(act, Message) else type(act).__name__

    assert verbs(lens.take_records()) == [("heard", "identify"), (verb, told)]
