"""What all derived cases of a role stand on: its paths, who says what, how a case is made."""

from collections.abc import Iterable

from lensbus.conformance.cases import Alive, Case, Level, Reach, Step
from lensbus.conformance.paths import Paths, Spot
from lensbus.spec.behaviour import ANY, Row
from lensbus.spec.model import MessageType, Spec
from lensbus.spec.node import Where
from lensbus.spec.versions import at

PAUSE_S = 0.05
"""How long a device must keep still that must say nothing: longer than it takes to answer."""


class Ground:
    """A role of a spec as a tester sees it; the spec's times to answer may have been scaled."""

    def __init__(self, spec: Spec, role: str, scale: float = 1.0) -> None:
        self.spec, self.name, self.scale = spec, role, scale
        self._older = dict[int, Ground]()
        self.paths = Paths(spec, role)
        self.role, self.table = self.paths.role, self.paths.table
        self.rests = self.paths.rests()
        self.heard = [kind for kind in spec.messages.values() if kind.sender != role]
        self.home = next((state for state in self.rests if self.cycles(state)), self.role.start)
        way = self.paths.way(self.paths.start(), self.home) or ()
        self.own = frozenset(move.message for move in way if move.verb == "send")
        """What a device must say by itself, on the way to its cycle."""
        roles = spec.roles.values()
        self.refusals = frozenset(each.refusal.message for each in roles if each.refusal)
        self.asides = self.refusals.union(*(reply.interim for reply in spec.replies.values()))
        """Messages that may answer any request: interim ones and refusals."""

    def older(self, version: int) -> "Ground":
        """The role in an older version of the spec; 0: as it is."""
        if not version:
            return self
        if version not in self._older:
            self._older[version] = Ground(at(self.spec, version), self.name, self.scale)
        return self._older[version]

    def cycles(self, state: str) -> bool:
        """Whether the cycle runs in a state: both sides say what is cyclic."""
        rows = self.table[state]
        return all(any(self.spec.messages[n].cyclic for n in rows[v]) for v in ("recv", "send"))

    def after(self, state: str, *inputs: tuple[str, str]) -> str:
        """The state after some inputs, (verb, message)."""
        spot = Spot(state, met=True)
        for verb, message in inputs:
            spot = self.paths.after(spot, verb, message)
        return spot.state

    def speaks(self, state: str) -> bool:
        """Whether a device that asks says at once, in a state, what leads on by a line."""
        rows = self.table[state]["send"].values()
        return any(row.state == state and self.spec.messages[row.message].on_line for row in rows)

    def is_end(self, state: str) -> bool:
        """Whether a state is deaf, and no message of its own leads out of it."""
        rows = self.table[state]["recv"].values()
        return state in self.role.deaf and all(row.state == ANY for row in rows)

    def requests(self, answer: str) -> list[str]:
        """The requests that a message answers."""
        return [name for name, reply in self.spec.replies.items() if answer in reply.answers]

    def best(self, kind: MessageType) -> str | None:
        """The state to try a message in: where it is legal and, if it can be, changes nothing."""
        order = sorted(self.rests, key=lambda state: state != self.home)
        legal = [state for state in order if kind.name in self.table[state]["recv"]]
        for state in legal:
            answers = self.spec.replies[kind.name].answers if kind.name in self.spec.replies else ()
            said = [("send", name) for name in sorted(answers)[:1]]
            if self.after(state, ("recv", kind.name), *said) == state and not self.is_end(state):
                return state
        return legal[0] if legal else None

    def probe(self, state: str) -> str | None:
        """A request that a device answers in a state, one that changes as little as can be."""
        found: list[tuple[bool, bool, int, int, str]] = []
        for name, row in self.table[state]["recv"].items():
            reply = self.spec.replies.get(name)
            if reply is None:
                continue
            after = self.after(state, ("recv", name), ("send", min(reply.answers)))
            if not self.is_end(after):
                begins = bool(row.rate or row.terms)
                kind = self.spec.messages[name]
                cost = after != state, begins, len(kind.fields), kind.versions[0]
                found.append((*cost, name))
        return min(found, key=lambda entry: entry[:-1])[-1] if found else None

    def wants(self, *places: str) -> tuple[str, ...]:
        """The requests on the way to states, or of their own, that no device makes by itself.

        It makes by itself what leads to its cycle.
        """
        found: list[str] = []
        for place in places:
            way = self.paths.way(self.paths.start(), self._asking(place) or place) or ()
            said = [move.message for move in way if move.verb == "send"]
            found += [name for name in (*said, place) if self._is_late(name)]
        return tuple(dict.fromkeys(found))

    def _asking(self, request: str) -> str:
        """The state in which a device says something, at home if it can be; none: empty."""
        states = [state for state in self.rests if request in self.table[state]["send"]]
        return self.home if self.home in states else next(iter(states), "")

    def _is_late(self, request: str) -> bool:
        """Whether a device that has come to its cycle may ask for this there, or from there on."""
        if request not in self.spec.replies or not (state := self._asking(request)):
            return False
        way = self.paths.way(self.paths.start(), state) or ()
        spot = self.paths.start()
        for move in way:
            if spot.state == self.home:
                return True
            spot = self.paths.after(spot, move.verb, move.message)
        return spot.state == self.home

    def row(self, row: Row) -> str:
        """What a row of its table is called where covered items are listed."""
        return row_item(self.name, row)

    def rows(self, state: str, verb: str, messages: Iterable[str]) -> set[str]:
        """The rows of a state for some messages."""
        found = (self.table[state][verb].get(name) for name in messages)
        return {self.row(row) for row in found if row}

    def line(self, kind: MessageType) -> frozenset[str]:
        """The line that a link must have for a message: none, where a frame can stand for it."""
        edge = kind.on_line
        if edge is None or self.spec.link.lines[edge.line].absent == "in_band":
            return frozenset()
        return frozenset({edge.line})

    def alive(self, state: str) -> list[Step]:
        """Look whether the device is in a state, if anything can be seen of that."""
        return [] if self.is_end(state) else [Alive()]

    def case(  # noqa: PLR0913 the parts of a case, named where it is made
        self,
        address: str,
        text: str,
        section: str,
        where: Where,
        steps: Iterable[Step],
        *,
        state: str,
        level: Level = "MUST",
        covers: Iterable[str] = (),
        kind: MessageType | None = None,
        asks: Iterable[str] = (),
        limit_s: float | None = None,
    ) -> Case:
        """A case that begins in a state, and tries what is said of `kind`, or what it asks."""
        return Case(
            f"{self.name}/{address}",
            level,
            f"{text[0].upper()}{text[1:]}.",
            section,
            where,
            (Reach(state), *steps),
            frozenset(covers),
            self.line(kind) if kind else frozenset(),
            self.wants(state, *asks),
            limit_s,
        )


def row_item(role: str, row: Row) -> str:
    """What a row of a role is called where covered items are listed."""
    return f"row {role}: {row.state} {row.verb} {row.message}"
