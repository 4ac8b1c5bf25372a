"""Both tables of a spec played together, one move at a time, with messages in flight."""

from collections import defaultdict
from collections.abc import Iterator

from lensbus.spec.behaviour import SAME, SILENCE, SLOW, Row, table_of
from lensbus.spec.model import Spec
from lensbus.spec.places import Frame, Names, Place, Side, again, answered, fly, forget, go, put
from lensbus.spec.played import Move, Played, Rules, Voice, over, played

AGREED = "agreed"
"""Any rate but the slow one."""


class Product:
    """What can happen in a place.

    Where a side could ask the same again, it waits for the answer first; what is neither request
    nor answer is said only when the one before has arrived. A time-out or silence comes only
    where nothing is on its way that would prevent it. `followed` holds the rows that were, and
    `replied` the answers that were heard, each with its request.
    """

    def __init__(self, spec: Spec, rules: Rules) -> None:
        self._rules = rules
        self.roles = tuple(spec.roles.values())
        self._tables = tuple(table_of(role) for role in self.roles)
        self._words = played(spec, rules)
        self._answers: defaultdict[str, list[Played]] = defaultdict(list)
        for word in self._words.values():
            for request in word.answers:
                self._answers[request].append(word)
        self._voices = tuple(Voice(table, self._words) for table in self._tables)
        self._begun: dict[tuple[int, Names], Side] = {}
        self._over = tuple(over(role) for role in self.roles)
        self.followed: set[Row] = set()
        self.replied: set[tuple[str, str]] = set()

    def start(self) -> Place:
        """Where both begin; who is told the level of a line that is absent, has heard it."""
        first, second = (Side(role.start, SLOW) for role in self.roles)
        place = Place((first, second), ((), ()), frozenset(), self._rules.losses)
        return self._begin(self._begin(place, 0), 1)

    def moves(self, place: Place) -> Iterator[tuple[Move, Place]]:
        """Everything that can happen next, and where it leads."""
        for who, side in enumerate(place.sides):
            yield from self._says(place, who)
            if place.flights[who]:
                yield from self._arrives(place, who)
            for request in sorted(side.asked):
                if self._in_vain(place, who, request):
                    yield self._times_out(place, who, request)
            yield from self._silence(place, who)
            if side.state in self._over[who]:
                yield Move(who, "begins anew", "", None), self._begin(place, who)

    def _begin(self, place: Place, who: int) -> Place:
        """A life begins; the side is told which lines are not at rest."""
        place = go(place, who, self.roles[who].start, SLOW)
        if (who, place.lines) not in self._begun:
            self._begun[who, place.lines] = self._told(place, who).sides[who]
        return put(place, who, self._begun[who, place.lines])

    def _told(self, place: Place, who: int) -> Place:
        for word in self._words.values():
            told = word.told if word.by == "level" else word.active and word.line in place.lines
            row = self._row(place, who, "recv", word.name)
            if told and row is not None:
                place = self._follow(place, who, row)
        return place

    def _row(self, place: Place, who: int, verb: str, name: str) -> Row | None:
        return self._tables[who][place.sides[who].state][verb].get(name)

    def _follow(self, place: Place, who: int, row: Row) -> Place:
        self.followed.add(row)
        state = place.sides[who].state if row.next == SAME else row.next
        away = row.rate is not None and row.rate != SLOW and self._rules.apart
        return go(place, who, state, AGREED if away else SLOW if row.rate else None)

    def _says(self, place: Place, who: int) -> Iterator[tuple[Move, Place]]:
        """What a side can say now: answers that it owes, then requests, then anything else."""
        side, flying = place.sides[who], place.flights[who]
        sends = self._tables[who][side.state]["send"]
        full = 0 < self._rules.flights <= len(flying)
        for request, wanted in sorted(side.owed):
            for word in self._answers[request]:
                frame = Frame(word.name, side.rate, request, wanted)
                held = (full and word.by == "frame") or (word.interim and frame in flying)
                if word.name in sends and not held:
                    yield from self._say(place, who, sends[word.name], word, frame)
        if not any(request in sends for request in side.asked):
            for row, word in self._voices[who].own(side.state, bare=full).asks:
                frame = Frame(word.name, side.rate, word.name, True)
                yield from self._say(place, who, row, word, frame)
        among = full or not all(frame.about for frame in flying)
        for row, word in self._voices[who].own(side.state, bare=among).rest:
            yield from self._say(place, who, row, word, Frame(word.name, side.rate))

    def _say(
        self, place: Place, who: int, row: Row, word: Played, frame: Frame
    ) -> Iterator[tuple[Move, Place]]:
        after = self._follow(place, who, row)
        side = after.sides[who]
        if word.asks:
            side = side._replace(asked=side.asked | {word.name})
            more = side.again | {word.name} if word.retried else side.again
            after = put(after, who, side._replace(again=more))
        elif frame.about and not word.interim:
            after = put(after, who, side._replace(owed=side.owed - {(frame.about, frame.wanted)}))
        after, stray = self._carry(after, who, frame)
        if self._rules.flights or not stray:
            yield Move(who, "sends", frame.name, row, word.forced, stray), after

    def _carry(self, place: Place, who: int, frame: Frame) -> tuple[Place, bool]:
        """Let a message fly, or be heard at once; an answer that nobody waits for is not."""
        word, peer = self._words[frame.name], place.sides[1 - who]
        if word.by == "level" or (frame.about and not frame.wanted and not frame.asks):
            return place, False
        if word.by == "edge":
            return self._edge(place, who, frame)
        if self._rules.flights:
            return fly(place, who, (*place.flights[who], frame)), False
        if peer.rate != frame.rate or peer.state in self.roles[1 - who].deaf:
            return place, True
        return self._hear(place, 1 - who, frame)

    def _edge(self, place: Place, who: int, frame: Frame) -> tuple[Place, bool]:
        word, hearer = self._words[frame.name], 1 - who
        if not word.pulse:
            if word.active == (word.line in place.lines):
                return place, False
            place = place._replace(lines=place.lines ^ {word.line})
        row = self._row(place, hearer, "recv", frame.name)
        if row is not None and row.rate == SLOW:
            # it restarts, or the wires are apart: either takes longer than any frame
            for each in place.flights[who]:
                place = self._miss(place, who, each)
            place = fly(place, who, ())
        return self._hear(place, hearer, frame)

    def _hear(self, place: Place, who: int, frame: Frame) -> tuple[Place, bool]:
        """Where a message leads its hearer, and whether that has no row for it."""
        row, word = self._row(place, who, "recv", frame.name), self._words[frame.name]
        if row is None:
            return self._refuse(place, who, frame)
        place = self._follow(place, who, row)
        if frame.asks:
            side = place.sides[who]
            # of requests that nobody waits for any more, only the last one is worth an answer
            owed = {entry for entry in side.owed if entry[1]} - {(frame.name, True)}
            owed |= {(frame.name, frame.wanted)}
            return put(place, who, side._replace(owed=frozenset(owed))), False
        if frame.about and not word.interim:
            self.replied.add((frame.about, frame.name))
            place = answered(place, who, frame.about)
        return place, False

    def _refuse(self, place: Place, who: int, frame: Frame) -> tuple[Place, bool]:
        refusal = self.roles[who].refusal
        if refusal is None or not frame.asks:
            return place, True
        answer = Frame(refusal.message, place.sides[who].rate, frame.name, frame.wanted)
        return self._carry(place, who, answer)

    def _arrives(self, place: Place, who: int) -> Iterator[tuple[Move, Place]]:
        """The oldest frame of a side is heard, or not."""
        frame, *rest = place.flights[who]
        hearer, after = 1 - who, fly(place, who, tuple(rest))
        peer = place.sides[hearer]
        if place.losses:
            yield from self._loses(after._replace(losses=place.losses - 1), who, frame)
        if peer.rate != frame.rate or peer.state in self.roles[hearer].deaf:
            yield Move(hearer, "cannot hear", frame.name, None), self._miss(after, who, frame)
        elif self._repeated(place, who, frame):
            yield Move(hearer, "hears once more", frame.name, None), again(after, hearer, frame)
        else:
            row = self._row(place, hearer, "recv", frame.name)
            after, stray = self._hear(after, hearer, frame)
            yield Move(hearer, "hears", frame.name, row, stray=stray), after

    def _repeated(self, place: Place, who: int, frame: Frame) -> bool:
        """Whether the very request was heard before."""
        peer = place.sides[1 - who]
        known = (frame.name, True) in peer.owed or any(of == frame.name for of, _ in peer.kept)
        return known and frame.asks and frame.wanted and self._words[frame.name].numbered

    def _loses(self, place: Place, who: int, frame: Frame) -> Iterator[tuple[Move, Place]]:
        """The frame is lost alone, or with all further tries."""
        lost = Move(1 - who, "misses", frame.name, None, forced=True)
        asker = who if frame.asks else 1 - who
        side = place.sides[asker]
        if frame.about in side.again and frame.wanted:
            yield lost, self._miss(place, who, frame)
            place = put(place, asker, side._replace(again=side.again - {frame.about}))
        yield lost, place

    def _miss(self, place: Place, who: int, frame: Frame) -> Place:
        """A frame did not arrive; an answer is kept for who asks once more."""
        side, asker = place.sides[who], place.sides[1 - who]
        if frame.asks or not frame.wanted or frame.about not in asker.again:
            return place
        if self._words[frame.name].interim or not self._words[frame.about].numbered:
            return place
        return put(place, who, side._replace(kept=side.kept | {(frame.about, frame.name)}))

    def _in_vain(self, place: Place, who: int, request: str) -> bool:
        """Whether a request waits, and nothing is on its way to end that."""
        peer = place.sides[1 - who]
        if any(f.about == request and f.wanted for flying in place.flights for f in flying):
            return False
        return (request, True) not in peer.owed or not self._can_answer(peer, 1 - who, request)

    def _can_answer(self, side: Side, who: int, request: str) -> bool:
        sends = self._tables[who][side.state]["send"]
        return any(word.name in sends for word in self._answers[request])

    def _times_out(self, place: Place, who: int, request: str) -> tuple[Move, Place]:
        side = place.sides[who]
        if request in side.again:
            after = put(place, who, side._replace(again=side.again - {request}))
            after, _ = self._carry(after, who, Frame(request, side.rate, request, True))
            return Move(who, "repeats", request, None), after
        row = self._row(place, who, "timeout", request)
        after = forget(place, who, frozenset({request}))
        if row is not None:
            after = self._follow(after, who, row)
        return Move(who, "gets no answer to", request, row), after

    def _silence(self, place: Place, who: int) -> Iterator[tuple[Move, Place]]:
        row = self._row(place, who, "timeout", SILENCE)
        if row is None or place.flights != ((), ()):
            return
        forced = self._speaks(place, 1 - who) or self._will_answer(place, who)
        if place.losses >= forced:
            after = self._follow(place, who, row)._replace(losses=place.losses - forced)
            yield Move(who, "hears nothing", "", row, forced), after

    def _speaks(self, place: Place, who: int) -> bool:
        """Whether a side may say something, by itself, that the other one can hear."""
        if place.sides[0].rate != place.sides[1].rate:
            return False
        return self._voices[who].own(place.sides[who].state, bare=False).speaks

    def _will_answer(self, place: Place, who: int) -> bool:
        side = place.sides[who]
        return any(wanted and self._can_answer(side, who, name) for name, wanted in side.owed)
