"""All cases of a role: derived from the spec, and those of meaning; what no case covers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lensbus.conformance.answers import reply_cases
from lensbus.conformance.cases import Case, Every, Expect, Given, Say
from lensbus.conformance.framing import frame_cases
from lensbus.conformance.ground import Ground
from lensbus.conformance.layouts import layout_cases
from lensbus.conformance.tables import table_cases
from lensbus.spec.model import Spec


def suite(ground: Ground, written: Iterable[Case] = ()) -> list[Case]:
    """The cases that follow from the spec alone, and those that are written for this role.

    A written case takes the place of a derived one with its address; one that needs what another
    version of the spec has is left out.
    """
    makers = (frame_cases, layout_cases, table_cases, reply_cases)
    found = {case.address: case for maker in makers for case in maker(ground)}
    mine = [case for case in written if case.address.startswith(f"{ground.name}/")]
    return list((found | {c.address: c for c in mine if _speaks(ground.spec, c)}).values())


def _speaks(spec: Spec, case: Case) -> bool:
    """Whether a spec has all messages and fields that a case names."""
    for step in case.steps:
        names = step.messages if isinstance(step, Expect | Every) else ()
        names = (step.message,) if isinstance(step, Say | Given) else names
        fields = step.fields if isinstance(step, Expect | Every | Say | Given) else {}
        kinds = [spec.messages[name] for name in names if name in spec.messages]
        there = {field.name for kind in kinds for field in kind.fields}
        if len(kinds) < len(names) or not there.issuperset(fields):
            return False
    return True


def scaled(spec: Spec, factor: float) -> Spec:
    """The spec with longer, or shorter, times to answer, in all its versions."""
    replies = {
        name: replace(reply, timeout_s=reply.timeout_s * factor)
        for name, reply in spec.replies.items()
    }
    older = {version: scaled(each, factor) for version, each in spec.older.items()}
    return spec if factor == 1 else replace(spec, replies=replies, older=older)


def by_section(cases: Iterable[Case]) -> dict[str, int]:
    """How many cases each section of the spec has, as `roles.lens`."""
    return dict(Counter(".".join(case.section.split(".")[:2]) for case in cases))


def uncovered(ground: Ground, cases: Sequence[Case]) -> list[str]:
    """The rows of the role, the fields that it hears, and the replies, that no case tries."""
    covered = frozenset[str]().union(*(case.covers for case in cases))
    return [item for item in dict.fromkeys(_items(ground)) if item not in covered]


def _items(ground: Ground) -> Iterator[str]:
    yield from (ground.row(row) for row in ground.role.rows if row.state != "*")
    for kind in ground.heard:
        yield from (f"field {kind.name}.{field.name}" for field in kind.fields)
    yield from (f"reply {name}" for name in ground.spec.replies)
