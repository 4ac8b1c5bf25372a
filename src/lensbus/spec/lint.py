"""Check a built spec against itself: all that an endpoint would stumble on."""

from lensbus.spec.lint_messages import keys, messages
from lensbus.spec.lint_names import ends, strays
from lensbus.spec.lint_replies import answers, refusals, replies
from lensbus.spec.lint_tables import reachable, rows
from lensbus.spec.model import Found, Spec
from lensbus.spec.speaking import unspeakable

CHECKS = (messages, keys, rows, reachable, replies, answers, refusals, ends, strays, unspeakable)


def lint(spec: Spec) -> Found:
    """Every contradiction between the parts of a spec, with its place; a part may be missing."""
    for check in CHECKS:
        yield from check(spec)
