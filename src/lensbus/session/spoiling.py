"""What a fault makes of a frame, and of a contact."""

from lensbus.session.contract import Chance
from lensbus.session.event import Send
from lensbus.session.rule import Rule
from lensbus.wire.message import Message


def spoil(rule: Rule, data: bytes, send: Send, at: int | None, chance: Chance) -> list[bytes]:
    """The bytes of a frame after one fault, a piece each time that they are said.

    `send` is the frame as it was. Where no byte is named, the one that suffers is drawn.
    """
    if rule.kind in _COPIES:
        return [data] * _COPIES[rule.kind]
    if rule.instead is not None:
        return [rule.instead.frame(send.what.seq if isinstance(send.what, Message) else None)]
    where = chance.randrange(len(data)) if at is None else min(at, len(data) - 1)
    piece = _CUTS[rule.kind](data, where, chance)
    return [piece] if piece else []


def flicker(rule: Rule, chance: Chance) -> list[float]:
    """When a contact opens and closes in turn, in seconds from the first opening."""
    if rule.kind == "bounce":
        between = [chance.random() * rule.for_s for _ in range(2 * rule.times - 2)]
        return [0.0, *sorted(between), rule.for_s]
    if rule.kind == "unplug":
        return [0.0, rule.for_s]
    opens = [0.0, *sorted(chance.random() * rule.for_s for _ in range(rule.times - 1))]
    ends = [*opens[1:], rule.for_s]
    gaps = zip(opens, ends, strict=True)
    return sorted([*opens, *(min(at + chance.random() * rule.by_s, end) for at, end in gaps)])


def _flip(data: bytes, where: int, chance: Chance) -> bytes:
    flipped = data[where] ^ (1 << chance.randrange(8))
    return data[:where] + bytes([flipped]) + data[where + 1 :]


def _truncate(data: bytes, where: int, _chance: Chance) -> bytes:
    return data[:where]


def _insert(data: bytes, where: int, chance: Chance) -> bytes:
    return data[:where] + chance.randbytes(1) + data[where:]


_CUTS = {"flip": _flip, "truncate": _truncate, "insert": _insert}
_COPIES = {"drop": 0, "delay": 1, "duplicate": 2}
