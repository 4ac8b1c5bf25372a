"""A golden trace: what a run said, how the run was made, and what of its spec it hangs on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from lensbus.golden.allowance import Allowance, usual
from lensbus.golden.said import Said, told
from lensbus.session.log import Record
from lensbus.spec.model import Spec
from lensbus.spec.parts import changed, digest, parts
from lensbus.spec.versions import tellers, versions

TOLERANCE_S: Final = 0.002
"""How much sooner or later something may be said, unless told."""


@dataclass(frozen=True, slots=True)
class Made:
    """How a run was made: `sim`, with what makes the same again, or `test`, or `recording`."""

    how: str
    facts: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """A golden trace.

    `program` is the version of lensbus that kept it, `spec` the name of the protocol, `version`
    the one that was spoken, `digest` the hash of all that the spec then said of behaviour, and
    `parts` those of what the trace hangs on.
    """

    made: Made
    program: str
    spec: str
    version: int
    digest: str
    tolerance_s: float
    allowances: tuple[Allowance, ...]
    said: Sequence[Said]
    parts: Mapping[str, str]

    def touched(self, spec: Spec) -> list[str]:
        """What it hangs on and what is not as it was in a spec, as `messages.status`."""
        return changed(spec, self.version, self.parts)


def keep(
    spec: Spec,
    records: Iterable[Record],
    made: Made,
    program: str,
    tolerance_s: float = TOLERANCE_S,
    allowances: Sequence[Allowance] | None = None,
) -> Kept:
    """Keep what the records of a run tell; unless told, its layout hashes are not compared."""
    said = told(spec, records)
    version = _spoken(spec, said)
    return Kept(
        made,
        program,
        spec.name,
        version,
        digest(spec, version),
        tolerance_s,
        usual(spec) if allowances is None else tuple(allowances),
        said,
        parts(spec, version, {each.name for each in said if not each.fault}),
    )


def _spoken(spec: Spec, every: Iterable[Said]) -> int:
    """The version that both sides speak, as far as they told."""
    fields, newest = tellers(spec), dict[str, int]()
    for said in every:
        if said.name in fields and not said.fault:
            newest[said.side] = said.fields[fields[said.name]]
    version = min(newest.values(), default=spec.version)
    return version if version in versions(spec) else spec.version
