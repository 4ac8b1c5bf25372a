import math
from collections import deque
from itertools import count
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.firmware.receiver import Receiver, State
from lensbus.firmware.sender import Sender, Trip

BLOCK, CHUNK, FRAME, SIZE = 128, 512, 13, 4000


def begun(
    size: int = SIZE, *, limit: int = SIZE, next_: int = 0, got: bytes = b"", most: int = CHUNK
) -> Sender:
    one = Sender(size, block=BLOCK, most=CHUNK, frame=FRAME)
    one.begin(State(next_, limit, got), most, 0.0)
    return one


def sent(one: Sender, most: int = 99, now: float = 0.0) -> list[tuple[int, int]]:
    """What may go now."""
    pieces = (one.take(now) for _ in range(most))
    return [piece for piece in pieces if piece is not None]


def test_chunks_are_as_big_as_may_be_and_the_last_one_is_what_is_left() -> None:
    assert sent(begun(1200)) == [(0, 512), (512, 512), (1024, 176)]


def test_nothing_beyond_the_limit_is_sent_until_the_limit_rises() -> None:
    one = begun(limit=1024)
    first = sent(one)
    held = one.held
    one.tell(State(1024, 2048), 0.1)

    assert first == [(0, 512), (512, 512)]
    assert held
    assert sent(one) == [(1024, 512), (1536, 512)]


def test_a_limit_that_rises_block_by_block_makes_no_small_chunks() -> None:
    one = begun(limit=1024)
    sent(one)
    told = []
    for blocks in range(1, 5):
        one.tell(State(512, 1024 + blocks * BLOCK), 0.1)
        told.append((one.held, sent(one)))

    assert told == [(True, []), (True, []), (True, []), (False, [(1024, 512)])]


def test_a_small_chunk_goes_if_nothing_else_is_on_its_way() -> None:
    assert sent(begun(limit=256)) == [(0, 256)]


def test_what_the_target_has_from_before_is_not_sent() -> None:
    one = begun(1000, next_=256, got=b"\x02", limit=1000)

    assert one.has_bytes == 384
    assert sent(one) == [(256, 128), (512, 488)]


def test_a_chunk_is_lost_as_soon_as_a_later_one_has_come_and_goes_first() -> None:
    one = begun()
    sent(one, 3)
    one.tell(State(512, SIZE, b"\xf0"), 0.1)  # the third came, the second did not

    assert one.take(0.1) == (512, 128)  # in smaller chunks, since chunks are lost
    assert one.resent_bytes == 128
    assert one.flying_bytes == 128


def test_a_chunk_that_came_in_part_is_sent_again_for_the_rest() -> None:
    one = begun()
    sent(one, 2)
    one.tell(State(0, SIZE, b"\xf2"), 0.1)
    again = sent(one, 2)

    assert again == [(0, 128), (256, 128)]


def test_all_is_there_when_the_target_says_so() -> None:
    one = begun(300)
    sent(one)
    before = one.done
    one.tell(State(300, 300), 0.1)

    assert (before, one.done) == (False, True)
    assert (one.has_bytes, one.flying_bytes, one.take(0.2)) == (300, 0, None)


def test_what_is_told_late_takes_nothing_back() -> None:
    one = begun()
    sent(one)
    one.tell(State(1024, SIZE), 0.1)
    one.tell(State(512, 1024), 0.2)

    assert (one.next, one.limit, one.has_bytes) == (1024, SIZE, 1024)


def test_without_a_word_the_oldest_chunk_goes_again() -> None:
    one = begun()
    sent(one, 3)
    one.give_up()

    assert one.take(1.0) == (0, 128)


def test_without_a_word_and_nothing_on_its_way_the_last_block_goes_again_as_a_question() -> None:
    one = begun(limit=512)
    sent(one)
    one.tell(State(512, 512), 0.1)
    one.give_up()

    assert one.take(1.0) == (384, 128)


def test_if_nothing_was_ever_sent_there_is_nothing_to_give_up() -> None:
    one = begun(limit=0)
    one.give_up()

    assert one.take(1.0) is None


def test_to_begin_again_only_what_the_target_tells_counts() -> None:
    one = begun()
    sent(one)
    one.tell(State(2048, SIZE), 0.1)
    one.begin(State(1024, 2048), CHUNK, 1.0)

    assert (one.next, one.limit, one.flying_bytes) == (1024, 2048, 0)
    assert sent(one, 1) == [(1024, 512)]


@pytest.mark.parametrize(("most", "expected"), [(512, 512), (300, 256), (64, 128)])
def test_chunks_are_no_bigger_than_the_target_wants_them(most: int, expected: int) -> None:
    assert begun(most=most).take(0.0) == (0, expected)


def test_chunks_shrink_on_a_bad_line_and_grow_again_on_a_good_one() -> None:
    one = Sender(1 << 22, block=BLOCK, most=4096, frame=FRAME)
    one.begin(State(0, 1 << 22), 4096, 0.0)
    before = one.chunk
    for _ in range(20):
        sent(one, 1)
        one.give_up()
    worst = one.chunk
    for _ in range(400):
        offset, size = one.take(0.0) or (0, 0)
        one.tell(State(offset + size, 1 << 22), 0.1)

    assert (before, worst) == (4096, BLOCK)
    assert one.chunk > 1024


def test_the_best_size_is_the_root_of_what_goes_around_over_losses_per_byte() -> None:
    one = begun()
    one._losses, one._carried = 1.0, 5000.0  # noqa: SLF001 as if counted

    assert abs(math.log2(one.chunk / math.sqrt(FRAME * 5000))) <= 0.5


def test_a_trip_is_the_mean_and_four_times_how_much_it_varies() -> None:
    trip = Trip()
    trip.add(0.1)
    first = trip.after(0)
    for _ in range(100):
        trip.add(0.1)

    assert first == pytest.approx(0.1 + 4 * 0.0375)
    assert trip.after(0) == pytest.approx(0.1)
    assert [trip.after(tries) / trip.after(0) for tries in (1, 2, 1000)] == [2, 4, 64]


def test_only_chunks_that_went_once_tell_how_long_a_trip_takes() -> None:
    one = begun(512)
    one.take(0.0)
    one.give_up()
    for _ in range(4):
        one.take(5.0)
    one.tell(State(512, 512), 5.1)

    assert one.trip.mean_s == 0


class Channel:
    """Sender and Receiver, joined by two lines that keep the order and lose some frames."""

    def __init__(self, data: bytes, window: int, most: int, loss: float, seed: int) -> None:
        self.data, self.most, self.loss, self.chance = data, most, loss, Random(seed)
        self.sender = Sender(len(data), block=BLOCK, most=most, frame=FRAME)
        self.receiver = Receiver(len(data), BLOCK, window)
        self.got, self.sizes = b"", list[int]()
        self.there: deque[tuple[int, int]] = deque()
        self.back: deque[State] = deque()

    def run(self) -> int:
        """Let them talk until all is there; gives the rounds."""
        self.sender.begin(self.receiver.state, self.most, 0.0)
        for turn in count(1):
            now = turn / 100
            moved = self.say(now)
            moved |= self.hear()
            while self.back:
                self.sender.tell(self.back.popleft(), now)
            if self.sender.done:
                return turn
            if not moved and not self.there:
                self.sender.give_up()
            assert turn < 100_000, "it never ends"
        raise AssertionError

    def say(self, now: float) -> bool:
        before = len(self.sizes)
        while len(self.there) < 4 and (piece := self.sender.take(now)):
            offset, size = piece

            assert offset + size <= self.sender.limit
            assert size <= self.most
            assert size % BLOCK == 0 or offset + size == len(self.data)
            self.sizes.append(size)
            if self.chance.random() >= self.loss:
                self.there.append(piece)
        return len(self.sizes) > before

    def hear(self) -> bool:
        """The target hears some chunks and its flash takes some blocks."""
        heard = 0
        while self.there and self.chance.random() < 0.8:
            offset, size = self.there.popleft()

            assert self.receiver.add(offset, self.data[offset : offset + size])
            heard += 1
            self.answer()
        for _ in range(self.chance.randrange(6)):
            if block := self.receiver.take():
                self.got += block[1]
                self.answer()
        return heard > 0

    def answer(self) -> None:
        if self.chance.random() >= self.loss:
            self.back.append(self.receiver.state)


@given(
    size=st.integers(1, 20_000),
    window=st.integers(1, 40).map(lambda blocks: blocks * BLOCK),
    most=st.sampled_from([128, 256, 512, 1024, 4096]),
    loss=st.sampled_from([0.0, 0.01, 0.1, 0.3, 0.6]),
    seed=st.integers(0, 2**32),
)
def test_however_many_frames_are_lost_all_of_it_arrives_and_nothing_beyond_the_limit(
    size: int, window: int, most: int, loss: float, seed: int
) -> None:
    data = Random(seed).randbytes(size)
    line = Channel(data, window, most, loss, seed)
    line.run()
    while block := line.receiver.take():
        line.got += block[1]

    assert data == line.got
    assert line.sender.sent_bytes == sum(line.sizes) >= size
    assert line.sender.has_bytes == size
    assert line.sender.sent_bytes - size <= line.sender.resent_bytes


@pytest.mark.parametrize("seed", range(5))
def test_without_losses_each_byte_is_sent_once_in_the_biggest_chunks(seed: int) -> None:
    line = Channel(Random(seed).randbytes(30_000), 1 << 16, 4096, 0.0, seed)
    line.run()

    assert line.sizes == [4096] * 7 + [30_000 - 7 * 4096]
    assert line.sender.resent_bytes == 0


@pytest.mark.parametrize("seed", range(5))
def test_with_losses_chunks_become_smaller(seed: int) -> None:
    line = Channel(Random(seed).randbytes(200_000), 1 << 16, 4096, 0.3, seed)
    line.run()

    assert max(line.sizes[-50:]) <= 1024
