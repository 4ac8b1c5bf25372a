"""Values: frozen for whoever checks types, and quick to make for whoever runs.

A frozen dataclass sets each field through `object.__setattr__`, which is most of the price of a
round trip's dozen values. So a change is refused by mypy, and not once more by every message.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

__all__ = ["value"]

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:

    def value(*, frozen: bool, slots: bool) -> type:
        """A dataclass with the equality and the hash of a frozen one."""
        return dataclass(slots=slots, unsafe_hash=frozen)
