"""The `lensbus` command: one file a command, errors as one line, exit codes as a contract."""

import os
import sys
from typing import Annotated

import typer

from lensbus import __version__
from lensbus.cli import decode, sim, spec
from lensbus.errors import LensbusError, SpecError

app = typer.Typer(
    name="lensbus",
    help="An open bench for camera lens mounts: specs that speak, virtual bodies and lenses.",
    epilog="Exit codes: 0 well, 1 what was tried failed, 2 could not run, 130 interrupted.",
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
app.command("decode")(decode.decode)
app.add_typer(spec.app, name="spec")


def main() -> None:
    """Run the command line; what went wrong is one line each on standard error."""
    try:
        app()
    except SpecError as error:
        _stop([str(problem) for problem in error.problems])
    except LensbusError as error:
        _stop([str(error)])
    except KeyboardInterrupt:
        _stop(["interrupted"], code=130)
    except BrokenPipeError:
        # whoever read our output has seen enough; keep the interpreter from telling it again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _stop(lines: list[str], code: int = 2) -> None:
    for line in lines:
        print(f"lensbus: {line}", file=sys.stderr)
    sys.exit(code)
