"""A matrix as one page: a cell for each pair with its timeline, and nothing from elsewhere."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from lensbus.bench.matrix import GRADES, Outcome

TEMPLATE = Path(__file__).with_name("matrix.html")
PLACE = "{{matrix}}"


def page(outcomes: Sequence[Outcome], command: str, seconds: float) -> str:
    """The page; `command` and the names of a cell's body and lens run that cell alone."""
    data = {"command": command, "seconds": seconds, "grades": GRADES, **compact(outcomes)}
    text = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
    return TEMPLATE.read_text(encoding="utf-8").replace(PLACE, text)


def compact(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """Outcomes with every word once, in `words`, and its number wherever it is said.

    A cell is `[body, lens, accessory, grade, verdicts, remarks, states by side]`; a verdict is
    `step, grade, milliseconds, reason`, a change of state `milliseconds, state`, all in a row.
    """
    words = _Words()
    cells = [
        [
            *(words[one.body], words[one.lens or ""], words[one.accessory or ""], words[one.grade]),
            _flat((words[v.step], words[v.grade], _ms(v.t), words[v.reason]) for v in one.verdicts),
            [words[remark] for remark in one.remarks],
            {
                side: _flat((_ms(t), words[state]) for t, state in changes)
                for side, changes in one.states.items()
            },
        ]
        for one in outcomes
    ]
    return {"words": list(words), "cells": cells}


class _Words(dict[str, int]):
    """Words and their numbers; one that is new gets the next."""

    def __missing__(self, word: str) -> int:
        self[word] = len(self)
        return self[word]


def _ms(t: float | None) -> int | None:
    return None if t is None else round(1000 * t)


def _flat(rows: Iterable[Iterable[int | None]]) -> list[int | None]:
    return [number for row in rows for number in row]
