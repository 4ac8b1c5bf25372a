"""The value that is cut out of a stream: one whole frame."""

from collections.abc import Callable
from typing import Any

Parts = tuple[tuple[Any, ...], bytes]
"""The head of a frame and its payload."""


class Frame:
    """One whole frame: its shape's name, head (sync and header fields), payload, all its bytes.

    `parts` are head and payload, or what takes the bytes apart once somebody asks.
    """

    __slots__ = ("_parts", "raw", "shape")

    def __init__(self, shape: str, raw: bytes, parts: "Parts | Callable[[bytes], Parts]") -> None:
        self.shape, self.raw, self._parts = shape, raw, parts

    @property
    def parts(self) -> Parts:
        if callable(self._parts):
            self._parts = self._parts(self.raw)
        return self._parts

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Frame):
            return NotImplemented
        return (self.shape, self.raw, self.parts) == (other.shape, other.raw, other.parts)

    def __hash__(self) -> int:
        return hash((self.shape, self.raw))

    def __repr__(self) -> str:
        return f"Frame({self.shape!r}, {self.raw!r}, {self.parts!r})"
