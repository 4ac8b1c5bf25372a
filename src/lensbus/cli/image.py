"""`lensbus image`: make keys, sign, verify and explain firmware images."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lensbus.cli import options
from lensbus.errors import ImageError
from lensbus.front.files import KEY_MOST, about, read, write
from lensbus.front.printable import printable

if TYPE_CHECKING:
    from lensbus.firmware.image import Offer
    from lensbus.spec.image import ImageFormat

app = typer.Typer(
    help="Make keys, sign, verify and explain firmware images (MCUboot's format).",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def _number(text: str) -> int:
    """A whole number, decimal or hexadecimal."""
    try:
        return int(text, 0)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no number as 16395 or 0x400b") from None


Key = Annotated[Path, typer.Option(help="PEM file of the key.")]
Format = Annotated[str, typer.Option("--format", help="Image format, by mount or path.")]
File = Annotated[Path, typer.Argument(help="Firmware image.")]


@app.command()
def new(
    key: Annotated[Path, typer.Argument(help="PEM file to write, as maker.pem.")],
    *,
    as_json: options.Json = False,
) -> None:
    """Make a key pair: maker.pem, to sign with and to keep secret, and maker.pub.pem.

    Neither file may exist: a key that is overwritten is lost with all lenses that trust it.
    """
    import secrets

    from lensbus.firmware.sign import SEED_SIZE, make_key

    if not key.name or (key.name.startswith(".") and not key.suffix):
        raise ImageError(f"{key}: no name for a key file, wanted one as maker.pem")
    made = make_key(secrets.token_bytes(SEED_SIZE))
    public = key.with_name(f"{key.stem}.pub{key.suffix}")
    for path in (key, public):
        if path.exists():
            raise ImageError(f"{path}: exists already, and a key is never overwritten")
    write(key, made.pem(), mode=0o600)
    write(public, made.public.pem())
    told = {"key": str(key), "public": str(public), "key_hash": made.key_hash}
    lines = [f"{key}: secret, sign with it", f"{public}: verify with it"]
    _print([*lines, f"key hash {made.key_hash.hex()}"], told, as_json=as_json)


@app.command()
def sign(
    binary: Annotated[Path, typer.Argument(help="Firmware as the lens runs it, without header.")],
    *,
    key: Key,
    version: Annotated[str, typer.Option(help="As 1.1.0 or 1.1.0+7.")],
    lens_number: Annotated[
        list[int],
        typer.Option(parser=_number, metavar="NUMBER", help="Lens that it fits; repeatable."),
    ],
    hardware: Annotated[
        list[int],
        typer.Option(parser=_number, metavar="NUMBER", help="Revision that it fits; repeatable."),
    ],
    out: Annotated[Path, typer.Option(help="Image to write.")],
    protocol: Annotated[int, typer.Option(help="Oldest protocol version that can take it.")] = 1,
    counter: Annotated[
        int, typer.Option(help="Security counter: raise it to bar images with a lower one.")
    ] = 0,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the image.")] = False,
    form: Format = "l_mount",
    as_json: options.Json = False,
) -> None:
    """Make an image of a firmware binary and sign it with an Ed25519 key.

    Numbers are decimal or hexadecimal (0x400b). imgtool verifies what this signs.
    """
    from lensbus.firmware.header import Version
    from lensbus.firmware.image import Facts, build, parse
    from lensbus.firmware.sign import load_private
    from lensbus.spec.load import load_image_format

    rules = load_image_format(form)
    with about(key):
        signer = load_private(read(key, KEY_MOST))
    facts = Facts(tuple(lens_number), tuple(hardware), protocol)
    with about(binary):
        payload = read(binary, rules.payload_most)
        data = build(rules, payload, Version.parse(version), facts, counter, signer)
    if out.exists() and any(out.samefile(each) for each in (key, binary)):
        raise ImageError(f"{out}: the image would overwrite what it is made of; give another --out")
    write(out, data, force=force)
    offer = parse(rules, data).offer
    _print([f"{out}: {_words(offer)}"], {"image": str(out), **_facts(offer)}, as_json=as_json)


@app.command()
def verify(
    image: File,
    *,
    key: Key,
    form: Format = "l_mount",
    as_json: options.Json = False,
) -> None:
    """Say whether an image is whole and signed with this key, public or private.

    Exit code 1: it is damaged or signed with another key; 2: it is no such image at all.
    """
    from lensbus.firmware.image import parse
    from lensbus.firmware.judge import damage, forgery
    from lensbus.firmware.sign import load_public
    from lensbus.spec.load import load_image_format

    rules = load_image_format(form)
    with about(key):
        public = load_public(read(key, KEY_MOST))
    with about(image):
        found = parse(rules, read(image, rules.most))
    refusal = damage(found) or forgery(found.offer, public)
    verdict = str(refusal or f"whole, and signed with this key: {_words(found.offer)}")
    told = {"image": str(image), "reason": refusal.reason if refusal else None, "words": verdict}
    _print([f"{image}: {verdict}"], {**told, **_facts(found.offer)}, as_json=as_json)
    if refusal:
        sys.exit(1)


@app.command()
def show(image: File, *, form: Format = "l_mount", as_json: options.Json = False) -> None:
    """Explain every byte of an image, a damaged one as far as it goes.

    Exit code 1: it is damaged, or breaks a rule; who signed it is for `verify`.
    """
    from lensbus.firmware.areas import areas
    from lensbus.front.lines import json_line
    from lensbus.spec.load import load_image_format

    rules = load_image_format(form)
    with about(image):
        data = read(image, rules.most)
    for area in areas(rules, data):
        place = {"offset": area.offset, "size": area.size, "name": area.name, "words": area.words}
        line = f"{area.offset:#10x} {area.size:7}  {area.name:16}  {area.words}"
        print(json_line(place) if as_json else printable(line))
    facts, problem = _judged(rules, data)
    told = {"image": str(image), "problem": problem, **facts}
    _print(["", f"{image}: {problem or 'whole'}"], told, as_json=as_json)
    if problem:
        sys.exit(1)


def _judged(form: "ImageFormat", data: bytes) -> tuple[dict[str, Any], str | None]:
    """What an image is, and what is wrong with it."""
    from lensbus.firmware.image import parse
    from lensbus.firmware.judge import damage

    try:
        found = parse(form, data)
    except ImageError as error:
        return {}, str(error)
    refusal = damage(found)
    return _facts(found.offer), refusal.words if refusal else None


def _facts(offer: "Offer") -> dict[str, Any]:
    facts = offer.facts
    return {
        "version": str(offer.version),
        "lens_numbers": facts.lens_numbers,
        "hardware": facts.hardware,
        "protocol_least": facts.protocol_least,
        "counter": offer.counter,
        "size": offer.size,
        "digest": offer.digest,
        "key_hash": offer.key_hash,
    }


def _words(offer: "Offer") -> str:
    facts = offer.facts
    lenses = ", ".join(f"{number:#06x}" for number in facts.lens_numbers)
    hardware = ", ".join(map(str, facts.hardware))
    fits = f"lens {lenses}, hardware {hardware}, protocol {facts.protocol_least} or newer"
    return f"version {offer.version} for {fits}, counter {offer.counter}"


def _print(lines: Iterable[str], told: Mapping[str, Any], *, as_json: bool) -> None:
    from lensbus.front.lines import json_line

    if as_json:
        print(json_line({"summary": True, **told}))
        return
    for line in lines:
        print(printable(line))
