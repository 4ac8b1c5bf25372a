import pytest

from lensbus.conformance.judge import misfits, resolved, told, wish
from lensbus.wire.message import Fault, Message
from tests.peers import IDENTITY, STATUS

HEARD = {"status": STATUS}


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (5, 5),
        ({"from": "status.aperture_av256"}, 900),
        ({"from": "status.aperture_av256", "times": 0.5, "plus": 3}, 453),
        ({"from": "optics.focal_wide", "else": 7}, 7),
        ({"from": "optics.focal_wide", "else": {"from": "status.focal_length"}}, 200),
        ({"blob": "new.size"}, 12),
        ({"at_least": {"from": "status.focal_length"}}, {"at_least": 200}),
    ],
)
def test_a_value_may_refer_to_what_was_heard(value: object, meant: object) -> None:
    assert resolved(value, HEARD, {"new.size": 12}) == meant


def test_what_was_not_heard_cannot_be_referred_to() -> None:
    with pytest.raises(KeyError, match="optics"):
        resolved({"from": "optics.focal_wide"}, HEARD, {})


@pytest.mark.parametrize(
    ("wanted", "wrong"),
    [
        ({"focal_length": 200}, []),
        ({"focal_length": 201}, ["focal_length: got 200, wanted 201"]),
        ({"focal_length": {"at_least": 200, "at_most": 200}}, []),
        ({"focal_length": {"at_most": 199}}, ["focal_length: got 200, wanted at most 199"]),
        ({"focus_state": {"in": ("idle", "moving")}}, []),
        ({"focus_state": {"not": "idle"}}, ["focus_state: got idle, wanted not idle"]),
        ({"errors": ()}, []),
        ({"switches": {"has": "manual_focus"}}, ["switches: got none, wanted with manual_focus"]),
        ({"switches": {"lacks": "manual_focus"}}, []),
        ({"colour": 3}, ["colour: got nothing, wanted 3"]),
    ],
)
def test_a_message_is_held_to_conditions(wanted: dict[str, object], wrong: list[str]) -> None:
    assert misfits(wanted, STATUS) == wrong


def test_a_condition_may_refer_to_the_messages_own_fields() -> None:
    assert misfits({"protocol": {"at_least": {"own": "protocol_least"}}}, IDENTITY) == []
    assert misfits({"protocol_least": {"not": {"own": "protocol"}}}, IDENTITY) == []


def test_only_what_was_whole_is_rounded() -> None:
    heard = {"m": Message("m", {"count": 3, "share": 0.5})}

    assert resolved({"from": "m.count", "times": 0.5}, heard, {}) == 2
    assert resolved({"from": "m.share", "times": 0.5}, heard, {}) == 0.25


def test_what_is_expected_and_heard_is_told_in_words() -> None:
    assert wish(("a", "b"), {"x": {"at_least": 3}}) == "a or b with x at least 3"
    assert wish(("a",), {}) == "a"
    assert told(Fault("bad checksum", b"x", "status")) == "bad checksum status"
    assert told(STATUS).startswith("status focus_position=0 focus_state=idle")
