"""What a test wants: its markers over the command line's options over what is usual."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from os import PathLike
from typing import Any

from lensbus.devices.profile import CAPABILITIES, CONTROLS
from lensbus.errors import LocalProtocolError
from lensbus.front.usual import USUAL_LENS
from lensbus.spec.model import Spec
from lensbus.spec.node import listed
from lensbus.spec.versions import at

LINE = "line:"
KINDS = ("virtual", "real")

MARKED = ("lens", "body", "accessory", "spec", "needs", "wants", "faults", "scene")
"""What a marker may say."""

SEVERAL = {"needs", "wants"}
"""What of it are several words."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a test wants, by names, as its marker and the options tell.

    Without a `lens` it is the usual one, or none on a passive adapter. `wants` is what the user of
    a body lets it say; `link` is where the device is, empty for a virtual one, `device` what it is
    there.
    """

    lens: str | None = None
    body: str = "panasonic_s1"
    accessory: str | None = None
    spec: str = "l_mount"
    needs: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    faults: str | None = None
    scene: str | None = None
    seed: int = 0
    link: str = ""
    device: str = "lens"
    known: bool = False

    def options(self) -> Iterator[str]:
        """The options that make the same again, where they say what is not usual; and the seed."""
        for name in ("link", "device", "lens", "body", "spec"):
            if (told := getattr(self, name)) not in {None, getattr(USUAL, name)}:
                yield from (f"--lensbus-{name}", told)
        if self.known:
            yield "--lensbus-i-know-this-device"
        yield from ("--lensbus-seed", f"{self.seed}")

    def unmet(self, role: str, given: Mapping[str, Any]) -> str:
        """Why the device at the link is none for this test; empty where it is, or is virtual.

        `given` is what the test's own markers say.
        """
        if not self.link:
            return ""
        if role == "bench":
            return f"a bench has both ends here, and the {self.device} is at {self.link}"
        if role != self.device:
            return f"the device at {self.link} is a {self.device}, and this is for a {role}"
        for word in ("accessory", "scene", "wants"):
            if given.get(word):
                return f"`{word}` is for virtual devices, and this one is at {self.link}"
        there = getattr(self, role) or USUAL_LENS
        if (wanted := given.get(role, there)) != there:
            return f"needs {wanted}, and at {self.link} is {there} (--lensbus-{role} tells which)"
        return ""


USUAL = Wish()


def given(markers: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What markers say, the nearest first; needs add up.

    Raises:
        LocalProtocolError: a marker says something else.
    """
    found: dict[str, Any] = {}
    for marker in markers:
        if unknown := ", ".join(sorted(set(marker) - set(MARKED))):
            known = ", ".join(MARKED)
            raise LocalProtocolError(f"the marker lensbus takes no {unknown} (it takes {known})")
        said = {name: _value(name, value) for name, value in marker.items()}
        needs = (*found.get("needs", ()), *(said.get("needs") or ()))
        found = {**said, **found, "needs": needs}
    return found


def wish(marked: Mapping[str, Any], options: Mapping[str, Any]) -> Wish:
    """What a test wants: what it says itself, else what the command line does.

    At a link it is the command line that knows who is there.
    """
    told = {name: value for name, value in options.items() if value is not None}
    known = {field.name for field in fields(Wish)}
    found = {**told, **marked} if not told.get("link") else {**marked, **told}
    return Wish(**{name: value for name, value in found.items() if name in known})


@dataclass(frozen=True, slots=True)
class There:
    """What is known of a device that speaks a version, and of its link; its profile tells `can`."""

    spec: Spec
    version: int
    can: frozenset[str]
    lines: frozenset[str]
    is_real: bool

    def lacking(self, need: str) -> str:
        """What of a need it has not, for a person; empty if nothing.

        Raises:
            LocalProtocolError: that is nothing a device can have.
        """
        line = need.removeprefix(LINE)
        if line != need:
            if line not in (known := self.spec.link.lines):
                raise LocalProtocolError(f"there is no line {line!r} (known: {listed(known)})")
            return "" if line in self.lines else f"the link has no line {line}"
        if need in KINDS:
            return "" if (need == "real") == self.is_real else f"needs a {need} device"
        if need in {*CAPABILITIES, *CONTROLS}:
            return "" if need in self.can else f"the device's profile tells of no {need}"
        return self._unsaid(need)

    def _unsaid(self, need: str) -> str:
        specs = (self.spec, *self.spec.older.values())
        if not any(need in each.messages for each in specs):
            known = ", ".join([*KINDS, "line:NAME", "a message", *CAPABILITIES, *CONTROLS])
            raise LocalProtocolError(f"{need!r} is nothing a device can have (known: {known})")
        has = need in at(self.spec, self.version).messages
        return "" if has else f"version {self.version} of the protocol has no {need}"


def _value(key: str, value: object) -> str | tuple[str, ...] | None:
    """What a marker says of a key: a name or path, or several words."""
    if key in SEVERAL:
        words = (value,) if isinstance(value, str) else value
        if isinstance(words, list | tuple) and all(isinstance(word, str) for word in words):
            return tuple(words)
    elif value is None or isinstance(value, str | PathLike):
        return value if value is None else str(value)
    wanted = "a list of words" if key in SEVERAL else "a name or path"
    raise LocalProtocolError(f"the marker lensbus: {key}: got {value!r}, wanted {wanted}")
