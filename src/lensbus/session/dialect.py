"""Which version of a spec both sides of a link speak, and what an endpoint needs of each."""

from lensbus.session.machine import Machine
from lensbus.spec.behaviour import SILENCE, Terms
from lensbus.spec.canon import layout_hash
from lensbus.spec.model import Spec
from lensbus.spec.span import FIRST
from lensbus.spec.versions import at, common, versions
from lensbus.wire.codec import codec
from lensbus.wire.message import Fault, Message


class Dialect:
    """A spec in one version, as one role speaks it."""

    def __init__(self, spec: Spec, role: str) -> None:
        self.spec, self.role = spec, spec.roles[role]
        self.codec, self.machine = codec(spec), Machine(self.role)
        peer = next(name for name in spec.roles if name != role)
        self.edges = {edge: Message(name) for edge, name in spec.edges(peer).items()}
        """What the peer says by edges of lines."""
        self.closing = {line.name for line in spec.link.lines.values() if line.frames}
        """Lines that end a frame when they go low."""
        self.watched = self.machine.states_of("timeout", SILENCE)

    def absent(self, lines: frozenset[str]) -> list[tuple[str, bool]]:
        """The levels that stand for lines which are not among these."""
        found = [line for line in self.spec.link.lines.values() if line.name not in lines]
        return [(at.name, at.absent == "high") for at in found if at.absent in {"high", "low"}]

    def refusal(self, message: Message) -> Message | None:
        """What is said to a request that the state does not allow; None: nothing."""
        refusal = self.role.refusal
        if refusal is None or message.name not in self.spec.replies:
            return None
        return Message(refusal.message, refusal.about(self.spec.messages[message.name].key[-1]))


class Agreement:
    """Each side begins with its newest version, and they meet on the lower one of the two.

    `dialect` is what is spoken; each is made once, when it is first needed.
    """

    def __init__(self, spec: Spec, role: str, speaks: range | None = None) -> None:
        self._spec, self._role, self._speaks = spec, role, speaks or versions(spec)
        self._dialects: dict[int, Dialect] = {}
        self.begin()

    def begin(self) -> None:
        """Nobody has told anything yet."""
        self._mismatched: set[int] = set()
        self._speak(self._speaks[-1])

    def meet(self, terms: Terms, message: Message, raw: bytes) -> list[Fault]:
        """Speak what the peer, by what it tells of itself, speaks too; gives what is wrong."""
        newest = message.fields[terms.version]
        least = message.fields.get(terms.least, FIRST)
        version = common(self._speaks, least, newest)
        self._speak(self._speaks[-1] if version is None else version)
        if version is None:
            detail = f"got {least} to {newest}, wanted {self._speaks[0]} to {self._speaks[-1]}"
            return [Fault("no common version", raw, f"{message.name}.{terms.version}", detail)]
        return self._mismatch(newest, terms.layout, message, raw)

    def _mismatch(self, newest: int, field: str, message: Message, raw: bytes) -> list[Fault]:
        """Told once, if the peer means something else by a version than we do."""
        got = message.fields.get(field, 0)
        if not got or newest not in versions(self._spec) or got in self._mismatched:
            return []  # 0: it does not tell
        wanted = layout_hash(self._spec, newest)
        if got == wanted:
            return []
        self._mismatched.add(got)
        detail = f"version {newest}: got {got:08x}, wanted {wanted:08x}"
        return [Fault("layout mismatch", raw, f"{message.name}.{field}", detail)]

    def _speak(self, version: int) -> None:
        if version not in self._dialects:
            self._dialects[version] = Dialect(at(self._spec, version), self._role)
        self.dialect = self._dialects[version]
