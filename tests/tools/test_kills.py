import pytest

from tools.kills import Run, big_image, report, verdict

DONE = Run("", 1.0, 0, {"result": "done", "had_bytes": 4096, "done_bytes": 8192})
CUT = Run("lens", 1.25, 3, {"had_bytes": 0, "done_bytes": 4096})


def test_an_image_is_the_same_each_time() -> None:
    assert big_image() == big_image()


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        ([CUT, DONE], ""),
        ([DONE, CUT], "the last run ended with 3"),
        ([Run("lens", 1.0, 1, {}), DONE], "a host whose lens was killed ended with 1, wanted 3"),
        ([Run("host", 1.0, -9, {}), DONE], ""),
        ([Run("lens", 1.0, 2, {}), DONE], ""),
        ([Run("lens", 1.0, 2, CUT.last), DONE], "a host whose lens was killed ended with 2"),
    ],
)
def test_the_last_run_and_those_whose_lens_was_killed_decide(runs: list[Run], words: str) -> None:
    assert verdict(runs).startswith(words)
    assert bool(verdict(runs)) == bool(words)


def test_the_report_has_a_row_for_each_run_and_the_command_that_made_it() -> None:
    text = report([str(CUT), str(DONE)], "", 60.0)

    assert "| lens killed after 1.25 s | 0 | 4,096 | 3 | - |" in text
    assert "| to its end | 4,096 | 8,192 | 0 | done |" in text
    assert text.endswith("Made by `python -m tools.kills`.\n")
