"""Make .venv, install lensbus in it and run one command there: setup, demo, test, check, campaign.

Needs Python 3.11 and nothing else, and must parse on an older one to say so.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 an older Python is told so in one line
    sys.exit(f"lensbus needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}")

ROOT = Path(__file__).resolve().parent.parent
INSTALLED_FROM = ("pyproject.toml", "constraints.txt")  # what a re-install depends on
APT_TIMEOUT_S = 600

# command: (what it does, what the Python of .venv runs)
COMMANDS = {
    "setup": ("make .venv and install what the other commands need", ()),
    "demo": (
        "a virtual body and a virtual lens talk for five seconds, then the lens is updated",
        ("-m", "lensbus", "sim", "--virtual", "--seconds", "5", "--seed", "1"),
    ),
    "test": ("run all tests; arguments go to pytest", ("-m", "pytest")),
    "check": ("format, lint, types, imports, house rules, specs", ("tools/check",)),
    "campaign": ("run the long campaigns, and all tests in full", ("-m", "tools.campaign")),
}
UPDATE = "firmware_samples/panasonic_s_20_60_1.1.0.img"
FOLLOWED_BY: dict[str, list[tuple[str, ...]]] = {
    "demo": [("-m", "lensbus", "update", UPDATE, "--virtual")],
    "campaign": [
        *[("-m", f"tools.{name}") for name in ("cuts", "noisy", "kills", "links", "matrix")],
        ("-m", "pytest", "-n", "auto", "--cov", "--cov-report=term"),
    ],
}
WHOLE_SUITE = ("-n", "auto")

# program: (its apt package, which is also the one of brew; what needs it)
PROGRAMS = {
    "mosquitto_sub": ("mosquitto-clients", "the campaign that reads from a broker"),
    "socat": ("socat", "the campaign that joins two ports"),
    "mosquitto": ("mosquitto", "the tests of MQTT telemetry that stop, secure or freeze a broker"),
    "sigrok-cli": ("sigrok-cli", "the tests that compare captures with sigrok"),
    "tshark": ("tshark", "the tests that open recordings as Wireshark does"),
}


def main(arguments: list[str]) -> int:
    """Run one command; its exit code is ours, and 2 is a wrong command line."""
    if arguments in (["-h"], ["--help"]):
        print(usage())
        return 0
    if not arguments or arguments[0] not in COMMANDS or (arguments[1:] and arguments[0] != "test"):
        print(usage(), file=sys.stderr)
        return 2
    name, rest = arguments[0], arguments[1:]
    set_up(ROOT)
    if name in ("setup", "test", "campaign"):
        install_programs()
    if name == "setup":
        return 0
    lines = [command_line(name, rest), *FOLLOWED_BY.get(name, [])]
    python, full = str(python_in(ROOT / ".venv")), {"LENSBUS_FULL": "1"}  # tests/sampled.py
    environment = {**os.environ, **(full if name == "campaign" else {})}
    runs = [[python, *line] for line in lines]
    return max(
        [subprocess.run(run, cwd=ROOT, env=environment, check=False).returncode for run in runs]
    )


def usage() -> str:
    rows = [f"  {name:9} {what}" for name, (what, _) in COMMANDS.items()]
    return "\n".join(["usage: python tools/dev.py COMMAND", *rows])


def command_line(name: str, arguments: list[str]) -> list[str]:
    """Give what Python runs; part of the suite runs in one process."""
    extra = WHOLE_SUITE if name == "test" and not arguments else arguments
    return [*COMMANDS[name][1], *extra]


def set_up(root: Path) -> None:
    """Bring .venv up to date; a half-made one has no stamp and is made again."""
    venv, stamp, wanted = root / ".venv", stamp_of(root), digest(root)
    if not (stamp.is_file() and python_in(venv).exists()):
        need_ensurepip()
        quietly("making .venv", [sys.executable, "-m", "venv", "--clear", str(venv)])
    elif stamp.read_text(encoding="ascii") == wanted:
        return
    stamp.unlink(missing_ok=True)
    pip = [str(python_in(venv)), "-m", "pip", "install", "--disable-pip-version-check"]
    quietly("installing lensbus in .venv", [*pip, "-c", "constraints.txt", "-e", ".[dev]"])
    stamp.write_text(wanted, encoding="ascii")


def stamp_of(root: Path) -> Path:
    """Name the file that is written last, so that it stands for a whole .venv."""
    return root / ".venv" / "lensbus-installed"


def digest(root: Path) -> str:
    """Change when .venv must be installed again; the path counts, an install is tied to it."""
    parts = [str(root).encode(), *((root / name).read_bytes() for name in INSTALLED_FROM)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def python_in(venv: Path, system: str = os.name) -> Path:
    return venv / ("Scripts/python.exe" if system == "nt" else "bin/python")


def quietly(what: str, command: list[str]) -> None:
    """Run with one line of our own; stop with all of its output when it fails."""
    print(f"{what} ...", flush=True)
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\n{what} failed: {' '.join(command)}")


def need_ensurepip() -> None:
    """Stop with one line when this Python can make no venv, as on a Debian without python3-venv."""
    package = f"python3.{sys.version_info.minor}-venv"
    if importlib.util.find_spec("ensurepip") is None and can_apt():
        apt_install([package])
        importlib.invalidate_caches()
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit(f"{sys.executable} cannot make a venv: `apt-get install {package}`, then again")


def install_programs() -> None:
    """Install what is missing where that needs nobody's leave; otherwise say what will skip."""
    missing = missing_programs()
    if missing and can_apt():
        apt_install([PROGRAMS[program][0] for program in missing])
    for program in missing_programs():
        print(advice(program), flush=True)


def missing_programs() -> list[str]:
    return [program for program in PROGRAMS if shutil.which(program) is None]


def advice(program: str) -> str:
    package, needed_by = PROGRAMS[program]
    how = f"`apt-get install {package}` or `brew install {package}`"
    return f"{program} is missing: {needed_by} will skip; {how} installs it"


def can_apt() -> bool:
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return sys.platform == "linux" and is_root and shutil.which("apt-get") is not None


def apt_install(packages: list[str]) -> None:
    """Try; a failure is one line, since the caller looks at what is there afterwards."""
    print(f"installing {' '.join(packages)} with apt-get ...", flush=True)
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    for command in (["apt-get", "update"], install):
        try:
            subprocess.run(
                command,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=APT_TIMEOUT_S,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as problem:
            print(problem, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
