"""Words on standard input while a run goes on: faults that are switched by hand."""

import asyncio
import io
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from random import Random

from lensbus.aio.pump import Pump
from lensbus.bench.pair import LENS
from lensbus.cli.say import say, warn
from lensbus.errors import SpecError
from lensbus.front.named import load_faults
from lensbus.session.faults import Filter
from lensbus.session.rule import Rule
from lensbus.spec.model import Spec

OFF = "off"
HELP = "faults NAME, faults off, unplug, plug, help"
MOST = 4096
"""Characters of a line; what is longer is more than one."""

Ends = Mapping[str, tuple[Pump, Filter]]
"""By role, what drives an end and what does its faults."""


class Console:
    """Takes words and lets the ends of a link act on them, each on the event loop.

    Words are read and understood in a thread of their own: no frame waits for them.
    """

    def __init__(self, spec: Spec, seed: int, ends: Ends) -> None:
        self._spec, self._seed, self._ends = spec, seed, ends
        self._loop = asyncio.get_running_loop()

    def start(self) -> None:
        """Take what comes on standard input; its end changes nothing."""
        try:
            # what buffers is locked while it waits, and the interpreter could not end
            lines = io.FileIO(sys.stdin.fileno(), closefd=False)
        except (AttributeError, OSError, ValueError):  # none at all, or a stand-in for it
            warn("--console: there is no standard input")
            return
        threading.Thread(target=self._listen, args=(lines,), daemon=True).start()

    def take(self, line: str) -> str:
        """Do what a line says; gives the answer."""
        match line.split(maxsplit=1):
            case ["help"]:
                return HELP
            case ["faults", name]:
                return self._begin(name.rstrip())
            case ["plug" | "unplug" as word]:
                role = LENS if LENS in self._ends else next(iter(self._ends))
                self._act(role, partial(self._filter(role).plug, word == "plug"))
                return f"the {role} is {word}ged" + (" in" if word == "plug" else "")
        return f"{' '.join(line.split())!r} is no word (known: {HELP})"

    def _begin(self, name: str) -> str:
        """Begin a plan, or end all; faults of an end that is not here are left out."""
        if name == OFF:
            self._switch({})
            return "faults are off"
        try:
            plan = load_faults(self._spec, name, self._seed)
        except SpecError as error:
            first, *more = error.problems
            return f"{first}" + (f" (and {len(more)} more)" if more else "")
        here = {role: faults for role, faults in plan.items() if role in self._ends}
        if not here:
            return f"{name} has no faults of the {' or the '.join(self._ends)}"
        self._switch(here)
        counts = " and ".join(f"{len(rules)} of the {role}" for role, (rules, _) in here.items())
        return f"{name} begins: {counts}"

    def _switch(self, plan: Mapping[str, tuple[list[Rule], Random]]) -> None:
        for role in self._ends:
            rules, chance = plan.get(role, ([], Random(self._seed)))
            self._act(role, partial(self._filter(role).switch, rules, chance))

    def _filter(self, role: str) -> Filter:
        return self._ends[role][1]

    def _act(self, role: str, act: Callable[[float], None]) -> None:
        self._loop.call_soon_threadsafe(self._ends[role][0].act, act)

    def _listen(self, lines: io.FileIO) -> None:
        with suppress(OSError, RuntimeError):  # it is gone, or the loop is
            while line := lines.readline(MOST):
                if word := line.decode(errors="replace").strip():
                    say(self.take(word))
