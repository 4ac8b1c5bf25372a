import errno
import sys
from collections.abc import Callable
from typing import NoReturn

import pytest
import typer

from lensbus import __version__
from lensbus.cli import commands
from tests.running import run

COMMANDS = [
    (),
    ("sim",),
    ("decode",),
    ("spec",),
    ("spec", "list"),
    ("spec", "show"),
    ("spec", "check"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_a_help(command: tuple[str, ...]) -> None:
    done = run(*command, "--help")

    assert (done.code, done.err) == (0, "")
    assert "Usage: " in done.out


def test_the_version_is_the_packages() -> None:
    done = run("--version")

    assert (0, f"lensbus {__version__}\n", "") == (done.code, done.out, done.err)


@pytest.mark.parametrize("args", [("bogus",), ("--bogus",), ("decode",), ("spec", "draw", "x")])
def test_a_wrong_command_line_is_refused_in_one_line(args: tuple[str, ...]) -> None:
    done = run(*args)

    assert (done.code, done.out, len(done.errors)) == (2, "", 1)


@pytest.mark.parametrize("args", [(), ("spec",)])
def test_a_command_that_needs_a_command_tells_which_there_are(args: tuple[str, ...]) -> None:
    done = run(*args)

    assert done.code == 2
    assert "Commands:" in done.out + done.err


def test_a_word_that_an_option_does_not_take_is_refused_in_our_own_words() -> None:
    error = run("sim", "--af", "x").err

    assert error.startswith("lensbus: Invalid value for '--af': 'x' is not one of 's', 'c', 'off'")


@pytest.mark.parametrize(("code", "expected"), [(errno.ENOSPC, 2), (errno.EPIPE, 141)])
def test_output_that_is_lost_where_there_is_none_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, code: int, expected: int
) -> None:
    def lost(**_: object) -> NoReturn:
        raise OSError(code, "lost")

    monkeypatch.setattr(commands, "app", lost)
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(SystemExit) as end:
        commands.run()

    assert end.value.code == expected


def abort(**_: object) -> NoReturn:
    raise typer.Abort


def interrupt(*_: object, **__: object) -> NoReturn:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("place", "what"),
    [("lensbus.cli.commands.app", abort), ("lensbus.cli.commands._Commands.parse_args", interrupt)],
)
def test_ctrl_c_before_a_command_begins_is_quiet(
    monkeypatch: pytest.MonkeyPatch, place: str, what: Callable[..., NoReturn]
) -> None:
    monkeypatch.setattr(place, what)
    done = run()

    assert (done.code, done.out, done.err) == (130, "", "")
