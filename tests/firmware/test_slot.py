from collections.abc import Callable
from dataclasses import replace

import pytest

from lensbus.errors import LocalProtocolError, PowerCutError
from lensbus.firmware.flash import Flash, Geometry
from lensbus.firmware.slot import Slot, SlotLayout, Word
from tools.updates import GEOMETRY, LAYOUT

DIGEST = bytes(range(1, 33))
TRAILER = 5 * 1024  # of slot 0: after a bootloader of one sector and four of its own

Act = Callable[[Slot], object]


@pytest.fixture
def flash() -> Flash:
    return Flash(GEOMETRY)


@pytest.fixture
def slot(flash: Flash) -> Slot:
    return Slot(flash, LAYOUT, 0)


def torn(flash: Flash, act: Act, slot: Slot, size: int) -> None:
    flash.cut(1, size)
    with pytest.raises(PowerCutError):
        act(slot)


def test_a_slot_reads_and_writes_between_the_bootloader_and_its_trailer(
    flash: Flash, slot: Slot
) -> None:
    slot.program(0, b"first")
    slot.program(slot.size - 4, b"last")

    assert (slot.sectors, slot.sector_size, slot.size) == (4, 1024, 4096)
    assert (slot.read(0, 5), slot.read(4092, 4)) == (b"first", b"last")
    assert (flash.read(1024, 5), flash.read(TRAILER - 4, 4)) == (b"first", b"last")


def test_the_second_slot_follows_the_first(flash: Flash) -> None:
    Slot(flash, LAYOUT, 1).program(0, b"second")

    assert flash.read(6 * 1024, 6) == b"second"


def test_an_erase_is_of_a_sector_of_the_slot(slot: Slot) -> None:
    for sector in range(4):
        slot.program(sector * 1024, b"x")
    slot.erase(2)

    assert [slot.read(sector * 1024, 1) for sector in range(4)] == [b"x", b"x", b"\xff", b"x"]


@pytest.mark.parametrize(
    "act",
    [
        lambda slot: slot.erase(-1),  # the bootloader
        lambda slot: slot.erase(4),  # the trailer
        lambda slot: slot.program(-1, b"x"),
        lambda slot: slot.program(4096, b"x"),
        lambda slot: slot.read(4090, 7),
    ],
)
def test_what_is_not_its_own_is_refused_and_stays(flash: Flash, slot: Slot, act: Act) -> None:
    with pytest.raises(LocalProtocolError, match="bytes are not within its 4096"):
        act(slot)

    assert flash.operations == 0


def test_a_blank_slot_says_nothing(slot: Slot) -> None:
    assert slot.generation is None
    assert slot.written == frozenset()
    assert [slot.finished, slot.confirmed, slot.bootable] == [False] * 3


@pytest.mark.parametrize("generation", [0, 1, 258, 0xFFFF_FFFE, 0xFFFF_FFFF])
def test_a_generation_is_kept(slot: Slot, generation: int) -> None:
    slot.write_generation(generation)

    assert slot.generation == generation


def test_words_stand_where_the_layout_says(flash: Flash, slot: Slot) -> None:
    slot.write_generation(258)
    slot.write_offer(DIGEST)
    slot.mark_written(2)
    slot.mark_confirmed()
    trailer = bytearray(b"\xff" * 1024)
    for word, offset in [
        (bytes.fromhex("02010000 fdfeffff"), 0),
        (DIGEST, 16),
        (b"sector is whole!", 48 + 2 * 16),
        (b"image confirmed!", 144),
    ]:
        trailer[offset : offset + len(word)] = word

    assert flash.read(TRAILER, 1024) == trailer


def test_a_torn_generation_is_none(flash: Flash, slot: Slot) -> None:
    """From the sixth byte on, 0xFF is what the complement of a small number reads as anyway."""
    found = []
    for size in range(9):
        torn(flash, lambda slot: slot.write_generation(1), slot, size)
        found.append(slot.generation)
        slot.erase_trailer()

    assert found == [None] * 5 + [1] * 4


def test_a_torn_offer_is_no_image_that_is_offered(flash: Flash, slot: Slot) -> None:
    for size in range(32):
        torn(flash, lambda slot: slot.write_offer(DIGEST), slot, size)

        assert slot.offer == DIGEST[:size] + b"\xff" * (32 - size)
        slot.erase_trailer()


def test_sectors_are_marked_one_by_one(slot: Slot) -> None:
    for sector in (3, 0, 2):
        slot.mark_written(sector)

    assert slot.written == {0, 2, 3}


def test_a_torn_mark_does_not_count_and_is_not_written_again(flash: Flash, slot: Slot) -> None:
    torn(flash, lambda slot: slot.mark_written(1), slot, 15)

    assert slot.mark_written(1) == 0.0
    assert slot.written == frozenset()


def test_a_mark_that_power_failed_before_is_written_again(flash: Flash, slot: Slot) -> None:
    torn(flash, lambda slot: slot.mark_written(1), slot, 0)

    assert slot.mark_written(1) == GEOMETRY.program_s
    assert slot.written == {1}


def put(flash: Flash, slot: Slot, act: Act, how: str) -> None:
    """Write a word: `-` not at all, `right`, or `torn`."""
    if how == "torn":
        torn(flash, act, slot, 7)
    elif how == "right":
        act(slot)


@pytest.mark.parametrize(
    ("words", "bootable"),
    [
        ("- - -", False),
        ("torn - -", False),
        ("right - -", True),
        ("right torn -", False),
        ("right right -", False),
        ("right right torn", False),
        ("right right right", True),
        ("right torn right", True),
        ("- - right", True),
        ("- right -", False),
    ],
)
@pytest.mark.parametrize("generation", [True, False])
def test_pending_tried_and_confirmed_decide_whether_a_slot_may_boot(
    flash: Flash, slot: Slot, words: str, bootable: bool, generation: bool
) -> None:
    pending, tried, confirmed = words.split()
    if generation:
        slot.write_generation(1)
    put(flash, slot, Slot.mark_pending, pending)
    put(flash, slot, Slot.mark_tried, tried)
    put(flash, slot, Slot.mark_confirmed, confirmed)

    assert slot.bootable == (generation and bootable)
    assert slot.finished == (pending != "-")
    assert slot.confirmed == (confirmed == "right")


def test_all_that_changes_a_slot_gives_its_seconds(slot: Slot) -> None:
    programs = [
        slot.write_generation(1),
        slot.write_offer(DIGEST),
        slot.program(0, b"x"),
        slot.mark_written(0),
        slot.mark_pending(),
        slot.mark_tried(),
        slot.mark_confirmed(),
    ]

    assert programs == [GEOMETRY.program_s] * 7
    assert [slot.erase(0), slot.erase_trailer()] == [GEOMETRY.erase_s] * 2


def test_without_its_trailer_a_slot_is_as_new(slot: Slot) -> None:
    slot.write_generation(1)
    slot.mark_pending()
    slot.erase_trailer()

    assert slot.generation is None
    assert not slot.finished


def test_the_layout_of_the_tests_is_one_that_works() -> None:
    assert LAYOUT.problem(GEOMETRY) == ""


@pytest.mark.parametrize(
    ("layout", "problem"),
    [
        (replace(LAYOUT, bootloader_sectors=2), "two slots do not fit"),
        (replace(LAYOUT, bootloader_sectors=-1), "a size is too small"),
        (replace(LAYOUT, slot_sectors=1), "a size is too small"),
        (replace(LAYOUT, unit=0), "a size is too small"),
        (replace(LAYOUT, digest_size=0), "a size is too small"),
        (replace(LAYOUT, unit=32), "a word does not begin with a unit"),
        (replace(LAYOUT, pending=Word(112, b"")), "a word is empty"),
        (replace(LAYOUT, tried=Word(128, b"x\xffx")), "a word can be taken for blank"),
        (replace(LAYOUT, confirmed=Word(128, b"x")), "two words share a byte"),
        (replace(LAYOUT, digest_size=33), "two words share a byte"),
        (replace(LAYOUT, slot_sectors=6, bootloader_sectors=0), "two slots do not fit"),
        (replace(LAYOUT, confirmed=Word(240, b"x" * 17)), "a word crosses a page"),
        (replace(LAYOUT, confirmed=Word(1024, b"x")), "a word is beyond the sector"),
        (replace(LAYOUT, generation=-16), "a word is beyond the sector"),
        (replace(LAYOUT, generation=160), "the generation is not first"),
    ],
)
def test_a_layout_that_cannot_work_says_why(layout: SlotLayout, problem: str) -> None:
    assert problem == layout.problem(GEOMETRY)


def test_marks_that_are_longer_than_a_unit_take_whole_units() -> None:
    layout = replace(LAYOUT, unit=4, written=Word(48, b"sector"))

    assert [mark.offset for mark in layout.marks()] == [48, 56, 64, 72]


def test_a_part_with_smaller_pages_may_not_do_for_a_layout() -> None:
    small = Geometry(11, 1024, 16, 0.0, 0.0)

    assert LAYOUT.problem(small) == "a word crosses a page"
