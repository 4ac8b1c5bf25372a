"""Run units on links in real time: tell of it on the screen, to a file, to a broker; sum up."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

from lensbus.aio.link import open_link, parse
from lensbus.aio.memory import join
from lensbus.aio.pump import Clock, Pump
from lensbus.aio.threads import hushed
from lensbus.bench.pair import BODY, LENS
from lensbus.bench.swap import Swap
from lensbus.bench.unit import Unit
from lensbus.cli.console import Console
from lensbus.cli.options import Live
from lensbus.cli.say import warn
from lensbus.cli.screen import Display, Screen
from lensbus.cli.setup import Made
from lensbus.cli.stop import stoppable
from lensbus.front.lines import json_line
from lensbus.front.named import load_faults
from lensbus.front.printable import printable
from lensbus.session.contract import Port
from lensbus.session.faults import Filter
from lensbus.session.log import Record
from lensbus.spec.model import Spec
from lensbus.telemetry.access import Access, access, exposed

Tell = Callable[[Record], None]

LOGGER = logging.getLogger("lensbus.loop")


def sum_up(
    screen: Display, facts: dict[str, Any], states: dict[str, str], pumps: Sequence[Pump]
) -> None:
    """Print the end of a run, and how punctual it was."""
    late = [pump.lateness for pump in pumps]
    lateness = {
        "ticks": sum(each.ticks for each in late),
        "late": sum(each.late for each in late),
        "worst_late_s": round(max(each.worst_s for each in late), 6),
    }
    screen.sum_up(facts, states, lateness)


async def one_end(  # noqa: PLR0917 the parts of a run, named where it is put together
    spec: Spec,
    role: str,
    make: Callable[[float], Unit | Swap],
    url: str,
    live: Live,
    until: Callable[[], bool] = lambda: False,
    screen: Display | None = None,
) -> None:
    """Be one side on the link of a URL, until the time is over or `until` says so.

    `make` gets what is to be added to each time-out, in seconds.

    Raises:
        LensbusError: the link cannot be opened, or was lost.
    """
    broker = _broker(live)
    faults = load_faults(spec, live.faults, live.seed, console=live.console).get(role)
    link = await open_link(parse(url), spec, role)
    end = make(link.slack_s)
    port = Filter(end, role, *faults) if faults else end
    screen = screen or Screen(spec, live, one_sided=True, flush=True)
    try:
        async with _tellers(spec, (role,), live, broker, screen) as tellers:
            clock = Clock()
            pump = Pump(port, link, clock, partial(_tell_all, tellers))
            tellers.append(lambda _: pump.stop() if until() else None)
            _take_words(spec, live, {role: (pump, port)})
            if link.listens:
                _print_listening(link.name, as_json=live.as_json)
            try:
                await _run([pump], live.seconds)
            finally:
                facts = {"link": link.name, "seconds": round(clock.now(), 3)}
                sum_up(screen, facts, {role: end.state}, [pump])
    finally:
        link.close()
        await link.wait_closed()


async def both_ends(spec: Spec, made: Made, live: Live) -> None:
    """Let a pair talk over `loop:`."""
    broker, screen, clock = _broker(live), Screen(spec, live, flush=True), Clock()
    async with _tellers(spec, (BODY, LENS), live, broker, screen) as tellers:
        ends = zip(made.pair.ports, join(frozenset(spec.link.lines)), strict=True)
        tell = partial(_tell_all, tellers)
        pumps = [Pump(port, link, clock, tell) for port, link in ends]
        both = zip(pumps, made.pair.ports, strict=True)
        _take_words(spec, live, dict(zip((BODY, LENS), both, strict=True)))
        try:
            await _run(pumps, live.seconds)
        finally:
            facts = {"seconds": round(clock.now(), 3), "seed": live.seed, **made.names}
            sum_up(screen, facts, made.pair.states, pumps)


def _take_words(spec: Spec, live: Live, ends: Mapping[str, tuple[Pump, Port]]) -> None:
    if live.console:
        able = {role: (p, port) for role, (p, port) in ends.items() if isinstance(port, Filter)}
        Console(spec, live.seed, able).start()


async def _run(pumps: Sequence[Pump], seconds: float | None) -> None:
    """Pump until the time is over.

    Raises:
        LinkLostError: a link that is no listener lost its peer.
    """
    if seconds is not None:
        for pump in pumps:
            asyncio.get_running_loop().call_later(seconds, pump.stop)
    try:
        async with asyncio.TaskGroup() as group:
            for pump in pumps:
                group.create_task(pump.run())
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None


@asynccontextmanager
async def _tellers(
    spec: Spec, roles: tuple[str, ...], live: Live, broker: Access | None, screen: Display
) -> AsyncIterator[list[Tell]]:
    """All who want to know of a record."""
    async with AsyncExitStack() as stack:
        tellers: list[Tell] = [screen.tell]
        if live.record is not None:
            from lensbus.capture.files import open_writer

            writer = open_writer(live.record, spec, roles, epoch_s=time.time())
            stack.callback(writer.close)
            tellers.append(writer.tell)
        if broker is not None:
            from lensbus.telemetry.publish import publishing

            told = publishing(broker, "_".join(roles), spec, warn)
            tellers.append((await stack.enter_async_context(told)).tell)
        yield tellers


def _broker(live: Live) -> Access | None:
    """Whom to publish to; asked before a link is opened or a file replaced.

    Raises:
        LinkError: the URL or the environment is wrong.
    """
    if live.mqtt is None:
        return None
    broker = access(live.mqtt, os.environ)
    if warning := exposed(os.environ):
        warn(warning)
    return broker


def _tell_all(tellers: Sequence[Tell], record: Record) -> None:
    for teller in tellers:
        teller(record)


def _print_listening(name: str, *, as_json: bool) -> None:
    text = json_line({"listening": name}) if as_json else printable(f"listening on {name}")
    print(text, flush=True)


def finish(main: Coroutine[Any, Any, None]) -> None:
    """Run to the end, or until somebody interrupts it."""
    try:
        with hushed():
            asyncio.run(_interruptible(main))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def _log(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Keep what a library has left behind from the screen; what matters, we were told."""
    LOGGER.debug(context["message"], exc_info=context.get("exception"))


async def _interruptible(main: Coroutine[Any, Any, None]) -> None:
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(main)
    loop.set_exception_handler(_log)
    with stoppable(partial(loop.call_soon_threadsafe, task.cancel)):
        await task
