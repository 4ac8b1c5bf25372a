"""The tester: plays the other side of a device under test, case by case, and notes its verdicts."""

from collections.abc import Generator, Iterable, Iterator, Sequence

from lensbus.conformance.cases import Case, Level, Verdict
from lensbus.conformance.moves import play
from lensbus.conformance.recovery import Recovery
from lensbus.conformance.stage import Stage
from lensbus.conformance.watch import Playing, Problem
from lensbus.session.event import Act, Event, LinkDown, LinkUp, Note
from lensbus.spec.behaviour import SILENCE
from lensbus.wire.message import Message

CASE, VERDICT = "case", "verdict"
"""What the notes are about with which a case begins and ends."""

GRADES: dict[Level, Verdict] = {"MUST": "FAIL", "SHOULD": "NON-STRICT", "MAY": "UNIMPLEMENTED"}
"""What a failure is, by level."""


class Tester:
    """A Device that plays cases. It needs an endpoint that checks nothing.

    Without a `recovery` each device is new, and plays one case; with one, the device is brought
    back after a case that left it anywhere. It is `done` after the last case.
    """

    def __init__(
        self, stage: Stage, cases: Sequence[Case], recovery: Recovery | None = None
    ) -> None:
        self._stage, self._todo, self._recovery = stage, list(cases), recovery
        self._playing: Generator[float, Event | None, None] | None = None
        self._until: float | None = None
        self._cycle_at: float | None = None
        self.done = False

    @property
    def deadline(self) -> float | None:
        """When the step's time is up, or the cycle begins anew."""
        dues = [due for due in (self._until, self._cycle_at) if due is not None]
        return min(dues, default=None)

    def on_event(self, event: Event, now: float) -> Iterable[Act]:
        """Hold it against the case, else answer as a peer does that plays along."""
        self._stage.now = now
        if isinstance(event, LinkUp | LinkDown):
            self._until = self._cycle_at = None
            if isinstance(event, LinkUp) and not self.done:
                self._stage.begin(event.lines, now)
                self._playing = self._play()
                self._feed(None)
            return self._said()
        if isinstance(event, Message):
            self._stage.hear(event)
        elif event.kind == SILENCE:
            self._stage.silence()
        self._feed(event)
        if isinstance(event, Message):
            self._stage.answer(event)
        return self._said()

    def on_deadline(self, now: float) -> Iterable[Act]:
        """Begin a cycle; tell the case that its time is up."""
        stage = self._stage
        stage.now = now
        if self._cycle_at is not None and self._cycle_at <= now:
            self._cycle_at = max(self._cycle_at + stage.play.period_s, now)
            stage.cycle()
        if self._until is not None and self._until <= now:
            self._feed(None)
        return self._said()

    def _feed(self, event: Event | None) -> None:
        """Let the case go on until it waits for something that is to come."""
        playing, now = self._playing, self._stage.now
        while playing is not None:
            try:
                self._until = playing.send(event)
            except StopIteration:
                self._playing, self._until, self.done = None, None, True
                return
            if self._until > now:
                return
            event = None

    def _said(self) -> Iterator[Act]:
        """What is to be said; the cycle begins when it is wanted, and ends when it is not."""
        stage = self._stage
        if not stage.runs or self._playing is None:
            self._cycle_at = None
        elif self._cycle_at is None:
            self._cycle_at = stage.now + stage.play.period_s
        said, stage.out = stage.out, []
        yield from said

    def _play(self) -> Generator[float, Event | None, None]:
        """All cases that are left, one after the other."""
        while self._todo:
            case, began = self._todo[0], self._stage.now
            self._stage.out.append(Note(case.address, CASE))
            problem = yield from self._case(case)
            self._todo.pop(0)
            self._tell(case, problem, self._stage.now - began)

    def _case(self, case: Case) -> Playing:
        stage = self._stage
        if lacking := ", ".join(sorted(case.needs - stage.lines)):
            return Problem("SKIP", case.requirement, f"the link has no line {lacking}")
        if self._recovery is not None:
            problem = yield from self._recovery.before(case, stage)
            if problem is not None:
                return problem
        for step in case.steps:
            stage.cycles = False
            problem = yield from play(step, stage)
            if problem is not None:
                return problem
        return None

    def _tell(self, case: Case, problem: Problem | None, took_s: float) -> None:
        verdict: Verdict = problem.verdict if problem else "PASS"
        if verdict == "FAIL":
            verdict = GRADES[case.level]
        if self._recovery is not None:
            self._recovery.after(problem is not None)
        facts: dict[str, float | str] = {"case": case.address, "verdict": verdict, "took_s": took_s}
        if problem is not None:
            facts |= {"expected": problem.expected, "actual": problem.actual}
        self._stage.out.append(Note(f"{case.address}: {verdict}", VERDICT, facts))
