import pytest

from lensbus.conformance.cases import Alive
from lensbus.conformance.ground import Ground
from lensbus.spec.load import load
from tests.peers import SPEC

LENS, BODY = Ground(SPEC, "lens"), Ground(SPEC, "body")
TARGET = Ground(load("l_mount/update"), "target")


def test_home_is_where_the_cycle_runs() -> None:
    assert (LENS.home, BODY.home) == ("ready", "ready")


@pytest.mark.parametrize(
    ("state", "probe"),
    [("off", None), ("listening", "exchange_capabilities"), ("ready", "get_optics")],
)
def test_a_lens_is_asked_for_what_changes_nothing(state: str, probe: str | None) -> None:
    expected = "focus_stop" if state == "ready" else probe

    assert LENS.probe(state) in {expected, probe}


def test_a_message_is_tried_where_it_changes_nothing() -> None:
    assert LENS.best(SPEC.messages["get_optics"]) == "ready"
    assert LENS.best(SPEC.messages["set_rate"]) == "listening"
    assert BODY.best(SPEC.messages["status"]) == "ready"


@pytest.mark.parametrize(
    ("place", "wants"),
    [
        ("ready", ()),
        ("sleeping", ("sleep",)),
        ("waking", ("sleep", "wake")),
        ("focus_move", ("focus_move",)),
        ("identify", ()),
    ],
)
def test_what_a_body_does_not_do_by_itself_is_wanted(place: str, wants: tuple[str, ...]) -> None:
    assert BODY.wants(place) == wants


def test_what_a_body_must_say_leads_to_its_cycle() -> None:
    assert {"power_on", "exchange_capabilities", "set_rate", "home"} == BODY.own


def test_another_program_runs_where_no_message_leads_out() -> None:
    assert LENS.is_end("gone")
    assert not LENS.is_end("off")
    assert TARGET.is_end("off")
    assert LENS.alive("gone") == []
    assert LENS.alive("fast") == [Alive()]


def test_a_line_is_needed_where_no_frame_can_stand_for_it() -> None:
    assert LENS.line(SPEC.messages["power_on"]) == {"power"}
    assert LENS.line(SPEC.messages["reset"]) == frozenset()
    assert LENS.line(SPEC.messages["home"]) == frozenset()


def test_an_older_version_is_another_ground_and_always_the_same() -> None:
    assert LENS.older(0) is LENS
    assert LENS.older(1) is LENS.older(1)
    assert "get_correction" not in LENS.older(1).table["fast"]["recv"]
