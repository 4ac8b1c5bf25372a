from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.errors import ImageError
from lensbus.firmware.header import Version
from lensbus.firmware.job import Ending, Job, Parcel
from tools.wired import NEW, PROFILE, SMALL, blind, image, judged, parcel

LENS = (PROFILE.lens_number, PROFILE.hardware, PROFILE.protocol[1])


def test_only_the_first_ending_counts() -> None:
    job = blind(NEW)
    first, second = job.end("failed", "lost"), job.end("done", "well")

    assert job.ending == Ending("failed", "lost")
    assert (first.text, first.about) == (second.text, second.about) == ("lost", "failed")


def test_a_host_without_a_judgement_of_its_own_goes_on_whatever_the_lens_is() -> None:
    job = Job(parcel(NEW))

    assert job.judge(1, 1, 1, Version(9), 9) is None
    assert job.before == Version(9)


def test_a_lens_that_runs_the_version_already_is_no_failure() -> None:
    ending = judged(NEW).judge(*LENS, Version(1, 1), 0)

    assert ending is not None
    assert ending.kind == "up_to_date"


@pytest.mark.parametrize(
    ("version", "take_older", "refused"),
    [(Version(1, 2), False, True), (Version(1, 2), True, False), (None, False, False)],
)
def test_an_older_version_is_offered_to_a_lens_only_on_demand(
    version: Version | None, *, take_older: bool, refused: bool
) -> None:
    ending = judged(NEW, take_older=take_older).judge(*LENS, version, 0)

    assert (ending.kind if ending else None) == ("refused" if refused else None)


def test_an_image_for_another_lens_is_refused_by_the_host() -> None:
    ending = judged(NEW).judge(PROFILE.lens_number + 1, *LENS[1:], Version(1), 0)

    assert ending is not None
    assert (ending.kind, "for lens" in ending.words) == ("refused", True)


def test_what_the_lens_ran_before_is_what_it_told_first() -> None:
    job = blind(NEW)
    for version in (None, Version(1), Version(1, 1)):
        job.judge(*LENS, version, 0)

    assert job.before == Version(1)


def test_silence_counts_from_when_the_lens_was_heard_or_the_update_began() -> None:
    job = blind(NEW)
    silences = [job.silent_for(3.0), job.silent_for(5.0)]
    job.heard_at = 6.0

    assert [*silences, job.silent_for(7.5)] == [0.0, 2.0, 1.5]


@pytest.mark.parametrize(
    ("held_s", "used", "limit"),
    [
        ({}, 0.1, "line"),
        ({"flash": 9.0, "line": 1.0}, 0.95, "line"),
        ({"flash": 9.0, "line": 1.0}, 0.5, "flash"),
        ({"window": 9.0, "flash": 1.0}, 0.5, "latency"),
        ({"line": 9.0, "flash": 1.0}, 0.5, "line"),
    ],
)
def test_what_limits_a_transfer_is_a_busy_line_or_what_held_it_longest(
    held_s: dict[str, float], used: float, limit: str
) -> None:
    job = replace(blind(NEW), held_s=held_s)

    assert job.limit(used) == limit


@given(st.binary(max_size=300) | st.integers(0, len(NEW)).map(lambda size: NEW[:size]))
def test_whatever_the_bytes_are_there_is_a_header_to_offer(data: bytes) -> None:
    made = Parcel.anyhow(SMALL.image, data)

    assert (made.data, len(made.header)) == (data, SMALL.image.header_size)
    assert len(made.tlvs) <= SMALL.image.tlv_most


def test_bytes_that_are_no_image_make_no_parcel_of_one() -> None:
    assert Parcel.of(SMALL.image, NEW).version == Version(1, 1)
    with pytest.raises(ImageError):
        Parcel.of(SMALL.image, NEW[:-1])


def test_a_file_that_is_no_image_goes_as_it_is() -> None:
    whole, cut = parcel(NEW), parcel(NEW[:700])

    assert whole.version == Version(1, 1)
    assert whole.header + whole.data[32 : -len(whole.tlvs)] + whole.tlvs == NEW
    assert (cut.version, cut.tlvs) == (None, b"")
    assert image("1.1.0") == NEW
