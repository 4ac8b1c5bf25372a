from pathlib import Path

import pytest

from lensbus.spec.kinds import KINDS
from lensbus.spec.load import load
from lensbus.spec.shapes import Block, Delimited, Table, Word
from tests.samples import SMALL, loaded, patched, refuses


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("tamron_usb", {"command": Delimited, "transfer": Block}),
        ("fuji_gf", {"block": Block, "word": Word}),
        ("canon_ef", {"clocks": Table}),
    ],
)
def test_a_spec_has_as_many_shapes_as_it_names(spec: str, expected: dict[str, type]) -> None:
    assert {name: type(shape) for name, shape in load(spec).frames.items()} == expected


def test_a_kind_that_does_not_exist_is_told_with_those_that_do(tmp_path: Path) -> None:
    text = patched(SMALL, ("kind: delimited", "kind: ¦framed"))
    refuses(tmp_path, text, f"spec.frames.row.kind: unknown 'framed' (known: {', '.join(KINDS)})")


def test_a_message_is_in_the_first_frame_unless_it_names_another(tmp_path: Path) -> None:
    start, end = SMALL.index("  row:\n"), SMALL.index("flags:\n")
    other = SMALL[start:end].replace("row:", "other:")
    spec = loaded(tmp_path, ("flags:\n", f"{other}flags:\n"), ("stop: {", "stop: {frame: other, "))

    assert {kind.name: kind.frame for kind in spec.messages.values()} == {
        **dict.fromkeys(("attached", "ask", "more", "setup", "answer", "state"), "row"),
        "stop": "other",
    }


def test_a_spec_has_few_shapes(tmp_path: Path) -> None:
    start, end = SMALL.index("  row:\n"), SMALL.index("flags:\n")
    more = "".join(SMALL[start:end].replace("row:", f"row_{n}:") for n in range(16))
    text = patched(SMALL, ("flags:\n", f"{more}flags:\n"), ("frames:\n  ", "frames:\n  ¦"))
    refuses(tmp_path, text, "spec.frames: expected at most 16 shapes, got 17")
