from dataclasses import replace
from random import Random

from lensbus.bench.matrix import GRADES, cells, run
from lensbus.front.named import load_setting
from tests.peers import PRIME, S1, SL, ZOOM, named
from tools.matrix import told

SETTING = load_setting("l_mount", "chart")
STUCK = replace(ZOOM, id="stuck", homing_s=1e6)


def test_the_report_counts_every_cell_and_tells_what_failed() -> None:
    every = cells(named(S1, SL), named(PRIME, STUCK))
    lines = told([run(SETTING, each, Random(1)).plain() for each in every])

    assert f"| body | {' | '.join(GRADES)} |" in lines
    assert lines[lines.index("| panasonic_s1 | 1 | 0 | 0 | 1 |") :] == [
        "| panasonic_s1 | 1 | 0 | 0 | 1 |",
        "| leica_sl | 1 | 0 | 0 | 1 |",
        "| all | 2 | 0 | 0 | 2 |",
        "",
        "## Failed",
        "",
        *(
            "- home: homing did not end within 2.0 s: "
            f"`lensbus matrix --body {body.id} --lens stuck`"
            for body in (S1, SL)
        ),
        "",
    ]


def test_a_matrix_without_failures_says_so() -> None:
    every = cells(named(S1), named(PRIME))
    lines = told([run(SETTING, each, Random(1)).plain() for each in every])

    assert lines[-3:] == ["", "None.", ""]
