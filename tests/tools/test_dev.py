import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tools import dev


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in dev.INSTALLED_FROM:
        (tmp_path / name).write_text(name)
    return tmp_path


@pytest.mark.parametrize("name", dev.INSTALLED_FROM)
def test_the_digest_changes_with_each_file_that_an_install_depends_on(
    root: Path, name: str
) -> None:
    before = dev.digest(root)
    (root / name).write_text("changed")

    assert dev.digest(root) != before


def test_the_digest_does_not_change_with_any_other_file(root: Path) -> None:
    before = dev.digest(root)
    (root / "README.md").write_text("new")

    assert dev.digest(root) == before


def test_a_checkout_that_was_moved_is_installed_again(root: Path) -> None:
    moved = root / "moved"
    moved.mkdir()
    for name in dev.INSTALLED_FROM:
        (moved / name).write_text(name)

    assert dev.digest(moved) != dev.digest(root)


def test_a_stamped_venv_with_the_right_digest_is_left_alone(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    python = dev.python_in(root / ".venv")
    python.parent.mkdir(parents=True)
    python.touch()
    dev.stamp_of(root).write_text(dev.digest(root))
    dev.set_up(root)

    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("system", "expected"), [("posix", "bin/python"), ("nt", "Scripts/python.exe")]
)
def test_python_has_its_place_in_a_venv_on_each_system(system: str, expected: str) -> None:
    assert dev.python_in(Path(".venv"), system) == Path(".venv") / expected


def test_the_whole_suite_runs_in_parallel() -> None:
    assert dev.command_line("test", []) == ["-m", "pytest", *dev.WHOLE_SUITE]


def test_arguments_of_test_go_to_pytest_as_they_are() -> None:
    assert dev.command_line("test", ["-x", "tests/wire"]) == ["-m", "pytest", "-x", "tests/wire"]


def test_the_demo_runs_a_virtual_bench_with_a_seed() -> None:
    expected = "-m lensbus sim --virtual --seconds 5 --seed 1"

    assert dev.command_line("demo", []) == expected.split()


def test_the_demo_ends_with_an_update_of_the_lens_that_talked() -> None:
    (update,) = dev.FOLLOWED_BY["demo"]

    assert update[2:] == ("update", dev.UPDATE, "--virtual")
    assert (dev.ROOT / dev.UPDATE).is_file()


@pytest.mark.parametrize("arguments", [[], ["deploy"], ["check", "--fast"]])
def test_a_wrong_command_line_prints_the_usage_and_gives_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status = dev.main(arguments)

    assert status == 2
    assert capsys.readouterr().err == dev.usage() + "\n"


def test_the_usage_names_every_command() -> None:
    assert all(f"\n  {name} " in dev.usage() for name in dev.COMMANDS)


@pytest.mark.parametrize("program", dev.PROGRAMS)
def test_advice_is_one_line_with_what_skips_and_how_to_install_it(program: str) -> None:
    advice = dev.advice(program)

    assert "\n" not in advice
    assert all(word in advice for word in (program, "skip", "apt-get install", "brew install"))


def test_a_command_that_fails_shows_its_output(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="why it failed"):
        dev.quietly("trying", [sys.executable, "-c", "raise SystemExit('why it failed')"])

    assert capsys.readouterr().out == "trying ...\n"


def test_dev_parses_on_a_python_that_is_too_old() -> None:
    source = Path(dev.__file__).read_text(encoding="utf-8")

    ast.parse(source, feature_version=(3, 6))


def test_dev_runs_on_the_standard_library_alone() -> None:
    command = [sys.executable, "-I", "-S", dev.__file__, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout.startswith("usage: ")
