import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.firmware.receiver import Receiver, State

DATA = bytes(range(256)) * 4  # 8 blocks of 128
BLOCK, WINDOW = 128, 512


def receiver(size: int = len(DATA), window: int = WINDOW) -> Receiver:
    return Receiver(size, BLOCK, window)


def come(one: Receiver, *blocks: int) -> None:
    for number in blocks:
        offset = number * BLOCK
        one.add(offset, DATA[offset : offset + BLOCK])


def taken(one: Receiver) -> list[tuple[int, bytes]]:
    return list(iter(one.take, None))


def test_nothing_came_yet() -> None:
    one = receiver()

    assert one.state == State(next=0, limit=WINDOW)
    assert one.take() is None
    assert not one.done


def test_a_chunk_is_taken_block_by_block_each_once() -> None:
    one = receiver()

    assert one.add(0, DATA[:256])
    assert taken(one) == [(0, DATA[:128]), (128, DATA[128:256])]
    assert taken(one) == []


def test_what_was_taken_makes_room_for_more() -> None:
    one = receiver()
    come(one, 0, 1)
    before = one.limit
    one.take()

    assert (before, one.limit) == (WINDOW, WINDOW + BLOCK)


def test_blocks_that_came_ahead_are_told_by_a_bit_each_and_wait() -> None:
    one = receiver(window=1024)
    come(one, 0, 2, 4)

    assert one.state == State(next=128, limit=1024, got=b"\x0a")
    assert taken(one) == [(0, DATA[:128])]
    assert one.state == State(next=128, limit=1024, got=b"\x0a")


def test_a_gap_that_is_filled_lets_all_behind_it_be_taken() -> None:
    one = receiver()
    come(one, 1, 2, 0)

    assert one.state == State(next=384, limit=WINDOW)
    assert [offset for offset, _ in taken(one)] == [0, 128, 256]


def test_the_last_block_may_be_short() -> None:
    one = receiver(size=200)
    one.add(0, DATA[:200])

    assert one.state == State(next=200, limit=200)
    assert taken(one) == [(0, DATA[:128]), (128, DATA[128:200])]
    assert one.done


@pytest.mark.parametrize(
    ("offset", "size"),
    [
        (0, 0),  # nothing
        (1, 128),  # begins within a block
        (0, 127),  # ends within one
        (384, 256),  # ends beyond the limit
        (512, 128),  # begins there
        (2**32 - 128, 128),
    ],
)
def test_what_is_no_whole_block_within_the_limit_is_not_kept(offset: int, size: int) -> None:
    one = receiver()

    assert not one.add(offset, bytes(size))
    assert one.state == State(next=0, limit=WINDOW)


def test_what_ends_within_the_last_block_is_not_kept() -> None:
    one = receiver(size=200)

    assert not one.add(128, DATA[128:199])
    assert not one.add(128, DATA[128:256])


def test_a_block_that_comes_again_is_taken_once() -> None:
    one = receiver()
    come(one, 0)
    first = taken(one)
    come(one, 0, 1, 1)

    assert first + taken(one) == [(0, DATA[:128]), (128, DATA[128:256])]


def test_blocks_that_are_there_already_are_neither_awaited_nor_taken() -> None:
    one = receiver()
    one.skip(0, 256)
    one.skip(384, 128)
    come(one, 0, 2, 3)

    assert one.state == State(next=512, limit=256 + WINDOW)
    assert taken(one) == [(256, DATA[256:384])]
    assert one.taken == 512


def test_if_all_is_there_already_it_is_done() -> None:
    one = receiver(size=200)
    one.skip(0, 1024)

    assert one.done
    assert one.state == State(next=200, limit=200)


chunks = st.tuples(st.integers(0, 8), st.integers(1, 4))


@given(
    size=st.integers(1, len(DATA)),
    window=st.integers(1, 8).map(lambda blocks: blocks * BLOCK),
    steps=st.lists(chunks | st.none(), max_size=60),
)
def test_whatever_comes_is_taken_in_order_and_never_more_than_the_window_is_kept(
    size: int, window: int, steps: list[tuple[int, int] | None]
) -> None:
    """None takes a block; a chunk is its first block and how many."""
    one, got, come_bytes = receiver(size, window), b"", set[int]()
    for step in steps:
        if step is None:
            _, block = one.take() or (0, b"")
            got += block
        else:
            start, end = step[0] * BLOCK, min(sum(step) * BLOCK, size)
            if one.add(start, DATA[start:end]):
                come_bytes.update(range(start, end))
        state = one.state

        assert got == DATA[: one.taken]
        assert state.limit == min(len(got) + window, size)
        assert set(range(state.next)) <= come_bytes | set(range(one.taken))
        assert state.next == size or state.next not in come_bytes
        assert len(state.got) <= window // BLOCK // 8 + 1
