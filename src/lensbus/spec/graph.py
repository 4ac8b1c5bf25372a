"""Every place that a played conversation can come to, the shortest way there, and ways on."""

from collections.abc import Iterable, Iterator

from lensbus.spec.behaviour import Role, Row
from lensbus.spec.places import Place
from lensbus.spec.played import Move
from lensbus.spec.product import Product


class Graph:
    """The places that a product can come to, nearest first, and the moves from each.

    It is not `whole` where there are more than `most` places.
    """

    def __init__(self, play: Product, most: int) -> None:
        self.play, self.places = play, [play.start()]
        self.moves: list[list[tuple[Move, int]]] = []
        self._parents: list[tuple[int, Move] | None] = [None]
        self._before: list[set[int]] = [set()]
        known = {self.places[0]: 0}
        for at, place in enumerate(self.places):
            if len(self.places) > most:
                break
            self.moves.append(
                [(move, self._at(known, after, at, move)) for move, after in play.moves(place)]
            )
        self.whole = len(self.moves) == len(self.places)
        calm = [at for at, place in enumerate(self.places) if place.calm]
        self._usual = set({self.states(at): at for at in reversed(calm)}.values())

    def _at(self, known: dict[Place, int], place: Place, parent: int, move: Move) -> int:
        """The number of a place, a new one if need be."""
        at = known.setdefault(place, len(self.places))
        if at == len(self.places):
            self.places.append(place)
            self._parents.append((parent, move))
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
        roles = self.play.roles
        rows = [(roles[move.who], move.row) for _, move in self.way(at) if move.row is not None]
        return rows[-1] if rows else (roles[0], roles[0].rows[0])

    def story(self, at: int, *more: Move) -> str:
        """How to come to a place, and what then happens, in words.

        It begins at the last usual place on the way: the nearest one with these states in which
        nothing flies and nobody waits.
        """
        way = self.way(at)
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
