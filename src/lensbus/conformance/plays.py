"""Read how a tester plays the other side of a role, as the file of its cases has it."""

from collections.abc import Iterable, Mapping
from typing import Any

from lensbus.conformance.proof import Mistake, Proof
from lensbus.conformance.usual import Play
from lensbus.errors import LocalProtocolError
from lensbus.spec.node import Node, Section


def plain(node: Node) -> Any:  # noqa: ANN401 the value of a field
    """A value as a message holds it: lists are tuples."""
    if isinstance(node.value, dict):
        return {name: plain(each) for name, each in node.value.items()}
    if isinstance(node.value, list):
        return tuple(plain(each) for each in node.value)
    return node.value


def tell(section: Section, mistakes: Iterable[Mistake]) -> None:
    """Note mistakes, each at what its path leads to, or as near as there is something."""
    for path, text in mistakes:
        node = section.node
        for key in path:
            node = node.entries.get(key, node)
        section.problems.add(node.where, f"{'.'.join((section.path, *path))}: {text}")


def read_play(section: Section, proof: Proof) -> Play:
    """How a tester plays; what is wrong is noted."""

    def names(key: str) -> tuple[str, ...]:
        found = section.texts(key)
        tell(section, (m for name in found for m in proof.unknown(name, key)))
        return found

    play = Play(
        cycle=names("cycle"),
        period_s=_period_s(section, proof),
        answers={name: said[0] for name, said in _mapped(section, "answers", proof, 1).items()},
        fields=_fields(section.section("fields"), proof),
        optional=frozenset(names("optional")),
        recover=names("recover"),
        ends=frozenset(names("ends")),
        away_s=section.number("away_s", 0.0),
        first={n: (s[0], s[1]) for n, s in _mapped(section, "first", proof, 2).items()},
    )
    section.done()
    return play


def _period_s(section: Section, proof: Proof) -> float:
    if "rate" not in section:
        if "cycle" in section:
            section.problem("cycle", "a cycle needs a rate")
        return 0.0
    try:
        return 1 / proof.spec.constant(section.text("rate"))
    except (LocalProtocolError, ZeroDivisionError) as error:
        section.problem("rate", str(error))
        return 0.0


def _mapped(section: Section, key: str, proof: Proof, count: int) -> Mapping[str, tuple[str, ...]]:
    """So many messages for each of some messages."""
    inner, found = section.section(key), dict[str, tuple[str, ...]]()
    for name, _ in inner.nodes():
        said = inner.texts(name)
        tell(inner, (m for each in (name, *said) for m in proof.unknown(each, name)))
        if len(said) == count:
            found[name] = said
        else:
            inner.problem(name, f"expected {count} message{'s'[: count > 1]}, got {len(said)}")
    return found


def _fields(section: Section, proof: Proof) -> dict[str, dict[str, Any]]:
    """What messages usually hold, which is said at any time: also before what it refers to."""
    found = dict[str, dict[str, Any]]()
    for name, inner in section.entries():
        found[name] = {field: plain(node) for field, node in inner.nodes()}
        tell(section, proof.unknown(name, name))
        tell(section, proof.fields((name,), found[name], name))
        for field, value in found[name].items():
            if isinstance(value, Mapping) and "from" in value and "else" not in value:
                inner.problem(field, "needs an else, for what was not heard yet")
    return found
