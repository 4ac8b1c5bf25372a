"""Read the steps of a case as a file has them: each a mapping that begins with what is done."""

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
    Step,
)
from lensbus.conformance.plays import plain, tell
from lensbus.conformance.proof import Proof
from lensbus.spec.node import Node, Problems, Section

NUMBERS = ("next", "new", "same", "wrong")


MOST = 10_000
"""Steps that others are repeated to."""


class Stories:
    """Reads steps; those that several cases begin with are known by name."""

    def __init__(self, proof: Proof, problems: Problems) -> None:
        self._proof, self._problems = proof, problems
        self._named: dict[str, list[Step]] = {}
        self._verbs: dict[str, Callable[[Section], Step]] = {
            "reach": lambda section: Reach(section.text("reach"), section.flag("judged")),
            "asked": lambda section: Asked(section.texts("asked")),
            "say": _say,
            "expect": _expect,
            "quiet": lambda section: Quiet(section.number("quiet"), section.texts("of")),
            "rest": _rest,
            "mute": lambda section: Mute(section.texts("mute")),
            "keep": lambda section: Keep(section.text("keep")),
            "every": _every,
            "beats": _beats,
            "given": lambda section: Given(section.text("given"), _fields(section)),
        }

    def add(self, name: str, node: Node) -> None:
        """Know these steps by a name."""
        self._named[name] = self.read(node, f"stories.{name}")

    def read(self, node: Node, path: str, role: str = "") -> list[Step]:
        """The steps of a list, for a role that is tested, or for any."""
        if not (isinstance(node.value, list) and node.value):
            self._problems.add(node.where, f"{path}: expected a list of steps, got {node.kind}")
            return []
        proof = replace(self._proof, role=role)
        return [step for each in node.items() for step in self._steps(each, path, proof)]

    def _steps(self, node: Node, path: str, proof: Proof) -> list[Step]:
        if node.value == "alive":
            return [Alive()]
        section = Section(node if node.entries else replace(node, value=None), path, self._problems)
        steps: list[Step] = []
        if "play" in section:
            steps = self._named.get(section.choice("play", tuple(self._named)), [])
            words = dict.fromkeys(text for step in steps for _, text in proof.strange(step))
            tell(section, ((("play",), text) for text in words))
        elif "repeat" in section:
            steps = self._repeated(section, proof.role)
        elif verb := next((verb for verb in self._verbs if verb in section), None):
            steps = [self._verbs[verb](section)]
            tell(section, proof.mistakes(steps[0]))
        else:
            known = ", ".join(("play", "repeat", *self._verbs))
            self._problems.add(node.where, f"{path}: expected alive or {known}")
            return []
        section.done()
        return steps

    def _repeated(self, section: Section, role: str) -> list[Step]:
        steps, times = (
            self.read(section.need("steps"), section.path, role),
            section.integer("repeat"),
        )
        if times < 1 or times * len(steps) > MOST:
            section.problem("repeat", f"expected 1 to {MOST // max(1, len(steps))}, got {times}")
            return steps
        return steps * times


def _say(section: Section) -> Step:
    number = section.choice("number", NUMBERS, "next")
    return Say(section.text("say"), _fields(section), number)  # type: ignore[arg-type] # one of them


def _expect(section: Section) -> Step:
    return Expect(
        section.texts("expect"),
        _fields(section),
        section.number("within_s") if "within_s" in section else None,
        section.number("after_s", 0.0),
        section.texts("never"),
        section.flag("cycles"),
    )


def _every(section: Section) -> Step:
    return Every(section.texts("every"), _fields(section), section.number("for_s"))


def _beats(section: Section) -> Step:
    times, hz = section.integer("times"), plain(section.need("hz"))
    return Beats(section.text("beats"), times, hz, section.number("even"))


def _rest(section: Section) -> Step:
    return Rest(section.number("rest"), section.flag("cycles") if "cycles" in section else True)


def _fields(section: Section) -> dict[str, Any]:
    return {name: plain(node) for name, node in section.section("fields").nodes()}
