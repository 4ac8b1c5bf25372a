import io
import sys
from pathlib import Path

import pytest

from lensbus.cli.plot import print_sparks, write_plot
from lensbus.errors import ImageError
from lensbus.export.plot import Picture
from lensbus.export.spark import BLOCKS, PLAIN
from tests.export.made import SVG, parsed, picture
from tests.peers import SPEC
from tests.running import run, started


def words(path: Path) -> list[str]:
    """What stands written in a picture."""
    root = parsed(path.read_text(encoding="utf-8"))
    return [element.text or "" for element in root.iter(SVG + "text")]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.svg"


def test_a_simulation_draws_what_it_did_and_sums_it_up_in_blocks(out: Path) -> None:
    done = run("sim", "--virtual", "--seed", 1, "--seconds", 2, "--plot", out)
    *_, faults, focus, aperture = done.out.splitlines()

    assert done.code == 0
    assert faults == "faults  none  (seed 1)"
    assert (focus[:9], aperture[:9]) == ("focus    ", "aperture ")
    assert set(focus[9:]) & set(BLOCKS)
    assert f"{out}: drawn" in done.errors
    assert words(out)[:2] == ["LUMIX S 20-60mm F3.5-5.6 on Panasonic LUMIX S1", "seed 1 · 2 s"]


def test_with_a_seed_the_picture_is_the_same_each_time(tmp_path: Path) -> None:
    paths = [tmp_path / "one.svg", tmp_path / "two.svg"]
    for path in paths:
        run("sim", "--virtual", "--seed", 1, "--seconds", 1.2, "--plot", path)
    one, two = (path.read_bytes() for path in paths)

    assert one == two


def test_json_has_no_blocks_and_the_picture_is_drawn_all_the_same(out: Path) -> None:
    done = run("sim", "--virtual", "--seconds", 1, "--plot", out, "--json")

    assert done.objects[-1]["summary"] is True
    assert out.exists()


@pytest.mark.parametrize("command", ["sim", "body --link loop:", "lens --link loop:", "decode x"])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("out.png", "a picture is an .svg, got .png"),
        ("out", "a picture is an .svg, got no suffix"),
        ("nowhere/out.svg", "there is no folder {folder}/nowhere"),
    ],
)
def test_a_picture_that_could_not_be_written_is_refused_at_once(
    command: str, name: str, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    done = run(*command.split(), "--plot", path)
    reason = reason.format(folder=tmp_path)
    (error,) = done.errors

    assert (done.code, done.out) == (2, "")
    assert error.startswith(f"lensbus: Invalid value for '--plot': {path}: {reason}")


def test_a_file_that_cannot_be_written_in_the_end_is_told(out: Path) -> None:
    out.mkdir()
    with pytest.raises(ImageError, match=r"out\.svg: a folder or a device"):
        write_plot(out, Picture(SPEC), {})


def test_a_recording_is_drawn_when_it_is_decoded(out: Path) -> None:
    recording = out.with_name("run.jsonl")
    run("sim", "--virtual", "--seed", 1, "--seconds", 2, "--record", recording)
    done = run("decode", recording, "--summary", "--plot", out)
    told = words(out)

    assert done.code == 0
    assert told[:2] == ["LUMIX S 20-60mm F3.5-5.6", "run.jsonl"]
    assert {"distance in m", "aperture", "told by the lens"} <= set(told)
    assert "states" not in told


def test_all_that_is_known_of_a_run_stands_above_the_picture(out: Path) -> None:
    facts = {"body": "a body", "scene": "walk-in", "seed": 7, "seconds": 20.0, "link": "pty:"}
    write_plot(out, picture(1.0), facts)

    assert words(out)[:2] == ["a lens on a body", "scene walk-in · seed 7 · 20 s · pty:"]


def test_a_run_without_names_has_the_title_of_its_spec(out: Path) -> None:
    write_plot(out, Picture(SPEC), {})

    assert words(out)[:2] == [SPEC.title, ""]


@pytest.mark.parametrize(
    ("encoding", "levels"), [("utf-8", BLOCKS), ("ascii", PLAIN), ("cp1252", PLAIN)]
)
def test_a_terminal_gets_what_it_can_show(
    encoding: str, levels: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(shown, encoding=encoding))
    print_sparks(picture(1.0))
    sys.stdout.flush()
    rows = [line[9:69] for line in shown.getvalue().decode(encoding).splitlines()]

    assert len(rows) == 3
    assert set("".join(rows)) <= set(levels + " ")


@pytest.mark.real
def test_ctrl_c_draws_what_was_until_then(out: Path) -> None:
    with started("sim", "--plot", out) as one:
        one.line_with("[body is greeting]")
        done = one.stop()

    assert done.code == 130
    assert "states" in words(out)


@pytest.mark.real
def test_each_end_of_a_link_draws_what_it_saw(tmp_path: Path) -> None:
    place, ours, theirs = tmp_path / "lens0", tmp_path / "body.svg", tmp_path / "lens.svg"
    with started("lens", "--link", f"pty:{place}?slack=500ms", "--plot", theirs) as lens:
        lens.line()
        link = f"{place}?slack=500ms"
        run("body", "--link", link, "--seconds", 2, "--plot", ours)
        lens.stop()

    for path in (ours, theirs):
        told = words(path)
        assert told[0] == "LUMIX S 20-60mm F3.5-5.6"
        assert {"distance in m", "aperture", "states", "seconds"} <= set(told)
