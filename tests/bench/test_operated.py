"""A body that looks at a scene, through lenses of every kind, over the wire alone."""

import dataclasses
from collections.abc import Sequence
from itertools import product
from math import sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.bench.pair import BODY, LENS, Use, pair
from lensbus.bench.scene import Scene
from lensbus.devices.profile import BodyProfile, LensProfile
from lensbus.devices.script import Step
from lensbus.devices.search import SEARCHES
from lensbus.session.event import Note
from lensbus.session.log import Record
from lensbus.wire.message import Fault, Message
from tests.bench.test_scene import loaded
from tests.peers import PRIME, S1, SL, SPEC, ZOOM
from tests.sampled import FULL, sampled

LENSES = {
    "zoom": ZOOM,
    "prime": PRIME,
    "tele": dataclasses.replace(
        ZOOM, focal_mm=(90.0, 280.0), open_f=(2.8, 4.0), near_mm=(600, 1400)
    ),
}
READY = {BODY: "ready", LENS: "ready"}
READY_S = 0.946  # when the lens has homed
MOVING = ("walk_in", "walk_out", "sprint", "swing")
QUIET_S = 2.5  # after so long a body has locked, or given up


def body(kind: str = "phase", **more: object) -> BodyProfile:
    return dataclasses.replace(S1, autofocus=kind, **more)  # type: ignore[arg-type]  # by name


def still(distance_mm: float) -> Scene:
    return Scene("still", ((0.0, distance_mm),), repeats=False, light_lux=500.0)


def ran(  # noqa: PLR0913 what a pair is made of
    scene: Scene,
    seconds: float = QUIET_S,
    *,
    camera: BodyProfile | None = None,
    lens: LensProfile = ZOOM,
    autofocus: str = "single",
    script: Sequence[Step] = (),
    hz: float | None = None,
) -> list[Record]:
    """Every record of a run that ends ready and without a fault."""
    made = pair(
        SPEC,
        camera or body(),
        lens,
        script=script,
        use=Use(scene, Random(1), autofocus, hz),
    )
    records = list(made.run(seconds, Random(1)))
    assert made.states == READY
    assert not [r for r in records if isinstance(r.event, Fault)]
    return records


def notes(records: Sequence[Record], about: str) -> list[Note]:
    return [r.event for r in records if isinstance(r.event, Note) and r.event.about == about]


def states(records: Sequence[Record]) -> list[str]:
    return [str(note.facts["state"]) for note in notes(records, "af")]


def said(records: Sequence[Record], name: str) -> list[Message]:
    told = [r.event for r in records if r.verb == "said" and isinstance(r.event, Message)]
    return [message for message in told if message.name == name]


def blurs(records: Sequence[Record], since_s: float) -> list[float]:
    """How many times as big as what counts as sharp a point was drawn, picture by picture."""
    told = [r.event for r in records if isinstance(r.event, Note) and r.t >= since_s]
    contrasts = [float(note.facts["contrast"]) for note in told if note.about == "scene"]
    return [sqrt(1 / contrast - 1) for contrast in contrasts]


@pytest.mark.parametrize("kind", SEARCHES)
@given(distance_mm=st.floats(1500, 1e6), lens=st.sampled_from(sorted(LENSES)))
@sampled(48)
def test_a_subject_that_stands_still_is_sharp_at_every_distance(
    kind: str, distance_mm: float, lens: str
) -> None:
    records = ran(still(distance_mm), camera=body(kind), lens=LENSES[lens])

    assert states(records) == ["searching", "locked"]
    assert blurs(records, QUIET_S - 0.02)[-1] <= 1.0


@pytest.mark.parametrize("kind", SEARCHES)
@pytest.mark.parametrize("lens", LENSES)
def test_what_is_too_near_is_given_up(kind: str, lens: str) -> None:
    records = ran(loaded("too_near"), camera=body(kind), lens=LENSES[lens])

    assert states(records) == ["searching", "gave up"]


@pytest.mark.parametrize("kind", SEARCHES)
def test_in_the_dark_nothing_is_found_by_contrast_and_nothing_hangs(kind: str) -> None:
    records = ran(loaded("dark"), 4.0, camera=body(kind))

    assert states(records)[-1] in {"locked", "gave up"}


def slow(capabilities: Sequence[str]) -> tuple[str, ...]:
    """What is left to a lens that takes no target with each cycle."""
    return tuple(one for one in capabilities if one != "focus_follow")


@pytest.mark.parametrize(
    ("kind", "name", "follows"),
    list(product(SEARCHES, MOVING, (True, False)))
    if FULL
    else [
        ("phase", "walk_in", True),
        ("contrast", "walk_in", True),
        ("contrast", "swing", True),
        ("depth_from_defocus", "sprint", False),
    ],
)
def test_a_moving_subject_is_never_blurred_by_more_than_what_counts_as_sharp(
    kind: str, name: str, follows: bool
) -> None:
    lens = ZOOM if follows else dataclasses.replace(ZOOM, capabilities=slow(ZOOM.capabilities))
    camera = body(kind)
    records = ran(loaded(name), 15.0, camera=camera, lens=lens, autofocus="continuous")
    follow = {message.fields["focus_drive"] for message in said(records, "command")}

    assert max(blurs(records, QUIET_S)) < 1.0
    assert states(records)[:2] == ["searching", "locked"]
    # contrast alone does not see that a subject turns round, and may have to search for it
    assert kind == "contrast" or len(states(records)) == 2
    assert ("follow" in follow) == follows


def test_who_does_not_follow_lets_the_subject_walk_out_of_focus() -> None:
    records = ran(loaded("walk_in"), 14.0)

    assert max(blurs(records, 13.0)) > 2.0


@pytest.mark.parametrize("hz", [24.0, 25.0, 30.0, 50.0, 60.0, 120.0])
def test_at_every_sync_rate_the_cycle_is_kept_and_focus_found(hz: float) -> None:
    camera = body("contrast", sync_hz=(hz,))
    records = ran(still(2500), 3.0, camera=camera, hz=hz)
    syncs = said(records, "sync")

    assert states(records) == ["searching", "locked"]
    assert len(syncs) == pytest.approx((3.0 - READY_S) * hz, abs=2)


def test_an_older_body_focuses_a_newer_lens() -> None:
    camera = dataclasses.replace(SL, autofocus="phase")
    records = ran(still(2500), camera=camera)

    assert states(records) == ["searching", "locked"]
    assert "stabiliser" not in said(records, "command")[0].fields


def test_a_body_with_a_short_supply_moves_focus_slower_and_shows_why() -> None:
    camera = body("phase", supply_ma=300)
    lens = dataclasses.replace(ZOOM, idle_ma=100, iris_ma=0, focus_ma=400)
    records = ran(still(2500), camera=camera, lens=lens)
    speeds = {message.fields["speed"] for message in said(records, "focus_move")}

    assert speeds == {ZOOM.focus_speed // 2}
    assert notes(records, "power")[0].facts["share"] == 0.5
    assert states(records) == ["searching", "locked"]


def test_a_full_frame_body_shows_that_it_crops_for_a_smaller_circle() -> None:
    lens = dataclasses.replace(PRIME, image_circle="aps_c")

    assert notes(ran(still(2500), lens=lens), "display")[0].facts == {"image_circle": "aps_c"}


def test_an_exposure_is_stopped_down_and_live_view_open_again() -> None:
    script = (Step(0.2, "exposure", {"aperture_av256": 1536}),)
    records = ran(still(2500), script=script)
    (taken,) = notes(records, "exposure")
    apertures = [m.fields["aperture_av256"] for m in said(records, "status")]

    assert taken.facts == {"f_number": 8.0, "aperture_av256": 1536}
    assert (max(apertures), apertures[-1]) == (1536, 925)


def test_a_script_can_order_a_focus_and_goes_on_when_it_is_found() -> None:
    script = (Step(0.5, "autofocus", {}), Step(0.5, "sleep", {}), Step(1.0, "wake", {}))
    records = ran(still(2500), 4.0, script=script, autofocus="off", camera=body("contrast"))
    locked = next(r.t for r in records if isinstance(r.event, Note) and "locked" in r.event.text)
    asleep = next(r.t for r in records if isinstance(r.event, Message) and r.event.name == "sleep")

    assert states(records) == ["searching", "locked"]
    assert locked <= asleep


def test_the_same_seed_sees_the_same_and_another_one_something_else() -> None:
    def contrasts(seed: int) -> list[object]:
        scene = Scene("dim", ((0.0, 2500.0),), repeats=False, light_lux=5.0)
        made = pair(SPEC, S1, ZOOM, use=Use(scene, Random(seed), "single"))
        return [n.facts["contrast"] for n in notes(list(made.run(2.0, Random(1))), "scene")]

    assert contrasts(1) == contrasts(1) != contrasts(2)


def test_a_passive_adapter_never_answers_and_the_body_leaves_it_without_power() -> None:
    made = pair(SPEC, S1, None)
    records = list(made.run(3.0, Random(1)))
    shown = [note.text for note in notes(records, "display")]

    assert shown == ["no lens answers: taken for a passive adapter, focus is manual"]
    assert made.states[BODY] == "attached"
    assert not [r for r in records if r.side == LENS and r.verb == "said" and r.raw]


@pytest.mark.parametrize("kind", SEARCHES)
def test_a_subject_that_comes_nearer_than_the_lens_focuses_is_met_at_the_end_stop(
    kind: str,
) -> None:
    points = ((0.0, 400.0), (2.0, 149.0), (5.0, 148.0), (6.0, 400.0))
    near = Scene("near", points, repeats=True, light_lux=3000.0)
    records = ran(near, 8.0, camera=body(kind), autofocus="continuous")

    assert min(m.fields["focus_target"] for m in said(records, "command")) == 0
