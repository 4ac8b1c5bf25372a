import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lensbus.spec.fields import Field
from lensbus.spec.load import load, spec_names
from lensbus.wire.codec import Codec
from lensbus.wire.message import Message, Vocabulary
from tests.wires import decoded

GOLDEN = Path(__file__).parents[1] / "golden"
SPECS = {name: load(name) for name in spec_names()}


def golden(name: str) -> list[dict[str, Any]]:
    lines = (GOLDEN / f"{name.replace('/', '_')}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def cases() -> Iterator[Any]:
    for name in SPECS:
        for line in golden(name):
            yield pytest.param(name, line, id=f"{name}-{line['message']}")


def fields_of(fields: Iterable[Field], values: dict[str, Any]) -> dict[str, Any]:
    """Fields as they are in Python: JSON has neither bytes nor tuples."""
    return {field.name: value_of(field, values[field.name]) for field in fields}


def value_of(field: Field, value: Any) -> Any:  # noqa: ANN401 the value of a field
    if field.kind == "array":
        return tuple(value_of(field.parts[0], entry) for entry in value)
    if field.parts:
        return fields_of(field.parts, value)
    if field.flags:
        return tuple(value)
    return bytes.fromhex(value) if field.kind == "bytes" else value


@pytest.mark.parametrize("name", SPECS)
def test_every_message_that_a_frame_carries_has_golden_bytes(name: str) -> None:
    expected = [(kind.name, kind.sender) for kind in SPECS[name].messages.values() if kind.key]

    assert [(line["message"], line["sender"]) for line in golden(name)] == expected


@pytest.mark.parametrize(("name", "line"), list(cases()))
def test_golden_fields_encode_to_golden_bytes(name: str, line: dict[str, Any]) -> None:
    spec = SPECS[name]
    fields = fields_of(spec.messages[line["message"]].fields, line["fields"])
    frame = Codec(spec).encode(Vocabulary(spec)(line["message"], **fields), line["seq"])

    assert frame.hex() == line["hex"]


@pytest.mark.parametrize(("name", "line"), list(cases()))
def test_golden_bytes_decode_to_golden_fields(name: str, line: dict[str, Any]) -> None:
    spec = SPECS[name]
    kind = spec.messages[line["message"]]
    expected = Message(kind.name, fields_of(kind.fields, line["fields"]), line["seq"])

    assert decoded(spec, kind, bytes.fromhex(line["hex"])) == [expected]
