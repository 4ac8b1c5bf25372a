from collections.abc import Iterator
from functools import partial

from lensbus.conformance.cases import Expect, Say
from lensbus.conformance.dialogue import Dialogue, Step, expecting, is_end
from lensbus.conformance.ground import Ground
from lensbus.conformance.moves import play
from lensbus.conformance.paths import Spot
from lensbus.conformance.stage import Stage
from lensbus.conformance.usual import Play
from lensbus.session.contract import NEVER
from lensbus.session.event import Act, LinkDown, LinkUp, Note
from lensbus.session.log import Record
from lensbus.wire.message import Fault, Message
from tests.peers import ACCEPTED, SPEC, STATUS

UP = LinkUp(frozenset(), "tester")
STATE = Expect(("status",), within_s=1.0, cycles=True)


class Led:
    """A dialogue with a lens that is ready."""

    def __init__(self) -> None:
        stage = Stage(Ground(SPEC, "lens"), Play(), {})
        self.dialogue, self.now = Dialogue(stage), 0.0
        self.hear(UP)
        stage.spot = Spot("ready", met=True)

    def give(self, step: Step) -> list[Act]:
        """Give a step, and let it begin."""
        self.dialogue.give(step)
        return self.tick()

    def tick(self, after_s: float = 0.0) -> list[Act]:
        self.now += after_s
        return list(self.dialogue.player.on_deadline(self.now))

    def hear(self, event: Message | Fault | LinkUp | LinkDown) -> list[Act]:
        self.now += 0.001
        return list(self.dialogue.player.on_event(event, self.now))


def ends(acts: list[Act]) -> int:
    """How many steps ended."""
    records = (Record(0.0, "body", "noted", act) for act in acts if isinstance(act, Note))
    return sum(map(is_end, records))


def status(place: int) -> Message:
    return Message("status", {**STATUS.fields, "focus_position": place}, 1)


def test_it_waits_for_a_step_for_ever() -> None:
    led = Led()

    assert led.dialogue.player.deadline == NEVER
    assert not ends(led.hear(STATUS))


def test_each_step_ends_with_a_note_and_what_was_wrong() -> None:
    led = Led()
    said = led.give(partial(play, Say("focus_stop")))

    assert [act.name for act in said if isinstance(act, Message)] == ["focus_stop"]
    assert ends(said) == 1
    assert not ends(led.give(expecting(Expect(("accepted",)))))
    assert ends(led.tick(10.0)) == 1
    assert led.dialogue.problem is not None
    assert led.dialogue.problem.actual == "nothing came"


def test_what_ends_a_step_is_the_last_that_it_heard() -> None:
    led = Led()
    led.give(expecting(STATE))

    assert ends(led.hear(status(7))) == 1
    assert led.dialogue.heard == status(7)
    assert led.dialogue.problem is None


def test_what_comes_between_two_steps_waits_for_the_next_one_that_waits() -> None:
    led = Led()
    led.give(partial(play, Say("focus_stop")))
    led.hear(ACCEPTED)
    led.give(partial(play, Say("aperture_set")))

    assert ends(led.give(expecting(Expect(("accepted",))))) == 1
    assert led.dialogue.heard == ACCEPTED
    assert not ends(led.give(expecting(Expect(("accepted",))))), "it was heard once"


def test_what_is_cyclic_counts_from_the_last_answer_on() -> None:
    led = Led()
    led.give(partial(play, Say("focus_stop")))
    for event in (status(1), ACCEPTED, status(2)):
        led.hear(event)

    assert ends(led.give(expecting(STATE))) == 1
    assert led.dialogue.heard == status(2)


def test_what_is_cyclic_is_waited_for_once_the_request_is_answered() -> None:
    led = Led()
    led.give(partial(play, Say("focus_stop")))
    led.give(expecting(STATE))

    assert [ends(led.hear(event)) for event in (status(1), ACCEPTED, status(2))] == [0, 0, 1]
    assert led.dialogue.heard == status(2)


def test_a_request_that_is_refused_ends_the_wait_for_the_cycle() -> None:
    led = Led()
    led.give(partial(play, Say("focus_stop")))
    led.give(expecting(STATE))
    refused = Message("refused", {"opcode": 0x13, "reason": "illegal_state"}, 1)

    assert ends(led.hear(refused)) == 1
    assert led.dialogue.problem is not None


def test_what_is_forgotten_is_not_waited_for() -> None:
    led = Led()
    led.hear(status(1))
    led.dialogue.forget()

    assert not ends(led.give(expecting(STATE)))


def test_a_step_begins_anew_with_the_link() -> None:
    led = Led()
    led.give(expecting(STATE))
    led.hear(LinkDown())
    led.now += 5.0

    assert not ends(led.hear(UP))
    assert ends(led.hear(status(3))) == 1


def test_the_cycle_is_off_where_nobody_wants_it() -> None:
    led = Led()
    led.dialogue.cycles = False
    led.give(partial(play, Say("focus_stop")))

    assert not led.dialogue.stage.cycles


def statuses(count: int) -> Iterator[Message]:
    return (status(place) for place in range(count))


def test_events_that_wait_are_heard_in_order() -> None:
    led = Led()
    for each in statuses(3):
        led.hear(each)
    heard = []
    for _ in range(3):
        led.give(expecting(STATE))
        heard.append(led.dialogue.heard)

    assert heard == list(statuses(3))
