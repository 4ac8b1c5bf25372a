from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.session.machine import Machine
from lensbus.spec.behaviour import ANY, SAME, Role, Row
from lensbus.spec.load import load
from tests.sampled import sampled
from tests.samples import loaded

SPECS = [load("l_mount"), load("sony_e")]
ROLES = [(f"{spec.name}-{role.name}", role) for spec in SPECS for role in spec.roles.values()]


def has_own(role: Role, row: Row, state: str) -> bool:
    """Whether a state has a row of its own for the input of this row."""
    return any((r.state, r.verb, r.message) == (state, row.verb, row.message) for r in role.rows)


ROWS = [
    pytest.param(role, row, state, id=f"{name}-{state}-{row.verb}-{row.message}")
    for name, role in ROLES
    for row in role.rows
    for state in (role.states if row.state == ANY else (row.state,))
    if row.state != ANY or not has_own(role, row, state)
]
LENS, BODY = SPECS[0].roles["lens"], SPECS[0].roles["body"]
every_role = pytest.mark.parametrize("role", [role for _, role in ROLES], ids=[n for n, _ in ROLES])
bounded = sampled(60)


def at(role: Role, state: str) -> Machine:
    """A machine in a state, whatever leads there."""
    machine = Machine(role)
    machine.state = state
    return machine


def inputs(role: Role) -> st.SearchStrategy[tuple[str, str]]:
    """Every input that the table knows somewhere, and some that it does not know."""
    known = sorted({(row.verb, row.message) for row in role.rows})
    return st.sampled_from([*known, ("recv", "nonsense"), ("send", "nonsense")])


@every_role
def test_a_machine_begins_in_the_start_state(role: Role) -> None:
    assert Machine(role).state == role.start


@pytest.mark.parametrize(("role", "row", "state"), ROWS)
def test_every_row_leads_where_it_says(role: Role, row: Row, state: str) -> None:
    machine = at(role, state)
    followed = machine.step(row.verb, row.message)

    assert followed == row
    assert machine.state == (state if row.next == SAME else row.next)


def test_a_row_that_says_same_keeps_the_state() -> None:
    machine = at(LENS, "fast")
    row = machine.step("recv", "get_optics")

    assert row is not None
    assert machine.state == "fast"


def test_a_row_of_the_state_goes_before_one_for_any_state() -> None:
    dozing, sleeping = at(BODY, "dozing"), at(BODY, "sleeping")
    dozing.step("recv", "refused")
    sleeping.step("recv", "refused")

    assert dozing.state == "ready"
    assert sleeping.state == "sleeping"


@pytest.mark.parametrize(
    ("verb", "message"),
    [("recv", "home"), ("send", "identify"), ("recv", "nonsense"), ("timeout", "silence")],
)
def test_an_input_without_a_row_is_refused_and_changes_nothing(verb: str, message: str) -> None:
    machine = at(LENS, "listening")

    assert machine.step(verb, message) is None
    assert machine.state == "listening"


def test_the_verb_tells_what_is_heard_from_what_is_said() -> None:
    assert at(LENS, "homing").step("recv", "homed") is None
    assert at(LENS, "homing").step("send", "homed") is not None


@every_role
def test_whatever_comes_the_state_is_one_of_the_table(role: Role) -> None:
    @bounded
    @given(st.lists(inputs(role), max_size=40))
    def walk(path: list[tuple[str, str]]) -> None:
        machine = Machine(role)
        for verb, message in path:
            before = machine.state
            followed = machine.step(verb, message)

            assert followed == at(role, before).step(verb, message)
            assert machine.state in role.states
            assert followed is not None or machine.state == before

    walk()


def test_reset_leads_back_to_the_start() -> None:
    machine = at(LENS, "ready")
    machine.reset()

    assert machine.state == "off"


def test_two_machines_of_one_role_do_not_share_a_state() -> None:
    first, second = Machine(LENS), Machine(LENS)
    first.step("recv", "power_on")

    assert (first.state, second.state) == ("listening", "off")


@pytest.mark.parametrize("state", LENS.states)
def test_only_a_state_that_the_spec_calls_deaf_hears_no_byte(state: str) -> None:
    assert at(LENS, state).deaf == (state in {"off", "gone"})


def test_a_role_without_deaf_states_always_hears(tmp_path: Path) -> None:
    role = loaded(tmp_path).roles["lens"]

    assert not any(at(role, state).deaf for state in role.states)


def test_a_machine_tells_whether_the_last_step_led_elsewhere() -> None:
    machine = at(LENS, "off")
    moved = []
    for verb, message in [("recv", "power_on"), ("recv", "nonsense")]:
        machine.step(verb, message)
        moved.append(machine.moved)
    same = at(LENS, "ready")
    same.step("recv", "aperture_set")

    assert moved == [True, False]
    assert not same.moved


@every_role
def test_the_states_of_an_input_are_those_that_have_a_row_for_it(role: Role) -> None:
    expected = {state for state in role.states if at(role, state).step("timeout", "silence")}

    assert Machine(role).states_of("timeout", "silence") == expected


def test_an_input_is_looked_for_where_it_is_allowed(tmp_path: Path) -> None:
    machine = Machine(loaded(tmp_path).roles["body"])
    machine.find("recv", "answer")
    found = machine.state
    machine.find("recv", "nothing")

    assert found == machine.state == "waiting"
