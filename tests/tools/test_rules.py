from pathlib import Path

import pytest

from tools import rules

LONG_FUNCTION = '"""One."""\n\n\ndef long() -> None:\n' + "    print()\n" * rules.FUNCTION_LINES


def write(root: Path, place: str, source: str) -> None:
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"""One."""\n' + "\n" * 250, "src/a.py:1: 251 lines, at most 250"),
        ("\n\n\nx = 1\n", "src/a.py:1: no docstring that says the module's one job"),
        (LONG_FUNCTION, "src/a.py:4: long has 41 lines, at most 40"),
        (LONG_FUNCTION.replace("def", "async def"), "src/a.py:4: long has 41 lines, at most 40"),
    ],
    ids=["module", "docstring", "function", "coroutine"],
)
def test_a_breach_of_a_budget_is_named(tmp_path: Path, source: str, expected: str) -> None:
    write(tmp_path, "src/a.py", source)

    assert list(rules.budgets(tmp_path)) == [expected]


@pytest.mark.parametrize(
    "source",
    [
        '"""One."""\n' + "\n" * 249,
        "",
        "x = 1\n",
        LONG_FUNCTION.replace("    print()\n", "", 1),
        LONG_FUNCTION.replace("    print()\n", '    """Two.\n\n    Three.\n    """\n', 1),
    ],
    ids=["module", "empty", "three lines", "function", "docstring is not counted"],
)
def test_what_keeps_its_budget_passes(tmp_path: Path, source: str) -> None:
    write(tmp_path, "src/a.py", source)

    assert list(rules.budgets(tmp_path)) == []


def test_what_a_command_has_of_options_is_not_counted(tmp_path: Path) -> None:
    options = ",\n    ".join(f"option_{number}: int" for number in range(40))
    source = f'"""One."""\n\n\ndef f(\n    {options},\n) -> None:\n    print()\n'
    write(tmp_path, "src/lensbus/cli/sim.py", source)
    write(tmp_path, "src/lensbus/wire/sim.py", source)

    expected = "src/lensbus/wire/sim.py:4: f has 43 lines, at most 40"
    assert list(rules.budgets(tmp_path)) == [expected]


def test_a_tool_without_a_suffix_has_a_budget_too(tmp_path: Path) -> None:
    write(tmp_path, "tools/check", "#!/usr/bin/env python3\n\n\nx = 1\n")
    write(tmp_path, "tools/run", "#!/bin/sh\n\n\necho\n")

    assert [line.split(":")[0] for line in rules.budgets(tmp_path)] == ["tools/check"]


def test_a_module_without_its_test_file_is_named(tmp_path: Path) -> None:
    for place in ("wire/codec.py", "wire/__init__.py", "__main__.py", "names.py"):
        write(tmp_path, f"src/lensbus/{place}", "")
    write(tmp_path, "tests/test_names.py", "")

    expected = ["src/lensbus/wire/codec.py:1: has no tests/wire/test_codec.py"]
    assert list(rules.mirrored(tmp_path)) == expected


@pytest.mark.parametrize(
    "literal",
    ["3", "0.02", "0x1", "1e6", "2.5", "115_200", 'int("3")', 'float("0.03")', r'b"\xe0"'],
)
@pytest.mark.parametrize("place", ["session/line.py", "devices/lens.py", "firmware/uploader.py"])
def test_a_protocol_number_in_python_is_named(tmp_path: Path, place: str, literal: str) -> None:
    write(tmp_path, f"src/lensbus/{place}", f"\nrate = {literal}\n")

    expected = [f"src/lensbus/{place}:2: {literal} belongs in the spec file"]
    assert list(rules.numbers(tmp_path)) == expected


@pytest.mark.parametrize(
    "literal", ["0", "1", "2", "-1", "0.0", "True", "'0x10'", 'float("inf")', 'b""', "int(now)"]
)
def test_a_plain_number_passes(tmp_path: Path, literal: str) -> None:
    write(tmp_path, "src/lensbus/session/line.py", f"rate = {literal}  # not 0x10\n")

    assert list(rules.numbers(tmp_path)) == []


def test_numbers_are_free_where_bytes_are_handled(tmp_path: Path) -> None:
    write(tmp_path, "src/lensbus/wire/checksum.py", "poly = 0x1021\n")
    write(tmp_path, "src/lensbus/firmware/flash.py", "erased = 0xFF\n")

    assert list(rules.numbers(tmp_path)) == []


IGNORES = [
    "# noqa",
    "# noqa: S101",
    "# noqa: S101, T201",
    "# type: ignore[arg-type]",
    "# pragma: no cover",
]


@pytest.mark.parametrize("ignore", IGNORES)
def test_an_ignore_without_a_reason_is_named(tmp_path: Path, ignore: str) -> None:
    write(tmp_path, "tests/test_a.py", f"\nx = 1  {ignore}\n")

    assert list(rules.reasons(tmp_path)) == [f"tests/test_a.py:2: {ignore} gives no reason"]


@pytest.mark.parametrize("ignore", IGNORES)
@pytest.mark.parametrize("reason", [" the peer may do so", "  # the peer may do so"])
def test_an_ignore_with_its_reason_passes(tmp_path: Path, ignore: str, reason: str) -> None:
    write(tmp_path, "tests/test_a.py", f"\nx = 1  {ignore}{reason}\n")

    assert list(rules.reasons(tmp_path)) == []


def test_an_ignore_inside_a_string_is_none(tmp_path: Path) -> None:
    write(tmp_path, "tests/test_a.py", 'x = "# noqa"\n')

    assert list(rules.reasons(tmp_path)) == []


def test_main_prints_breaches_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rules, "ROOT", tmp_path)
    write(tmp_path, "src/lensbus/devices/lens.py", '"""One."""\nopcode = 0x10\n')

    assert rules.main(["budgets"]) == 0
    assert rules.main(["budgets", "numbers"]) == 1
    expected = "src/lensbus/devices/lens.py:2: 0x10 belongs in the spec file\n"
    assert capsys.readouterr().out == expected
