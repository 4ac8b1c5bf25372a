import pytest

from lensbus.errors import SpecError
from lensbus.plugin.faults import Faults
from tests.peers import SPEC
from tests.plugin.ways import Played, lens


def faulty(plan: str | None = None) -> tuple[Played, Faults]:
    played = lens(faults=plan)
    played.device.ready()
    return played, Faults(SPEC, played.run, plan, 0)


def test_a_fault_is_done_once_it_is_added() -> None:
    played, faults = faulty()
    assert played.device.ask("focus_stop")
    faults.add(side="lens", do="drop", message="accepted")
    with pytest.raises(AssertionError, match="got no reply focus_stop"):
        played.device.ask("focus_stop")

    assert faults.done == ["fault done: drop frame 1 (accepted)"]
    assert played.device.ask("focus_stop")


def test_faults_are_done_beside_those_that_are_on_until_they_are_off() -> None:
    played, faults = faulty()
    faults.add(side="lens", do="drop", chance=1)
    faults.add(side="body", do="drop", message="focus_stop")
    played.run.wait(0.1)
    assert len(faults.done) > 3
    faults.off()
    played.run.wait(0.1)
    done = len(faults.done)
    played.device.expect("status")

    assert len(faults.done) == done


def test_a_plan_is_used_by_name_in_place_of_another() -> None:
    played, faults = faulty()
    faults.add(side="body", do="duplicate", chance=1)
    played.run.wait(0.1)
    before = len(faults.done)
    faults.use("lossy_line")
    played.run.wait(5.0)

    assert before > 3
    assert {words.split()[2] for words in faults.done[before:]} == {"drop", "truncate"}


def test_a_plan_of_the_marker_is_on_from_the_beginning() -> None:
    played = lens(faults="noisy_line")
    faults = Faults(SPEC, played.run, "noisy_line", 0)
    played.run.wait(0.01)
    faults.off()
    played.device.ready()

    assert played.device.state == "ready"


def test_a_link_is_unplugged_until_it_is_plugged_in() -> None:
    played, faults = faulty()
    faults.unplug()
    played.run.wait(0.2)
    faults.plug()
    played.run.wait(0.1)

    assert played.device.state == "off"
    played.device.ready()


def test_a_side_that_is_reset_now_begins_anew() -> None:
    played, faults = faulty()
    faults.add(side="lens", do="reset", time=0)
    played.run.wait(0.1)

    assert "reset" in faults.done[0]
    played.device.ready()


def test_a_mistake_is_told_in_one_line() -> None:
    _, faults = faulty()
    with pytest.raises(SpecError, match=r"faults\.1\.do: unknown 'drp'"):
        faults.add(side="lens", do="drp", frame=1)
    with pytest.raises(SpecError, match="unknown"):
        faults.use("nois")
