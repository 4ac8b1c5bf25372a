"""Hold a message to what a case says of its fields; values may refer to what was heard before."""

from collections.abc import Callable, Mapping
from typing import Any

from lensbus.wire.message import Fault, Message

Heard = Mapping[str, Message]
"""The last message of each name."""


def resolved(value: Any, heard: Heard, blobs: Mapping[str, Any]) -> Any:  # noqa: ANN401 of a field
    """A value as it is, or what `{from: message.field, times, plus, else}` or `{blob: name}` means.

    Raises:
        KeyError: that was not heard, or there is no such blob.
    """
    if not isinstance(value, Mapping):
        return value
    if "blob" in value:
        return blobs[value["blob"]]
    if "from" not in value:
        return {name: resolved(each, heard, blobs) for name, each in value.items()}
    name, _, field = value["from"].partition(".")
    if name not in heard and "else" in value:
        return resolved(value["else"], heard, blobs)
    told = heard[name].fields[field]
    if "times" not in value and "plus" not in value:
        return told
    number = told * value.get("times", 1) + value.get("plus", 0)
    return round(number) if isinstance(told, int) else number


CONDITIONS: dict[str, tuple[Callable[[Any, Any], bool], str]] = {
    "at_least": (lambda got, wanted: got >= wanted, "at least {}"),
    "at_most": (lambda got, wanted: got <= wanted, "at most {}"),
    "not": (lambda got, wanted: got != wanted, "not {}"),
    "in": (lambda got, wanted: got in wanted, "one of {}"),
    "has": (lambda got, wanted: wanted in got, "with {}"),
    "lacks": (lambda got, wanted: wanted not in got, "without {}"),
}


def conditions(value: Any) -> Mapping[str, Any]:  # noqa: ANN401 of a field
    """What is wanted of a value, by condition; by none, where it is to be another value."""
    refers = isinstance(value, Mapping) and not {"from", "blob", "own"}.isdisjoint(value)
    return value if isinstance(value, Mapping) and not refers else {"": value}


def misfits(wanted: Mapping[str, Any], message: Message) -> list[str]:
    """What of a message is not as it is wanted, as `focus_position: got 3, wanted 5`."""
    found: list[str] = []
    for name, value in wanted.items():
        got = message.fields.get(name)
        for condition, limit in conditions(value).items():
            fits, words = CONDITIONS.get(condition, (_same, "{}"))
            own = limit["own"] if isinstance(limit, Mapping) else ""
            wished = message.fields.get(own, limit)
            if got is None or not fits(got, wished):
                found.append(f"{name}: got {_text(got)}, wanted {words.format(_text(wished))}")
    return found


def _same(got: object, wanted: object) -> bool:
    return got == (tuple(wanted) if isinstance(wanted, list) else wanted)


def told(event: Message | Fault) -> str:
    """What was heard, for a person: a message with its fields, or what was wrong."""
    if isinstance(event, Fault):
        return " ".join(part for part in (event.kind, event.path, event.detail) if part)
    fields = " ".join(f"{name}={_text(value)}" for name, value in event.fields.items())
    return f"{event.name} {fields}".rstrip()


def wish(names: tuple[str, ...], fields: Mapping[str, Any]) -> str:
    """What is expected, for a person."""
    parts: list[str] = []
    for name, value in fields.items():
        words = [
            CONDITIONS.get(c, (_same, "{}"))[1].format(_text(v))
            for c, v in conditions(value).items()
        ]
        parts.append(f"{name} {' and '.join(words)}")
    return " or ".join(names) + (f" with {', '.join(parts)}" if parts else "")


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return str(value.get("own", value))
    if isinstance(value, bytes):
        return value[:16].hex() + ("..." if len(value) > 16 else "")
    if isinstance(value, tuple | list):
        return ",".join(map(str, value)) or "none"
    return "nothing" if value is None else str(value)
