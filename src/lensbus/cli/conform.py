"""`lensbus conform`: hold a lens, a body or a bootloader to its spec, case by case."""

import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from lensbus.cli import options

if TYPE_CHECKING:
    from lensbus.cli.judging import Task, Wanted
    from lensbus.conformance.report import Result

    Tell = Callable[[Result], None]

LENSES = ["panasonic_s_20_60"]

KNOWN = ("--i-know-this-device",)


class Kind(StrEnum):
    """What can be held to its spec."""

    lens = "lens"
    body = "body"
    bootloader = "bootloader"


def _writable(path: Path | None) -> Path | None:
    """Refuse at once what could not be written in the end."""
    if path is not None and path.is_dir():
        raise typer.BadParameter(f"{path}: a folder, and a file is wanted")
    if path is not None and not path.parent.is_dir():
        raise typer.BadParameter(f"{path}: there is no folder {path.parent}")
    return path


Kinds = Annotated[list[Kind] | None, typer.Argument(help="What to test; all three, if not told.")]
Lenses = Annotated[list[str] | None, typer.Option("--lens", help="Lens profile; may be repeated.")]
Bodies = Annotated[list[str] | None, typer.Option("--body", help="Body profile; may be repeated.")]
Only = Annotated[
    list[str] | None,
    typer.Option(help="Only cases at or below this address, or like this pattern."),
]
Exclude = Annotated[list[str] | None, typer.Option(help="Not the cases at or below this address.")]
MadeTo = Annotated[
    str,
    typer.Option(help="What virtual devices are made to: another spec than that of the cases."),
]
Listed = Annotated[
    bool, typer.Option("--list", help="List the cases, and what none of them covers.")
]
Strict = Annotated[bool, typer.Option("--strict", help="What a device SHOULD do, it must do.")]
Repeat = Annotated[int, typer.Option(min=1, max=1000, help="Run every case so many times.")]
Scale = Annotated[float, typer.Option(min=0.1, max=100, help="Times to answer are so much longer.")]
Version = Annotated[int, typer.Option(min=0, help="Protocol version; 0: the device's newest.")]
Jobs = Annotated[
    int | None, typer.Option(min=1, max=256, help="Processes; one a core, unless told.")
]
Junit = Annotated[Path | None, typer.Option(help="Write JUnit XML.", callback=_writable)]
Page = Annotated[
    Path | None,
    typer.Option(help="Write one HTML page: cases by devices.", callback=_writable),
]
Link = Annotated[str | None, typer.Option(help="Where a real device is, instead of virtual ones.")]
Reset = Annotated[
    str | None,
    typer.Option(
        help="How a device at a link is reset: by a message, attach (the link is opened anew for "
        "each case; a bootloader's, unless told), line:NAME, or cmd:'COMMAND'.",
        show_default="message",
    ),
]
Key = Annotated[
    Path | None,
    typer.Option(help="PEM of the private key of a bootloader's images, else the demo key."),
]


def conform(
    kind: Kinds = None,
    *,
    link: Link = None,
    lens: Lenses = None,
    body: Bodies = None,
    spec: options.SpecName = "l_mount",
    made_to: MadeTo = "",
    listed: Listed = False,
    only: Only = None,
    exclude: Exclude = None,
    strict: Strict = False,
    repeat: Repeat = 1,
    seed: Annotated[int, typer.Option(help="Seed of all chance.")] = 0,
    timeout_scale: Scale = 1.0,
    protocol: Version = 0,
    reset: Reset = None,
    key: Key = None,
    junit: Junit = None,
    html: Page = None,
    as_json: options.Json = False,
    jobs: Jobs = None,
    i_know_this_device: options.Known = False,
) -> None:
    """Hold a device to its spec: play its other side, and judge what it says.

    The cases are derived from the spec (tables, layouts, replies, frames), and written beside it
    for what messages mean. Exit codes: 0 all passed, 1 something failed or was inconclusive,
    2 nothing could be judged.
    """
    from lensbus.cli.cores import cores
    from lensbus.cli.judging import Wanted

    if link is not None and made_to:
        raise typer.BadParameter("--made-to is for virtual devices: leave out --link")
    if reset is not None:
        _check_reset(reset, link)
    if key is not None and kind and Kind.bootloader not in kind:
        raise typer.BadParameter("--key is for a bootloader")
    usual = {"body": body or ["panasonic_s1"]}
    named = [(one.value, name) for one in kind or Kind for name in usual.get(one, lens or LENSES)]
    more = (*(("--reset", reset) if reset else ()), *(KNOWN if i_know_this_device else ()))
    made = partial(
        Wanted,
        spec=spec,
        made_to=made_to,
        seed=seed,
        scale=timeout_scale,
        version=protocol,
        link=link or "",
        more=more,
    )
    keys = {Kind.bootloader.value: str(key or "")}
    wanted = [made(kind, name, key=keys.get(kind, "")) for kind, name in dict.fromkeys(named)]
    tasks = _tasks(wanted, only or (), exclude or ())
    if listed:
        from lensbus.cli.verdicts import show

        show(tasks, as_json=as_json)
        return
    run = partial(_virtually, jobs=jobs or cores())
    if link is not None:
        run = partial(_really, link=link, reset=reset, known=i_know_this_device)
    _judge(run, tasks * repeat, junit, html, strict=strict, as_json=as_json)


def _judge(
    run: "Callable[[Sequence[Task], Tell], None]",
    tasks: "Sequence[Task]",
    junit: Path | None,
    html: Path | None,
    *,
    strict: bool,
    as_json: bool,
) -> NoReturn:
    """Run cases, tell each result, write the files, and end as the results are."""
    from lensbus.cli.verdicts import sum_up, tell, write
    from lensbus.conformance.report import counts, exit_code

    results: list[Result] = []

    def each(result: "Result") -> None:
        results.append(result)
        tell(result, as_json=as_json)

    try:
        run(tasks, each)
    finally:  # Ctrl-C, or a link that is lost, leaves what was judged so far
        if results:
            write(results, tasks[0][0], junit, html, strict=strict)
            sum_up(results, tasks[0][0].seed, as_json=as_json)
    sys.exit(exit_code(counts(results), strict=strict))


def _check_reset(reset: str, link: str | None) -> None:
    """Refuse at once what could reset no device."""
    from lensbus.cli.real import ATTACH, LINE, MESSAGE
    from lensbus.cli.reset import COMMAND, command_of

    if link is None:
        raise typer.BadParameter("--reset is for a device at a link: give a --link")
    if reset not in {ATTACH, MESSAGE} and not reset.startswith((LINE, COMMAND)):
        text = f"got {reset!r}, wanted message, attach, line:NAME or cmd:'COMMAND'"
        raise typer.BadParameter(text, param_hint="'--reset'")
    command_of(reset)


def _tasks(wanted: "Sequence[Wanted]", only: Sequence[str], exclude: Sequence[str]) -> "list[Task]":
    """Each device with the addresses of its cases."""
    from lensbus.cli.judging import held
    from lensbus.conformance.cases import chosen

    found = [
        (one, case.address)
        for one in wanted
        for case in chosen(held(one).cases.values(), only, exclude)
    ]
    if not found:
        asked = [*(f"--only {each}" for each in only), *(f"--exclude {each}" for each in exclude)]
        text = f"no case is left by {' '.join(asked)}: `--list` prints them all"
        raise typer.BadParameter(text)
    return found


def _virtually(tasks: "Sequence[Task]", tell: "Tell", *, jobs: int) -> None:
    from lensbus.cli.cores import outcomes
    from lensbus.cli.judging import judge

    with closing(outcomes(judge, tasks, jobs)) as results:
        for result in results:
            tell(result)


def _really(
    tasks: "Sequence[Task]", tell: "Tell", *, link: str, reset: str | None, known: bool
) -> None:
    from lensbus.cli.live import finish
    from lensbus.cli.real import ATTACH, MESSAGE, Real, over_link

    wanted = tasks[0][0]
    if any(one != wanted for one, _ in tasks):
        raise typer.BadParameter("--link is for one device: name lens, body or bootloader")
    usual = ATTACH if wanted.kind == Kind.bootloader else MESSAGE
    real = Real(link, reset or usual, known)
    finish(over_link(wanted, [address for _, address in tasks], real, tell))
