from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.cli.recipe import Recipe
from lensbus.errors import CaptureError
from lensbus.golden.kept import Made
from lensbus.golden.reading import read
from lensbus.golden.said import Said
from lensbus.golden.text import FORMAT, write
from tests.golden.runs import DEMO, FAULTY, kept, trace
from tests.sampled import sampled

names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
scalars = (
    st.integers() | st.text() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
)
fields = st.dictionaries(names, values, max_size=4)
messages = st.builds(
    Said,
    st.integers(0, 10**9).map(lambda us: us / 10**6),
    st.sampled_from(["body", "lens"]),
    names,
    fields,
    st.booleans(),
)
verbs = st.sampled_from(["said", "heard"])
faults = st.builds(
    lambda name, fields, verb: Said(1.5, "body", name, fields, fault=verb), st.text(), fields, verbs
)
WHOLE = write(trace([Said(1.0, "lens", "status", {"a": 1}, cyclic=True)]))


@pytest.mark.parametrize("recipe", [DEMO, FAULTY], ids=["demo", "faulty"])
def test_a_run_is_read_as_it_was_written(recipe: Recipe) -> None:
    one = kept(recipe)
    again = read(write(one), "x.golden")

    assert len(again.said) == len(one.said)
    assert replace(again, said=()) == replace(one, said=())
    assert write(again) == write(one)


@sampled(160)
@given(st.lists(messages | faults, max_size=8), st.dictionaries(names, scalars))
def test_whatever_is_said_is_read_as_it_was_written(
    said: list[Said], facts: dict[str, Any]
) -> None:
    said.sort(key=lambda each: each.t)
    one = replace(trace(said, "a.b within 2", tolerance_s=0), made=Made("test", facts))
    again = read(write(one), "x.golden")

    assert sorted(map(str, again.said)) == sorted(map(str, one.said))
    assert replace(again, said=()) == replace(one, said=())


def test_a_file_of_another_kind_is_told_for_one() -> None:
    for text in ("", "\n", "PK\x03\x04", '{"t": 0}\n'):
        with pytest.raises(CaptureError, match=f"^x.golden:1: got .*, wanted '{FORMAT}': record"):
            read(text, "x.golden")


@pytest.mark.parametrize(
    "line",
    [
        "    1.0",
        "    soon lens status x1",
        "    1.0 lens status x0",
        "    1.0 lens status x1 ..",
        "    1.0 lens status a=",
        "    1.0 lens status a=[1",
        "    1.0 lens status a=1 b",
        "    1.0 lens status a=" + "[" * 100_000,
        '    1.0 lens heard "bad',
        "    1.0 lens sync x9999999999999",
        "    1.0 lens sync x" + "9" * 5000,
        "tolerance_s -1",
        "tolerance_s nan",
        "tolerance_s soon",
        "ignore status within reach",
        "of messages.status",
        "made sim seed",
        "something else",
    ],
)
def test_a_line_that_is_none_is_told_with_its_number(line: str) -> None:
    with pytest.raises(CaptureError, match=r"^x.golden:2: got '.{1,80}', which is no such line"):
        read(WHOLE.replace(FORMAT, f"{FORMAT}\n{line}"), "x.golden")


@pytest.mark.parametrize(
    "head",
    ["", 'with lensbus="1" spec=x version=1\n', "with lensbus=a spec=b version=c digest=d\n"],
)
def test_without_its_spec_it_is_no_golden_trace(head: str) -> None:
    with pytest.raises(CaptureError, match=r"^x.golden: has no whole line `with lensbus="):
        read(f"{FORMAT}\n{head}end\n", "x.golden")


def test_a_file_that_is_cut_off_is_told_for_one() -> None:
    lines = WHOLE.splitlines(keepends=True)
    for count in range(1, len(lines)):
        with pytest.raises(CaptureError, match=r"^x.golden: is cut off before its last line"):
            read("".join(lines[:count]), "x.golden")


def test_what_is_as_before_is_that_of_the_same_side_and_message() -> None:
    text = WHOLE.replace(
        "    1.000000 lens status x1 a=1\n",
        "1.0 lens status x1 a=1 b=2\n1.1 body status x1 a=7 b=8\n1.2 lens status x1 .. a=3\n",
    )

    assert [each.fields for each in read(text, "x").said] == [
        {"a": 1, "b": 2},
        {"a": 7, "b": 8},
        {"a": 3, "b": 2},
    ]
