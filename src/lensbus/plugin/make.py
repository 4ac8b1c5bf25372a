"""Makes what a test wants, from names: devices, links, fault plans."""

from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Any

import pytest

from lensbus.aio.link import parse
from lensbus.bench.conform import script
from lensbus.bench.pair import BODY, LENS, Use, camera, optic, unit
from lensbus.bench.unit import Unit
from lensbus.conformance.dialogue import Dialogue
from lensbus.conformance.end import End
from lensbus.conformance.ground import Ground
from lensbus.conformance.stage import Stage
from lensbus.conformance.usual import Play
from lensbus.devices.accessory import told
from lensbus.devices.autofocus import OFF, SINGLE
from lensbus.devices.profile import BodyProfile, LensProfile
from lensbus.devices.script import within
from lensbus.errors import LocalProtocolError
from lensbus.front.cases import load_meaning
from lensbus.front.named import (
    fitting,
    load_faults,
    load_lens,
    load_profile,
    load_scene,
)
from lensbus.front.usual import USUAL_LENS
from lensbus.plugin.bench import Bench
from lensbus.plugin.dut import DeviceUnderTest
from lensbus.plugin.flash import LensFlash
from lensbus.plugin.real import Real
from lensbus.plugin.virtual import Plan, Virtual
from lensbus.plugin.wish import There, Wish
from lensbus.session.contract import Port
from lensbus.spec.load import load
from lensbus.spec.model import Spec
from lensbus.spec.versions import at

Run = Virtual | Real


def spec_of(wish: Wish) -> Spec:
    """The spec that a test wants."""
    return _spec(wish.spec)


def under_test(role: str, wish: Wish, flash: LensFlash | None) -> tuple[DeviceUnderTest, Run]:
    """A device under test, virtual or at a link, and what it runs in.

    Raises:
        LensbusError: something is missing or wrong, or does not fit, or nobody is at the link.
    """
    profile = _body(wish) if role == BODY else _lens(wish)[0]
    if profile is None:
        raise LocalProtocolError(
            f"{wish.accessory} has no electronics, so there is no lens to test"
        )
    ground = _ground(wish.spec, min(profile.protocol[1], spec_of(wish).version), role)
    slack_s = parse(wish.link).slack_s if wish.link else 0.0
    stage = Stage(ground, _plays(wish.spec).get(role, Play()), {}, slack_s)
    dialogue = Dialogue(stage)
    run: Run
    if wish.link:
        run = Real(wish.link, dialogue, _plan(wish), known=wish.known)
    else:
        end = End(ground.spec, role, dialogue.player)
        device = _camera(wish) if role == BODY else flash.unit() if flash else _optic(wish)
        ends: dict[str, Port] = {role: device, end.role: end}
        run = Virtual(spec_of(wish), ends, end.role, _plan(wish), wish.seed, dialogue)
    can = frozenset((*profile.capabilities, *getattr(profile, "controls", ())))
    there = There(spec_of(wish), ground.spec.version, can, run.lines, bool(wish.link))
    if reasons := [*filter(None, map(there.lacking, wish.needs))]:
        run.close()
        pytest.skip(", ".join(reasons))
    return DeviceUnderTest(dialogue, run, profile.name), run


def benched(wish: Wish) -> tuple[Bench, Virtual]:
    """A virtual body and a virtual lens, and what they run in.

    Raises:
        LensbusError: something is missing or wrong, or does not fit.
    """
    spec = spec_of(wish)
    ends = {BODY: _camera(wish), LENS: _optic(wish, _body(wish).supply_ma)}
    run = Virtual(spec, ends, BODY, _plan(wish), wish.seed)
    return Bench(run, ends, _ground(wish.spec, spec.version, BODY)), run


def flashed(wish: Wish) -> LensFlash:
    """The flash of a lens that has just left its factory.

    Raises:
        LensbusError: its spec names no update, or a file is missing or wrong.
    """
    profile = load_profile(LensProfile, "lenses", wish.lens or USUAL_LENS)
    return LensFlash(spec_of(wish), profile, wish.seed)


_spec = cache(load)


@cache
def _ground(spec: str, version: int, role: str) -> Ground:
    return Ground(at(_spec(spec), version), role)


@cache
def _plays(spec: str) -> Mapping[str, Play]:
    return load_meaning(_spec(spec)).plays


def _plan(wish: Wish) -> Plan:
    return load_faults(spec_of(wish), wish.faults, wish.seed, console=True)


def _body(wish: Wish) -> BodyProfile:
    return load_profile(BodyProfile, "bodies", wish.body)


def _lens(wish: Wish) -> tuple[LensProfile | None, Mapping[str, Any] | None]:
    """A lens as a body sees it, and what it tells of what is between them."""
    lens, behind = load_lens(wish.lens, wish.accessory)
    return lens, told(behind)


def _camera(wish: Wish) -> Unit:
    spec, scene = spec_of(wish), load_scene(wish.scene)
    use = Use(scene, Random(f"{wish.seed}/light"), SINGLE if scene else OFF)
    with fitting(spec, wish.body):
        body = camera(spec, _body(wish), use, script=within(spec, script(wish.wants)))
        return unit(spec, BODY, body, speaks=body.speaks)


def _optic(wish: Wish, supply_ma: int = 0) -> Unit:
    spec, (lens, accessory) = spec_of(wish), _lens(wish)
    with fitting(spec, wish.lens or USUAL_LENS):
        return optic(spec, lens, accessory=accessory, supply_ma=supply_ma)
