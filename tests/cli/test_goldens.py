import shutil
from pathlib import Path

import pytest
import typer

from lensbus.cli.goldens import COULD_NOT, SAME, goldens, held, recorded, spec_of
from lensbus.errors import CaptureError, SpecError
from lensbus.spec.load import spec_root
from tests.golden.runs import kept
from tests.peers import SPEC

TRACES = Path(__file__).parents[1] / "golden" / "traces"


def test_files_and_folders_are_looked_through_once() -> None:
    found = goldens([TRACES / "demo.golden", TRACES])

    assert found[0] == TRACES / "demo.golden"
    assert sorted(found) == sorted(TRACES.glob("*.golden"))


def test_where_there_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter):
        goldens([tmp_path])


def test_a_file_that_is_not_there_is_told_as_its_own() -> None:
    result = held(Path("none.golden"), None, None)

    assert (result.verdict, result.reason) == (
        COULD_NOT,
        "none.golden: No such file or directory: name a golden trace",
    )


def test_a_spec_is_that_of_the_run_or_another_or_of_the_same_name_in_a_folder(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "specs" / "l_mount"
    shutil.copytree(spec_root() / "l_mount", folder)

    assert spec_of(kept(), None).name == spec_of(kept(), "l_mount").name == SPEC.name
    for other in (tmp_path / "specs", folder / "lens.yaml"):
        found = spec_of(kept(), str(other))
        assert found.messages["status"].where.file == str(folder / "lens.yaml")
    with pytest.raises(SpecError, match="none"):
        spec_of(kept(), "none")


def test_problems_of_a_spec_are_all_told(tmp_path: Path) -> None:
    path = tmp_path / "lens.yaml"
    path.write_text("spec: x\n")
    result = held(TRACES / "demo.golden", str(path), None)

    assert result.verdict == COULD_NOT
    assert len(list(result.lines(3))) == len(result.reason.splitlines()) > 1
    assert held(TRACES / "demo.golden", None, None).verdict == SAME


def test_a_recording_of_nothing_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "run.jsonl").write_text("")

    assert recorded(SPEC, tmp_path / "run.jsonl") == []
    with pytest.raises(CaptureError):
        recorded(SPEC, tmp_path / "none.jsonl")
