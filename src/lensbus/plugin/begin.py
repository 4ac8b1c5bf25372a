"""What one test is run with, made once for all of its fixtures."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lensbus.errors import LensbusError, LocalProtocolError
from lensbus.plugin.bench import Bench
from lensbus.plugin.dut import DeviceUnderTest
from lensbus.plugin.flash import LensFlash
from lensbus.plugin.make import Run, benched, flashed, spec_of, under_test
from lensbus.plugin.report import Running
from lensbus.plugin.turn import turn
from lensbus.plugin.wanted import span
from lensbus.plugin.wish import Wish, given, wish

OPTIONS = ("link", "device", "lens", "body", "spec", "seed", "known")

RUNNING = pytest.StashKey[Running]()


@dataclass(frozen=True, slots=True)
class Clock:
    """The time in which a test runs, in seconds since it began; virtual, or at a link real."""

    _run: Run

    @property
    def now(self) -> float:
        """The time."""
        return self._run.now

    def run(self, seconds: float) -> None:
        """Let time pass, whatever comes; the cycle goes on."""
        __tracebackhide__ = True
        self._run.wait(span("clock.run", seconds))


@dataclass(frozen=True, slots=True)
class Link:
    """What the device under test is at: its URL is empty, and `is_real` false, where it is here."""

    url: str
    is_real: bool
    lines: frozenset[str]

    @classmethod
    def of(cls, run: Run) -> "Link":
        """The link of what runs."""
        return cls(run.url, bool(run.url), run.lines)


@contextmanager
def told() -> Iterator[None]:
    """Tell a mistake in one line."""
    __tracebackhide__ = True
    try:
        yield
    except LensbusError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


def wished(node: pytest.Item) -> tuple[Wish, dict[str, Any]]:
    """What a test wants, and what of that its markers and parameters say."""
    with told():
        marked = given([_parameters(node), *map(_said, node.iter_markers("lensbus"))])
        options = {name: node.config.getoption(f"lensbus_{name}") for name in OPTIONS}
        return wish(marked, options), marked


def device(request: pytest.FixtureRequest, role: str) -> Iterator[DeviceUnderTest]:
    """A device that a test plays the other side of; the test is skipped where there is none."""
    wanted = _wanted(request, role)
    has_flash = role == "lens" and "flash" in request.fixturenames
    flash: LensFlash | None = request.getfixturevalue("flash") if has_flash else None
    with turn(wanted.link) if wanted.link else nullcontext():
        with told():
            made, run = under_test(role, wanted, flash)
        request.node.stash[RUNNING] = Running(run, spec_of(wanted), wanted, _folder(request), True)
        yield made
        run.close()


def pair(request: pytest.FixtureRequest, side: str) -> Bench:
    """A pair that a test looks on."""
    wanted = _wanted(request, side)
    with told():
        bench, run = benched(wanted)
    request.node.stash[RUNNING] = Running(run, spec_of(wanted), wanted, _folder(request), False)
    return bench


def running(request: pytest.FixtureRequest, side: str) -> Running:
    """What runs in a test, of which it takes the fixture `side`."""
    request.getfixturevalue(side)
    found: Running = request.node.stash[RUNNING]
    return found


def _wanted(request: pytest.FixtureRequest, side: str) -> Wish:
    """What a test wants of a side; it is skipped if the device at the link is none for it."""
    wanted, marked = wished(request.node)
    if reason := wanted.unmet(side, marked):
        pytest.skip(reason)
    return wanted


def flash_of(node: pytest.Item) -> LensFlash:
    """The flash of the virtual lens that a test wants."""
    wanted, _ = wished(node)
    if wanted.link:
        pytest.skip(f"the flash of the device at {wanted.link} is out of reach")
    with told():
        return flashed(wanted)


def _said(marker: pytest.Mark) -> Mapping[str, Any]:
    """What a marker says, all of it by name."""
    if marker.args:
        got = ", ".join(map(repr, marker.args))
        raise LocalProtocolError(f'the marker lensbus: got {got}, wanted names, as lens="..."')
    return marker.kwargs


def _parameters(node: pytest.Item) -> dict[str, Any]:
    """Profiles that a test is parametrized with, indirectly."""
    call = getattr(node, "callspec", None)
    given_to: dict[str, Any] = call.params if call else {}
    return {side: given_to[side] for side in ("lens", "body") if side in given_to}


def _folder(request: pytest.FixtureRequest) -> Path:
    """Where recordings go."""
    told_of: str | None = request.config.getoption("lensbus_out")
    if told_of:
        return Path(told_of)
    factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
    return factory.getbasetemp() / "lensbus"
