"""The plugin as its users meet it: pytest runs their tests, in this process or beside a lens."""

import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import lensbus.plugin.begin
import lensbus.plugin.golden
import lensbus.pytest_plugin
from tests.running import QUICK_LENS, started
from tests.shown import blocks

pytest_plugins = "pytester"

PAGES = Path(__file__).parents[1]
README = (PAGES / "README.md").read_text(encoding="utf-8")
PAGE = (PAGES / "docs" / "pytest.md").read_text(encoding="utf-8")
EXAMPLE = next(text for language, text in blocks(README) if "def test_" in text)
INSTALLED = any(each.name == "lensbus" for each in entry_points(group="pytest11"))
PLUGIN = () if INSTALLED else ("-p", "lensbus.pytest_plugin")
KNOWN = "--lensbus-i-know-this-device"
QUIET = (
    *("-p", "no:cacheprovider", "-p", "no:cov", "-W", "ignore::pytest.PytestAssertRewriteWarning"),
    *("-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function", "-rs"),
)


class Ran:
    """What became of tests: counts, and what was printed."""

    def __init__(self, result: pytest.RunResult) -> None:
        self.counts = {
            name: count
            for name, count in result.parseoutcomes().items()
            if name not in {"warning", "warnings"}
        }
        self.text = "\n".join(result.outlines + result.errlines)


@pytest.fixture
def run(pytester: pytest.Pytester) -> "Run":
    return Run(pytester)


class Run:
    """Runs a file of tests."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.folder, self._pytester = pytester.path, pytester

    def __call__(self, source: str, *args: object) -> Ran:
        (self.folder / "test_it.py").write_text(source)
        words = map(str, args)
        return Ran(self._pytester.runpytest_inprocess(*QUIET, *PLUGIN, *words))


def test_the_example_of_the_readme_passes(run: Run) -> None:
    assert len(EXAMPLE.splitlines()) <= 10
    assert run(EXAMPLE).counts == {"passed": 1}


def test_every_example_of_the_page_passes(run: Run) -> None:
    examples = [text for language, text in blocks(PAGE) if language == "python"]
    for number, text in enumerate(examples):
        (run.folder / f"test_{number}.py").write_text(text)
    ran = run(EXAMPLE, "--lensbus-update")

    assert ran.counts.get("passed", 0) == README.count("def test_") + PAGE.count("def test_"), (
        ran.text
    )


def test_every_fixture_option_and_key_is_on_the_page() -> None:
    module = vars(lensbus.pytest_plugin)
    fixtures = [name for name, one in module.items() if "fixture" in type(one).__name__.lower()]
    options = [f"--lensbus-{name}" for name in lensbus.pytest_plugin.OPTIONS]
    options += [f"--lensbus-{name}" for name, _ in lensbus.pytest_plugin.FLAGS.values()]
    keys = re.findall(r"\w+", lensbus.pytest_plugin.MARKER.partition("(")[2].partition(")")[0])
    assert len(fixtures) == 9

    assert [word for word in (*fixtures, *options, *keys) if f"`{word}" not in PAGE] == []


def test_a_failure_shows_the_frames_the_recording_and_the_seed(run: Run) -> None:
    source = "def test_it(lens):\n    lens.ready()\n    lens.expect('status', focus_position=5)\n"
    options = ("--lensbus-seed", 7, "--lensbus-out", run.folder / "out")
    ran = run(source, *options, "--junit-xml", run.folder / "junit.xml")

    assert ran.counts == {"failed": 1}
    assert "got focus_position: got 0, wanted 5" in ran.text
    assert "< lens homed focus_position=0  [lens is ready]" in ran.text
    assert f"recording: {run.folder}/out/test_it.py-test_it.pcapng" in ran.text
    assert "again: pytest test_it.py::test_it --lensbus-seed 7" in ran.text
    assert "lensbus/plugin" not in ran.text, "the test alone is told"
    assert 'property name="lensbus_recording"' in (run.folder / "junit.xml").read_text()


def test_what_a_device_lacks_is_a_skip_with_the_reason(run: Run) -> None:
    ran = run("""
import pytest

@pytest.mark.lensbus(lens="sigma_45_f28_dg_dn", needs=["autofocus", "stabiliser"])
def test_it(lens): ...
""")

    assert ran.counts == {"skipped": 1}
    assert "the device's profile tells of no stabiliser" in ran.text


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def test_it(lens, body): ...", "takes one of bench, body, lens; got body and lens"),
        ("def test_it(clock): ...", "takes one of bench, body, lens; got none"),
        ("@pytest.mark.lensbus(lense='a')\ndef test_it(lens): ...", "takes no lense"),
        ("@pytest.mark.lensbus('a')\ndef test_it(lens): ...", "got 'a', wanted names, as lens="),
        ("@pytest.mark.lensbus(lens=3)\ndef test_it(lens): ...", "lens: got 3, wanted a name"),
        ("@pytest.mark.lensbus(lens='a')\ndef test_it(lens): ...", "unknown lens profile"),
    ],
)
def test_a_mistake_is_told_in_one_line(run: Run, source: str, words: str) -> None:
    ran = run(f"import pytest\n{source}")

    assert ran.counts == {"errors": 1}
    assert words in ran.text
    assert "site-packages" not in ran.text


def test_a_test_may_run_with_several_lenses_or_the_one_of_the_command_line(run: Run) -> None:
    source = """
import pytest

@pytest.mark.parametrize("lens", ["sigma_45_f28_dg_dn", "panasonic_s_24"], indirect=True)
def test_it(lens, spec):
    assert lens.name[:4] in ("45mm", "LUMI") and spec.name == "l_mount/lens"

def test_other(lens):
    assert lens.name.startswith("45mm")
"""

    assert run(source, "--lensbus-lens", "sigma_45_f28_dg_dn").counts == {"passed": 3}


def test_a_fixture_of_ones_own_goes_before(run: Run) -> None:
    source = """
import pytest

@pytest.fixture
def lens(lens):
    lens.ready()
    return lens

@pytest.fixture
def link(): return 5

def test_it(lens, link, clock):
    clock.run(0.1)
    assert (lens.state, link) == ("ready", 5)
"""

    assert run(source).counts == {"passed": 1}


def test_golden_traces_are_written_and_then_held_against(run: Run) -> None:
    source = "def test_it(bench, golden):\n    bench.ready()\n    golden.check()\n"

    assert "--lensbus-update keeps the new one" in run(source).text
    assert run(source, "--lensbus-update").counts == {"passed": 1}
    assert run(source).counts == {"passed": 1}
    assert run(source, "--lensbus-lens", "panasonic_s_24").counts == {"failed": 1}


def test_each_class_has_golden_traces_of_its_own(run: Run) -> None:
    one = "    def test_it(self, bench, golden):\n        bench.ready()\n        golden.check()\n"

    assert run(f"class TestA:\n{one}class TestB:\n{one}", "--lensbus-update").counts["passed"] == 2
    assert sorted(path.name for path in (run.folder / "golden").iterdir()) == [
        "test_it.TestA.test_it.golden",
        "test_it.TestB.test_it.golden",
    ]


def test_a_place_for_recordings_that_is_no_folder_is_told_at_once(
    pytester: pytest.Pytester,
) -> None:
    place = pytester.makefile(".txt", "")
    done = pytester.runpytest_inprocess(*QUIET, *PLUGIN, "--lensbus-out", str(place))

    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert [line for line in done.errlines if line] == [
        f"ERROR: --lensbus-out {place}: cannot be a folder: File exists"
    ]


@pytest.mark.real
def test_the_same_tests_run_at_a_link_and_what_is_virtual_is_skipped(
    run: Run, tmp_path: Path
) -> None:
    place = tmp_path / "lens0"
    source = f"""
import asyncio
import pytest
{EXAMPLE}

def test_fails(lens, link):
    assert not link.is_real

def test_virtual(bench): ...
def test_flash(flash): ...
"""
    with started("lens", "--link", f"pty:{place}", "--lens", QUICK_LENS) as process:
        process.line()
        ran = run(source, "--lensbus-link", f"{place}?slack=500ms", KNOWN)

    assert ran.counts == {"passed": 1, "failed": 1, "skipped": 2}
    assert "again: pytest test_it.py::test_fails --lensbus-link" in ran.text
    assert "< lens identity" in ran.text


def test_it_costs_nothing_where_it_is_not_used() -> None:
    program = (
        "import sys, pytest; before = set(sys.modules)\n"
        "import lensbus.pytest_plugin\n"
        "print(*sorted(name for name in set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert done.stdout.split() == [b"lensbus", b"lensbus.pytest_plugin"]
