import dataclasses
from math import inf
from pathlib import Path

import pytest

from lensbus.devices.glass import Glass, State
from lensbus.devices.hands import Hand
from lensbus.devices.profile import CONTROLS, LensProfile
from lensbus.errors import LocalProtocolError
from lensbus.session.event import Note
from lensbus.spec.load import load
from lensbus.wire.message import Message
from tests.peers import SAY, SPEC, ZOOM
from tests.samples import patched, shipped, write

LENS = dataclasses.replace(
    ZOOM,
    controls=CONTROLS,
    capabilities=("stabiliser",),
    focus_accel=0.0,
    settle_s=0.0,
    limit_mm=(600, 0),
    throw_deg=90,
    temperature=24,
    warming=0.0,
    idle_ma=50,
    focus_ma=200,
    iris_ma=60,
    stabiliser_ma=80,
)


def glass(*hands: Hand, profile: LensProfile = LENS, supply_ma: int = 0) -> Glass:
    """A lens that is awake, with its link up at 0 s."""
    made = Glass(SPEC, profile, hands, supply_ma)
    made.hands.begin(0.0)
    made.awake = True
    return made


def after(*hands: Hand, profile: LensProfile = LENS) -> State:
    """What a lens tells when hands have done all that."""
    made = glass(*hands, profile=profile)
    made.feel(9.0)
    return made.state(9.0)


def hand(what: str, value: float | str, for_s: float = 0.0, at_s: float = 0.0) -> Hand:
    return Hand(at_s, what, value, for_s)


def test_left_alone_a_lens_stands_at_its_near_and_wide_end_wide_open() -> None:
    expected = State(0, "near_end", 925, 200, 0, ("aperture_ring_auto",), 0, "off", 24, ())

    assert expected == after()


@pytest.mark.parametrize(
    ("what", "value", "expected"),
    [
        ("focus_switch", True, {"manual_focus", "aperture_ring_auto"}),
        ("focus_clutch", True, {"manual_focus", "aperture_ring_auto"}),
        ("stabiliser_switch", False, {"stabiliser_off", "aperture_ring_auto"}),
        ("function_button", True, {"function_button", "aperture_ring_auto"}),
        ("focus_limiter", True, {"focus_limiter", "aperture_ring_auto"}),
        ("aperture_lock", True, {"aperture_ring_locked", "aperture_ring_auto"}),
        ("aperture_ring", 5.6, set()),
    ],
)
def test_a_status_tells_each_switch(what: str, value: float, expected: set[str]) -> None:
    assert expected == set(after(hand(what, value)).switches)


def test_a_switch_goes_back() -> None:
    hands = [
        hand(what, on, at_s=on) for what in ("function_button", "focus_limiter") for on in (1, 0)
    ]
    back = [dataclasses.replace(one, value=bool(one.value), at_s=1 - one.at_s) for one in hands]

    assert after(*back).switches == ("aperture_ring_auto",)


def test_a_lens_without_an_aperture_ring_tells_none() -> None:
    told = after(profile=dataclasses.replace(LENS, controls=()))

    assert (told.switches, told.aperture_ring_av256) == ((), 0)


@pytest.mark.parametrize(
    ("hands", "expected"),
    [
        ([hand("aperture_ring", 5.6)], 1280),
        ([hand("aperture_click", False), hand("aperture_ring", 5.6)], 1273),
        ([hand("aperture_lock", True), hand("aperture_ring", 5.6)], 0),
        ([hand("aperture_ring", 5.6), hand("aperture_ring", "A", at_s=1.0)], 0),
        ([hand("aperture_ring", 64)], 2283),
    ],
    ids=["clicks", "without click", "locked", "back at A", "at its end"],
)
def test_a_status_tells_what_the_aperture_ring_is_set_to(hands: list[Hand], expected: int) -> None:
    told = after(*hands)

    assert (told.aperture_ring_av256, told.aperture_av256) == (expected, 925)


def test_a_zoom_that_is_turned_closes_its_open_aperture() -> None:
    made = glass(hand("zoom_ring", 60, 1.0))
    made.feel(0.0)
    told = [made.state(now) for now in (0.0, 0.5, 1.0)]

    assert [(one.focal_length, one.aperture_av256) for one in told] == [
        (200, 925),
        (400, 1099),
        (600, 1273),
    ]


def test_an_iris_that_is_stopped_down_stays_so_when_the_zoom_is_turned() -> None:
    made = glass(hand("zoom_ring", 60, 1.0, at_s=1.0))
    made.set_aperture(1425, 0.0)
    made.feel(1.0)

    assert {made.state(1 + at / 10).aperture_av256 for at in range(20)} == {1425}


def test_an_iris_opens_no_further_than_the_focal_length_lets_it() -> None:
    made = glass(hand("zoom_ring", 60))
    made.feel(0.0)
    made.set_aperture(1425, 0.0)
    made.set_aperture(925, 5.0)

    assert (made.state(9.0).aperture_av256, made.iris.target) == (1273, 1273)


def test_a_focus_ring_is_counted_and_moves_what_is_manual() -> None:
    made = glass(hand("focus_clutch", True), hand("focus_ring", 45.0, 0.5))
    made.feel(0.0)
    told = [made.state(now) for now in (0.0, 0.25, 0.5, 0.6)]

    assert [one.ring_counts for one in told] == [0, 45, 45, 0]
    assert [one.focus_position for one in told] == [0, 3000, 6000, 6000]


def test_focus_that_becomes_manual_stands() -> None:
    made = glass(hand("focus_switch", True, at_s=0.25))
    made.focus.move("absolute", 12_000, 12_000, 0.0)
    made.feel(0.25)

    assert made.state(9.0).focus_position == 3000


def test_a_limiter_keeps_the_body_from_the_near_end() -> None:
    made = glass(hand("focus_limiter", True))
    made.focus.move("absolute", 12_000, 0, -9.0)
    made.feel(0.0)
    made.focus.move("absolute", 0, 0, 0.0)
    told = made.state(9.0)

    assert (told.focus_position, told.focus_state) == (9000, "near_end")


@pytest.mark.parametrize("name", ["focus_motor", "iris", "stabiliser"])
@pytest.mark.parametrize("knocked", [True, False])
def test_what_is_broken_is_told_and_does_not_work(name: str, knocked: bool) -> None:
    hands = [hand("knock", name, at_s=0.25)] if knocked else []
    made = glass(*hands, profile=dataclasses.replace(LENS, broken=() if knocked else (name,)))
    if knocked:
        made.focus.move("absolute", 3000, 6000, 0.0)
        made.set_aperture(1425, 0.0)
        made.feel(0.25)
    stood = made.state(0.25)
    made.focus.move("absolute", 9000, 0, 0.3)
    made.set_aperture(2000, 0.3)
    made.stabiliser.wanted = "on"
    told = made.state(9.0)

    assert told.errors == (name,)
    assert (told.focus_position == 9000) == (name != "focus_motor")
    assert (told.aperture_av256 == 2000) == (name != "iris")
    assert (told.stabiliser == "on") == (name != "stabiliser")
    if name == "focus_motor":
        assert told.focus_position == stood.focus_position
        assert made.homing_s == inf


def test_a_hot_lens_says_so_and_moves_at_half_its_speed() -> None:
    made = glass(profile=dataclasses.replace(LENS, warming=1.0, hot_c=30))
    for at in range(1, 300):
        made.focus.move("absolute", 12_000 * (at % 2), 0, at / 2)
        hot = made.state(at / 2)
    made.focus.move("absolute", 0, 0, 200.0)
    made.focus.move("absolute", 12_000, 0, 201.0)
    warm = made.state(201.25)
    made.focus.move("absolute", 0, 0, 202.0)
    made.state(9999.0)
    made.focus.move("absolute", 12_000, 0, 9999.0)
    cold = made.state(9999.25)

    assert hot.temperature > 30
    assert (hot.errors, warm.focus_position) == (("over_temperature",), 3000)
    assert (cold.errors, cold.focus_position, cold.temperature) == ((), 6000, 24)


def drawn(made: Glass, *when: float) -> list[int]:
    """What a lens would be told to have drawn too much, with a supply of 1 mA."""
    told: list[int] = []
    for now in when:
        made.power.drawn(9.9, now - 1)
        note = made.starved(now)
        assert isinstance(note, Note)
        told.append(int(note.facts["draws_ma"]))
    return told


def test_a_lens_draws_for_what_it_does() -> None:
    made = glass(supply_ma=1)
    idle = drawn(made, 0.0)
    made.focus.move("absolute", 12_000, 12_000, 0.0)
    made.set_aperture(2000, 0.0)
    made.stabiliser.wanted = "on"

    assert idle == [50]
    assert drawn(made, 0.1, 0.5, 2.0) == [290, 230, 130]


def test_what_a_lens_tells_of_its_draws_is_enough_for_all_but_focus() -> None:
    """A body that gives idle_ma, and of drive_ma the share of the speed, sees no brown-out."""
    made = glass(supply_ma=50 + 60 + 80 + 100)
    made.stabiliser.wanted = "on"
    made.set_aperture(2283, 0.0)
    made.focus.move("absolute", 12_000, 12_000, 0.0)

    assert [made.starved(now / 100) for now in range(200)] == [None] * 200


def test_without_power_nothing_moves_and_the_body_s_orders_are_forgotten() -> None:
    made = glass()
    made.stabiliser.wanted = "on"
    made.focus.ring.set_linear(0)
    made.focus.move("absolute", 12_000, 12_000, 0.0)
    made.set_aperture(1425, 0.0)
    made.halt(0.05)
    made.awake = True
    told = made.state(9.0)

    assert (told.focus_position, told.aperture_av256, told.stabiliser) == (600, 1175, "off")
    assert made.focus.ring.turn(9.0, 0.0, 9.0) < 0.1


def test_asleep_a_lens_does_not_stabilise_and_its_focus_stands() -> None:
    made = glass()
    made.stabiliser.wanted = "on"
    made.focus.move("absolute", 12_000, 12_000, 0.0)
    made.doze(0.25)
    told = made.state(9.0)

    assert (told.focus_position, told.stabiliser) == (3000, "off")


def test_a_lens_tells_of_switches_and_errors_what_the_spec_has_a_word_for(tmp_path: Path) -> None:
    words = (
        ("switch:\n    values: {manual_focus: 1, ", "switch:\n    values: {"),
        ("error:\n    values: {focus_motor: 1, iris: 2, ", "error:\n    values: {focus_motor: 1, "),
    )
    spec = load(str(write(tmp_path, patched(shipped("l_mount/lens"), *words))))
    made = Glass(spec, LENS, [hand("focus_switch", True), hand("knock", "iris")], 0)
    made.hands.begin(0.0)
    made.feel(0.0)
    told = made.state(0.0)

    assert (told.switches, told.errors) == (("aperture_ring_auto",), ())
    assert made.focus.manual


def test_what_it_tells_has_the_names_of_the_status() -> None:
    assert State._fields == tuple(field.name for field in SPEC.messages["status"].fields)


def test_all_that_a_lens_could_tell_can_be_said() -> None:
    said = [SAY("status", **state._asdict()) for state in glass().extremes()]

    assert all(isinstance(message, Message) for message in said)
    assert {message.fields["focus_state"] for message in said} == {
        *("idle", "moving", "near_end", "far_end"),
    }


@pytest.mark.parametrize("change", [{"focus_speed": 0.0}, {"iris_speed": 0.0}])
def test_a_motor_that_would_never_arrive_is_refused(change: dict[str, float]) -> None:
    with pytest.raises(LocalProtocolError, match="got a motor's speed of 0, wanted one above 0"):
        glass(profile=dataclasses.replace(LENS, **change))  # type: ignore[arg-type] # two of its own
