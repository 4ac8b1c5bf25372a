import pytest

from lensbus.conformance.paths import Move, Paths, Spot
from lensbus.spec.load import load
from tests.peers import SPEC

LENS, BODY = Paths(SPEC, "lens"), Paths(SPEC, "body")
TARGET = Paths(load("l_mount/update"), "target")


def way(paths: Paths, state: str) -> list[str]:
    return [f"{move.verb} {move.message}" for move in paths.way(paths.start(), state) or ()]


def test_the_way_to_a_cycle_is_the_start_up_of_the_table() -> None:
    assert way(LENS, "ready") == [
        "recv power_on",
        "recv identify",
        "send identity",
        "recv set_rate",
        "send rate_set",
        "recv home",
        "send homed",
    ]


def test_a_state_that_a_request_leads_to_is_reached_with_it_open() -> None:
    assert way(LENS, "homing")[-1] == "recv home"


def test_a_body_is_led_by_what_it_asks() -> None:
    assert way(BODY, "fast")[-2:] == ["send set_rate", "recv rate_set"]


@pytest.mark.parametrize("paths", [LENS, BODY, TARGET])
def test_every_way_leads_where_it_says(paths: Paths) -> None:
    for state in paths.rests():
        spot = paths.start()
        for move in paths.way(spot, state) or ():
            spot = paths.after(spot, move.verb, move.message)

        assert spot.state == state


def test_nobody_rests_where_only_a_time_out_leads() -> None:
    assert "lost" not in BODY.rests()
    assert set(LENS.rests()) == set(SPEC.roles["lens"].states)


def test_an_answer_needs_its_request() -> None:
    asked = LENS.after(Spot("fast", met=True), "recv", "home")

    assert asked == Spot("homing", asked="home", met=True)
    assert LENS.after(asked, "send", "busy") == asked
    assert LENS.after(asked, "send", "homed") == Spot("ready", met=True)


def test_what_is_illegal_changes_nothing() -> None:
    here = Spot("listening", met=True)

    assert LENS.after(here, "recv", "home") == here


def test_at_the_slow_rate_nothing_is_open() -> None:
    assert LENS.after(Spot("homing", asked="home", met=True), "recv", "reset").asked == ""


def test_where_one_is_already_there_is_no_way_to_go() -> None:
    assert LENS.way(Spot("fast", met=True), "fast") == ()
    assert LENS.way(Spot("fast", met=True), "homing") == (Move("recv", "home"),)
