"""Faults that a test switches on and off while it runs."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from random import Random
from typing import Any, Protocol

from lensbus.bench.plan import read_plan
from lensbus.errors import SpecError
from lensbus.front.named import load_faults
from lensbus.session.event import Note
from lensbus.session.faults import DONE, Filter
from lensbus.session.log import Record
from lensbus.session.rule import Rule
from lensbus.spec.model import Spec
from lensbus.spec.node import Node, Problems, Where
from lensbus.spec.parse import parse


class Run(Protocol):
    """What runs in the test, which is at `side`."""

    side: str
    records: list[Record]

    def act(self, role: str, act: Callable[[Filter, float], None]) -> None:
        """Let somebody act on a side now."""


class Faults:
    """What goes wrong, on either side; `plan` is what is on from the beginning."""

    def __init__(self, spec: Spec, run: Run, plan: str | None, seed: int) -> None:
        self._spec, self._run, self._seed = spec, run, seed
        self._rules = self._load(plan) if plan else {}

    @property
    def done(self) -> list[str]:
        """The faults that were done, in words."""
        events = [record.event for record in self._run.records]
        return [each.text for each in events if isinstance(each, Note) and each.about == DONE]

    def use(self, plan: str) -> None:
        """Do the faults of a plan, by name or path, and no others."""
        self._switch(self._load(plan))

    def add(self, **rule: Any) -> None:
        """Do a fault beside those that are on, as a plan tells it: side, do, and one trigger.

        Counts and times begin now, for all of them.
        """
        __tracebackhide__ = True
        problems = Problems()
        node = parse("faults.add", json.dumps({"faults": [rule]}).encode(), problems)
        try:
            new = read_plan(node or Node(Where("", 0, 0), None), problems, self._spec)
        except SpecError as error:
            raise error.with_traceback(None) from None
        roles = {*self._rules, *new}
        self._switch({role: [*self._rules.get(role, ()), *new.get(role, ())] for role in roles})

    def off(self) -> None:
        """No more faults; what lasts is over."""
        self._switch({})

    def unplug(self) -> None:
        """Unplug the link, until it is plugged in."""
        self._run.act(self._run.side, lambda port, now: port.plug(False, now))

    def plug(self) -> None:
        """Plug the link in."""
        self._run.act(self._run.side, lambda port, now: port.plug(True, now))

    def _load(self, plan: str) -> dict[str, list[Rule]]:
        loaded = load_faults(self._spec, plan, self._seed)
        return {role: rules for role, (rules, _) in loaded.items()}

    def _switch(self, plan: Mapping[str, Sequence[Rule]]) -> None:
        for role in {**self._rules, **plan}:  # a side that never had faults may be a real one
            chance = Random(f"{self._seed}/{role}")
            self._run.act(role, partial(_switch, plan.get(role, ()), chance))
        self._rules = {role: list(rules) for role, rules in plan.items()}


def _switch(rules: Sequence[Rule], chance: Random, port: Filter, now: float) -> None:
    port.switch(rules, chance, now)
