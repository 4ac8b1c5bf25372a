"""The tester: plays the other side of a device under test, case by case, and notes its verdicts."""

from collections.abc import Iterable, Sequence

from lensbus.conformance.cases import Case, Level, Verdict
from lensbus.conformance.moves import play
from lensbus.conformance.player import Player, Script
from lensbus.conformance.recovery import Recovery
from lensbus.conformance.stage import Stage
from lensbus.conformance.watch import Playing, Problem
from lensbus.session.event import Act, Event, Note

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
        self._player = Player(stage, self._play)

    @property
    def done(self) -> bool:
        """Whether the last case was played."""
        return self._player.done

    @property
    def deadline(self) -> float | None:
        """When the step's time is up, or the cycle begins anew."""
        return self._player.deadline

    def on_event(self, event: Event, now: float) -> Iterable[Act]:
        """Hold it against the case."""
        return self._player.on_event(event, now)

    def on_deadline(self, now: float) -> Iterable[Act]:
        """Keep the cycle; go on where a time is up."""
        return self._player.on_deadline(now)

    def _play(self) -> Script:
        """All cases that are left, one after the other."""
        while self._todo:
            case, began = self._todo[0], self._stage.now
            self._stage.out.append(Note(case.address, CASE))
            problem = yield from self._case(case)
            self._todo.pop(0)
            self._tell(case, problem, self._stage.now - began)

    def _case(self, case: Case) -> Playing:
        stage = self._stage
        if stage.speak(case.version) and self._recovery is not None:
            self._recovery.after(failed=True)  # the device has to begin anew
        if lacking := ", ".join(sorted(case.needs - stage.lines)):
            return Problem("SKIP", case.requirement, f"the link has no line {lacking}")
        if self._recovery is not None:
            problem = yield from self._recovery.before(case, stage)
            if problem is not None:
                return problem
        stage.optional = stage.play.optional
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
