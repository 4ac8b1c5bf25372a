import pytest

from lensbus.devices.stabiliser import MODES, OFF, Stabiliser
from tests.peers import SPEC


def working(mode: str) -> Stabiliser:
    stabiliser = Stabiliser(there=True)
    stabiliser.wanted = mode
    return stabiliser


@pytest.mark.parametrize("mode", MODES)
def test_a_stabiliser_does_what_the_body_says(mode: str) -> None:
    assert mode == working(mode).doing(awake=True)


def test_until_a_body_says_something_it_is_off() -> None:
    assert Stabiliser(there=True).doing(awake=True) == OFF


@pytest.mark.parametrize("why", ["switched_off", "broken"])
def test_a_switch_or_a_defect_wins(why: str) -> None:
    stabiliser = working("shared")
    setattr(stabiliser, why, True)

    assert stabiliser.doing(awake=True) == OFF


def test_asleep_it_does_nothing_and_goes_on_when_it_wakes() -> None:
    stabiliser = working("panning")

    assert [stabiliser.doing(awake=awake) for awake in (False, True)] == [OFF, "panning"]


def test_a_lens_without_one_does_nothing() -> None:
    stabiliser = Stabiliser(there=False)
    stabiliser.wanted = "on"

    assert stabiliser.doing(awake=True) == OFF


def test_its_modes_are_those_of_the_spec() -> None:
    field = next(f for f in SPEC.messages["status"].fields if f.name == "stabiliser")

    assert tuple(field.enum or ()) == MODES
