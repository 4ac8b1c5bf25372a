from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from lensbus.devices.script import Script, Step, within
from lensbus.errors import LocalProtocolError
from lensbus.session.event import Act, Note
from lensbus.spec.versions import at
from lensbus.wire.message import Vocabulary
from tests.peers import ACCEPTED, SAY, SPEC, STOP

SLEEP = SAY("sleep")


@dataclass
class Chore:
    """An Order that is busy until it is told otherwise."""

    busy: bool = False
    begun: list[tuple[float, Mapping[str, int]]] = field(default_factory=list)

    def begin(self, now: float, fields: Mapping[str, int]) -> Iterator[Act]:
        self.busy = True
        self.begun.append((now, fields))
        yield Note("begun")


def made(*steps: Step, chore: Chore | None = None, ready: float | None = 0.0) -> Script:
    script = Script(steps, {"autofocus": chore or Chore()})
    if ready is not None:
        script.ready(ready)
    return script


def asked(script: Script, now: float, say: Vocabulary = SAY) -> list[Act]:
    return list(script.ask(say, now))


def test_a_script_goes_as_far_as_the_fields_of_its_spec() -> None:
    far = Step(1.0, "focus_move", {"mode": "absolute", "target": -(2**40), "speed": 2**40})
    other = Step(2.0, "autofocus", {"often": 2**40})
    kept, order = within(SPEC, [far, other])
    target, speed = (f for f in SPEC.messages["focus_move"].fields if f.name != "mode")

    assert kept == Step(
        1.0, "focus_move", {**far.fields, "target": target.low, "speed": speed.high}
    )
    assert order == other


def test_a_step_is_asked_for_when_it_is_due_until_it_was_answered() -> None:
    script = made(Step(0.5, "focus_stop", {}), Step(0.5, "sleep", {}), ready=1.0)

    assert asked(script, 1.4) == []
    assert asked(script, 1.5) == asked(script, 1.6) == [STOP]
    assert list(script.answered(ACCEPTED, 1.6)) == []
    assert asked(script, 1.7) == [SLEEP]


def test_nothing_is_due_before_the_lens_is_ready_or_after_the_last_step() -> None:
    script = made(Step(0.0, "focus_stop", {}), ready=None)
    assert (asked(script, 9.0), script.next) == ([], "focus_stop")
    script.ready(1.0)
    script.done()

    assert (asked(script, 9.0), script.next) == ([], "")


def test_times_count_from_the_first_time_that_a_lens_was_ready() -> None:
    script = made(Step(2.0, "focus_stop", {}), ready=1.0)
    script.ready(2.5)

    assert script.due == 3.0


def test_another_lens_gets_the_whole_script() -> None:
    script = made(Step(0.0, "focus_stop", {}))
    script.done()
    script.reset()
    script.ready(5.0)

    assert asked(script, 5.0) == [STOP]


def test_a_refused_step_is_told_and_over() -> None:
    script = made(Step(0.0, "focus_stop", {}))

    assert list(script.refused("unsupported", 0.0)) == [Note("focus_stop was refused: unsupported")]
    assert script.next == ""


def test_a_step_that_an_older_version_has_not_is_left_out_and_told() -> None:
    fields = {"mode": "linear", "throw": 90}
    script = made(Step(0.0, "set_focus_ring", fields))
    (told,) = asked(script, 0.0, Vocabulary(at(SPEC, 1)))

    assert isinstance(told, Note)
    assert told.text.startswith("set_focus_ring is left out")
    assert script.next == ""


def test_an_order_is_begun_once_and_over_when_it_is_busy_no_more() -> None:
    chore = Chore()
    script = made(Step(1.0, "autofocus", {}), Step(1.0, "focus_stop", {}), chore=chore)

    assert asked(script, 1.0) == [Note("begun")]
    assert asked(script, 1.1) == []
    chore.busy = False
    assert (asked(script, 1.2), chore.begun) == ([], [(1.0, {})])
    assert asked(script, 1.3) == [STOP]


def test_an_order_that_was_lost_is_begun_again() -> None:
    chore = Chore()
    script = made(Step(1.0, "autofocus", {}), chore=chore)
    asked(script, 1.0)
    script.again()

    assert asked(script, 2.0) == [Note("begun")]


@pytest.mark.parametrize(
    "step", [Step(0, "aperture_set", {"aperture_av256": -1}), Step(0, "autofocus", {"x": 1})]
)
def test_a_step_that_cannot_be_said_is_refused_beforehand(step: Step) -> None:
    with pytest.raises(LocalProtocolError, match="aperture_set"):
        made(step).rehearse(SAY)
