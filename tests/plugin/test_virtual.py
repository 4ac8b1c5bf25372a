import pytest

from lensbus.errors import LinkError
from lensbus.wire.message import Fault
from tests.plugin.ways import lens


def test_time_stands_still_between_steps() -> None:
    played = lens()
    before = played.run.now
    assert before == pytest.approx(0.0)
    played.device.ready()
    ready = played.run.now

    assert ready > 0.5
    assert played.run.now == ready


def test_time_that_passes_keeps_the_cycle() -> None:
    played = lens()
    played.device.ready()
    before = played.said("lens").count("status")
    ready = played.run.now
    played.run.wait(0.5)

    assert played.run.now == pytest.approx(ready + 0.5)
    assert played.said("lens").count("status") - before in {29, 30}
    assert played.device.state == "ready"


def test_what_came_while_time_passed_is_waited_for_no_more() -> None:
    played = lens()
    played.device.ready()
    played.device.say("focus_stop")
    played.run.wait(0.1)
    with pytest.raises(AssertionError, match="wanted accepted"):
        played.device.expect("accepted", within_s=0.1)


def test_a_step_on_a_link_that_is_unplugged_is_told() -> None:
    played = lens()
    played.device.ready()
    played.run.act("body", lambda port, now: port.plug(False, now))
    with pytest.raises(LinkError, match="nobody is there"):
        played.device.expect("status")


def test_two_runs_of_one_seed_are_the_same() -> None:
    runs = []
    for _ in range(2):
        played = lens(faults="noisy_line", seed=3)
        played.device.reach("listening")
        played.run.wait(0.5)
        runs.append(played.run.records)

    assert runs[0] == runs[1]
    assert not any(isinstance(record.event, Fault) for record in lens().run.records)
