import re
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.pool import ThreadPool
from pathlib import Path

import pytest

from lensbus.bench.pair import BODY, LENS
from lensbus.devices.script import Step
from lensbus.session.event import LinkUp, Note
from lensbus.session.faults import DONE
from lensbus.session.log import Record
from lensbus.session.rule import KINDS
from tests.peers import BARE, LINES
from tools import campaign, drawn
from tools.campaign import Result

SAMPLE = (
    "frame/lines/body/flip/3",
    "frame/bare/lens/drop/7",
    "frame/lines/lens/unplug/60",
    "frame/lines/body/brownout/50",
)
FORBIDDEN = (Step(0.0, "home", {}),)  # not in state ready


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a report goes; its cases run in this process, so that all is as the test set it."""
    monkeypatch.setattr(campaign, "Pool", lambda: ThreadPool(1))
    return tmp_path / "campaign.md"


def scripted(monkeypatch: pytest.MonkeyPatch, script: tuple[Step, ...]) -> None:
    """Let drawn bodies do this and nothing else."""
    monkeypatch.setattr(drawn, "DEMO", script)
    monkeypatch.setattr(drawn, "EVERYTHING", script)
    monkeypatch.setattr(drawn, "busy", lambda _chance, _until: [])


def told(records: Iterator[Record]) -> list[str]:
    return [f"{r.t} {r.side} {r.verb} {r.event} {r.raw.hex()} {r.state}" for r in records]


def records_of(name: str) -> list[str]:
    case = campaign.build(name)
    return told(campaign.watch(case, Result(name)))


@pytest.mark.parametrize("name", SAMPLE)
def test_a_case_ends_well_and_tells_what_was_done_to_it(name: str) -> None:
    result = campaign.run(name)

    assert (name, "") == (result.case, result.problem)
    assert result.done >= 1
    assert result.back_at is not None
    assert 0.0 <= result.back_at - result.last_fault <= campaign.BACK_S


@pytest.mark.parametrize("seed", range(20), ids=lambda seed: f"plan/{seed}")
def test_whatever_a_random_plan_does_a_random_pair_finds_back(seed: int) -> None:
    assert campaign.run(f"plan/{seed}").problem == ""


@pytest.mark.parametrize("name", ["frame/lines/lens/flip/40", "plan/3"])
def test_a_case_is_its_id_and_nothing_else(name: str) -> None:
    once, again = records_of(name), records_of(name)

    assert once == again
    assert len(once) > 100


def test_another_id_is_another_case() -> None:
    assert records_of("plan/3")[:200] != records_of("plan/4")[:200]


@pytest.mark.parametrize(("word", "lines"), [("lines", LINES), ("bare", BARE)])
def test_an_id_says_which_lines_there_are(word: str, lines: frozenset[str]) -> None:
    case = campaign.build(f"frame/{word}/body/drop/1")

    assert lines == case.pair.strip.lines


@pytest.mark.parametrize("side", [BODY, LENS])
@pytest.mark.parametrize("kind", KINDS)
def test_an_id_says_whose_frame_suffers_and_how(side: str, kind: str) -> None:
    case = campaign.build(f"frame/lines/{side}/{kind}/5")
    records = list(case.pair.run(0.5, case.chance))
    notes = [(r.side, r.event.text) for r in records if isinstance(r.event, Note)]

    assert case.faults_s == campaign.FRAMES_S
    assert {side} == {of for of, _ in notes}
    assert notes[0][1].startswith(f"fault done: {kind} frame 5 (")


@pytest.mark.parametrize("kind", campaign.NOISE)
def test_noise_strikes_both_sides_until_it_is_over(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(campaign.NOISE, kind, replace(campaign.NOISE[kind], until=10.0))
    monkeypatch.setattr(campaign, "NOISE_S", 10.0)
    name = f"noise/lines/{kind}/1"
    case, result = campaign.build(name), Result(name)
    records = list(campaign.watch(case, result))
    done = [r for r in records if isinstance(r.event, Note) and r.event.about == DONE]

    assert {BODY, LENS} == {r.side for r in done}
    assert len(done) == result.done > 5
    assert max(r.t for r in done) <= 10.0 < records[-1].t
    assert result.heard.total() > 0


def test_a_case_is_watched_until_both_sides_could_fall_asleep_again() -> None:
    case = campaign.build("frame/lines/body/drop/5")
    last = list(campaign.watch(case, Result("")))[-1].t
    expected = campaign.FRAMES_S + campaign.BACK_S + campaign.STAY_S

    assert expected < last < expected + 0.1


def test_a_link_that_comes_back_counts_as_the_last_fault() -> None:
    name = "frame/lines/lens/unplug/60"
    case, result = campaign.build(name), Result(name)
    records = list(campaign.watch(case, result))
    ups = [r.t for r in records if isinstance(r.event, LinkUp) and r.side == BODY]

    assert len(ups) == 2
    assert result.last_fault == ups[-1]


def test_a_case_that_takes_too_long_to_come_back_is_a_problem(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(campaign, "BACK_S", 0.5)
    result = campaign.run("frame/lines/lens/unplug/60")

    assert re.fullmatch(r"back at \d.\d+, at the end \('ready', 'ready'\)", result.problem)


def test_a_case_that_is_not_back_at_its_end_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    asleep = (Step(0.0, "sleep", {}),)
    scripted(monkeypatch, asleep)

    assert campaign.run("plan/3").problem.endswith("at the end ('sleeping', 'sleeping')")


def test_whatever_is_raised_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch, FORBIDDEN)
    problem = campaign.run("plan/3").problem

    assert problem.startswith("raised LocalProtocolError(\"body can't send home in state ready")


def test_a_run_that_keeps_more_and_more_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign, "MOST_KEPT", -1000)

    assert campaign.run("frame/lines/body/drop/5").problem.endswith("than after its first second")


def test_what_is_kept_is_counted_wherever_it_hangs() -> None:
    ports, hoard = campaign.build("plan/3").pair.ports, list[object]()
    before = campaign.kept(ports, lambda: hoard)
    hoard += [object() for _ in range(1000)]

    assert campaign.kept(ports, lambda: hoard) == before + 1000 > 1100


def test_a_case_without_end_is_told_and_ends_the_campaign(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign, "HANG_S", 0.0)
    status = campaign.campaign({"plan": ["plan/3", "plan/4"]}, report)

    assert status == 1
    assert "plan/4" not in report.read_text()
    assert "no end after 0 s: `python -m tools.campaign --replay plan/3`" in report.read_text()


def test_each_part_has_its_cases_once() -> None:
    every = [name for part in campaign.PARTS for name in campaign.ids(part)]

    assert len(every) == len(set(every))
    assert len(campaign.ids("plan")) == len(campaign.PLAN_SEEDS)
    assert len(campaign.ids("noise")) == 2 * len(campaign.NOISE) * len(campaign.NOISE_SEEDS)


@pytest.mark.parametrize("lines", ["lines", "bare"])
def test_each_frame_of_the_first_seconds_is_a_case_for_each_kind(lines: str) -> None:
    said = campaign.frames_said(lines)
    names = [name for name in campaign.ids("frame") if name.startswith(f"frame/{lines}/")]

    assert set(said) == {BODY, LENS}
    assert min(said.values()) > 100
    assert len(names) == len(campaign.WAYS) * said.total()
    assert f"frame/{lines}/lens/flip/{said[LENS]}" in names
    assert f"frame/{lines}/lens/flip/{said[LENS] + 1}" not in names


def test_a_table_has_one_row_for_each_group_of_cases() -> None:
    good = Result("noise/bare/flip/0", done=4, last_fault=2.0, back_at=2.25)
    good.heard.update({"noise": 1, "bad checksum": 2})
    bad = Result("noise/bare/flip/1", "raised it", done=3)
    bad.heard.update({"bad checksum": 1})
    other = Result("plan/0", done=1, last_fault=1.0, back_at=1.0)

    assert list(campaign.table([good, bad, other]))[2:] == [
        "| noise/bare/flip | 2 | 1 | 7 | 0.25 s | bad checksum 3, noise 1 |",
        "| plan | 1 | 1 | 1 | 0.00 s |  |",
    ]


def test_a_campaign_that_went_well_says_so(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = {"frame": ["frame/lines/body/flip/3"], "plan": ["plan/3"]}
    status = campaign.campaign(cases, report)
    text = report.read_text(encoding="utf-8")

    assert status == 0
    assert text.startswith(f"# The long campaign\n\n{campaign.RULE}\n\n## frame\n")
    assert "| frame/lines/body/flip | 1 | 1 | 1 | " in text
    assert "\n## Failed\n\nNone.\n\nMade by `python -m tools.campaign`, not edited: " in text
    assert capsys.readouterr().out == "frame: 1 of 1\nplan: 1 of 1\n"


def test_a_case_that_failed_stands_in_the_report_with_how_to_see_it_again(
    report: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign, "BACK_S", 0.5)
    name = "frame/lines/lens/unplug/60"
    status = campaign.campaign({"frame": [name]}, report)
    failed = report.read_text(encoding="utf-8").partition("## Failed\n\n")[2]

    assert status == 1
    assert re.match(rf"back at .*: `python -m tools.campaign --replay {name}`\n", failed)
    assert capsys.readouterr().out.startswith("FAILED back at ")


def test_a_replay_prints_all_that_happened_and_the_verdict(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = campaign.main(["--replay", "frame/lines/body/flip/3"])
    lines = capsys.readouterr().out.splitlines()

    assert (status, lines[-1]) == (0, "well")
    assert lines[0].startswith("0.000000 body noted LinkUp(")
    assert sum("fault done: flip frame 3 (set_rate)" in line for line in lines) == 1


def test_a_replay_that_fails_gives_1_and_the_problem(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign, "BACK_S", 0.5)
    status = campaign.main(["--replay", "frame/lines/lens/unplug/60"])

    assert status == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("back at ")


def test_without_arguments_every_case_is_run_and_the_report_is_written(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign, "REPORT", report)
    monkeypatch.setattr(campaign, "PARTS", {"plan": "Two of them."})
    monkeypatch.setattr(campaign, "PLAN_SEEDS", range(3, 5))

    assert campaign.main([]) == 0
    assert "## plan\n\nTwo of them.\n" in report.read_text(encoding="utf-8")
    assert "| plan | 2 | 2 | " in report.read_text(encoding="utf-8")
