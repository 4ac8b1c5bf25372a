"""Hold what a test waits for to the spec: what could never come is told before anything runs."""

from collections.abc import Iterable, Mapping
from typing import Any

from lensbus.conformance.proof import Proof
from lensbus.errors import LocalProtocolError
from lensbus.spec.model import Spec


def wanted(spec: Spec, messages: Iterable[str], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The values and conditions that messages of a spec are to have; lists may be sets or ranges.

    Raises:
        LocalProtocolError: no message is named, or none can ever have such fields.
    """
    __tracebackhide__ = True
    if not (names := tuple(messages)):
        raise LocalProtocolError('expect: names no message, as in expect("status")')
    found = {name: _frozen(value) for name, value in fields.items()}
    mistakes = Proof(spec, ()).fields(names, found, wished=True)
    told = dict.fromkeys(f"{'.'.join(path)}: {text}" for path, text in mistakes)
    if told:
        raise LocalProtocolError(f"expect {' or '.join(names)}: {'; '.join(told)}")
    return found


def span(name: str, told: float) -> float:
    """A time that is to pass.

    Raises:
        LocalProtocolError: it is none.
    """
    __tracebackhide__ = True
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told < float("inf"):
        raise LocalProtocolError(f"{name}: got {told!r}, wanted 0 or more seconds")
    return told


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _frozen(each) for name, each in value.items()}
    return tuple(value) if isinstance(value, list | set | frozenset | range) else value
