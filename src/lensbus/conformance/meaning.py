"""Read a file of cases of meaning: what no table tells, as data beside the spec."""

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, field

from lensbus.conformance.cases import (
    LEVELS,
    Alive,
    Beats,
    Case,
    Every,
    Expect,
    Quiet,
    Reach,
    Rest,
    Step,
)
from lensbus.conformance.ground import row_item
from lensbus.conformance.plays import read_play
from lensbus.conformance.proof import Proof
from lensbus.conformance.story import Stories
from lensbus.conformance.usual import Play
from lensbus.errors import SpecError
from lensbus.spec.model import Spec
from lensbus.spec.node import Node, Problems, Section, listed
from lensbus.spec.versions import told


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a file says: how a tester plays, by the role that it tests, and cases."""

    plays: Mapping[str, Play] = field(default_factory=dict)
    cases: tuple[Case, ...] = ()


DEEPEST = 5
"""Mappings within each other that are merged: down to the fields of `plays`, not their values."""


def laid_over(base: Node, over: Node, deepest: int = DEEPEST) -> Node:
    """The nodes of a file of cases with what another changes and adds; null removes."""
    if not (deepest and isinstance(base.value, dict) and isinstance(over.value, dict)):
        return over
    values = dict(base.value)
    for name, node in over.value.items():
        values[name] = laid_over(values[name], node, deepest - 1) if name in values else node
    left = {n: v for n, v in values.items() if v.value is not None or n not in base.value}
    return Node(over.where, left, {**base.keys, **over.keys})


def named(root: Node, name: str, problems: Problems) -> None:
    """Tell of a file that says it holds the cases of another spec than the one it is beside."""
    said = root.entries.get("conformance")
    if said and isinstance(said.value, str) and said.value != name:
        problems.add(
            said.where, f"conformance: got {said.value!r}, wanted {name!r}, as the spec is"
        )


def read_meaning(
    root: Node, problems: Problems, spec: Spec, blobs: Collection[str] | None = None
) -> Meaning:
    """The cases of a file, which may name these blobs; any, if it is not known which there are.

    Raises:
        SpecError: the file has mistakes; all of them, with their places.
    """
    proof = Proof(spec, blobs)
    top = Section(root, "conformance", problems)
    top.text("conformance")
    plays = {role: read_play(section, proof) for role, section in top.sections("plays")}
    for role in plays.keys() - spec.roles.keys():
        top.problem("plays", f"unknown role {role!r} (known: {listed(spec.roles)})")
    stories = Stories(proof, problems)
    for name, node in top.section("stories").nodes():
        stories.add(name, node)
    found = [(f"cases.{name}", name, node) for name, node in top.section("cases").nodes()]
    sections = [(name, Section(node, path, problems)) for path, name, node in found]
    cases = tuple(_case(name, section, spec, stories) for name, section in sections)
    top.done()
    if problems.found:
        raise SpecError(problems.found)
    return Meaning(plays, cases)


def _case(name: str, section: Section, spec: Spec, stories: Stories) -> Case:
    place, role = section.text("section"), name.partition("/")[0]
    if place and f"spec.{place}" not in spec.places and not _is_state(place, spec):
        section.problem("section", f"the spec has no {place}")
    if role not in spec.roles:
        text = f"an address begins with a role: {', '.join(spec.roles)}"
        section.problems.add(section.node.where, f"{section.path}: {text}")
        role = ""
    case = Case(
        address=name,
        level=section.choice("level", LEVELS, "MUST"),  # type: ignore[arg-type] # one of them
        requirement=f"{section.text('requirement')}.",
        section=place,
        where=section.node.where,
        steps=tuple(stories.read(section.need("steps"), section.path, role)),
        covers=frozenset(_known(section, "covers", _items(spec))),
        needs=frozenset(_known(section, "needs", spec.link.lines)),
        wants=_known(section, "wants", spec.messages),
        newest=section.flag("newest"),
        version=_older(section, spec),
    )
    if case.steps and not any(map(_judges, case.steps)):
        section.problem("steps", "nothing is tried: expect something, or look whether it is alive")
    section.done()
    return case


def _known(section: Section, key: str, known: Container[str]) -> tuple[str, ...]:
    found = section.texts(key)
    for name in found:
        if name not in known:
            section.problem(key, f"the spec has no {name!r}")
    return found


def _items(spec: Spec) -> frozenset[str]:
    """What a case can cover, in the words in which it is listed."""
    rows = {row_item(role.name, row) for role in spec.roles.values() for row in role.rows}
    kinds = spec.messages.values()
    fields = {f"field {kind.name}.{field.name}" for kind in kinds for field in kind.fields}
    return frozenset({*rows, *fields, *(f"reply {name}" for name in spec.replies)})


def _judges(step: Step) -> bool:
    """Whether a device can fail at a step."""
    if isinstance(step, Reach):
        return step.judged
    return isinstance(step, Expect | Every | Beats | Quiet | Alive) or (
        isinstance(step, Rest) and step.cycles
    )


def _older(section: Section, spec: Spec) -> int:
    version = section.integer("version", 0)
    if version and version not in spec.older:
        section.problem("version", f"expected an older version ({told(spec)}), got {version}")
    return version


def _is_state(place: str, spec: Spec) -> bool:
    parts = place.split(".")
    if parts[0] != "roles" or len(parts) <= 2 or parts[1] not in spec.roles:
        return False
    return parts[2] in spec.roles[parts[1]].states
