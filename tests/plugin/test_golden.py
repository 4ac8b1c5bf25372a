from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from lensbus.errors import CaptureError, LocalProtocolError
from lensbus.plugin.golden import Goldens
from lensbus.plugin.report import Running
from lensbus.plugin.wish import Wish
from tests.peers import SPEC
from tests.plugin.ways import Played, lens


class Item:
    """As much of a test as is asked for."""

    def __init__(self, folder: Path) -> None:
        self.path, self.name = folder / "test_lens.py", "test_it[a/b]"

    def listchain(self) -> list[object]:
        return [self]


@pytest.fixture
def played() -> Iterator[Played]:
    one = lens()
    one.device.ready()
    yield one
    one.run.close()


def goldens(played: Played, folder: Path, *, update: bool = False) -> Goldens:
    running = Running(played.run, SPEC, Wish(), folder, is_played=True)
    return Goldens(cast("pytest.Item", Item(folder)), running, update=update)


def test_a_trace_is_kept_and_then_held_against(played: Played, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="pytest --lensbus-update keeps the new one"):
        goldens(played, tmp_path).check()
    goldens(played, tmp_path, update=True).check()
    assert (tmp_path / "golden" / "test_lens.test_it-a-b.golden").exists()

    goldens(played, tmp_path).check()


def test_the_first_thing_that_differs_is_shown(played: Played, tmp_path: Path) -> None:
    goldens(played, tmp_path, update=True).check("ready")
    played.device.ask("focus_stop")
    with pytest.raises(AssertionError, match="focus_stop"):
        goldens(played, tmp_path).check("ready")


def test_each_trace_of_a_test_has_a_file_of_its_own(played: Played, tmp_path: Path) -> None:
    golden = goldens(played, tmp_path, update=True)
    golden.check()
    played.device.ask("focus_stop")
    with pytest.raises(
        LocalProtocolError, match=r'already in this test; name another, as check\("'
    ):
        golden.check()
    golden.check("after/it")

    assert sorted(path.name for path in (tmp_path / "golden").iterdir()) == [
        "test_lens.test_it-a-b.after-it.golden",
        "test_lens.test_it-a-b.golden",
    ]


def test_a_rule_may_be_a_text_and_names_what_there_is(played: Played, tmp_path: Path) -> None:
    goldens(played, tmp_path, update=True).check(ignore="status.temperature")
    text = (tmp_path / "golden" / "test_lens.test_it-a-b.golden").read_text()

    assert "status.temperature" in text
    with pytest.raises(CaptureError, match=r"ignore: 'status\.temprature' names no message"):
        goldens(played, tmp_path).check(ignore=["status.temprature"])


def test_other_records_may_be_held_against_it(played: Played, tmp_path: Path) -> None:
    before = list(played.run.records)
    goldens(played, tmp_path, update=True).check()
    played.device.ask("focus_stop")

    goldens(played, tmp_path).check(records=before)
