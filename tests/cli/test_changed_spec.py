"""A layout, a timing and a row are changed: three commands each say so in a line of plain words.

The golden trace says what another run says, `spec diff` what is written otherwise and who fails,
`conform` what a device that was made to the changed spec does wrong by the one that stands.
"""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from lensbus.spec.load import spec_root
from tests.running import run
from tests.samples import patched

DEMO = Path(__file__).parents[1] / "golden" / "traces" / "demo.golden"


@dataclass(frozen=True, slots=True)
class Change:
    """An edit of the lens's spec, and what must be said of it.

    These are whole lines, but for paths, hashes and numbers of lines.
    """

    before: str
    after: str
    golden: tuple[str, ...]
    diff: str
    device: str
    case: str
    conform: tuple[str, ...]


CHANGES = {
    "scale": Change(
        "focal_length: {type: u16le, scale: 0.1, unit: mm}\n      ring_counts",
        "focal_length: {type: u16le, scale: 0.01, unit: mm}\n      ring_counts",
        ("DEMO: l_mount/lens has changed since: messages.status", "same      DEMO"),
        "breaking      SPEC: status.focal_length: scale is 0.01, was 0.1 (breaks an old body "
        "with a new lens, an old lens with a new body)",
        "lens",
        "lens/meaning/layout",
        (
            "expected identity with layout_hash HASH",
            "actual   layout_hash: got HASH, wanted HASH",
        ),
    ),
    "layout": Change(
        "focus_state: {type: u8, enum",
        "focus_state: {type: u16le, enum",
        ("DEMO: l_mount/lens has changed since: messages.status", "same      DEMO"),
        "breaking      SPEC: status.focus_state: type is u16le, was u8 (breaks an old body "
        "with a new lens, an old lens with a new body)",
        "lens",
        "lens/ready/sync",
        ("expected it is ready: optics", "actual   trailing bytes status wanted 14 bytes"),
    ),
    "timing": Change(
        "home: {with: homed, interim: busy, timeout_s: 0.25",
        "home: {with: homed, interim: busy, timeout_s: 0.08",
        (
            "DEMO: l_mount/lens has changed since: replies.home",
            "differs   DEMO: body said home at 0.176368 s, wanted nothing there",
            "        0.096345 body home",
            "  +     0.176368 body home",
            "        0.196368 lens busy opcode=5",
        ),
        "breaking      SPEC: replies.home.timeout_s is 0.08, was 0.25 (breaks an old lens "
        "with a new body)",
        "body",
        "body/home/busy",
        (
            "The body must wait as long as busy comes, and not ask home again.",
            "expected no home within 0.2375 s",
            "actual   home",
        ),
    ),
    "cycle": Change(
        "sync_hz: {value: 59.94",
        "sync_hz: {value: 50",
        (
            "DEMO: l_mount/lens has changed since: timing.sync_hz",
            "differs   DEMO: body said sync late: at 0.966398 s, wanted 0.963081 ± 0.002",
        ),
        "breaking      SPEC: timing.sync_hz is 50, was 59.94 (breaks an old body with a new "
        "lens, an old lens with a new body)",
        "",
        "",
        (),
    ),
    "row": Change(
        "      - [ready, recv aperture_set, ready]\n",
        "",
        (
            "DEMO: l_mount/lens has changed since: roles.lens",
            (
                "differs   DEMO: lens heard illegal message (aperture_set) at 1.947472 s, "
                "wanted nothing there"
            ),
            "        1.947442 body aperture_set aperture_av256=1273",
            "  -     1.947472 lens accepted opcode=20",
            "  +     1.947472 lens refused opcode=20 reason=illegal_state",
        ),
        "breaking      SPEC: lens table, state ready: recv aperture_set is gone (breaks an "
        "old body with a new lens)",
        "lens",
        "lens/ready/aperture_set",
        (
            "The lens, ready, must answer aperture_set with accepted within 0.03 s.",
            "expected accepted",
            "actual   refused opcode=20 reason=illegal_state",
        ),
    ),
}

each_change = pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))


@pytest.fixture
def folder(tmp_path: Path, change: Change) -> Path:
    """A copy of the shipped specs in which the spec of the lens is changed."""
    mount = tmp_path / "specs" / "l_mount"
    shutil.copytree(spec_root() / "l_mount", mount, ignore=shutil.ignore_patterns("lenses"))
    text = patched((mount / "lens.yaml").read_text(), (change.before, change.after))
    (mount / "lens.yaml").write_text(text)
    return mount.parent


@each_change
def test_a_golden_trace_says_what_changed_and_what_came_of_it(folder: Path, change: Change) -> None:
    done = run("golden", "check", DEMO, "--spec", folder)
    lines = done.out.replace(str(DEMO), "DEMO").splitlines()

    assert [line for line in lines if line in change.golden] == list(change.golden)
    assert lines[0] == change.golden[0]
    assert done.code == ("differs" in done.out)


@each_change
def test_a_diff_says_it_in_one_line_and_names_the_golden_trace(
    folder: Path, change: Change
) -> None:
    spec = folder / "l_mount" / "lens.yaml"
    done = run("spec", "diff", "l_mount", spec, "--goldens", DEMO.parent)
    lines = re.sub(rf"{spec}(:\d+)?", "SPEC", done.out).splitlines()

    assert (done.code, lines[0]) == (1, change.diff)
    touched = change.golden[0].rpartition(": ")[2]
    assert f"touches       {DEMO}: {touched}" in lines
    assert lines[-1] == "l_mount to SPEC: 1 breaking"


@pytest.mark.parametrize(
    "change", [each for each in CHANGES.values() if each.case], ids=lambda each: str(each.case)
)
def test_a_device_that_was_made_so_fails_in_words(folder: Path, change: Change) -> None:
    """A body may sync at any rate that it offers, so no case holds it to that of the spec."""
    spec = folder / "l_mount" / "lens.yaml"
    only = ("--only", change.case, "--jobs", "1")
    done = run("conform", change.device, *only, "--made-to", spec)
    words = [line.strip() for line in re.sub(r"\d{6,}", "HASH", done.out).splitlines()]

    assert done.code == 1
    assert words[0].startswith(f"FAIL          {change.case}  (MUST, lens.yaml:")
    assert [word for word in words if word in change.conform] == list(change.conform)
    assert f"--made-to {spec}" in done.out
    assert run("conform", change.device, *only).code == 0


def test_a_device_at_a_link_is_what_it_is() -> None:
    done = run("conform", "lens", "--made-to", "l_mount", "--link", "pty:")

    assert (done.code, len(done.errors)) == (2, 1)
    assert "--made-to is for virtual devices: leave out --link" in done.err
