"""Fixtures, a marker and options for pytest; what they are made of is imported when it is used."""

import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pluggy import Result

    from lensbus.plugin.begin import Clock, Link
    from lensbus.plugin.bench import Bench
    from lensbus.plugin.dut import DeviceUnderTest
    from lensbus.plugin.faults import Faults
    from lensbus.plugin.flash import LensFlash
    from lensbus.plugin.golden import Goldens
    from lensbus.spec.model import Spec

MARKER = (
    "lensbus(lens, body, accessory, spec, needs, wants, faults, scene): what a test is run with"
)

OPTIONS: dict[str, dict[str, Any]] = {
    "link": {"metavar": "URL", "help": "Test the device at a link, in place of a virtual one."},
    "device": {"choices": ["lens", "body"], "help": "What is at the link; a lens unless told."},
    "lens": {"metavar": "P", "help": "Lens profile, by name or path."},
    "body": {"metavar": "P", "help": "Body profile, by name or path."},
    "spec": {"metavar": "S", "help": "Spec, by name or path."},
    "seed": {"metavar": "N", "type": int, "help": "Seed of all chance; 0 unless told."},
    "out": {"metavar": "DIR", "help": "Where recordings of failed tests go."},
}
FLAGS = {
    "known": ("i-know-this-device", "Go on though a real port's device is none of the spec's."),
    "update": ("update", "Write golden traces anew, in place of comparing them."),
}

SIDES = {"lens", "body", "bench"}
"""Fixtures of which a test takes one: what runs in it."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("lensbus", "lensbus: lenses and bodies under test")
    for name, about in OPTIONS.items():
        group.addoption(f"--lensbus-{name}", dest=f"lensbus_{name}", default=None, **about)
    for name, (option, words) in FLAGS.items():
        names = {"dest": f"lensbus_{name}", "help": words}
        group.addoption(f"--lensbus-{option}", action="store_true", default=None, **names)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)
    if out := config.getoption("lensbus_out"):
        try:
            Path(out).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            words = f"--lensbus-out {out}: cannot be a folder: {error.strerror}"
            raise pytest.UsageError(words) from None


@pytest.hookimpl(hookwrapper=True)  # older pytest knows no other
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, "Result[pytest.TestReport]", None]:
    """Show of a test that failed what was on the wire."""
    report = (yield).get_result()
    is_used = "lensbus.plugin.begin" in sys.modules  # else nothing of ours has run
    if is_used and report.failed and report.when != "teardown":
        from lensbus.plugin.begin import RUNNING

        if (running := item.stash.get(RUNNING, None)) is not None:
            running.attach(report, item)


@pytest.fixture
def lens(request: pytest.FixtureRequest) -> "Iterator[DeviceUnderTest]":
    """A lens under test, virtual or at the link; the test plays the body."""
    from lensbus.plugin.begin import device

    yield from device(request, _side(request))


@pytest.fixture
def body(request: pytest.FixtureRequest) -> "Iterator[DeviceUnderTest]":
    """A body under test, virtual or at the link; the test plays the lens."""
    from lensbus.plugin.begin import device

    yield from device(request, _side(request))


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> "Bench":
    """A virtual body and a virtual lens that talk to each other; the test looks on."""
    from lensbus.plugin.begin import pair

    return pair(request, _side(request))


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> "Clock":
    """The time in which a test runs: `now`, and `run(seconds)` to let it pass."""
    from lensbus.plugin.begin import Clock, running

    return Clock(running(request, _side(request)).run)


@pytest.fixture
def link(request: pytest.FixtureRequest) -> "Link":
    """What the device is at: `url`, `is_real`, `lines`."""
    from lensbus.plugin.begin import Link, running

    return Link.of(running(request, _side(request)).run)


@pytest.fixture
def faults(request: pytest.FixtureRequest) -> "Faults":
    """What goes wrong: `use(plan)`, `add(side=..., do=..., ...)`, `off()`, `unplug()`, `plug()`."""
    from lensbus.plugin.begin import running
    from lensbus.plugin.faults import Faults

    test = running(request, _side(request))
    return Faults(test.spec, test.run, test.wish.faults, test.wish.seed)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> "Goldens":
    """What the test said, held against what was said in it before: `check()`."""
    from lensbus.plugin.begin import running
    from lensbus.plugin.golden import Goldens

    test = running(request, _side(request))
    return Goldens(request.node, test, update=bool(request.config.getoption("lensbus_update")))


@pytest.fixture
def flash(request: pytest.FixtureRequest) -> "LensFlash":
    """The flash of a virtual lens that has just left its factory; `lens` runs what it holds."""
    from lensbus.plugin.begin import flash_of

    return flash_of(request.node)


@pytest.fixture
def spec(request: pytest.FixtureRequest) -> "Spec":
    """The spec that the test wants, all versions of it."""
    from lensbus.plugin.begin import wished
    from lensbus.plugin.make import spec_of

    return spec_of(wished(request.node)[0])


def _side(request: pytest.FixtureRequest) -> str:
    """The one of SIDES that a test takes."""
    found = [side for side in sorted(SIDES) if side in request.fixturenames]
    if len(found) != 1:
        got = " and ".join(found) or "none"
        pytest.fail(f"a test takes one of {', '.join(sorted(SIDES))}; got {got}", pytrace=False)
    return found[0]
