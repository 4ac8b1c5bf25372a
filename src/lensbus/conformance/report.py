"""What a run of cases comes to: counts, and whether the device passed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lensbus.conformance.cases import VERDICTS, Case, Verdict

PASSED, FAILED, NOTHING = 0, 1, 2
"""How a run ends: all passed, something did not, nothing could be judged."""


@dataclass(frozen=True, slots=True)
class Result:
    """A verdict on one device, as it is printed and written to files.

    `frames` are the lines of what was said and heard, `again` is the command that runs it alone.
    """

    device: str
    case: Case
    verdict: Verdict
    expected: str
    actual: str
    took_s: float
    frames: tuple[str, ...]
    again: str

    @property
    def place(self) -> str:
        """Where the spec says so, as `lens.yaml:210`."""
        name = self.case.where.file.replace("\\\\", "/").rpartition("/")[2]
        return f"{name}:{self.case.where.line}"

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "device": self.device,
            "case": self.case.address,
            "level": self.case.level,
            "verdict": self.verdict,
            "requirement": self.case.requirement,
            "section": self.case.section,
            "place": self.place,
            "expected": self.expected,
            "actual": self.actual,
            "took_s": round(self.took_s, 6),
            "again": self.again,
            "frames": list(self.frames),
        }


def counts(results: Iterable[Result]) -> dict[Verdict, int]:
    """How many cases had each verdict; every verdict is there."""
    found = Counter(result.verdict for result in results)
    return {verdict: found[verdict] for verdict in VERDICTS}


def exit_code(found: Mapping[Verdict, int], *, strict: bool) -> int:
    """How a run ends. What was skipped or is not there counts neither as passed nor as failed."""
    bad = found["FAIL"] + found["INCONCLUSIVE"] + (found["NON-STRICT"] if strict else 0)
    if bad:
        return FAILED
    return PASSED if found["PASS"] else NOTHING
