"""Golden traces as text: a head, a line each thing that was said, and what it hangs on.

    lensbus golden 1
    made sim lens=panasonic_s_20_60 body=panasonic_s1 seconds=3 seed=1
    with lensbus="0.1.0" spec=l_mount/lens version=2 digest="1b2c3d4e"
    tolerance_s 0.002
    ignore status.temperature within 2

        0.080000 body identify protocol=2 layout_hash=2718879542
        0.963081 lens status x27 to 1.396852 focus_position=0 focus_state=near_end
        1.413535 lens status x1 .. focus_position=104 focus_state=moving
        1.512000 body heard "no reply" path=focus_stop

    of messages.status 1b2c3d4e

A cyclic message has a count: so often, evenly, until then. `..` are the fields that the last
message of this name and side had, too.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from lensbus.golden.fold import Fold, fold
from lensbus.golden.kept import Kept
from lensbus.golden.said import Said

FORMAT: Final = "lensbus golden 1"
MOST_UNEVEN: Final = 0.25
"""Of the tolerance, how far a time in a fold may be from the even one."""

BARE: Final = re.compile(r"(?!(?:true|false|null|NaN|Infinity)\b)[A-Za-z_][\w./-]*")
"""A text that needs no quotes."""

AS_BEFORE: Final = ".."


END = "end"
"""The last line, without which a file is cut off."""


def write(kept: Kept) -> str:
    """A golden trace as text."""
    return "".join(f"{line}\n" for line in _lines(kept))


def _lines(kept: Kept) -> Iterator[str]:
    facts = {"lensbus": kept.program, "spec": kept.spec}
    known = {**facts, "version": kept.version, "digest": kept.digest}
    yield FORMAT
    yield f"made {kept.made.how} {words(kept.made.facts)}".rstrip()
    yield f"with {words(known)}"
    yield f"tolerance_s {kept.tolerance_s:g}"
    yield from (f"ignore {each}" for each in kept.allowances)
    yield ""
    yield from said_lines(fold(kept.said, kept.tolerance_s * MOST_UNEVEN))
    yield ""
    yield from (f"of {path} {digits}" for path, digits in kept.parts.items())
    yield END


def said_lines(folds: Iterable[Fold]) -> Iterator[str]:
    """A line for each; a cyclic message tells what is new in it."""
    last: dict[tuple[str, str], Mapping[str, Any]] = {}
    for each in folds:
        said = each.said
        before = last.get(said.stream, {}) if said.cyclic else {}
        last[said.stream] = said.fields
        count = f"x{each.times}" if said.cyclic else ""
        if each.times > 1:
            count += f" to {each.until:.6f}"
        yield line(said, count, before)


def line(said: Said, count: str = "", before: Mapping[str, Any] | None = None) -> str:
    """One thing that was said, without what was so `before`."""
    fields, parts = said.fields, [f"{said.t:12.6f} {said.side}"]
    parts.append(f"{said.fault} {json.dumps(said.name)}" if said.fault else said.name)
    parts += [count] if count else []
    if before and not before.keys() - fields.keys():
        fields = {name: fields[name] for name in fields if fields[name] != before.get(name)}
        parts += [AS_BEFORE]
    return " ".join([*parts, *([words(fields)] if fields else [])])


def words(values: Mapping[str, Any]) -> str:
    """Values as `name=value`: a plain word, or JSON."""
    return " ".join(f"{name}={word(value)}" for name, value in values.items())


def word(value: Any) -> str:  # noqa: ANN401 the value of a field
    """A value as a plain word, or as JSON."""
    if isinstance(value, str) and BARE.fullmatch(value):
        return value
    return json.dumps(value)
