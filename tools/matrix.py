"""The matrix campaign: every lens on every body, each cell counted; writes docs/campaign-matrix.md.

A cell that failed stands there with its reason, and with the command that runs it alone.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lensbus
from lensbus.bench.matrix import GRADES

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs" / "campaign-matrix.md"
COMMAND = ("lensbus", "matrix", "--json")


def told(outcomes: Sequence[dict[str, Any]]) -> list[str]:
    """The lines of the report that are the same on every machine."""
    by_body: dict[str, Counter[str]] = {}
    for one in outcomes:
        by_body.setdefault(one["body"], Counter())[one["grade"]] += 1
    lines = [
        "# The matrix campaign",
        "",
        f"`{' '.join(COMMAND)}`: every lens, by each accessory that fits, on every body.",
    ]
    lines += ["`docs/matrix.md` tells what each of them does.", ""]
    lines += [f"- {grade}: {words}" for grade, words in GRADES.items()]
    lines += ["", f"| body | {' | '.join(GRADES)} |", f"|---|{'---:|' * len(GRADES)}"]
    for name, counts in [*by_body.items(), ("all", sum(by_body.values(), Counter()))]:
        lines.append(f"| {name} | {' | '.join(str(counts[grade]) for grade in GRADES)} |")
    failed = [one for one in outcomes if one["grade"] == "failed"]
    return [*lines, "", "## Failed", "", *(map(_failure, failed) if failed else ["None."]), ""]


def _failure(one: dict[str, Any]) -> str:
    why = next(v for v in one["verdicts"] if v["grade"] == "failed")
    named = [f"--{key} {one[key]}" for key in ("body", "lens", "accessory") if one[key]]
    again = " ".join(["lensbus matrix", *named])
    return f"- {why['step']}: {why['reason']}: `{again}`"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Run the matrix and write its report.")
    parser.add_argument("--report", type=Path, default=REPORT)
    report = parser.parse_args(arguments).report
    began = time.monotonic()
    command = [sys.executable, "-m", *COMMAND]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    seconds = f"{time.monotonic() - began:.0f} s on {os.cpu_count()} cores"
    *outcomes, summary = map(json.loads, done.stdout.splitlines())
    versions = f"lensbus {lensbus.__version__}, Python {platform.python_version()}"
    total = f"{summary['cells']} cells, {summary['failed']} failed, {seconds}"
    print(total)
    made = f"Made by `python -m tools.matrix`, not edited: {versions}, {total}.\n"
    report.write_text("\n".join([*told(outcomes), made]), encoding="utf-8")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
