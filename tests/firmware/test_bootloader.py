from dataclasses import replace
from typing import Any

import pytest

from lensbus.firmware.bootloader import Bootloader
from lensbus.firmware.flash import Flash
from lensbus.session.event import Act, LinkDown
from lensbus.spec.behaviour import SILENCE
from lensbus.wire.message import Fault
from tests.updating import (
    BLOCK,
    CHUNK,
    SAY,
    TARGET,
    WINDOW,
    Led,
    bootloader,
    fields,
    memory,
    names,
    notes,
    offer,
)
from tools.wired import MOUNT, NEW, OLD, SMALL, blank, changed, factory, image

LONELY_S, BUSY_S = 5.0, 0.1
READY_S = 0.1  # flash is ready to receive


@pytest.fixture
def flash() -> Flash:
    """OLD runs and is confirmed."""
    return factory()


@pytest.fixture
def led(flash: Flash) -> Led:
    return bootloader(flash)


def offered(led: Led, data: bytes = NEW) -> dict[str, Any]:
    """The answer to an offer, once flash is ready."""
    acts = led.tell(offer(data)) + led.wait(READY_S)
    (answer,) = fields(acts, "offered")
    return answer


def chunk(led: Led, offset: int, size: int = CHUNK, data: bytes = NEW) -> list[Act]:
    return led.hear("chunk", offset=offset, data=data[offset : offset + size])


def send(led: Led, data: bytes = NEW, start: int = 0) -> None:
    """Send the rest of an image as fast as flash takes it."""
    for offset in range(start, len(data), CHUNK):
        chunk(led, offset, data=data)
        led.wait(0.2)


def test_a_link_that_comes_up_hears_that_somebody_is_there(flash: Flash) -> None:
    led = Led(Bootloader(SMALL.update, SMALL.image, memory(flash), TARGET))

    assert names(led.up()) == ["attached"]


def test_hello_is_answered_with_the_lens_and_what_it_runs(led: Led) -> None:
    (target,) = fields(led.hear("hello"), "target")

    assert target == {
        "lens_number": 0x400B,
        "hardware": 1,
        "protocol": 2,
        "slot": "confirmed",
        "major": 1,
        "minor": 0,
        "revision": 0,
        "build": 0,
        "counter": 1,
        "room": 4096,
    }


def test_in_recovery_it_tells_no_version() -> None:
    (target,) = fields(bootloader(blank()).hear("hello"), "target")

    assert (target["slot"], target["major"], target["counter"]) == ("recovery", 0, 0)


@pytest.mark.parametrize(
    ("asked", "given"),
    [(3_000_000, 3_000_000), (2_999_999, 1_500_000), (921_600, 921_600), (115_200, 115_200)],
)
def test_the_rate_is_the_greatest_of_its_own_up_to_what_is_asked(
    led: Led, asked: int, given: int
) -> None:
    assert fields(led.hear("set_rate", baud=asked), "rate_set") == [{"baud": given}]


def test_an_offer_is_answered_once_the_slot_is_ready(led: Led) -> None:
    at_once = led.tell(offer())
    later = led.wait(READY_S)

    assert at_once == []
    assert fields(later, "offered") == [{"chunk": CHUNK, "next": 0, "limit": WINDOW, "got": b""}]


def test_while_an_offer_waits_for_flash_the_host_is_told_so_again_and_again() -> None:
    slow = replace(SMALL, update=changed(SMALL.update, erase_s=0.35))
    led = Led(Bootloader(slow.update, SMALL.image, memory(factory(mount=slow)), TARGET))
    led.up()
    acts = led.tell(offer()) + led.wait(0.4)

    assert names(acts) == ["busy", "busy", "busy", "offered"]
    assert {act["opcode"] for act in fields(acts, "busy")} == {
        SMALL.update.messages["offer"].key[-1]
    }


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (OLD, "up_to_date"),
        (image("0.9.0"), "older"),
        (image("1.1.0", counter=0), "counter"),
        (image("1.1.0", 5000), "too_big"),
        (NEW[:500], "malformed"),
        (bytes(4) + NEW[4:], "malformed"),
    ],
)
def test_what_is_wrong_with_an_offer_is_told_before_anything_is_erased(
    led: Led, flash: Flash, data: bytes, reason: str
) -> None:
    before = flash.operations
    acts = led.tell(offer(data)) + led.wait(LONELY_S / 2)
    opcode = SMALL.update.messages["offer"].key[-1]

    assert fields(acts, "refused") == [{"opcode": opcode, "reason": reason}]
    assert names(acts) == ["refused"]
    assert flash.operations == before


def test_while_an_image_is_on_trial_no_other_is_taken(led: Led, flash: Flash) -> None:
    offered(led)
    send(led)
    led.hear("finish")
    led.wait(1.0)
    again = bootloader(flash)
    opcode = SMALL.update.messages["offer"].key[-1]

    assert fields(again.hear("hello"), "target")[0]["slot"] == "on_trial"
    assert fields(again.tell(offer(image("1.2.0"))), "refused") == [
        {"opcode": opcode, "reason": "illegal_state"}
    ]


def test_what_is_malformed_is_noted_in_words(led: Led) -> None:
    acts = led.tell(offer(bytes(4) + NEW[4:]))

    assert notes(acts)[0].startswith("offer refused: magic at 0x0: got 0x0")


def test_an_older_version_is_taken_on_demand_but_not_with_a_lower_counter() -> None:
    led = bootloader(factory(NEW))
    taken = led.tell(offer(OLD, take_older=True)) + led.wait(READY_S)
    lower = led.tell(offer(image("1.0.0", counter=0), take_older=True))

    assert names(taken) == ["offered"]
    assert fields(lower, "refused")[0]["reason"] == "counter"


def test_in_recovery_any_version_is_taken() -> None:
    led = bootloader(blank())

    assert offered(led, image("0.1.0", counter=0))["next"] == 0


def test_each_chunk_is_answered_with_what_is_there(led: Led) -> None:
    offered(led)
    acts = chunk(led, 0) + chunk(led, 1024)

    assert [state["next"] for state in fields(acts, "chunk_state")] == [512, 512]
    assert [state["got"] for state in fields(acts, "chunk_state")] == [b"", b"\xf0"]


@pytest.mark.parametrize(("offset", "size"), [(1, 128), (0, 100), (WINDOW, CHUNK), (512, 0)])
def test_a_chunk_that_is_none_is_answered_with_what_was_there(
    led: Led, offset: int, size: int
) -> None:
    offered(led)
    acts = led.hear("chunk", offset=offset, data=bytes(size))

    assert [state["next"] for state in fields(acts, "chunk_state")] == [0]


def test_a_chunk_before_any_offer_is_not_answered(led: Led) -> None:
    assert chunk(led, 0) == []


def test_a_chunk_of_a_host_that_was_thought_to_be_gone_is_not_answered(led: Led) -> None:
    offered(led)
    led.tell(Fault(SILENCE))

    assert chunk(led, 0) == []


def test_the_limit_rises_as_flash_takes_blocks_and_is_told_by_the_chunk(led: Led) -> None:
    offered(led)
    for offset in range(0, WINDOW, CHUNK):
        chunk(led, offset)
    told = [state["limit"] for state in fields(led.wait(0.2), "chunk_state")]

    assert told == [WINDOW + CHUNK, WINDOW + 2 * CHUNK, WINDOW + 3 * CHUNK, len(NEW)]


def test_a_limit_at_the_end_of_the_image_is_told_however_little_it_rose() -> None:
    data = image("1.1.0", WINDOW + BLOCK)
    led = bootloader(factory())
    offered(led, data)
    chunk(led, 0, data=data)
    told = [state["limit"] for state in fields(led.wait(0.2), "chunk_state")]

    assert told == [len(data)]


def test_flash_is_erased_ahead_while_nothing_comes(led: Led, flash: Flash) -> None:
    before = flash.operations
    offered(led)
    led.wait(1.0)
    trailer, sectors = 3, 4

    assert flash.operations - before == trailer + sectors


def test_a_whole_image_is_finished_once_flash_has_all_of_it(led: Led, flash: Flash) -> None:
    offered(led)
    for offset in range(0, WINDOW, CHUNK):
        chunk(led, offset)
    led.wait(0.2)
    for offset in range(WINDOW, len(NEW), CHUNK):
        chunk(led, offset)
    at_once, later = led.hear("finish"), led.wait(0.5)

    assert "finished" not in names(at_once)
    assert names(later)[-1] == "finished"
    assert runs(flash) == ("1.1.0+0", False)


def runs(flash: Flash) -> tuple[str, bool]:
    """The version that the next power-up boots, and whether it stays."""
    one = memory(flash)
    return str(one.judged(TARGET).version), one.confirmed


def test_an_image_that_lacks_a_byte_is_not_finished(led: Led, flash: Flash) -> None:
    offered(led)
    send(led, start=CHUNK)
    opcode = SMALL.update.messages["finish"].key[-1]

    assert fields(led.hear("finish"), "refused") == [{"opcode": opcode, "reason": "incomplete"}]
    assert runs(flash) == ("1.0.0+0", True)


def test_finish_before_any_offer_is_refused(led: Led) -> None:
    assert fields(led.hear("finish"), "refused")[0]["reason"] == "incomplete"


def test_an_image_whose_payload_was_not_signed_is_refused_in_the_end_and_forgotten(
    led: Led, flash: Flash
) -> None:
    bad = NEW[:1000] + bytes([NEW[1000] ^ 1]) + NEW[1001:]
    offered(led, bad)
    send(led, bad)
    acts = led.hear("finish") + led.wait(0.5)

    assert fields(acts, "refused")[0]["reason"] == "digest"
    assert fields(led.hear("finish"), "refused")[0]["reason"] == "incomplete"
    assert offered(led)["next"] == 0
    assert runs(flash) == ("1.0.0+0", True)


def test_the_same_offer_again_goes_on_where_it_is(led: Led) -> None:
    offered(led)
    chunk(led, 0)
    again = led.tell(offer())

    assert fields(again, "offered")[0]["next"] == CHUNK


def test_another_offer_begins_anew(led: Led) -> None:
    offered(led)
    send(led)

    assert offered(led, image("1.2.0"))["next"] == 0


def test_after_a_power_cut_whole_sectors_need_not_come_again(led: Led, flash: Flash) -> None:
    offered(led)
    send(led, NEW[:2560])
    again = bootloader(flash)

    assert offered(again)["next"] == 2048
    send(again, start=2048)
    assert names(again.hear("finish") + again.wait(0.1)) == ["finished"]
    assert runs(flash) == ("1.1.0+0", False)


def test_of_another_image_nothing_is_kept(led: Led, flash: Flash) -> None:
    offered(led)
    send(led, NEW[:2560])

    assert offered(bootloader(flash), image("1.2.0"))["next"] == 0


def test_who_says_hello_while_an_offer_waits_is_not_answered_what_another_had_asked(
    led: Led,
) -> None:
    led.tell(offer())
    acts = led.hear("hello") + led.wait(1.0)

    assert names(acts) == ["target"]
    assert offered(led)["next"] == 0


def test_who_says_hello_while_finish_waits_can_finish_again(led: Led, flash: Flash) -> None:
    offered(led)
    send(led, NEW[: 3 * CHUNK])
    for offset in range(3 * CHUNK, len(NEW), CHUNK):
        chunk(led, offset)
    led.hear("finish")
    acts = led.hear("hello") + led.wait(1.0)

    assert "finished" not in names(acts)
    assert fields(led.tell(offer()), "offered")[0]["next"] == len(NEW)
    assert names(led.hear("finish")) == ["finished"]
    assert runs(flash) == ("1.1.0+0", False)


def test_restart_leads_to_what_the_flash_holds(led: Led) -> None:
    assert names(led.hear("restart")) == ["restarting", "into application"]


@pytest.mark.parametrize("name", ["reset", "power_off"])
def test_a_lens_without_power_begins_with_what_it_has(led: Led, name: str) -> None:
    assert names(led.hear(name)) == ["into application"]


def test_a_lens_that_nobody_talks_to_becomes_a_lens_again(led: Led) -> None:
    before, after = led.wait(LONELY_S - 0.01), led.wait(0.02)

    assert before == []
    assert names(after) == ["into application"]
    assert notes(after) == ["no host came: the lens starts what it has"]


def test_whatever_is_heard_begins_the_waiting_anew(led: Led) -> None:
    led.wait(LONELY_S - 0.01)
    led.hear("hello")

    assert led.wait(LONELY_S - 0.01) == []
    assert names(led.wait(0.02)) == ["into application"]


def test_in_recovery_it_waits_for_ever() -> None:
    led = bootloader(blank())

    assert led.wait(100 * LONELY_S) == []


@pytest.mark.parametrize("event", [LinkDown(), Fault("noise"), SAY("power_on")])
def test_what_means_nothing_to_it_is_not_answered(led: Led, event: LinkDown | Fault) -> None:
    assert led.tell(event) == []


def test_the_shipped_spec_has_all_that_it_asks_for() -> None:
    led = Led(Bootloader(MOUNT.update, MOUNT.image, memory(factory()), TARGET))

    assert names(led.up()) == ["attached"]


def test_after_hello_or_silence_nobody_is_told_how_far_it_is(flash: Flash) -> None:
    """The table says nothing of a transfer until the image is offered again."""
    for begins_anew in (SAY("hello"), Fault(SILENCE)):
        led = bootloader(flash.copy())
        offered(led)
        chunk(led, 0, CHUNK)
        led.tell(begins_anew)

        assert "chunk_state" not in names(led.wait(1.0))


def test_a_flash_that_has_seen_its_last_generation_takes_no_offer(flash: Flash) -> None:
    slots = memory(flash).slots
    slots.slots[1].erase_trailer()
    slots.slots[0].erase_trailer()
    slots.slots[0].write_generation(0xFFFF_FFFF)
    slots.slots[0].mark_confirmed()
    led, before = bootloader(flash), flash.key()
    acts = led.tell(offer(NEW))

    assert fields(acts, "refused") == [{"opcode": 0x23, "reason": "worn_out"}]
    assert flash.key() == before
