"""What became of each step of a story, and why."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from lensbus.bench.story import Story
from lensbus.devices.power import BROWN_OUT

Grade = Literal["passed", "failed", "skipped"]

DRIVEN = ("home", "focus", "aperture", "sleep", "wake")
"""The steps for which a lens needs its supply."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a step, at which second, and why, in people's words."""

    step: str
    grade: Grade
    t: float | None = None
    reason: str = ""


Finding = tuple[Grade, float | None, str]
Check = Callable[[Story], Finding | None]
"""Judges one step; None: it never began."""


def judge(story: Story, checks: Mapping[str, Check]) -> Iterator[Verdict]:
    """Judge every step; that one never began is a failure unless another one explains it."""
    blocked = ""
    for step, check in checks.items():
        finding = check(story)
        if finding is None and blocked:
            finding = skipped(f"not reached: {blocked} failed")
        elif finding is None:
            finding = failed(f"not begun in {story.ended:.1f} s: try more --seconds")
        if finding[0] == "failed":
            blocked = blocked or step
        yield Verdict(step, *_starved(story, step, finding))


def passed(t: float) -> Finding:
    return "passed", t, ""


def failed(reason: str) -> Finding:
    return "failed", None, reason


def skipped(reason: str) -> Finding:
    return "skipped", None, reason


def _starved(story: Story, step: str, finding: Finding) -> Finding:
    """The finding; a lens that the supply failed begins anew, which is why a step did not work."""
    grade, t, reason = finding
    notes = story.notes(BROWN_OUT) if step in DRIVEN and grade == "failed" else ()
    return next(((grade, t, f"{note.event.text} ({reason})") for note in notes), finding)
