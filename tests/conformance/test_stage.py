import pytest

from lensbus.conformance.cases import Say, Spoil
from lensbus.conformance.ground import Ground
from lensbus.conformance.paths import Spot
from lensbus.conformance.stage import Stage
from lensbus.conformance.usual import Play
from lensbus.session.event import Raw
from lensbus.wire.message import Message
from tests.peers import LINES, SPEC, frame

PLAY = Play(cycle=("sync", "command"), period_s=0.02, answers={"sync": "status"})


def stage(role: str = "lens", lines: frozenset[str] = LINES) -> Stage:
    made = Stage(Ground(SPEC, role), PLAY, {})
    made.begin(lines, 0.0)
    return made


def test_a_lens_without_a_power_line_listens_at_once() -> None:
    assert stage().spot.state == "off"
    assert stage(lines=frozenset()).spot.state == "listening"


def test_what_a_line_must_carry_cannot_be_said_without_it() -> None:
    assert stage().can_say("power_off")
    assert not stage(lines=frozenset()).can_say("power_off")
    assert stage(lines=frozenset()).can_say("reset")


def test_it_follows_what_is_said_and_heard() -> None:
    made = stage(lines=frozenset())
    made.say(Say("set_rate"))
    made.hear(Message("rate_set", {"baud": 115200}, 1))

    assert made.spot.state == "fast"


def test_the_refusal_of_what_is_illegal_moves_nothing() -> None:
    made = stage(lines=frozenset())
    made.spot = Spot("homing", asked="home", met=True)
    made.say(Say("wake"))
    made.hear(Message("refused", {"opcode": 7, "reason": "illegal_state"}, 2))

    assert made.spot == Spot("homing", asked="home", met=True)


def test_an_answer_has_the_number_of_its_request() -> None:
    made = stage("body")
    made.spot = Spot("greeting", met=True)
    made.hear(Message("identify", {"protocol": 2, "layout_hash": 0}, 41))
    made.say(Say("identity"))

    assert isinstance(made.out[-1], Message)
    assert made.out[-1].seq == 41


def test_an_answer_with_another_number_changes_nothing() -> None:
    made = stage("body")
    made.spot = Spot("agreeing", met=True)
    made.hear(Message("set_rate", {"baud": 115200}, 41))
    made.say(Say("rate_set", number="wrong"))

    assert isinstance(made.out[-1], Raw)
    assert made.spot.state == "agreeing"


@pytest.mark.parametrize("number", ["new", "same"])
def test_new_numbers_are_new_and_the_same_is_the_last(number: str) -> None:
    made = stage(lines=frozenset())
    made.say(Say("identify", number="new"))
    made.say(Say("identify", number="new" if number == "new" else "same"))
    first, second = (each.seq for each in made.out if isinstance(each, Message))

    assert (first == second) == (number == "same")


def test_a_spoilt_frame_is_said_as_bytes() -> None:
    made = stage(lines=frozenset())
    made.spoil(Spoil("identify", "short", at=4))

    assert isinstance(made.out[-1], Raw)
    assert (
        made.out[-1].data
        == frame(Message("identify", {"protocol": 2, "layout_hash": 0}), 1)[:1]
        + made.out[-1].data[1:4]
    )


def test_silence_leads_where_the_table_says() -> None:
    made = stage(lines=frozenset())
    made.spot = Spot("ready", met=True)
    made.silence()

    assert made.spot.state == "listening"


def test_the_cycle_is_kept_where_it_runs_and_is_wanted() -> None:
    made = stage(lines=frozenset())
    made.spot = Spot("ready", met=True)

    assert not made.runs
    made.cycles = True
    assert made.runs
    made.cycle()
    assert [each.name for each in made.out if isinstance(each, Message)] == ["sync", "command"]


def test_it_plays_along_unless_it_is_muted() -> None:
    made = stage("body")
    made.spot = Spot("ready", met=True)
    made.answer(Message("sync", {}))
    made.muted = {"status"}
    made.answer(Message("sync", {}))

    assert [each.name for each in made.out if isinstance(each, Message)] == ["status"]


def test_a_device_that_started_anew_is_at_its_beginning() -> None:
    made = stage()
    made.spot = Spot("gone", met=True)
    made.restarted()

    assert made.spot.state == "off"


def test_a_case_may_refer_to_the_numbers_and_rates_of_its_spec() -> None:
    made = stage()

    assert made.resolve({"from": "spec.sync_hz"}) == SPEC.constant("sync_hz")
    assert 115200 in made.resolve({"from": "spec.rates"})


def test_who_speaks_an_older_version_has_not_met_the_device() -> None:
    made = stage(lines=frozenset())
    made.place(Spot("ready", met=True))

    assert made.speak(1)
    assert not made.speak(1)

    assert (made.spot.state, made.spot.met, made.ground.spec.version) == ("ready", False, 1)
    assert made.resolve({"from": "spec.version"}) == 1
    made.speak(0)
    assert made.ground.spec is SPEC
