"""Whole updates in virtual time: whatever happens to link, host or lens, a whole image boots.

The full counts are those of tools/noisy.py and tools/cuts.py.
"""

import json
from collections.abc import Callable
from functools import cache
from itertools import count, pairwise, product
from random import Random
from typing import Any

import pytest

from lensbus.bench.pair import unit
from lensbus.bench.unit import Unit
from lensbus.bench.updatable import BODY, LENS, updatable, updater
from lensbus.devices.body import Body
from lensbus.errors import PowerCutError
from lensbus.firmware.flash import Flash
from lensbus.firmware.job import Job
from lensbus.firmware.slot import Slot
from lensbus.firmware.target import layout_of
from lensbus.session.event import BOOTLOADER, LinkUp, Note
from lensbus.session.exchange import exchange
from lensbus.session.faults import DONE
from lensbus.session.line import Strip
from lensbus.session.log import Record
from lensbus.session.rule import KINDS, Rule
from lensbus.wire.message import Message
from tests.peers import BARE, LINES, S1, called
from tests.updating import said
from tools.drawn import typical
from tools.reborn import Reborn
from tools.wired import (
    KEY,
    MOUNT,
    NEW,
    OLD,
    PROFILE,
    SAMPLES,
    SMALL,
    Run,
    blank,
    blind,
    factory,
    image,
    judged,
    run,
    runs,
)

STRIPS = {"lines": Strip(10, LINES), "bare": Strip(10, BARE)}
MAKERS = {"judged": judged, "blind": blind}
SIDES = (BODY, LENS)
TURNS = {
    BODY: ("identify", "enter_bootloader", "hello", "set_rate", "offer", "chunk", "finish"),
    LENS: ("identity", "entering_bootloader", "target", "offered", "chunk_state", "finished"),
}
"""Frames that change what a side does."""
MANIFEST = json.loads((SAMPLES / "MANIFEST.json").read_text(encoding="utf-8"))
BAD = {entry["file"]: entry for entry in MANIFEST["samples"] if entry["reason"]}
FIRST_SECTOR = 3584
"""May be sent once flash has the first sector, and some more of the window."""
LONELY_S = SMALL.update.constant("lonely_s")

every_strip = pytest.mark.parametrize("strip", STRIPS.values(), ids=list(STRIPS))
every_host = pytest.mark.parametrize("make", MAKERS.values(), ids=list(MAKERS))


@cache
def clear() -> Run:
    """An update of which nothing is spoilt."""
    return run(factory(), judged(NEW))


def told(run_: Run, name: str) -> list[dict[str, Any]]:
    """The fields of all messages of a name that the host heard."""
    return [
        dict(record.event.fields)
        for record in run_.records
        if record.verb == "heard"
        and record.side == BODY
        and isinstance(record.event, Message)
        and record.event.name == name
    ]


def slot(flash: Flash, number: int = 0) -> bytes:
    one = Slot(flash, layout_of(SMALL.update), number)
    return one.read(0, one.size)


def when(run_: Run, verb: str, name: str) -> float:
    return next(r.t for r in run_.records if r.verb == verb and called(r.event) == name)


# How an update goes


@every_strip
@every_host
def test_a_lens_is_updated_and_it_stays(strip: Strip, make: Callable[[bytes], Job]) -> None:
    flash = factory()
    done = run(flash, make(NEW), strip=strip)

    assert done.kind == "done"
    assert told(done, "identity")[-1]["firmware_minor"] == 1
    states = [each["state"] for each in told(done, "firmware")]
    assert states == ["confirmed", "on_trial", "confirmed"]
    assert [runs(flash)] * 2 == ["1.1.0+0"] * 2


def test_a_lens_of_the_shipped_spec_is_updated_with_the_shipped_sample() -> None:
    old, new = ((SAMPLES / f"{PROFILE.id}_{v}.img").read_bytes() for v in ("1.0.0", "1.1.0"))
    flash = factory(old, MOUNT)
    done = run(flash, judged(new), MOUNT)

    assert (done.kind, done.runs) == ("done", "1.1.0+0")


def test_the_job_tells_what_was_sent_and_how_fast() -> None:
    job = clear().job

    assert (job.sent_bytes, job.resent_bytes, job.had_bytes) == (len(NEW), 0, 0)
    assert (job.done_bytes, job.rate) == (len(NEW), 3_000_000)
    assert (str(job.before), str(job.after)) == ("1.0.0+0", "1.1.0+0")
    assert job.began_at is not None
    assert job.ended_at is not None
    assert 0 < sum(job.held_s.values()) <= job.ended_at - job.began_at


def test_without_trouble_nobody_waits_for_a_time_out() -> None:
    patience_s = SMALL.update.constant("patience_s")
    times = [record.t for record in clear().records if called(record.event) == "chunk_state"]

    assert max(b - a for a, b in pairwise(times)) < patience_s


def test_the_same_update_again_has_the_same_records() -> None:
    def records(seed: int) -> list[Record]:
        noisy = Strip(10, LINES, jitter_s=0.001, bit_error_rate=1e-4)
        return run(factory(), judged(NEW), strip=noisy, seed=seed).records

    assert records(3) == records(3)
    assert records(3) != records(4)


@every_host
def test_a_lens_that_is_up_to_date_is_left_as_it_is(make: Callable[[bytes], Job]) -> None:
    flash = factory(NEW)
    done = run(flash, make(NEW))

    assert (done.kind, done.runs, flash.operations) == ("up_to_date", "1.1.0+0", 0)


@pytest.mark.parametrize(("make", "kind"), [(judged, "refused"), (blind, "rejected")])
def test_an_older_version_is_not_taken_unless_somebody_says_so(
    make: Callable[[bytes], Job], kind: str
) -> None:
    flash = factory(NEW)
    done = run(flash, make(OLD))

    assert (done.kind, done.runs, flash.operations) == (kind, "1.1.0+0", 0)


@every_host
def test_an_older_version_is_taken_from_who_says_so(make: Callable[..., Job]) -> None:
    done = run(factory(NEW), make(OLD, take_older=True))

    assert (done.kind, done.runs) == ("done", "1.0.0+0")


def test_below_the_security_counter_nobody_goes_back() -> None:
    flash = factory(image("1.1.0", counter=2))
    done = run(flash, blind(OLD, take_older=True))

    assert (done.kind, flash.operations) == ("rejected", 0)
    assert told(done, "refused")[-1]["reason"] == "counter"


def test_one_update_follows_another() -> None:
    flash = factory()
    versions = ("1.1.0", "1.2.0", "1.3.0")
    kinds = [run(flash, judged(image(version))).kind for version in versions]

    assert kinds == ["done"] * 3
    assert runs(flash) == "1.3.0+0"


@pytest.mark.parametrize("file", BAD)
def test_a_bad_sample_is_refused_by_the_lens_whoever_sends_it(file: str) -> None:
    old = (SAMPLES / f"{PROFILE.id}_1.0.0.img").read_bytes()
    flash, entry = factory(old, MOUNT), BAD[file]
    one = Slot(flash, layout_of(MOUNT.update), 0)
    before = one.read(0, one.size)
    done = run(flash, blind((SAMPLES / file).read_bytes()), MOUNT)
    reason = {"format": "malformed"}.get(entry["reason"], entry["reason"])

    assert done.kind == ("up_to_date" if reason == "up_to_date" else "rejected")
    assert [refused["reason"] for refused in told(done, "refused")] == [reason]
    assert (flash.operations == 0) == entry["told_by_offer"]
    assert (one.read(0, one.size), runs(flash, MOUNT)) == (before, "1.0.0+0")


@every_strip
def test_a_lens_without_an_image_waits_in_its_bootloader_and_is_updated(strip: Strip) -> None:
    flash = blank()
    done = run(flash, judged(NEW), strip=strip)

    assert (done.kind, done.runs) == ("done", "1.1.0+0")
    assert told(done, "target")[0]["slot"] == "recovery"


def test_a_lens_whose_image_is_damaged_is_updated() -> None:
    flash = factory()
    Slot(flash, layout_of(SMALL.update), 0).erase(1)
    done = run(flash, judged(OLD))

    assert (done.kind, done.runs) == ("done", "1.0.0+0")


# What happens to the link


def frames(side: str) -> int:
    """How many frames a side says when nothing is spoilt."""
    return sum(r.verb == "said" and r.raw != b"" and r.side == side for r in clear().records)


def sample(seed: int) -> list[tuple[str, str, int]]:
    """For each side and kind of fault some frames, drawn."""
    chance = Random(seed)
    return [
        (side, kind, 1 + chance.randrange(20)) for side, kind in product(SIDES, KINDS) for _ in "12"
    ]


@pytest.mark.parametrize(("side", "kind", "number"), sample(seed=1))
def test_whatever_is_done_to_a_frame_the_update_ends_well(
    side: str, kind: str, number: int
) -> None:
    rule = typical(kind, side, frame=number)
    done = run(factory(), judged(NEW), faults={side: [rule]}, seed=f"{kind}/{number}")

    assert (done.kind, done.runs) == ("done", "1.1.0+0")
    assert number <= frames(side)


@pytest.mark.parametrize(
    ("side", "name", "kind"),
    [
        (side, name, kind)
        for side, names in TURNS.items()
        for name, kind in product(names, ("drop", "flip", "unplug"))
    ],
)
def test_whatever_is_done_to_a_frame_that_matters_the_update_ends_well(
    side: str, name: str, kind: str
) -> None:
    rule = typical(kind, side, message=name)
    done = run(factory(), judged(NEW), faults={side: [rule]}, seed=f"{name}/{kind}")

    assert (done.kind, done.runs) == ("done", "1.1.0+0")
    assert DONE in {r.event.about for r in done.records if isinstance(r.event, Note)}


@pytest.mark.parametrize("name", ["home", "get_firmware"])
def test_who_is_unplugged_on_trial_in_recovery_is_given_the_image_again(name: str) -> None:
    rule = Rule("unplug", message=name, for_s=0.2)
    done = run(blank(), judged(NEW), faults={BODY: [rule]})

    assert (done.kind, done.runs) == ("done", "1.1.0+0")


def test_a_word_that_was_lost_and_told_by_the_next_one_is_not_asked_for_again() -> None:
    """The state that follows a lost one tells all; what is still on its way then is late."""
    for number in count(1):
        rule = Rule("drop", message="chunk_state", nth=number)
        done = run(factory(), judged(NEW), faults={LENS: [rule]})

        assert (number, done.kind) == (number, "done")
        if DONE not in {r.event.about for r in done.records if isinstance(r.event, Note)}:
            return


@pytest.mark.parametrize("rate", [1e-5, 1e-4, 1e-3])
@pytest.mark.parametrize("seed", range(4))
@every_strip
def test_on_a_bad_line_an_update_ends_well(strip: Strip, rate: float, seed: int) -> None:
    bad = Strip(10, strip.lines, bit_error_rate=rate)
    done = run(factory(), judged(NEW), strip=bad, seed=f"{rate}/{seed}")

    assert (done.kind, done.runs) == ("done", "1.1.0+0")


@pytest.mark.parametrize("baud", [115_200, 921_600, 3_000_000])
@pytest.mark.parametrize("latency_s", [0.0, 0.016])
def test_at_any_rate_and_latency_each_byte_is_sent_once(baud: int, latency_s: float) -> None:
    late = Strip(10, LINES, latency_s=latency_s)
    done = run(factory(), judged(NEW), strip=late, baud=baud)

    assert (done.kind, done.job.rate) == ("done", baud)
    assert (done.job.sent_bytes, done.job.resent_bytes) == (len(NEW), 0)


# What happens to the host


def two(
    flash: Flash,
    make: Callable[[bytes], Job],
    *,
    dies: tuple[str, float] = ("", 0.0),
    off_s: float = 0.5,
    strip: Strip = STRIPS["lines"],
    until: float = 100.0,
) -> Run:
    """An update whose host or lens dies at a time and begins anew; the other stays as it is."""
    done, at = Run([], flash), dict([dies])

    def host() -> Unit:
        done.jobs.append(make(NEW))
        return updater(SMALL, done.job)

    ends = (
        Reborn(host, at=at.get(BODY), off_s=off_s),
        Reborn(lambda: updatable(SMALL, PROFILE, flash, KEY.public), at=at.get(LENS), off_s=off_s),
    )
    done.watch(exchange(*ends, strip, until, Random(1)))
    return done


@pytest.mark.parametrize("seed", range(8))
@every_strip
@every_host
def test_a_host_that_is_started_again_at_any_moment_ends_the_update(
    strip: Strip, make: Callable[[bytes], Job], seed: int
) -> None:
    chance = Random(f"host {seed}")
    at, off_s = chance.uniform(0.05, 1.6), chance.choice([0.1, 1.0, 7.0])
    done = two(factory(), make, dies=(BODY, at), off_s=off_s, strip=strip)

    assert len(done.jobs) == 2
    assert done.kind in {"done", "up_to_date"}
    assert done.runs == "1.1.0+0"


@every_host
def test_who_is_started_again_resumes_where_the_flash_is(make: Callable[[bytes], Job]) -> None:
    flash = factory()
    run(flash, make(NEW), until=when_told(FIRST_SECTOR))
    between, done = runs(flash), run(flash, make(NEW))

    assert (between, done.kind, done.runs) == ("1.0.0+0", "done", "1.1.0+0")
    assert done.job.had_bytes >= 1024
    assert done.job.sent_bytes + done.job.had_bytes == len(NEW)


def when_told(limit: int) -> float:
    """When the target of an undisturbed update lets so many bytes be sent."""
    return next(
        record.t
        for record in clear().records
        if isinstance(record.event, Message)
        and record.event.name == "chunk_state"
        and record.event.fields["limit"] >= limit
    )


def test_of_another_image_nothing_is_resumed() -> None:
    flash = factory()
    run(flash, judged(NEW), until=when_told(FIRST_SECTOR))
    done = run(flash, judged(image("1.2.0")))

    assert (done.kind, done.runs, done.job.had_bytes) == ("done", "1.2.0+0", 0)


def test_a_host_that_dies_leaves_a_lens_that_is_a_lens_again() -> None:
    flash = factory()
    left_at = when_told(FIRST_SECTOR)
    done = two(flash, judged, dies=(BODY, left_at), off_s=1000.0, until=60.0)
    started = [r.t for r in done.records if isinstance(r.event, LinkUp) and r.side == LENS]

    assert done.kind == "no end"
    assert started[-1] == pytest.approx(left_at + LONELY_S, abs=0.2)


def test_a_lens_without_an_image_stays_in_its_bootloader_when_the_host_dies() -> None:
    done = two(blank(), judged, dies=(BODY, 0.45), off_s=1000.0, until=60.0)
    programs = [
        r.event.program for r in done.records if isinstance(r.event, LinkUp) and r.side == LENS
    ]

    assert done.kind == "no end"
    assert programs == [BOOTLOADER]


# What happens to the lens


@pytest.mark.parametrize("seed", range(12))
@every_strip
def test_a_lens_that_loses_its_power_at_any_moment_is_updated_at_last(
    strip: Strip, seed: int
) -> None:
    chance, flash = Random(f"lens {seed}"), factory()
    at, off_s = chance.uniform(0.05, 1.6), chance.choice([0.1, 1.0, 5.0])
    done = two(flash, judged, dies=(LENS, at), off_s=off_s, strip=strip)
    reverted = done.job.ending is not None and "did not keep" in done.job.ending.words

    assert (done.kind, done.runs) in {("done", "1.1.0+0"), ("failed", "1.0.0+0")}
    assert reverted == (done.kind == "failed")
    assert run(flash, judged(NEW)).kind in {"done", "up_to_date"}
    assert runs(flash) == "1.1.0+0"


@pytest.mark.parametrize("seed", range(12))
@every_host
def test_power_that_fails_while_flash_works_costs_time_and_nothing_else(
    make: Callable[[bytes], Job], seed: int
) -> None:
    """The lens starts by itself, and the host that is still there ends the update."""
    chance, flash = Random(f"cut {seed}"), factory()
    flash.cut(chance.randint(1, 40), chance.randint(0, 128))
    done = two(flash, make)

    assert (done.kind, done.runs) == ("done", "1.1.0+0")


@pytest.mark.parametrize("seed", range(12))
def test_after_a_power_cut_another_run_ends_well(seed: int) -> None:
    chance, flash = Random(f"cut and run {seed}"), factory()
    flash.cut(chance.randint(1, 40), chance.randint(0, 1024))
    with pytest.raises(PowerCutError):
        run(flash, judged(NEW))
    between = runs(flash)
    done = run(flash, judged(NEW))

    assert between.split()[0] in {"1.0.0+0", "1.1.0+0"}
    assert done.kind in {"done", "up_to_date"}
    assert done.runs == "1.1.0+0"


def on_trial() -> Flash:
    """A lens that runs an image that was not yet confirmed, when its power fails."""
    flash = factory()
    run(flash, judged(NEW), until=when(clear(), "said", "home"))
    return flash


def test_an_image_that_never_passed_its_self_test_is_reverted_at_the_next_power_up() -> None:
    flash = on_trial()

    assert runs(flash) == "1.0.0+0"


def test_a_host_that_sees_the_old_image_again_says_so() -> None:
    done = two(factory(), judged, dies=(LENS, when(clear(), "said", "home") + 0.1))
    words = f"{PROFILE.name} runs version 1.0.0: it did not keep the new one"

    assert done.job.ending is not None
    assert (done.kind, done.job.ending.words) == ("failed", words)


def test_an_image_that_was_reverted_can_be_sent_again() -> None:
    flash = on_trial()

    assert run(flash, judged(NEW)).kind == "done"
    assert runs(flash) == "1.1.0+0"


def test_an_image_on_trial_stays_once_any_body_has_let_it_home() -> None:
    flash = factory()
    run(flash, judged(NEW), until=when(clear(), "said", "restarting"))
    between = runs(flash)
    body = unit(SMALL.lens, "body", Body(SMALL.lens, S1))
    lens = updatable(SMALL, PROFILE, flash, KEY.public)
    for _ in exchange(body, lens, STRIPS["lines"], 3.0, Random(1)):
        pass

    assert (between, runs(flash)) == ("1.1.0+0 on trial", "1.1.0+0")
    assert (body.state, lens.state) == ("ready", "ready")


def test_a_lens_that_runs_what_stays_changes_nothing_in_its_flash() -> None:
    flash = factory()
    body = unit(SMALL.lens, "body", Body(SMALL.lens, S1))
    lens = updatable(SMALL, PROFILE, flash, KEY.public)
    records = list(exchange(body, lens, STRIPS["lines"], 3.0, Random(1)))

    assert flash.operations == 0
    assert "self-test" not in str([record.event for record in records])


def test_a_confirmed_image_was_never_written_over() -> None:
    flash = factory()
    before = slot(flash)
    run(flash, judged(NEW))

    assert slot(flash) == before
    assert slot(flash, 1)[: len(NEW)] == NEW


def test_both_ends_change_their_program_and_back() -> None:
    programs = [(r.side, r.event.program) for r in clear().records if isinstance(r.event, LinkUp)]

    assert programs == [
        ("body", "application"),
        ("lens", "application"),
        ("lens", BOOTLOADER),
        ("body", BOOTLOADER),
        ("lens", "application"),
        ("body", "application"),
    ]
    assert said(clear().records, LENS).count("finished") == 1
