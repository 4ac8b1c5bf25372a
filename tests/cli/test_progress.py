import json
from dataclasses import replace

import pytest

from lensbus.cli.progress import Progress
from lensbus.firmware.header import Version
from lensbus.firmware.job import Job, Parcel
from lensbus.session.event import LinkDown, Note
from lensbus.session.log import Record

SIZE = 1000
PARCEL = Parcel(bytes(SIZE), b"", b"", Version(1, 1))


def at(t: float, text: str = "") -> Record:
    return Record(t, "body", "noted", Note(text) if text else LinkDown())


def moving(**more: object) -> Job:
    """A job that has sent a half in half a second, of what a line of 20,000 baud carries."""
    job = Job(PARCEL, lens="A lens", before=Version(1), began_at=1.0, rate=20_000)
    job.done_bytes, job.sent_bytes = 500, 600
    return replace(job, **more)  # type: ignore[arg-type] # the fields of a test


def told(job: Job, *records: Record, as_json: bool = False) -> Progress:
    progress = Progress(job, as_json=as_json)
    for record in records:
        progress.tell(record)
    return progress


def test_who_is_updated_is_told_first_and_once(capsys: pytest.CaptureFixture[str]) -> None:
    told(Job(PARCEL, lens="A lens", before=Version(1)), at(0.1, "one"), at(0.2, "two"))

    assert capsys.readouterr().err.splitlines() == [
        "A lens runs 1.0.0+0, the image is 1.1.0+0",
        "one",
        "two",
    ]


def test_a_line_tells_how_far_how_fast_how_long_and_what_limits_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told(moving(held_s={"flash": 0.4, "line": 0.1}), at(1.5))

    lines = capsys.readouterr().err.splitlines()
    assert " 50% 500 of 1,000 bytes  1.0 kB/s  0 s left  limited by the flash" in lines


@pytest.mark.parametrize(
    ("held", "rate", "limit"),
    [
        ({"flash": 1.0, "line": 0.5}, 20_000, "flash"),
        ({"window": 1.0}, 20_000, "latency"),
        ({"line": 1.0}, 20_000, "line"),
        ({"flash": 1.0}, 10_000, "line"),
    ],
)
def test_a_line_that_is_full_is_the_limit_whatever_was_waited_for(
    capsys: pytest.CaptureFixture[str], held: dict[str, float], rate: int, limit: str
) -> None:
    told(moving(held_s=held, rate=rate), at(1.5), as_json=True)

    assert json.loads(capsys.readouterr().out)["limited_by"] == limit


def test_programs_get_a_few_objects_a_second(capsys: pytest.CaptureFixture[str]) -> None:
    told(moving(), *(at(1.0 + n / 100) for n in range(101)), as_json=True)
    objects = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    looks = [each for each in objects if "size" in each]

    assert len(looks) == 5
    assert looks[-1]["done_bytes"] == 500


def test_the_end_tells_what_was_sent_again_and_what_was_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    job = moving(resent_bytes=100, had_bytes=250, ended_at=2.0)
    job.end("done", "A lens runs version 1.1.0, confirmed")
    told(job).sum_up({}, {}, {})
    more = "100 of them again, 250 were there from before"

    assert capsys.readouterr().out.splitlines() == [
        f"600 bytes sent at 0.2 kB/s, {more}, limited by the line",
        "A lens runs version 1.1.0, confirmed",
    ]


@pytest.mark.parametrize("kind", ["refused", "rejected", "failed"])
def test_a_bad_end_is_one_line_of_the_commands_own(
    capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    job = Job(PARCEL)
    job.end(kind, "for another lens")
    told(job).sum_up({}, {}, {})

    assert capsys.readouterr().err == "lensbus: for another lens\n"


def test_the_summary_for_programs_is_the_last_object(capsys: pytest.CaptureFixture[str]) -> None:
    job = moving(ended_at=2.0)
    told(job, as_json=True).sum_up({"link": "pty:"}, {}, {})
    summary = json.loads(capsys.readouterr().out.splitlines()[-1])

    assert (summary["summary"], summary["result"], summary["link"]) == (True, "interrupted", "pty:")
    assert (summary["before"], summary["image"]) == ("1.0.0+0", "1.1.0+0")
