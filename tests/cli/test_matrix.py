import os
import shlex
import signal
from pathlib import Path

import pytest

from lensbus.spec.load import spec_root
from tests.running import Done, run, started

PAIR = ("--body", "panasonic_s1", "--lens", "panasonic_s_20_60")
LENS = spec_root() / "l_mount" / "lenses" / "panasonic_s_20_60.yaml"
STUCK = ("homing_s: {value: 0.85", "homing_s: {value: 1000")


@pytest.fixture(scope="module")
def stuck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("a wrong lens") / "stuck.yaml"
    path.write_text(LENS.read_text(encoding="utf-8").replace(*STUCK), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def failing(stuck: Path) -> Done:
    return run("matrix", *PAIR, "--lens", stuck, "--body", "leica_sl")


def matrix_json(*args: object) -> Done:
    return run("matrix", "--json", *args)


def test_a_pair_that_works_is_a_dot_and_exit_code_0() -> None:
    done = run("matrix", *PAIR)

    assert (
        done.code,
        done.out[: done.out.index("\n\n")],
    ) == (0, "                  panasonic_s1\npanasonic_s_20_60 .")
    assert done.out.endswith("cells   1: 1 ok  (seed 0)\n")
    assert done.err.startswith("1 cell of 3 s in ")


def test_a_wrong_lens_fails_its_own_cells_and_the_exit_code_is_1(failing: Done) -> None:
    assert failing.code == 1
    assert failing.out.count("homing did not end within 2.0 s") == 2
    assert failing.out.endswith("cells   4: 2 ok, 2 failed  (seed 0)\n")


def test_the_command_below_a_failure_runs_that_cell_alone(failing: Done, stuck: Path) -> None:
    line = next(line for line in failing.out.splitlines() if line.endswith(")") and "+" in line)
    again = run(*shlex.split(line[line.index("(lensbus ") + 9 : -1]))

    assert line.startswith(f"panasonic_s1 + {stuck}: home: homing did not end within 2.0 s")
    assert again.code == 1
    assert again.out.endswith("cells   1: 1 failed  (seed 0)\n")


def test_json_is_an_object_a_cell_and_a_summary() -> None:
    done = matrix_json(*PAIR, "--body", "leica_sl*", "--body", "leica_sl", "--seed", 3)
    *cells, summary = done.objects

    assert [(one["body"], one["lens"]) for one in cells][:1] == [
        ("panasonic_s1", "panasonic_s_20_60")
    ]
    assert [step["step"] for step in cells[0]["verdicts"]][:2] == ["attach", "identify"]
    assert summary["summary"] is True
    assert summary["cells"] == len(cells) == len({one["body"] for one in cells})
    assert (summary["seed"], summary["seconds"]) == (3, 3.0)
    assert (summary["failed"], done.code) == (0, 0)


def test_json_is_the_same_each_time_and_with_any_number_of_processes(stuck: Path) -> None:
    told = [matrix_json(*PAIR, "--lens", stuck, "--jobs", jobs).out for jobs in (1, 2)]

    assert told[0] == told[1]


def test_the_page_is_written_where_it_is_told_to(tmp_path: Path) -> None:
    path = tmp_path / "matrix.html"
    done = run("matrix", *PAIR, "--seconds", 0.5, "--html", path)

    assert done.code == 1
    assert "lensbus matrix --seconds 0.5" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["nowhere/m.html", "m.pdf"])
def test_a_page_that_could_not_be_written_is_refused_at_once(tmp_path: Path, name: str) -> None:
    done = run("matrix", "--html", tmp_path / name)

    assert (done.code, done.out) == (2, "")
    assert "expected FILE.html in a folder that is there" in done.err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--body", "nikon_*"), "'nikon_*' is like none of the bodies: "),
        (("--lens", "kit"), "unknown lens profile"),
        (("--spec", "kit"), "unknown spec"),
        (("--seconds", "0"), "0"),
    ],
)
def test_what_is_not_there_is_told_in_one_line(args: tuple[str, str], said: str) -> None:
    done = run("matrix", *args)

    assert (done.code, done.out, len(done.errors)) == (2, "", 1)
    assert said in done.errors[0]


@pytest.mark.parametrize(
    ("args", "mounted"),
    [
        ((), [("sigma_100_400_f5_63_dg_dn", None)]),
        (("--accessory", "tc_1411"), [("sigma_100_400_f5_63_dg_dn", "tc_1411")]),
        (
            ("--accessory", "none", "--accessory", "*"),
            [
                ("sigma_100_400_f5_63_dg_dn", None),
                ("sigma_100_400_f5_63_dg_dn", "tc_1411"),
                (None, "passive_m"),
            ],
        ),
    ],
)
def test_who_names_a_lens_names_its_accessories_too(
    args: tuple[str, ...], mounted: list[tuple[str | None, str | None]]
) -> None:
    pair = ("--body", "panasonic_s1", "--lens", "sigma_100_400*")
    *cells, _ = matrix_json(*pair, *args).objects

    assert mounted == [(one["lens"], one["accessory"]) for one in cells]


def test_where_nothing_fits_there_is_no_matrix() -> None:
    done = run("matrix", "--lens", "sigma_50_f14_dg_hsm_ef")

    assert (done.code, done.out) == (2, "")
    assert "a lens for another mount needs an adapter" in done.err


def test_a_path_joins_the_shipped_lenses_of_a_pattern(stuck: Path) -> None:
    done = matrix_json("--body", "panasonic_s1", "--lens", "panasonic_s_2*", "--lens", stuck)
    *cells, _ = done.objects

    assert cells[-1]["lens"] == str(stuck)
    assert [one["grade"] == "failed" for one in cells] == [False] * (len(cells) - 1) + [True]


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_ends_every_process(tmp_path: Path) -> None:
    copies = [tmp_path / f"{number}.yaml" for number in range(12)]
    for copy in copies:
        copy.symlink_to(LENS)
    lenses = [word for copy in copies for word in ("--lens", copy)]
    with started("matrix", "--body", "leica_*", *lenses, "--json", "--jobs", 2) as one:
        one.line_with("grade")
        done = one.stop(signal.SIGINT)

    assert (done.code, done.err) == (130, "lensbus: interrupted\n")
