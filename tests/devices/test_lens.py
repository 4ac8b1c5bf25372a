import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lensbus.devices.correction import Corrections, Distortion
from lensbus.devices.hands import Hand
from lensbus.devices.lens import Lens
from lensbus.devices.profile import CONTROLS, LensProfile
from lensbus.errors import LocalProtocolError
from lensbus.session.event import Act, Event, LinkDown, LinkUp, Note, Restart
from lensbus.spec.behaviour import SILENCE
from lensbus.spec.load import load
from lensbus.spec.versions import at
from lensbus.wire.message import Fault, Message, Vocabulary
from tests.peers import (
    ACCEPTED,
    APERTURE,
    ASK_CAPABILITIES,
    ATTACHED,
    BUSY,
    COMMAND,
    HOME,
    IDENTIFY,
    LAYOUT,
    LINES,
    POWER_ON,
    PRIME,
    SAY,
    SET_RATE,
    SPEC,
    STOP,
    ZOOM,
)
from tests.samples import loaded, patched, shipped, write

PLAIN = dataclasses.replace(
    ZOOM,
    capabilities=("autofocus", "aperture", "zoom", "focus_by_speed", "focus_follow"),
    controls=(),
    focus_accel=0.0,
    settle_s=0.0,
    distortion=(),
    idle_ma=50,
    focus_ma=200,
    iris_ma=60,
    stabiliser_ma=80,
    warming=0.0,
)
"""A lens whose places are easily worked out."""
RICH = dataclasses.replace(
    PLAIN,
    capabilities=(
        *PLAIN.capabilities,
        "stabiliser",
        "linear_focus_ring",
        "correction",
        "accessory",
    ),
    controls=CONTROLS,
    throw_deg=90,
    distortion=((20, 0.9, 0.1, 0.0, 0.0), (60, 1.0, 0.0, 0.0, 0.0)),
)
"""A lens that has all."""
BUSY_S = SPEC.constant("busy_s")
SYNC = SAY("sync")
UP = LinkUp(LINES, "application")


class Told:
    """A real lens, and what it answers to one event or deadline after the other."""

    def __init__(
        self, profile: LensProfile = PLAIN, hands: Sequence[Hand] = (), supply_ma: int = 0
    ) -> None:
        self.lens = Lens(SPEC, profile, hands=hands, supply_ma=supply_ma)
        assert self.hear(UP) == [ATTACHED]

    def hear(self, event: Event, now: float = 0.0) -> list[Act]:
        return list(self.lens.on_event(event, now))

    def due(self) -> tuple[float, list[Act]]:
        """When something is due, and what it then says."""
        now = self.lens.deadline
        assert now is not None
        return now, list(self.lens.on_deadline(now))

    def status(self, now: float) -> dict[str, Any]:
        """Its status, as if it had homed long ago."""
        self.lens._glass.awake = True  # noqa: SLF001 homing takes time, and these count from 0
        (status,) = self.hear(SYNC, now)
        assert isinstance(status, Message)
        assert status.name == "status"
        return dict(status.fields)

    def places(self, *when: float) -> list[tuple[int, str]]:
        """Where its focus is at some times, in order, and what it does there."""
        told = [self.status(now) for now in when]
        return [(fields["focus_position"], fields["focus_state"]) for fields in told]

    def apertures(self, *when: float) -> list[int]:
        return [self.status(now)["aperture_av256"] for now in when]


@pytest.fixture
def zoom() -> Told:
    return Told()


def move(mode: str, target: int, speed: int = 6000) -> Message:
    return SAY("focus_move", mode=mode, target=target, speed=speed)


def command(drive: str = "none", target: int = 0, aperture: int = 925) -> Message:
    return SAY(
        "command",
        aperture_av256=aperture,
        focus_drive=drive,
        focus_target=target,
        stabiliser="on",
    )


def test_a_lens_tells_who_it_is(zoom: Told) -> None:
    expected = SAY(
        "identity",
        lens_number=0x400B,
        vendor="panasonic",
        protocol=2,
        protocol_least=1,
        hardware=1,
        firmware_major=1,
        firmware_minor=0,
        firmware_patch=0,
        serial="LB000020060",
        name="LUMIX S 20-60mm F3.5-5.6",
        layout_hash=LAYOUT,
    )

    assert [expected] == zoom.hear(IDENTIFY)


def test_a_lens_tells_its_firmware_in_order() -> None:
    (identity,) = Told(dataclasses.replace(ZOOM, firmware=(1, 2, 3))).hear(IDENTIFY)

    assert isinstance(identity, Message)
    assert [identity.fields[f"firmware_{n}"] for n in ("major", "minor", "patch")] == [1, 2, 3]


def test_a_lens_tells_what_it_can_do() -> None:
    expected = SAY(
        "capabilities", mask=("autofocus", "aperture", "aperture_ring", "firmware_update")
    )

    assert [expected] == Told(PRIME).hear(ASK_CAPABILITIES)


@pytest.mark.parametrize(
    ("profile", "asked", "expected"),
    [
        (ZOOM, 3_000_000, 3_000_000),
        (PRIME, 3_000_000, 1_500_000),
        (PRIME, 1_500_000, 1_500_000),
        (ZOOM, 1_499_999, 921_600),
        (ZOOM, 115_200, 115_200),
    ],
)
def test_the_rate_is_the_fastest_that_both_can(
    profile: LensProfile, asked: int, expected: int
) -> None:
    found = Told(profile).hear(SAY("set_rate", baud=asked))

    assert [SAY("rate_set", baud=expected)] == found


@given(st.integers(115_200, 3_000_000))
def test_the_rate_is_one_of_the_specs_and_never_above_what_was_asked(asked: int) -> None:
    (answer,) = Told().hear(SAY("set_rate", baud=asked))

    assert isinstance(answer, Message)
    assert answer.fields["baud"] in SPEC.link.rates
    assert answer.fields["baud"] <= asked


def test_a_lens_tells_its_optics_in_the_units_of_the_spec(zoom: Told) -> None:
    expected = SAY(
        "optics",
        focal_wide=200,
        focal_tele=600,
        open_wide_av256=925,
        open_tele_av256=1273,
        closed_av256=2283,
        near_wide=150,
        near_tele=400,
        focus_range=12_000,
        image_circle="full_frame",
        power_class="normal",
        far=0,
        focus_speed=24_000,
        idle_ma=190,
        drive_ma=200,
    )

    assert [expected] == zoom.hear(SAY("get_optics"))


def test_homing_takes_its_time_and_tells_that_it_goes_on(zoom: Told) -> None:
    assert zoom.hear(HOME, 1.0) == []
    told = []
    while zoom.lens.deadline is not None:
        told.append(zoom.due())
    ends = 1.0 + ZOOM.homing_s

    assert [[BUSY]] * 8 + [[SAY("homed", focus_position=0)]] == [acts for _, acts in told]
    assert [1.0 + BUSY_S * n for n in range(1, 9)] + [ends] == pytest.approx(
        [now for now, _ in told]
    )


def test_homing_that_takes_no_time_is_answered_at_once() -> None:
    lens = Told(dataclasses.replace(ZOOM, homing_s=0.0))

    assert [SAY("homed", focus_position=0)] == lens.hear(HOME, 1.0)
    assert lens.lens.deadline is None


def test_a_lens_homes_once_in_a_life(zoom: Told) -> None:
    zoom.hear(HOME, 0.0)
    zoom.hear(move("absolute", 3000), 5.0)

    assert [SAY("homed", focus_position=3000)] == zoom.hear(HOME, 9.0)


def test_homing_goes_on_while_the_body_begins_anew(zoom: Told) -> None:
    zoom.hear(HOME, 0.0)
    zoom.hear(IDENTIFY, 0.5)

    assert zoom.lens.deadline is None
    assert zoom.hear(HOME, 0.8) == []
    assert zoom.due() == (ZOOM.homing_s, [SAY("homed", focus_position=0)])


@pytest.mark.parametrize("event", [SAY("power_off"), UP], ids=["power_off", "LinkUp"])
def test_without_power_or_in_a_new_life_homing_begins_anew(zoom: Told, event: Event) -> None:
    zoom.hear(HOME, 0.0)
    zoom.hear(event, 0.5)

    assert zoom.lens.deadline is None
    assert zoom.hear(HOME, 9.0) == []
    assert zoom.lens.deadline == 9.0 + BUSY_S


def test_after_a_late_tick_the_next_one_is_yet_to_come(zoom: Told) -> None:
    zoom.hear(HOME, 0.0)
    busy = list(zoom.lens.on_deadline(0.55))

    assert busy == [BUSY]
    assert zoom.lens.deadline == pytest.approx(0.65)


def test_a_tick_after_the_end_of_homing_tells_the_end_alone(zoom: Told) -> None:
    zoom.hear(HOME, 0.0)

    assert [SAY("homed", focus_position=0)] == list(zoom.lens.on_deadline(7.0))
    assert zoom.lens.deadline is None


def test_a_lens_that_has_nothing_to_tell_says_nothing(zoom: Told) -> None:
    assert list(zoom.lens.on_deadline(1.0)) == []


def test_a_status_tells_all_that_a_lens_knows(zoom: Told) -> None:
    expected = {
        "focus_position": 0,
        "focus_state": "near_end",
        "aperture_av256": 925,
        "focal_length": 200,
        "ring_counts": 0,
        "switches": (),
        "aperture_ring_av256": 0,
        "stabiliser": "off",
        "temperature": 24,
        "errors": (),
    }

    assert expected == zoom.status(0.0)


def test_a_focus_move_is_accepted_at_once_and_takes_its_time(zoom: Told) -> None:
    accepted = SAY("accepted", opcode=0x12)
    way = [(0, "moving"), (1500, "moving"), (2994, "moving"), (3000, "idle"), (3000, "idle")]

    assert [accepted] == zoom.hear(move("absolute", 3000), 1.0)
    assert way == zoom.places(1.0, 1.25, 1.499, 1.5, 9.0)


@pytest.mark.parametrize(
    ("mode", "target", "expected"),
    [
        ("absolute", 500, (500, "idle")),
        ("absolute", 99_999, (12_000, "far_end")),
        ("absolute", -1, (0, "near_end")),
        ("relative", 500, (4500, "idle")),
        ("relative", -500, (3500, "idle")),
        ("relative", -4000, (0, "near_end")),
        ("relative", 8000, (12_000, "far_end")),
        ("speed", 1, (12_000, "far_end")),
        ("speed", -1, (0, "near_end")),
    ],
)
def test_each_mode_of_a_move_has_its_end(
    zoom: Told, mode: str, target: int, expected: tuple[int, str]
) -> None:
    zoom.hear(move("absolute", 4000), 0.0)
    zoom.hear(move(mode, target), 10.0)

    assert [expected] == zoom.places(20.0)


def test_a_relative_move_counts_from_where_the_focus_is_now(zoom: Told) -> None:
    zoom.hear(move("absolute", 3000), 0.0)
    zoom.hear(move("relative", 100), 0.25)

    assert zoom.places(1.0) == [(1600, "idle")]


def test_speed_0_is_the_fastest(zoom: Told) -> None:
    zoom.hear(move("absolute", 12_000, speed=0), 0.0)

    assert zoom.places(0.25, 0.5) == [(6000, "moving"), (12_000, "far_end")]


@pytest.mark.parametrize("stop", [STOP, SAY("sleep")], ids=["focus_stop", "sleep"])
def test_the_focus_stays_where_it_is_stopped(zoom: Told, stop: Message) -> None:
    zoom.hear(move("absolute", 3000), 0.0)
    zoom.hear(stop, 0.25)

    assert zoom.places(0.25, 9.0) == [(1500, "idle")] * 2


def test_an_aperture_is_accepted_at_once_and_takes_its_time(zoom: Told) -> None:
    accepted = SAY("accepted", opcode=0x14)

    assert [accepted] == zoom.hear(SAY("aperture_set", aperture_av256=1425), 1.0)
    assert zoom.apertures(1.0, 1.05, 1.1, 9.0) == [925, 1175, 1425, 1425]


@pytest.mark.parametrize(("asked", "expected"), [(0, 925), (925, 925), (2283, 2283), (9999, 2283)])
def test_an_iris_opens_and_closes_no_further_than_it_can(
    zoom: Told, asked: int, expected: int
) -> None:
    zoom.hear(SAY("aperture_set", aperture_av256=1500), 0.0)
    zoom.hear(SAY("aperture_set", aperture_av256=asked), 5.0)

    assert [expected] == zoom.apertures(9.0)


def test_a_command_sets_the_aperture_and_is_not_answered(zoom: Told) -> None:
    assert zoom.hear(command(aperture=1425), 0.0) == []
    assert zoom.apertures(0.05, 1.0) == [1175, 1425]


def test_the_same_command_in_each_cycle_does_not_hold_the_iris_up(zoom: Told) -> None:
    for cycle in range(6):
        zoom.hear(command(aperture=1425), cycle / 60)

    assert zoom.apertures(0.101) == [1425]


@pytest.mark.parametrize(
    ("drive", "expected"), [("none", (0, "near_end")), ("follow", (6000, "idle"))]
)
def test_a_command_moves_the_focus_only_when_it_says_so(
    zoom: Told, drive: str, expected: tuple[int, str]
) -> None:
    zoom.hear(command(drive, 6000), 0.0)

    assert [expected] == zoom.places(1.0)


@pytest.mark.parametrize(("request_name", "answer"), [("sleep", "asleep"), ("wake", "awake")])
def test_sleep_and_wake_are_answered(zoom: Told, request_name: str, answer: str) -> None:
    assert [SAY(answer)] == zoom.hear(SAY(request_name))


@pytest.mark.parametrize(
    ("request_said", "expected"),
    [
        (STOP, ACCEPTED),
        (APERTURE, SAY("accepted", opcode=0x14)),
        (move("absolute", 1), SAY("accepted", opcode=0x12)),
        (SAY("enter_bootloader"), SAY("refused", opcode=0x08, reason="no_bootloader")),
    ],
    ids=lambda message: str(message.name),
)
def test_what_may_be_asked_twice_is_answered_by_number(
    zoom: Told, request_said: Message, expected: Message
) -> None:
    (answer,) = zoom.hear(dataclasses.replace(request_said, seq=77))

    assert dataclasses.replace(expected, seq=77) == answer


def test_a_reset_restarts_the_lens(zoom: Told) -> None:
    assert [Restart("application")] == zoom.hear(SAY("reset"))


@pytest.mark.parametrize(
    "event",
    [POWER_ON, Fault("bad checksum"), LinkDown(), Message("unknown_1c"), SAY("asleep")],
    ids=["power_on", "fault", "down", "unknown", "asleep"],
)
def test_what_asks_for_nothing_is_not_answered(zoom: Told, event: Event) -> None:
    assert zoom.hear(event) == []
    assert zoom.lens.deadline is None


def test_a_lens_has_nothing_due_before_its_link_is_up() -> None:
    assert Lens(SPEC, ZOOM).deadline is None


def test_two_lenses_share_nothing() -> None:
    one, other = Told(), Told()
    one.hear(move("absolute", 3000), 0.0)

    assert other.places(1.0) == [(0, "near_end")]


moves = st.one_of(
    st.builds(move, st.just("absolute"), st.integers(-20_000, 20_000), st.integers(0, 30_000)),
    st.builds(move, st.just("relative"), st.integers(-20_000, 20_000), st.integers(0, 30_000)),
    st.builds(move, st.just("speed"), st.sampled_from([-1, 1]), st.integers(0, 30_000)),
    st.builds(command, st.just("follow"), st.integers(0, 20_000), st.integers(0, 4000)),
    st.sampled_from([STOP, APERTURE, SET_RATE, HOME, IDENTIFY]),
)


@given(st.lists(st.tuples(st.floats(0.0, 0.3), moves), max_size=15))
def test_whatever_is_asked_a_status_fits_and_nothing_passes_its_ends_or_its_speed(
    asked: list[tuple[float, Message]],
) -> None:
    lens, now, place, iris = Told(), 0.0, 0, 925
    for after, message in asked:
        now += after
        lens.hear(message, now - after)
        told = lens.status(now)

        assert 0 <= told["focus_position"] <= ZOOM.focus_range
        assert 925 <= told["aperture_av256"] <= 2283
        assert abs(told["focus_position"] - place) <= after * ZOOM.focus_speed + 1
        assert abs(told["aperture_av256"] - iris) <= after * ZOOM.iris_speed + 1
        place, iris = told["focus_position"], told["aperture_av256"]


@pytest.mark.parametrize("f_number", [0.0, -2.8])
def test_what_is_no_f_number_is_refused(f_number: float) -> None:
    with pytest.raises(LocalProtocolError, match="wanted an f-number above 0"):
        Lens(SPEC, dataclasses.replace(ZOOM, closed_f=f_number))


def test_a_lens_tells_what_a_spec_lacks_for_it(tmp_path: Path) -> None:
    constants = "steps: {value: 256, basis: observed, source: bench}"
    needed = (
        *("busy_s", "counts_per_stop", "focal_counts_per_mm", "clicks_per_stop", "cooling_s"),
        *("ring_counts_per_turn", "ring_throw_deg", "ring_fast_deg_s", "brown_out_s"),
    )
    more = "".join(f"\n  {name}: {constants[7:]}" for name in needed)
    spec = loaded(tmp_path, (constants, constants + more))

    with pytest.raises(LocalProtocolError, match="the virtual lens can't speak small/lens: it has"):
        Lens(spec, ZOOM)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"max_baud": 9600}, "max_baud 9600 is below the slow rate 115200"),
        ({"temperature": 128}, "status.temperature: got 128"),
        ({"focus_range": 0}, "optics.focus_range: got 0"),
    ],
)
def test_a_profile_that_could_not_be_told_is_refused_at_once(
    change: dict[str, int], expected: str
) -> None:
    with pytest.raises(LocalProtocolError, match=expected):
        Lens(SPEC, dataclasses.replace(ZOOM, **change))  # type: ignore[arg-type] # a few of its own


def test_what_it_names_by_key_needs_one(tmp_path: Path) -> None:
    line = "    homeline: {driver: body, idle: high, absent: high, basis: model, reason: x}\n"
    text = patched(
        shipped("l_mount/lens"),
        ("    sync: {driver", f"{line}    sync: {{driver"),
        ("home: {from: body, key: 0x05", "home: {from: body, line: homeline, level: low"),
        ("    on_illegal: {say: refused, fields: {opcode: key, reason: illegal_state}}\n", ""),
    )

    with pytest.raises(LocalProtocolError, match="it has no key of home"):
        Lens(load(str(write(tmp_path, text))), ZOOM)


def test_a_sync_of_a_session_that_is_not_the_lens_s_own_is_passed_over(zoom: Told) -> None:
    """It tells its status from homing on, and until the session ends."""
    ends = (IDENTIFY, Fault(SILENCE), SAY("sleep"), SAY("power_off"), UP)
    told = [zoom.hear(SYNC)]
    for end in ends:
        zoom.status(0.0)
        zoom.hear(end)
        told.append(zoom.hear(SYNC))

    assert told == [[]] * 6


def status_after(lens: Told, event: Event) -> set[str]:
    """The fields of its status, once it has homed after something."""
    lens.hear(event)
    return set(lens.status(0.0))


def test_an_old_body_is_told_no_more_than_its_version_has(zoom: Told) -> None:
    old, new = (status_after(zoom, SAY("identify", protocol=one)) for one in (1, 2))

    assert new - old == {"aperture_ring_av256", "stabiliser", "temperature", "errors"}


def test_a_lens_that_speaks_one_version_alone_says_so_to_everybody() -> None:
    lens = Told(dataclasses.replace(ZOOM, protocol=(2, 2)))
    (who,) = lens.hear(SAY("identify", protocol=1))

    assert isinstance(who, Message)
    assert (who.fields["protocol"], who.fields["protocol_least"]) == (2, 2)
    assert "errors" in status_after(lens, SAY("identify", protocol=1))


def test_a_new_link_begins_with_the_newest_version(zoom: Told) -> None:
    zoom.hear(SAY("identify", protocol=1))

    assert "errors" in status_after(zoom, UP)


def test_a_lens_that_cannot_follow_leaves_focus_where_it_is() -> None:
    """As one behind an adapter."""
    lens = Told(dataclasses.replace(PLAIN, capabilities=("autofocus",)))
    lens.hear(command("follow", 6000), 0.0)

    assert lens.places(1.0) == [(0, "near_end")]


@pytest.mark.parametrize("mode", ["off", "on", "panning", "shared"])
def test_the_stabiliser_does_what_the_command_says(mode: str) -> None:
    lens = Told(RICH)
    lens.hear(dataclasses.replace(COMMAND, fields={**COMMAND.fields, "stabiliser": mode}))

    assert lens.status(1.0)["stabiliser"] == mode


def test_a_body_that_knows_no_stabiliser_leaves_it_to_the_lens() -> None:
    old, lens = Vocabulary(at(SPEC, 1)), Told(RICH)
    lens.hear(SAY("identify", protocol=1))
    lens.hear(old("command", aperture_av256=925, focus_drive="none", focus_target=0))
    lens.lens._speak(2)  # noqa: SLF001 version 1 has no word for it

    assert lens.status(1.0)["stabiliser"] == "on"


@pytest.mark.parametrize(
    "request_said",
    [
        SAY("get_accessory"),
        SAY("get_correction", focal_length=200),
        SAY("set_focus_ring", mode="linear", throw=0),
    ],
    ids=lambda message: str(message.name),
)
def test_a_lens_refuses_what_it_is_not_capable_of(zoom: Told, request_said: Message) -> None:
    key = SPEC.messages[request_said.name].key[-1]
    expected = SAY("refused", opcode=key, reason="unsupported", seq=7)

    assert [expected] == zoom.hear(dataclasses.replace(request_said, seq=7))


def test_a_lens_tells_what_is_behind_it() -> None:
    converter = SAY("accessory", kind="teleconverter", serial="1", name="DMW-STC14")
    nothing = SAY("accessory", kind="none", serial="", name="")
    told = []
    for fields in (None, converter.fields):
        lens = Lens(SPEC, RICH, accessory=fields)
        lens.on_event(UP, 0.0)
        told += list(lens.on_event(SAY("get_accessory"), 0.0))

    assert told == [nothing, converter]


@pytest.mark.parametrize(
    ("focal_length", "expected"), [(200, (0.9, 0.1)), (400, (0.95, 0.05)), (600, (1.0, 0.0))]
)
def test_a_lens_tells_its_distortion_by_focal_length(
    focal_length: int, expected: tuple[float, float]
) -> None:
    (told,) = Told(RICH).hear(SAY("get_correction", focal_length=focal_length))
    assert isinstance(told, Message)
    found = Corrections(SPEC).read(told.fields["block"])

    assert told.fields["focal_length"] == focal_length
    assert isinstance(found, Distortion)
    assert expected == pytest.approx((found.scale, found.a), abs=1e-4)


@pytest.mark.parametrize(
    ("mode", "throw", "expected"),
    [("linear", 0, 4000), ("linear", 180, 2000), ("non_linear", 9, 500)],
)
def test_a_body_sets_how_the_focus_ring_works(mode: str, throw: int, expected: int) -> None:
    hands = [Hand(0.0, "focus_switch", True), Hand(1.0, "focus_ring", 30.0, 1.0)]
    lens = Told(RICH, hands)
    answer = lens.hear(SAY("set_focus_ring", mode=mode, throw=throw))
    lens.status(0.0)
    list(lens.lens.on_deadline(0.0))
    list(lens.lens.on_deadline(1.0))

    assert [SAY("accepted", opcode=SPEC.messages["set_focus_ring"].key[-1])] == answer
    assert lens.places(9.0) == [(expected, "idle")]


def test_hands_are_due_beside_homing_and_each_has_its_time() -> None:
    lens = Told(RICH, [Hand(at_s, "function_button", at_s < 1) for at_s in (0.05, 0.15, 3.0)])
    lens.hear(HOME, 0.0)
    told = []
    while lens.lens.deadline is not None and lens.lens.deadline < 0.3:
        told.append(lens.due())

    assert told == [(0.05, []), (BUSY_S, [BUSY]), (0.15, []), (2 * BUSY_S, [BUSY])]


def test_hands_go_on_counting_when_the_lens_begins_anew() -> None:
    lens = Told(RICH, [Hand(1.0, "zoom_ring", 60.0)])
    lens.hear(UP, 0.9)

    assert lens.lens.deadline == 1.0


def test_what_a_hand_has_set_outlives_power_and_link() -> None:
    lens = Told(RICH, [Hand(0.0, "zoom_ring", 60.0), Hand(0.0, "aperture_ring", 5.6)])
    list(lens.lens.on_deadline(0.0))
    for event in (SAY("power_off"), LinkDown(), UP):
        lens.hear(event, 1.0)
    told = lens.status(2.0)

    assert (told["focal_length"], told["aperture_ring_av256"]) == (600, 1280)


@pytest.mark.parametrize("event", [SAY("power_off"), UP], ids=["power_off", "LinkUp"])
def test_without_power_or_in_a_new_life_the_motors_stand(zoom: Told, event: Event) -> None:
    zoom.hear(move("absolute", 3000), 0.0)
    zoom.hear(event, 0.25)

    assert zoom.places(9.0) == [(1500, "idle")]


def test_homing_with_a_broken_motor_never_ends() -> None:
    lens = Told(dataclasses.replace(PLAIN, broken=("focus_motor",)))
    lens.hear(HOME, 0.0)

    assert [lens.due()[1] for _ in range(1000)] == [[BUSY]] * 1000


def starving(speed: int) -> list[Act]:
    """What it says to the syncs of a second, as it moves at a speed, with 290 mA to draw."""
    lens = Told(RICH, supply_ma=190 + 100)
    lens.status(0.0)
    lens.hear(command(aperture=2000), 0.0)
    lens.hear(move("absolute", 12_000, speed), 0.0)
    told: list[Act] = []
    for cycle in range(60):
        told += lens.hear(SYNC, cycle / 60)
        if isinstance(told[-1], Restart):
            break
    return told


def test_a_lens_that_is_moved_as_the_supply_allows_sees_no_brown_out() -> None:
    assert all(isinstance(act, Message) for act in starving(12_000))


def test_a_lens_that_draws_too_much_begins_anew_and_says_why() -> None:
    """Moved at full speed for longer than an instant, that is in two cycles."""
    told = starving(0)
    note = told[-2]

    assert isinstance(note, Note)
    assert (note.about, note.facts) == ("brown-out", {"draws_ma": 390, "supply_ma": 290})
    assert told[-1] == Restart("application")
    assert [act.name for act in told[:-2] if isinstance(act, Message)] == ["status"]


def test_after_a_brown_out_the_supply_was_low_until_the_power_was_off() -> None:
    lens = Told(RICH, supply_ma=300)
    lens.status(0.0)
    lens.hear(command(aperture=2000), 0.0)
    lens.hear(move("absolute", 12_000, 0), 0.0)
    lens.hear(SYNC, 0.01)
    lens.hear(SYNC, 0.02)
    told = []
    for event in (UP, SAY("reset"), SAY("power_off")):
        lens.hear(event, 0.1)
        told.append(lens.status(0.5)["errors"])

    assert told == [("low_supply",), ("low_supply",), ()]


def test_a_status_that_did_not_change_is_the_same_one(zoom: Told) -> None:
    """Most cycles tell nothing new, and cost next to nothing."""
    zoom.status(0.0)
    (one,), (other,) = zoom.hear(SYNC, 1.0), zoom.hear(SYNC, 2.0)

    assert one is other
