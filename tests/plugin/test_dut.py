import pytest

from lensbus.errors import LocalProtocolError
from tests.plugin.ways import body, lens


def test_focus_reaches_its_target() -> None:
    one = lens().device
    one.ready()
    one.say("focus_move", mode="absolute", target=3000)

    assert one.expect("status", focus_state="idle").fields["focus_position"] == 3000


def test_who_is_ready_knows_the_optics_so_that_the_iris_stays_open() -> None:
    played = lens()
    played.device.ready()
    played.device.ready()

    assert played.said("body").count("get_optics") == 1
    wide = played.device.heard["optics"].fields["open_wide_av256"]
    assert played.device.expect("status").fields["aperture_av256"] == wide


def test_a_lens_is_led_to_a_state_and_tells_where_it_is() -> None:
    one = lens().device
    one.reach("sleeping")

    assert one.state == "sleeping"
    assert repr(one) == "<lens LUMIX S 20-60mm F3.5-5.6, sleeping>"


def test_the_answer_of_a_request_is_given() -> None:
    one = lens(lens="sigma_45_f28_dg_dn").device
    one.reach("listening")

    assert one.ask("identify").physical["name"] == "45mm F2.8 DG DN | Contemporary 019"


def test_what_did_not_come_is_told_with_what_did() -> None:
    one = lens().device
    one.ready()
    wanted = "the lens is ready: wanted status with focus_position 5 within 0.2 s; "
    with pytest.raises(AssertionError, match=wanted + "got focus_position: got 0, wanted 5"):
        one.expect("status", focus_position=5, within_s=0.2)


def test_values_may_be_conditions() -> None:
    one = lens().device
    one.ready()
    one.ask("focus_move", mode="absolute", target=9000)

    assert one.expect("status", focus_position={"at_least": 4000}).fields["focus_state"] == "moving"


@pytest.mark.parametrize("states", [["near_end"], ("near_end",), {"near_end"}])
def test_one_of_several_values_may_be_wanted(states: object) -> None:
    one = lens().device
    one.ready()

    assert one.expect("status", focus_state={"in": states})


def test_what_a_device_has_not_is_not_set() -> None:
    with pytest.raises(AttributeError):
        lens().device.cycle = False  # type: ignore[attr-defined] # misspelt


def test_what_a_device_does_not_have_is_a_skip() -> None:
    one = lens().device
    one.ready()
    with pytest.raises(
        pytest.skip.Exception, match="entering_bootloader: refused opcode=8 reason=no_bootloader"
    ):
        one.ask("enter_bootloader")


def test_bytes_are_said_as_they_are_and_nothing_comes_back() -> None:
    one = lens().device
    one.reach("listening")
    one.say_bytes(b"nonsense")
    one.quiet(0.05)

    assert one.ask("identify").fields["protocol"] == 2


def test_quiet_is_broken_by_what_comes() -> None:
    one = lens().device
    one.ready()
    one.say("focus_stop")
    with pytest.raises(AssertionError, match="got accepted"):
        one.quiet(0.1, "accepted")


def test_without_a_cycle_a_lens_leaves_it() -> None:
    played = lens()
    played.device.ready()
    played.device.cycles = False
    played.run.wait(0.5)

    assert not played.device.cycles
    assert played.device.state == "listening"


def test_a_body_is_answered_as_a_lens_does() -> None:
    played = body()
    played.device.ready()

    assert played.device.state == "ready"
    assert played.device.expect("command").fields["focus_drive"] == "none"


def test_a_body_that_is_not_answered_asks_again() -> None:
    played = body(wants=("sleep",))
    one = played.device
    one.ready()
    one.mute("sleep")
    for _ in range(2):
        one.expect("sleep", within_s=1.0)

    assert one.state == "dozing"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda one: one.say("focus_mve"), "there is no message 'focus_mve'"),
        (lambda one: one.say("focus_move", goal=3), "unknown goal"),
        (lambda one: one.say("status"), "status is said by the lens: expect it"),
        (lambda one: one.ask("sync"), "sync asks for no answer"),
        (lambda one: one.expect("sleep"), "a lens never says 'sleep' .it says attached"),
        (lambda one: one.expect("status", focus=3), "status has no field 'focus' .known: focus_"),
        (lambda one: one.expect("status", focus_state="idel"), "got 'idel', wanted one of idle"),
        (
            lambda one: one.expect("status", focus_position={"atleast": 0}),
            "expect status: focus_position: unknown condition 'atleast' .known: at_least, ",
        ),
        (lambda one: one.expect("status", focus_position={}), "got {}, wanted a whole number"),
        (lambda one: one.expect(), "expect: names no message"),
        (lambda one: one.say_bytes("abc"), "say_bytes: got 'abc', wanted bytes"),
        (lambda one: one.mute("nothing"), "a lens never says 'nothing'"),
        (lambda one: one.reach("redy"), "a lens never is redy .it is off, listening"),
    ],
)
def test_a_mistake_of_the_test_is_told_and_the_device_goes_on(wrong, words) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001 what a test writes
    one = lens().device
    one.reach("listening")
    with pytest.raises(LocalProtocolError, match=words):
        wrong(one)

    assert one.ask("identify")
