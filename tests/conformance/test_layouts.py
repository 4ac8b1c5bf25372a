from lensbus.conformance.cases import Asked, Expect, Quiet, Say, Spoil
from lensbus.conformance.ground import Ground
from lensbus.conformance.layouts import ends, layout_cases
from tests.peers import SPEC

LENS = {case.address: case for case in layout_cases(Ground(SPEC, "lens"))}
BODY = {case.address: case for case in layout_cases(Ground(SPEC, "body"))}


def said(address: str, message: str, field: str) -> object:
    steps = [step for step in LENS[address].steps if isinstance(step, Say)]
    return next(step.fields[field] for step in steps if step.message == message)


def test_a_field_is_said_at_both_of_its_ends() -> None:
    assert said("lens/set_rate/baud/low", "set_rate", "baud") == 115200
    assert said("lens/set_rate/baud/high", "set_rate", "baud") == 3_000_000
    assert said("lens/focus_move/mode/last", "focus_move", "mode") == "speed"
    assert said("lens/exchange_capabilities/mask/none", "exchange_capabilities", "mask") == ()


def test_a_field_is_said_past_its_ends() -> None:
    (below,) = [s for s in LENS["lens/set_rate/baud/below"].steps if isinstance(s, Spoil)]

    assert (below.how, below.at, below.data) == ("set", 0, (115199).to_bytes(4, "little"))
    assert any(isinstance(step, Quiet) for step in LENS["lens/set_rate/baud/below"].steps)


def test_a_field_without_room_past_its_ends_has_no_such_case() -> None:
    assert "lens/focus_move/target/above" not in LENS
    assert "lens/focus_move/target/high" in LENS


def test_every_cut_within_a_field_is_tried() -> None:
    cuts = [s.at for s in LENS["lens/focus_move/target/cut"].steps if isinstance(s, Spoil)]

    assert cuts == [1, 2, 3, 4]


def test_a_body_asks_again_for_what_came_unsound() -> None:
    steps = BODY["body/capabilities/mask/unknown"].steps

    assert Asked(("exchange_capabilities",)) in steps
    assert Expect(("exchange_capabilities",)) in steps


def test_what_tells_the_version_is_left_to_cases_of_meaning() -> None:
    assert "lens/identify/protocol/high" not in LENS
    assert "lens/identify/protocol/below" in LENS


def test_the_ends_of_a_text_are_nothing_and_as_much_as_it_holds() -> None:
    name = next(f for f in SPEC.messages["identity"].fields if f.name == "name")

    assert dict(ends(name)) == {"empty": "", "full": "~" * 40}
