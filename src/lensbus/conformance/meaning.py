"""Read a file of cases of meaning: what no table tells, as data beside the spec."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lensbus.conformance.cases import LEVELS, Case
from lensbus.conformance.story import Stories, plain
from lensbus.conformance.usual import Play
from lensbus.errors import SpecError
from lensbus.spec.model import Spec
from lensbus.spec.node import Node, Problems, Section
from lensbus.spec.versions import told


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a file says: how a tester plays, by the role that it tests, and cases."""

    plays: Mapping[str, Play] = field(default_factory=dict)
    cases: tuple[Case, ...] = ()


def read_meaning(root: Node, problems: Problems, spec: Spec) -> Meaning:
    """The cases of a file.

    Raises:
        SpecError: the file has mistakes; all of them, with their places.
    """
    top = Section(root, "conformance", problems)
    top.text("conformance")
    plays = {role: _play(section, spec) for role, section in top.sections("plays")}
    stories = Stories(spec, problems)
    for name, node in top.section("stories").nodes():
        stories.add(name, node)
    found = [(f"cases.{name}", name, node) for name, node in top.section("cases").nodes()]
    sections = [(name, Section(node, path, problems)) for path, name, node in found]
    cases = tuple(_case(name, section, spec, stories) for name, section in sections)
    top.done()
    if problems.found:
        raise SpecError(problems.found)
    return Meaning(plays, cases)


def _play(section: Section, spec: Spec) -> Play:
    fields = section.get("fields")
    messages = {name: plain(node) for name, node in (fields.entries if fields else {}).items()}
    for name in messages:
        _known(section, "fields", name, spec)
    answers = section.get("answers")
    play = Play(
        cycle=section.texts("cycle"),
        period_s=1 / spec.constant(section.text("rate")) if "rate" in section else 0.0,
        answers={name: str(node.value) for name, node in answers.entries.items()}
        if answers
        else {},
        fields=messages,
        optional=frozenset(section.texts("optional")),
        first={name: _two(node) for name, node in section.section("first").nodes()},
        ends=frozenset(section.texts("ends")),
        recover=section.texts("recover"),
        away_s=section.number("away_s", 0.0),
    )
    for name in (*play.cycle, *play.answers, *play.answers.values(), *play.optional, *play.recover):
        _known(section, "cycle", name, spec)
    section.done()
    return play


def _two(node: Node) -> tuple[str, str]:
    """What is said, and what is waited for."""
    said, heard = (str(each.value) for each in node.items())
    return said, heard


def _known(section: Section, key: str, name: str, spec: Spec) -> None:
    if name not in spec.messages:
        section.problem(key, f"unknown message {name!r}")


def _case(name: str, section: Section, spec: Spec, stories: Stories) -> Case:
    place = section.text("section")
    if f"spec.{place}" not in spec.places and not _is_state(place, spec):
        section.problem("section", f"the spec has no {place}")
    if name.partition("/")[0] not in spec.roles:
        section.problem("steps", f"an address begins with a role: {', '.join(spec.roles)}")
    case = Case(
        address=name,
        level=section.choice("level", LEVELS, "MUST"),  # type: ignore[arg-type] # one of them
        requirement=f"{section.text('requirement')}.",
        section=place,
        where=section.node.where,
        steps=tuple(stories.read(section.need("steps"), section.path)),
        covers=frozenset(section.texts("covers")),
        needs=frozenset(section.texts("needs")),
        wants=section.texts("wants"),
        newest=section.flag("newest"),
        version=_older(section, spec),
    )
    section.done()
    return case


def _older(section: Section, spec: Spec) -> int:
    version = section.integer("version", 0)
    if version and version not in spec.older:
        section.problem("version", f"expected an older version ({told(spec)}), got {version}")
    return version


def _is_state(place: str, spec: Spec) -> bool:
    parts = place.split(".")
    return parts[0] == "roles" and len(parts) > 2 and parts[2] in spec.roles[parts[1]].states
