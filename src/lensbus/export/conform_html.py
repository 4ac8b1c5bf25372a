"""Results as one HTML page that needs nothing else: cases by devices, and what was said around."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from lensbus.conformance.cases import VERDICTS, Verdict
from lensbus.conformance.report import Result, counts

SIGNS: Mapping[Verdict, str] = {
    "PASS": "\N{CHECK MARK}",
    "FAIL": "\N{BALLOT X}",
    "NON-STRICT": "~",
    "UNIMPLEMENTED": "\N{EN DASH}",
    "INCONCLUSIVE": "?",
    "SKIP": "\N{MIDDLE DOT}",
}

STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 0; display: inline; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { border-bottom: 1px solid var(--line); padding: .2rem .5rem; text-align: left; }
td { vertical-align: top; }
th.v, td.v { width: 9.5rem; text-align: center; } th { font-weight: 600; }
section > details { margin: .6rem 0; } summary { cursor: pointer; }
code, pre { font: 12px/1.45 ui-monospace, monospace; }
pre { overflow-x: auto; background: var(--soft); padding: .5rem; }
.req { opacity: .75; font-size: 13px; } .count { opacity: .7; margin-left: .7rem; font-size: 13px; }
.PASS { color: #1a7f37; } .FAIL { color: #fff; background: #c62828; }
.NON-STRICT { background: #f9a82566; }
.INCONCLUSIVE { background: #8e24aa44; } .UNIMPLEMENTED, .SKIP { opacity: .6; }
.only-bad .good { display: none; } dd { margin-left: 6.5rem; }
dt { float: left; clear: left; width: 6rem; opacity: .7; }
@media (prefers-color-scheme: dark) { .PASS { color: #57ab5a; } }
"""

SCRIPT = """
document.getElementById('bad').addEventListener('change', event =>
  document.body.classList.toggle('only-bad', event.target.checked));
"""


def page(results: Sequence[Result], about: Mapping[str, str]) -> str:
    """The page: a table for each section of the spec, one column a device.

    `about` is what was run, and with what, for its head.
    """
    devices = list(dict.fromkeys(result.device for result in results))
    sections = dict.fromkeys(_section(result) for result in results)
    found = (_table(name, devices, _of(results, name)) for name in sections)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>lensbus conform</title><style>{STYLE}</style></head><body>"
        f"<h1>Held to their spec: {escape(', '.join(devices))}</h1>{_legend(results)}"
        f"<p>{escape(', '.join(f'{name} {value}' for name, value in about.items()))}</p>"
        '<p><label><input type="checkbox" id="bad"> only what did not pass</label></p>'
        f"{''.join(found)}<script>{SCRIPT}</script></body></html>\n"
    )


def _section(result: Result) -> str:
    role = result.case.address.partition("/")[0]
    return f"{role}: {'.'.join(result.case.section.split('.')[:2])}"


def _of(results: Iterable[Result], section: str) -> list[Result]:
    return [result for result in results if _section(result) == section]


def _legend(results: Sequence[Result]) -> str:
    rows = [
        f'<tr><td class="v {verdict}">{SIGNS[verdict]} {verdict}</td>'
        f"<td>{count}</td><td>{escape(VERDICTS[verdict])}</td></tr>"
        for verdict, count in counts(results).items()
        if count
    ]
    return f'<table style="table-layout: auto; width: auto">{"".join(rows)}</table>'


def _table(name: str, devices: Sequence[str], results: Sequence[Result]) -> str:
    bad = [result for result in results if result.verdict != "PASS"]
    here = [device for device in devices if any(result.device == device for result in results)]
    rows = dict.fromkeys(result.case.address for result in results)
    head = "".join(f'<th class="v">{escape(device)}</th>' for device in here)
    body = "".join(
        _row([result for result in results if result.case.address == row], here) for row in rows
    )
    words = ", ".join(f"{count} {verdict}" for verdict, count in counts(results).items() if count)
    kind, opened = ("", " open") if bad else ("good", "")
    return (
        f'<section class="{kind}"><details{opened}><summary><h2>{escape(name)}</h2>'
        f'<span class="count">{words}</span></summary>'
        f"<table><tr><th>case</th>{head}</tr>{body}</table></details></section>"
    )


def _row(results: Sequence[Result], devices: Sequence[str]) -> str:
    case = results[0].case
    bad = [result for result in results if result.verdict != "PASS"]
    cells = {result.device: result for result in results}  # of many runs, the last one
    found = "".join(_cell(cells.get(device)) for device in devices)
    return (
        f'<tr class="{"" if bad else "good"}"><td><code>{escape(case.address)}</code> '
        f"{case.level} <span class=req>{escape(results[0].place)}</span>"
        f"<div class=req>{escape(case.requirement)}</div>"
        f"{''.join(map(_detail, bad))}</td>{found}</tr>"
    )


def _cell(result: Result | None) -> str:
    if result is None:
        return '<td class="v"></td>'
    return f'<td class="v {result.verdict}">{SIGNS[result.verdict]} {result.verdict}</td>'


def _detail(result: Result) -> str:
    frames = escape("\n".join(result.frames)) or "nothing"
    return (
        f"<details><summary>{escape(result.device)}: {escape(result.actual)}</summary>"
        f"<dl><dt>expected</dt><dd>{escape(result.expected)}</dd>"
        f"<dt>actual</dt><dd>{escape(result.actual)}</dd>"
        f"<dt>again</dt><dd><code>{escape(result.again)}</code></dd></dl>"
        f"<pre>{frames}</pre></details>"
    )
