from dataclasses import replace

import pytest

from lensbus.errors import ImageError, LocalProtocolError, PowerCutError
from lensbus.firmware.flash import Geometry
from lensbus.firmware.header import Version
from lensbus.firmware.image import parse
from lensbus.firmware.slot import Slot
from lensbus.firmware.target import geometry_of, layout_of, provision
from tests.images import KEY as FOREIGN
from tests.updating import TARGET, memory
from tools.wired import KEY, MOUNT, NEW, OLD, SMALL, blank, changed, factory, image


def test_the_flash_and_its_layout_are_those_of_the_spec() -> None:
    layout = layout_of(MOUNT.update)

    assert geometry_of(MOUNT.update) == Geometry(1024, 4096, 256, 0.045, 0.0004)
    assert layout.problem(geometry_of(MOUNT.update)) == ""
    assert (layout.bootloader_sectors, layout.slot_sectors, layout.unit) == (16, 260, 8)
    assert layout.written.magic == b"done"
    assert {layout.pending.magic, layout.tried.magic, layout.confirmed.magic} == {
        b"pend",
        b"trie",
        b"conf",
    }


def test_the_greatest_image_fits_into_a_slot_and_two_slots_into_the_flash() -> None:
    layout, form = layout_of(MOUNT.update), MOUNT.image

    assert form.most <= Slot(blank(MOUNT), layout, 0).size
    assert layout.problem(geometry_of(MOUNT.update)) == ""


def test_a_spec_without_a_constant_that_is_needed_is_told() -> None:
    constants = {name: one for name, one in SMALL.update.constants.items() if name != "sectors"}

    with pytest.raises(LocalProtocolError, match="no timing or constant 'sectors'"):
        geometry_of(replace(SMALL.update, constants=constants))


def test_a_lens_from_the_factory_runs_its_image_and_it_stays() -> None:
    one = memory(factory(OLD))
    judged = one.judged(TARGET)

    assert one.confirmed
    assert one.image is not None
    assert (judged.version, judged.counter) == (Version(1), 1)


def test_a_blank_flash_is_in_recovery_and_takes_any_version() -> None:
    one = memory(blank())
    judged = one.judged(replace(TARGET, version=Version(9), counter=9))

    assert one.image is None
    assert not one.confirmed
    assert (judged.version, judged.counter) == (None, 0)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(OLD[:100] + b"?" + OLD[101:], id="a byte is wrong"),
        pytest.param(bytes(4) + OLD[4:], id="no magic"),
        pytest.param(OLD[:-1] + bytes([OLD[-1] ^ 1]), id="a signature is wrong"),
    ],
)
def test_what_is_no_whole_signed_image_cannot_leave_the_factory(data: bytes) -> None:
    with pytest.raises(ImageError):
        provision(blank(), SMALL.update, SMALL.image, KEY.public, data)


def test_a_factory_image_of_another_key_is_refused_in_one_line() -> None:
    with pytest.raises(ImageError, match="damaged, or signed with another key"):
        provision(blank(), SMALL.update, SMALL.image, FOREIGN.public, OLD)


def test_what_stands_in_a_slot_is_read_as_an_image_only_if_it_is_whole() -> None:
    flash = factory(OLD)
    one = memory(flash)
    first, other = one.slots.slots
    whole = one.read(first)

    assert whole is not None
    assert whole.offer.size == len(OLD)
    assert one.read(other) is None


def test_power_that_fails_while_a_trial_is_marked_is_raised() -> None:
    flash = factory(OLD)
    slots = memory(flash).slots
    list(slots.begin(parse(SMALL.image, NEW).offer.digest, len(NEW)))
    list(slots.write(0, NEW))
    slots.finish()
    flash.cut(1, 0)

    with pytest.raises(PowerCutError):
        memory(flash)


def test_a_flash_too_small_for_its_slots_is_told() -> None:
    small = changed(SMALL.update, sectors=10)

    with pytest.raises(LocalProtocolError, match="two slots do not fit"):
        provision(blank(replace(SMALL, update=small)), small, SMALL.image, KEY.public, OLD)


def test_made_images_have_the_size_that_was_asked_for() -> None:
    assert [len(image("1.0.0", size)) for size in (300, 3589)] == [300, 3589]
