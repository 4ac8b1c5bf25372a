"""Devices that are to be held to their spec, by names: what cases there are, and virtual ones."""

import hashlib
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from lensbus.bench.conform import BOOTLOADER, TARGET, Bench, Make, bodies, bootloader, lenses
from lensbus.bench.pair import BODY
from lensbus.bench.specimens import specimens
from lensbus.conformance.cases import Case, Outcome
from lensbus.conformance.ground import Ground
from lensbus.conformance.report import Result
from lensbus.conformance.suite import scaled, suite
from lensbus.conformance.usual import Play
from lensbus.devices.profile import BodyProfile, LensProfile
from lensbus.errors import LocalProtocolError
from lensbus.firmware.sign import make_key
from lensbus.front.cases import load_meaning
from lensbus.front.factory import maker, specimen_flash, update_of
from lensbus.front.lines import line
from lensbus.front.named import fitting, load_profile
from lensbus.session.contract import Port
from lensbus.session.log import Record
from lensbus.spec.load import load
from lensbus.spec.model import Spec
from lensbus.spec.versions import at, spoken, versions
from lensbus.wire.message import Message


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is held to its spec, by names, so that another process can make it.

    `version` is that of the protocol, 0 for the newest that the profile speaks; `link` is where a
    real device is, empty for a virtual one, which is made to the spec that it is held to, or to
    `made_to`; `key` the file of the private key that a bootloader's images are signed with, empty
    for the demo key. `more` is what else the command said.
    """

    kind: str
    profile: str
    spec: str = "l_mount"
    seed: int = 0
    scale: float = 1.0
    version: int = 0
    link: str = ""
    made_to: str = ""
    key: str = ""
    more: tuple[str, ...] = ()

    def command(self, address: str) -> str:
        """The command that runs one case again."""
        words = ["lensbus", "conform", self.kind, "--only", address]
        options = (
            ("--body" if self.kind == BODY else "--lens", self.profile, ""),
            ("--link", self.link, ""),
            ("--key", self.key, ""),
            ("--spec", self.spec, "l_mount"),
            ("--made-to", self.made_to, ""),
            ("--seed", str(self.seed), "0"),
            ("--timeout-scale", f"{self.scale:g}", "1"),
            ("--protocol", str(self.version), "0"),
        )
        for option, word, usual in options:
            words += [option, word] if word != usual else []
        return shlex.join([*words, *self.more])


Task = tuple[Wanted, str]
"""A device and the address of a case."""


@dataclass(frozen=True, slots=True)
class Held:
    """A device that is to be tested: what is known of it, and its cases by address."""

    name: str
    bench: Bench
    cases: Mapping[str, Case]


@cache
def held(wanted: Wanted) -> Held:
    """Load what is wanted.

    Raises:
        LensbusError: a file is missing or wrong, or things do not fit.
    """
    spec = load(wanted.made_to or wanted.spec)
    if wanted.kind != BOOTLOADER:
        _has(spec, wanted.kind)
    with fitting(spec, wanted.profile):
        if wanted.kind == BODY:
            body = load_profile(BodyProfile, "bodies", wanted.profile, spec)
            return _held(
                wanted, body.name, wanted.spec, bodies(spec, body), spoken(spec, body.protocol)
            )
        lens = load_profile(LensProfile, "lenses", wanted.profile, spec)
        if wanted.kind == BOOTLOADER:
            return _bootloader(wanted, spec, lens)
        return _held(
            wanted, lens.name, wanted.spec, lenses(spec, lens), spoken(spec, lens.protocol)
        )


def _has(spec: Spec, role: str) -> None:
    if role not in spec.roles:
        raise LocalProtocolError(f"{spec.name} has no {role} (its roles: {', '.join(spec.roles)})")


def _bootloader(wanted: Wanted, spec: Spec, lens: LensProfile) -> Held:
    """A bootloader whose makers' key is known to whoever tests it."""
    mount, _ = update_of(spec)
    key = maker(Path(wanted.key) if wanted.key else None)
    foreign = make_key(hashlib.sha256(b"stranger").digest())
    flash = specimen_flash(mount, lens, key)

    def made(_case: Case) -> Port:
        return bootloader(mount, lens, flash.copy(), key.public)

    update = load(wanted.spec).update
    if update is None:
        raise LocalProtocolError(f"{spec.name} names no update")
    blobs = specimens(mount.image, lens, key, foreign)
    return _held(wanted, lens.name, update.spec, made, versions(mount.update), blobs)


def _held(
    wanted: Wanted,
    name: str,
    spec_name: str,
    make: Make,
    speaks: range,
    blobs: Mapping[str, Any] | None = None,
) -> Held:
    whole, role = load(spec_name), TARGET if wanted.kind == BOOTLOADER else wanted.kind
    _has(whole, role)
    if wanted.version and wanted.version not in speaks:
        known = " to ".join(map(str, dict.fromkeys((speaks[0], speaks[-1]))))
        text = f"{name} speaks protocol version {known}, not {wanted.version}"
        raise LocalProtocolError(f"--protocol {wanted.version}: {text}")
    meaning = load_meaning(whole, blobs or ())
    spec = at(whole, wanted.version or min(speaks[-1], whole.version))
    ground = Ground(scaled(spec, wanted.scale), role, wanted.scale)
    bench = Bench(ground, meaning.plays.get(role, Play()), make, _Chance(wanted.seed), blobs or {})
    written = [case for case in meaning.cases if spec is whole or not (case.newest or case.version)]
    return Held(name, bench, {case.address: case for case in suite(ground, written)})


@dataclass(frozen=True, slots=True)
class _Chance:
    """Chance for each case: the same, whichever others are run."""

    seed: int

    def __call__(self, address: str) -> Random:
        return Random(f"{self.seed}/{address}")


def result(wanted: Wanted, name: str, outcome: Outcome) -> Result:
    """An outcome as it is told."""
    role = TARGET if wanted.kind == BOOTLOADER else wanted.kind
    frames = () if outcome.verdict == "PASS" else tuple(_lines(outcome.records, role))
    return Result(
        f"{wanted.kind} {name}",
        outcome.case,
        outcome.verdict,
        outcome.expected,
        outcome.actual,
        outcome.took_s,
        frames,
        wanted.command(outcome.case.address),
    )


def _lines(records: Iterable[Record], role: str) -> Iterator[str]:
    """What a tester said and heard, by who said it, with the state of the device."""
    before = ""
    for each in records:
        heard = each.verb == "heard" and isinstance(each.event, Message)
        told = replace(each, side=role) if each.state != before and heard else each
        yield line(told, before if heard else each.state, role if heard else each.side)
        before = each.state if heard else before


def judge(task: Task) -> Result:
    """Run one case; what another process is asked for."""
    wanted, address = task
    one = held(wanted)
    return result(wanted, one.name, one.bench(one.cases[address]))
