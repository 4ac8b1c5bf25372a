"""Read the steps of a case as a file has them: each a mapping that begins with what is done."""

from collections.abc import Callable
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
from lensbus.spec.model import Spec
from lensbus.spec.node import Node, Problems, Section

NUMBERS = ("next", "new", "same", "wrong")

LEAST_BEATS = 3
"""Fewer tell nothing of how even they are."""


def plain(node: Node) -> Any:  # noqa: ANN401 the value of a field
    """A value as a message holds it: lists are tuples."""
    if isinstance(node.value, dict):
        return {name: plain(each) for name, each in node.value.items()}
    if isinstance(node.value, list):
        return tuple(plain(each) for each in node.value)
    return node.value


class Stories:
    """Reads steps; those that several cases begin with are known by name."""

    def __init__(self, spec: Spec, problems: Problems) -> None:
        self._spec, self._problems = spec, problems
        self._named: dict[str, list[Step]] = {}
        self._verbs: dict[str, Callable[[Section], list[Step]]] = {
            "play": self._play,
            "repeat": self._repeat,
            "reach": lambda section: [Reach(section.text("reach"), section.flag("judged"))],
            "asked": lambda section: [Asked(self._messages(section, "asked"))],
            "say": self._say,
            "expect": self._expect,
            "quiet": self._quiet,
            "every": self._every,
            "beats": self._beats,
            "given": self._given,
            "rest": self._rest,
            "mute": lambda section: [Mute(self._messages(section, "mute"))],
            "keep": lambda section: [Keep(self._messages(section, "keep")[0])],
        }

    def add(self, name: str, node: Node) -> None:
        """Know these steps by a name."""
        self._named[name] = self.read(node, f"stories.{name}")

    def read(self, node: Node, path: str) -> list[Step]:
        """The steps of a list."""
        return [step for each in node.items() for step in self._step(each, path)]

    def _step(self, node: Node, path: str) -> list[Step]:
        if node.value == "alive":
            return [Alive()]
        section = Section(node, path, self._problems)
        verb = next((verb for verb in self._verbs if verb in section), None)
        if verb is None:
            self._problems.add(node.where, f"{path}: expected alive or {', '.join(self._verbs)}")
            return []
        steps = self._verbs[verb](section)
        section.done()
        return steps

    def _play(self, section: Section) -> list[Step]:
        return self._named[section.choice("play", tuple(self._named))]

    def _repeat(self, section: Section) -> list[Step]:
        return self.read(section.need("steps"), section.path) * section.integer("repeat")

    def _say(self, section: Section) -> list[Step]:
        (name, *_) = self._messages(section, "say") or ("",)
        number = section.choice("number", NUMBERS, "next")
        return [Say(name, self._fields(section, (name,)), number)]  # type: ignore[arg-type] # one of them

    def _expect(self, section: Section) -> list[Step]:
        names = self._messages(section, "expect")
        return [
            Expect(
                names,
                self._fields(section, names),
                section.number("within_s") if "within_s" in section else None,
                section.number("after_s", 0.0),
                self._messages(section, "never"),
                section.flag("cycles"),
            )
        ]

    def _quiet(self, section: Section) -> list[Step]:
        return [Quiet(section.number("quiet"), self._messages(section, "of"))]

    def _every(self, section: Section) -> list[Step]:
        names = self._messages(section, "every")
        return [Every(names, self._fields(section, names), section.number("for_s"))]

    def _beats(self, section: Section) -> list[Step]:
        (name, *_) = self._messages(section, "beats") or ("",)
        times, hz = section.integer("times"), plain(section.need("hz"))
        if times < LEAST_BEATS:
            section.problem("times", f"expected {LEAST_BEATS} or more, got {times}")
        return [Beats(name, times, hz, section.number("even"))]

    def _given(self, section: Section) -> list[Step]:
        names = self._messages(section, "given") or ("",)
        return [Given(names[0], self._fields(section, names))]

    def _rest(self, section: Section) -> list[Step]:
        cycles = section.flag("cycles") if "cycles" in section else True
        return [Rest(section.number("rest"), cycles)]

    def _messages(self, section: Section, key: str) -> tuple[str, ...]:
        names = section.texts(key)
        for name in names:
            if name not in self._spec.messages:
                section.problem(key, f"unknown message {name!r}")
        return names

    def _fields(self, section: Section, names: tuple[str, ...]) -> dict[str, Any]:
        """Fields by name; each must be one of each message."""
        node = section.get("fields")
        found = plain(node) if node and isinstance(node.value, dict) else {}
        for name in names:
            kind = self._spec.messages.get(name)
            known = {field.name for field in kind.fields} if kind else set(found)
            for field in set(found) - known:
                section.problem("fields", f"{name} has no field {field!r}")
        return found
