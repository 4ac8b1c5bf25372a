"""What a run prints: each record as it comes, and its end; in people's words or as JSON."""

from collections.abc import Mapping
from typing import Any, Protocol

from lensbus.bench.pair import Tally
from lensbus.cli.options import Live
from lensbus.cli.plot import print_sparks, write_plot
from lensbus.export.plot import Picture
from lensbus.front.lines import Timeline, json_line, record_line
from lensbus.front.printable import printable
from lensbus.session.log import Record
from lensbus.spec.model import Spec
from lensbus.wire.message import Message


class Display(Protocol):
    """What shows a run."""

    def tell(self, record: Record) -> None:
        """Take a record as it comes."""

    def sum_up(
        self, facts: Mapping[str, Any], states: Mapping[str, str], more: Mapping[str, Any]
    ) -> None:
        """Take the end: what is known of the run, where both sides' tables are, and more."""


class Screen:
    """Counts records and prints them, at once with `flush`; the cycle is folded.

    A message is told by who said it; where one side alone records, what it hears is told too.
    """

    def __init__(
        self,
        spec: Spec,
        live: Live,
        *,
        one_sided: bool = False,
        flush: bool = False,
    ) -> None:
        self._spec, self._as_json, self._one_sided = spec, live.as_json, one_sided
        self._timeline = Timeline(
            spec, everything=live.everything, one_sided=one_sided, folded=live.folded
        )
        self._folding = not live.everything
        self._flush, self._plot, self._scene = flush, live.plot, live.scene
        drawn = live.plot or live.scene
        self._picture = Picture(spec, one_sided=one_sided) if drawn else None
        self.tally = Tally()

    def tell(self, record: Record) -> None:
        """Count and print a record."""
        is_silence = self.tally.add(record)
        if self._picture is not None:
            self._picture.tell(record)
        if not self._as_json:
            for line in () if is_silence and self._folding else self._timeline.lines(record):
                print(line, flush=self._flush)
        elif self._one_sided or record.verb != "heard" or not isinstance(record.event, Message):
            print(record_line(record, self._spec), flush=self._flush)

    def rest(self) -> None:
        """Print what is still folded."""
        for line in () if self._as_json else self._timeline.rest():
            print(line)

    def sum_up(
        self, facts: Mapping[str, Any], states: Mapping[str, str], more: Mapping[str, Any]
    ) -> None:
        """Print the end of it: what is known of the run, the counts, and more; draw it."""
        self.rest()
        summary = {"summary": True, **facts, **self.tally.summary(states), **more}
        if "ticks" in more:
            summary["cycles_missed"] = self.tally.missed
        print_summary(summary, as_json=self._as_json)
        if self._picture is not None and not self._as_json:
            print_sparks(self._picture)
        if self._picture is not None and self._plot is not None:
            write_plot(self._plot, self._picture, {"scene": self._scene, **facts})


def print_summary(summary: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what became of a run; a side's name, seed and lateness only where they are told."""
    if as_json:
        print(json_line(summary), flush=True)
        return
    print()
    for role, state in summary["states"].items():
        name = f"{summary[role]}: " if role in summary else ""
        print(printable(f"{role:7} {name}{state}, {summary['frames'][role]} frames said"))
    if summary["faults_done"]:
        print(f"done    {summary['faults_done']} of the plan's faults")
    faults = ", ".join(f"{count} {kind}" for kind, count in summary["faults_by_kind"].items())
    print(
        f"faults  {faults or 'none'}" + (f"  (seed {summary['seed']})" if "seed" in summary else "")
    )
    if "ticks" in summary:
        late = f"{summary['late']} of {summary['ticks']} deadlines by more than 2 ms"
        worst = f"worst {summary['worst_late_s'] * 1000:.1f} ms"
        missed = f", {summary['cycles_missed']} cycles missed" if summary["cycles_missed"] else ""
        print(f"late    {late}, {worst}{missed}")
    print(end="", flush=True)
