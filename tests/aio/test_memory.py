import asyncio
from collections.abc import Iterator

import pytest

from lensbus.aio.memory import MemoryEnd, join
from tests.aio.real import Heard, until

pytestmark = pytest.mark.real

LINES = frozenset({"detect", "power"})


class Ends:
    """Two joined ends, and what each heard."""

    def __init__(self) -> None:
        self.a, self.b = join(LINES)
        self.at_a, self.at_b = Heard(), Heard()

    async def begin(self) -> None:
        self.a.start(self.at_a)
        self.b.start(self.at_b)
        await turn()


@pytest.fixture
async def ends() -> Ends:
    return Ends()


async def turn() -> None:
    """Let the loop call what was to be called."""
    await asyncio.sleep(0)


def each(ends: Ends) -> Iterator[MemoryEnd]:
    yield from (ends.a, ends.b)


async def test_both_are_up_once_both_have_begun(ends: Ends) -> None:
    ends.a.start(ends.at_a)
    await turn()
    alone = list(ends.at_a.log)
    ends.b.start(ends.at_b)
    await turn()

    assert alone == []
    assert ends.at_a.log == ends.at_b.log == ["up"]


async def test_both_have_all_lines_and_listen(ends: Ends) -> None:
    assert [(end.lines, end.listens) for end in each(ends)] == [(LINES, True), (LINES, True)]


async def test_bytes_and_edges_arrive_in_the_order_in_which_they_were_said(ends: Ends) -> None:
    await ends.begin()
    ends.a.write(b"one")
    await ends.a.set_line("power", high=True)
    ends.a.write(b"two")
    await ends.a.set_rate(9600)
    await ends.a.drain()
    await turn()

    assert ends.at_b.log == ["up", "data", "power high", "data"]
    assert ends.at_b.data == b"onetwo"
    assert ends.at_a.log == ["up"]


async def test_only_an_edge_of_a_line_is_told(ends: Ends) -> None:
    await ends.begin()
    for high in (False, False, True, True, False):
        await ends.b.set_line("detect", high)
    await turn()

    assert ends.at_a.log == ["up", "detect low", "detect high", "detect low"]


async def test_a_hang_up_parts_both_and_they_meet_again(ends: Ends) -> None:
    await ends.begin()
    ends.a.hang_up()
    await turn()

    assert ends.at_a.log == ends.at_b.log == ["up", "down", "up"]
    assert (ends.at_a.causes, ends.at_b.causes) == (["we hung up"], ["the other end hung up"])


async def test_an_end_whose_peer_is_closed_listens_no_more(ends: Ends) -> None:
    await ends.begin()
    ends.a.close()
    ends.a.close()
    await ends.a.wait_closed()
    ends.b.write(b"nobody")
    ends.b.hang_up()
    await turn()

    assert not ends.b.listens
    assert ends.at_b.log == ["up", "down"]
    assert ends.at_a.log == ["up"]


async def test_an_end_that_begins_after_its_peer_was_closed_is_told_so(ends: Ends) -> None:
    ends.a.close()
    ends.b.start(ends.at_b)
    await until(lambda: ends.at_b.log == ["down"])


async def test_what_was_on_its_way_to_an_end_that_closes_is_not_told(ends: Ends) -> None:
    await ends.begin()
    ends.b.write(b"too late")
    ends.a.close()
    await turn()

    assert ends.at_a.log == ["up"]
