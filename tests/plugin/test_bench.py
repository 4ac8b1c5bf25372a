import pytest

from lensbus.bench.pair import BODY, LENS
from lensbus.errors import LocalProtocolError
from lensbus.plugin.bench import Bench
from lensbus.plugin.make import benched
from lensbus.plugin.wish import Wish


def bench(**wished: str) -> Bench:
    return benched(Wish(**wished))[0]  # type: ignore[arg-type] # names


def test_both_ends_come_to_their_cycle() -> None:
    one = bench()
    one.ready()

    assert one.states == {BODY: "ready", LENS: "ready"}
    assert one.expect("status", focus_state="near_end").fields["focus_position"] == 0


def test_what_did_not_come_is_told_with_where_both_are() -> None:
    one = bench()
    with pytest.raises(AssertionError, match="got none, and the body is greeting, the lens list"):
        one.expect("homed", within_s=0.02)
    with pytest.raises(AssertionError, match=r"expected ready within 0\.1 s; got the body is "):
        one.ready(within_s=0.1)


def test_what_was_said_can_be_asked_for_afterwards() -> None:
    one = bench(lens="sigma_45_f28_dg_dn")
    one.ready()

    assert one.story.fields(BODY, "heard", "identity")["name"].startswith("45mm F2.8")
    assert not one.story.faults
    assert one.records[-1].side == BODY


def test_a_body_with_a_scene_focuses_on_it() -> None:
    one = bench(scene="still")

    assert one.expect("focus_move", within_s=5.0)


def test_a_message_or_field_that_is_none_is_a_mistake() -> None:
    one = bench()
    with pytest.raises(LocalProtocolError, match="there is no message 'stats'"):
        one.expect("stats")
    with pytest.raises(LocalProtocolError, match="status has no field 'focus'"):
        one.expect("status", focus=1)
    with pytest.raises(LocalProtocolError, match="got 'idel', wanted one of idle"):
        one.expect("status", focus_state="idel")
    with pytest.raises(LocalProtocolError, match="names no message"):
        one.expect()
