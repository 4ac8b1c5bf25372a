import pytest

from lensbus.conformance.ground import Ground
from lensbus.conformance.paths import Spot
from lensbus.conformance.player import Player, Script
from lensbus.conformance.stage import Stage
from lensbus.conformance.usual import Play
from lensbus.session.contract import NEVER
from lensbus.session.event import LinkDown, LinkUp
from lensbus.wire.message import Message
from tests.peers import SPEC

CYCLE = Play(cycle=("sync", "command"), period_s=0.02)
UP = LinkUp(frozenset(), "tester")


def asking() -> Script:
    """A script of one answer."""
    while (yield NEVER) is None:
        pass


def player(play: Play = CYCLE) -> tuple[Player, Stage]:
    stage = Stage(Ground(SPEC, "lens"), play, {})
    return Player(stage, asking), stage


def names(acts: object) -> list[str]:
    return [act.name for act in acts if isinstance(act, Message)]  # type: ignore[attr-defined] # acts


def test_the_cycle_is_kept_where_the_device_is_in_it_and_it_is_wanted() -> None:
    one, stage = player()
    list(one.on_event(UP, 0.0))
    stage.spot = Spot("ready", met=True)
    assert not list(one.on_deadline(0.0))
    assert one.deadline == NEVER
    stage.cycles = True
    list(one.on_deadline(0.1))

    assert one.deadline == pytest.approx(0.12)
    assert names(one.on_deadline(0.125)) == ["sync", "command"]
    assert one.deadline == pytest.approx(0.14)
    list(one.on_event(Message("status", {}), 0.13))
    assert one.done
    assert one.deadline is None, "the cycle ends with the script"


def test_a_script_that_is_woken_goes_on_at_the_next_tick() -> None:
    one, _ = player(Play())
    list(one.on_event(UP, 1.0))
    assert one.deadline == NEVER
    one.wake()

    assert one.deadline == 1.0
    list(one.on_deadline(1.0))
    assert one.deadline == NEVER


def test_nothing_is_woken_before_the_link_is_there_nor_when_it_is_gone() -> None:
    one, _ = player()
    one.wake()
    assert one.deadline is None
    list(one.on_event(UP, 0.0))
    list(one.on_event(LinkDown(), 0.1))
    one.wake()

    assert one.deadline is None


def test_a_script_begins_anew_with_each_link_until_it_is_done() -> None:
    one, _ = player()
    for now in (0.0, 1.0):
        list(one.on_event(UP, now))
    assert not one.done
    list(one.on_event(Message("identity", {}), 1.1))
    assert one.done
    list(one.on_event(UP, 2.0))

    assert one.deadline is None
