import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from lensbus.aio.memory import join
from lensbus.aio.pump import Clock, Pump
from lensbus.cli.console import HELP, Console
from lensbus.session.event import Note
from lensbus.session.faults import Filter
from lensbus.session.log import Record
from tests.peers import LINES, SPEC, Scripted, listening
from tests.running import Started, run, started

pytestmark = pytest.mark.real

SWITCHED = "plan.yaml begins: 1 of the lens"


class Bench:
    """Both ends of a link that is up, and a console for some of them."""

    def __init__(self, *roles: str) -> None:
        self.told: list[Record] = []
        self.filters = {r: Filter(listening(Scripted()), r, [], Random(1)) for r in roles}
        self.pumps = [
            Pump(port, link, Clock(), self.told.append)
            for port, link in zip(self.filters.values(), join(LINES), strict=False)
        ]
        ends = zip(self.pumps, self.filters.values(), strict=True)
        self.console = Console(SPEC, 1, dict(zip(roles, ends, strict=True)))
        for port in self.filters.values():
            port.link_changed(True, 0.0, LINES)

    async def take(self, *lines: str) -> list[str]:
        """Give the console lines, one after the other; gives the answers."""
        answers = []
        for line in lines:
            answers.append(self.console.take(line))
            await asyncio.sleep(0)
        return answers

    @property
    def notes(self) -> list[tuple[str, str]]:
        return [(r.side, r.event.text) for r in self.told if isinstance(r.event, Note)]


async def test_a_plan_is_begun_by_name_and_ended() -> None:
    bench = Bench("body", "lens")

    assert await bench.take("faults reset_in_cycle", "faults off") == [
        "reset_in_cycle begins: 1 of the body and 1 of the lens",
        "faults are off",
    ]
    assert [port.deadline for port in bench.filters.values()] == [None, None]


async def test_a_plan_by_its_path_counts_from_now(tmp_path: Path) -> None:
    bench, path = Bench("body", "lens"), tmp_path / "a plan.yaml"
    path.write_text("faults: [{side: lens, do: reset, time: 0}]")
    answers = await bench.take(f" faults  {path} ")

    assert answers == [f"{path} begins: 1 of the lens"]
    assert bench.filters["lens"].deadline is not None
    assert bench.filters["body"].deadline is None


async def test_what_a_plan_does_is_over_when_another_one_begins() -> None:
    bench = Bench("lens")
    await bench.take("faults bounce_on_attach")
    bench.pumps[0].act(bench.filters["lens"].tick)
    await bench.take("faults slow_lens")

    assert bench.notes == [("lens", "fault done: bounce"), ("lens", "fault over: bounce")]


@pytest.mark.parametrize(
    ("roles", "who"), [(("body", "lens"), "lens"), (("lens",), "lens"), (("body",), "body")]
)
async def test_a_hand_takes_the_lens_off_or_whatever_is_here(
    roles: tuple[str, ...], who: str
) -> None:
    answers = await Bench(*roles).take("unplug", "plug")

    assert answers == [f"the {who} is unplugged", f"the {who} is plugged in"]


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("help", HELP),
        ("halp", f"'halp' is no word (known: {HELP})"),
        ("faults", "'faults' is no word (known: "),
        ("plug in", "'plug in' is no word"),
        ("faults nosiy_line", "nosiy_line: unknown plan of faults (near: noisy_line, "),
        ("faults none.yaml", "none.yaml: cannot be read: "),
        ("faults stuck_sync", "stuck_sync has no faults of the lens"),
    ],
)
async def test_each_word_is_answered_by_one_line(line: str, start: str) -> None:
    (answer,) = await Bench("lens").take(line)

    assert answer.startswith(start)
    assert "\n" not in answer


async def test_a_broken_plan_is_one_line_and_changes_nothing(tmp_path: Path) -> None:
    bench, path = Bench("lens"), tmp_path / "plan.yaml"
    path.write_text("faults: [{side: lens, do: melt}, {side: host, do: drop, frame: 1}]")
    begun, answer = await bench.take("faults slow_lens", f"faults {path}")

    assert begun == "slow_lens begins: 1 of the lens"
    assert answer.startswith(f"{path}:1:")
    assert answer.endswith(" (and 2 more)")
    assert bench.filters["lens"].deadline is not None


def heard(one: Started, word: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(one.line_with(word))
    return found


def test_faults_are_switched_while_a_pair_runs() -> None:
    with started("sim", "--seconds", 60, "--console", "--json") as pair:
        pair.line_with('"homed"')
        answers = [pair.type(line) for line in ("faults reset_in_cycl", "faults off", "unplug")]
        down = heard(pair, "link down")
        answers.append(pair.type("plug"))
        up = heard(pair, "link up")
        done = pair.stop(signal.SIGINT)

    assert [answer.split(":")[0] for answer in answers] == [
        *("reset_in_cycl", "faults are off", "the lens is unplugged", "the lens is plugged in")
    ]
    assert {down["from"], up["from"]} <= {"body", "lens"}
    assert json.loads(done.out.splitlines()[-1])["summary"] is True


def test_a_hand_on_a_pty_hangs_up_and_lets_the_next_one_in(tmp_path: Path) -> None:
    place = tmp_path / "lens0"
    with started("lens", "--link", f"pty:{place}", "--console", "--json") as lens:
        lens.line()
        with started("body", "--link", place, "--json", "--console") as body:
            body.line_with('"identity"')
            assert body.type("faults noisy_line") == "noisy_line begins: 1 of the body"
            assert lens.type("unplug") == "the lens is unplugged"
            gone = body.end()
        assert lens.type("plug") == "the lens is plugged in"
        again = run("body", "--link", f"{place}?slack=500ms", "--seconds", 1.5, "--json")

    assert gone.code == 3
    assert any(one.get("message") == "identity" for one in again.objects)


@pytest.mark.parametrize("closed", [True, False])
def test_without_words_a_run_goes_on(closed: bool) -> None:
    command = [sys.executable, "-m", "lensbus", "sim", "--seconds", "0.3", "--console", "--json"]
    shell = ["sh", "-c", '"$@" <&-', "sh", *command] if closed else command
    done = subprocess.run(shell, stdin=subprocess.DEVNULL, capture_output=True, text=True)  # noqa: PLW1510 the code is looked at

    assert done.returncode == 0
    assert done.stderr == ("lensbus: --console: there is no standard input\n" if closed else "")
    assert json.loads(done.stdout.splitlines()[-1])["summary"] is True


def test_virtual_time_waits_for_no_words() -> None:
    done = run("sim", "--virtual", "--console")

    assert (done.code, len(done.errors)) == (2, 1)
    assert "--console is for real time" in done.errors[0]
