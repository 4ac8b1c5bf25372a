"""Lint the names of a spec that lead to a role, a line, a field or a frame, and to none."""

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
            yield where, f"capture.{name}: unknown role"
    for role, (message, field) in spec.identifies.items():
        known = spec.messages.get(message)
        if known is None or field not in field_names(known):
            yield where, f"identifies.{role}: there is no {message}.{field}"


def strays(spec: Spec) -> Found:
    """Roles and lines that are named where none is asked to exist."""
    for line in spec.link.lines.values():
        if line.driver not in {*spec.roles, BOTH}:
            yield somewhere(spec), f"link.lines.{line.name}: unknown driver {line.driver!r}"
    for contact in spec.contacts:
        if contact.line and contact.line not in spec.link.lines:
            yield somewhere(spec), f"contacts.{contact.number}: unknown line {contact.line!r}"
    for shape in spec.frames.values():
        padding = shape.pad_from if isinstance(shape, Delimited) else ()
        for name in sorted(set(padding) - set(spec.roles)):
            yield somewhere(spec), f"frames.{shape.name}.pad: unknown role {name!r}"
    for name in sorted(set(spec.identifies) - set(spec.roles)):
        yield somewhere(spec), f"identifies.{name}: unknown role"


def somewhere(spec: Spec) -> Where:
    return next((kind.where for kind in spec.messages.values()), Where(spec.name, 0, 0))
