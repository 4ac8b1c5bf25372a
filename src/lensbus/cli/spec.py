"""`lensbus spec`: list, show and check specs, and say where their schema is."""

import sys
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from lensbus.cli.say import printable
from lensbus.errors import SpecError

if TYPE_CHECKING:
    from lensbus.spec.image import ImageFormat
    from lensbus.spec.model import Spec

app = typer.Typer(help="List, show and check specs.", no_args_is_help=True, rich_markup_mode=None)
KINDS = ("public", "observed", "analogue", "model")


@app.command("list")
def list_specs() -> None:
    """Name every shipped spec, with its title."""
    from lensbus.spec.load import load, spec_names

    for name in spec_names():
        print(f"{name:16} {load(name).title}")


@app.command()
def show(
    spec: Annotated[str, typer.Argument(help="Spec, by name or path.")],
    *,
    basis: Annotated[
        bool, typer.Option("--basis", help="Count the items by what they are based on.")
    ] = False,
) -> None:
    """Print what a spec says: contacts, link, frames, messages, tables, or parts of an image."""
    from lensbus.cli.sheet import sheet
    from lensbus.spec.load import load_any

    found = load_any(spec)
    for line in _basis(found) if basis else sheet(found):
        print(printable(line))


@app.command()
def check(
    files: Annotated[list[str], typer.Argument(help="Specs, by name or path.")],
) -> None:
    """Check specs and print every mistake with file, line and column; exit 1 if there is one."""
    from lensbus.spec.load import load_any

    failed = False
    for name in files:
        try:
            found = load_any(name)
        except SpecError as error:
            if any(not problem.line for problem in error.problems):
                raise  # not a spec with mistakes, but no spec at all
            failed = True
            for problem in error.problems:
                print(printable(str(problem)))
        else:
            items = f"{len(found.items)} items with a basis"
            print(printable(f"{name}: ok, {_parts(found)}, {items}"))
    if failed:
        sys.exit(1)


@app.command()
def schema() -> None:
    """Print where the schema of specs is, for editors: `# yaml-language-server: $schema=...`."""
    from lensbus.spec.load import schema_path

    print(schema_path())


def _parts(found: "Spec | ImageFormat") -> str:
    from lensbus.spec.image import ImageFormat

    if isinstance(found, ImageFormat):
        return f"{len(found.header)} header fields, {len(found.tlvs)} TLVs"
    return f"{len(found.messages)} messages"


def _basis(spec: "Spec | ImageFormat") -> Iterator[str]:
    from lensbus.spec.load import called

    counts = Counter(basis.kind for basis in spec.items.values())
    yield f"{spec.name}: {len(spec.items)} items"
    for kind in KINDS:
        yield f"  {kind:9} {counts[kind]:4}"
    files = Counter(basis.file for basis in spec.items.values())
    if len(files) > 1:
        yield "of these"
        for file, count in files.items():
            yield f"  {count:4} from {called(file)}"
