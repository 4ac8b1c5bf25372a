"""Devices under test, made as the fixtures make them."""

from dataclasses import dataclass
from typing import Any

from lensbus.plugin.dut import DeviceUnderTest
from lensbus.plugin.flash import LensFlash
from lensbus.plugin.make import Run, under_test
from lensbus.plugin.wish import Wish
from lensbus.session.log import Record
from lensbus.wire.message import Message


@dataclass(frozen=True, slots=True)
class Played:
    """A device, and what it runs in."""

    device: DeviceUnderTest
    run: Run

    def said(self, side: str) -> list[str]:
        """The names of the messages that a side said."""
        return names(self.run.records, side)


def names(records: list[Record], side: str) -> list[str]:
    return [
        record.event.name
        for record in records
        if record.side == side and record.verb == "said" and isinstance(record.event, Message)
    ]


def lens(flash: LensFlash | None = None, **wished: Any) -> Played:  # noqa: ANN401 of a wish
    return Played(*under_test("lens", Wish(**wished), flash))


def body(**wished: Any) -> Played:  # noqa: ANN401 of a wish
    return Played(*under_test("body", Wish(**wished), None))
