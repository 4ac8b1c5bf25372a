from pathlib import Path

import pytest

from lensbus.errors import SpecError
from lensbus.front.cases import load_meaning
from lensbus.spec.load import load

MINE = "spec: mine\nextends: l_mount/lens\n"


def written(folder: Path, cases: str) -> str:
    """The path of a spec that extends ours, with such cases beside it."""
    (folder / "conformance").mkdir()
    (folder / "mine.yaml").write_text(MINE)
    (folder / "conformance" / "mine.yaml").write_text(cases)
    return str(folder / "mine.yaml")


def test_a_private_spec_has_the_cases_of_the_one_that_it_extends(tmp_path: Path) -> None:
    spec = load(written(tmp_path, "conformance: mine"))
    ours, mine = load_meaning(load("l_mount")), load_meaning(spec)

    assert ours.cases
    assert [case.address for case in mine.cases] == [case.address for case in ours.cases]
    assert mine.plays.keys() == ours.plays.keys()


def test_cases_beside_another_spec_are_refused_with_their_place(tmp_path: Path) -> None:
    spec = load(written(tmp_path, "conformance: yours"))

    with pytest.raises(SpecError, match=r"conformance/mine.yaml:1:.*yours"):
        load_meaning(spec)


def test_a_spec_without_cases_has_none() -> None:
    assert load_meaning(load("canon_ef")).cases == ()
