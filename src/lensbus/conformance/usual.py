"""How a tester plays the other side: what it usually says, the cycle it keeps, what it answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lensbus.spec.canon import layout_hash
from lensbus.spec.fields import Field
from lensbus.spec.model import MessageType, Spec


@dataclass(frozen=True, slots=True)
class Play:
    """What a spec's tables do not tell of a side that a tester plays.

    `cycle` is said once a `period_s`; `answers` is what is said to messages that are no requests;
    `fields` are what messages usually hold. A device may refuse what is `optional`. `recover` is
    said, in this order, to bring it back to its beginning; what the tester says of `ends` means
    that another program runs, and that all begins anew. Before a message of `first`, on the way
    to a state, another one is said and something is waited for. A device that runs another program
    comes back by itself within `away_s` seconds, if that is told.
    """

    cycle: tuple[str, ...] = ()
    period_s: float = 0.0
    answers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    recover: tuple[str, ...] = ()
    ends: frozenset[str] = frozenset()
    first: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    away_s: float = 0.0


def usual(spec: Spec, play: Play, name: str) -> dict[str, Any]:
    """The fields of a message as they usually are: the version is that of the spec."""
    kind = spec.messages[name]
    there = {each.name for each in kind.fields}
    given = {key: value for key, value in play.fields.get(name, {}).items() if key in there}
    return {
        **{each.name: plain(each) for each in kind.fields},
        **_terms(spec, kind),
        **given,
    }


def referred(value: Any) -> Iterator[str]:  # noqa: ANN401 of a field
    """The messages that a value is taken from."""
    if isinstance(value, Mapping):
        if "from" in value:
            yield value["from"].partition(".")[0]
        for each in value.values():
            yield from referred(each)


def plain(one: Field) -> Any:  # noqa: ANN401 the value of a field
    """A value that a field can have: its default, else the one nearest to nothing."""
    if one.default is not None:
        return one.default
    if one.enum is not None:
        return next(iter(one.enum))
    if one.parts and one.kind != "array":
        return {part.name: plain(part) for part in one.parts}
    if one.kind == "array":
        return (plain(one.parts[0]),) * (one.count if isinstance(one.count, int) else 0)
    size = one.size or 0
    empty: dict[str, Any] = {"ascii": "", "bytes": bytes(size), "bcd": "00" * size}
    number = () if one.flags is not None else min(max(0, one.low), one.high)
    return empty.get(one.kind, number)


def _terms(spec: Spec, kind: MessageType) -> dict[str, int]:
    """What tells the version: that of the spec and no other."""
    rows = [row for role in spec.roles.values() for row in role.rows]
    terms = next((row.terms for row in rows if row.terms and row.message == kind.name), None)
    if terms is None:
        return {}
    told = {terms.version: spec.version, terms.least: spec.version}
    told[terms.layout] = layout_hash(spec, spec.version)
    return {name: value for name, value in told.items() if name}
