"""Our own golden traces: what pairs said when they were last looked at.

When one differs on purpose: `lensbus golden update tests/golden/traces`, and read what git says.
"""

from pathlib import Path

import pytest

from lensbus.capture.golden import Golden
from lensbus.cli.goldens import SAME, goldens, held
from tools.wired import MOUNT, NEW, factory, judged, run

TRACES = Path(__file__).parent / "traces"
UPDATE = TRACES / "update.golden"
PAIRS = [path for path in goldens([TRACES]) if path != UPDATE]


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: str(path.stem))
def test_a_pair_says_what_it_said(path: Path) -> None:
    result = held(path, None, None)

    assert (result.verdict, list(result.lines(3))) == (SAME, [f"same      {path}"])


def test_an_update_says_what_it_said() -> None:
    """Its file lets layout hashes differ: those of the lens's own protocol are told there too."""
    Golden(UPDATE, MOUNT.update).check(run(factory(), judged(NEW)).records)


def test_golden_traces_are_small() -> None:
    """People read them, and git compares them."""
    assert max(path.stat().st_size for path in goldens([TRACES])) < 10_000
