import io
import os
import subprocess
import sys
from contextlib import redirect_stderr
from pathlib import Path

import pytest

from lensbus.cli.say import say, take_any_text, warn

needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")


def test_a_line_of_our_own_says_whose_it_is() -> None:
    with redirect_stderr(io.StringIO()) as err:
        warn("a\nb")
        say("c")

    assert err.getvalue() == "lensbus: a\\nb\nc\n"


def test_without_standard_error_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    warn("lost")

    assert capsys.readouterr().out == ""


def test_standard_error_that_is_closed_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)

    warn("lost")


def test_what_an_encoding_lacks_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    take_any_text()
    sys.stdout.write("10 k\u03a9")
    sys.stdout.flush()

    assert raw.getvalue() == rb"10 k\u03a9"


@needs_full
@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("spec", "check", "nope.yaml"), 2),
        (("sim", "--virtual", "--seconds", "0.1"), 0),
        (("bogus",), 2),
        ((), 2),
    ],
)
def test_a_full_standard_error_does_not_change_the_exit_code(
    args: tuple[str, ...], code: int
) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "lensbus", *args]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=full, check=False)

    assert done.returncode == code


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX")
@pytest.mark.parametrize(
    ("args", "code"),
    [("sim --virtual --seconds 0.1", 0), ("sim --virtual --seconds 0.1 --json", 0), ("spec x", 2)],
)
def test_without_standard_output_a_command_ends_as_it_would(args: str, code: int) -> None:
    script = f'"{sys.executable}" -m lensbus {args} >&-'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)

    assert done.returncode == code
    assert "Traceback" not in done.stderr
