"""What a tester waits for: a message, silence, time; each wait gives what is wrong."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lensbus.conformance.cases import Beats, Every, Expect, Quiet, Rest, Verdict
from lensbus.conformance.judge import misfits, told, wish
from lensbus.conformance.stage import Stage
from lensbus.session.event import Event
from lensbus.spec.behaviour import SILENCE
from lensbus.wire.message import Fault, Message

PATIENCE_S = 3.0
"""How long a device may take for what it does by itself."""

OURS = {"no reply", SILENCE}
"""Faults that tell of what was not heard."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a step did not end as it should."""

    verdict: Verdict
    expected: str
    actual: str


Playing = Generator[float, Event | None, Problem | None]
"""Gives until when it waits; is sent each event, or None when the time is up."""


def wait(for_s: float, stage: Stage) -> Playing:
    """Let time pass, whatever comes."""
    until = stage.now + for_s
    while (yield until) is not None:
        pass
    return None


def expect(step: Expect, stage: Stage) -> Playing:
    """Wait for a message."""
    wanted = _wanted(step.fields, stage)
    if isinstance(wanted, Problem):
        return wanted
    began, about, last = stage.now, stage.said, ""
    stage.cycles = step.cycles
    until = began + (PATIENCE_S if step.within_s is None else step.within_s) + stage.slack_s
    aim = wish(step.messages, wanted)
    while (event := (yield until)) is not None:
        if isinstance(event, Message):
            wrong = _wrong(step, wanted, event)
            if not wrong:
                return _soon(step, aim, stage.now - began + stage.slack_s)
            if _answers(stage, event.name) and event.name not in step.messages:
                return Problem("SKIP", aim, f"what {stage.pending} asked for was over too soon")
            if event.name in step.never or _is_other(step, stage, event):
                return _other(stage, event, aim, wrong)
            last = wrong if event.name in step.messages else last or wrong
        elif isinstance(event, Fault) and _is_wrong(event, about, stage):
            return Problem("FAIL", aim, told(event))
    return Problem("FAIL", f"{aim} within {until - began:.4g} s", last or "nothing came")


def _wanted(fields: Mapping[str, Any], stage: Stage) -> dict[str, Any] | Problem:
    """What fields are to be, as far as what they refer to was heard."""
    try:
        return {name: stage.resolve(value) for name, value in fields.items()}
    except KeyError as error:
        return Problem("INCONCLUSIVE", "what the case refers to", f"no {error.args[0]}")


def _wrong(step: Expect, wanted: dict[str, object], event: Message) -> str:
    """What makes it another message than the one that is waited for."""
    if event.name not in step.messages:
        return told(event)
    return "; ".join(misfits(wanted, event))


def _is_wrong(fault: Fault, about: str, stage: Stage) -> bool:
    if fault.kind == "unexpected reply" and _answers(stage, fault.path):
        return False  # it was on its way when something else was said
    return fault.kind not in OURS or (fault.kind == "no reply" and fault.path == about)


def _answers(stage: Stage, name: str) -> bool:
    """Whether a message answers what was asked before the case said something else."""
    return bool(stage.pending) and name in stage.ground.spec.replies[stage.pending].answers


def _soon(step: Expect, aim: str, took_s: float) -> Problem | None:
    if took_s >= step.after_s:
        return None
    return Problem("FAIL", f"{aim} after {step.after_s:.4g} s", f"it came after {took_s:.4g} s")


def _is_other(step: Expect, stage: Stage, event: Message) -> bool:
    """Whether a message is an answer that shuts out the one that is waited for."""
    if event.name in step.messages:
        return not step.cycles
    return event.name in stage.ground.refusals or bool(stage.ground.requests(event.name))


def _other(stage: Stage, event: Message, aim: str, got: str) -> Problem:
    """A refusal for want of something that is optional is no failure."""
    refusal = stage.ground.role.refusal
    if refusal and event.name == refusal.message and stage.said in stage.optional:
        kind = stage.ground.spec.messages[stage.said]
        if dict(event.fields) != refusal.about(kind.key[-1]):
            return Problem("UNIMPLEMENTED", aim, got)
    return Problem("FAIL", aim, got)


def quiet(step: Quiet, stage: Stage) -> Playing:
    """Nothing may come, but what belongs to the cycle or was asked for before."""
    until, before = stage.now + step.for_s, stage.spot.asked
    aim = f"no {' or '.join(step.of) or 'answer'} within {step.for_s:.4g} s"
    while (event := (yield until)) is not None:
        if isinstance(event, Message):
            if event.name in step.of or not (step.of or _is_aside(stage, event, before)):
                return Problem("FAIL", aim, told(event))
        elif isinstance(event, Fault) and event.kind not in OURS:
            return Problem("FAIL", aim, told(event))
    return None


def _is_aside(stage: Stage, event: Message, request: str) -> bool:
    """Whether a message is of the cycle, an edge, or about what was asked before."""
    kind, reply = stage.ground.spec.messages[event.name], stage.ground.spec.replies.get(request)
    return bool(kind.cyclic or kind.on_line) or (
        reply is not None and event.name in reply.answers | reply.interim
    )


def rest(step: Rest, stage: Stage) -> Playing:
    """Let time pass; in the cycle, every frame must be sound."""
    until, stage.cycles = stage.now + step.for_s, step.cycles
    while (event := (yield until)) is not None:
        if step.cycles and isinstance(event, Fault) and event.kind not in OURS:
            return Problem("FAIL", "sound frames only", told(event))
    return None


def every(step: Every, stage: Stage) -> Playing:
    """Hold each of some messages to the same; that none comes is no failure of theirs."""
    wanted = _wanted(step.fields, stage)
    if isinstance(wanted, Problem):
        return wanted
    until, stage.cycles, count = stage.now + step.for_s, True, 0
    aim = f"{wish(step.messages, wanted)}, each of them"
    while (event := (yield until)) is not None:
        if isinstance(event, Message) and event.name in step.messages:
            count += 1
            if wrong := "; ".join(misfits(wanted, event)):
                return Problem("FAIL", aim, wrong)
        elif isinstance(event, Fault) and event.kind not in OURS:
            return Problem("FAIL", aim, told(event))
    return None if count else Problem("UNIMPLEMENTED", aim, "it never came")


def beats(step: Beats, stage: Stage) -> Playing:
    """Measure the times between messages of one name."""
    hz, times, aim = stage.resolve(step.hz), list[float](), f"{step.message} {step.times} times"
    while len(times) < step.times:
        event = yield stage.now + PATIENCE_S if not times else times[-1] + PATIENCE_S
        if event is None:
            return Problem("FAIL", aim, f"it came {len(times)} times")
        if isinstance(event, Message) and event.name == step.message:
            times.append(stage.now)
    mean_s = (times[-1] - times[0]) / (step.times - 1)
    if wrong := misfits({"hz": hz}, Message(step.message, {"hz": round(1 / mean_s, 2)})):
        return Problem("FAIL", wish((step.message,), {"hz": hz}), wrong[0])
    apart = [later - sooner for sooner, later in pairwise(times)]
    odd_s = max(apart, key=lambda each_s: abs(each_s - mean_s))
    if abs(odd_s - mean_s) <= step.even * mean_s + stage.slack_s:
        return None
    words = f"{step.message} each {mean_s:.4g} s, to {step.even:.0%} of it"
    return Problem("FAIL", words, f"one came after {odd_s:.4g} s")
