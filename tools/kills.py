"""Kill the host of an update, and the lens, at random moments; then let it go on to its end.

`lensbus lens --flash FILE` and `lensbus update` run in processes of their own over a pty. Writes
docs/campaign-kills.md; `--hosts` and `--lenses` say how often. The moments are drawn with a seed.
"""

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lensbus
from lensbus.devices.profile import LensProfile
from lensbus.firmware.header import Version
from lensbus.firmware.image import Facts, build
from lensbus.firmware.sign import load_private
from lensbus.front.factory import update_of
from lensbus.front.named import load_profile
from lensbus.spec.load import load, sample_root

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs" / "campaign-kills.md"
COMMAND = (sys.executable, "-m", "lensbus")
SIZE = 512 * 1024
SEED = 7
MOMENTS_S = (0.8, 3.5)  # of a kill, from the start of `lensbus update`
PAUSES_S = (0.0, 0.0, 7.0)  # before the next one: some are longer than a lens waits for its host
ENDS_S = 60.0
NO_LINK = 2  # the exit code of a host that came when its lens was gone
ABOUT = (
    f"An image of {SIZE // 1024} KiB goes to `lensbus lens --flash` over a pty. Host or lens is "
    "killed (SIGKILL) at a random moment, and the same command is run again: what stands in the "
    "flash by then is not sent again. An update that was through when its host was killed is up "
    "to date."
)


@dataclass(frozen=True, slots=True)
class Run:
    """One `lensbus update`: what was killed and when, and what the last words of it were."""

    killed: str
    after_s: float
    code: int | None
    last: dict[str, Any]

    def __str__(self) -> str:
        when = f"{self.killed} killed after {self.after_s:.2f} s" if self.killed else "to its end"
        had, done = self.last.get("had_bytes", 0), self.last.get("done_bytes", 0)
        end = self.last.get("result", "-")
        return f"| {when} | {had:,} | {done:,} | {self.code} | {end} |"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=10, help="how often the host is killed")
    parser.add_argument("--lenses", type=int, default=5, help="how often the lens is killed")
    chosen = parser.parse_args(arguments)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        runs = list(campaign(Path(folder), chosen.hosts, chosen.lenses))
    took_s = time.monotonic() - began
    failed = verdict(runs)
    lines = [str(run) for run in runs]
    print("\n".join([*lines, failed or "ended well"]))
    if not arguments:
        REPORT.write_text(report(lines, failed, took_s), encoding="utf-8")
    return int(bool(failed))


def campaign(folder: Path, hosts: int, lenses: int) -> Iterator[Run]:
    """Every run, the last of them to its end; the lens is started anew when it was killed."""
    chance = random.Random(SEED)
    image = folder / "big.img"
    image.write_bytes(big_image())
    kills = ["host"] * hosts + ["lens"] * lenses + [""]
    while kills:
        with lens(folder) as process:
            while kills:
                kill = kills.pop(0)
                yield one(folder, image, kill, chance.uniform(*MOMENTS_S), process)
                if kill == "lens":
                    break
                time.sleep(chance.choice(PAUSES_S))


def big_image() -> bytes:
    """An image for the Panasonic S 20-60 that takes seconds to send, signed with the demo key."""
    profile = load_profile(LensProfile, "lenses", "panasonic_s_20_60")
    mount, _ = update_of(load("l_mount"))
    key = load_private((sample_root() / "demo_key.pem").read_bytes())
    facts = Facts((profile.lens_number,), (profile.hardware,), profile.protocol[0])
    payload = random.Random(SEED).randbytes(SIZE)
    return build(mount.image, payload, Version(1, 2), facts, 1, key)


@contextmanager
def lens(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A lens on a pty, whose flash is in the folder; what it tells goes to a file."""
    place, told = folder / "lens", folder / "lens.out"
    command = [*COMMAND, "lens", "--link", f"pty:{place}", "--flash", str(folder / "flash")]
    with told.open("w") as out, subprocess.Popen(command, stdout=out, text=True) as process:
        try:
            while "listening" not in told.read_text():
                time.sleep(0.01)
            yield process
        finally:
            process.kill()


def one(folder: Path, image: Path, kill: str, after_s: float, lens: subprocess.Popen[str]) -> Run:
    """One update, of which host or lens is killed after a time; with neither, to its end."""
    told = folder / "host.out"
    command = [*COMMAND, "update", str(image), "--link", str(folder / "lens"), "--json"]
    with told.open("w") as out, subprocess.Popen(command, stdout=out, stderr=out) as host:
        if kill:
            time.sleep(after_s)
            (host if kill == "host" else lens).kill()
        code = host.wait(ENDS_S)
    objects = [json.loads(line) for line in told.read_text().splitlines() if line[:1] == "{"]
    last: dict[str, Any] = {}
    for each in objects:
        last |= each
    return Run(kill, after_s, code, last)


def well(run: Run) -> bool:
    """Whether a host ended as it may whose lens was killed: there may be none yet to open."""
    return run.code in {0, 3} or (run.code == NO_LINK and not run.last)


def verdict(runs: list[Run]) -> str:
    """What went wrong, or nothing."""
    end = runs[-1]
    if end.code != 0:
        return f"the last run ended with {end.code}: {end.last.get('words')}"
    odd = [run for run in runs if run.killed == "lens" and not well(run)]
    return f"a host whose lens was killed ended with {odd[0].code}, wanted 3" if odd else ""


def report(lines: list[str], failed: str, took_s: float) -> str:
    """The report as it is committed."""
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    head = (
        "# Killed in the middle of an update",
        "",
        ABOUT,
        "",
        "| run | bytes that were there | bytes there at its end | exit code | result |",
        "|---|---|---|---|---|",
    )
    words = f"Failed: {failed or 'None'}. {took_s / 60:.1f} minutes on {machine}, lensbus "
    made = f"{words}{lensbus.__version__}. Made by `python -m tools.kills`."
    return "\n".join([*head, *lines, "", made, ""])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
