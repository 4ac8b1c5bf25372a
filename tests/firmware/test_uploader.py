import pytest

from lensbus.firmware.header import Version
from lensbus.firmware.job import REFUSALS, Job
from lensbus.firmware.uploader import Uploader, around
from lensbus.session.event import Act, LinkDown
from lensbus.wire.codec import Codec
from lensbus.wire.message import Fault
from tests.updating import BLOCK, CHUNK, NO_REPLY, SAY, WINDOW, Led, fields, names, notes
from tools.wired import MOUNT, NEW, PROFILE, SMALL, blind, judged, parcel

BOOT_S, SILENCE_S, LOST_S, PATIENCE_S = 0.1, 1.0, 8.0, 0.25
SIZE = len(NEW)


@pytest.fixture
def job() -> Job:
    return judged(NEW)


@pytest.fixture
def led(job: Job) -> Led:
    """A host that has just said hello."""
    return greeting(job)


def greeting(job: Job) -> Led:
    led = Led(Uploader(SMALL.update, job))
    led.up()
    led.wait(BOOT_S)
    return led


def target(
    led: Led, *, version: int = 0, slot: str = "confirmed", lens: int | None = None
) -> list[Act]:
    """The lens tells what it is: it runs 1.`version`.0."""
    return led.hear(
        "target",
        lens_number=PROFILE.lens_number if lens is None else lens,
        hardware=1,
        protocol=2,
        slot=slot,
        major=1,
        minor=version,
        revision=0,
        build=0,
        counter=1,
        room=4096,
    )


def offered(led: Led, next_: int = 0, limit: int = WINDOW, got: bytes = b"") -> list[Act]:
    return led.hear("offered", chunk=CHUNK, next=next_, limit=limit, got=got)


def state(led: Led, next_: int, limit: int = SIZE, got: bytes = b"") -> list[Act]:
    return led.hear("chunk_state", next=next_, limit=limit, got=got)


def refused(led: Led, reason: str) -> list[Act]:
    return led.hear("refused", opcode=0x23, reason=reason)


def sending(job: Job, limit: int = WINDOW) -> Led:
    """A host that has just sent all that may go."""
    led = greeting(job)
    target(led)
    led.hear("rate_set", baud=3_000_000)
    offered(led, limit=limit)
    return led


def chunks(acts: list[Act]) -> list[tuple[int, int]]:
    return [(told["offset"], len(told["data"])) for told in fields(acts, "chunk")]


def ending(job: Job) -> tuple[str, str]:
    assert job.ending is not None
    return job.ending.kind, job.ending.words


def test_hello_is_said_once_the_target_had_time_to_start(job: Job) -> None:
    led = Led(Uploader(SMALL.update, job))
    acts = led.up(), led.wait(BOOT_S - 0.01), led.wait(0.02)

    assert [names(some) for some in acts] == [[], [], ["hello"]]


@pytest.mark.parametrize(("wanted", "asked"), [(None, 3_000_000), (921_600, 921_600)])
def test_the_rate_that_is_asked_for_is_the_fastest_or_the_one_that_is_wanted(
    job: Job, wanted: int | None, asked: int
) -> None:
    led = Led(Uploader(SMALL.update, job, wanted))

    assert fields(target(led), "set_rate") == [{"baud": asked}]


@pytest.mark.parametrize("take_older", [False, True])
def test_header_and_tlvs_are_offered_and_what_is_wished(*, take_older: bool) -> None:
    job, parts = judged(NEW, take_older=take_older), parcel(NEW)
    led = greeting(job)
    target(led)
    (offer,) = fields(led.hear("rate_set", baud=921_600), "offer")

    assert offer == {
        "wishes": ("take_older",) if take_older else (),
        "chunk": CHUNK,
        "header": parts.header,
        "tlvs": parts.tlvs,
    }
    assert job.rate == 921_600


def test_as_many_chunks_go_as_may_be_sent(job: Job) -> None:
    led = greeting(job)
    target(led)
    led.hear("rate_set", baud=3_000_000)
    acts = offered(led)

    assert chunks(acts) == [(0, 512), (512, 512), (1024, 512), (1536, 512)]
    assert [told["data"] for told in fields(acts, "chunk")][1] == NEW[512:1024]
    assert (job.sent_bytes, job.had_bytes, job.began_at) == (WINDOW, 0, BOOT_S)


def test_what_the_target_has_from_before_is_counted_and_not_sent(job: Job) -> None:
    led = greeting(job)
    target(led)
    led.hear("rate_set", baud=3_000_000)
    acts = offered(led, 1024, SIZE, b"\x0e")

    assert job.had_bytes == 1024 + 3 * BLOCK
    assert chunks(acts)[:2] == [(1024, BLOCK), (1536, 512)]


def test_no_more_is_on_its_way_than_the_line_carries_in_a_burst() -> None:
    job = blind(NEW)
    led = greeting(job)
    target(led)
    led.hear("rate_set", baud=115_200)
    acts = offered(led, limit=SIZE)
    burst = 115_200 / 10 * SMALL.update.constant("burst_s")
    on_the_way = [sum(size for _, size in chunks(acts)[:n]) for n in range(len(chunks(acts)) + 1)]

    assert on_the_way[-2] < burst <= on_the_way[-1]


def test_what_the_target_tells_lets_more_go(job: Job) -> None:
    led = sending(job)

    assert chunks(state(led, 512, WINDOW + 512)) == [(2048, 512)]
    assert job.done_bytes == 512


def test_once_all_is_there_it_is_finished_and_started(job: Job) -> None:
    led = sending(job, SIZE)
    acts = state(led, SIZE) + led.hear("finished") + led.hear("restarting")

    assert names(acts) == ["finish", "restart", "into application"]
    assert job.loaded
    assert job.ended_at == led.now


def test_what_is_told_late_after_finish_was_asked_is_not_answered(job: Job) -> None:
    led = sending(job, SIZE)
    state(led, SIZE)

    assert state(led, SIZE) == []
    assert led.wait(100) == []


def test_an_image_that_is_there_already_is_finished_at_once(job: Job) -> None:
    led = greeting(job)
    target(led)
    led.hear("rate_set", baud=3_000_000)

    assert names(offered(led, SIZE, SIZE)) == ["finish"]


def test_without_a_word_a_chunk_goes_again(job: Job) -> None:
    led = sending(job)
    acts = led.wait(PATIENCE_S + 0.1)

    assert chunks(acts)[0] == (0, BLOCK)
    assert job.resent_bytes > 0


def test_without_a_word_for_as_long_as_a_target_is_patient_it_says_hello_again(job: Job) -> None:
    led = sending(job)
    acts = led.wait(2 * SILENCE_S)

    assert names(acts)[-1] == "hello"
    assert notes(acts) == ["lost the target: hello again"]


def test_after_hello_the_offer_tells_where_to_go_on(job: Job) -> None:
    led = sending(job)
    state(led, 1024, SIZE)
    led.wait(2 * SILENCE_S)
    target(led)
    led.hear("rate_set", baud=3_000_000)
    acts = offered(led, 512, WINDOW)

    assert chunks(acts)[0][0] == 512
    assert job.had_bytes == 0


def test_what_is_told_late_while_it_begins_anew_is_not_answered(job: Job) -> None:
    led = sending(job)
    led.wait(2 * SILENCE_S)

    assert state(led, 512) == []


def test_a_request_without_an_answer_leads_back_to_hello(led: Led) -> None:
    acts = led.tell(NO_REPLY) + led.wait(BOOT_S)

    assert names(acts) == ["hello"]


def test_a_bootloader_that_does_not_answer_for_longer_may_be_a_lens(led: Led, job: Job) -> None:
    led.tell(NO_REPLY)
    led.now += 2 * SILENCE_S + 0.1

    assert names(led.tell(NO_REPLY)) == ["into application"]
    assert job.ending is None


def test_a_lens_that_does_not_answer_for_long_is_given_up(led: Led, job: Job) -> None:
    led.tell(NO_REPLY)
    led.now += LOST_S + 0.1
    acts = led.tell(NO_REPLY)

    assert names(acts) == []
    assert ending(job) == ("failed", "the lens's bootloader does not answer any more")


def test_an_answer_to_restart_that_is_lost_does_not_matter(job: Job) -> None:
    led = sending(job, SIZE)
    state(led, SIZE)
    led.hear("finished")

    assert names(led.tell(NO_REPLY)) == ["into application"]


@pytest.mark.parametrize(
    ("version", "lens", "kind"), [(1, None, "up_to_date"), (2, None, "refused"), (0, 1, "refused")]
)
def test_a_target_that_the_image_does_not_fit_is_let_be_a_lens_again(
    led: Led, job: Job, version: int, lens: int | None, kind: str
) -> None:
    acts = target(led, version=version, lens=lens)
    before = job.ending
    acts += led.hear("restarting")

    assert names(acts) == ["restart"]
    assert before is None
    assert ending(job)[0] == kind


def test_a_target_that_does_not_start_what_it_was_given_is_a_failure(led: Led, job: Job) -> None:
    job.loaded = True
    acts = target(led) + led.hear("restarting")

    assert names(acts) == ["restart"]
    assert ending(job) == ("failed", "the lens does not start the new firmware")


def test_a_target_in_recovery_has_no_version_that_counts(led: Led, job: Job) -> None:
    acts = target(led, version=9, slot="recovery")

    assert names(acts) == ["set_rate"]
    assert job.before is None


def test_a_target_tells_its_whole_version(led: Led, job: Job) -> None:
    target(led)

    assert job.before == Version(1)


@pytest.mark.parametrize("reason", sorted(REFUSALS))
def test_what_the_lens_refuses_is_told_in_words(led: Led, job: Job, reason: str) -> None:
    acts = refused(led, reason) + led.tell(NO_REPLY)

    assert names(acts) == ["restart"]
    assert ending(job) == ("rejected", f"the lens refused it: {REFUSALS[reason]}")


def test_there_are_words_for_every_refusal_of_the_spec() -> None:
    (reasons,) = [
        field.enum for field in MOUNT.update.messages["refused"].fields if field.name == "reason"
    ]

    assert set(reasons or ()) == {*REFUSALS, "up_to_date", "incomplete"}


def test_a_lens_that_says_so_is_up_to_date(led: Led, job: Job) -> None:
    refused(led, "up_to_date")
    led.hear("restarting")

    assert ending(job) == ("up_to_date", "the lens runs this version already")


def test_if_something_is_missing_in_the_end_it_begins_again(job: Job) -> None:
    led = sending(job, SIZE)
    state(led, SIZE)
    acts = refused(led, "incomplete") + led.wait(BOOT_S)

    assert names(acts) == ["hello"]


@pytest.mark.parametrize("event", [Fault("noise"), SAY("attached"), SAY("busy", opcode=0x23)])
def test_what_means_nothing_to_it_is_not_answered(led: Led, event: Fault) -> None:
    assert led.tell(event) == []


def test_a_link_that_is_lost_stops_it(job: Job) -> None:
    led = sending(job)
    led.tell(LinkDown())

    assert led.wait(100) == []


def test_what_keeps_the_next_chunk_back_is_timed(job: Job) -> None:
    led = sending(job)
    led.now += 0.5
    state(led, WINDOW, WINDOW)
    led.now += 0.25
    state(led, WINDOW, SIZE)

    assert job.held_s == {"window": 0.5, "flash": 0.25}


def test_around_a_chunk_are_its_frame_and_its_offset() -> None:
    message = SAY("chunk", offset=0, data=bytes(100))

    assert around(SMALL.update) == len(Codec(SMALL.update).encode(message, 1)) - 100


def test_a_bootloader_that_refuses_hello_is_left(led: Led, job: Job) -> None:
    acts = led.hear("refused", opcode=0x21, reason="illegal_state")

    assert names(acts) == []
    assert ending(job) == ("failed", "the lens's bootloader does not want to be talked to")


def test_who_is_refused_a_restart_ends_all_the_same(job: Job) -> None:
    led = sending(job, SIZE)
    refused(led, "lens")
    led.hear("refused", opcode=0x26, reason="illegal_state")

    assert ending(job) == ("rejected", "the lens refused it: it is for another lens")


def test_what_another_host_left_in_the_slot_is_not_blamed_on_the_image(job: Job) -> None:
    """An image that is whole here is offered once more; the lens has erased the rest by then."""
    led = greeting(job)
    target(led)
    led.hear("rate_set", baud=3_000_000)
    offered(led, BLOCK, SIZE)
    state(led, SIZE)
    again = refused(led, "digest") + led.wait(BOOT_S)
    target(led)
    led.hear("rate_set", baud=3_000_000)
    offered(led, 0, SIZE)
    state(led, SIZE)
    last = refused(led, "digest")

    assert names(again) == ["hello"]
    assert names(last) == ["restart"]


def test_a_lens_that_talks_and_takes_nothing_is_given_up(job: Job) -> None:
    led, acts = sending(job, SIZE), list[Act]()
    for _ in range(400):
        led.wait(0.1)
        acts += state(led, 0)

    assert "restart" in names(acts)
    led.hear("restarting")
    assert ending(job) == ("failed", "the lens answers, but takes nothing any more")


def test_a_limit_of_nothing_for_ever_is_waited_for_in_bounded_steps(job: Job) -> None:
    led = greeting(job)
    target(led)
    led.hear("rate_set", baud=3_000_000)
    for _ in range(100):
        offered(led, 0, 0)
        led.wait(0.5)

    assert led.device.deadline is None or led.device.deadline < led.now + SILENCE_S * 64


def test_an_answer_that_comes_when_the_host_gave_up_changes_nothing(job: Job) -> None:
    led = sending(job)
    refused(led, "too_big")

    assert offered(led) == []
    assert led.hear("finished") == []
    assert not job.loaded
    assert job.ending is None
    led.hear("restarting")
    assert ending(job)[0] == "rejected"
