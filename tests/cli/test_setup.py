from pathlib import Path
from random import Random

import pytest

from lensbus.cli.setup import load_pair
from lensbus.session.log import Record
from lensbus.spec.load import load, spec_root
from lensbus.wire.message import Message
from tests.running import run

LENS, BODY = "panasonic_s_20_60", "panasonic_s1"
FLIPS = "faults: [{side: lens, do: flip, chance: 0.1}, {side: body, do: flip, chance: 0.1}]"


def records(seed: int, plan: str | None = None) -> list[Record]:
    made = load_pair(load("l_mount"), BODY, LENS, seed, plan)
    return list(made.pair.run(1.5, made.chance))


def test_a_pair_knows_what_its_ends_are_called() -> None:
    made = load_pair(load("l_mount"), BODY, LENS, 1, None)

    assert made.names == {"body": "Panasonic LUMIX S1", "lens": "LUMIX S 20-60mm F3.5-5.6"}
    assert (made.pair.body.state, made.pair.lens.state) == ("empty", "off")


def test_the_strip_draws_from_the_seed() -> None:
    made = load_pair(load("l_mount"), BODY, LENS, 5, None)

    assert Random("5/strip").random() == made.chance.random()


def test_the_same_seed_makes_the_same_faults(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(FLIPS)

    assert records(1, str(plan)) == records(1, str(plan))
    assert records(1, str(plan)) != records(2, str(plan))


def test_faults_of_one_side_do_not_change_the_chance_of_the_other(tmp_path: Path) -> None:
    both, one = tmp_path / "both.yaml", tmp_path / "one.yaml"
    both.write_text("faults: [{side: lens, do: flip, frame: 1}, {side: body, do: drop, chance: 0}]")
    one.write_text("faults: [{side: lens, do: flip, frame: 1}]")

    assert records(1, str(both)) == records(1, str(one))


def test_what_a_spec_cannot_say_of_a_profile_is_told_all_at_once_with_its_place(
    tmp_path: Path,
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        f"profile: mine\nextends: {LENS}\n"
        "vendor: {value: nikon, basis: model, reason: x}\n"
        "capabilities: {value: [autofocus, flying], basis: model, reason: x}\n"
        "closed_f: {value: 1, basis: model, reason: x}\n"
    )
    for command in (("sim", "--virtual"), ("lens", "--link", "loop:"), ("matrix",)):
        done = run(*command, "--lens", path)
        told = [line.removeprefix(f"lensbus: {path}:") for line in done.err.splitlines()]

        assert done.code == 2
        assert [line.partition(": ")[2].split(", wanted")[0] for line in told] == [
            "profile.vendor.value: got 'nikon'",
            "profile.capabilities.value: got 'flying'",
            "profile.closed_f.value: is not wider than wide open, f/5.6, got f/1",
        ]
        assert [line.partition(": ")[0] for line in told] == ["3:17", "4:23", "5:19"]


def test_a_lens_behind_an_accessory_is_called_by_both() -> None:
    lens = "sigma_100_400_f5_63_dg_dn"
    made = load_pair(load("l_mount"), BODY, lens, 1, None, accessory="tc_1411")

    assert made.names["lens"] == "100-400mm F5-6.3 DG DN OS | C + TC-1411"


def test_lenses_are_changed_at_their_times() -> None:
    then = ["sigma_45_f28_dg_dn@0.5", "panasonic_s_35@2.5"]
    made = load_pair(load("l_mount"), BODY, LENS, 1, None, then=then)
    heard = [r.event for r in made.pair.run(5.0, made.chance) if r.verb == "heard"]
    told = [e.fields["name"] for e in heard if isinstance(e, Message) and e.name == "identity"]

    assert made.names["lens"] == ", then ".join(told)
    assert len(told) == 3
    assert made.pair.states == {"body": "ready", "lens": "ready"}


def test_a_lens_without_a_time_comes_when_the_link_comes_up_again(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text("faults: [{side: body, do: unplug, time: 1}]")
    done = run("sim", "--virtual", "--faults", plan, "--then", "sigma_45_f28_dg_dn")

    assert " < lens identity lens_number=24579 " in done.out
    assert done.out.splitlines()[-2] == "done    1 of the plan's faults"


@pytest.mark.parametrize(
    ("then", "text"),
    [
        (
            ["panasonic_s_35@2", "meike_35_f18@2.5"],
            "--then: a change takes 1 s, got changes at 2, 2",
        ),
        (
            ["panasonic_s_35@3", "meike_35_f18@1"],
            "--then: a change takes 1 s, got changes at 3, 1 ",
        ),
        (["panasonic_s_35@soon"], "panasonic_s_35@soon: unknown lens profile ("),
        (["sigma_50_f14_dg_hsm_ef@1"], "is for canon_ef: it needs an adapter"),
    ],
)
def test_a_lens_that_cannot_come_is_refused_in_one_line(then: list[str], text: str) -> None:
    done = run("sim", "--virtual", *(word for each in then for word in ("--then", each)))

    assert (done.code, done.out, len(done.errors)) == (2, "", 1)
    assert text in done.err


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (("--accessory", "tc_1411"), "lensbus: tc_1411 does not fit panasonic_s_20_60 (it fits "),
        (
            ("--accessory", "passive_m", "--lens", LENS),
            "lensbus: passive_m has no electronics: nothing is heard of a lens on it\n",
        ),
        (("--accessory", "tc1411"), "tc1411: unknown accessory profile (near: tc_1411"),
        (("--lens", "sigma_50_f14_dg_hsm_ef"), "is for canon_ef: it needs an adapter"),
    ],
)
def test_an_accessory_that_does_not_fit_is_one_line(args: tuple[str, ...], text: str) -> None:
    done = run("sim", "--virtual", *args)

    assert (done.code, done.out, len(done.errors)) == (2, "", 1)
    assert text in done.err


def test_every_mistake_of_a_profile_is_a_line_with_its_place(tmp_path: Path) -> None:
    text = (spec_root() / "l_mount/lenses" / f"{LENS}.yaml").read_text()
    path = tmp_path / "lens.yaml"
    for right, wrong in (
        ("value: 0x400b,", "value: many,"),
        ("value: [3.5, 5.6],", "value: [3.5],"),
        ("temperature:", "temprature:"),
    ):
        assert text.count(right) == 1
        text = text.replace(right, wrong)
    path.write_text(text)
    lines = text.splitlines()
    done = run("sim", "--virtual", "--lens", path)
    places = [
        next(n for n, line in enumerate(lines, 1) if line.startswith(name))
        for name in ("lens_number", "open_f", "temprature")
    ]

    assert (done.code, done.out) == (2, "")
    assert all(line.startswith(f"lensbus: {path}:") for line in done.errors)
    for number in places:
        assert sum(line.startswith(f"lensbus: {path}:{number}:") for line in done.errors) == 1
    assert "temperature: missing" in done.err


def test_every_mistake_of_a_plan_is_a_line_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        "faults:\n"
        "  - {side: lens, do: drop}\n"
        "  - {side: lens, do: melt, frame: 1}\n"
        "  - {side: body, do: drop, frame: 0}\n"
    )
    done = run("sim", "--virtual", "--faults", path)

    assert (done.code, done.out, len(done.errors)) == (2, "", 3)
    for number, line in zip((2, 3, 4), done.errors, strict=True):
        assert line.startswith(f"lensbus: {path}:{number}:")


@pytest.mark.parametrize("text", ["", "[1]", "faults: [", "plan: &x 1"])
def test_a_file_that_is_no_plan_at_all_is_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(text)
    done = run("sim", "--virtual", "--faults", path)

    assert (done.code, done.out, len(done.errors)) == (2, "", 1)
    assert done.err.startswith(f"lensbus: {path}")
