"""Where a played conversation is: both sides and what flies between them, as frozen values."""

from typing import NamedTuple

from lensbus.spec.behaviour import SLOW

Names = frozenset[str]
NONE: Names = frozenset()


class Frame(NamedTuple):
    """A frame that flies: at which rate, and which request it asks or answers, if any.

    `wanted` tells whether its asker still waits; who does not, passes over the answer.
    """

    name: str
    rate: str
    about: str = ""
    wanted: bool = False

    @property
    def asks(self) -> bool:
        """Whether it is a request."""
        return self.about == self.name


class Side(NamedTuple):
    """Where one side is.

    `asked` of its requests wait for an answer, `again` of them may be said once more. `owed` are
    the peer's requests that it has to answer, and whether the peer still waits; `kept` are its
    answers, by request, that the peer did not get.
    """

    state: str
    rate: str
    asked: Names = NONE
    again: Names = NONE
    owed: frozenset[tuple[str, bool]] = frozenset()
    kept: frozenset[tuple[str, str]] = frozenset()


class Place(NamedTuple):
    """Both sides, the frames that fly from each, the lines not at rest, how much may be lost."""

    sides: tuple[Side, Side]
    flights: tuple[tuple[Frame, ...], tuple[Frame, ...]]
    lines: Names
    losses: int

    @property
    def calm(self) -> bool:
        """Whether nothing flies and nobody waits for an answer."""
        return self.flights == ((), ()) and not any(s.asked or s.owed for s in self.sides)


def put(place: Place, who: int, side: Side) -> Place:
    """The place with a side changed."""
    sides = (place.sides[0], side) if who else (side, place.sides[1])
    return Place(sides, place.flights, place.lines, place.losses)


def fly(place: Place, who: int, frames: tuple[Frame, ...]) -> Place:
    """The place with other frames that fly from a side."""
    flights = (place.flights[0], frames) if who else (frames, place.flights[1])
    return Place(place.sides, flights, place.lines, place.losses)


def go(place: Place, who: int, state: str, rate: str | None) -> Place:
    """A side goes to a state and, with a rate, to that; at the slow one it begins anew.

    Who begins anew waits for no answer and owes none.
    """
    side = place.sides[who]
    if rate is None and state == side.state:
        return place
    if rate == SLOW:
        return put(forget(place, who, side.asked), who, Side(state, rate))
    return put(place, who, Side(state, rate or side.rate, *side[2:]))


def forget(place: Place, who: int, requests: Names) -> Place:
    """A side waits for answers to some requests no more; those that fly are passed over."""
    if not requests:
        return place
    side, peer = place.sides[who], place.sides[1 - who]
    asked = tuple(
        frame._replace(wanted=False) if frame.asks and frame.about in requests else frame
        for frame in place.flights[who]
    )
    answers = tuple(
        frame for frame in place.flights[1 - who] if frame.asks or frame.about not in requests
    )
    place = put(place, who, settled(side, requests))
    owed = frozenset((name, wanted and name not in requests) for name, wanted in peer.owed)
    kept = frozenset(pair for pair in peer.kept if pair[0] not in requests)
    place = put(place, 1 - who, peer._replace(owed=owed, kept=kept))
    return fly(fly(place, who, asked), 1 - who, answers)


def settled(side: Side, requests: Names) -> Side:
    """The side when some of its requests wait no more."""
    return side._replace(asked=side.asked - requests, again=side.again - requests)


def answered(place: Place, who: int, request: str) -> Place:
    """A side got the last answer to a request."""
    side, peer = place.sides[who], place.sides[1 - who]
    place = put(place, who, settled(side, frozenset({request})))
    kept = frozenset(pair for pair in peer.kept if pair[0] != request)
    return put(place, 1 - who, peer._replace(kept=kept))


def again(place: Place, who: int, request: Frame) -> Place:
    """A side gives the same answer again, if it has one."""
    side = place.sides[who]
    kept = [pair for pair in side.kept if pair[0] == request.name]
    answers = [Frame(name, side.rate, of, True) for of, name in kept]
    place = put(place, who, side._replace(kept=side.kept.difference(kept)))
    return fly(place, who, (*place.flights[who], *answers))
