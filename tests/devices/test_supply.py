import pytest

from lensbus.devices.supply import POWER, Supply
from lensbus.session.event import Note
from lensbus.wire.message import Message
from tests.devices.test_eye import OPTICS
from tests.peers import SAY


def optics(idle: int = 100, drive: int = 400, power_class: str = "normal") -> Message:
    draws = {"idle_ma": idle, "drive_ma": drive, "focus_speed": 10_000}
    return SAY("optics", **{**OPTICS.fields, **draws, "power_class": power_class})


@pytest.mark.parametrize(
    ("gives", "share", "limit"),
    [
        pytest.param(0, 1.0, 0.0, id="whatever it needs"),
        pytest.param(500, 1.0, 0.0, id="just enough"),
        pytest.param(300, 0.5, 5000.0, id="half of the motor"),
        pytest.param(100, 0.0, 0.0, id="the lens at rest"),
        pytest.param(50, 0.0, 0.0, id="not even that"),
    ],
)
def test_a_motor_gets_what_the_lens_at_rest_leaves(gives: int, share: float, limit: float) -> None:
    supply = Supply(gives, optics())

    assert (supply.share, supply.limit) == (share, limit)


def test_a_lens_that_tells_no_draw_gets_all() -> None:
    assert Supply(10, OPTICS).share == 1.0
    assert Supply(10, optics(idle=50, drive=0)).share == 0.0


def test_too_little_and_much_are_shown() -> None:
    (slow,), (none,) = Supply(300, optics()).notes(), Supply(90, optics()).notes()
    (much,) = Supply(0, optics(power_class="high")).notes()

    assert slow == Note(
        "the lens draws 500 mA, the body gives 300: focus moves at 50% of its speed",
        POWER,
        {"supply_ma": 300, "draws_ma": 500, "share": 0.5},
    )
    assert none.text.endswith(": no autofocus")
    assert much.text == "the lens draws much power: the battery lasts less long"
    assert list(Supply(0, optics()).notes()) == []
