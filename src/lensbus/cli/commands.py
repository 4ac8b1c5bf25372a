"""All commands together: one file each, errors as one line, exit codes as a contract."""

import sys
from typing import Annotated, NoReturn, cast

import typer
from typer.core import TyperGroup

from lensbus import __version__
from lensbus.cli import (
    body,
    conform,
    decode,
    golden,
    image,
    lens,
    matrix,
    ports,
    profiles,
    sim,
    spec,
    update,
)
from lensbus.cli.say import mute, say, take_any_text, warn
from lensbus.errors import LensbusError, LinkLostError, SpecError

UNREAD = 141
"""What a shell calls a program's end by SIGPIPE: its reader left before all was told."""

# typer brings a click of its own, and of its errors only some
_WrongUsage = cast(type[Exception], typer.BadParameter.__base__)


class _Commands(TyperGroup):
    """Commands that end as the contract says; typer has its own mind about pipes and Ctrl-C."""

    def invoke(self, ctx: object) -> object:
        """Run a command; what went wrong is one line each on standard error."""
        try:
            return super().invoke(cast(typer.Context, ctx))
        except SpecError as error:
            _stop([str(problem) for problem in error.problems])
        except LinkLostError as error:
            _stop([str(error)], code=3)
        except LensbusError as error:
            _stop([str(error)])
        except KeyboardInterrupt:
            _stop(["interrupted"], code=130)
        except OSError as error:
            _output_lost(error)


app = typer.Typer(
    name="lensbus",
    cls=_Commands,
    help="An open bench for camera lens mounts: specs that speak, virtual bodies and lenses.",
    epilog="Exit codes: 0 well, 1 what was tried failed, 2 could not run, 3 the link was lost, "
    "130 interrupted, 141 nobody read its output to the end.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"lensbus {__version__}")
        raise typer.Exit


@app.callback()
def options(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """Options of the command itself."""


app.command("sim")(sim.sim)
app.command("lens")(lens.lens)
app.command("body")(body.body)
app.command("update")(update.update)
app.command("conform")(conform.conform)
app.command("decode")(decode.decode)
app.command("matrix")(matrix.matrix)
app.command("ports")(ports.ports)
app.command("profiles")(profiles.profiles)
app.add_typer(golden.app, name="golden")
app.add_typer(image.app, name="image")
app.add_typer(spec.app, name="spec")


def run() -> None:
    """Run a command and end as it ends."""
    take_any_text()
    try:
        try:
            if code := app(standalone_mode=False):  # of Ctrl-C before the command began
                sys.exit(code)
        except _WrongUsage as error:
            _stop_usage(cast(typer.BadParameter, error))
        except typer.Abort:  # the same from an older typer
            sys.exit(130)
        finally:
            if sys.stdout:  # None where there is no standard output at all
                sys.stdout.flush()
    except OSError as error:
        _output_lost(error)


def _stop_usage(error: typer.BadParameter) -> NoReturn:
    command, text = error.ctx.command_path if error.ctx else "lensbus", error.format_message()
    if text.startswith("Usage: "):  # no arguments at all: that is its help
        for line in text.splitlines():
            say(line)
        sys.exit(2)
    text = text.replace("Value error, ", "").rstrip(".")  # what some releases of typer put before
    _stop([f"{text}: see `{command} --help`"])


def _output_lost(error: OSError) -> NoReturn:
    """End quietly when whoever reads our output has seen enough, else say what is wrong.

    What was not told to its end was not done well: the code is that of a broken pipe.
    """
    if sys.stdout:
        mute(sys.stdout)
    if isinstance(error, BrokenPipeError):
        sys.exit(UNREAD)
    _stop([f"{error.filename or 'standard output'}: {error.strerror}"])


def _stop(lines: list[str], code: int = 2) -> NoReturn:
    for line in lines:
        warn(line)
    sys.exit(code)
