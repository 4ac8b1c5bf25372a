import re
from collections.abc import Callable, Sequence
from multiprocessing.pool import ThreadPool
from pathlib import Path
from random import Random

import pytest

from lensbus.firmware.flash import Flash
from lensbus.firmware.slot import Slot
from lensbus.firmware.slots import Slots
from tools import cuts
from tools.updates import GEOMETRY, LAYOUT, NEW, STARTS, base, digest, power_up, runs, update
from tools.ways import LINK_STARTS, WAYS

RANDOM_CASES = 40  # of each start

LINK_CASES = 6

every_link_start = pytest.mark.parametrize("start", LINK_STARTS)
every_start = pytest.mark.parametrize("start", STARTS)


def drawn(start: str, seed: int) -> str:
    """A case with two cuts, anywhere in a sector, a page or a word."""
    chance = Random(f"{start}/{seed}")
    numbers = [
        number
        for _ in range(2)
        for number in (
            chance.randint(1, cuts.operations(start)),
            chance.randint(0, chance.choice([16, GEOMETRY.page_size, GEOMETRY.sector_size])),
        )
    ]
    return f"{start}/{'-'.join(map(str, numbers))}"


@every_start
def test_an_update_that_is_cut_in_any_operation_keeps_the_law(start: str) -> None:
    for operation in range(1, cuts.operations(start) + 1):
        failed = cuts.cut(start, base(start).copy(), operation, 0)
        assert failed
        for torn in cuts.some(failed.size):
            case = f"{start}/{operation}-{torn}"

            assert (case, "") == (case, cuts.run(case))


@every_start
def test_an_update_that_is_cut_twice_anywhere_keeps_the_law(start: str) -> None:
    for seed in range(RANDOM_CASES):
        case = drawn(start, seed)

        assert (case, "") == (case, cuts.run(case))


@every_link_start
def test_an_update_over_the_link_that_is_cut_twice_anywhere_keeps_the_law(start: str) -> None:
    for seed in range(LINK_CASES):
        case = drawn(start, seed)

        assert (case, "") == (case, cuts.run(case))


@every_link_start
def test_what_is_cut_over_the_link_is_the_same_in_a_replay(start: str) -> None:
    """The campaign cuts what it saw of one update; a replay does the update anew."""
    step = cuts.steps(start, WAYS[start].base(start))[6]
    flash = WAYS[start].base(start).copy()
    cuts.cut(start, flash, 7, 5)

    assert step.torn(5).key() == flash.key()
    assert step.before.key() != flash.key()


@every_link_start
def test_an_update_over_the_link_begins_as_its_name_says(start: str) -> None:
    way = WAYS[start]
    slots = way.power_up(way.base(start).copy())
    trailers = [(slot.confirmed, slot.finished, len(slot.written)) for slot in slots.slots]
    expected = {
        "link": [(True, True, 3), (False, False, 0)],
        "link_older": [(True, True, 3), (True, True, 3)],
        "link_recovery": [(False, False, 0), (False, False, 0)],
    }

    assert trailers == expected[start]
    assert (slots.running is None) == (start == "link_recovery")


def test_an_operation_is_cut_at_each_byte_and_then_all_that_follows() -> None:
    tally = cuts.strike(("resumed", 2))
    page, following = GEOMETRY.page_size, cuts.operations("resumed") - 1

    assert not tally.failed
    assert tally.cases > page + 1 + 4 * 4 * following
    assert 0 < tally.judged < tally.cases


@every_start
def test_what_starts_differ_in_is_what_their_names_say(start: str) -> None:
    flash = base(start).copy()
    slots = power_up(flash)
    trailers = [(slot.confirmed, slot.finished, len(slot.written)) for slot in slots.slots]
    expected = {
        "new": [(True, True, 3), (False, False, 0)],
        "older": [(True, True, 3), (True, True, 3)],
        "reverted": [(True, True, 3), (False, True, 4)],
        "pending": [(True, True, 3), (False, True, 3)],
        "half": [(True, True, 3), (False, False, 2)],
        "resumed": [(True, True, 3), (False, False, 2)],
        "stale": [(True, True, 3), (False, False, 2)],
        "recovery": [(True, True, 3), (False, False, 0)],
    }
    offers = {slot.offer for slot in slots.slots}

    assert trailers == expected[start]
    assert (digest(NEW) in offers) == (start in {"reverted", "resumed", "stale"})
    assert (slots.running is None) == (start == "recovery")


def breach_of(flash: Flash) -> str:
    return cuts.judge("new", flash)


def test_a_flash_with_nothing_to_boot_is_a_breach() -> None:
    flash = base("new").copy()
    Slot(flash, LAYOUT, 0).erase(0)

    assert breach_of(flash) == "nothing boots"


@pytest.mark.parametrize(
    "change",
    [lambda flash: flash.erase(0), lambda flash: flash.program(4 * GEOMETRY.sector_size, b"x")],
)
def test_what_was_to_stay_and_has_changed_is_a_breach(change: Callable[[Flash], object]) -> None:
    flash = base("new").copy()
    flash.protected = 0
    change(flash)

    assert breach_of(flash) == "what was to stay has changed"


def test_an_update_that_does_not_end_well_is_a_breach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Slots, "confirm", lambda _: 0.0)

    assert breach_of(base("new").copy()) == "the update does not end well"


def test_whatever_lensbus_raises_is_a_breach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Slot, "erase_trailer", lambda _: 0.0)

    assert breach_of(base("reverted").copy()).startswith("raised FlashError(")


def test_a_campaign_tells_and_writes_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cuts, "Pool", lambda: ThreadPool(1))
    monkeypatch.setattr(cuts, "operations", lambda _: 1)
    monkeypatch.setattr(cuts, "VERDICTS", {})
    status = cuts.campaign(["resumed"], tmp_path / "report.md")
    report, told = (tmp_path / "report.md").read_text(), capsys.readouterr().out

    assert status == 0
    row = r"\| `resumed`: The image .* in part\. \| 1 \| (\d+) \| \d+ \| \1 \|\n"
    assert re.search(row, report)
    assert "\n## Failed\n\nNone.\n" in report
    assert re.fullmatch(r"resumed 1 .*\n\d+ cases, 0 failed, .* minutes on \d+ cores\n", told)


def test_a_case_that_failed_stands_in_the_report_with_how_to_see_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cuts, "Pool", lambda: ThreadPool(1))
    monkeypatch.setattr(cuts, "operations", lambda _: 1)
    monkeypatch.setattr(cuts, "judge", lambda *_: "nothing boots")
    monkeypatch.setattr(cuts, "VERDICTS", {})
    status = cuts.campaign(["resumed"], tmp_path / "report.md")
    failed = "nothing boots: `python -m tools.cuts --replay resumed/1-0`\n"

    assert status == 1
    assert failed in (tmp_path / "report.md").read_text()
    assert failed.strip() in capsys.readouterr().out


def test_a_replay_prints_all_that_is_done_and_the_verdict(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = cuts.main(["--replay", "resumed/2-64-1-0"])
    lines = capsys.readouterr().out.splitlines()

    assert status == 0
    assert lines[:5] == [
        "erase sector 8",
        "program 128 bytes at 0x2000",
        "power failed while programming 0x2000: 64 of 128 bytes done",
        "erase sector 8",
        "power failed while erasing sector 8: 0 of 1024 bytes done",
    ]
    assert lines[-1] == "well"


def test_a_replay_that_fails_gives_1_and_the_breach(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cuts, "judge", lambda *_: "nothing boots")

    assert cuts.main(["--replay", "new/1-0"]) == 1
    assert capsys.readouterr().out.endswith("nothing boots\n")


def test_without_arguments_every_start_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Sequence[str], Path]] = []

    def campaign(starts: Sequence[str], report: Path) -> int:
        asked.append((starts, report))
        return 0

    monkeypatch.setattr(cuts, "campaign", campaign)

    assert cuts.main([]) == 0
    assert asked == [([*STARTS, *LINK_STARTS], cuts.REPORT)]


def test_an_update_is_over_when_it_is_confirmed_and_then_costs_nothing() -> None:
    flash = base("new").copy()
    update(flash, NEW)
    before = flash.operations

    assert runs(update(flash, NEW), NEW)
    assert flash.operations == before
