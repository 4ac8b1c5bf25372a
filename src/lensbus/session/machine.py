"""One role's state table, running: every transition of a session happens here."""

from lensbus.spec.behaviour import SAME, Role, Row, table_of


class Machine:
    """Where a side is. It knows rows and nothing else: no bytes, no time, no device.

    `moved` is whether the last step changed the state.
    """

    def __init__(self, role: Role) -> None:
        self._role = role
        self._rows = table_of(role)
        self.state, self.moved = role.start, False

    def reset(self) -> None:
        """Back to the start state."""
        self.state = self._role.start

    def follow(self, other: "Machine") -> None:
        """Go on by the rows of another version's machine, from the state where this one is."""
        self._role, self._rows = other._role, other._rows  # noqa: SLF001 it is one of us

    def states_of(self, verb: str, message: str) -> frozenset[str]:
        """The states that have a row for an input."""
        return frozenset(state for state, rows in self._rows.items() if message in rows[verb])

    def find(self, verb: str, message: str) -> None:
        """Go where an input is allowed, if it is not here and is somewhere."""
        if message not in self._rows[self.state][verb]:
            places = (state for state, rows in self._rows.items() if message in rows[verb])
            self.state = next(places, self.state)

    def step(self, verb: str, message: str) -> Row | None:
        """Take an input and give the row that was followed; None: not allowed here, stay."""
        row = self._rows[self.state][verb].get(message)
        if row is None or row.next in (SAME, self.state):
            self.moved = False
        else:
            self.state, self.moved = row.next, True
        return row

    @property
    def deaf(self) -> bool:
        """Whether no byte is heard in this state."""
        return self.state in self._role.deaf
