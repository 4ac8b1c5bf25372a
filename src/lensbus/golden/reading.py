"""Read golden traces; what is wrong with one is told with its line."""

import json
import re
from collections.abc import Iterator, Mapping
from math import inf
from typing import Any, Final

from lensbus.errors import CaptureError
from lensbus.golden.allowance import Allowance
from lensbus.golden.fold import Fold, unfold
from lensbus.golden.kept import TOLERANCE_S, Kept, Made
from lensbus.golden.said import Said
from lensbus.golden.text import AS_BEFORE, BARE, END, FORMAT

SAID: Final = re.compile(
    r" *(?P<t>\d+\.\d+) (?P<side>\S+) "
    r'(?:(?P<fault>said|heard) (?P<kind>"(?:[^"\\]|\\.)*")|(?P<name>\S+))'
    r"(?: x(?P<times>\d+)(?: to (?P<until>\d+\.\d+))?)?(?P<rest>(?: .*)?)"
)
MOST_TIMES: Final = 1_000_000
"""Of one line, and of all: what a hostile file may make of little text."""

_NAME: Final = re.compile(r" *(\w+)=")
_JSON: Final = json.JSONDecoder()


def read(text: str, where: str) -> Kept:
    """Read a golden trace; `where` names its file.

    Raises:
        CaptureError: it is none, or damaged; the text says where, what it has and what to do.
    """
    first, *others = text.split("\n")
    if first != FORMAT:
        raise CaptureError(f"{where}:1: got {first[:40]!r}, wanted {FORMAT!r}: record it again")
    reader = _Reader()
    for number, line in enumerate(others, 2):
        try:
            reader.take(line)
        except (ValueError, KeyError, RecursionError, CaptureError) as problem:
            wrong = f"{where}:{number}: got {line.strip()[:80]!r}"
            known = f" ({problem})" if isinstance(problem, CaptureError) else ""
            raise CaptureError(f"{wrong}, which is no such line{known}: record it again") from None
    return reader.kept(where)


class _Reader:
    """What the lines so far say."""

    def __init__(self) -> None:
        self._made = Made("")
        self._with: Mapping[str, Any] = {}
        self._tolerance_s = TOLERANCE_S
        self._allowances: list[Allowance] = []
        self._folds: list[Fold] = []
        self._parts: dict[str, str] = {}
        self._last: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._times = 0
        self._whole = False

    def take(self, line: str) -> None:
        head, _, rest = line.partition(" ")
        match head:
            case "made":
                how, _, facts = rest.partition(" ")
                self._made = Made(how, dict(_values(facts)))
            case "with":
                self._with = dict(_values(rest))
            case "tolerance_s":
                self._tolerance_s = seconds(rest)
            case "ignore":
                self._allowances.append(Allowance.parse(rest))
            case "of":
                path, self._parts[path] = rest.split()
            case _ if line == END:
                self._whole = True
            case _ if line:
                self._folds.append(self._fold(line))

    def kept(self, where: str) -> Kept:
        if not self._whole:
            raise CaptureError(
                f"{where}: is cut off before its last line, `{END}`: record it again"
            )
        try:
            return Kept(
                self._made,
                str(self._with["lensbus"]),
                str(self._with["spec"]),
                int(self._with["version"]),
                str(self._with["digest"]),
                self._tolerance_s,
                tuple(self._allowances),
                unfold(self._folds),
                self._parts,
            )
        except (KeyError, ValueError, TypeError):
            wanted = "`with lensbus=... spec=... version=... digest=...`"
            raise CaptureError(f"{where}: has no whole line {wanted}: record it again") from None

    def _fold(self, line: str) -> Fold:
        found = SAID.fullmatch(line)
        if found is None:
            raise ValueError(line)
        rest, t, times = found["rest"].strip(), float(found["t"]), int(found["times"] or 1)
        self._times += times
        if not 0 < times <= self._times <= MOST_TIMES:
            raise CaptureError(f"more than {MOST_TIMES} messages")
        name = json.loads(found["kind"]) if found["fault"] else found["name"]
        fault, cyclic = found["fault"], found["times"] is not None
        said = Said(t, found["side"], name, {}, cyclic, fault)  # type: ignore[arg-type]  # the pattern knows both
        as_before = rest.split(" ", 1)[0] == AS_BEFORE
        before = self._last[said.stream] if as_before else {}
        fields = {**before, **dict(_values(rest.removeprefix(AS_BEFORE)))}
        self._last[said.stream] = fields
        said = Said(t, said.side, name, fields, cyclic, said.fault)
        return Fold(said, float(found["until"] or t), times)


def seconds(text: str) -> float:
    """A tolerance.

    Raises:
        ValueError: it is no number of seconds from 0 on.
    """
    found = float(text)
    if not 0 <= found < inf:
        raise ValueError(text)
    return found


def _values(text: str) -> Iterator[tuple[str, Any]]:
    """The values of `name=value`, each a plain word or JSON."""
    at = 0
    while text[at:].strip():
        name = _NAME.match(text, at)
        if name is None:
            raise ValueError(text)
        value: Any
        if bare := BARE.match(text, name.end()):
            value, at = bare[0], bare.end()
        else:
            value, at = _JSON.raw_decode(text, name.end())
        yield name[1], value
