"""What makes the run of a golden trace again: the names and numbers of a pair in virtual time."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from lensbus.cli.options import Operating
from lensbus.cli.setup import load_pair
from lensbus.errors import CaptureError
from lensbus.golden.kept import Made
from lensbus.session.log import Record
from lensbus.spec.model import Spec

SIM = "sim"
NEEDED = {"body": str, "spec": str, "seconds": int | float}
OPTIONAL = {
    "lens": str,
    "seed": int,
    "accessory": str,
    "scene": str,
    "af": str,
    "hz": int | float,
    "faults": str,
}
MODES = {None, "s", "c", "off"}
MOST_S = 86400
"""What a file may say: its values are of these kinds, and no run is longer than a day."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A pair, how its body is operated, and what goes wrong; as the options of `sim`.

    A passive adapter has no lens.
    """

    lens: str | None
    body: str
    spec: str
    seconds: float
    seed: int = 0
    accessory: str | None = None
    scene: str | None = None
    af: Literal["s", "c", "off"] | None = None
    hz: float | None = None
    faults: str | None = None

    @property
    def made(self) -> Made:
        """As it stands in a golden trace."""
        return Made(SIM, {name: value for name, value in asdict(self).items() if value is not None})

    def run(self, spec: Spec) -> list[Record]:
        """Everything that the pair says, in a spec.

        Raises:
            LensbusError: a profile, scene or plan is missing or wrong, or they do not fit.
        """
        operating = Operating(self.scene, self.af, self.hz)
        made = load_pair(
            spec,
            self.body,
            self.lens,
            self.seed,
            self.faults,
            operating=operating,
            accessory=self.accessory,
        )
        return list(made.pair.run(self.seconds, made.chance))


def recipe_of(made: Made) -> Recipe:
    """What a golden trace says of how it was made.

    Raises:
        CaptureError: it says something that makes no run.
    """
    facts: dict[str, Any] = dict(made.facts)
    kinds = NEEDED | OPTIONAL
    fits = NEEDED.keys() <= facts.keys() <= kinds.keys() and all(
        isinstance(value, kinds[name]) for name, value in facts.items()
    )
    if not fits or not 0 < facts["seconds"] <= MOST_S or facts.get("af") not in MODES:
        told = " ".join(f"{name}={value}" for name, value in facts.items())
        raise CaptureError(f"got made {made.how} {told}, wanted the options of `sim`")
    return Recipe(**{"lens": None, **facts})
