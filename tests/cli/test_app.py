import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lensbus import __version__

HEAVY = {"construct", "cryptography", "numpy", "rich", "yaml"}
# A job that a script starts in the background ignores Ctrl-C, and what it starts inherits that.
HEEDING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"

posix = pytest.mark.skipif(os.name == "nt", reason="pipes and signals of POSIX")


def start(*args: str, stdout: int | None = subprocess.PIPE) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "lensbus", *args]
    return subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    ("module", "heavy"),
    [("lensbus.cli.commands", HEAVY), ("lensbus.cli.app", HEAVY | {"typer", "dataclasses"})],
)
def test_the_command_line_is_there_before_any_heavy_library_is(
    module: str, heavy: set[str]
) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert set() == heavy & set(done.stdout.split())


def test_python_runs_the_package() -> None:
    process = start("--version")

    assert (f"lensbus {__version__}\n", "") == process.communicate()
    assert process.returncode == 0


@posix
def test_a_reader_that_leaves_early_ends_the_command_quietly() -> None:
    process = start("sim", "--virtual", "--seconds", "20", "--json")
    assert process.stdout is not None
    assert process.stderr is not None
    first = process.stdout.readline()
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()

    assert first.startswith('{"t": 0.0')
    assert (process.wait(), told) == (141, "")


@posix
@pytest.mark.parametrize("args", [("spec", "list"), ("spec", "check", "l_mount")], ids=" ".join)
def test_a_reader_that_was_never_there_is_no_error(args: tuple[str, ...]) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    process = start(*args, stdout=write_end)
    os.close(write_end)
    _, told = process.communicate()

    assert (process.returncode, told) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("args", [("spec", "list"), ("--help",)], ids=" ".join)
def test_a_full_disk_is_one_line(args: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        process = start(*args, stdout=full.fileno())
        _, told = process.communicate()

    assert process.returncode == 2
    assert told == "lensbus: standard output: No space left on device\n"


@posix
@pytest.mark.parametrize(
    ("more", "last"), [(["--json"], '{"summary": true, "seconds": '), ([], "faults  none")]
)
def test_ctrl_c_ends_a_command_with_its_summary_130_and_a_word(more: list[str], last: str) -> None:
    code = f"{HEEDING}; from lensbus.cli.app import main; main()"
    args = ["sim", "--virtual", "--seconds", "86400", *more]
    process = subprocess.Popen(
        [sys.executable, "-c", code, *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    printed, told = process.communicate()

    assert (process.returncode, told) == (130, "lensbus: interrupted\n")
    assert printed.splitlines()[-1].startswith(last)


INTERRUPTED = """
import runpy, sys


class CtrlC:
    def find_spec(self, name, *_):
        if name == "{module}":
            raise KeyboardInterrupt


sys.meta_path.insert(0, CtrlC())
sys.argv = ["lensbus", "spec", "check", "l_mount"]
runpy.run_module("lensbus", run_name="__main__")
"""


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("lensbus.cli.app", ""),
        ("typer", ""),
        ("lensbus.cli.commands", ""),
        ("yaml", "lensbus: interrupted\n"),
    ],
)
def test_ctrl_c_while_libraries_are_loaded_is_quiet(module: str, expected: str) -> None:
    code = INTERRUPTED.format(module=module)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (130, "", expected)


@posix
def test_ctrl_c_while_a_class_is_made_ends_with_130_as_ever(tmp_path: Path) -> None:
    meanwhile = """exec("import signal; signal.raise_signal(signal.SIGINT)")"""
    code = f"{HEEDING}\nfrom lensbus.cli import app, commands\n"
    code += f"commands.run = lambda: {meanwhile}\napp.main()\n"
    (tmp_path / "begun.py").write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", "begun"]

    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 130
