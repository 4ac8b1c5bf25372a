"""One role's state table, running: every transition of a session happens here."""

from collections.abc import Mapping

from lensbus.spec.behaviour import ANY, SAME, Role, Row

Key = tuple[str, str, str]


class Machine:
    """Where a side is. It knows rows and nothing else: no bytes, no time, no device."""

    def __init__(self, role: Role) -> None:
        self._role = role
        self._rows: Mapping[Key, Row] = {(r.state, r.verb, r.message): r for r in role.rows}
        self.state = role.start

    def reset(self) -> None:
        """Back to the start state."""
        self.state = self._role.start

    def row(self, verb: str, message: str) -> Row | None:
        """The row for an input in this state; a state's own row goes before one for any state."""
        own = self._rows.get((self.state, verb, message))
        return own or self._rows.get((ANY, verb, message))

    def step(self, verb: str, message: str) -> Row | None:
        """Take an input and give the row that was followed; None: not allowed here, stay."""
        row = self.row(verb, message)
        if row is not None and row.next != SAME:
            self.state = row.next
        return row

    @property
    def deaf(self) -> bool:
        """Whether no byte is heard in this state."""
        return self.state in self._role.deaf
