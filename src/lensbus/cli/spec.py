"""`lensbus spec`: list, show and check specs."""

import sys
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from lensbus.cli.say import printable
from lensbus.errors import SpecError

if TYPE_CHECKING:
    from lensbus.spec.image import ImageFormat, TlvArea
    from lensbus.spec.model import Field, MessageType, Spec

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
    """Print what a spec says: contacts, lines, messages, state tables, or parts of an image."""
    from lensbus.spec.image import ImageFormat
    from lensbus.spec.load import load_any

    found = load_any(spec)
    whole = _image(found) if isinstance(found, ImageFormat) else _whole(found)
    for line in _basis(found) if basis else whole:
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


def _parts(found: "Spec | ImageFormat") -> str:
    from lensbus.spec.image import ImageFormat

    if isinstance(found, ImageFormat):
        return f"{len(found.header)} header fields, {len(found.tlvs)} TLVs"
    return f"{len(found.messages)} messages"


def _basis(spec: "Spec | ImageFormat") -> Iterator[str]:
    counts = Counter(basis.kind for basis in spec.items.values())
    yield f"{spec.name}: {len(spec.items)} items"
    for kind in KINDS:
        yield f"  {kind:9} {counts[kind]:4}"


def _whole(spec: "Spec") -> Iterator[str]:
    yield f"{spec.name}: {spec.title}"
    yield from ("", "contacts")
    for contact in spec.contacts:
        yield f"  {contact.number:2}  {contact.role}  ({contact.basis.kind})"
    yield from ("", "lines")
    for line in spec.link.lines.values():
        yield f"  {line.name:8} driven by {line.driver}; absent: {line.absent}  ({line.basis.kind})"
    yield from ("", "messages")
    for message in spec.messages.values():
        yield from _message(message)
    for role in spec.roles.values():
        yield from ("", f"{role.name} (starts in {role.start})")
        for row in role.rows:
            rate = f"  rate {row.rate}" if row.rate else ""
            yield f"  {row.state:10} {row.verb} {row.message:22} {row.next}{rate}"


def _image(form: "ImageFormat") -> Iterator[str]:
    yield f"{form.name}: {form.title}"
    yield from ("", "header")
    for field in form.header:
        wanted = "" if field.wanted is None else f" {field.wanted:#x}"
        place = f"{field.offset:#4x}  {field.integer.size} byte{'s'[: field.integer.size > 1]}"
        yield f"  {place:14}{field.name}{wanted}: {field.words}"
    yield from _area(form.protected)
    yield from _area(form.unprotected)


def _area(area: "TlvArea") -> Iterator[str]:
    yield from ("", f"{area.name} TLVs ({area.magic:#06x})")
    for kind in area.tlvs:
        size = f"{kind.size} byte{'s'[: kind.size > 1]}{' each' if kind.is_list else ''}"
        yield f"  {kind.type:#06x}  {kind.name}: {size}, {kind.words}"


def _message(message: "MessageType") -> Iterator[str]:
    key = ".".join(f"{part:02x}" for part in message.key) or "-"
    line = f"  (line {message.on_line.line})" if message.on_line else ""
    yield f"  {key:6} {message.sender:5} {message.name}{line}  ({message.basis.kind})"
    for field in message.fields:
        yield f"                 {field.name}: {_field(field)}  ({field.basis.kind})"


def _field(field: "Field") -> str:
    values = field.enum or field.flags
    size = "rest" if field.size is None else f"{field.size} byte{'s'[: field.size > 1]}"
    unit = f", {field.unit}" if field.unit else ""
    names = f", {' | '.join(values)}" if values else ""
    return f"{field.kind}, {size}{unit}{names}"
