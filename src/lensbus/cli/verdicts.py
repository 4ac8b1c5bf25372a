"""What a run of cases prints and writes: each result as it comes, the counts, files."""

from collections.abc import Sequence
from pathlib import Path

from lensbus import __version__
from lensbus.cli.judging import Task, Wanted, held
from lensbus.conformance.report import Result, counts
from lensbus.conformance.suite import by_section, uncovered
from lensbus.front.lines import json_line
from lensbus.front.printable import printable

UNTOLD = {"PASS", "UNIMPLEMENTED"}
"""Verdicts that people are told as counts alone."""


def tell(result: Result, *, as_json: bool) -> None:
    """Print a result: as JSON each, for people what did not pass."""
    if as_json:
        print(json_line(result.plain()), flush=True)
    elif result.verdict == "SKIP":
        print(printable(f"{'SKIP':13} {result.case.address}  ({result.actual})"), flush=True)
    elif result.verdict not in UNTOLD:
        first = f"{result.verdict:13} {result.case.address}  ({result.case.level}, {result.place})"
        told = {"expected": result.expected, "actual": result.actual, "again": result.again}
        lines = [first, f"{'':13} {result.case.requirement}"]
        lines += [f"{'':13} {name:8} {text}" for name, text in told.items()]
        print("\n".join(map(printable, lines)), flush=True)


def sum_up(results: Sequence[Result], seed: int, *, as_json: bool) -> None:
    """Print the counts; for people by device, and by section where not all passed."""
    if as_json:
        facts = {"summary": True, "cases": len(results), "verdicts": counts(results), "seed": seed}
        print(json_line(facts), flush=True)
        return
    print()
    for device in dict.fromkeys(result.device for result in results):
        mine = [result for result in results if result.device == device]
        for section in dict.fromkeys(map(_head, mine)):
            part = [result for result in mine if _head(result) == section]
            if any(result.verdict != "PASS" for result in part):
                print(f"    {section:32} {_words(part)}")
        count = f"{len(mine)} case{'s'[: len(mine) > 1]}"
        print(printable(f"{device}: {count}: {_words(mine)}  (seed {seed})"), flush=True)


def write(
    results: Sequence[Result],
    wanted: Wanted,
    junit: Path | None,
    html: Path | None,
    *,
    strict: bool,
) -> None:
    """Write the files that were asked for; `wanted` is one of the devices."""
    made_to = {"made to": wanted.made_to} if wanted.made_to else {}
    seed = str(wanted.seed)
    about = {"lensbus": __version__, "spec": wanted.spec, **made_to, "seed": seed}
    if junit is not None:
        from lensbus.export.junit import junit as as_junit

        junit.write_text(as_junit(results, about, strict=strict), encoding="utf-8")
    if html is not None:
        from lensbus.export.conform_html import page

        html.write_text(page(results, about), encoding="utf-8")


def show(tasks: Sequence[Task], *, as_json: bool) -> None:
    """Print cases, how many each section of the spec has, and what no case covers."""
    kinds = {wanted.kind: wanted for wanted, _ in tasks}
    for wanted in kinds.values():
        one = held(wanted)
        cases = [one.cases[address] for by, address in tasks if by == wanted]
        for case in cases:
            facts = {"case": case.address, "level": case.level, "requirement": case.requirement}
            more = {"section": case.section, "line": case.where.line, "needs": sorted(case.needs)}
            text = f"{case.address:44} {case.level:6} {case.requirement}"
            print(json_line({**facts, **more}) if as_json else printable(text))
        rest = uncovered(one.bench.ground, list(one.cases.values()))
        if as_json:
            end = {"summary": True, "device": wanted.kind, "cases": len(cases)}
            print(json_line({**end, "sections": by_section(cases), "uncovered": rest}))
            continue
        print()
        for section, count in by_section(cases).items():
            print(f"    {section:32} {count}")
        print(f"{wanted.kind}: {len(cases)} cases")
        for item in rest:
            print(f"    no case covers {item}")
        print()


def _head(result: Result) -> str:
    return ".".join(result.case.section.split(".")[:2])


def _words(results: Sequence[Result]) -> str:
    return ", ".join(f"{count} {verdict}" for verdict, count in counts(results).items() if count)
