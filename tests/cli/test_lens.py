import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lensbus.firmware.flash import Flash, blank
from lensbus.firmware.image import parse
from lensbus.firmware.target import Memory, geometry_of
from lensbus.front.factory import update_of
from lensbus.spec.load import sample_root
from tests.peers import SPEC
from tests.running import Done, Started, run, started

pytestmark = pytest.mark.real

STRANGER = Path(__file__).parents[1] / "strangers" / "ask_a_lens.py"
NAME = "LUMIX S 20-60mm F3.5-5.6"
STRANGERS = 5
ACCESSORY = ("--lens", "sigma_100_400_f5_63_dg_dn", "--accessory", "tc_1411")
MOUNT, DEMO = update_of(SPEC)
GEOMETRY = geometry_of(MOUNT.update)
NEW, FOREIGN = (
    sample_root() / name for name in ("panasonic_s_20_60_1.1.0.img", "sigma_45_f28_dg_dn_1.1.0.img")
)


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
    assert {status for _, status in told} == {"0000029d03c80000000000001800"}
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
        (["--link", "pty:", "--accessory", "tc_1411"], "tc_1411 does not fit panasonic_s_20_60 ("),
        (
            [*("--link", "pty:", "--flash", "none.flash"), *ACCESSORY],
            "Invalid value: a lens is updated by itself: leave out --accessory tc_1411",
        ),
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


def flashed(path: Path, *more: object) -> Done:
    """What a lens says that is started with this flash and ends at once."""
    return run("lens", "--link", "pty:", "--flash", path, "--seconds", 0.001, *more)


def test_a_flash_with_an_image_is_no_cause_for_a_word(tmp_path: Path) -> None:
    path = tmp_path / "flash.bin"
    for done in (flashed(path, "--firmware", NEW), flashed(path)):
        assert (done.code, done.err) == (0, "")


def test_a_lens_that_starts_in_recovery_says_so(tmp_path: Path) -> None:
    path = tmp_path / "flash.bin"
    path.write_bytes(blank(GEOMETRY))
    done = flashed(path)

    assert done.code == 0
    assert done.err == (
        f"lensbus: {path}: no slot may boot: the lens is in recovery, until `lensbus update`\n"
    )


def test_to_look_for_an_image_takes_no_trial_from_it(tmp_path: Path) -> None:
    place, path, data = tmp_path / "lens0", tmp_path / "flash.bin", NEW.read_bytes()
    flashed(path)
    flash = Flash(GEOMETRY, bytearray(path.read_bytes()))
    slots = Memory(flash, MOUNT.update, MOUNT.image, DEMO).slots
    list(slots.begin(parse(MOUNT.image, data).offer.digest, len(data)))
    list(slots.write(0, data))
    slots.finish()
    path.write_bytes(flash.dump())
    with started("lens", "--link", f"pty:{place}", "--flash", path) as lens:
        lens.line()
        done = run("update", NEW, "--link", place, "--json")
        lens.stop()

    assert (done.code, done.objects[-1]["result"]) == (0, "up_to_date")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"not a flash", "no flash file: begins with b'not a flash'; delete it to begin anew"),
        (blank(GEOMETRY)[:-1], "a damaged flash file: "),
    ],
    ids=["another file", "cut off"],
)
def test_a_file_that_is_no_flash_is_told_by_its_name(
    tmp_path: Path, data: bytes, words: str
) -> None:
    path = tmp_path / "flash.bin"
    path.write_bytes(data)
    done = flashed(path)

    assert (done.code, len(done.errors)) == (2, 1)
    assert done.errors[0].startswith(f"lensbus: {path}: {words}")
    assert path.read_bytes() == data


def test_firmware_of_another_lens_is_refused_and_no_flash_made(tmp_path: Path) -> None:
    path = tmp_path / "flash.bin"
    done = flashed(path, "--firmware", FOREIGN)

    assert (done.code, done.err) == (2, f"lensbus: {FOREIGN}: for lens 0x6003, not for 0x400b\n")
    assert not path.exists()


def told_with_output_to(out: int, path: Path) -> tuple[int, str]:
    """How a lens ends that cannot print, and what it says of it."""
    command = [sys.executable, "-m", "lensbus", "lens", "--link", "pty:", "--flash", str(path)]
    done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    os.close(out)
    return done.returncode, done.stderr


def test_a_full_output_is_no_fault_of_the_flash(tmp_path: Path) -> None:
    told = told_with_output_to(os.open("/dev/full", os.O_WRONLY), tmp_path / "flash.bin")

    assert told == (2, "lensbus: standard output: No space left on device\n")


def test_output_that_nobody_reads_ends_quietly_with_a_flash_too(tmp_path: Path) -> None:
    nobody, out = os.pipe()
    os.close(nobody)

    assert told_with_output_to(out, tmp_path / "flash.bin") == (141, "")
