from collections.abc import Callable

import pytest

from lensbus.firmware.header import Version
from lensbus.firmware.job import Job
from lensbus.firmware.opener import Opener
from lensbus.session.event import Act, LinkDown
from lensbus.spec.behaviour import SILENCE
from lensbus.wire.message import Fault
from tests.updating import LENS_SAY, NO_REPLY, Led, fields, names, notes
from tools.wired import NEW, OLD, SMALL, blind, judged

LOST_S, BOOT_S = 8.0, 0.08


def opener(job: Job) -> Led:
    """An opener that has just asked a lens who it is."""
    led = Led(Opener(SMALL.lens, job, LOST_S), LENS_SAY)
    led.up()
    led.hear("attached")
    led.wait(BOOT_S)
    return led


def identity(led: Led, version: tuple[int, int, int] = (1, 0, 0), lens: int = 0x400B) -> list[Act]:
    major, minor, patch = version
    return led.hear(
        "identity",
        lens_number=lens,
        vendor="panasonic",
        protocol=2,
        protocol_least=1,
        hardware=1,
        firmware_major=major,
        firmware_minor=minor,
        firmware_patch=patch,
        serial="1",
        name="a lens",
        layout_hash=0,
    )


def looked_at(
    led: Led, version: tuple[int, int, int], state: str, *, build: int = 0, lens: int = 0x400B
) -> list[Act]:
    """What follows once a lens has told its version, and whether it is confirmed."""
    identity(led, version, lens)
    led.hear("capabilities", mask=())
    led.hear("rate_set", baud=115_200)
    return led.hear("firmware", state=state, build=build)


def refused(led: Led, reason: str) -> list[Act]:
    return led.hear("refused", opcode=8, reason=reason)


@pytest.fixture
def job() -> Job:
    return judged(NEW)


@pytest.fixture
def led(job: Job) -> Led:
    return opener(job)


def test_a_lens_is_powered_and_asked_who_it_is_once_it_had_time_to_start(job: Job) -> None:
    led = Led(Opener(SMALL.lens, job, LOST_S), LENS_SAY)
    at_once = led.up() + led.hear("attached")
    soon, later = led.wait(BOOT_S - 0.01), led.wait(0.02)

    assert names(at_once) == ["power_on"]
    assert soon == []
    assert names(later) == ["identify"]


def test_a_lens_that_the_image_fits_is_led_into_its_bootloader(led: Led, job: Job) -> None:
    acts = looked_at(led, (1, 0, 0), "confirmed") + led.hear("entering_bootloader")

    assert names(acts) == ["enter_bootloader", "into bootloader"]
    assert (job.before, job.lens, job.ending) == (Version(1), "a lens", None)


def test_a_lens_that_the_image_is_not_for_is_left_as_it_is(led: Led, job: Job) -> None:
    acts = identity(led, lens=0x6003)

    assert names(acts) == []
    assert job.ending is not None
    assert (job.ending.kind, job.ending.words) == (
        "refused",
        "a lens: for lens 0x400b, not for 0x6003",
    )
    assert led.hear("capabilities", mask=()) == []


def test_a_lens_that_runs_a_later_version_is_left_as_it_is(led: Led, job: Job) -> None:
    looked_at(led, (2, 0, 0), "confirmed")

    assert job.ending is not None
    assert (job.ending.kind, job.ending.words) == (
        "refused",
        "a lens: version 1.1.0+0 is older than 2.0.0+0, which the lens runs",
    )


def test_a_build_number_makes_another_version(led: Led, job: Job) -> None:
    """The identity of a lens has no room for it."""
    acts = looked_at(led, (1, 1, 0), "confirmed", build=7)

    assert names(acts) == []
    assert job.ending is not None
    assert job.ending.words.endswith("is older than 1.1.0+7, which the lens runs")


def test_a_lens_that_went_back_to_another_build_did_not_keep_the_image(led: Led, job: Job) -> None:
    job.loaded = True
    looked_at(led, (1, 1, 0), "confirmed", build=7)

    assert job.ending is not None
    assert job.ending.words == "a lens runs version 1.1.0+7: it did not keep the new one"


def test_a_host_that_judges_nothing_leads_any_lens_into_its_bootloader() -> None:
    led = opener(blind(NEW))
    acts = looked_at(led, (9, 0, 0), "confirmed", lens=0x6003)

    assert names(acts) == ["enter_bootloader"]


def test_a_lens_that_runs_the_image_for_good_is_up_to_date(led: Led, job: Job) -> None:
    looked_at(led, (1, 1, 0), "confirmed")

    assert job.ending is not None
    assert (job.ending.kind, job.ending.words) == (
        "up_to_date",
        "a lens runs version 1.1.0 already, confirmed",
    )


def test_a_lens_that_runs_the_image_on_trial_is_let_pass_its_self_test(led: Led, job: Job) -> None:
    """A host that died after the upload leaves that to the next one."""
    asked = looked_at(led, (1, 1, 0), "on_trial")
    again = led.hear("homed", focus_position=0)
    led.hear("firmware", state="confirmed", build=0)

    assert (names(asked), names(again)) == (["home"], ["get_firmware"])
    assert job.ending is not None
    assert job.ending.kind == "up_to_date"


def test_a_lens_that_was_given_the_image_is_asked_for_it_and_tested(led: Led, job: Job) -> None:
    job.loaded = True
    acts = identity(led, (1, 1, 0))
    acts += led.hear("capabilities", mask=())
    acts += led.hear("rate_set", baud=115_200)
    acts += led.hear("firmware", state="on_trial", build=0)
    acts += led.hear("homed", focus_position=0)
    acts += led.hear("firmware", state="confirmed", build=0)

    assert names(acts) == [
        "exchange_capabilities",
        "set_rate",
        "get_firmware",
        "home",
        "get_firmware",
    ]
    assert fields(acts, "set_rate") == [{"baud": 115_200}]
    assert notes(acts) == ["a lens runs version 1.1.0, confirmed"]
    assert job.ending is not None
    assert job.ending.kind == "done"


def test_an_image_that_did_not_pass_its_self_test_is_no_success(led: Led, job: Job) -> None:
    job.loaded = True
    looked_at(led, (1, 1, 0), "on_trial")
    led.hear("homed", focus_position=0)
    acts = led.hear("firmware", state="on_trial", build=0)

    assert notes(acts) == ["a lens runs version 1.1.0, but only on_trial"]
    assert job.ending is not None
    assert job.ending.kind == "failed"


def test_a_lens_that_went_back_to_its_old_image_is_told_so(led: Led, job: Job) -> None:
    job.loaded = True
    acts = looked_at(led, (1, 0, 0), "confirmed")

    assert notes(acts) == ["a lens runs version 1.0.0: it did not keep the new one"]
    assert job.ending is not None
    assert job.ending.kind == "failed"


def test_a_file_that_is_no_image_runs_nowhere() -> None:
    job = blind(NEW[:700])
    job.loaded = True
    looked_at(opener(job), (1, 1, 0), "confirmed")

    assert job.ending is not None
    assert job.ending.kind == "failed"


def test_after_the_link_was_lost_a_lens_is_given_the_image_again(led: Led, job: Job) -> None:
    """Without its power it went back to what it had."""
    job.loaded = True
    led.tell(LinkDown())
    led.up()
    led.hear("attached")
    acts = led.wait(BOOT_S) + looked_at(led, (1, 0, 0), "confirmed")

    assert names(acts) == ["identify", "enter_bootloader"]


def test_after_the_link_was_lost_a_lens_that_kept_the_image_is_well(led: Led, job: Job) -> None:
    job.loaded, job.sent_bytes = True, len(NEW)
    led.tell(LinkDown())
    led.up()
    looked_at(led, (1, 1, 0), "confirmed")

    assert job.ending is not None
    assert job.ending.kind == "done"


def test_who_sent_an_image_need_not_have_heard_that_it_was_whole(led: Led, job: Job) -> None:
    job.sent_bytes = len(NEW)
    looked_at(led, (1, 1, 0), "confirmed")

    assert job.ending is not None
    assert job.ending.kind == "done"


def test_nobody_is_asked_before_he_is_there_again(led: Led) -> None:
    led.hear("attached")
    led.tell(LinkDown())
    led.up()

    assert led.wait(1.0) == []


def test_who_went_away_is_not_asked(led: Led) -> None:
    led.hear("attached")
    led.hear("detached")

    assert led.wait(1.0) == []


@pytest.mark.parametrize("fault", [NO_REPLY, Fault(SILENCE)])
def test_if_no_lens_answers_its_bootloader_is_asked(led: Led, fault: Fault) -> None:
    assert names(led.tell(fault)) == ["into bootloader"]


def test_if_nobody_answers_for_long_it_gives_up(led: Led, job: Job) -> None:
    led.tell(NO_REPLY)
    led.wait(LOST_S + 0.1)
    acts = led.tell(NO_REPLY)

    assert notes(acts) == ["nobody answers: neither a lens nor its bootloader"]
    assert names(acts) == []
    assert job.ending is not None
    assert job.ending.kind == "failed"


def test_a_host_that_may_not_probe_calls_no_bootloader(job: Job) -> None:
    job.may_probe = False
    led = opener(job)

    assert names(led.tell(NO_REPLY)) == []
    assert job.ending is not None
    assert "--i-know-this-device" in job.ending.words


def test_who_led_a_lens_into_its_bootloader_may_call_it_again(job: Job) -> None:
    job.may_probe = False
    led = opener(job)
    identity(led)
    led.hear("capabilities", mask=())
    led.hear("entering_bootloader")

    assert names(led.tell(NO_REPLY)) == ["into bootloader"]


@pytest.mark.parametrize("kind", ["noise", "bad checksum", "missing frame"])
def test_noise_alone_means_nothing(led: Led, kind: str) -> None:
    assert led.tell(Fault(kind)) == []


def test_a_lens_without_a_bootloader_cannot_be_updated(led: Led, job: Job) -> None:
    identity(led)
    acts = refused(led, "no_bootloader")

    assert notes(acts) == ["a lens cannot be updated: no bootloader"]
    assert job.ending is not None
    assert job.ending.kind == "failed"


def test_a_lens_that_is_busy_with_something_else_is_asked_again_from_the_beginning(
    led: Led, job: Job
) -> None:
    """It may home for a host that died."""
    identity(led)
    first = refused(led, "illegal_state")
    led.wait(LOST_S + 0.1)
    last = refused(led, "illegal_state")

    assert names(first) == ["into application"]
    assert notes(last) == ["a lens cannot be updated: illegal state"]
    assert job.ending is not None


@pytest.mark.parametrize(
    "late",
    [
        lambda led: led.tell(NO_REPLY),
        lambda led: led.hear("capabilities", mask=()),
        lambda led: led.wait(1.0),
        identity,
    ],
)
def test_after_the_end_nothing_is_said(late: Callable[[Led], list[Act]]) -> None:
    job = judged(OLD)
    led = opener(job)
    job.end("failed", "lost")

    assert late(led) == []


def test_who_is_attached_after_the_end_is_asked_nothing(led: Led, job: Job) -> None:
    led.hear("attached")
    job.end("failed", "lost")

    assert led.wait(1.0) == []
    assert led.hear("attached") == []
