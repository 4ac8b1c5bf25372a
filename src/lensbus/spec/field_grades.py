"""What a difference in a field means: of a message, or of a part of another field."""

from typing import Any

from lensbus.spec.canon import ORDER, Tree
from lensbus.spec.edges import ABSENT, Edge, dotted, field_path, text
from lensbus.spec.verdict import BREAKING, COMPATIBLE, Ends, Verdict


class FieldJudge:
    """Grades differences between the fields of the messages of two specs."""

    def __init__(self, old: Tree, new: Tree, ends: Ends) -> None:
        self._old, self._new, self._ends = old, new, ends

    def grade(self, edge: Edge, sender: str) -> Verdict:
        """What a difference in a field of a message of this sender means."""
        names, rest = field_path(edge.path)
        place = dotted((edge.path[1], *names))
        if names[-1] == ORDER:
            return self._order(edge, dotted((edge.path[1], *names[:-1])))
        match rest:
            case ():
                return self._whole(edge, place, sender)
            case ("enum" | "flags", *_):
                return self._values(edge, f"{place}: value", rest, sender)
            case ("low" | "high" | "optional" as key,):
                return self._range(edge, place, key, sender)
            case ("place", "width"):  # its values are told where they change
                return Verdict(COMPATIBLE, f"{place}: width {edge.told}, for the same values")
        return Verdict(BREAKING, f"{place}: {dotted(rest)} {edge.told}", self._ends.both)

    def _range(self, edge: Edge, place: str, key: str, sender: str) -> Verdict:
        if key == "optional":
            words = f"{place} {'may' if edge.after is True else 'must not'} be left out"
            return self._one_way(words, sender, wider=edge.after is True)
        wider = edge.grown == (key == "high")
        words = f"{place} takes {'more' if wider else 'less'}: {key} {_numbers(edge)}"
        return self._one_way(words, sender, wider=wider)

    def _one_way(self, words: str, sender: str, *, wider: bool) -> Verdict:
        return Verdict(BREAKING, words, self._ends.wider(sender, wider=wider))

    def _within(self, edge: Edge, *, new: bool) -> Tree:
        """What a whole field stands in: the message, or the field that it is a part of."""
        within: Tree = self._new if new else self._old
        for key in edge.path[:-2]:
            within = within[key]
        return within

    def _order(self, edge: Edge, place: str) -> Verdict:
        words = f"{place}: the fields stand in another order: {text(edge.after)}"
        return Verdict(BREAKING, words, self._ends.both)

    def _whole(self, edge: Edge, place: str, sender: str) -> Verdict:
        added = edge.before is ABSENT
        within = self._within(edge, new=added)
        field = edge.after if added else edge.before
        if within.get("kind") == "bits":
            words = f"{place} {edge.told}, {'in bits that were' if added else 'its bits are'} zero"
            taken = _takes_zero(field)
            breaks = self._ends.wider(sender, wider=added) if taken else self._ends.both
            return Verdict(BREAKING, words, breaks)
        *_, key, name = edge.path
        lacks = self._within(edge, new=not added)[key]
        is_last = _last(within[key][ORDER], lacks, name)
        what = "block" if "kind" in within else "message"
        words = f"{place} {edge.told}, {'at the end' if is_last else 'in the middle'} of the {what}"
        if is_last and field.get("optional"):
            return self._one_way(words, sender, wider=added)
        return Verdict(BREAKING, words, self._ends.both)

    def _values(self, edge: Edge, place: str, rest: tuple[Any, ...], sender: str) -> Verdict:
        if len(rest) == 1:  # all of them
            wider = edge.after is ABSENT
            words = f"{place}s {'any number' if wider else f'only {text(list(edge.after))}'}"
            return self._one_way(words, sender, wider=wider)
        words = f"{place} {rest[1]} {edge.told}"
        if edge.before is ABSENT or edge.after is ABSENT:
            return self._one_way(words, sender, wider=edge.before is ABSENT)
        return Verdict(BREAKING, words, self._ends.both)


def _last(order: tuple[str, ...], lacks: Tree, name: str) -> bool:
    """Whether nothing stands after a field that who lacks it has, too."""
    return not any(each in lacks for each in order[order.index(name) + 1 :])


def _takes_zero(field: Tree) -> bool:
    if "enum" in field:
        return 0 in field["enum"].values()
    low, high = (int(field.get(bound, 0)) for bound in ("low", "high"))
    return low <= 0 <= high


def _numbers(edge: Edge) -> str:
    before, after = (0 if each is ABSENT else each for each in (edge.before, edge.after))
    return f"{after}, was {before}"
