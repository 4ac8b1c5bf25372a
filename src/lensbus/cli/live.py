"""What `lens`, `body` and `sim` in real time share: run units on links, tell, sum up, leave well."""

import asyncio
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lensbus.aio.link import open_link, parse
from lensbus.aio.pump import Clock, Pump
from lensbus.bench.pair import Tally
from lensbus.bench.unit import Unit
from lensbus.cli.setup import filtered
from lensbus.cli.show import Timeline, json_line, record_json
from lensbus.session.log import Record
from lensbus.spec.model import Spec
from lensbus.wire.message import Message

Tell = Callable[[Record], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What every live command takes: see their --help."""

    seconds: float | None
    seed: int
    faults: Path | None
    record: Path | None
    mqtt: str | None
    as_json: bool
    everything: bool


class Show:
    """Counts records and prints them as they come: as JSON, or as a timeline.

    `one_sided` shows what was heard as well, since nobody else tells it.
    """

    def __init__(self, spec: Spec, options: Options, *, one_sided: bool) -> None:
        self._spec, self._as_json, self._one_sided = spec, options.as_json, one_sided
        self._timeline = Timeline(spec, everything=options.everything, one_sided=one_sided)
        self.tally = Tally()

    def tell(self, record: Record) -> None:
        """Count and print a record."""
        self.tally.add(record)
        if not self._as_json:
            for line in self._timeline.lines(record):
                print(line, flush=True)
        elif self._one_sided or record.verb != "heard" or not isinstance(record.event, Message):
            print(json_line(record_json(record, self._spec)), flush=True)

    def sum_up(self, states: dict[str, str], pumps: Sequence[Pump], more: dict[str, Any]) -> None:
        """Print the end of it."""
        late = [pump.lateness for pump in pumps]
        worst_s = max(each.worst_s for each in late)
        summary = {
            "summary": True,
            "frames": dict(self.tally.frames),
            "faults": self.tally.faults.total(),
            "faults_by_kind": dict(sorted(self.tally.faults.items())),
            "states": states,
            "ticks": sum(each.ticks for each in late),
            "late": sum(each.late for each in late),
            "worst_late_s": round(worst_s, 6),
            **more,
        }
        if self._as_json:
            print(json_line(summary), flush=True)
            return
        for line in self._timeline.rest():
            print(line)
        faults = ", ".join(f"{n} {kind}" for kind, n in summary["faults_by_kind"].items())
        print(f"\nstates  {', '.join(f'{role} {state}' for role, state in states.items())}")
        print(f"frames  {', '.join(f'{role} {n}' for role, n in self.tally.frames.items())}")
        print(f"faults  {faults or 'none'}")
        punctual = f"{summary['late']} of {summary['ticks']} ticks more than 2 ms late"
        print(f"late    {punctual}, worst {worst_s * 1000:.1f} ms", flush=True)


async def run(pumps: Sequence[Pump], seconds: float | None) -> None:
    """Pump until the time is over.

    Raises:
        LinkLostError: a link that is no listener lost its peer.
    """
    loop, me = asyncio.get_running_loop(), asyncio.current_task()
    if seconds is not None:
        for pump in pumps:
            loop.call_later(seconds, pump.stop)
    with suppress(NotImplementedError):  # Windows has no such handlers
        loop.add_signal_handler(signal.SIGTERM, me.cancel if me else loop.stop)
    try:
        async with asyncio.TaskGroup() as group:
            for pump in pumps:
                group.create_task(pump.run())
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None


async def live(
    spec: Spec, role: str, url: str, make: Callable[[float], Unit], options: Options
) -> Unit:
    """Be one role on the link of a URL, and tell of it; the unit is made for the link's slack.

    Raises:
        LensbusError: the link cannot be opened, or was lost.
    """
    link = await open_link(parse(url), spec, role)
    unit = make(link.slack_s)
    show = Show(spec, options, one_sided=True)
    if link.listens:
        _listening(link.name, as_json=options.as_json)
    with telling(show, spec, options, (role,)) as tell:
        port = filtered(unit, role, options.seed, options.faults)
        pump = Pump(port, link, Clock(), tell)
        try:
            await run([pump], options.seconds)
        finally:
            show.sum_up({role: unit.state}, [pump], {"link": link.name})
    return unit


@contextmanager
def telling(
    show: Show, spec: Spec, options: Options, roles: Sequence[str]
) -> Iterator[Tell]:
    """One function that tells everybody of a record: the screen, a file, a broker."""
    if options.record is None:
        yield show.tell
        return
    from lensbus.capture.files import open_writer

    writer = open_writer(options.record, spec, roles)

    def tell(record: Record) -> None:
        writer.tell(record)
        show.tell(record)

    try:
        yield tell
    finally:
        writer.close()


def _listening(name: str, *, as_json: bool) -> None:
    if as_json:
        print(json_line({"listening": name}), flush=True)
    else:
        print(f"listening on {name}", flush=True)


def finish(main: Any) -> Any:
    """Run a coroutine to its end; a polite kill counts as an interruption."""
    try:
        return asyncio.run(main)
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        sys.stdout.flush()
