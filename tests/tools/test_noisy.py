import re
from collections.abc import Mapping, Sequence
from multiprocessing.pool import ThreadPool
from pathlib import Path

import pytest

from lensbus.bench.updatable import BODY, LENS
from lensbus.firmware.flash import Flash
from lensbus.firmware.job import Job
from lensbus.firmware.slot import Slot
from lensbus.firmware.target import layout_of
from tools import noisy
from tools.wired import NEW, OLD, SMALL, Run, blank, factory, judged, run

SAMPLE = (
    "frame/lines/body/drop/3",
    "frame/bare/lens/flip/17",
    "frame/lines/lens/unplug/20",
    "death/lines/body/1",
    "death/bare/lens/2",
)


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a report goes; its cases run in this process, so that all is as the test set it."""
    monkeypatch.setattr(noisy, "Pool", lambda: ThreadPool(1))
    return tmp_path / "report.md"


@pytest.mark.parametrize("case", SAMPLE)
def test_a_case_keeps_the_law_and_is_its_id_and_nothing_else(case: str) -> None:
    once, again = noisy.outcome(case), noisy.outcome(case)

    assert (case, "") == (once.case, once.problem)
    assert once == again
    assert once.kind in {"done", "up_to_date", "failed"}


@pytest.mark.parametrize("rate", noisy.RATES)
def test_a_big_image_is_sent_over_a_bad_line(rate: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noisy, "BIG_SIZE", 64 * 1024)
    result = noisy.outcome(f"bits/{rate}/0")

    assert (result.kind, result.problem) == ("done", "")
    assert 0.3 < result.used < 1
    assert 0 < result.resent < 1


def test_each_frame_of_both_sides_is_spoilt_in_each_way_on_each_strip() -> None:
    cases = noisy.ids("frame")
    counts = [noisy.frames(strip, side) for strip in noisy.STRIPS.values() for side in (BODY, LENS)]

    assert len(cases) == len(set(cases)) == len(noisy.WAYS) * sum(counts)
    assert min(counts) > 15


def test_there_are_as_many_cases_as_the_project_promises() -> None:
    bits, deaths = noisy.ids("bits"), noisy.ids("death")

    assert [sum(f"/{rate}/" in case for case in bits) for rate in noisy.RATES] == [40, 40]
    assert len(set(deaths)) == 4 * 250


def finished(flash: Flash, kind: str) -> Run:
    """An update that tells that it ended like that."""
    job = Job(judged(NEW).parcel)
    job.end(kind, "words")
    return Run([job], flash)


@pytest.mark.parametrize(
    ("flash", "kind", "breach"),
    [
        (factory(NEW), "done", ""),
        (factory(OLD), "failed", ""),
        (factory(OLD), "done", "done, and 1.0.0+0 boots"),
        (factory(NEW), "failed", "failed, and 1.1.0+0 boots"),
        (blank(), "failed", "failed, and nothing boots"),
    ],
)
def test_what_boots_must_be_what_the_host_says(flash: Flash, kind: str, breach: str) -> None:
    assert noisy.judge(finished(flash.copy(), kind), NEW) == breach


def test_an_update_without_an_end_is_a_breach() -> None:
    assert noisy.judge(run(factory(), judged(NEW), until=0.3), NEW) == "it has no end"


def test_an_update_that_cannot_be_done_again_is_a_breach() -> None:
    found = noisy.judge(finished(factory(OLD), "failed"), OLD[:-1] + b"?")

    assert found == "done again: refused, and 1.0.0+0 boots"


def test_an_image_on_trial_is_a_breach() -> None:
    flash = factory(OLD)
    done = run(flash, judged(NEW), until=0.75)
    trailer = layout_of(SMALL.update)

    assert not Slot(flash, trailer, 1).confirmed
    assert noisy.judge(finished(done.flash, "done"), NEW) == "done, and 1.0.0+0 boots"


def test_a_campaign_tells_and_writes_what_it_found(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = noisy.campaign({"frame": SAMPLE[:2]}, report)
    text, told = report.read_text(), capsys.readouterr().out

    assert status == 0
    assert re.search(r"\| frame/lines/body/drop \| 1 \| 1 \| 0 \| 0 \| [\d.]+% \|", text)
    assert "\n## Failed\n\nNone.\n" in text
    assert "frame/bare/lens/flip" in told


def test_a_case_that_failed_stands_in_the_report_with_how_to_see_it_again(
    report: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(noisy, "judge", lambda *_: "nothing boots")
    status = noisy.campaign({"frame": SAMPLE[:1]}, report)
    failed = f"nothing boots: `python -m tools.noisy --replay {SAMPLE[0]}`"

    assert status == 1
    assert failed in report.read_text()
    assert "frame/lines/body/drop: 0 of 1 ended well at once" in capsys.readouterr().out


def test_what_is_raised_is_a_breach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noisy, "run", lambda *_, **__: 1 / 0)

    assert noisy.outcome(SAMPLE[0]).problem == "raised ZeroDivisionError('division by zero')"


def test_a_replay_prints_all_that_happened_and_the_verdict(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = noisy.main(["--replay", SAMPLE[0]])
    lines = capsys.readouterr().out.splitlines()

    assert status == 0
    assert any("fault done: drop frame 3" in line for line in lines)
    assert lines[-1] == "the law is kept"


def test_a_replay_that_fails_gives_1_and_the_breach(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(noisy, "judge", lambda *_: "nothing boots")

    assert noisy.main(["--replay", SAMPLE[0]]) == 1
    assert capsys.readouterr().out.endswith("nothing boots\n")


def test_without_arguments_every_part_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[list[str], Path]] = []

    def campaign(cases: Mapping[str, Sequence[str]], report: Path) -> int:
        asked.append((list(cases), report))
        return 0

    monkeypatch.setattr(noisy, "campaign", campaign)

    assert noisy.main([]) == 0
    assert asked == [(["bits", "frame", "death"], noisy.REPORT)]
