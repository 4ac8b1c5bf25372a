from pathlib import Path

import pytest

from tools import links

pytestmark = pytest.mark.real


@pytest.mark.parametrize("kind", ["pty", "tcp", "unix"])
def test_two_processes_talk_and_their_figures_are_told(kind: str, tmp_path: Path) -> None:
    row, well = links.minute(kind, 1.5, tmp_path)

    assert well, row
    assert (row[0], row[3]) == (kind, "ready")
    assert row[2] > 20


def test_strangers_are_counted(tmp_path: Path) -> None:
    text, well = links.strangers(2, tmp_path)

    assert (text, well) == ("2 of 2, all told the same", True)
