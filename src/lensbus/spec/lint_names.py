"""Lint the names of a spec that lead to a role, a line, a field or a frame, and to none."""

from lensbus.spec.hints import hint
from lensbus.spec.lint_messages import BOTH, field_names
from lensbus.spec.model import Found, Spec
from lensbus.spec.node import Where
from lensbus.spec.shapes import Delimited

ENDS = 2


def ends(spec: Spec) -> Found:
    where = somewhere(spec)
    if len(spec.roles) != ENDS:
        yield where, f"roles: a link has {ENDS} ends, got {len(spec.roles)} roles"
    if not spec.frames:
        yield where, "frames: needs at least one shape"
    for name in spec.capture:
        if name not in spec.roles:
            yield where, f"capture.{name}: unknown role ({hint(name, spec.roles)})"
    for role, (message, field) in spec.identifies.items():
        kind = spec.messages.get(message)
        if kind is None:
            known = hint(message, spec.messages)
            yield where, f"identifies.{role}: there is no message {message!r} ({known})"
        elif field not in field_names(kind):
            known = hint(field, field_names(kind))
            yield where, f"identifies.{role}: there is no {message}.{field} ({known})"


def strays(spec: Spec) -> Found:
    """Roles and lines that are named where none is asked to exist."""
    for line in spec.link.lines.values():
        if line.driver not in {*spec.roles, BOTH}:
            known = hint(line.driver, [*spec.roles, BOTH])
            text = f"link.lines.{line.name}: unknown driver {line.driver!r} ({known})"
            yield somewhere(spec), text
    for contact in spec.contacts:
        if contact.line and contact.line not in spec.link.lines:
            known = hint(contact.line, spec.link.lines)
            text = f"contacts.{contact.number}: unknown line {contact.line!r} ({known})"
            yield somewhere(spec), text
    for shape in spec.frames.values():
        padding = shape.pad_from if isinstance(shape, Delimited) else ()
        for name in sorted(set(padding) - set(spec.roles)):
            text = f"frames.{shape.name}.pad: unknown role {name!r} ({hint(name, spec.roles)})"
            yield somewhere(spec), text
    for name in sorted(set(spec.identifies) - set(spec.roles)):
        yield somewhere(spec), f"identifies.{name}: unknown role ({hint(name, spec.roles)})"


def somewhere(spec: Spec) -> Where:
    return next((kind.where for kind in spec.messages.values()), Where(spec.name, 0, 0))
