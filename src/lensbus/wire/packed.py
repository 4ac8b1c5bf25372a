"""Fields as struct formats, compiled once from the spec: the quick way for what is in order.

What is not plainly in order is not judged here: None sends the caller to `layout` or `check`,
which say what is wrong and where.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from lensbus.spec.fields import Field
from lensbus.wire.reading import reader
from lensbus.wire.source import is_quick
from lensbus.wire.writing import writer


class Packed:
    """The fields of one message, both ways; where one is not quick, every answer is None."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._fields, self._quick = fields, all(map(is_quick, fields))

    @cached_property
    def unpack(self) -> Callable[[bytes], dict[str, Any] | None]:
        """What gives the fields of a payload, in order."""
        return reader(self._fields, exact=True) if self._quick else _nothing

    @cached_property
    def take(self) -> Callable[[bytes], tuple[dict[str, Any], int] | None]:
        """As `unpack`, and how many bytes they took; more may follow."""
        return reader(self._fields, exact=False) if self._quick else _nothing

    @cached_property
    def pack(self) -> Callable[[Mapping[str, Any]], bytes | None]:
        """What gives the payload of fields of exactly these names, types and ranges."""
        return writer(self._fields) if self._quick else _nothing


def _nothing(_given: object) -> None:
    """What is not quick is left to the layout."""
