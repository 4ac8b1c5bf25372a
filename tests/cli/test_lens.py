import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import Started, run, started

pytestmark = pytest.mark.real

STRANGER = Path(__file__).parents[1] / "strangers" / "ask_a_lens.py"
NAME = "LUMIX S 20-60mm F3.5-5.6"
STRANGERS = 5


def ask(place: Path) -> list[str]:
    command = [sys.executable, str(STRANGER), str(place)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def test_the_first_line_says_where_it_listens(tmp_path: Path) -> None:
    place = tmp_path / "lens0"
    with started("lens", "--link", f"pty:{place}") as lens:
        assert lens.line() == f"listening on {place}"


def test_for_programs_the_first_line_is_an_object(tmp_path: Path) -> None:
    place = tmp_path / "lens0"
    with started("lens", "--link", f"pty:{place}", "--json") as lens:
        assert json.loads(lens.line()) == {"listening": str(place)}


def test_strangers_come_and_go_and_each_identifies_the_lens_and_reads_its_status(
    tmp_path: Path,
) -> None:
    place = tmp_path / "lens0"
    with started("lens", "--link", f"pty:{place}", "--json") as lens:
        lens.line()
        told = [ask(place) for _ in range(STRANGERS)]
        done = lens.stop()

    assert [name for name, _ in told] == [NAME] * STRANGERS
    assert {status for _, status in told} == {"0000029d03c80000001800"}
    assert done.objects[-1]["faults"] == 0


@pytest.mark.parametrize(
    "how",
    [
        signal.SIGINT,
        signal.SIGTERM,
        pytest.param(
            signal.SIGHUP,
            marks=pytest.mark.skipif(
                signal.getsignal(signal.SIGHUP) is signal.SIG_IGN, reason="started by nohup"
            ),
        ),
    ],
)
def test_an_interruption_ends_cleanly_with_a_summary(tmp_path: Path, how: signal.Signals) -> None:
    place = tmp_path / "lens0"
    with started("lens", "--link", f"pty:{place}", "--json") as lens:
        lens.line()
        assert place.is_symlink()
        done = lens.stop(how)

    assert (done.code, done.err) == (130, "lensbus: interrupted\n")
    assert done.objects[-1]["states"] == {"lens": "off"}
    assert not place.is_symlink()


def test_a_lens_that_calls_ends_with_3_and_the_cause_when_its_body_goes() -> None:
    with started("body", "--link", "tcp-listen://127.0.0.1:0") as body:
        name = listening(body)
        with started("lens", "--link", name) as lens:
            lens.line_with("status")
            body.process.kill()
            done = lens.end()

    assert done.code == 3
    assert done.errors[0].startswith(f"lensbus: {name}: the link was lost: ")
    assert "faults  none" in done.out


def listening(one: Started) -> str:
    """Where it listens, as the URL of a caller."""
    return one.line().removeprefix("listening on ").replace("-listen", "")


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (["--link", "lens0"], "'lens0' names no link; links are loop:, pty:[PATH], "),
        (["--link", "loop:"], "loop:: both ends of loop: are in one process: use sim"),
        (["--link", "/nowhere/tty"], "/nowhere/tty: cannot be opened: "),
        (["--link", "pty:", "--lens", "none"], "none: unknown lens profile (known: "),
        (["--link", "pty:", "--spec", "none"], "none: unknown spec (known: "),
        (["--link", "pty:", "--record", "a.txt"], "a.txt: got suffix '.txt', wanted .jsonl or"),
        (["--link", "pty:", "--faults", "none.yaml"], "none.yaml: "),
        (["--link", "pty:", "--mqtt", "here"], "'here' names no MQTT broker; wanted mqtt://"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(args: list[str], error: str) -> None:
    done = run("lens", *args, "--seconds", 1)

    assert (done.code, len(done.errors)) == (2, 1)
    assert done.errors[0].startswith(f"lensbus: {error}")
