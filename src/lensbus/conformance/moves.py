"""The steps of a case as generators: each leads the device on, or waits for what it says."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lensbus.conformance.cases import (
    Alive,
    Asked,
    Beats,
    Every,
    Expect,
    Given,
    Keep,
    Mute,
    Quiet,
    Reach,
    Rest,
    Say,
    Spoil,
    Step,
)
from lensbus.conformance.judge import misfits, told, wish
from lensbus.conformance.stage import Stage
from lensbus.conformance.watch import (
    PATIENCE_S,
    Playing,
    Problem,
    beats,
    every,
    expect,
    quiet,
    rest,
    wait,
)
from lensbus.errors import LocalProtocolError
from lensbus.spec.behaviour import SILENCE
from lensbus.wire.message import Fault, Message

MOST_MOVES = 40
"""On the way to a state; more, and the device goes round in circles."""


def play(step: Step, stage: Stage) -> Playing:
    """Play a step."""
    if isinstance(step, Spoil):
        stage.spoil(step)
    elif isinstance(step, Mute):
        stage.muted |= set(step.messages)
    elif isinstance(step, Keep):
        if step.message not in stage.heard:
            return Problem("INCONCLUSIVE", f"{step.message}, to be kept", "it was never heard")
        stage.heard["kept"] = stage.heard[step.message]
    elif isinstance(step, Given):
        return given(step, stage)
    else:
        return (yield from _WAITS[type(step)](step, stage))
    return None


def reach(step: Reach, stage: Stage) -> Playing:
    """Lead the device to a state, by what it says on the way."""
    stage.muted.clear()
    for _ in range(MOST_MOVES):
        if stage.ground.is_end(stage.spot.state) and stage.spot.state != step.state:
            yield from pause(stage)  # another program begins
            stage.restarted()
        way = stage.ground.paths.way(stage.spot, step.state)
        if not way:
            return None if way == () else _lost(stage, step.state, "there is no way")
        name, aim = way[0].message, f"{way[0].message} on the way to {step.state}"
        led = _heard(stage, name, aim) if way[0].verb == "recv" else _moved(stage, name, aim)
        if problem := (yield from led):
            return replace(problem, verdict="FAIL") if step.judged else problem
    problem = _lost(stage, step.state, f"it went round {MOST_MOVES} times")
    return replace(problem, verdict="FAIL") if step.judged else problem


def _heard(stage: Stage, name: str, aim: str) -> Playing:
    """Say what leads the device on."""
    if problem := _unsayable(stage, name, aim):
        return problem
    if first := stage.play.first.get(name):
        stage.say(Say(first[0]))
        yield from expect(Expect(first[1:], within_s=PATIENCE_S), stage)
    stage.say(Say(name))
    if stage.ground.spec.messages[name].on_line and not stage.ground.speaks(stage.spot.state):
        yield from pause(stage)
    return None


def _moved(stage: Stage, name: str, aim: str) -> Playing:
    """Wait until the device goes on by itself."""
    before, until = stage.spot, stage.now + PATIENCE_S
    while stage.spot == before:
        event = yield until
        if event is None:
            may = stage.ground.role.refusal is None and name not in stage.ground.own
            return Problem("UNIMPLEMENTED" if may else "INCONCLUSIVE", aim, "it never came")
        if isinstance(event, Fault) and event.kind != SILENCE:
            return Problem("INCONCLUSIVE", aim, told(event))
        if isinstance(event, Message) and event.name in stage.ground.asides:
            until = stage.now + PATIENCE_S
    return None


def _lost(stage: Stage, state: str, why: str) -> Problem:
    return Problem("INCONCLUSIVE", f"a way to {state}", f"{why} from {stage.spot.state}")


def _unsayable(stage: Stage, name: str, aim: str) -> Problem | None:
    if stage.can_say(name):
        return None
    line = ", ".join(stage.ground.line(stage.ground.spec.messages[name]))
    return Problem("SKIP", aim, f"the link has no line {line}")


def pause(stage: Stage) -> Playing:
    """Let a device start."""
    return (yield from wait(stage.ground.spec.constant("boot_s") + 2 * stage.slack_s, stage))


def given(step: Given, stage: Stage) -> Problem | None:
    """See what the device claims; what it has is not optional any more."""
    stage.optional = frozenset()
    if wrong := misfits(step.fields, stage.heard.get(step.message, Message(step.message))):
        return Problem("UNIMPLEMENTED", wish((step.message,), step.fields), wrong[0])
    return None


def asked(step: Asked, stage: Stage) -> Playing:
    """Wait until the device asks, and do not answer."""
    stage.muted |= set(step.requests)
    until = stage.now + PATIENCE_S
    while stage.spot.asks not in step.requests:
        event = yield until
        if event is None:
            return Problem("UNIMPLEMENTED", " or ".join(step.requests), "it never asked for it")
    return None


def say(step: Say, stage: Stage) -> Playing:
    """Say a message; who drives a line lets the device start."""
    if problem := _unsayable(stage, step.message, step.message):
        return problem
    try:
        stage.say(step)
    except KeyError as error:
        return Problem("INCONCLUSIVE", f"what {step.message} refers to", f"no {error.args[0]}")
    except LocalProtocolError as error:
        return Problem("INCONCLUSIVE", f"{step.message}, as the case says it", str(error))
    kind = stage.ground.spec.messages[step.message]
    if kind.on_line and not kind.cyclic:
        yield from pause(stage)
    return None


def alive(_step: Alive, stage: Stage) -> Playing:
    """A device that is asked is asked; one that asks is led to its cycle."""
    stage.muted.clear()
    state, ground = stage.spot.state, stage.ground
    if ground.role.refusal is None:
        return (yield from _goes_on(stage))
    if state in ground.role.deaf:
        return (yield from quiet(Quiet(PATIENCE_S / 10), stage))
    about = stage.spot.asked or ground.probe(state)
    if about is None:
        return None
    if stage.spot.asked:
        stage.said = about
    else:
        stage.say(Say(about))
    answers = tuple(sorted(ground.spec.replies[about].answers))
    problem = yield from expect(Expect(answers), stage)
    if problem is None:
        return None
    return Problem(problem.verdict, f"it is {state}: {problem.expected}", problem.actual)


def _goes_on(stage: Stage) -> Playing:
    home = stage.ground.home
    problem = yield from reach(Reach(home), stage)
    if problem is not None and stage.said in stage.play.ends:
        for name in stage.play.recover:  # another program ran: it begins anew when it is attached
            yield from say(Say(name), stage)
        problem = yield from reach(Reach(home), stage)
    if problem is not None and problem.verdict != "SKIP":
        return Problem("FAIL", f"it goes on: {problem.expected}", problem.actual)
    rows = stage.ground.table[home]["send"]
    cyclic = tuple(name for name in rows if stage.ground.spec.messages[name].cyclic)
    return problem or (yield from expect(Expect(cyclic, within_s=PATIENCE_S), stage))


_WAITS: dict[type, Callable[[Any, Stage], Playing]] = {
    Reach: reach,
    Asked: asked,
    Say: say,
    Expect: expect,
    Every: every,
    Beats: beats,
    Quiet: quiet,
    Rest: rest,
    Alive: alive,
}
