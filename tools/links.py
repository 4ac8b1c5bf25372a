"""The campaign over real links: minutes, strangers, killed peers and a broker that restarts.

Writes docs/campaign-links.md. `--seconds`, `--strangers` and `--moments` make it shorter.
"""

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import product
from pathlib import Path
from shutil import which
from typing import Any

import lensbus
from tools.storms import KINDS, SIDES, storm

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs" / "campaign-links.md"
STRANGER = ROOT / "tests" / "strangers" / "ask_a_lens.py"
PYTHON = sys.executable
START_S = 20.0
ROOM_S = 30.0  # what a process may take beyond its time


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[str]]:
    """A process that is killed at the end, if it still runs."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def lens(link: str, record: Path) -> Iterator[str]:
    """`lensbus lens` on a link; gives where it is reached. It writes what it tells to a file."""
    command = [PYTHON, "-u", "-m", "lensbus", "lens", "--link", link, "--json"]
    with record.open("w") as out, subprocess.Popen(command, stdout=out, cwd=ROOT) as process:
        try:
            yield reached(link, record)
            process.terminate()
            process.wait(ROOM_S)
        finally:
            process.kill()


def reached(link: str, record: Path) -> str:
    """Where a listener says that it listens; a port is reached at its other end."""
    if "listen" not in link and not link.startswith("pty:"):
        return link
    wait_for(lambda: record.read_text().endswith("\n"))
    place: str = json.loads(record.read_text().splitlines()[0])["listening"]
    return place.replace("-listen", "")


def minute(kind: str, seconds: float, folder: Path) -> tuple[list[Any], bool]:
    """A body and a lens in two processes; gives a row, and whether all was well."""
    with ExitStack() as stack:
        record = folder / f"{kind}.jsonl"
        links = {
            "pty": f"pty:{folder}/lens",
            "tcp": "tcp-listen://127.0.0.1:0",
            "unix": f"unix-listen:{folder}/socket",
            "socat": f"{folder}/a",
        }
        if kind == "socat":
            ends = [f"pty,raw,echo=0,link={folder}/{end}" for end in "ab"]
            stack.enter_context(running("socat", *ends))
            wait_for((folder / "b").exists)
        place = stack.enter_context(lens(links[kind], record))
        body = [PYTHON, "-m", "lensbus", "body", "--json", "--seconds", str(seconds)]
        place = f"{folder}/b" if kind == "socat" else place
        done = subprocess.run(
            [*body, "--link", place],
            capture_output=True,
            text=True,
            timeout=seconds + ROOM_S,
            cwd=ROOT,
            check=False,
        )
    mine = json.loads(done.stdout.splitlines()[-1])
    theirs = json.loads(record.read_text().splitlines()[-1])
    late = f"{mine['late']} of {mine['ticks']}"
    worst = f"{mine['worst_late_s'] * 1000:.1f} ms"
    faults = {"body": mine["faults_by_kind"], "lens": theirs["faults_by_kind"]}
    # where the line stays when the body goes, the lens is right to notice the silence
    gone = [{}, {"silence": 1}] if kind == "socat" else [{}]
    well = done.returncode == 0 and not faults["body"] and faults["lens"] in gone
    frames = mine["frames"]["body"] + theirs["frames"]["lens"]
    return [kind, f"{seconds:g} s", frames, mine["states"]["body"], late, worst, faults], well


def strangers(count: int, folder: Path) -> tuple[str, bool]:
    """Programs that know pyserial and the frames come one after the other."""
    with lens(f"pty:{folder}/lens", folder / "strangers.jsonl") as place:
        command = [PYTHON, str(STRANGER), place]
        runs = [
            subprocess.run(command, capture_output=True, text=True, timeout=ROOM_S, check=False)
            for _ in range(count)
        ]
    told = {run.stdout for run in runs}
    well = len(told) == 1 and not any(run.returncode for run in runs)
    return f"{sum(run.returncode == 0 for run in runs)} of {count}, all told the same", well


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + START_S
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)


def campaign(seconds: float, callers: int, moments: int, folder: Path) -> tuple[list[str], bool]:
    """The lines of the report, and whether all was well."""
    wells = []
    lines = ["# The campaign over real links", "", "## Two processes", ""]
    lines += ["| link | time | frames | body | deadlines over 2 ms late | worst | faults |"]
    lines += ["|---|---|---:|---|---|---|---|"]
    for kind in ("pty", "tcp", "unix", *(["socat"] if which("socat") else [])):
        row, well = minute(kind, seconds, folder)
        print(*row, flush=True)
        lines.append(f"| {' | '.join(map(str, row))} |")
        wells.append(well)
    text, well = strangers(callers, folder)
    print(text, flush=True)
    lines += ["", "## Strangers that come and go at a pty", "", text]
    lines += ["", "## Peers that are killed", "", "```"]
    wells.append(well)
    for kind, side in product(KINDS, SIDES):
        figures = asyncio.run(storm(kind, side, moments, 0))
        print(figures, flush=True)
        lines.append(str(figures))
        wells.append(not figures.wrong)
    lines += ["```", "", "## A broker that is stopped and started three times", "", "```"]
    if which("mosquitto") and which("mosquitto_sub"):
        broker = [PYTHON, "-m", "benchmarks.mqtt", "restarts", "--seconds", str(seconds)]
        done = subprocess.run(broker, capture_output=True, text=True, cwd=ROOT, check=False)
        print(done.stdout, flush=True)
        lines += done.stdout.splitlines()
        wells.append(done.returncode == 0)
    return [*lines, "```", ""], all(wells)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each pair talks")
    parser.add_argument("--strangers", type=int, default=50, help="how many come and go")
    parser.add_argument("--moments", type=int, default=34, help="on each side of each kind")
    parser.add_argument("--report", type=Path, default=REPORT)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="lensbus-links-") as folder:
        lines, well = campaign(asked.seconds, asked.strangers, asked.moments, Path(folder))
    versions = f"lensbus {lensbus.__version__}, Python {platform.python_version()}"
    machine = f"{os.cpu_count()} cores"
    lines += ["All was well." if well else "NOT all was well.", ""]
    lines += [f"Made by `python -m tools.links`, not edited: {versions}, {machine}.", ""]
    asked.report.write_text("\n".join(lines), encoding="utf-8")
    return int(not well)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
