"""One role's state table, running: every transition of a session happens here."""

from lensbus.spec.behaviour import ANY, SAME, Role, Row

Rows = dict[tuple[str, str], Row]


class Machine:
    """Where a side is. It knows rows and nothing else: no bytes, no time, no device.

    `moved` is whether the last step changed the state.
    """

    def __init__(self, role: Role) -> None:
        self._role = role
        self._rows = {state: _rows(role, ANY) | _rows(role, state) for state in role.states}
        self.state, self.moved = role.start, False

    def reset(self) -> None:
        """Back to the start state."""
        self.state = self._role.start

    def row(self, verb: str, message: str) -> Row | None:
        """The row for an input in this state; a state's own row goes before one for any state."""
        return self._rows[self.state].get((verb, message))

    def states_of(self, verb: str, message: str) -> frozenset[str]:
        """The states that have a row for an input."""
        return frozenset(state for state, rows in self._rows.items() if (verb, message) in rows)

    def step(self, verb: str, message: str) -> Row | None:
        """Take an input and give the row that was followed; None: not allowed here, stay."""
        row = self._rows[self.state].get((verb, message))
        self.moved = row is not None and row.next not in (SAME, self.state)
        if row is not None and self.moved:
            self.state = row.next
        return row

    @property
    def deaf(self) -> bool:
        """Whether no byte is heard in this state."""
        return self.state in self._role.deaf


def _rows(role: Role, state: str) -> Rows:
    return {(row.verb, row.message): row for row in role.rows if row.state == state}
