"""The shortest way through one role's table: what to say and to wait for, to reach a state."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

from lensbus.spec.behaviour import ANY, SAME, SLOW, Row, table_of
from lensbus.spec.model import Spec

EDGE_COST = 10
"""An edge of a line in steps of frames: a table is led by frames where that can be.

What is possible in any state is a way out, and not what leads on.
"""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a device is: its state, what it was asked, what it asks, if both sides have met.

    They have met once what tells the protocol's version was said.
    """

    state: str
    asked: str = ""
    asks: str = ""
    met: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """The next step of a way: the device hears (`recv`) or says (`send`) a message."""

    verb: str
    message: str


class Paths:
    """All ways through the table of a role."""

    def __init__(self, spec: Spec, role: str) -> None:
        self._spec, self.role = spec, spec.roles[role]
        self.table = table_of(self.role)
        self._answers = {name: reply for reply in spec.replies.values() for name in reply.answers}
        told = [row.message for row in self.role.rows if row.terms and row.verb == "recv"]
        self._meets = any(name in spec.replies for name in told)
        self._ways: dict[tuple[Spot, str], tuple[Move, ...] | None] = {}

    def start(self) -> Spot:
        """Where a device is that was just attached."""
        return Spot(self.role.start, met=not self._meets)

    def after(self, spot: Spot, verb: str, message: str) -> Spot:
        """Where it is after it heard or said a message, allowed there or not."""
        row = self.table[spot.state][verb].get(message)
        state = spot.state if row is None or row.next == SAME else row.next
        after = replace(spot, state=state, met=spot.met or bool(row and row.terms))
        if row is not None and row.rate == SLOW:
            after = replace(after, asked="", asks="")  # nobody is left to answer
        if message in self._spec.replies:
            if verb == "send":
                return replace(after, asks=message)
            return replace(after, asked=message) if row else after
        if verb == "recv":
            return replace(after, asks=self._left(after.asks, message))
        return replace(after, asked=self._left(after.asked, message))

    def _left(self, request: str, message: str) -> str:
        """What is still open of a request after a message."""
        return "" if request and self.settles(message, request) else request

    def settles(self, message: str, request: str) -> bool:
        """Whether a message ends the wait for the answer to a request."""
        refusals = {role.refusal.message for role in self._spec.roles.values() if role.refusal}
        return message in self._spec.replies[request].answers | refusals

    def way(self, spot: Spot, state: str) -> tuple[Move, ...] | None:
        """The shortest way from a spot to a state, both sides having met; None: there is none."""
        key = (spot, state)
        if key not in self._ways:
            self._ways[key] = self._search(spot, state)
        return self._ways[key]

    def rests(self) -> list[str]:
        """The states that a device comes to without a time-out, in the order of the table."""
        start = self.start()
        return [s for s in self.role.states if s == start.state or self.way(start, s) is not None]

    def _search(self, spot: Spot, state: str) -> tuple[Move, ...] | None:
        order = count()
        todo: list[tuple[int, int, Spot, tuple[Move, ...]]] = [(0, next(order), spot, ())]
        known: set[Spot] = set()
        found: dict[bool, tuple[Move, ...]] = {}  # by whether both sides have met
        while todo:
            cost, _, here, way = heapq.heappop(todo)
            if here.state == state:
                met = here.met or state in self.role.deaf
                if met and not here.asked:
                    return way
                found.setdefault(met, way)  # homing, say, where the request stays open
            if here not in known:
                known.add(here)
                for move, after, price in self._moves(here):
                    heapq.heappush(todo, (cost + price, next(order), after, (*way, move)))
        return found.get(True, found.get(False))

    def _moves(self, here: Spot) -> Iterator[tuple[Move, Spot, int]]:
        for verb in ("recv", "send"):
            for name, row in self.table[here.state][verb].items():
                if self._leads_on(here, verb, row):
                    edge = self._spec.messages[name].on_line
                    price = (EDGE_COST if edge else 1) + (row.state == ANY)
                    yield Move(verb, name), self.after(here, verb, name), price

    def _leads_on(self, here: Spot, verb: str, row: Row) -> bool:
        """Whether a row can be followed here: answers need their request, and one is enough."""
        name = row.message
        if self._spec.messages[name].cyclic:
            return False
        mine, theirs = (here.asks, here.asked) if verb == "recv" else (here.asked, here.asks)
        if name in self._spec.replies:
            return not theirs
        if name in self._answers:
            return bool(mine) and name in self._spec.replies[mine].answers
        return self._spec.messages[name].on_line is not None
