"""Build a `Spec` from positioned nodes, then lint it; every mistake is collected."""

from itertools import chain, islice

from lensbus.spec.agreement import unmet
from lensbus.spec.basis import Bases
from lensbus.spec.behaviour import Line, Link
from lensbus.spec.hints import unhinted
from lensbus.spec.kinds import read_frames
from lensbus.spec.lint import lint
from lensbus.spec.messages import read_messages
from lensbus.spec.model import Contact, Found, Spec, Update, Wires
from lensbus.spec.names import misnamed
from lensbus.spec.node import MOST_TOLD, NO_KEYS, Node, Problems, Section, Where, listed
from lensbus.spec.roles import read_replies, read_roles
from lensbus.spec.timing import read_timing, untimely
from lensbus.spec.unused import unused
from lensbus.spec.versions import differing, in_versions, untold

ABSENT = ("high", "low", "in_band", "gap")
MODEM_OUT, MODEM_IN = ("dtr", "rts"), ("dsr", "cts", "cd", "ri")
MOST_RATES = 64
BITS_PER_BYTE = (8, 10)
"""Of a clocked line; and of a UART line, with start and stop: adapters know no other."""


MOST_FLAWS = 300
"""Contradictions of a version; a file with more needs no count of them."""


def build(root: Node, problems: Problems) -> Spec:
    """The spec of a file's root node; only one without problems may be used.

    The parts are held against each other even when some of them are wrong, so that a person
    mends a file once; what that finds in a line with a problem of its own is left out.
    """
    top = Section(root, "spec", problems)
    bases = Bases(top)
    whole = _spec(top, bases)
    top.done()
    spec = in_versions(whole)
    wrong = {(problem.file, problem.line) for problem in problems.found}
    for where, text in (*untold(whole), *_flaws(spec), *unmet(spec)):
        if (where.file, where.line) not in wrong:
            problems.add(where if where.line else root.where, text)
    return spec


def _flaws(spec: Spec) -> Found:
    """Every contradiction in any version of a spec; one that not all of them have says which."""
    found: dict[tuple[Where, str], tuple[str, list[int]]] = {}
    every = differing(spec)
    for one in every:
        if len(found) > MOST_TOLD:
            break
        for where, text in islice(chain(lint(one), untimely(one)), MOST_FLAWS):
            found.setdefault((where, unhinted(text)), (text, []))[1].append(one.version)
    for (where, _), (text, which) in found.items():
        some = f" (in version {listed([str(version) for version in which])})"
        yield where, text if len(which) == len(every) else text + some


def _spec(top: Section, bases: Bases) -> Spec:
    frames = read_frames(top, bases)
    roles = read_roles(top, bases)
    messages = read_messages(top, bases, frames, tuple(roles))
    cyclic = any(message.cyclic for message in messages.values())
    return Spec(
        name=_name(top),
        title=top.text("title"),
        facts=bases.constants(top.section("mount", needed=True)),
        contacts=_contacts(top, bases),
        link=_link(top.section("link", needed=True), bases),
        timing=read_timing(top.section("timing", needed=True), bases, cyclic=cyclic),
        constants=bases.constants(top.section("constants")),
        frames=frames,
        messages=messages,
        roles=roles,
        replies=read_replies(top, bases),
        opaque=top.choice("unknown", ("fault", "opaque")) == "opaque",
        capture=_capture(top.section("capture", needed=True)),
        identifies=_identifies(top.section("identifies")),
        update=_update(top.section("update")),
        items=bases.items,
        unused=tuple(unused(top)),
        places=_places(top.node) | bases.places,
    )


def _places(root: Node) -> dict[str, Where]:
    """Where each key of the file stands, and each entry of what has no basis."""
    places = {f"spec.{key}": where for key, where in root.keys.items()}
    for key in ("identifies", "capture"):
        entries = root.entries[key].keys if key in root.entries else NO_KEYS
        places |= {f"spec.{key}.{name}": where for name, where in entries.items()}
    return places


def _name(top: Section) -> str:
    """The name of a protocol, or of its mount and it, as `sony_e/lens`."""
    if "spec" not in top:
        top.get("spec")
        top.problems.add(top.node.where, "spec: missing: the protocol's name, as `spec: my_lens`")
        return ""
    name = top.text("spec")
    if words := name and next(filter(None, map(misnamed, name.split("/"))), ""):
        top.problem("spec", words)
    return name


def _contacts(top: Section, bases: Bases) -> tuple[Contact, ...]:
    contacts = []
    for number, node in top.section("contacts").nodes():
        section = Section(node, f"spec.contacts.{number}", top.problems)
        if not (number.isascii() and number.isdecimal()):
            section.problem("role", f"a contact is a number, got {number!r}")
            continue
        role, line = section.text("role"), section.text("line", "")
        contacts.append(Contact(int(number), role, line, bases.read(section)))
        section.done()
    return tuple(contacts)


def _link(section: Section, bases: Bases) -> Link:
    bases.read(section)
    rates = section.integers("rates")
    if not rates or min(rates) < 1 or len(rates) > MOST_RATES:
        section.problem("rates", f"expected 1 to {MOST_RATES} rates in baud, all above 0")
    link = Link(
        slow=bases.constant(section.section("slow", needed=True)),
        rates=rates[:MOST_RATES],
        bits_per_byte=int(bases.constant(section.section("bits_per_byte", needed=True)).value),
        rate_pause_s=bases.constant(section.section("rate_pause_s", needed=True)).value,
        lines={name: _line(name, line, bases) for name, line in section.sections("lines")},
    )
    if section.constant_at("slow") not in {None, *rates}:
        section.problem("slow", f"{link.slow.value} is not one of the rates")
    if section.constant_at("bits_per_byte") not in {None, *BITS_PER_BYTE}:
        section.problem("bits_per_byte", "expected 8 (clocked) or 10 (8N1)")
    section.done()
    return link


def _line(name: str, section: Section, bases: Bases) -> Line:
    modem = section.section("modem")
    line = Line(
        name=name,
        driver=section.text("driver"),
        idle=section.choice("idle", ("high", "low")) == "high",
        frames=section.flag("frames"),
        absent=section.choice("absent", ABSENT),
        basis=bases.read(section),
        modem_out=modem.choice("out", MODEM_OUT) if "modem" in section else "",
        modem_in=modem.choice("in", MODEM_IN) if "modem" in section else "",
    )
    modem.done()
    section.done()
    return line


def _capture(section: Section) -> dict[str, Wires]:
    sides = {}
    for side, wires in section.entries():
        sides[side] = Wires(wires.text("data"), wires.text("select", "") or None)
        wires.done()
    return sides


def _identifies(section: Section) -> dict[str, tuple[str, str]]:
    paths = {}
    for role, _ in section.nodes():
        message, _, field = section.text(role).partition(".")
        paths[role] = (message, field)
    return paths


def _update(section: Section) -> Update | None:
    if not section.node.entries:
        return None
    update = Update(section.text("spec"), section.text("image"))
    section.done()
    return update
