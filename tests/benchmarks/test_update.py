import pytest

from benchmarks.update import (
    CASES,
    SIZE,
    SPOILT,
    Case,
    TransferError,
    aims,
    comparison,
    images,
    middle,
    real,
    row,
    update,
    verdicts,
    virtual,
)

SMALL = 1 << 15
QUICK = Case(3_000_000, 0)


def test_goodput_is_a_share_of_a_tenth_of_the_baud() -> None:
    assert Case(1_000_000, 0).share(50_000, 1.0) == pytest.approx(0.5)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_who_waits_for_each_block_sends_whole_kibibytes_and_no_more_than_the_image(
    case: Case,
) -> None:
    sizes = [case.fit(SIZE, block) for block in (384, 1024, 8192)]

    assert all(0 < size <= SIZE and size % 1024 == 0 for size in sizes)


def test_ours_is_sent_more_often_where_that_is_quick() -> None:
    assert Case(921_600, 0).rounds(SIZE) == 1
    assert QUICK.rounds(SIZE) == 3
    assert QUICK.rounds(1 << 25) == 1


def test_the_image_with_header_and_tlvs_is_as_big_as_was_asked_for() -> None:
    assert len(images(SIZE)[1]) == SIZE
    assert len(images(SMALL)[1]) == SMALL


def test_every_aim_of_each_line_is_told_and_whether_it_is_reached() -> None:
    shares = dict.fromkeys(CASES, 0.99) | {SPOILT: 0.84, Case(3_000_000, 16): 0.979}
    lines = list(verdicts(shares))

    assert len(lines) == len(CASES) + 2
    assert [line for line in lines if "not reached" in line] == [
        "goodput at 921,600, 16 ms, bit errors          84.00%, wanted 85.0%: not reached",
        "goodput at 3,000,000, 16 ms by 0 ms            98.89%, wanted 99.0%: not reached",
    ]


def test_latency_is_held_against_the_same_rate_without_it() -> None:
    shares = {case: 0.5 if case.latency_ms else 1.0 for case in CASES}

    assert [got for words, got, _ in aims(shares) if " by " in words] == [0.5, 0.5]


def test_a_row_tells_how_much_better_ours_is() -> None:
    assert row("peer", SPOILT, 1 << 20, 0.46, 0.92) == (
        "peer                      921,600    16   1e-05   1024    46.0%      2.00 x"
    )


def test_an_update_that_did_not_end_well_has_no_time() -> None:
    one = update(SMALL, 921_600)
    with pytest.raises(TransferError, match="too long"):
        _ = one.seconds
    one.job.end("failed", "no lens")
    with pytest.raises(TransferError, match="no lens"):
        _ = one.seconds


def test_the_median_of_several_updates_counts() -> None:
    updates = [update(SMALL, 921_600) for _ in range(3)]
    for one, seconds in zip(updates, (3.0, 1.0, 2.0), strict=True):
        one.job.end("done", "")
        one.job.began_at, one.job.ended_at = 1.0, 1.0 + seconds

    assert middle(updates) is updates[2]


def test_in_virtual_time_the_frames_around_chunks_are_all_that_the_line_carries_besides() -> None:
    case = Case(921_600, 16)
    one = virtual(case, SMALL)
    line_s = sum(map(len, one.frames)) * 10 / case.baud

    assert len(one.frames) == SMALL // 4096
    assert line_s < one.seconds < line_s + 0.034


@pytest.mark.real
def test_a_real_update_says_what_a_virtual_one_does() -> None:
    one = real(QUICK, SMALL)

    assert one.job.ending is not None
    assert one.job.ending.kind == "done"
    assert "8 chunks, 32,872 bytes: the same in" in comparison(QUICK, SMALL, one.frames)
