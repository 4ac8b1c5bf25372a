import os
import socket
from collections.abc import Iterator
from random import Random

import pytest

from benchmarks.line import AHEAD_S, Carried, Line, Way, pty, span
from lensbus.session.line import Strip

BAUD, PIECE = 100_000, 5  # a byte takes 0.1 ms
LATE = Strip(10, frozenset(), latency_s=0.25)
NOISY = Strip(10, frozenset(), bit_error_rate=0.1)


@pytest.fixture
def pipes() -> Iterator[tuple[int, int, int, int]]:
    """Where to write for a way to take, its two ends, and where to read what it gave."""
    (source, said), (heard, sink) = os.pipe(), os.pipe()
    for end in (source, sink, heard):
        os.set_blocking(end, False)
    yield said, source, sink, heard
    for end in (said, source, sink, heard):
        os.close(end)


def test_a_piece_arrives_once_its_last_bit_has(pipes: tuple[int, int, int, int]) -> None:
    said, source, sink, heard = pipes
    os.write(said, b"hello")
    way = Way(source, sink, LATE, BAUD, Random(0))
    way.take(1.0)
    way.give(1.25049)
    with pytest.raises(BlockingIOError):
        os.read(heard, 99)
    way.give(1.25051)

    assert os.read(heard, 99) == b"hello"
    assert way.arrived == [pytest.approx(1.2505)]


def test_pieces_follow_each_other_at_the_rate(pipes: tuple[int, int, int, int]) -> None:
    said, source, sink, _ = pipes
    os.write(said, b"hello, world")
    way = Way(source, sink, LATE, BAUD, Random(0))
    for _ in range(3):
        way.take(1.0)

    assert [data for _, data in way.said] == [b"hello", b", wor", b"ld"]
    assert [at for at, _ in way.said] == pytest.approx([1.0, 1.0005, 1.001])


def test_no_more_is_taken_than_a_uart_takes(pipes: tuple[int, int, int, int]) -> None:
    said, source, sink, _ = pipes
    os.write(said, bytes(1000))
    way = Way(source, sink, LATE, BAUD, Random(0))
    while way.has_room(1.0):
        way.take(1.0)

    assert 0 <= sum(len(data) for _, data in way.said) - round(AHEAD_S * BAUD / 10) <= PIECE
    assert list(way.wakes(1.0)) == pytest.approx([1.2505, 1.0], abs=0.001)
    assert way.has_room(1.001)


def test_bits_are_spoilt_as_the_strip_does_it(pipes: tuple[int, int, int, int]) -> None:
    said, source, sink, heard = pipes
    os.write(said, b"hello")
    way = Way(source, sink, NOISY, BAUD, Random(7))
    way.take(1.0)
    way.give(2.0)

    assert os.read(heard, 99) == NOISY.spoil(b"hello", Random(7)) != b"hello"
    assert way.said == [(1.0, b"hello")]


def test_what_the_reader_has_no_room_for_comes_later(pipes: tuple[int, int, int, int]) -> None:
    said, source, sink, heard = pipes
    while True:
        try:
            os.write(sink, bytes(4096))
        except BlockingIOError:
            break
    os.write(said, b"hello")
    way = Way(source, sink, LATE, BAUD, Random(0))
    way.take(1.0)
    way.give(2.0)
    wakes = list(way.wakes(2.0))
    while set(os.read(heard, 4096)) == {0}:
        way.give(2.1)

    assert wakes == [pytest.approx(2.0005)]
    assert list(way.wakes(2.1)) == []


@pytest.mark.real
def test_a_line_carries_both_ways_and_tells_what_it_carried() -> None:
    (a, line_a), (line_b, b) = socket.socketpair(), socket.socketpair()
    with a, line_a, line_b, b:
        line = Line(line_a.fileno(), line_b.fileno(), Strip(10, frozenset()), BAUD, 0)
        a.sendall(b"there")
        there = b.recv(5, socket.MSG_WAITALL)
        b.sendall(b"back")
        back = a.recv(4, socket.MSG_WAITALL)
        carried = line.lift()

    assert (there, back) == (b"there", b"back")
    assert b"".join(data for _, data in carried.said) == b"there"
    assert carried.answered


def test_a_transfer_lasts_from_the_first_bytes_to_the_answer_to_the_last() -> None:
    said = [
        (1.0, b"head fir"),
        (2.0, b"st, la"),
        (3.0, b"st"),
        (4.0, b"la"),
        (5.0, b"st"),
        (9.0, b""),
    ]

    assert span(Carried(said, [0.5, 4.5, 5.25, 6.0]), b"first", b"last") == 4.25


def test_a_pty_of_the_line_is_raw() -> None:
    with pty() as (line_end, end):
        os.write(line_end, b"\x03\r\n")
        got = os.read(end, 99)

    assert got == b"\x03\r\n"
