import importlib.machinery
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.zoo import zoo

ROOT = Path(__file__).parents[2]


def draw(out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "tools/draw_names", "--out", str(out), *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("draw_names", str(ROOT / "tools/draw_names"))
    spec = importlib.util.spec_from_loader("draw_names", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_what_was_drawn_is_not_stale_and_what_was_changed_is(tmp_path: Path) -> None:
    stub = tmp_path / "shipped.pyi"
    assert (draw(stub).returncode, draw(stub, "--check").returncode) == (0, 0)

    stale = stub.read_text().replace("focus_move", "focus_mvoe")
    stub.write_text(stale)
    done = draw(stub, "--check")

    assert (done.returncode, done.stderr) == (1, f"{stub}: stale: run tools/draw_names\n")
    assert stub.read_text() == stale


def test_names_that_were_never_drawn_are_stale(tmp_path: Path) -> None:
    assert draw(tmp_path / "shipped.pyi", "--check").returncode == 1


def test_every_kind_of_field_has_its_type(tool: ModuleType) -> None:
    text = tool.stub([zoo()])

    for line in (
        "class SmallLens(Vocabulary):",
        '        name: Literal["everything"]',
        '        d: Literal["off", "on"]',
        '        e: tuple[Literal["red", "blue"], ...]',
        "        class A(TypedDict):",
        '            mode: Literal["off", "on"]',
        "            level: int",
        "                level: float",
        "        a: SmallLens.Words.A",
        "        a: tuple[tuple[int, ...], ...]",
        "        d: tuple[SmallLens.DeepArrays.Of, ...]",
        "        n: int = ...,",
        "        b: SmallLens.LateTail.B = ...,",
    ):
        assert line in text.splitlines(), line
    compile(text, "shipped.pyi", "exec")


def test_a_dict_within_a_dict_is_drawn_before_it() -> None:
    stub = (ROOT / "src/lensbus/wire/shipped.pyi").read_text()
    data = stub.partition("class SonyELens(")[2].partition("class LensData(Message):")[2]

    assert data.index("class LensSpecFeatures(") < data.index("class LensSpec(")
    assert "features: SonyELens.LensData.LensSpecFeatures" in data


def test_what_a_message_has_itself_is_no_attribute_of_its_fields() -> None:
    stub = (ROOT / "src/lensbus/wire/shipped.pyi").read_text()
    l_mount = stub.partition("class LMountLens(")[2]
    identity = l_mount.partition("class Identity(Message):")[2].partition("class ")[0]

    assert "serial: str" in identity
    assert "name: str" not in identity
    assert "name: str" in l_mount.partition("def identity(")[2].partition("def ")[0]
