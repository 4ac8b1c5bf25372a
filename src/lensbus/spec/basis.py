"""Read the provenance that every item of a spec or profile carries."""

from dataclasses import dataclass, field

from lensbus.spec.node import Section, Where, listed

KINDS = ("public", "observed", "analogue", "model")
GROUNDS = "public, observed or analogue with a source, model with a reason"


@dataclass(frozen=True, slots=True)
class Basis:
    """Why an item is as it is: a kind, its source, and the file that says so."""

    kind: str
    source: str
    file: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Constant:
    """One number of a protocol with its unit and basis."""

    value: float
    unit: str
    basis: Basis


class Bases:
    """Reads `basis`, `source` and `reason` of items; keeps them, and places, by the item's path.

    `source` names an entry of the file's `sources`; `model` carries a `reason`, and a `source` only
    where it has one for a part.
    """

    def __init__(self, top: Section) -> None:
        self.items: dict[str, Basis] = {}
        self.places: dict[str, Where] = {}
        sources = top.section("sources")
        self._sources = {name: sources.text(name) for name, _ in sources.nodes()}

    def read(self, section: Section, inherited: Basis | None = None) -> Basis:
        """The basis of a section; one without its own takes the inherited one."""
        if "basis" not in section and inherited is not None:
            basis = inherited
        else:
            node, kind = section.get("basis"), self._kind(section)
            basis = Basis(kind, self._ground(section, kind), node.where.file if node else "")
        self.items[section.path], self.places[section.path] = basis, section.node.where
        return basis

    @staticmethod
    def _kind(section: Section) -> str:
        if "basis" in section:
            return section.choice("basis", KINDS)
        section.problem("basis", f"missing ({GROUNDS})")
        return ""

    def _ground(self, section: Section, kind: str) -> str:
        if not kind:
            section.get("reason")  # the missing basis is one problem enough
            return self._source(section) if "source" in section else ""
        if kind == "model":
            reason = section.text("reason")
            return f"{reason} ({self._source(section)})" if "source" in section else reason
        return self._source(section)

    def _source(self, section: Section) -> str:
        name = section.text("source")
        if name and name not in self._sources:
            known = listed(self._sources)
            section.problem("source", f"unknown source {name!r} (sources: {known})")
        return self._sources.get(name, name)

    def constant(self, section: Section) -> Constant:
        """A number with its unit and basis: `{value, unit, basis, source}`."""
        value, unit = section.number("value"), section.text("unit", "")
        constant = Constant(value, unit, self.read(section))
        section.done()
        return constant

    def constants(self, section: Section) -> dict[str, Constant]:
        """Every entry of a mapping of constants."""
        return {name: self.constant(entry) for name, entry in section.entries()}
