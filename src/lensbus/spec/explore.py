"""Explore both tables of a spec together, and tell where a conversation can get stuck."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import chain, product

from lensbus.spec.behaviour import SAME, SILENCE, SLOW, Row
from lensbus.spec.graph import Extent, Graph
from lensbus.spec.model import Spec
from lensbus.spec.node import MOST_TOLD, Where
from lensbus.spec.played import Move, Rules
from lensbus.spec.product import Product

FLIGHTS, LOSSES = 2, 1
MOST = Extent(places=60_000, moves=300_000)
"""Configurations of a spec and moves between them, over all links that it may be spoken on: what
bounds the time of a check, some ten seconds on a slow machine."""

Problem = tuple[tuple[str, ...], Where, str]
"""What it is about, so that it is told once; its place; its words."""


@dataclass(frozen=True, slots=True)
class Explored:
    """How far an exploration went, and of what there was too much, where it `stopped`."""

    configurations: int
    moves: int
    in_flight: int
    lost: int
    stopped: str = ""

    @property
    def whole(self) -> bool:
        """Whether it went everywhere."""
        return not self.stopped

    @property
    def extent(self) -> Extent:
        """How much was seen."""
        return Extent(self.configurations, self.moves)

    def __str__(self) -> str:
        bound = f"{self.in_flight} in flight, {self.lost} lost" if self.in_flight else "in step"
        more = f", stopped there: too many {self.stopped}" if self.stopped else ""
        return f"explored {self.configurations:,} configurations ({bound}{more})"


def explore(spec: Spec, most: Extent = MOST) -> tuple[Explored, list[tuple[Where, str]]]:
    """Play both tables of a linted spec on every kind of link, with frames in flight and lost.

    The tables of a reverse-engineered (opaque) spec record an order that was seen, and are played
    in step: a message is said only where it is heard at once.
    """
    flights, losses = (0, 0) if spec.opaque else (FLIGHTS, LOSSES)
    found: dict[tuple[str, ...], tuple[Where, str]] = {}
    left, stopped = most, ""
    followed: set[Row] = set()
    replied: set[tuple[str, str]] = set()
    for lines, apart in _links(spec):
        play = Product(spec, Rules(flights, losses, lines=lines, apart=apart))
        graph = Graph(play, left)
        left, stopped = left.less(graph.extent), stopped or graph.stopped
        followed |= play.followed
        replied |= play.replied
        for about, where, text in chain(_strays(spec, graph, found), _stuck(spec, graph, found)):
            if len(found) == MOST_TOLD:
                break
            found[about] = where, text
    problems = list(found.values())
    if not stopped:
        problems += [*_unanswered(spec, followed, replied), *_unfollowed(spec, followed)]
    return Explored(*most.less(left), flights, losses, stopped), problems


def _links(spec: Spec) -> Iterator[tuple[bool, bool]]:
    """The kinds of links: with lines or without, the agreed rate another one or the slow one."""
    has_lines = any(kind.on_line for kind in spec.messages.values())
    agrees = any(row.rate not in {None, SLOW} for role in spec.roles.values() for row in role.rows)
    return product((True, False) if has_lines else (False,), (True, False) if agrees else (True,))


def _strays(spec: Spec, graph: Graph, told: Container[tuple[str, ...]]) -> Iterator[Problem]:
    """Messages that arrive where no row knows them."""
    for at, move, _ in graph.edges():
        hearer = move.who if move.verb == "hears" else 1 - move.who
        role, state = graph.play.roles[hearer], graph.places[at].sides[hearer].state
        about = (role.name, state, move.name)
        if move.stray and about not in told:
            rows = [row for row in role.rows if (row.verb, row.message) == ("recv", move.name)]
            where = rows[0].where if rows else spec.messages[move.name].where
            text = f"{move.name} can arrive in state {state}, which has no row for it"
            yield about, where, f"{role.name} table: {text} ({graph.story(at, move)})"


def _stuck(spec: Spec, graph: Graph, told: Container[tuple[str, ...]]) -> Iterator[Problem]:
    """Places that no way leads on from; what leads to one that was told is not told again."""
    if not graph.whole:
        return
    known: set[int] = set()
    for words, region in _regions(spec, graph):
        for at in graph.entries(region - graph.leading_to(known)):
            role, row = graph.led_by(at)
            about = (words, str(row.where))
            if about not in told:
                text = f"{role.name} table, state {row.state}, {row.verb} {row.message}: {words}"
                story = f"{graph.story(at)}; then {graph.states(at)}"
                yield about, row.where, f"{text} ({story})"
        known |= region


def _regions(spec: Spec, graph: Graph) -> Iterator[tuple[str, set[int]]]:
    everywhere = set(range(len(graph.places)))
    sides = [place.sides for place in graph.places]
    met = graph.leading_to(at for at in everywhere if sides[at][0].rate == sides[at][1].rate)
    yield "both sides stay at different rates for good", everywhere - met
    done = [everywhere - graph.leading_to(_acts(graph, who)) for who in (0, 1)]
    starts = tuple(role.start for role in graph.play.roles)
    both = {at for at in done[0] & done[1] if tuple(side.state for side in sides[at]) != starts}
    yield "neither side can ever go on", both
    for who, role in enumerate(graph.play.roles):
        hopes = {row.state for row in role.rows if row.verb == "recv" and _leads_on(row)}
        waiting = {at for at in done[who] if sides[at][who].state in hopes - {role.start}}
        yield f"the {role.name} waits for ever", waiting
    yield "no session can run or begin any more", everywhere - graph.leading_to(_goals(spec, graph))


def _leads_on(row: Row) -> bool:
    return row.next not in {SAME, row.state}


def _acts(graph: Graph, who: int) -> Iterator[int]:
    """The places in which a side can say something, give up waiting, or be led on."""
    for at, move, to in graph.edges():
        acts = move.who == who and move.verb in {"sends", "hears nothing", "begins anew"}
        led = graph.places[at].sides[who].state != graph.places[to].sides[who].state
        if (acts or led) and not move.forced:
            yield at


def _goals(spec: Spec, graph: Graph) -> Iterator[int]:
    """Where both begin, and where what shows that a session lives is heard."""
    identities = {name for name, _ in spec.identifies.values()}
    signs = identities | {kind.name for kind in spec.messages.values() if kind.cyclic}
    for at, place in enumerate(graph.places):
        if all(
            (side.state, side.rate) == (role.start, SLOW)
            for side, role in zip(place.sides, graph.play.roles, strict=True)
        ):
            yield at
    for at, move, _ in graph.edges():
        if _is_heard(spec, move) and (move.name in signs or not signs):
            yield at


def _is_heard(spec: Spec, move: Move) -> bool:
    if move.row is None or move.stray or spec.messages[move.name].on_line if move.name else True:
        return False
    return move.verb == "hears" or spec.opaque


def _unanswered(
    spec: Spec, followed: set[Row], replied: set[tuple[str, str]]
) -> Iterator[tuple[Where, str]]:
    """Requests that are asked, and that get none of their answers."""
    asked = {row.message for row in followed if row.verb == "send"}
    for reply in spec.replies.values():
        answers = {(reply.request, name) for name in reply.answers}
        if reply.request in asked and replied.isdisjoint(answers):
            yield reply.where, f"replies.{reply.request}: no answer is ever heard"


def _unfollowed(spec: Spec, followed: set[Row]) -> Iterator[tuple[Where, str]]:
    """Rows that nothing leads to.

    In step no answer is lost, and each request gets the same: that says nothing of other answers.
    """
    answers = {name for reply in spec.replies.values() for name in reply.answers}
    spared = {("recv", name) for name in answers} | {("timeout", name) for name in spec.replies}
    spared |= {("timeout", SILENCE)}
    for role in spec.roles.values():
        for row in role.rows:
            if row not in followed and not (spec.opaque and (row.verb, row.message) in spared):
                place = f"{role.name} table, state {row.state}"
                yield row.where, f"{place}: {row.verb} {row.message} can never happen"
