import json
import signal
from pathlib import Path

import pytest

from lensbus.spec.load import sample_root
from tests.running import Done, run, started

SAMPLES = sample_root()
MANIFEST = json.loads((SAMPLES / "MANIFEST.json").read_text())["samples"]
NEW, OLD, NEXT = (SAMPLES / f"panasonic_s_20_60_{n}.0.img" for n in ("1.1", "1.0", "2.0"))
EXAMPLE = Path(__file__).parents[2] / "docs/examples/my_lens.yaml"
NAME = "LUMIX S 20-60mm F3.5-5.6"


def update(image: Path, *more: object) -> Done:
    return run("update", image, *more)


def result(done: Done) -> dict[str, object]:
    summary: dict[str, object] = done.objects[-1]
    return summary


def test_a_virtual_lens_is_updated_in_virtual_time() -> None:
    done = update(NEW, "--virtual")

    assert done.code == 0
    assert done.out.splitlines()[-1] == f"{NAME} runs version 1.1.0, confirmed"
    assert f"{NAME} runs 1.0.0+0, the image is 1.1.0+0" in done.err


def test_what_runs_already_is_no_failure() -> None:
    done = update(OLD, "--virtual")

    assert (done.code, done.out) == (0, f"{NAME} runs version 1.0.0 already, confirmed\n")


def test_programs_get_a_summary() -> None:
    summary = result(update(NEW, "--virtual", "--json"))

    assert (summary["result"], summary["before"], summary["after"]) == (
        "done",
        "1.0.0+0",
        "1.1.0+0",
    )
    assert summary["sent_bytes"] == summary["size"] == NEW.stat().st_size


@pytest.mark.parametrize("sample", MANIFEST, ids=lambda sample: sample["file"])
def test_the_host_refuses_what_the_manifest_says(sample: dict[str, object]) -> None:
    done = update(SAMPLES / str(sample["file"]), "--virtual", "--lens", sample["lens"])
    good = sample["reason"] in {None, "up_to_date"}

    assert done.code == (0 if good else 2)
    if not good:
        assert done.errors[-1].startswith("lensbus: ")


@pytest.mark.parametrize("sample", MANIFEST, ids=lambda sample: sample["file"])
def test_a_lens_refuses_it_from_a_host_that_does_not_look(sample: dict[str, object]) -> None:
    done = update(
        SAMPLES / str(sample["file"]), "--virtual", "--lens", sample["lens"], "--unchecked"
    )
    good = sample["reason"] in {None, "up_to_date"}

    assert done.code == (0 if good else 1)
    if not good:
        assert done.errors[-1].startswith("lensbus: the lens refused it: ")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ((), "give either --link URL or --virtual"),
        (("--virtual", "--link", "loop:"), "give either --link URL or --virtual"),
        (("--link", "/dev/nowhere"), "/dev/nowhere"),
    ],
)
def test_a_wrong_call_ends_with_2(more: tuple[str, ...], words: str) -> None:
    done = update(NEW, *more)

    assert done.code == 2
    assert words in done.err


@pytest.mark.parametrize("baud", [-1, 0, 115199, 3000001])
@pytest.mark.parametrize("place", [("--virtual",), ("--link", "/dev/nowhere")])
def test_a_rate_that_no_lens_has_ends_with_2_before_anything_is_said(
    baud: int, place: tuple[str, ...]
) -> None:
    done = update(NEW, *place, "--baud", baud)
    words = f"Invalid value for '--baud': got {baud}, wanted 115200 to 3000000"

    assert (done.code, done.out, len(done.errors)) == (2, "", 1)
    assert done.errors[0].startswith(f"lensbus: {words}: see `")


@pytest.mark.parametrize("baud", [115200, 200000, 3000000])
def test_a_rate_within_the_range_is_kept_to(baud: int) -> None:
    summary = result(update(NEW, "--virtual", "--json", "--baud", baud))

    assert summary["result"] == "done"
    assert 115200 <= int(str(summary["rate"])) <= baud


def test_a_key_without_an_end_is_refused() -> None:
    done = update(NEW, "--virtual", "--key", "/dev/zero")

    assert (done.code, done.err) == (2, "lensbus: /dev/zero: bigger than 65536 bytes\n")


def test_an_image_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    done = update(tmp_path / "none.img", "--virtual")

    assert (done.code, len(done.errors)) == (2, 1)


def test_a_plan_of_faults_is_done_and_the_update_ends_well(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text("faults:\n  - {side: lens, do: drop, message: identity}\n")
    done = update(NEW, "--virtual", "--faults", plan, "--json")

    assert (done.code, result(done)["result"]) == (0, "done")
    assert any("fault done: drop" in str(each.get("note")) for each in done.objects)


def private(folder: Path) -> Path:
    """A spec that extends the L-mount, whose bootloader hears an offer under another key."""
    basis = 'basis: model, reason: "another bootloader"'
    (folder / "update.yaml").write_text(
        f"extends: l_mount/update\nspec: mine/update\nmessages: {{offer: {{key: 0x7d, {basis}}}}}\n"
    )
    path = folder / "mine.yaml"
    path.write_text(EXAMPLE.read_text() + "update: {spec: update.yaml}\n")
    return path


def test_a_lens_of_a_private_spec_is_updated(tmp_path: Path) -> None:
    done = update(NEW, "--virtual", "--spec", private(tmp_path), "--json")

    assert (done.code, result(done)["after"]) == (0, "1.1.0+0")


@pytest.mark.real
def test_a_private_spec_is_spoken_over_a_link(tmp_path: Path) -> None:
    place, flash, spec = tmp_path / "lens0", tmp_path / "flash.bin", private(tmp_path)
    link = ("--link", f"{place}?slack=500ms", "--spec", spec, "--json")
    with started("lens", "--link", f"pty:{place}", "--flash", flash, "--spec", spec) as lens:
        lens.line()
        body = run("body", *link, "--seconds", 2)
        done = update(NEW, *link)
        lens.stop()
    said = [each for each in body.objects if each.get("message") == "status"]

    assert said[-1]["fields"]["humidity"] == 40
    assert (done.code, result(done)["after"]) == (0, "1.1.0+0")


@pytest.mark.real
def test_a_lens_in_another_process_is_updated_and_keeps_it(tmp_path: Path) -> None:
    place, flash = tmp_path / "lens0", tmp_path / "flash.bin"
    command = ("lens", "--link", f"pty:{place}", "--flash", flash)
    with started(*command) as lens:
        lens.line()
        done = update(NEW, "--link", place, "--json")
        lens.process.kill()
    with started(*command) as lens:
        lens.line()
        again = update(NEW, "--link", place, "--json")
        older = update(OLD, "--link", place)
        back = update(OLD, "--link", place, "--allow-downgrade", "--json")
        lens.stop()

    assert (done.code, result(done)["result"]) == (0, "done")
    assert (again.code, result(again)["result"]) == (0, "up_to_date")
    assert (older.code, len(older.errors)) == (2, 2)
    assert (back.code, result(back)["after"]) == (0, "1.0.0+0")


@pytest.mark.real
def test_a_host_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    place, big, image = tmp_path / "lens0", tmp_path / "big.bin", tmp_path / "big.img"
    big.write_bytes(bytes(range(256)) * 1024)
    signing = ("--key", SAMPLES / "demo_key.pem", "--lens-number", "16395", "--hardware", "1")
    more = ("--protocol", "1", "--counter", "1", "--out", image)
    assert run("image", "sign", big, "--version", "1.2.0", *signing, *more).code == 0
    with started("lens", "--link", f"pty:{place}", "--flash", tmp_path / "f.bin") as lens:
        lens.line()
        with started("update", image, "--link", place, "--json") as host:
            host.line_with('"limited_by": "flash"')
            host.process.kill()
        done = update(image, "--link", place, "--json")
        lens.stop()
    summary = result(done)

    assert (done.code, summary["result"]) == (0, "done")
    assert isinstance(summary["had_bytes"], int)
    assert summary["had_bytes"] > 0


@pytest.mark.real
def test_ctrl_c_says_how_to_go_on(tmp_path: Path) -> None:
    place = tmp_path / "lens0"
    with started("lens", "--link", f"pty:{place}", "--flash", tmp_path / "f.bin") as lens:
        lens.line()
        with started("update", NEXT, "--link", place, "--json") as host:
            host.line_with("bytes_per_s")
            done = host.stop(signal.SIGINT)
        lens.stop()

    assert done.code == 130
    assert done.objects[-1]["result"] in {"interrupted", "done"}


@pytest.mark.real
def test_a_lens_without_a_flash_has_no_bootloader(tmp_path: Path) -> None:
    place = tmp_path / "lens0"
    with started("lens", "--link", f"pty:{place}") as lens:
        lens.line()
        done = update(NEW, "--link", place)
        lens.stop()

    assert (done.code, done.errors[-1]) == (
        1,
        f"lensbus: {NAME} cannot be updated: no bootloader",
    )
