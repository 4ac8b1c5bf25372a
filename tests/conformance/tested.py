"""Virtual devices, honest and not, held to the shipped model in tests."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from lensbus.bench.conform import TARGET, script
from lensbus.bench.pair import BODY, LENS, unit
from lensbus.bench.unit import Unit
from lensbus.bench.updatable import updatable
from lensbus.cli.judging import Held, Wanted, held
from lensbus.conformance.cases import Case, Outcome
from lensbus.devices.body import Body
from lensbus.devices.lens import Lens
from lensbus.devices.profile import BodyProfile, LensProfile
from lensbus.firmware.bootloader import Bootloader
from lensbus.firmware.judge import Target, Verifier
from lensbus.firmware.target import Memory
from lensbus.front.factory import maker, specimen_flash
from lensbus.session.contract import Device, Port
from lensbus.session.endpoint import Endpoint
from lensbus.spec.model import Spec
from tests.peers import S1, SPEC, ZOOM
from tools.wired import MOUNT, changed

Wrap = Callable[[Device], Device]


@cache
def honest(kind: str) -> Held:
    """The honest device of a kind, and its cases."""
    return held(Wanted(kind, "panasonic_s1" if kind == BODY else "panasonic_s_20_60"))


def judge(kind: str, address: str, make: Callable[[Case], Port] | None = None) -> Outcome:
    """Run one case against the honest device of a kind, or against another."""
    one = honest(kind)
    bench = one.bench if make is None else replace(one.bench, make=make)
    return bench(one.cases[address])


def lens(
    spec: Spec = SPEC,
    wrap: Wrap = lambda device: device,
    *,
    bootloader: bool = False,
    profile: LensProfile = ZOOM,
) -> Callable[[Case], Unit]:
    """Makes lenses that are made by another spec, or lie."""

    def make(_case: Case) -> Unit:
        honest = Lens(spec, profile, bootloader=bootloader)
        return unit(spec, LENS, wrap(honest), speaks=honest.speaks)

    return make


def body(
    spec: Spec = SPEC, wrap: Wrap = lambda device: device, profile: BodyProfile = S1
) -> Callable[[Case], Unit]:
    """Makes bodies that are made by another spec, or lie."""

    def make(case: Case) -> Unit:
        honest = Body(spec, profile, script(case.wants))
        return unit(spec, BODY, wrap(honest), speaks=honest.speaks)

    return make


class Believing:
    """A key that takes every signature that names it."""

    def __init__(self, key: Verifier) -> None:
        self.key_hash = key.key_hash

    def verify(self, signature: bytes, digest: bytes) -> bool:
        return True


def bootloader(
    wrap: Wrap = lambda device: device,
    *,
    confirms: bool = False,
    believes: bool = False,
    spec: Spec = MOUNT.update,
) -> Callable[[Case], Unit]:
    """Makes bootloaders that lie, that keep what nobody confirmed, or believe every signature."""
    key: Verifier = Believing(maker().public) if believes else maker().public
    target = Target(ZOOM.lens_number, ZOOM.hardware, ZOOM.protocol[1], None, 0, key)
    whole = specimen_flash(replace(MOUNT, update=spec), ZOOM, maker())

    def make(_case: Case) -> Unit:
        flash = whole.copy()

        def start(_into: str) -> Endpoint:
            memory = Memory(flash, spec, MOUNT.image, key)
            if confirms and memory.slots.running is not None:
                memory.slots.confirm()
            device = wrap(Bootloader(spec, MOUNT.image, memory, target))
            return Endpoint(spec, TARGET, device)

        return Unit(start, spec.constant("restart_s"))

    return make


def lens_with_bootloader(_case: Case) -> Unit:
    """A lens that can be updated."""
    return updatable(MOUNT, ZOOM, specimen_flash(MOUNT, ZOOM, maker()), maker().public)


def role(name: str, **parts: Any) -> Spec:  # noqa: ANN401 of a role
    """The model with another role."""
    return replace(SPEC, roles={**SPEC.roles, name: replace(SPEC.roles[name], **parts)})


def reply(name: str, **parts: Any) -> Spec:  # noqa: ANN401 of a reply
    """The model with another reply."""
    return replace(SPEC, replies={**SPEC.replies, name: replace(SPEC.replies[name], **parts)})


def timed(name: str, value: float) -> Spec:
    """The model with another time."""
    return replace(SPEC, timing={**SPEC.timing, name: replace(SPEC.timing[name], value=value)})


def flashed(name: str, value: float) -> Spec:
    """The model of updates with another time or constant."""
    update = MOUNT.update
    if name in update.timing:
        return replace(
            update, timing={**update.timing, name: replace(update.timing[name], value=value)}
        )
    return changed(update, **{name: value})


def staying() -> Spec:
    """The model with a lens that only says that it enters its bootloader."""
    rows = tuple(
        replace(row, next="listening") if row.message == "entering_bootloader" else row
        for row in SPEC.roles[LENS].rows
    )
    return role(LENS, rows=rows)


def bounded(message: str, field: str, **parts: Any) -> Spec:  # noqa: ANN401 of a field
    """The model with another field of a message."""
    kind = SPEC.messages[message]
    fields = tuple(replace(f, **parts) if f.name == field else f for f in kind.fields)
    return replace(SPEC, messages={**SPEC.messages, message: replace(kind, fields=fields)})
