"""Every place that a played conversation can come to, the shortest way there, and ways on."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lensbus.spec.behaviour import Role, Row
from lensbus.spec.places import Place
from lensbus.spec.played import Move
from lensbus.spec.product import Product

LONGEST = 40
"""Moves of a story; who reads more of them knows no more."""


class Extent(NamedTuple):
    """How much there is, or may be, of a graph: its places, and the moves between them."""

    places: int
    moves: int

    def less(self, other: "Extent") -> "Extent":
        """What the other one leaves of it."""
        return Extent(self.places - other.places, self.moves - other.moves)


class Graph:
    """The places that a product can come to, nearest first, and the moves from each.

    It is not `whole` where there are more than `most` of either: then `stopped` tells of which.
    """

    def __init__(self, play: Product, most: Extent) -> None:
        self.play, self.places = play, [play.start()]
        self.moves: list[list[tuple[Move, int]]] = []
        self._parents: list[tuple[int, Move] | None] = [None]
        self._led: list[tuple[int, Row]] = [(0, play.roles[0].rows[0])]
        self._before: list[set[int]] = [set()]
        known, moves = {self.places[0]: 0}, 0
        for at, place in enumerate(self.places):
            if len(self.places) > most.places or moves > most.moves:
                break
            self.moves.append(
                [(move, self._at(known, after, at, move)) for move, after in play.moves(place)]
            )
            moves += len(self.moves[-1])
        self.extent = Extent(len(self.places), moves)
        self.whole = len(self.moves) == len(self.places)
        too_many = "configurations" if len(self.places) > most.places else "moves"
        self.stopped = "" if self.whole else too_many
        calm = [at for at, place in enumerate(self.places) if place.calm]
        self._usual = set({self.states(at): at for at in reversed(calm)}.values())

    def _at(self, known: dict[Place, int], place: Place, parent: int, move: Move) -> int:
        """The number of a place, a new one if need be."""
        at = known.setdefault(place, len(self.places))
        if at == len(self.places):
            self.places.append(place)
            self._parents.append((parent, move))
            self._led.append((move.who, move.row) if move.row else self._led[parent])
            self._before.append(set())
        if not move.forced:
            self._before[at].add(parent)
        return at

    def edges(self) -> Iterator[tuple[int, Move, int]]:
        """Every move: from where, which, to where."""
        for at, ways in enumerate(self.moves):
            for move, to in ways:
                yield at, move, to

    def leading_to(self, goals: Iterable[int]) -> set[int]:
        """The places from which one of the goals can be reached without force."""
        found = set(goals)
        todo = list(found)
        while todo:
            fresh = self._before[todo.pop()] - found
            found |= fresh
            todo += fresh
        return found

    def entries(self, region: set[int]) -> Iterator[int]:
        """The places at which a region is entered first, nearest first."""
        for at in sorted(region):
            parent = self._parents[at]
            if parent is None or parent[0] not in region:
                yield at

    def way(self, at: int) -> list[tuple[int, Move]]:
        """The shortest way to a place: each move, and from where."""
        way = []
        while (parent := self._parents[at]) is not None:
            way.append(parent)
            at = parent[0]
        return way[::-1]

    def led_by(self, at: int) -> tuple[Role, Row]:
        """Whose row led to a place: the last one that was followed on the way."""
        who, row = self._led[at]
        return self.play.roles[who], row

    def story(self, at: int, *more: Move) -> str:
        """How to come to a place, and what then happens, in words.

        It begins at the last usual place on the way: the nearest one with these states in which
        nothing flies and nobody waits; where that is far back, a few dozen moves before the end.
        """
        way = self.way(at)[-LONGEST:]
        usual = [step for step, (start, _) in enumerate(way) if start in self._usual]
        begin = usual[-1] if usual else 0
        words = [self.words(move) for move in (*(move for _, move in way[begin:]), *more)]
        return f"from {self.states(way[begin][0] if way else at)}: {'; '.join(words)}"

    def states(self, at: int) -> str:
        """The state of each side in a place."""
        sides = zip(self.play.roles, self.places[at].sides, strict=True)
        return ", ".join(f"{role.name} {side.state}" for role, side in sides)

    def words(self, move: Move) -> str:
        """A move in words."""
        return f"{self.play.roles[move.who].name} {move.verb} {move.name}".rstrip()
