"""Read what hands do to a lens, and when, as data."""

from lensbus.devices.hands import Hand, misfits
from lensbus.devices.profile import LensProfile
from lensbus.errors import SpecError
from lensbus.spec.node import Node, Problems, Section


def read_hands(root: Node, problems: Problems, profile: LensProfile) -> list[Hand]:
    """The hands on a lens, of a file `hands: [{at_s, what, value, for_s}, ...]`.

    Raises:
        SpecError: the file has mistakes, or the lens has no such controls; all with their places.
    """
    top, hands = Section(root, "hands", problems), list[Hand]()
    for number, node in enumerate(top.need("hands").items(), 1):
        section, before = Section(node, f"hands.{number}", problems), problems.found
        hand = Hand(
            section.number("at_s"),
            section.text("what"),
            _value(section),
            section.number("for_s", 0),
        )
        if problems.found == before:
            for words in misfits(profile, hand):
                problems.add(node.where, f"{section.path}: {words}")
        section.done()
        hands.append(hand)
    top.done()
    if problems.found:
        raise SpecError(problems.found)
    return hands


def _value(section: Section) -> float | str:
    match section.need("value").value:
        case str() | int() | float() as value:  # true and false among them
            return value
        case None:
            return ""
    section.problem("value", "expected a number, a text, true or false")
    return ""
