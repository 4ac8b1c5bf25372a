"""What a difference between two versions of a spec means for devices made to either of them.

Whatever is not known to be harmless is breaking.
"""

from collections.abc import Callable, Mapping

from lensbus.spec.behaviour import ANY, SAME, SILENCE
from lensbus.spec.canon import ORDER, Tree
from lensbus.spec.edges import ABSENT, NONE, Edge, dotted, text
from lensbus.spec.field_grades import FieldJudge
from lensbus.spec.verdict import BREAKING, COMPATIBLE, Ends, Verdict


class Judge:
    """Grades differences between the trees of two specs."""

    def __init__(self, old: Tree, new: Tree) -> None:
        self._old, self._new = old, new
        self._ends = Ends([*new["roles"], *old["roles"]])
        self.both = self._ends.both
        self._fields = FieldJudge(old, new, self._ends)
        self._rules: Mapping[str, Callable[[Edge], Verdict]] = {
            "unknown": self._unknown,
            "messages": self._message,
            "link": self._link,
            "timing": self._addable,
            "constants": self._addable,
            "contacts": self._addable,
            "frames": self._frame,
            "roles": self._role,
            "replies": self._reply,
            "identifies": lambda edge: Verdict(COMPATIBLE, f"{dotted(edge.path)} {edge.told}"),
        }

    def grade(self, edge: Edge) -> Verdict:
        """What a difference means."""
        return self._rules.get(edge.path[0], self._any)(edge)

    def _any(self, edge: Edge) -> Verdict:
        return Verdict(BREAKING, f"{dotted(edge.path)} {edge.told}", self.both)

    def _addable(self, edge: Edge) -> Verdict:
        harmless = edge.before is ABSENT and len(edge.path) == 2
        return Verdict(COMPATIBLE, self._any(edge).words) if harmless else self._any(edge)

    def _frame(self, edge: Edge) -> Verdict:
        """A shape that is tried before an old one may take what that one would."""
        *place, name = edge.path
        if name == ORDER:
            words = f"{dotted(tuple(place))} stand in another order: {text(edge.after)}"
            return Verdict(BREAKING, words, self.both)
        order = self._new["frames"].get(ORDER, ())
        later = order[order.index(name) :] if name in order else ()
        hides = edge.before is ABSENT and any(each in self._old["frames"] for each in later)
        return self._any(edge) if hides else self._addable(edge)

    def _unknown(self, edge: Edge) -> Verdict:
        words = f"what has no known key is {edge.after}, was {edge.before}"
        if edge.after == "opaque":
            return Verdict(COMPATIBLE, words)
        return Verdict(BREAKING, words, self.both)

    def _link(self, edge: Edge) -> Verdict:
        if edge.path != ("link", "rates"):
            return self._any(edge)
        if gone := [rate for rate in edge.before if rate not in edge.after]:
            words = f"link.rates: {text(gone)} baud is gone"
            return Verdict(BREAKING, words, self.both)
        more = [rate for rate in edge.after if rate not in edge.before]
        return Verdict(COMPATIBLE, f"link.rates: {text(more) if more else 'another order of'} baud")

    def _message(self, edge: Edge) -> Verdict:
        _, name, *rest = edge.path
        kind = (self._new if edge.before is ABSENT else self._old)["messages"].get(name)
        kind = kind or self._new["messages"][name]
        sender = kind["sender"]
        if not rest:
            return self._whole_message(edge, sender)
        if rest == ["frame"] and not kind["key"]:
            return Verdict(COMPATIBLE, f"{name}.frame {edge.told}, but it has no bytes")
        if rest[0] != "fields":
            shown = (
                Edge(edge.path, _hex(edge.before), _hex(edge.after)) if rest[0] == "key" else edge
            )
            return Verdict(BREAKING, f"{name}.{dotted(tuple(rest))} {shown.told}", self.both)
        return self._fields.grade(edge, sender)

    def _whole_message(self, edge: Edge, sender: str) -> Verdict:
        words = f"message {edge.path[1]} of the {sender} {edge.told}"
        if edge.before is ABSENT:
            if self._old["unknown"] == "opaque":
                return Verdict(COMPATIBLE, words)
            return Verdict(BREAKING, words, self._ends.new_says(sender))
        return Verdict(BREAKING, words, self._ends.old_says(sender))

    def _role(self, edge: Edge) -> Verdict:
        if len(edge.path) < 3:
            return self._any(edge)
        _, role, part, *_ = edge.path
        place = f"roles.{role}.{part}"
        harms = self._ends.old_says(self._ends.peer(role))
        if part == "rows":
            return self._row(edge)
        if part == "silence_s" and edge.grown:
            return Verdict(COMPATIBLE, f"{place} {edge.told}")
        if part == "deaf" and set(edge.after) < set(edge.before):
            return Verdict(COMPATIBLE, f"{place} {edge.told}")
        breaks = harms if part in {"silence_s", "deaf"} else self.both
        return Verdict(BREAKING, f"{dotted(edge.path)} {edge.told}", breaks)

    def _row(self, edge: Edge) -> Verdict:
        _, role, _, (state, verb, name), *rest = edge.path
        place = f"{role} table, state {state}: {verb} {name}"
        if rest:
            return Verdict(BREAKING, f"{place}: {dotted(tuple(rest))} {edge.told}", self.both)
        peer = self._ends.peer(role)
        words = f"{place} {edge.told}"
        if edge.after is ABSENT and (verb != "send" or self._counted_on(peer, name)):
            return Verdict(BREAKING, words, self._ends.old_says(peer))
        new = edge.before is ABSENT
        unheard = verb == "send" and new and not self._taken(peer, state, name)
        hides = new and state != ANY and (ANY, verb, name) in self._rows(role)
        gives_up = new and verb == "timeout" and name == SILENCE
        if unheard or hides or gives_up:
            return Verdict(BREAKING, words, self._ends.new_says(role))
        return Verdict(COMPATIBLE, words)

    def _counted_on(self, hearer: str, name: str) -> bool:
        """Whether an old side may wait for this message: it goes on by it, or asked for it.

        Where it watches for silence, whatever is said keeps it from giving up.
        """
        rows = self._rows(hearer)
        heard = [(state, row) for (state, *what), row in rows.items() if what == ["recv", name]]
        moves = any(row["next"] not in {SAME, state} for state, row in heard)
        watched = any((state, "timeout", SILENCE) in rows for state, _ in heard)
        return moves or watched or self._awaited(name)

    def _rows(self, role: str) -> Mapping[tuple[str, str, str], Tree]:
        """The rows of an old side, by state, verb and message."""
        side: Mapping[str, Mapping[tuple[str, str, str], Tree]] = self._old["roles"].get(role, {})
        return side.get("rows", {})

    def _awaited(self, name: str) -> bool:
        """Whether an old asker waits for this message."""
        replies = self._old["replies"].values()
        return any(name in (*reply["answers"], *reply["interim"]) for reply in replies)

    def _taken(self, role: str, state: str, name: str) -> bool:
        """Whether an old side surely takes a message where its peer calls its state so."""
        return any((each, "recv", name) in self._rows(role) for each in (state, ANY))

    def _reply(self, edge: Edge) -> Verdict:
        _, request, *rest = edge.path
        asker = self._new["messages"].get(request, self._old["messages"].get(request))["sender"]
        impatient = (f"an old {self._ends.peer(asker)} with a new {asker}",)
        surprised = (f"an old {asker} with a new {self._ends.peer(asker)}",)
        words = f"{dotted(edge.path)} {edge.told}"
        match rest:
            case ["retries"]:
                return Verdict(COMPATIBLE, words)
            case ["timeout_s"]:
                return Verdict(BREAKING, words, surprised if edge.grown else impatient)
            case ["answers" | "interim"]:
                more, less = set(edge.after) - set(edge.before), set(edge.before) - set(edge.after)
                return Verdict(BREAKING, words, surprised * bool(more) + impatient * bool(less))
        return Verdict(BREAKING, words, impatient)


def _hex(key: tuple[int, ...]) -> str:
    return ".".join(f"{part:#04x}" for part in key) or NONE
