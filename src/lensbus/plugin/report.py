"""What a failed test shows: the frames as `lensbus sim` prints them, a recording, the seed."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from lensbus.bench.silence import Silence
from lensbus.capture.files import open_writer
from lensbus.conformance.dialogue import is_end
from lensbus.errors import CaptureError
from lensbus.front.lines import Timeline
from lensbus.plugin.make import Run
from lensbus.plugin.wish import Wish
from lensbus.session.log import Record
from lensbus.spec.model import Spec
from lensbus.telemetry.records import peer_of
from lensbus.wire.message import Message

MOST = 200
"""Lines that are shown, the last ones; the recording has all frames."""


@dataclass(frozen=True, slots=True)
class Running:
    """A test that runs: with what, and in what; `is_played`: it is itself one of both sides."""

    run: Run
    spec: Spec
    wish: Wish
    folder: Path
    is_played: bool

    def attach(self, report: pytest.TestReport, item: pytest.Item) -> None:
        """Add what happened on the wire to the report of a test that failed."""
        lines: list[str] = []
        try:
            lines += self.lines()
        except Exception as error:  # noqa: BLE001 - one test's trouble must not end the session
            lines.append(f"the frames can't be shown: {error!r}")
        if len(lines) > MOST:
            lines = [f"... {len(lines) - MOST} lines before", *lines[-MOST:]]
        name = f"{re.sub('[^A-Za-z0-9_.-]+', '-', report.nodeid).strip('-')}.pcapng"
        try:
            lines += ["", f"recording: {self.write(self.folder / name)}"]
            item.user_properties.append(("lensbus_recording", str(self.folder / name)))
        except Exception as error:  # noqa: BLE001 - as above
            told = error if isinstance(error, CaptureError | OSError) else repr(error)
            lines += ["", f"recording: {told}"]
        lines.append(f"again: {shlex.join(['pytest', report.nodeid, *self.wish.options()])}")
        report.sections.append(("lensbus", "\n".join(lines)))

    def lines(self) -> Iterator[str]:
        """The records as `sim` prints them."""
        timeline, silence = Timeline(self.spec, everything=False), Silence()
        for record in self._told(list(self.run.records)):  # a real link talks on
            if not silence.expects(record):
                yield from timeline.lines(record)
        yield from timeline.rest()

    def write(self, path: Path) -> Path:
        """Write the recording.

        Raises:
            CaptureError: it cannot be written.
            OSError: its folder cannot be made.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        sides = (self.run.side, peer_of(self.run.side, self.spec))
        writer = open_writer(path, self.spec, sides[:1] if self.run.url else sides)
        try:
            for record in list(self.run.records):
                writer.tell(record)
        finally:
            writer.close()
        return path

    def _told(self, records: Iterable[Record]) -> Iterator[Record]:
        """Each side's own records; what a tester tells of state is the device's."""
        for record in records:
            if not self.is_played or record.side != self.run.side:
                yield record
            elif self.run.url and record.verb == "heard" and isinstance(record.event, Message):
                side = peer_of(record.side, self.spec)
                yield replace(record, side=side, verb="said")
            elif not is_end(record):
                yield replace(record, state="")
