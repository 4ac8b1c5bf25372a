import pytest

from lensbus.spec.load import PROFILES, profile_names
from tests.running import run


def test_every_profile_of_every_kind_is_listed_by_name() -> None:
    done = run("profiles")
    lines = done.out.splitlines()
    names = [line.split()[0] for line in lines if line.startswith("  ")]
    heads = [line for line in lines if not line.startswith("  ")]

    assert (done.code, done.err) == (0, "")
    assert names == [name for kind in PROFILES for name in profile_names(kind)]
    assert heads == [f"{kind} ({len(profile_names(kind))})" for kind in PROFILES]


def test_one_kind_has_no_heading_and_shows_what_sets_them_apart() -> None:
    lines = run("profiles", "lenses").out.splitlines()
    (zoom,) = [line for line in lines if line.startswith("panasonic_s_20_60")]
    (adapted,) = [line for line in lines if line.startswith("sigma_50_f14_dg_hsm_ef")]

    assert len(lines) == len(profile_names("lenses"))
    assert " ".join(zoom.split()) == (
        "panasonic_s_20_60 0x400b LUMIX S 20-60mm F3.5-5.6 20-60mm f/3.5-5.6 full_frame "
        "protocol 1-2"
    )
    assert adapted.endswith("for canon_ef, by an adapter")


def test_what_was_never_sold_is_marked() -> None:
    lines = run("profiles", "bodies").out.splitlines()

    assert [line.split()[0] for line in lines if line.endswith("announced")] == ["sigma_foveon"]


@pytest.mark.parametrize(("kind", "name"), [("scenes", "walk_in"), ("faults", "shaken")])
def test_of_scenes_and_plans_a_line_tells_what_they_are_about(kind: str, name: str) -> None:
    titles = dict(line.split(maxsplit=1) for line in run("profiles", kind).out.splitlines())
    told = {one["id"]: one["title"] for one in run("profiles", kind, "--json").objects[:-1]}

    assert list(titles) == profile_names(kind)
    assert titles == told
    assert len(titles[name]) > 40


def test_as_json_there_is_all_that_a_profile_says_and_a_count() -> None:
    *told, summary = run("profiles", "accessories", "--json").objects
    (converter,) = [one for one in told if one["id"] == "tc_1411"]

    assert summary == {"summary": True, "accessories": len(told)}
    assert (converter["profile"], converter["kind"]) == ("accessories", "teleconverter")
    assert converter["numbers"][0] == [0x6012, 0x6013]


@pytest.mark.parametrize("kind", ["lens", ""])
def test_an_unknown_kind_is_one_line_with_those_that_are_known(kind: str) -> None:
    done = run("profiles", kind)

    assert (done.code, done.out, len(done.errors)) == (2, "", 1)
    assert "'accessories'" in done.err
