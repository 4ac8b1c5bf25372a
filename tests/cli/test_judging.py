import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from lensbus.cli.judging import Wanted, held, judge
from lensbus.errors import SpecError

LENS = Wanted("lens", "panasonic_s_20_60")


def test_a_case_is_one_command_to_run_again() -> None:
    wanted = Wanted("body", "leica_sl", seed=3, scale=2.0, version=1, link="/dev/ttyUSB0")

    assert LENS.command("lens/ready/sleep") == (
        "lensbus conform lens --only lens/ready/sleep --lens panasonic_s_20_60"
    )
    assert wanted.command("body/x") == (
        "lensbus conform body --only body/x --body leica_sl --link /dev/ttyUSB0 --seed 3 "
        "--timeout-scale 2 --protocol 1"
    )


@pytest.mark.parametrize("kind", ["lens", "bootloader"])
def test_what_is_wanted_goes_to_another_process_and_its_result_comes_back(kind: str) -> None:
    wanted = pickle.loads(pickle.dumps(Wanted(kind, "panasonic_s_20_60")))  # noqa: S301 our own
    result = judge((wanted, next(iter(held(wanted).cases))))

    assert pickle.loads(pickle.dumps(result)) == result  # noqa: S301 our own
    assert result.verdict == "PASS"


def test_an_older_lens_is_held_to_the_version_that_it_speaks() -> None:
    old, new = held(Wanted("lens", "panasonic_s_20_60", version=1)), held(LENS)

    assert old.bench.ground.spec.version == 1
    assert set(old.cases) < set(new.cases)
    for address in ("lens/ready/sleep", "lens/meaning/focus_arrives"):
        assert old.bench(old.cases[address]).verdict == "PASS"


def test_a_spec_that_extends_another_has_the_cases_of_that_one(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("extends: l_mount/lens\nspec: mine/lens\n")

    assert held(replace(LENS, spec=str(mine))).cases.keys() == held(LENS).cases.keys()


PRIVATE = """\
conformance: mine/lens
plays: {lens: {fields: {set_rate: {baud: 460800}}}}
cases:
  lens/meaning/name: {level: MUST}
  lens/meaning/versions: null
  lens/meaning/mine:
    requirement: "It MUST"
    section: messages.optics
    steps: [{play: knows_optics}, alive]
"""


def private(folder: Path, cases: str) -> Wanted:
    mine = folder / "mine.yaml"
    mine.write_text("extends: l_mount/lens\nspec: mine/lens\n", encoding="utf-8")
    (folder / "conformance").mkdir()
    (folder / "conformance" / "mine.yaml").write_text(cases, encoding="utf-8")
    return replace(LENS, spec=str(mine))


def test_the_cases_beside_a_spec_are_laid_over_those_of_the_one_that_it_extends(
    tmp_path: Path,
) -> None:
    found, shipped = held(private(tmp_path, PRIVATE)), held(LENS)
    changed = found.cases.keys() ^ shipped.cases.keys()

    assert changed == {"lens/meaning/mine", "lens/meaning/versions"}
    assert found.cases["lens/meaning/name"].level == "MUST"
    assert found.bench.play.fields["set_rate"] == {"baud": 460800}
    assert found.bench.play.cycle == shipped.bench.play.cycle
    assert found.bench(found.cases["lens/meaning/mine"]).verdict == "PASS"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("mine/lens", "l_mount/lens", r"mine\.yaml:1:14: .*wanted 'mine/lens'"),
        ("knows_optics", "nothing", r"mine\.yaml:9:20: .*unknown 'nothing'"),
        ("cases:", "cases: [", r"mine\.yaml:"),
    ],
)
def test_mistakes_in_the_cases_beside_a_spec_that_extends_another_are_told(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    with pytest.raises(SpecError, match=words):
        held(private(tmp_path, PRIVATE.replace(old, new)))


def test_a_profile_that_is_missing_is_told() -> None:
    with pytest.raises(SpecError, match="unknown lens profile"):
        held(Wanted("lens", "nobody"))
