"""Bring a device back to its beginning between cases, and measure how exact a link's times are."""

from dataclasses import dataclass

from lensbus.conformance.cases import Case, Expect, Reach, Say
from lensbus.conformance.ground import Ground
from lensbus.conformance.moves import pause
from lensbus.conformance.paths import Spot
from lensbus.conformance.stage import Stage
from lensbus.conformance.watch import PATIENCE_S, Playing, Problem, expect, wait
from lensbus.session.event import Note
from lensbus.wire.message import Message

TRIES = 3

SAMPLES = 10
"""Answers whose times are compared."""

RESET = "reset wanted"
"""What the note is about that asks whoever runs the tester to reset the device."""


@dataclass(slots=True)
class Recovery:
    """What is done to a real device before a case: nothing, if the last one ended as it should.

    With `by_hand` somebody else resets it, who is asked by a note; a device that is `anew` at each
    case needs nothing, one that is reset `always` does not keep what the last case did to it.
    `uncertainty_s` is how much the times of answers differ on this link.
    """

    by_hand: bool = False
    anew: bool = False
    always: bool = False
    uncertainty_s: float | None = None
    _dirty: bool = True
    _met: bool = False
    _lost: str = ""

    def before(self, case: Case, stage: Stage) -> Playing:
        """Make ready for a case."""
        if self._lost:
            return Problem("INCONCLUSIVE", "a device that works", self._lost)
        if stage.play.away_s and stage.ground.is_end(stage.spot.state) and not self.by_hand:
            yield from wait(stage.play.away_s, stage)
            self._dirty = True
        led = self.anew or (not self._dirty and _leads(case, stage.ground, stage.spot))
        if not led:
            problem = yield from self._recover(case, stage)
            if problem is not None:
                self._lost = f"it could not be brought back: {problem.actual}"
                return Problem("INCONCLUSIVE", problem.expected, self._lost)
            self._dirty = False
        if self.uncertainty_s is None:
            yield from self._measure(stage)
        limit_s, known_s = case.limit_s, self.uncertainty_s or 0.0
        if limit_s is not None and known_s > limit_s:
            words = f"times on this link differ by {known_s * 1000:.1f} ms"
            return Problem("INCONCLUSIVE", f"times to {limit_s * 1000:.1f} ms", words)
        return None

    def after(self, failed: bool) -> None:
        """A case ended; what it failed leaves the device anywhere."""
        self._dirty = failed or self.always

    def _recover(self, case: Case, stage: Stage) -> Playing:
        problem: Problem | None = None
        for number in range(TRIES):
            yield from wait(_calm_s(stage), stage)
            yield from self._reset(stage, gently=not number and not self._met)
            self._met = True
            problem = yield from _meet(case, stage)
            if problem is None:
                return None
        return problem

    def _measure(self, stage: Stage) -> Playing:
        """See how much the times differ in which the device answers one and the same request."""
        self.uncertainty_s, times = 0.0, list[float]()
        probe = stage.ground.probe(stage.spot.state)
        for _ in range(SAMPLES if probe else 0):
            began = stage.now
            stage.say(Say(probe or ""))
            answers = tuple(sorted(stage.ground.spec.replies[probe or ""].answers))
            if (yield from expect(Expect(answers), stage)) is None:
                times.append(stage.now - began)
        if times:
            self.uncertainty_s = max(times) - min(times)
            words = f"the device answers {probe} within {min(times):.4f} to {max(times):.4f} s"
            stage.out.append(Note(words))
        return None

    def _reset(self, stage: Stage, *, gently: bool) -> Playing:
        """Reset it by a message or a line, by hand, or by saying nothing until it begins anew."""
        names = [name for name in stage.play.recover if stage.can_say(name)]
        names = [] if gently else names
        if self.by_hand:
            stage.out.append(Note("the device is to be reset", RESET))
            yield from wait(PATIENCE_S, stage)
        stage.begin(stage.lines, stage.now)
        for name in names:
            stage.say(Say(name))
            yield from pause(stage)
        return None


def _calm_s(stage: Stage) -> float:
    """Longer than the silence after which both sides are surely at the slow rate."""
    return 2 * max(role.silence_s for role in stage.ground.spec.roles.values())


def _leads(case: Case, ground: Ground, spot: Spot) -> bool:
    """Whether a device goes from where it is to where a case begins, by itself or when it is led.

    One that asks does by itself what leads to its cycle; the way back is a new beginning.
    """
    first = case.steps[0]
    if ground.role.refusal is not None or not isinstance(first, Reach):
        return True
    way = ground.paths.way(spot, first.state)
    said = {move.message for move in way or () if move.verb == "send"}
    return way is not None and said <= ground.own.union(case.wants)


def _meet(case: Case, stage: Stage) -> Playing:
    """See that it is there: one that is asked answers, one that asks begins anew."""
    ground = stage.ground
    if ground.role.refusal is None:
        return (yield from _asks(case, stage))
    told = [row.message for row in ground.role.rows if row.terms and row.verb == "recv"]
    probe = told[0] if told else ground.probe(stage.spot.state)
    if probe is None:
        return None
    stage.say(Say(probe))
    return (yield from expect(Expect(tuple(sorted(ground.spec.replies[probe].answers))), stage))


def _asks(case: Case, stage: Stage) -> Playing:
    """Say nothing until the device is where it goes on by itself: what it asks tells where."""
    ground, until = stage.ground, stage.now + PATIENCE_S
    stage.muted = {*ground.spec.replies, *stage.play.answers.values()}
    while (event := (yield until)) is not None:
        if isinstance(event, Message) and not ground.spec.messages[event.name].cyclic:
            name = event.name
            state = next(state for state in ground.rests if name in ground.table[state]["send"])
            asks = name if name in ground.spec.replies else ""
            spot = Spot(ground.after(state, ("send", name)), asks=asks, met=True)
            if _leads(case, ground, spot):
                stage.place(spot)
                return None
    return Problem("INCONCLUSIVE", f"a {ground.name} that begins anew", "it says nothing")
