from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import FlashError, LocalProtocolError, PowerCutError
from lensbus.firmware.flash import HEAD, Flash
from lensbus.firmware.slot import NEWEST, Slot
from lensbus.firmware.slots import Slots
from tests.sampled import sampled
from tools.updates import (
    GEOMETRY,
    LAYOUT,
    NEW,
    OLD,
    OLDER,
    base,
    digest,
    image,
    power_up,
    runs,
    send,
    try_out,
    update,
    whole,
)

IMAGES = (OLDER, OLD, NEW, image(4, 4096), image(5, 1024), image(6, 37))
ERASE_S, PROGRAM_S = GEOMETRY.erase_s, GEOMETRY.program_s


@pytest.fixture
def flash() -> Flash:
    """OLD runs from slot 0 and is confirmed; slot 1 is blank."""
    return base("new").copy()


def go(steps: Iterable[float]) -> list[float]:
    return list(steps)


def begun(flash: Flash, data: bytes = NEW) -> Slots:
    slots = power_up(flash)
    go(slots.begin(digest(data), len(data)))
    return slots


def received(flash: Flash, data: bytes = NEW) -> Slots:
    slots = power_up(flash)
    send(slots, data)
    return slots


def running(flash: Flash) -> tuple[int, bytes | None] | None:
    """Which slot boots, and what is in it."""
    slot = power_up(flash).running
    return (slot.number, whole(slot)) if slot else None


def damage(flash: Flash, number: int) -> None:
    Slot(flash, LAYOUT, number).erase(0)


# What boots


def test_with_no_image_nothing_boots() -> None:
    assert running(Flash(GEOMETRY)) is None


def test_a_confirmed_image_boots_each_time(flash: Flash) -> None:
    assert [running(flash)] * 3 == [(0, digest(OLD))] * 3


def test_a_pending_image_boots_once_on_trial_and_is_reverted(flash: Flash) -> None:
    received(flash).finish()

    assert [running(flash) for _ in range(3)] == [
        (1, digest(NEW)),
        (0, digest(OLD)),
        (0, digest(OLD)),
    ]


def test_an_image_that_is_confirmed_on_trial_stays(flash: Flash) -> None:
    try_out(flash, NEW).confirm()

    assert [running(flash) for _ in range(2)] == [(1, digest(NEW))] * 2


def test_the_newer_of_two_confirmed_images_boots(flash: Flash) -> None:
    update(flash, NEW)
    update(flash, OLDER)

    assert running(flash) == (0, digest(OLDER))


@pytest.mark.parametrize("number", [0, 1])
def test_of_two_confirmed_images_the_one_that_is_whole_boots(flash: Flash, number: int) -> None:
    update(flash, NEW)
    damage(flash, number)

    assert running(flash) == [(1, digest(NEW)), (0, digest(OLD))][number]


def test_a_pending_image_that_is_damaged_is_not_tried(flash: Flash) -> None:
    received(flash).finish()
    damage(flash, 1)
    before = flash.operations

    assert running(flash) == (0, digest(OLD))
    assert flash.operations == before


def test_an_image_that_failed_its_trial_does_not_boot_even_if_it_is_the_last(flash: Flash) -> None:
    try_out(flash, NEW)
    damage(flash, 0)

    assert running(flash) is None


def test_only_an_image_on_trial_costs_an_operation_to_boot(flash: Flash) -> None:
    slots = received(flash)
    slots.finish()
    before = flash.operations
    counts = [power_up(flash) and flash.operations - before for _ in range(2)]

    assert counts == [1, 1]


# How an image gets there


def test_each_step_of_an_update_is_one_operation_and_gives_its_seconds(flash: Flash) -> None:
    slots, before = power_up(flash), flash.operations
    begin = slots.begin(digest(NEW), len(NEW))
    counts = [(flash.operations - before, took_s) for took_s in begin]
    write = slots.write(1000, NEW[1000:1100])
    counts += [(flash.operations - before, took_s) for took_s in write]
    steps = [ERASE_S, PROGRAM_S, PROGRAM_S]  # the trailer, its generation, its offer
    steps += [ERASE_S, PROGRAM_S, ERASE_S, PROGRAM_S]  # two sectors with a part in each

    assert counts == list(enumerate(steps, 1))


def test_a_slot_that_was_received_once_loses_its_image_before_its_trailer(flash: Flash) -> None:
    update(flash, NEW)
    slots = power_up(flash)
    steps = slots.begin(digest(OLDER), len(OLDER))
    next(steps)

    assert whole(slots.slots[0]) is None
    assert slots.slots[0].confirmed
    next(steps)
    assert not slots.slots[0].confirmed


def test_after_the_last_generation_no_update_begins_and_the_image_stays(flash: Flash) -> None:
    first = Slot(flash, LAYOUT, 0)
    first.erase_trailer()
    first.write_generation(NEWEST)
    first.mark_confirmed()
    slots, before = power_up(flash), flash.key()

    with pytest.raises(FlashError, match=r"slot 0 has generation 4294967295, .*: no update can"):
        slots.begin(digest(NEW), len(NEW))
    assert flash.key() == before
    assert running(flash) == (0, digest(OLD))


def test_the_last_generation_but_one_is_followed_by_the_last(flash: Flash) -> None:
    first = Slot(flash, LAYOUT, 0)
    first.erase_trailer()
    first.write_generation(NEWEST - 1)
    first.mark_confirmed()
    update(flash, NEW)

    assert running(flash) == (1, digest(NEW))
    assert power_up(flash).slots[1].generation == NEWEST


def test_the_generation_of_a_slot_is_one_more_than_that_of_the_other(flash: Flash) -> None:
    generations = []
    for data in (NEW, OLDER, NEW):
        update(flash, data)
        generations.append([slot.generation for slot in power_up(flash).slots])

    assert generations == [[1, 2], [3, 2], [3, 4]]


def test_sectors_are_erased_ahead_if_one_asks(flash: Flash) -> None:
    slots = begun(flash)
    erased = [slots.erase_next() for _ in range(5)]
    steps = go(slots.write(0, NEW[:128]))

    assert (erased, steps) == ([ERASE_S] * 4 + [None], [PROGRAM_S])


def test_only_the_sectors_of_the_image_are_erased(flash: Flash) -> None:
    slots = begun(flash, OLD)

    assert [slots.erase_next() for _ in range(4)] == [ERASE_S] * 3 + [None]


def test_an_image_may_come_in_any_order_and_any_pieces(flash: Flash) -> None:
    slots = begun(flash)
    for start in reversed(range(0, len(NEW), 301)):
        go(slots.write(start, NEW[start : start + 301]))

    assert slots.written == {0, 1, 2, 3}
    assert slots.finish()
    assert running(flash) == (1, digest(NEW))


def test_nothing_to_write_is_no_step(flash: Flash) -> None:
    assert go(begun(flash).write(len(NEW), b"")) == []


def test_a_sector_is_marked_with_its_last_byte(flash: Flash) -> None:
    slots = begun(flash)
    go(slots.write(0, NEW[:1023]))
    before = slots.written
    go(slots.write(1023, NEW[1023:1024]))

    assert before == frozenset()
    assert slots.written == {0}


@pytest.mark.parametrize("seed", range(4, 6))
def test_an_image_may_fill_its_slot_or_its_sector_to_the_last_byte(flash: Flash, seed: int) -> None:
    data = IMAGES[seed - 1]
    update(flash, data)

    assert running(flash) == (1, digest(data))


def test_an_update_goes_on_where_it_was_left(flash: Flash) -> None:
    send(power_up(flash), NEW, 2500)
    slots = power_up(flash)
    steps = go(slots.begin(digest(NEW), len(NEW)))

    assert steps == []
    assert slots.written == {0, 1}
    assert go(slots.write(2048, NEW[2048:2100])) == [ERASE_S, PROGRAM_S]


def test_an_update_goes_on_within_a_session_too(flash: Flash) -> None:
    """The link was lost, and not the power."""
    slots = power_up(flash)
    send(slots, NEW, 2500)
    send(slots, NEW)

    assert slots.finish()


def test_another_image_begins_anew(flash: Flash) -> None:
    send(power_up(flash), OLDER, 2500)
    slots = power_up(flash)

    assert go(slots.begin(digest(NEW), len(NEW))) == [ERASE_S, PROGRAM_S, PROGRAM_S]
    assert slots.written == frozenset()


def test_an_image_that_was_tried_begins_anew(flash: Flash) -> None:
    try_out(flash, NEW)
    slots = begun(flash, NEW)

    assert slots.written == frozenset()
    update(flash, NEW)
    assert running(flash) == (1, digest(NEW))


def test_what_was_left_before_the_other_slot_moved_on_begins_anew(flash: Flash) -> None:
    """Gone on with, it would end as the older of the two and never boot."""
    send(power_up(flash), NEW, 2500)
    damage(flash, 0)
    update(flash, OLDER)

    assert begun(flash, NEW).written == frozenset()
    update(flash, NEW)
    assert running(flash) == (1, digest(NEW))


def test_in_recovery_an_update_ends_with_an_image_that_boots(flash: Flash) -> None:
    damage(flash, 0)
    update(flash, NEW)

    assert running(flash) == (0, digest(NEW))


def test_an_image_that_is_not_the_one_that_was_begun_is_forgotten(flash: Flash) -> None:
    slots = power_up(flash)
    go(slots.begin(digest(NEW), len(OLDER)))
    for start in range(0, len(OLDER), 500):
        go(slots.write(start, OLDER[start : start + 500]))

    assert not slots.finish()
    assert slots.slots[1].generation is None
    assert running(flash) == (0, digest(OLD))
    update(flash, NEW)
    assert running(flash) == (1, digest(NEW))


def test_an_image_that_is_not_whole_is_forgotten(flash: Flash) -> None:
    bad = NEW[:500] + b"?" + NEW[501:]
    slots = power_up(flash)
    send(slots, bad)

    assert not slots.finish()
    assert running(flash) == (0, digest(OLD))


def test_confirmed_once_is_confirmed(flash: Flash) -> None:
    slots = try_out(flash, NEW)

    assert [slots.confirm(), slots.confirm()] == [PROGRAM_S, 0.0]


# What our own side must not do


def test_without_boot_nobody_knows_which_slot_to_keep(flash: Flash) -> None:
    with pytest.raises(LocalProtocolError, match="before boot"):
        Slots(flash, LAYOUT, whole).begin(digest(NEW), len(NEW))


def test_on_trial_the_slot_to_fall_back_on_is_not_written(flash: Flash) -> None:
    slots = try_out(flash, NEW)
    with pytest.raises(LocalProtocolError, match="slot 1 is on trial: confirm it first"):
        slots.begin(digest(OLDER), len(OLDER))
    slots.confirm()

    assert next(slots.begin(digest(OLDER), len(OLDER))) == ERASE_S


@pytest.mark.parametrize("size", [-1, 0, 4097])
def test_an_image_without_room_is_refused_before_anything_is_erased(
    flash: Flash, size: int
) -> None:
    before = flash.key()
    with pytest.raises(LocalProtocolError, match=f"an image of {size} bytes; a slot takes 1 to"):
        power_up(flash).begin(digest(NEW), size)

    assert flash.key() == before


@pytest.mark.parametrize(("offset", "size"), [(-1, 5), (3589, 1), (3500, 100)])
def test_what_is_not_within_the_image_is_refused(flash: Flash, offset: int, size: int) -> None:
    with pytest.raises(LocalProtocolError, match="are not within an image of 3589"):
        begun(flash).write(offset, bytes(size))


def test_a_sector_that_is_whole_is_not_written_again(flash: Flash) -> None:
    send(power_up(flash), NEW, 2500)
    slots = begun(flash)
    with pytest.raises(LocalProtocolError, match="sector 1 of the image is whole already"):
        go(slots.write(1500, b"x"))


def test_a_byte_is_not_written_twice(flash: Flash) -> None:
    slots = begun(flash)
    go(slots.write(0, b"abc"))
    with pytest.raises(FlashError, match="was not erased"):
        go(slots.write(2, b"c"))


def test_an_update_that_lacks_a_sector_is_not_finished(flash: Flash) -> None:
    slots = power_up(flash)
    send(slots, NEW, 2500)
    with pytest.raises(LocalProtocolError, match=r"sectors \[2, 3\] are not written yet"):
        slots.finish()


@pytest.mark.parametrize(
    "act",
    [
        lambda slots: slots.finish(),
        lambda slots: slots.erase_next(),
        lambda slots: slots.written,
        lambda slots: slots.write(0, b"x"),
    ],
)
def test_an_update_begins_with_all_of_its_first_steps(
    flash: Flash, act: Callable[[Slots], object]
) -> None:
    slots = power_up(flash)
    next(slots.begin(digest(NEW), len(NEW)))
    with pytest.raises(LocalProtocolError, match="no update has begun"):
        act(slots)


def test_in_recovery_there_is_nothing_to_confirm() -> None:
    with pytest.raises(LocalProtocolError, match="no slot runs"):
        power_up(Flash(GEOMETRY)).confirm()


def test_the_bootloader_is_protected(flash: Flash) -> None:
    power_up(flash)
    with pytest.raises(FlashError, match="sectors 0 to 0 are protected"):
        flash.erase(0)


def test_a_layout_that_does_not_fit_is_refused(flash: Flash) -> None:
    with pytest.raises(LocalProtocolError, match=r"slots in 11 sectors .*: two slots do not fit"):
        Slots(flash, replace(LAYOUT, slot_sectors=6), whole)


# Power cuts; tools/cuts.py has the rest of them


@given(st.integers(0, 2**160 - 1))
@sampled(300)
def test_whatever_a_cut_erase_leaves_of_a_trailer_a_reverted_image_stays_reverted(
    erased: int,
) -> None:
    """A real part erases all cells of a sector at once, and not one after the other."""
    flash = base("reverted").copy()
    next(power_up(flash).begin(digest(NEW), len(NEW)))
    contents = bytearray(flash.read(0, GEOMETRY.size))
    trailer = 10 * GEOMETRY.sector_size
    for at in range(160):
        contents[trailer + at] |= 0xFF * (erased >> at & 1)
    flash = Flash(GEOMETRY, bytearray(flash.dump()[: HEAD.size] + contents + bytes(len(contents))))

    assert [running(flash) for _ in range(2)] == [(0, digest(OLD))] * 2
    update(flash, OLDER)
    assert running(flash) == (1, digest(OLDER))


def left(flash: Flash, data: bytes) -> None:
    """An update that the host leaves before its end."""
    slots = power_up(flash)
    if slots.running and slots.running.confirmed:
        send(slots, data, 2500)


STORIES = st.lists(
    st.tuples(
        st.sampled_from(IMAGES),
        st.sampled_from([left, try_out, update]),
        st.integers(0, 50),  # 0: no cut
        st.integers(0, GEOMETRY.sector_size),
    ),
    max_size=12,
)


@given(STORIES)
@sampled(150)
def test_whatever_is_sent_and_cut_a_confirmed_image_boots_and_the_next_update_succeeds(
    story: list[tuple[bytes, Callable[[Flash, bytes], object], int, int]],
) -> None:
    flash = base("new").copy()
    for data, act, operation, torn in story:
        flash.cut(operation, torn)
        with suppress(PowerCutError):
            act(flash, data)
        flash = Flash(GEOMETRY, bytearray(flash.dump()))
        twin = flash.copy()
        first, second = power_up(twin).running, power_up(twin).running

        assert first
        assert second
        assert second.confirmed
        for following in (data, NEW):
            twin = flash.copy()
            update(twin, following)
            slots = power_up(twin)
            assert runs(slots, following)
            assert slots.confirm() == 0.0
