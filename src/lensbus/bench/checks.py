"""What every lens must do on every body, step by step, judged from what wire and notes tell."""

import math
from collections.abc import Mapping
from functools import partial

from lensbus.bench.numbers import Numbers, clash
from lensbus.bench.pair import BODY
from lensbus.bench.story import Moment, Story
from lensbus.bench.verdict import Check, Finding, failed, passed, skipped
from lensbus.devices.autofocus import AF
from lensbus.devices.display import DISPLAY, HOME_S
from lensbus.devices.power import BROWN_OUT
from lensbus.wire.message import Fault

QUESTIONS = {
    "identify": "identity",
    "exchange_capabilities": "capabilities",
    "set_rate": "rate_set",
    "get_optics": "optics",
}
"""What a body asks a lens before it homes, each with its answer."""


def attach(story: Story) -> Finding | None:
    """The body feels the lens and gives it power."""
    powered = story.first(BODY, "said", "power_on")
    return passed(powered.t) if powered else failed("the body felt no lens")


def identify(story: Story) -> Finding | None:
    """The lens tells who it is and what it can do; both agree version and rate."""
    t = 0.0
    for question, answer in QUESTIONS.items():
        heard = story.first(BODY, "heard", answer)
        if heard is None:
            return _unanswered(story, question) or _misunderstood(story)
        t = heard.t
    return passed(t)


def number(table: Numbers, story: Story) -> Finding | None:
    """The number of the lens and its optics tell of one and the same lens."""
    identity, optics = (story.first(BODY, "heard", name) for name in ("identity", "optics"))
    if identity is None or optics is None:
        return None
    contradiction = clash(identity.event.fields, optics.event.fields, table)
    return failed(contradiction) if contradiction else passed(optics.t)


def home(story: Story) -> Finding | None:
    """The lens finds the ends of its motors while a person waits."""
    asked = story.first(BODY, "said", "home")
    if asked is None:
        return None
    homed = story.first(BODY, "heard", "homed", asked.t)
    if homed and homed.t - asked.t <= HOME_S:
        return passed(homed.t)
    if homed or story.first(BODY, "heard", "busy", asked.t):
        within_s = min(HOME_S, story.ended - asked.t)
        return failed(f"homing did not end within {within_s:.1f} s")
    return _unanswered(story, "home")


def focus(story: Story) -> Finding | None:
    """The body finds focus on the subject by itself."""
    notes = story.notes(AF)
    if not notes:
        return None
    t, _, last = notes[-1]
    state = last.facts.get("state")
    if state == "locked":
        return passed(t)
    if state == "off":
        return skipped(last.text)
    if state == "gave up":
        return failed(f"AF gave up: {_too_near(story, t) or last.text}")
    wrong = f" ({_words(story.faults[0])})" if story.faults else ""
    return failed(f"AF neither locked nor gave up within {story.ended - notes[0].t:.1f} s{wrong}")


def _too_near(story: Story, t: float) -> str:
    """That the subject is nearer than the lens can focus, if it is."""
    nearest = story.fields(BODY, "heard", "optics")["near_wide"]
    seen = [one.event.facts["subject_mm"] for one in story.notes("scene") if one.t <= t]
    if seen and float(seen[-1]) < nearest:
        return f"nearest focus {nearest / 1000:g} m, subject {float(seen[-1]) / 1000:g} m"
    return ""


def aperture(story: Story) -> Finding | None:
    """The iris goes where it is asked to: stopped down, and open again."""
    if not _can(story, "aperture"):
        return skipped("the lens has no iris that a body can move")
    t = None
    for since, until, wanted in _orders(story):
        heard = story.every(BODY, "heard", "status", since, until)
        places = [(one.t, one.event.physical["aperture_av256"]) for one in heard]
        t = next((t for t, place in places if place == wanted), None)
        if t is None:
            last = f"told f/{places[-1][1]:.3g}" if places else "told nothing"
            return failed(f"asked f/{wanted:.3g}, {last}")
    return None if t is None else passed(t)


def _orders(story: Story) -> list[tuple[float, float, float]]:
    """Each aperture that was asked for: from when, until another one was, and which."""
    changes: list[tuple[float, float]] = []
    for order in story.every(BODY, "said", "aperture_set"):
        wanted = order.event.physical["aperture_av256"]
        if not changes or changes[-1][1] != wanted:
            changes.append((order.t, wanted))
    ends = [*(t for t, _ in changes[1:]), math.inf]
    return [(since, end, wanted) for (since, wanted), end in zip(changes, ends, strict=False)]


def sleep(story: Story) -> Finding | None:
    """The lens falls asleep when it is told to."""
    asleep = story.first(BODY, "heard", "asleep")
    return passed(asleep.t) if asleep else _unanswered(story, "sleep")


def wake(story: Story) -> Finding | None:
    """The lens wakes, and both are ready again."""
    awake = story.first(BODY, "heard", "awake")
    if awake is None:
        return _unanswered(story, "wake")
    t = story.entered(BODY, "ready", awake.t)
    if t is None:
        return failed(f"awake, but not ready again within {story.ended - awake.t:.1f} s")
    return passed(t)


def detach(story: Story) -> Finding | None:
    """Taken apart, both are as they were before."""
    for side, changes in story.states.items():
        if changes[-1][1] != changes[0][1]:
            return failed(f"without its peer, the {side} is {changes[-1][1]}")
    return passed(story.ended)


def clean(story: Story) -> Finding | None:
    """No side heard anything wrong all the time, and the supply was enough."""
    for note in story.notes(BROWN_OUT):
        return failed(note.event.text)
    return failed(_words(story.faults[0])) if story.faults else passed(story.ended)


def passive(story: Story) -> Finding | None:
    """The body, which hears nothing, takes it for an adapter without electronics."""
    asked, shown = story.first(BODY, "said", "identify"), story.notes(DISPLAY)
    if asked is None:
        return None
    if story.first(BODY, "heard", "identity"):
        return failed("something answered")
    return passed(shown[0].t) if shown else failed("no answer to identify, and nobody is told so")


def checks(table: Numbers) -> Mapping[str, Check]:
    """The steps of a lens that speaks, in order; the table has the numbers that are published."""
    after = (home, focus, aperture, sleep, wake, detach, clean)
    return {
        "attach": attach,
        "identify": identify,
        "number": partial(number, table),
        **{one.__name__: one for one in after},
    }


SILENT: Mapping[str, Check] = {"attach": attach, "passive": passive, "detach": detach}
"""The steps of what has no electronics."""


def _can(story: Story, what: str) -> bool:
    """Whether the lens can do something, unless it told otherwise."""
    return what in story.fields(BODY, "heard", "capabilities").get("mask", (what,))


def _unanswered(story: Story, question: str) -> Finding | None:
    """Why a question has no answer; None: it was never asked."""
    asked = story.first(BODY, "said", question)
    if asked is None:
        return None
    refused = story.first(BODY, "heard", "refused", asked.t)
    wrong = [one for one in story.faults if one.t >= asked.t]
    silent = any(one.event.path == question for one in wrong)  # said so after the last retry
    if refused:
        return failed(f"{question} was refused: {refused.event.fields['reason']}")
    return failed(_words(wrong[0]) if wrong and not silent else f"no answer to {question}")


def _misunderstood(story: Story) -> Finding | None:
    """Why a body stopped asking, such as: there is no version that both speak."""
    return failed(_words(story.faults[0])) if story.faults else None


def _words(fault: Moment[Fault]) -> str:
    """A fault in people's words."""
    _, side, event = fault
    about = ", ".join(part for part in (event.path, event.detail) if part)
    return f"the {side} heard {event.kind}" + (f": {about}" if about else "")
