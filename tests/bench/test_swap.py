"""Unplugged at any moment, and another lens plugged in: the body goes on with that one."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import pytest

from lensbus.bench.pair import BODY, LENS, Use, pair
from lensbus.bench.swap import Swap
from lensbus.session.contract import Port
from lensbus.session.event import LinkDown, LinkUp, Note, Output, SetLink
from lensbus.session.exchange import exchange
from lensbus.session.log import Record
from lensbus.wire.message import Message
from tests.bench.test_scene import loaded
from tests.peers import PRIME, S1, SPEC, ZOOM
from tests.sampled import FULL

READY = {BODY: "ready", LENS: "ready"}
AWAY_S, BACK_S = 0.05, 1.6
MOMENTS_MS = range(0, 3000, 1 if FULL else 50)
SCENE = loaded("still")
QUICK = dataclasses.replace(S1, autofocus="phase")


@dataclass
class Hand:
    """A Port that is unplugged at a time, whatever is on its way, and plugged in again."""

    port: Port
    at_s: list[float]
    now: float = 0.0
    moves: list[Output] = field(default_factory=list)

    def receive(self, data: bytes, now: float) -> None:
        self.port.receive(data, now)

    def line_changed(self, line: str, high: bool, now: float) -> None:
        self.port.line_changed(line, high, now)

    def link_changed(self, up: bool, now: float, lines: frozenset[str] = frozenset()) -> None:
        self.port.link_changed(up, now, lines)

    def tick(self, now: float) -> None:
        if self.at_s and self.at_s[0] <= now:
            self.at_s.pop(0)
            self.moves.append(SetLink(not self.at_s))
        self.port.tick(now)

    def take_output(self) -> list[Output]:
        moves, self.moves = self.moves, []
        return [*self.port.take_output(), *moves]

    def take_records(self) -> list[Record]:
        return self.port.take_records()

    @property
    def deadline(self) -> float | None:
        return min([*self.at_s[:1], *filter(None, [self.port.deadline])], default=None)


def swapped(at_s: float) -> Iterator[Record]:
    """The zoom is unplugged, and the prime plugged in instead."""
    made = pair(SPEC, QUICK, ZOOM, use=Use(SCENE, autofocus="single"), then=[PRIME])
    hand = Hand(made.ports[1], [at_s, at_s + AWAY_S])
    until = at_s + AWAY_S + BACK_S
    yield from exchange(made.ports[0], hand, made.strip, until, Random("swap"))
    assert made.states == READY


@pytest.mark.parametrize("moment_ms", MOMENTS_MS)
def test_whenever_a_lens_is_unplugged_another_one_works_afterwards(moment_ms: int) -> None:
    records = list(swapped(moment_ms / 1000))
    plugged = next(n for n, r in enumerate(records) if isinstance(r.event, LinkDown))
    after = [r.event for r in records[plugged:] if r.side == BODY]
    told = [event for event in after if isinstance(event, Message)]
    names = [message.fields["name"] for message in told if message.name == "identity"]
    apertures = {m.fields["aperture_av256"] for m in told if m.name == "command"}
    states = [e.facts["state"] for e in after if isinstance(e, Note) and e.about == "af"]

    assert names == [PRIME.name]
    assert apertures == {761}  # f/2.8, of which the zoom knew nothing
    assert states == ["searching", "locked"]


def test_the_last_lens_comes_again_and_again() -> None:
    made = pair(SPEC, S1, ZOOM, script=(), then=[PRIME])
    assert isinstance(made.lens, Swap)
    told = []
    for up in (True, False, True, False, True):
        made.lens.link_changed(up, 0.0)
        records = made.lens.take_records()
        told.append([type(record.event) for record in records if record.verb == "noted"])

    assert told == [[LinkUp], [LinkDown], [LinkUp], [LinkDown], [LinkUp]]
    assert made.lens.deadline is None
