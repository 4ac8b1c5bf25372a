from collections.abc import Iterator
from math import inf
from random import Random

import pytest

from lensbus.bench.gate import Gate
from lensbus.session.exchange import exchange
from lensbus.session.line import Strip
from lensbus.session.log import Record
from lensbus.wire.message import Message
from tests.aio.real import body, lens
from tests.peers import SPEC, called


def paused() -> tuple[Gate, Iterator[Record]]:
    """A body behind a gate, and its exchange with a lens."""
    gate = Gate(body(0.0), "body")
    return gate, exchange(gate, lens(0.0), Strip.of(SPEC), inf, Random(1))


def says(name: str, record: Record) -> bool:
    return isinstance(record.event, Message) and record.event.name == name


def test_time_halts_at_a_second_and_goes_on_from_there() -> None:
    gate, records = paused()
    for until in (0.0, 0.05, 0.05, 0.3, 1.2):
        last = [record.t for record in gate.steps(records, until)]

        assert max(last, default=until) <= until
        assert gate.now == pytest.approx(until)


def test_time_halts_at_a_record_that_is_watched_for() -> None:
    gate, records = paused()
    found = list(gate.steps(records, 5.0, lambda record: says("homed", record)))

    assert called(found[-1].event) == "homed"
    assert found[-1].side == "body"
    assert gate.now == found[-1].t


def test_what_halts_changes_nothing_of_what_is_said() -> None:
    gate, records = paused()
    halting = [each for ms in range(0, 2000, 7) for each in gate.steps(records, ms / 1000)]
    whole = exchange(body(0.0), lens(0.0), Strip.of(SPEC), halting[-1].t, Random(1))

    assert [record for record in halting if record.event is not None] == list(whole)


def test_an_exchange_that_is_over_gives_nothing_more() -> None:
    gate, _ = paused()

    assert not list(gate.steps(iter(()), 1.0))
