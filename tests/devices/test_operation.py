import dataclasses

import pytest

from lensbus.devices.autofocus import CONTINUOUS, OFF, SINGLE
from lensbus.devices.eye import View
from lensbus.devices.operation import Operation
from lensbus.devices.profile import BodyProfile
from lensbus.devices.script import Step
from lensbus.errors import LocalProtocolError
from lensbus.session.event import Act, Note
from lensbus.spec.versions import at
from lensbus.wire.message import Message, Vocabulary
from tests.devices.test_eye import OPTICS, Wall
from tests.peers import ACCEPTED, S1, SAY, SPEC, STATUS, STOP

PERIOD_S = 1 / 60
EVERY = (*S1.capabilities, "focus_follow", "correction", "accessory")
BODY = dataclasses.replace(S1, capabilities=EVERY, autofocus="phase", stabiliser="shared")
WALL = Wall(1000)


def made(
    *steps: Step,
    able: tuple[str, ...] = ("autofocus",),
    body: BodyProfile = BODY,
    view: View | None = WALL,
    autofocus: str = SINGLE,
    optics: Message = OPTICS,
) -> tuple[Operation, list[str]]:
    """An operation whose lens is ready, and what was noted until then."""
    operation = Operation(SPEC, body, steps, view, autofocus)
    operation.agree(able)
    acts = [*operation.attach(optics, PERIOD_S), *operation.ready(0.0)]
    return operation, [act.text for act in acts if isinstance(act, Note)]


def asked(operation: Operation, now: float = 0.0) -> list[Act]:
    return list(operation.ask(SAY, now))


def seen(operation: Operation, now: float, **fields: object) -> list[str]:
    status = SAY("status", **{**STATUS.fields, **fields})
    return [act.text for act in operation.see(status, now) if isinstance(act, Note)]


def test_one_thing_is_asked_at_a_time_what_the_lens_is_first_then_the_script() -> None:
    operation, _ = made(Step(0.0, "focus_stop", {}), able=("autofocus", "accessory"))
    seen(operation, 0.0)

    assert asked(operation) == [SAY("get_accessory")]
    assert operation.asking
    list(operation.answered(SAY("accessory", kind="none", serial="", name=""), 0.0))
    assert asked(operation) == [STOP]
    list(operation.answered(ACCEPTED, 0.0))
    (move,) = asked(operation)
    assert isinstance(move, Message)
    assert move.name == "focus_move"


def test_with_a_view_each_status_is_a_picture() -> None:
    operation, _ = made(autofocus=OFF)
    blind, _ = made(view=None, autofocus=OFF)

    assert seen(operation, 0.0) == ["subject at 1000 mm, focus at 200 mm"]
    assert seen(blind, 0.0) == []


def test_while_nothing_changes_each_cycle_tells_the_very_same_command() -> None:
    operation, _ = made()
    first = operation.command(SAY)

    assert operation.command(SAY) is first


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"able": ()}, "autofocus: off: the lens has none"),
        (
            {"body": dataclasses.replace(BODY, autofocus="none")},
            "autofocus: off: the body has none",
        ),
        (
            {
                "body": dataclasses.replace(BODY, supply_ma=10),
                "optics": SAY("optics", **{**OPTICS.fields, "idle_ma": 20}),
            },
            "autofocus: off: the body can't feed the lens's motor",
        ),
    ],
    ids=["lens", "body", "supply"],
)
def test_why_a_lens_is_not_focused_is_told(fields: dict[str, object], told: str) -> None:
    _, notes = made(**fields)  # type: ignore[arg-type]  # each of its own type

    assert told in notes


@pytest.mark.parametrize("mode", [SINGLE, CONTINUOUS, "auto"])
def test_without_a_view_or_with_an_unknown_mode_there_is_no_autofocus(mode: str) -> None:
    view = None if mode != "auto" else WALL

    with pytest.raises(LocalProtocolError, match=f"autofocus: got '{mode}', wanted "):
        Operation(SPEC, BODY, (), view, mode)


@pytest.mark.parametrize(
    ("able", "told"), [(("stabiliser",), "shared"), ((), "on")], ids=["with", "without"]
)
def test_a_body_shares_stabilising_with_a_lens_that_can(able: tuple[str, ...], told: str) -> None:
    operation, _ = made(able=able, autofocus=OFF)

    assert operation.command(SAY).fields["stabiliser"] == told
    assert "stabiliser" not in operation.command(Vocabulary(at(SPEC, 1))).fields


@pytest.mark.parametrize("able", [("aperture_ring",), ()])
def test_the_ring_of_a_lens_that_has_one_sets_the_aperture(able: tuple[str, ...]) -> None:
    operation, _ = made(able=able, autofocus=OFF)
    seen(operation, 0.0, aperture_ring_av256=1273)
    ring = operation.command(SAY).fields["aperture_av256"]
    seen(operation, 0.1, aperture_ring_av256=1273, switches=("aperture_ring_auto",))

    assert ring == (1273 if able else 925)
    assert operation.command(SAY).fields["aperture_av256"] == 925


def test_a_hand_at_the_focus_ring_stops_the_autofocus() -> None:
    operation, _ = made()
    seen(operation, 0.0, ring_counts=5)

    assert asked(operation) == []


def test_an_aperture_of_the_script_stays_and_one_of_an_exposure_does_not() -> None:
    aperture = {"aperture_av256": 1273}
    scripted, _ = made(Step(0.0, "aperture_set", aperture), autofocus=OFF)
    exposed, _ = made(Step(0.0, "exposure", aperture), autofocus=OFF)
    for operation in (scripted, exposed):
        asked(operation)
        assert asked(operation) in ([], [SAY("aperture_set", **aperture)])
        list(operation.answered(ACCEPTED, 0.0))
        seen(operation, 0.1, aperture_av256=1273)

    assert scripted.command(SAY).fields["aperture_av256"] == 1273
    assert exposed.command(SAY).fields["aperture_av256"] == 925


def test_what_was_asked_before_the_lens_began_anew_is_answered_to_nobody() -> None:
    operation, _ = made(Step(0.0, "focus_stop", {}))
    asked(operation)
    operation.again()

    assert not operation.asking
    assert list(operation.answered(ACCEPTED, 0.0)) == []
    assert operation.script.next == "focus_stop"


def test_of_another_lens_nothing_is_known() -> None:
    operation, _ = made(able=EVERY)
    operation.reset()

    assert list(operation.attach(OPTICS, PERIOD_S)) == []
    assert operation.command(SAY).fields["stabiliser"] == "on"
    assert "autofocus: off: the lens has none" in [
        act.text for act in operation.ready(0.0) if isinstance(act, Note)
    ]
