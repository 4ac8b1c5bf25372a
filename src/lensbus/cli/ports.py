"""`lensbus ports`: which serial ports there are, and whether one hears itself."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from lensbus.cli import options
from lensbus.cli.say import warn
from lensbus.front.printable import printable

if TYPE_CHECKING:
    from lensbus.aio.ports import Echo


def ports(
    *,
    test: Annotated[
        str | None,
        typer.Option(
            help="Test a port, named as for --link: with a wire from TX to RX, it hears itself."
        ),
    ] = None,
    baud: Annotated[
        list[int] | None, typer.Option(min=1, help="Rate to test; may be given more than once.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """List serial ports with the VID:PID:SERIAL of their USB adapters, or test one.

    Put nothing but a wire on the adapter for the test. Exit code 1: nothing came back whole.
    """
    if test is None:
        _list(as_json=as_json)
        return
    from lensbus.aio.link import parse, port_of
    from lensbus.aio.ports import RATES, is_wired, loopback
    from lensbus.aio.threads import hushed

    with hushed():
        echoes = asyncio.run(loopback(port_of(parse(test)), baud or RATES))
    _print(test, echoes, as_json=as_json)
    if not is_wired(echoes):
        sys.exit(1)


def _list(*, as_json: bool) -> None:
    from lensbus.aio.serial import find_ports
    from lensbus.front.lines import json_line

    found = find_ports()
    for port in found:
        if as_json:
            each = {"device": port.device, "usb": port.identity, "description": port.description}
            print(json_line(each))
        else:
            text = f"{port.device:20} {port.identity or '-':28} {port.description}"
            print(printable(text))
    if as_json:
        print(json_line({"summary": True, "ports": len(found)}))
    elif not found:
        warn("no serial ports; is the adapter plugged in?")


def _print(place: str, echoes: "list[Echo]", *, as_json: bool) -> None:
    from lensbus.aio.ports import is_wired
    from lensbus.front.lines import json_line

    for echo in echoes:
        sizes = {"said": len(echo.said), "heard": len(echo.heard)}
        if as_json:
            print(json_line({"baud": echo.baud, "verdict": echo.verdict, **sizes}))
        else:
            print(
                f"{echo.baud:>8} baud  {echo.verdict}: {len(echo.heard)} of {len(echo.said)} bytes"
            )
    wired = is_wired(echoes)
    if as_json:
        print(json_line({"summary": True, "port": place, "wired": wired}))
    else:
        told = "what it says comes back" if wired else "no wire between TX and RX, or not this port"
        print(printable(f"{place}: {told}"))
