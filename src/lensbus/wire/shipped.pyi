"""Names and types of what `shipped.py` gives; drawn from the specs by `tools/draw_names`."""

from typing import Any, Literal, TypeAlias, TypedDict, overload, type_check_only

from lensbus.wire.message import Message, Vocabulary
from lensbus.wire.physical import View

@type_check_only
class CanonEfLens(Vocabulary):
    """Canon EF-mount, body and lens (reverse-engineered)."""

    class Fill(Message):
        """From the body."""

        name: Literal["fill"]

    class Filled(Message):
        """From the lens."""

        name: Literal["filled"]
        echo: int

    class GetReady(Message):
        """From the body."""

        name: Literal["get_ready"]
        unknown_1: int

    class Ready(Message):
        """From the lens."""

        name: Literal["ready"]
        ready: int
        unknown_2: int

    class Identify(Message):
        """From the body."""

        name: Literal["identify"]
        unknown_1: bytes

    class Identity(Message):
        """From the lens."""

        name: Literal["identity"]
        unknown_1: int
        lens_number: int
        focal_wide: int
        focal_tele: int
        unknown_7: int
        class Features(TypedDict):
            unknown_0: int
            new_protocol: int
        features: CanonEfLens.Identity.Features

    class GetName(Message):
        """From the body."""

        name: Literal["get_name"]
        unknown_1: bytes

    class Name(Message):
        """From the lens."""

        name: Literal["name"]

    class GetName2(Message):
        """From the body."""

        name: Literal["get_name_2"]
        unknown_1: bytes

    class Name2(Message):
        """From the lens."""

        name: Literal["name_2"]

    class GetFocalLength(Message):
        """From the body."""

        name: Literal["get_focal_length"]
        unknown_1: int

    class FocalLength(Message):
        """From the lens."""

        name: Literal["focal_length"]
        focal_length: int

    class GetApertureLimits(Message):
        """From the body."""

        name: Literal["get_aperture_limits"]
        unknown_1: bytes

    class ApertureLimits(Message):
        """From the lens."""

        name: Literal["aperture_limits"]
        open_now: int
        open: int
        closed: int

        class Physical(View):
            open_now: float
            open: float
            closed: float

        @property
        def physical(self) -> Physical: ...

    class GetFocusCounter(Message):
        """From the body."""

        name: Literal["get_focus_counter"]
        unknown_1: bytes

    class FocusCounter(Message):
        """From the lens."""

        name: Literal["focus_counter"]
        counter: int
        unknown_3: int

    class GetStatus(Message):
        """From the body."""

        name: Literal["get_status"]
        unknown_1: bytes

    class Status(Message):
        """From the lens."""

        name: Literal["status"]
        switches: int
        unknown_3: int

    class GetE4(Message):
        """From the body."""

        name: Literal["get_e4"]
        unknown_1: int

    class LensE4(Message):
        """From the lens."""

        name: Literal["lens_e4"]
        unknown_1: bytes

    class GetB2(Message):
        """From the body."""

        name: Literal["get_b2"]
        unknown_1: bytes

    class LensB2(Message):
        """From the lens."""

        name: Literal["lens_b2"]
        unknown_1: bytes

    class ApertureBy(Message):
        """From the body."""

        name: Literal["aperture_by"]
        steps: int

        class Physical(View):
            steps: float

        @property
        def physical(self) -> Physical: ...

    class ApertureByTaken(Message):
        """From the lens."""

        name: Literal["aperture_by_taken"]
        unknown_1: bytes

    class ApertureBy2(Message):
        """From the body."""

        name: Literal["aperture_by_2"]
        steps: int

        class Physical(View):
            steps: float

        @property
        def physical(self) -> Physical: ...

    class ApertureBy2Taken(Message):
        """From the lens."""

        name: Literal["aperture_by_2_taken"]
        unknown_1: bytes

    class FocusBy(Message):
        """From the body."""

        name: Literal["focus_by"]
        steps: int

    class FocusByTaken(Message):
        """From the lens."""

        name: Literal["focus_by_taken"]
        unknown_1: bytes

    class FocusEnd(Message):
        """From the body."""

        name: Literal["focus_end"]

    class FocusEndTaken(Message):
        """From the lens."""

        name: Literal["focus_end_taken"]
        unknown_1: int

    class FocusEnd2(Message):
        """From the body."""

        name: Literal["focus_end_2"]

    class FocusEnd2Taken(Message):
        """From the lens."""

        name: Literal["focus_end_2_taken"]
        unknown_1: int

    class FocusSpeedSet(Message):
        """From the body."""

        name: Literal["focus_speed_set"]
        speed: int

    class FocusSpeedSetTaken(Message):
        """From the lens."""

        name: Literal["focus_speed_set_taken"]
        unknown_1: bytes

    class Body07(Message):
        """From the body."""

        name: Literal["body_07"]

    class Lens07(Message):
        """From the lens."""

        name: Literal["lens_07"]
        echo: int

    class Body0c(Message):
        """From the body."""

        name: Literal["body_0c"]

    class Lens0c(Message):
        """From the lens."""

        name: Literal["lens_0c"]
        echo: int

    class Body0e(Message):
        """From the body."""

        name: Literal["body_0e"]

    class Lens0e(Message):
        """From the lens."""

        name: Literal["lens_0e"]
        echo: int

    class Body0f(Message):
        """From the body."""

        name: Literal["body_0f"]

    class Lens0f(Message):
        """From the lens."""

        name: Literal["lens_0f"]
        echo: int

    Heard: TypeAlias = Fill | Filled | GetReady | Ready | Identify | Identity | GetName | Name | GetName2 | Name2 | GetFocalLength | FocalLength | GetApertureLimits | ApertureLimits | GetFocusCounter | FocusCounter | GetStatus | Status | GetE4 | LensE4 | GetB2 | LensB2 | ApertureBy | ApertureByTaken | ApertureBy2 | ApertureBy2Taken | FocusBy | FocusByTaken | FocusEnd | FocusEndTaken | FocusEnd2 | FocusEnd2Taken | FocusSpeedSet | FocusSpeedSetTaken | Body07 | Lens07 | Body0c | Lens0c | Body0e | Lens0e | Body0f | Lens0f

    def fill(
        self,
        *,
        seq: int | None = ...,
    ) -> Fill:
        """From the body."""

    def filled(
        self,
        *,
        echo: int,
        seq: int | None = ...,
    ) -> Filled:
        """From the lens."""

    def get_ready(
        self,
        *,
        unknown_1: int,
        seq: int | None = ...,
    ) -> GetReady:
        """From the body."""

    def ready(
        self,
        *,
        ready: int,
        unknown_2: int,
        seq: int | None = ...,
    ) -> Ready:
        """From the lens."""

    def identify(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> Identify:
        """From the body."""

    def identity(
        self,
        *,
        unknown_1: int,
        lens_number: int,
        focal_wide: int,
        focal_tele: int,
        unknown_7: int,
        features: CanonEfLens.Identity.Features,
        seq: int | None = ...,
    ) -> Identity:
        """From the lens.

        Args:
            focal_wide: mm
            focal_tele: mm
        """

    def get_name(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> GetName:
        """From the body."""

    def name(
        self,
        *,
        name: str,
        seq: int | None = ...,
    ) -> Name:
        """From the lens."""

    def get_name_2(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> GetName2:
        """From the body."""

    def name_2(
        self,
        *,
        name: str,
        seq: int | None = ...,
    ) -> Name2:
        """From the lens."""

    def get_focal_length(
        self,
        *,
        unknown_1: int,
        seq: int | None = ...,
    ) -> GetFocalLength:
        """From the body."""

    def focal_length(
        self,
        *,
        focal_length: int,
        seq: int | None = ...,
    ) -> FocalLength:
        """From the lens.

        Args:
            focal_length: mm
        """

    def get_aperture_limits(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> GetApertureLimits:
        """From the body."""

    def aperture_limits(
        self,
        *,
        open_now: int,
        open: int,
        closed: int,
        seq: int | None = ...,
    ) -> ApertureLimits:
        """From the lens.

        Args:
            open_now: the v of N = 2^((v - 8)/16), f-number
            open: the v of N = 2^((v - 8)/16), f-number
            closed: the v of N = 2^((v - 8)/16), f-number
        """

    def get_focus_counter(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> GetFocusCounter:
        """From the body."""

    def focus_counter(
        self,
        *,
        counter: int,
        unknown_3: int,
        seq: int | None = ...,
    ) -> FocusCounter:
        """From the lens.

        Args:
            counter: counts
        """

    def get_status(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> GetStatus:
        """From the body."""

    def status(
        self,
        *,
        switches: int,
        unknown_3: int,
        seq: int | None = ...,
    ) -> Status:
        """From the lens."""

    def get_e4(
        self,
        *,
        unknown_1: int,
        seq: int | None = ...,
    ) -> GetE4:
        """From the body."""

    def lens_e4(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> LensE4:
        """From the lens."""

    def get_b2(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> GetB2:
        """From the body."""

    def lens_b2(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> LensB2:
        """From the lens."""

    def aperture_by(
        self,
        *,
        steps: int,
        seq: int | None = ...,
    ) -> ApertureBy:
        """From the body.

        Args:
            steps: the v of v x 0.125, stops
        """

    def aperture_by_taken(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> ApertureByTaken:
        """From the lens."""

    def aperture_by_2(
        self,
        *,
        steps: int,
        seq: int | None = ...,
    ) -> ApertureBy2:
        """From the body.

        Args:
            steps: the v of v x 0.125, stops
        """

    def aperture_by_2_taken(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> ApertureBy2Taken:
        """From the lens."""

    def focus_by(
        self,
        *,
        steps: int,
        seq: int | None = ...,
    ) -> FocusBy:
        """From the body.

        Args:
            steps: counts
        """

    def focus_by_taken(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> FocusByTaken:
        """From the lens."""

    def focus_end(
        self,
        *,
        seq: int | None = ...,
    ) -> FocusEnd:
        """From the body."""

    def focus_end_taken(
        self,
        *,
        unknown_1: int,
        seq: int | None = ...,
    ) -> FocusEndTaken:
        """From the lens."""

    def focus_end_2(
        self,
        *,
        seq: int | None = ...,
    ) -> FocusEnd2:
        """From the body."""

    def focus_end_2_taken(
        self,
        *,
        unknown_1: int,
        seq: int | None = ...,
    ) -> FocusEnd2Taken:
        """From the lens."""

    def focus_speed_set(
        self,
        *,
        speed: int,
        seq: int | None = ...,
    ) -> FocusSpeedSet:
        """From the body."""

    def focus_speed_set_taken(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> FocusSpeedSetTaken:
        """From the lens."""

    def body_07(
        self,
        *,
        seq: int | None = ...,
    ) -> Body07:
        """From the body."""

    def lens_07(
        self,
        *,
        echo: int,
        seq: int | None = ...,
    ) -> Lens07:
        """From the lens."""

    def body_0c(
        self,
        *,
        seq: int | None = ...,
    ) -> Body0c:
        """From the body."""

    def lens_0c(
        self,
        *,
        echo: int,
        seq: int | None = ...,
    ) -> Lens0c:
        """From the lens."""

    def body_0e(
        self,
        *,
        seq: int | None = ...,
    ) -> Body0e:
        """From the body."""

    def lens_0e(
        self,
        *,
        echo: int,
        seq: int | None = ...,
    ) -> Lens0e:
        """From the lens."""

    def body_0f(
        self,
        *,
        seq: int | None = ...,
    ) -> Body0f:
        """From the body."""

    def lens_0f(
        self,
        *,
        echo: int,
        seq: int | None = ...,
    ) -> Lens0f:
        """From the lens."""

    @overload  # type: ignore[override]  # knows the names
    def physical(
        self,
        name: Literal["aperture_limits"],
        /,
        *,
        open_now: float,
        open: float,
        closed: float,
        seq: int | None = ...,
    ) -> ApertureLimits:
        """From the lens.

        Args:
            open_now: f-number
            open: f-number
            closed: f-number
        """

    @overload
    def physical(
        self,
        name: Literal["aperture_by"],
        /,
        *,
        steps: float,
        seq: int | None = ...,
    ) -> ApertureBy:
        """From the body.

        Args:
            steps: stops
        """

    @overload
    def physical(
        self,
        name: Literal["aperture_by_2"],
        /,
        *,
        steps: float,
        seq: int | None = ...,
    ) -> ApertureBy2:
        """From the body.

        Args:
            steps: stops
        """

@type_check_only
class FujiGfLens(Vocabulary):
    """Fujifilm G-mount (GF), body and lens (reverse-engineered)."""

    class Attached(Message):
        """From the lens, on the line detect."""

        name: Literal["attached"]

    class Detached(Message):
        """From the lens, on the line detect."""

        name: Literal["detached"]

    class IrisMoving(Message):
        """From the lens, on the line iris."""

        name: Literal["iris_moving"]

    class IrisStill(Message):
        """From the lens, on the line iris."""

        name: Literal["iris_still"]

    class LensData(Message):
        """From the lens."""

        name: Literal["lens_data"]
        part: str
        part_2: str
        serial: str
        versions: tuple[str, ...]
        unknown_101: bytes

    class LensDataAgain(Message):
        """From the lens."""

        name: Literal["lens_data_again"]
        part: str
        part_2: str
        serial: str
        versions: tuple[str, ...]
        unknown_101: bytes

    class BodyData(Message):
        """From the body."""

        name: Literal["body_data"]
        part: str
        name_2: str
        serial: str
        versions: tuple[str, ...]
        unknown_86: bytes

    class BodyDataAgain(Message):
        """From the body."""

        name: Literal["body_data_again"]
        part: str
        name_2: str
        serial: str
        versions: tuple[str, ...]
        unknown_86: bytes

    class BodyReady(Message):
        """From the body."""

        name: Literal["body_ready"]
        count: int
        unknown_2: int
        extra: int

    class LensReady(Message):
        """From the lens."""

        name: Literal["lens_ready"]
        count: int
        unknown_2: int
        extra: int

    class GetFocusState(Message):
        """From the body."""

        name: Literal["get_focus_state"]
        value: int
        extra: int

    class FocusStateAsked(Message):
        """From the lens."""

        name: Literal["focus_state_asked"]
        count: int
        unknown_2: int
        extra: int

    class FocusState(Message):
        """From the lens."""

        name: Literal["focus_state"]
        value: int
        extra: int

    class FocusStateTaken(Message):
        """From the body."""

        name: Literal["focus_state_taken"]
        count: int
        unknown_2: int
        extra: int

    class GetLensState(Message):
        """From the body."""

        name: Literal["get_lens_state"]
        value: int
        extra: int

    class LensStateAsked(Message):
        """From the lens."""

        name: Literal["lens_state_asked"]
        count: int
        unknown_2: int
        extra: int

    class LensState(Message):
        """From the lens."""

        name: Literal["lens_state"]
        value: int
        extra: int

    class LensStateTaken(Message):
        """From the body."""

        name: Literal["lens_state_taken"]
        count: int
        unknown_2: int
        extra: int

    class GetRing(Message):
        """From the body."""

        name: Literal["get_ring"]
        value: int
        extra: int

    class RingAsked(Message):
        """From the lens."""

        name: Literal["ring_asked"]
        count: int
        unknown_2: int
        extra: int

    class Ring(Message):
        """From the lens."""

        name: Literal["ring"]
        value: int
        extra: int

    class RingTaken(Message):
        """From the body."""

        name: Literal["ring_taken"]
        count: int
        unknown_2: int
        extra: int

    class FocusSet(Message):
        """From the body."""

        name: Literal["focus_set"]
        value: int
        extra: int

    class FocusSetTaken(Message):
        """From the lens."""

        name: Literal["focus_set_taken"]
        count: int
        unknown_2: int
        extra: int

    class FocusDone(Message):
        """From the lens."""

        name: Literal["focus_done"]
        value: int
        extra: int

    class FocusDoneTaken(Message):
        """From the body."""

        name: Literal["focus_done_taken"]
        count: int
        unknown_2: int
        extra: int

    class IrisSet(Message):
        """From the body."""

        name: Literal["iris_set"]
        value: int
        extra: int

    class IrisSetTaken(Message):
        """From the lens."""

        name: Literal["iris_set_taken"]
        count: int
        unknown_2: int
        extra: int

    class IrisDone(Message):
        """From the lens."""

        name: Literal["iris_done"]
        value: int
        extra: int

    class IrisDoneTaken(Message):
        """From the body."""

        name: Literal["iris_done_taken"]
        count: int
        unknown_2: int
        extra: int

    class ExecuteSet(Message):
        """From the body."""

        name: Literal["execute_set"]
        value: int
        extra: int

    class ExecuteSetTaken(Message):
        """From the lens."""

        name: Literal["execute_set_taken"]
        count: int
        unknown_2: int
        extra: int

    class ExecuteDone(Message):
        """From the lens."""

        name: Literal["execute_done"]
        value: int
        extra: int

    class ExecuteDoneTaken(Message):
        """From the body."""

        name: Literal["execute_done_taken"]
        count: int
        unknown_2: int
        extra: int

    class Body05(Message):
        """From the body."""

        name: Literal["body_05"]
        value: int
        extra: int

    class Body05Taken(Message):
        """From the lens."""

        name: Literal["body_05_taken"]
        count: int
        unknown_2: int
        extra: int

    class Lens05(Message):
        """From the lens."""

        name: Literal["lens_05"]
        value: int
        extra: int

    class Lens05Taken(Message):
        """From the body."""

        name: Literal["lens_05_taken"]
        count: int
        unknown_2: int
        extra: int

    class Body06(Message):
        """From the body."""

        name: Literal["body_06"]
        value: int
        extra: int

    class Body06Taken(Message):
        """From the lens."""

        name: Literal["body_06_taken"]
        count: int
        unknown_2: int
        extra: int

    class Lens06(Message):
        """From the lens."""

        name: Literal["lens_06"]
        value: int
        extra: int

    class Lens06Taken(Message):
        """From the body."""

        name: Literal["lens_06_taken"]
        count: int
        unknown_2: int
        extra: int

    class Body0f(Message):
        """From the body."""

        name: Literal["body_0f"]
        value: int
        extra: int

    class Body0fTaken(Message):
        """From the lens."""

        name: Literal["body_0f_taken"]
        count: int
        unknown_2: int
        extra: int

    class Lens0f(Message):
        """From the lens."""

        name: Literal["lens_0f"]
        value: int
        extra: int

    class Lens0fTaken(Message):
        """From the body."""

        name: Literal["lens_0f_taken"]
        count: int
        unknown_2: int
        extra: int

    class Body10(Message):
        """From the body."""

        name: Literal["body_10"]
        value: int
        extra: int

    class Body10Taken(Message):
        """From the lens."""

        name: Literal["body_10_taken"]
        count: int
        unknown_2: int
        extra: int

    class Lens10(Message):
        """From the lens."""

        name: Literal["lens_10"]
        value: int
        extra: int

    class Lens10Taken(Message):
        """From the body."""

        name: Literal["lens_10_taken"]
        count: int
        unknown_2: int
        extra: int

    class Body16(Message):
        """From the body."""

        name: Literal["body_16"]
        value: int
        extra: int

    class Body16Taken(Message):
        """From the lens."""

        name: Literal["body_16_taken"]
        count: int
        unknown_2: int
        extra: int

    class Lens16(Message):
        """From the lens."""

        name: Literal["lens_16"]
        value: int
        extra: int

    class Lens16Taken(Message):
        """From the body."""

        name: Literal["lens_16_taken"]
        count: int
        unknown_2: int
        extra: int

    class Body20(Message):
        """From the body."""

        name: Literal["body_20"]
        value: int
        extra: int

    class Body20Taken(Message):
        """From the lens."""

        name: Literal["body_20_taken"]
        count: int
        unknown_2: int
        extra: int

    class Lens20(Message):
        """From the lens."""

        name: Literal["lens_20"]
        value: int
        extra: int

    class Lens20Taken(Message):
        """From the body."""

        name: Literal["lens_20_taken"]
        count: int
        unknown_2: int
        extra: int

    class Body28(Message):
        """From the body."""

        name: Literal["body_28"]
        value: int
        extra: int

    class Body28Taken(Message):
        """From the lens."""

        name: Literal["body_28_taken"]
        count: int
        unknown_2: int
        extra: int

    class Lens28(Message):
        """From the lens."""

        name: Literal["lens_28"]
        value: int
        extra: int

    class Lens28Taken(Message):
        """From the body."""

        name: Literal["lens_28_taken"]
        count: int
        unknown_2: int
        extra: int

    class Body2a(Message):
        """From the body."""

        name: Literal["body_2a"]
        value: int
        extra: int

    class Body2aTaken(Message):
        """From the lens."""

        name: Literal["body_2a_taken"]
        count: int
        unknown_2: int
        extra: int

    class Lens2a(Message):
        """From the lens."""

        name: Literal["lens_2a"]
        value: int
        extra: int

    class Lens2aTaken(Message):
        """From the body."""

        name: Literal["lens_2a_taken"]
        count: int
        unknown_2: int
        extra: int

    Heard: TypeAlias = Attached | Detached | IrisMoving | IrisStill | LensData | LensDataAgain | BodyData | BodyDataAgain | BodyReady | LensReady | GetFocusState | FocusStateAsked | FocusState | FocusStateTaken | GetLensState | LensStateAsked | LensState | LensStateTaken | GetRing | RingAsked | Ring | RingTaken | FocusSet | FocusSetTaken | FocusDone | FocusDoneTaken | IrisSet | IrisSetTaken | IrisDone | IrisDoneTaken | ExecuteSet | ExecuteSetTaken | ExecuteDone | ExecuteDoneTaken | Body05 | Body05Taken | Lens05 | Lens05Taken | Body06 | Body06Taken | Lens06 | Lens06Taken | Body0f | Body0fTaken | Lens0f | Lens0fTaken | Body10 | Body10Taken | Lens10 | Lens10Taken | Body16 | Body16Taken | Lens16 | Lens16Taken | Body20 | Body20Taken | Lens20 | Lens20Taken | Body28 | Body28Taken | Lens28 | Lens28Taken | Body2a | Body2aTaken | Lens2a | Lens2aTaken

    def attached(
        self,
        *,
        seq: int | None = ...,
    ) -> Attached:
        """From the lens, on the line detect."""

    def detached(
        self,
        *,
        seq: int | None = ...,
    ) -> Detached:
        """From the lens, on the line detect."""

    def iris_moving(
        self,
        *,
        seq: int | None = ...,
    ) -> IrisMoving:
        """From the lens, on the line iris."""

    def iris_still(
        self,
        *,
        seq: int | None = ...,
    ) -> IrisStill:
        """From the lens, on the line iris."""

    def lens_data(
        self,
        *,
        part: str,
        part_2: str,
        name: str,
        serial: str,
        versions: tuple[str, ...],
        unknown_101: bytes,
        seq: int | None = ...,
    ) -> LensData:
        """From the lens."""

    def lens_data_again(
        self,
        *,
        part: str,
        part_2: str,
        name: str,
        serial: str,
        versions: tuple[str, ...],
        unknown_101: bytes,
        seq: int | None = ...,
    ) -> LensDataAgain:
        """From the lens."""

    def body_data(
        self,
        *,
        part: str,
        name: str,
        name_2: str,
        serial: str,
        versions: tuple[str, ...],
        unknown_86: bytes,
        seq: int | None = ...,
    ) -> BodyData:
        """From the body."""

    def body_data_again(
        self,
        *,
        part: str,
        name: str,
        name_2: str,
        serial: str,
        versions: tuple[str, ...],
        unknown_86: bytes,
        seq: int | None = ...,
    ) -> BodyDataAgain:
        """From the body."""

    def body_ready(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> BodyReady:
        """From the body."""

    def lens_ready(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> LensReady:
        """From the lens."""

    def get_focus_state(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> GetFocusState:
        """From the body."""

    def focus_state_asked(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> FocusStateAsked:
        """From the lens."""

    def focus_state(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> FocusState:
        """From the lens."""

    def focus_state_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> FocusStateTaken:
        """From the body."""

    def get_lens_state(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> GetLensState:
        """From the body."""

    def lens_state_asked(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> LensStateAsked:
        """From the lens."""

    def lens_state(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> LensState:
        """From the lens."""

    def lens_state_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> LensStateTaken:
        """From the body."""

    def get_ring(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> GetRing:
        """From the body."""

    def ring_asked(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> RingAsked:
        """From the lens."""

    def ring(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> Ring:
        """From the lens."""

    def ring_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> RingTaken:
        """From the body."""

    def focus_set(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> FocusSet:
        """From the body."""

    def focus_set_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> FocusSetTaken:
        """From the lens."""

    def focus_done(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> FocusDone:
        """From the lens."""

    def focus_done_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> FocusDoneTaken:
        """From the body."""

    def iris_set(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> IrisSet:
        """From the body."""

    def iris_set_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> IrisSetTaken:
        """From the lens."""

    def iris_done(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> IrisDone:
        """From the lens."""

    def iris_done_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> IrisDoneTaken:
        """From the body."""

    def execute_set(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> ExecuteSet:
        """From the body."""

    def execute_set_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> ExecuteSetTaken:
        """From the lens."""

    def execute_done(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> ExecuteDone:
        """From the lens."""

    def execute_done_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> ExecuteDoneTaken:
        """From the body."""

    def body_05(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> Body05:
        """From the body."""

    def body_05_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> Body05Taken:
        """From the lens."""

    def lens_05(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> Lens05:
        """From the lens."""

    def lens_05_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> Lens05Taken:
        """From the body."""

    def body_06(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> Body06:
        """From the body."""

    def body_06_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> Body06Taken:
        """From the lens."""

    def lens_06(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> Lens06:
        """From the lens."""

    def lens_06_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> Lens06Taken:
        """From the body."""

    def body_0f(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> Body0f:
        """From the body."""

    def body_0f_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> Body0fTaken:
        """From the lens."""

    def lens_0f(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> Lens0f:
        """From the lens."""

    def lens_0f_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> Lens0fTaken:
        """From the body."""

    def body_10(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> Body10:
        """From the body."""

    def body_10_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> Body10Taken:
        """From the lens."""

    def lens_10(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> Lens10:
        """From the lens."""

    def lens_10_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> Lens10Taken:
        """From the body."""

    def body_16(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> Body16:
        """From the body."""

    def body_16_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> Body16Taken:
        """From the lens."""

    def lens_16(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> Lens16:
        """From the lens."""

    def lens_16_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> Lens16Taken:
        """From the body."""

    def body_20(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> Body20:
        """From the body."""

    def body_20_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> Body20Taken:
        """From the lens."""

    def lens_20(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> Lens20:
        """From the lens."""

    def lens_20_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> Lens20Taken:
        """From the body."""

    def body_28(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> Body28:
        """From the body."""

    def body_28_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> Body28Taken:
        """From the lens."""

    def lens_28(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> Lens28:
        """From the lens."""

    def lens_28_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> Lens28Taken:
        """From the body."""

    def body_2a(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> Body2a:
        """From the body."""

    def body_2a_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> Body2aTaken:
        """From the lens."""

    def lens_2a(
        self,
        *,
        value: int,
        extra: int,
        seq: int | None = ...,
    ) -> Lens2a:
        """From the lens."""

    def lens_2a_taken(
        self,
        *,
        count: int,
        unknown_2: int,
        extra: int,
        seq: int | None = ...,
    ) -> Lens2aTaken:
        """From the body."""

@type_check_only
class FujinonL10Lens(Vocabulary):
    """Fujinon L10 (B4 lenses), body and lens (reverse-engineered)."""

    class Connect(Message):
        """From the body."""

        name: Literal["connect"]

    class Connected(Message):
        """From the lens."""

        name: Literal["connected"]

    class Body05(Message):
        """From the body."""

        name: Literal["body_05"]

    class Lens05(Message):
        """From the lens."""

        name: Literal["lens_05"]

    class GetMaker(Message):
        """From the body."""

        name: Literal["get_maker"]

    class Maker(Message):
        """From the lens."""

        name: Literal["maker"]

    class GetName(Message):
        """From the body."""

        name: Literal["get_name"]

    class Name(Message):
        """From the lens."""

        name: Literal["name"]

    class GetName2(Message):
        """From the body."""

        name: Literal["get_name_2"]

    class Name2(Message):
        """From the lens."""

        name: Literal["name_2"]

    class GetOpenF(Message):
        """From the body."""

        name: Literal["get_open_f"]

    class OpenF(Message):
        """From the lens."""

        name: Literal["open_f"]
        f_number: int

        class Physical(View):
            f_number: float

        @property
        def physical(self) -> Physical: ...

    class GetTele(Message):
        """From the body."""

        name: Literal["get_tele"]

    class Tele(Message):
        """From the lens."""

        name: Literal["tele"]
        focal_length: int

        class Physical(View):
            focal_length: float

        @property
        def physical(self) -> Physical: ...

    class GetWide(Message):
        """From the body."""

        name: Literal["get_wide"]

    class Wide(Message):
        """From the lens."""

        name: Literal["wide"]
        focal_length: int

        class Physical(View):
            focal_length: float

        @property
        def physical(self) -> Physical: ...

    class GetNearest(Message):
        """From the body."""

        name: Literal["get_nearest"]

    class Nearest(Message):
        """From the lens."""

        name: Literal["nearest"]
        distance: int

        class Physical(View):
            distance: float

        @property
        def physical(self) -> Physical: ...

    class GetSerial(Message):
        """From the body."""

        name: Literal["get_serial"]

    class Serial(Message):
        """From the lens."""

        name: Literal["serial"]
        serial: str

    class IrisSet(Message):
        """From the body."""

        name: Literal["iris_set"]
        position: int

    class IrisSetTaken(Message):
        """From the lens."""

        name: Literal["iris_set_taken"]

    class ZoomSet(Message):
        """From the body."""

        name: Literal["zoom_set"]
        position: int

    class ZoomSetTaken(Message):
        """From the lens."""

        name: Literal["zoom_set_taken"]

    class FocusSet(Message):
        """From the body."""

        name: Literal["focus_set"]
        position: int

    class FocusSetTaken(Message):
        """From the lens."""

        name: Literal["focus_set_taken"]

    class IrisSet2(Message):
        """From the body."""

        name: Literal["iris_set_2"]
        position: int

    class IrisSet2Taken(Message):
        """From the lens."""

        name: Literal["iris_set_2_taken"]

    class ZoomSpeedSet(Message):
        """From the body."""

        name: Literal["zoom_speed_set"]
        position: int

    class ZoomSpeedSetTaken(Message):
        """From the lens."""

        name: Literal["zoom_speed_set_taken"]

    class FocusSpeedSet(Message):
        """From the body."""

        name: Literal["focus_speed_set"]
        position: int

    class FocusSpeedSetTaken(Message):
        """From the lens."""

        name: Literal["focus_speed_set_taken"]

    class BackFocusSet(Message):
        """From the body."""

        name: Literal["back_focus_set"]
        position: int

    class BackFocusSetTaken(Message):
        """From the lens."""

        name: Literal["back_focus_set_taken"]

    class GetIris(Message):
        """From the body."""

        name: Literal["get_iris"]

    class Iris(Message):
        """From the lens."""

        name: Literal["iris"]
        position: int

    class GetZoom(Message):
        """From the body."""

        name: Literal["get_zoom"]

    class Zoom(Message):
        """From the lens."""

        name: Literal["zoom"]
        position: int

    class GetFocus(Message):
        """From the body."""

        name: Literal["get_focus"]

    class Focus(Message):
        """From the lens."""

        name: Literal["focus"]
        position: int

    class GetBackFocus(Message):
        """From the body."""

        name: Literal["get_back_focus"]

    class BackFocus(Message):
        """From the lens."""

        name: Literal["back_focus"]
        position: int

    class Get33(Message):
        """From the body."""

        name: Literal["get_33"]

    class Lens33(Message):
        """From the lens."""

        name: Literal["lens_33"]
        unknown_1: bytes

    class Get34(Message):
        """From the body."""

        name: Literal["get_34"]

    class Lens34(Message):
        """From the lens."""

        name: Literal["lens_34"]
        unknown_1: bytes

    class Get35(Message):
        """From the body."""

        name: Literal["get_35"]

    class Lens35(Message):
        """From the lens."""

        name: Literal["lens_35"]
        unknown_1: bytes

    class Get36(Message):
        """From the body."""

        name: Literal["get_36"]

    class Lens36(Message):
        """From the lens."""

        name: Literal["lens_36"]
        unknown_1: bytes

    class Get37(Message):
        """From the body."""

        name: Literal["get_37"]

    class Lens37(Message):
        """From the lens."""

        name: Literal["lens_37"]
        unknown_1: bytes

    class Get3d(Message):
        """From the body."""

        name: Literal["get_3d"]

    class Lens3d(Message):
        """From the lens."""

        name: Literal["lens_3d"]
        unknown_1: bytes

    class Get5f(Message):
        """From the body."""

        name: Literal["get_5f"]

    class Lens5f(Message):
        """From the lens."""

        name: Literal["lens_5f"]
        unknown_1: bytes

    class Switch0Set(Message):
        """From the body."""

        name: Literal["switch_0_set"]
        class Switches(TypedDict):
            return_1: Literal["on", "off"]
            return_2: Literal["on", "off"]
            return_3: Literal["on", "off"]
            return_4: Literal["on", "off"]
            return_5: Literal["on", "off"]
            return_6: Literal["on", "off"]
            return_7: Literal["on", "off"]
            return_8: Literal["on", "off"]
        switches: FujinonL10Lens.Switch0Set.Switches

    class Switch0SetTaken(Message):
        """From the lens."""

        name: Literal["switch_0_set_taken"]

    class Switch1Set(Message):
        """From the body."""

        name: Literal["switch_1_set"]
        class Switches(TypedDict):
            eng_microphone: Literal["on", "off"]
            prod_microphone: Literal["on", "off"]
            unknown_2: int
            recorder: Literal["on", "off"]
            unknown_5: int
        switches: FujinonL10Lens.Switch1Set.Switches

    class Switch1SetTaken(Message):
        """From the lens."""

        name: Literal["switch_1_set_taken"]

    class Switch2Set(Message):
        """From the body."""

        name: Literal["switch_2_set"]
        class Switches(TypedDict):
            unknown_0: int
            iris: Literal["automatic", "remote"]
            iris_forced: int
            unknown_6: int
        switches: FujinonL10Lens.Switch2Set.Switches

    class Switch2SetTaken(Message):
        """From the lens."""

        name: Literal["switch_2_set_taken"]

    class Switch3Set(Message):
        """From the body."""

        name: Literal["switch_3_set"]
        class Switches(TypedDict):
            extender: int
            unknown_4: int
        switches: FujinonL10Lens.Switch3Set.Switches

    class Switch3SetTaken(Message):
        """From the lens."""

        name: Literal["switch_3_set_taken"]

    class Switch4Set(Message):
        """From the body."""

        name: Literal["switch_4_set"]
        class Switches(TypedDict):
            focus: Literal["host", "local"]
            zoom: Literal["host", "local"]
            iris: Literal["host", "camera"]
            unknown_3: int
            back_focus: Literal["host", "local"]
            unknown_5: int
        switches: FujinonL10Lens.Switch4Set.Switches

    class Switch4SetTaken(Message):
        """From the lens."""

        name: Literal["switch_4_set_taken"]

    class Switch5Set(Message):
        """From the body."""

        name: Literal["switch_5_set"]
        switches: int

    class Switch5SetTaken(Message):
        """From the lens."""

        name: Literal["switch_5_set_taken"]

    class Switch6Set(Message):
        """From the body."""

        name: Literal["switch_6_set"]
        class Switches(TypedDict):
            stabiliser: Literal["on", "off"]
            unknown_1: int
        switches: FujinonL10Lens.Switch6Set.Switches

    class Switch6SetTaken(Message):
        """From the lens."""

        name: Literal["switch_6_set_taken"]

    class GetSwitch0(Message):
        """From the body."""

        name: Literal["get_switch_0"]

    class Switch0(Message):
        """From the lens."""

        name: Literal["switch_0"]
        class Switches(TypedDict):
            return_1: Literal["on", "off"]
            return_2: Literal["on", "off"]
            return_3: Literal["on", "off"]
            return_4: Literal["on", "off"]
            return_5: Literal["on", "off"]
            return_6: Literal["on", "off"]
            return_7: Literal["on", "off"]
            return_8: Literal["on", "off"]
        switches: FujinonL10Lens.Switch0.Switches

    class GetSwitch1(Message):
        """From the body."""

        name: Literal["get_switch_1"]

    class Switch1(Message):
        """From the lens."""

        name: Literal["switch_1"]
        class Switches(TypedDict):
            eng_microphone: Literal["on", "off"]
            prod_microphone: Literal["on", "off"]
            unknown_2: int
            recorder: Literal["on", "off"]
            unknown_5: int
        switches: FujinonL10Lens.Switch1.Switches

    class GetSwitch2(Message):
        """From the body."""

        name: Literal["get_switch_2"]

    class Switch2(Message):
        """From the lens."""

        name: Literal["switch_2"]
        class Switches(TypedDict):
            unknown_0: int
            iris: Literal["automatic", "remote"]
            iris_forced: int
            unknown_6: int
        switches: FujinonL10Lens.Switch2.Switches

    class GetSwitch3(Message):
        """From the body."""

        name: Literal["get_switch_3"]

    class Switch3(Message):
        """From the lens."""

        name: Literal["switch_3"]
        class Switches(TypedDict):
            extender: int
            unknown_4: int
        switches: FujinonL10Lens.Switch3.Switches

    class GetSwitch4(Message):
        """From the body."""

        name: Literal["get_switch_4"]

    class Switch4(Message):
        """From the lens."""

        name: Literal["switch_4"]
        class Switches(TypedDict):
            focus: Literal["host", "local"]
            zoom: Literal["host", "local"]
            iris: Literal["host", "camera"]
            unknown_3: int
            back_focus: Literal["host", "local"]
            unknown_5: int
        switches: FujinonL10Lens.Switch4.Switches

    class GetSwitch5(Message):
        """From the body."""

        name: Literal["get_switch_5"]

    class Switch5(Message):
        """From the lens."""

        name: Literal["switch_5"]
        switches: int

    class GetSwitch6(Message):
        """From the body."""

        name: Literal["get_switch_6"]

    class Switch6(Message):
        """From the lens."""

        name: Literal["switch_6"]
        class Switches(TypedDict):
            stabiliser: Literal["on", "off"]
            unknown_1: int
        switches: FujinonL10Lens.Switch6.Switches

    class Subscribe1(Message):
        """From the body."""

        name: Literal["subscribe_1"]
        commands: tuple[int, ...]

    class Subscribed1(Message):
        """From the lens."""

        name: Literal["subscribed_1"]
        commands: tuple[int, ...]

    class Subscribe2(Message):
        """From the body."""

        name: Literal["subscribe_2"]
        commands: tuple[int, ...]

    class Subscribed2(Message):
        """From the lens."""

        name: Literal["subscribed_2"]
        commands: tuple[int, ...]

    class Subscribe3(Message):
        """From the body."""

        name: Literal["subscribe_3"]
        commands: tuple[int, ...]

    class Subscribed3(Message):
        """From the lens."""

        name: Literal["subscribed_3"]
        commands: tuple[int, ...]

    class Poll1(Message):
        """From the body."""

        name: Literal["poll_1"]

    class Values1(Message):
        """From the lens."""

        name: Literal["values_1"]
        values: bytes

    class Poll2(Message):
        """From the body."""

        name: Literal["poll_2"]

    class Values2(Message):
        """From the lens."""

        name: Literal["values_2"]
        values: bytes

    class Poll3(Message):
        """From the body."""

        name: Literal["poll_3"]

    class Values3(Message):
        """From the lens."""

        name: Literal["values_3"]
        values: bytes

    Heard: TypeAlias = Connect | Connected | Body05 | Lens05 | GetMaker | Maker | GetName | Name | GetName2 | Name2 | GetOpenF | OpenF | GetTele | Tele | GetWide | Wide | GetNearest | Nearest | GetSerial | Serial | IrisSet | IrisSetTaken | ZoomSet | ZoomSetTaken | FocusSet | FocusSetTaken | IrisSet2 | IrisSet2Taken | ZoomSpeedSet | ZoomSpeedSetTaken | FocusSpeedSet | FocusSpeedSetTaken | BackFocusSet | BackFocusSetTaken | GetIris | Iris | GetZoom | Zoom | GetFocus | Focus | GetBackFocus | BackFocus | Get33 | Lens33 | Get34 | Lens34 | Get35 | Lens35 | Get36 | Lens36 | Get37 | Lens37 | Get3d | Lens3d | Get5f | Lens5f | Switch0Set | Switch0SetTaken | Switch1Set | Switch1SetTaken | Switch2Set | Switch2SetTaken | Switch3Set | Switch3SetTaken | Switch4Set | Switch4SetTaken | Switch5Set | Switch5SetTaken | Switch6Set | Switch6SetTaken | GetSwitch0 | Switch0 | GetSwitch1 | Switch1 | GetSwitch2 | Switch2 | GetSwitch3 | Switch3 | GetSwitch4 | Switch4 | GetSwitch5 | Switch5 | GetSwitch6 | Switch6 | Subscribe1 | Subscribed1 | Subscribe2 | Subscribed2 | Subscribe3 | Subscribed3 | Poll1 | Values1 | Poll2 | Values2 | Poll3 | Values3

    def connect(
        self,
        *,
        seq: int | None = ...,
    ) -> Connect:
        """From the body."""

    def connected(
        self,
        *,
        seq: int | None = ...,
    ) -> Connected:
        """From the lens."""

    def body_05(
        self,
        *,
        seq: int | None = ...,
    ) -> Body05:
        """From the body."""

    def lens_05(
        self,
        *,
        seq: int | None = ...,
    ) -> Lens05:
        """From the lens."""

    def get_maker(
        self,
        *,
        seq: int | None = ...,
    ) -> GetMaker:
        """From the body."""

    def maker(
        self,
        *,
        name: str,
        seq: int | None = ...,
    ) -> Maker:
        """From the lens."""

    def get_name(
        self,
        *,
        seq: int | None = ...,
    ) -> GetName:
        """From the body."""

    def name(
        self,
        *,
        name: str,
        seq: int | None = ...,
    ) -> Name:
        """From the lens."""

    def get_name_2(
        self,
        *,
        seq: int | None = ...,
    ) -> GetName2:
        """From the body."""

    def name_2(
        self,
        *,
        name: str,
        seq: int | None = ...,
    ) -> Name2:
        """From the lens."""

    def get_open_f(
        self,
        *,
        seq: int | None = ...,
    ) -> GetOpenF:
        """From the body."""

    def open_f(
        self,
        *,
        f_number: int,
        seq: int | None = ...,
    ) -> OpenF:
        """From the lens.

        Args:
            f_number: the v of N = 2^(8 (1 - v/65536)), f-number
        """

    def get_tele(
        self,
        *,
        seq: int | None = ...,
    ) -> GetTele:
        """From the body."""

    def tele(
        self,
        *,
        focal_length: int,
        seq: int | None = ...,
    ) -> Tele:
        """From the lens.

        Args:
            focal_length: the v of low 12 bits times ten to the signed top 4 bits, m
        """

    def get_wide(
        self,
        *,
        seq: int | None = ...,
    ) -> GetWide:
        """From the body."""

    def wide(
        self,
        *,
        focal_length: int,
        seq: int | None = ...,
    ) -> Wide:
        """From the lens.

        Args:
            focal_length: the v of low 12 bits times ten to the signed top 4 bits, m
        """

    def get_nearest(
        self,
        *,
        seq: int | None = ...,
    ) -> GetNearest:
        """From the body."""

    def nearest(
        self,
        *,
        distance: int,
        seq: int | None = ...,
    ) -> Nearest:
        """From the lens.

        Args:
            distance: the v of low 12 bits times ten to the signed top 4 bits, m
        """

    def get_serial(
        self,
        *,
        seq: int | None = ...,
    ) -> GetSerial:
        """From the body."""

    def serial(
        self,
        *,
        serial: str,
        seq: int | None = ...,
    ) -> Serial:
        """From the lens."""

    def iris_set(
        self,
        *,
        position: int,
        seq: int | None = ...,
    ) -> IrisSet:
        """From the body.

        Args:
            position: counts
        """

    def iris_set_taken(
        self,
        *,
        seq: int | None = ...,
    ) -> IrisSetTaken:
        """From the lens."""

    def zoom_set(
        self,
        *,
        position: int,
        seq: int | None = ...,
    ) -> ZoomSet:
        """From the body.

        Args:
            position: counts
        """

    def zoom_set_taken(
        self,
        *,
        seq: int | None = ...,
    ) -> ZoomSetTaken:
        """From the lens."""

    def focus_set(
        self,
        *,
        position: int,
        seq: int | None = ...,
    ) -> FocusSet:
        """From the body.

        Args:
            position: counts
        """

    def focus_set_taken(
        self,
        *,
        seq: int | None = ...,
    ) -> FocusSetTaken:
        """From the lens."""

    def iris_set_2(
        self,
        *,
        position: int,
        seq: int | None = ...,
    ) -> IrisSet2:
        """From the body.

        Args:
            position: counts
        """

    def iris_set_2_taken(
        self,
        *,
        seq: int | None = ...,
    ) -> IrisSet2Taken:
        """From the lens."""

    def zoom_speed_set(
        self,
        *,
        position: int,
        seq: int | None = ...,
    ) -> ZoomSpeedSet:
        """From the body.

        Args:
            position: counts
        """

    def zoom_speed_set_taken(
        self,
        *,
        seq: int | None = ...,
    ) -> ZoomSpeedSetTaken:
        """From the lens."""

    def focus_speed_set(
        self,
        *,
        position: int,
        seq: int | None = ...,
    ) -> FocusSpeedSet:
        """From the body.

        Args:
            position: counts
        """

    def focus_speed_set_taken(
        self,
        *,
        seq: int | None = ...,
    ) -> FocusSpeedSetTaken:
        """From the lens."""

    def back_focus_set(
        self,
        *,
        position: int,
        seq: int | None = ...,
    ) -> BackFocusSet:
        """From the body.

        Args:
            position: counts
        """

    def back_focus_set_taken(
        self,
        *,
        seq: int | None = ...,
    ) -> BackFocusSetTaken:
        """From the lens."""

    def get_iris(
        self,
        *,
        seq: int | None = ...,
    ) -> GetIris:
        """From the body."""

    def iris(
        self,
        *,
        position: int,
        seq: int | None = ...,
    ) -> Iris:
        """From the lens.

        Args:
            position: counts
        """

    def get_zoom(
        self,
        *,
        seq: int | None = ...,
    ) -> GetZoom:
        """From the body."""

    def zoom(
        self,
        *,
        position: int,
        seq: int | None = ...,
    ) -> Zoom:
        """From the lens.

        Args:
            position: counts
        """

    def get_focus(
        self,
        *,
        seq: int | None = ...,
    ) -> GetFocus:
        """From the body."""

    def focus(
        self,
        *,
        position: int,
        seq: int | None = ...,
    ) -> Focus:
        """From the lens.

        Args:
            position: counts
        """

    def get_back_focus(
        self,
        *,
        seq: int | None = ...,
    ) -> GetBackFocus:
        """From the body."""

    def back_focus(
        self,
        *,
        position: int,
        seq: int | None = ...,
    ) -> BackFocus:
        """From the lens.

        Args:
            position: counts
        """

    def get_33(
        self,
        *,
        seq: int | None = ...,
    ) -> Get33:
        """From the body."""

    def lens_33(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> Lens33:
        """From the lens."""

    def get_34(
        self,
        *,
        seq: int | None = ...,
    ) -> Get34:
        """From the body."""

    def lens_34(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> Lens34:
        """From the lens."""

    def get_35(
        self,
        *,
        seq: int | None = ...,
    ) -> Get35:
        """From the body."""

    def lens_35(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> Lens35:
        """From the lens."""

    def get_36(
        self,
        *,
        seq: int | None = ...,
    ) -> Get36:
        """From the body."""

    def lens_36(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> Lens36:
        """From the lens."""

    def get_37(
        self,
        *,
        seq: int | None = ...,
    ) -> Get37:
        """From the body."""

    def lens_37(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> Lens37:
        """From the lens."""

    def get_3d(
        self,
        *,
        seq: int | None = ...,
    ) -> Get3d:
        """From the body."""

    def lens_3d(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> Lens3d:
        """From the lens."""

    def get_5f(
        self,
        *,
        seq: int | None = ...,
    ) -> Get5f:
        """From the body."""

    def lens_5f(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> Lens5f:
        """From the lens."""

    def switch_0_set(
        self,
        *,
        switches: FujinonL10Lens.Switch0Set.Switches,
        seq: int | None = ...,
    ) -> Switch0Set:
        """From the body."""

    def switch_0_set_taken(
        self,
        *,
        seq: int | None = ...,
    ) -> Switch0SetTaken:
        """From the lens."""

    def switch_1_set(
        self,
        *,
        switches: FujinonL10Lens.Switch1Set.Switches,
        seq: int | None = ...,
    ) -> Switch1Set:
        """From the body."""

    def switch_1_set_taken(
        self,
        *,
        seq: int | None = ...,
    ) -> Switch1SetTaken:
        """From the lens."""

    def switch_2_set(
        self,
        *,
        switches: FujinonL10Lens.Switch2Set.Switches,
        seq: int | None = ...,
    ) -> Switch2Set:
        """From the body."""

    def switch_2_set_taken(
        self,
        *,
        seq: int | None = ...,
    ) -> Switch2SetTaken:
        """From the lens."""

    def switch_3_set(
        self,
        *,
        switches: FujinonL10Lens.Switch3Set.Switches,
        seq: int | None = ...,
    ) -> Switch3Set:
        """From the body."""

    def switch_3_set_taken(
        self,
        *,
        seq: int | None = ...,
    ) -> Switch3SetTaken:
        """From the lens."""

    def switch_4_set(
        self,
        *,
        switches: FujinonL10Lens.Switch4Set.Switches,
        seq: int | None = ...,
    ) -> Switch4Set:
        """From the body."""

    def switch_4_set_taken(
        self,
        *,
        seq: int | None = ...,
    ) -> Switch4SetTaken:
        """From the lens."""

    def switch_5_set(
        self,
        *,
        switches: int,
        seq: int | None = ...,
    ) -> Switch5Set:
        """From the body."""

    def switch_5_set_taken(
        self,
        *,
        seq: int | None = ...,
    ) -> Switch5SetTaken:
        """From the lens."""

    def switch_6_set(
        self,
        *,
        switches: FujinonL10Lens.Switch6Set.Switches,
        seq: int | None = ...,
    ) -> Switch6Set:
        """From the body."""

    def switch_6_set_taken(
        self,
        *,
        seq: int | None = ...,
    ) -> Switch6SetTaken:
        """From the lens."""

    def get_switch_0(
        self,
        *,
        seq: int | None = ...,
    ) -> GetSwitch0:
        """From the body."""

    def switch_0(
        self,
        *,
        switches: FujinonL10Lens.Switch0.Switches,
        seq: int | None = ...,
    ) -> Switch0:
        """From the lens."""

    def get_switch_1(
        self,
        *,
        seq: int | None = ...,
    ) -> GetSwitch1:
        """From the body."""

    def switch_1(
        self,
        *,
        switches: FujinonL10Lens.Switch1.Switches,
        seq: int | None = ...,
    ) -> Switch1:
        """From the lens."""

    def get_switch_2(
        self,
        *,
        seq: int | None = ...,
    ) -> GetSwitch2:
        """From the body."""

    def switch_2(
        self,
        *,
        switches: FujinonL10Lens.Switch2.Switches,
        seq: int | None = ...,
    ) -> Switch2:
        """From the lens."""

    def get_switch_3(
        self,
        *,
        seq: int | None = ...,
    ) -> GetSwitch3:
        """From the body."""

    def switch_3(
        self,
        *,
        switches: FujinonL10Lens.Switch3.Switches,
        seq: int | None = ...,
    ) -> Switch3:
        """From the lens."""

    def get_switch_4(
        self,
        *,
        seq: int | None = ...,
    ) -> GetSwitch4:
        """From the body."""

    def switch_4(
        self,
        *,
        switches: FujinonL10Lens.Switch4.Switches,
        seq: int | None = ...,
    ) -> Switch4:
        """From the lens."""

    def get_switch_5(
        self,
        *,
        seq: int | None = ...,
    ) -> GetSwitch5:
        """From the body."""

    def switch_5(
        self,
        *,
        switches: int,
        seq: int | None = ...,
    ) -> Switch5:
        """From the lens."""

    def get_switch_6(
        self,
        *,
        seq: int | None = ...,
    ) -> GetSwitch6:
        """From the body."""

    def switch_6(
        self,
        *,
        switches: FujinonL10Lens.Switch6.Switches,
        seq: int | None = ...,
    ) -> Switch6:
        """From the lens."""

    def subscribe_1(
        self,
        *,
        commands: tuple[int, ...],
        seq: int | None = ...,
    ) -> Subscribe1:
        """From the body."""

    def subscribed_1(
        self,
        *,
        commands: tuple[int, ...],
        seq: int | None = ...,
    ) -> Subscribed1:
        """From the lens."""

    def subscribe_2(
        self,
        *,
        commands: tuple[int, ...],
        seq: int | None = ...,
    ) -> Subscribe2:
        """From the body."""

    def subscribed_2(
        self,
        *,
        commands: tuple[int, ...],
        seq: int | None = ...,
    ) -> Subscribed2:
        """From the lens."""

    def subscribe_3(
        self,
        *,
        commands: tuple[int, ...],
        seq: int | None = ...,
    ) -> Subscribe3:
        """From the body."""

    def subscribed_3(
        self,
        *,
        commands: tuple[int, ...],
        seq: int | None = ...,
    ) -> Subscribed3:
        """From the lens."""

    def poll_1(
        self,
        *,
        seq: int | None = ...,
    ) -> Poll1:
        """From the body."""

    def values_1(
        self,
        *,
        values: bytes,
        seq: int | None = ...,
    ) -> Values1:
        """From the lens."""

    def poll_2(
        self,
        *,
        seq: int | None = ...,
    ) -> Poll2:
        """From the body."""

    def values_2(
        self,
        *,
        values: bytes,
        seq: int | None = ...,
    ) -> Values2:
        """From the lens."""

    def poll_3(
        self,
        *,
        seq: int | None = ...,
    ) -> Poll3:
        """From the body."""

    def values_3(
        self,
        *,
        values: bytes,
        seq: int | None = ...,
    ) -> Values3:
        """From the lens."""

    @overload  # type: ignore[override]  # knows the names
    def physical(
        self,
        name: Literal["open_f"],
        /,
        *,
        f_number: float,
        seq: int | None = ...,
    ) -> OpenF:
        """From the lens.

        Args:
            f_number: f-number
        """

    @overload
    def physical(
        self,
        name: Literal["tele"],
        /,
        *,
        focal_length: float,
        seq: int | None = ...,
    ) -> Tele:
        """From the lens.

        Args:
            focal_length: m
        """

    @overload
    def physical(
        self,
        name: Literal["wide"],
        /,
        *,
        focal_length: float,
        seq: int | None = ...,
    ) -> Wide:
        """From the lens.

        Args:
            focal_length: m
        """

    @overload
    def physical(
        self,
        name: Literal["nearest"],
        /,
        *,
        distance: float,
        seq: int | None = ...,
    ) -> Nearest:
        """From the lens.

        Args:
            distance: m
        """

@type_check_only
class LMountLens(Vocabulary):
    """L-mount, body and lens (open model, not Leica's)."""

    class Attached(Message):
        """From the lens, on the line detect."""

        name: Literal["attached"]

    class Detached(Message):
        """From the lens, on the line detect."""

        name: Literal["detached"]

    class PowerOn(Message):
        """From the body, on the line power."""

        name: Literal["power_on"]

    class PowerOff(Message):
        """From the body, on the line power."""

        name: Literal["power_off"]

    class Reset(Message):
        """From the body, on the line reset."""

        name: Literal["reset"]

    class Sync(Message):
        """From the body, on the line sync."""

        name: Literal["sync"]

    class Identify(Message):
        """From the body."""

        name: Literal["identify"]
        protocol: int
        layout_hash: int

    class Identity(Message):
        """From the lens."""

        name: Literal["identity"]
        lens_number: int
        vendor: Literal["leica", "panasonic", "sigma", "ernst_leitz_wetzlar", "dji", "samyang", "astrodesign", "blackmagic", "sirui", "viltrox", "other"]
        protocol: int
        protocol_least: int
        hardware: int
        firmware_major: int
        firmware_minor: int
        firmware_patch: int
        serial: str
        layout_hash: int

    class ExchangeCapabilities(Message):
        """From the body."""

        name: Literal["exchange_capabilities"]
        mask: tuple[Literal["autofocus", "aperture", "stabiliser", "zoom", "aperture_ring", "focus_by_speed", "firmware_update", "focus_follow", "linear_focus_ring", "correction", "accessory"], ...]

    class Capabilities(Message):
        """From the lens."""

        name: Literal["capabilities"]
        mask: tuple[Literal["autofocus", "aperture", "stabiliser", "zoom", "aperture_ring", "focus_by_speed", "firmware_update", "focus_follow", "linear_focus_ring", "correction", "accessory"], ...]

    class SetRate(Message):
        """From the body."""

        name: Literal["set_rate"]
        baud: int

    class RateSet(Message):
        """From the lens."""

        name: Literal["rate_set"]
        baud: int

    class GetOptics(Message):
        """From the body."""

        name: Literal["get_optics"]

    class Optics(Message):
        """From the lens."""

        name: Literal["optics"]
        focal_wide: int
        focal_tele: int
        open_wide_av256: int
        open_tele_av256: int
        closed_av256: int
        near_wide: int
        near_tele: int
        focus_range: int
        image_circle: Literal["full_frame", "aps_c"]
        power_class: Literal["normal", "high"]
        far: int
        idle_ma: int
        drive_ma: int
        focus_speed: int

        class Physical(View):
            focal_wide: float
            focal_tele: float
            open_wide_av256: float
            open_tele_av256: float
            closed_av256: float
            near_wide: int
            near_tele: int
            focus_range: int
            image_circle: Literal["full_frame", "aps_c"]
            power_class: Literal["normal", "high"]
            far: int
            idle_ma: int
            drive_ma: int
            focus_speed: int

        @property
        def physical(self) -> Physical: ...

    class Home(Message):
        """From the body."""

        name: Literal["home"]

    class Busy(Message):
        """From the lens."""

        name: Literal["busy"]
        opcode: int

    class Homed(Message):
        """From the lens."""

        name: Literal["homed"]
        focus_position: int

    class Status(Message):
        """From the lens."""

        name: Literal["status"]
        focus_position: int
        focus_state: Literal["idle", "moving", "near_end", "far_end"]
        aperture_av256: int
        focal_length: int
        ring_counts: int
        switches: tuple[Literal["manual_focus", "stabiliser_off", "function_button", "aperture_ring_auto", "focus_limiter", "aperture_ring_locked"], ...]
        aperture_ring_av256: int
        stabiliser: Literal["off", "on", "panning", "shared"]
        temperature: int
        errors: tuple[Literal["focus_motor", "iris", "over_temperature", "low_supply", "stabiliser"], ...]

        class Physical(View):
            focus_position: int
            focus_state: Literal["idle", "moving", "near_end", "far_end"]
            aperture_av256: float
            focal_length: float
            ring_counts: int
            switches: tuple[Literal["manual_focus", "stabiliser_off", "function_button", "aperture_ring_auto", "focus_limiter", "aperture_ring_locked"], ...]
            aperture_ring_av256: float
            stabiliser: Literal["off", "on", "panning", "shared"]
            temperature: int
            errors: tuple[Literal["focus_motor", "iris", "over_temperature", "low_supply", "stabiliser"], ...]

        @property
        def physical(self) -> Physical: ...

    class Command(Message):
        """From the body."""

        name: Literal["command"]
        aperture_av256: int
        focus_drive: Literal["none", "follow"]
        focus_target: int
        stabiliser: Literal["off", "on", "panning", "shared"]

        class Physical(View):
            aperture_av256: float
            focus_drive: Literal["none", "follow"]
            focus_target: int
            stabiliser: Literal["off", "on", "panning", "shared"]

        @property
        def physical(self) -> Physical: ...

    class FocusMove(Message):
        """From the body."""

        name: Literal["focus_move"]
        mode: Literal["absolute", "relative", "speed"]
        target: int
        speed: int

    class FocusStop(Message):
        """From the body."""

        name: Literal["focus_stop"]

    class ApertureSet(Message):
        """From the body."""

        name: Literal["aperture_set"]
        aperture_av256: int

        class Physical(View):
            aperture_av256: float

        @property
        def physical(self) -> Physical: ...

    class Accepted(Message):
        """From the lens."""

        name: Literal["accepted"]
        opcode: int

    class Refused(Message):
        """From the lens."""

        name: Literal["refused"]
        opcode: int
        reason: Literal["illegal_state", "no_bootloader", "unsupported"]

    class SetFocusRing(Message):
        """From the body."""

        name: Literal["set_focus_ring"]
        mode: Literal["non_linear", "linear"]
        throw: int

    class GetCorrection(Message):
        """From the body."""

        name: Literal["get_correction"]
        focal_length: int

        class Physical(View):
            focal_length: float

        @property
        def physical(self) -> Physical: ...

    class Correction(Message):
        """From the lens."""

        name: Literal["correction"]
        focal_length: int
        block: bytes

        class Physical(View):
            focal_length: float
            block: bytes

        @property
        def physical(self) -> Physical: ...

    class GetAccessory(Message):
        """From the body."""

        name: Literal["get_accessory"]

    class Accessory(Message):
        """From the lens."""

        name: Literal["accessory"]
        kind: Literal["none", "teleconverter", "extension_tube", "adapter"]
        serial: str

    class Sleep(Message):
        """From the body."""

        name: Literal["sleep"]

    class Asleep(Message):
        """From the lens."""

        name: Literal["asleep"]

    class Wake(Message):
        """From the body."""

        name: Literal["wake"]

    class Awake(Message):
        """From the lens."""

        name: Literal["awake"]

    class GetFirmware(Message):
        """From the body."""

        name: Literal["get_firmware"]

    class Firmware(Message):
        """From the lens."""

        name: Literal["firmware"]
        state: Literal["on_trial", "confirmed"]
        build: int

    class EnterBootloader(Message):
        """From the body."""

        name: Literal["enter_bootloader"]

    class EnteringBootloader(Message):
        """From the lens."""

        name: Literal["entering_bootloader"]

    Heard: TypeAlias = Attached | Detached | PowerOn | PowerOff | Reset | Sync | Identify | Identity | ExchangeCapabilities | Capabilities | SetRate | RateSet | GetOptics | Optics | Home | Busy | Homed | Status | Command | FocusMove | FocusStop | ApertureSet | Accepted | Refused | SetFocusRing | GetCorrection | Correction | GetAccessory | Accessory | Sleep | Asleep | Wake | Awake | GetFirmware | Firmware | EnterBootloader | EnteringBootloader

    def attached(
        self,
        *,
        seq: int | None = ...,
    ) -> Attached:
        """From the lens, on the line detect."""

    def detached(
        self,
        *,
        seq: int | None = ...,
    ) -> Detached:
        """From the lens, on the line detect."""

    def power_on(
        self,
        *,
        seq: int | None = ...,
    ) -> PowerOn:
        """From the body, on the line power."""

    def power_off(
        self,
        *,
        seq: int | None = ...,
    ) -> PowerOff:
        """From the body, on the line power."""

    def reset(
        self,
        *,
        seq: int | None = ...,
    ) -> Reset:
        """From the body, on the line reset."""

    def sync(
        self,
        *,
        seq: int | None = ...,
    ) -> Sync:
        """From the body, on the line sync."""

    def identify(
        self,
        *,
        protocol: int,
        layout_hash: int = ...,
        seq: int | None = ...,
    ) -> Identify:
        """From the body."""

    def identity(
        self,
        *,
        lens_number: int,
        vendor: Literal["leica", "panasonic", "sigma", "ernst_leitz_wetzlar", "dji", "samyang", "astrodesign", "blackmagic", "sirui", "viltrox", "other"],
        protocol: int,
        protocol_least: int,
        hardware: int,
        firmware_major: int,
        firmware_minor: int,
        firmware_patch: int,
        serial: str,
        name: str,
        layout_hash: int = ...,
        seq: int | None = ...,
    ) -> Identity:
        """From the lens."""

    def exchange_capabilities(
        self,
        *,
        mask: tuple[Literal["autofocus", "aperture", "stabiliser", "zoom", "aperture_ring", "focus_by_speed", "firmware_update", "focus_follow", "linear_focus_ring", "correction", "accessory"], ...],
        seq: int | None = ...,
    ) -> ExchangeCapabilities:
        """From the body."""

    def capabilities(
        self,
        *,
        mask: tuple[Literal["autofocus", "aperture", "stabiliser", "zoom", "aperture_ring", "focus_by_speed", "firmware_update", "focus_follow", "linear_focus_ring", "correction", "accessory"], ...],
        seq: int | None = ...,
    ) -> Capabilities:
        """From the lens."""

    def set_rate(
        self,
        *,
        baud: int,
        seq: int | None = ...,
    ) -> SetRate:
        """From the body.

        Args:
            baud: baud
        """

    def rate_set(
        self,
        *,
        baud: int,
        seq: int | None = ...,
    ) -> RateSet:
        """From the lens.

        Args:
            baud: baud
        """

    def get_optics(
        self,
        *,
        seq: int | None = ...,
    ) -> GetOptics:
        """From the body."""

    def optics(
        self,
        *,
        focal_wide: int,
        focal_tele: int,
        open_wide_av256: int,
        open_tele_av256: int,
        closed_av256: int,
        near_wide: int,
        near_tele: int,
        focus_range: int,
        image_circle: Literal["full_frame", "aps_c"],
        power_class: Literal["normal", "high"],
        far: int = ...,
        idle_ma: int = ...,
        drive_ma: int = ...,
        focus_speed: int = ...,
        seq: int | None = ...,
    ) -> Optics:
        """From the lens.

        Args:
            focal_wide: the v of v x 0.1, mm
            focal_tele: the v of v x 0.1, mm
            open_wide_av256: the v of N = 2^(v/512), f-number
            open_tele_av256: the v of N = 2^(v/512), f-number
            closed_av256: the v of N = 2^(v/512), f-number
            near_wide: mm
            near_tele: mm
            focus_range: counts
            far: mm, 0 for infinity
            idle_ma: mA
            drive_ma: mA
            focus_speed: counts/s, 0 where it is not told
        """

    def home(
        self,
        *,
        seq: int | None = ...,
    ) -> Home:
        """From the body."""

    def busy(
        self,
        *,
        opcode: int,
        seq: int | None = ...,
    ) -> Busy:
        """From the lens."""

    def homed(
        self,
        *,
        focus_position: int,
        seq: int | None = ...,
    ) -> Homed:
        """From the lens.

        Args:
            focus_position: counts
        """

    def status(
        self,
        *,
        focus_position: int,
        focus_state: Literal["idle", "moving", "near_end", "far_end"],
        aperture_av256: int,
        focal_length: int,
        ring_counts: int,
        switches: tuple[Literal["manual_focus", "stabiliser_off", "function_button", "aperture_ring_auto", "focus_limiter", "aperture_ring_locked"], ...],
        aperture_ring_av256: int = ...,
        stabiliser: Literal["off", "on", "panning", "shared"] = ...,
        temperature: int,
        errors: tuple[Literal["focus_motor", "iris", "over_temperature", "low_supply", "stabiliser"], ...],
        seq: int | None = ...,
    ) -> Status:
        """From the lens.

        Args:
            focus_position: counts
            aperture_av256: the v of N = 2^(v/512), f-number
            focal_length: the v of v x 0.1, mm
            ring_counts: counts
            aperture_ring_av256: the v of N = 2^(v/512), f-number
            temperature: degrees Celsius
        """

    def command(
        self,
        *,
        aperture_av256: int,
        focus_drive: Literal["none", "follow"],
        focus_target: int,
        stabiliser: Literal["off", "on", "panning", "shared"],
        seq: int | None = ...,
    ) -> Command:
        """From the body.

        Args:
            aperture_av256: the v of N = 2^(v/512), f-number
            focus_target: counts
        """

    def focus_move(
        self,
        *,
        mode: Literal["absolute", "relative", "speed"],
        target: int,
        speed: int,
        seq: int | None = ...,
    ) -> FocusMove:
        """From the body.

        Args:
            target: counts
            speed: counts/s, 0 for the fastest
        """

    def focus_stop(
        self,
        *,
        seq: int | None = ...,
    ) -> FocusStop:
        """From the body."""

    def aperture_set(
        self,
        *,
        aperture_av256: int,
        seq: int | None = ...,
    ) -> ApertureSet:
        """From the body.

        Args:
            aperture_av256: the v of N = 2^(v/512), f-number
        """

    def accepted(
        self,
        *,
        opcode: int,
        seq: int | None = ...,
    ) -> Accepted:
        """From the lens."""

    def refused(
        self,
        *,
        opcode: int,
        reason: Literal["illegal_state", "no_bootloader", "unsupported"],
        seq: int | None = ...,
    ) -> Refused:
        """From the lens."""

    def set_focus_ring(
        self,
        *,
        mode: Literal["non_linear", "linear"],
        throw: int,
        seq: int | None = ...,
    ) -> SetFocusRing:
        """From the body.

        Args:
            throw: degrees from end to end, 0 for the lens's own
        """

    def get_correction(
        self,
        *,
        focal_length: int,
        seq: int | None = ...,
    ) -> GetCorrection:
        """From the body.

        Args:
            focal_length: the v of v x 0.1, mm
        """

    def correction(
        self,
        *,
        focal_length: int,
        block: bytes,
        seq: int | None = ...,
    ) -> Correction:
        """From the lens.

        Args:
            focal_length: the v of v x 0.1, mm
        """

    def get_accessory(
        self,
        *,
        seq: int | None = ...,
    ) -> GetAccessory:
        """From the body."""

    def accessory(
        self,
        *,
        kind: Literal["none", "teleconverter", "extension_tube", "adapter"],
        serial: str,
        name: str,
        seq: int | None = ...,
    ) -> Accessory:
        """From the lens."""

    def sleep(
        self,
        *,
        seq: int | None = ...,
    ) -> Sleep:
        """From the body."""

    def asleep(
        self,
        *,
        seq: int | None = ...,
    ) -> Asleep:
        """From the lens."""

    def wake(
        self,
        *,
        seq: int | None = ...,
    ) -> Wake:
        """From the body."""

    def awake(
        self,
        *,
        seq: int | None = ...,
    ) -> Awake:
        """From the lens."""

    def get_firmware(
        self,
        *,
        seq: int | None = ...,
    ) -> GetFirmware:
        """From the body."""

    def firmware(
        self,
        *,
        state: Literal["on_trial", "confirmed"],
        build: int,
        seq: int | None = ...,
    ) -> Firmware:
        """From the lens."""

    def enter_bootloader(
        self,
        *,
        seq: int | None = ...,
    ) -> EnterBootloader:
        """From the body."""

    def entering_bootloader(
        self,
        *,
        seq: int | None = ...,
    ) -> EnteringBootloader:
        """From the lens."""

    @overload  # type: ignore[override]  # knows the names
    def physical(
        self,
        name: Literal["optics"],
        /,
        *,
        focal_wide: float,
        focal_tele: float,
        open_wide_av256: float,
        open_tele_av256: float,
        closed_av256: float,
        near_wide: int,
        near_tele: int,
        focus_range: int,
        image_circle: Literal["full_frame", "aps_c"],
        power_class: Literal["normal", "high"],
        far: int = ...,
        idle_ma: int = ...,
        drive_ma: int = ...,
        focus_speed: int = ...,
        seq: int | None = ...,
    ) -> Optics:
        """From the lens.

        Args:
            focal_wide: mm
            focal_tele: mm
            open_wide_av256: f-number
            open_tele_av256: f-number
            closed_av256: f-number
            near_wide: mm
            near_tele: mm
            focus_range: counts
            far: mm, 0 for infinity
            idle_ma: mA
            drive_ma: mA
            focus_speed: counts/s, 0 where it is not told
        """

    @overload
    def physical(
        self,
        name: Literal["status"],
        /,
        *,
        focus_position: int,
        focus_state: Literal["idle", "moving", "near_end", "far_end"],
        aperture_av256: float,
        focal_length: float,
        ring_counts: int,
        switches: tuple[Literal["manual_focus", "stabiliser_off", "function_button", "aperture_ring_auto", "focus_limiter", "aperture_ring_locked"], ...],
        aperture_ring_av256: float = ...,
        stabiliser: Literal["off", "on", "panning", "shared"] = ...,
        temperature: int,
        errors: tuple[Literal["focus_motor", "iris", "over_temperature", "low_supply", "stabiliser"], ...],
        seq: int | None = ...,
    ) -> Status:
        """From the lens.

        Args:
            focus_position: counts
            aperture_av256: f-number
            focal_length: mm
            ring_counts: counts
            aperture_ring_av256: f-number
            temperature: degrees Celsius
        """

    @overload
    def physical(
        self,
        name: Literal["command"],
        /,
        *,
        aperture_av256: float,
        focus_drive: Literal["none", "follow"],
        focus_target: int,
        stabiliser: Literal["off", "on", "panning", "shared"],
        seq: int | None = ...,
    ) -> Command:
        """From the body.

        Args:
            aperture_av256: f-number
            focus_target: counts
        """

    @overload
    def physical(
        self,
        name: Literal["aperture_set"],
        /,
        *,
        aperture_av256: float,
        seq: int | None = ...,
    ) -> ApertureSet:
        """From the body.

        Args:
            aperture_av256: f-number
        """

    @overload
    def physical(
        self,
        name: Literal["get_correction"],
        /,
        *,
        focal_length: float,
        seq: int | None = ...,
    ) -> GetCorrection:
        """From the body.

        Args:
            focal_length: mm
        """

    @overload
    def physical(
        self,
        name: Literal["correction"],
        /,
        *,
        focal_length: float,
        block: bytes,
        seq: int | None = ...,
    ) -> Correction:
        """From the lens.

        Args:
            focal_length: mm
        """

@type_check_only
class LMountUpdate(Vocabulary):
    """L-mount, update of a lens (open model, not Leica's)."""

    class Attached(Message):
        """From the target, on the line detect."""

        name: Literal["attached"]

    class Detached(Message):
        """From the target, on the line detect."""

        name: Literal["detached"]

    class PowerOn(Message):
        """From the host, on the line power."""

        name: Literal["power_on"]

    class PowerOff(Message):
        """From the host, on the line power."""

        name: Literal["power_off"]

    class Reset(Message):
        """From the host, on the line reset."""

        name: Literal["reset"]

    class Hello(Message):
        """From the host."""

        name: Literal["hello"]

    class Target(Message):
        """From the target."""

        name: Literal["target"]
        lens_number: int
        hardware: int
        protocol: int
        slot: Literal["recovery", "confirmed", "on_trial"]
        major: int
        minor: int
        revision: int
        build: int
        counter: int
        room: int

    class SetRate(Message):
        """From the host."""

        name: Literal["set_rate"]
        baud: int

    class RateSet(Message):
        """From the target."""

        name: Literal["rate_set"]
        baud: int

    class Offer(Message):
        """From the host."""

        name: Literal["offer"]
        wishes: tuple[Literal["take_older"], ...]
        chunk: int
        header: bytes
        tlvs: bytes

    class Offered(Message):
        """From the target."""

        name: Literal["offered"]
        chunk: int
        next: int
        limit: int
        got: bytes

    class Chunk(Message):
        """From the host."""

        name: Literal["chunk"]
        offset: int
        data: bytes

    class ChunkState(Message):
        """From the target."""

        name: Literal["chunk_state"]
        next: int
        limit: int
        got: bytes

    class Finish(Message):
        """From the host."""

        name: Literal["finish"]

    class Finished(Message):
        """From the target."""

        name: Literal["finished"]

    class Busy(Message):
        """From the target."""

        name: Literal["busy"]
        opcode: int

    class Refused(Message):
        """From the target."""

        name: Literal["refused"]
        opcode: int
        reason: Literal["illegal_state", "malformed", "too_big", "key", "signature", "lens", "hardware", "protocol", "counter", "older", "up_to_date", "incomplete", "digest", "worn_out"]

    class Restart(Message):
        """From the host."""

        name: Literal["restart"]

    class Restarting(Message):
        """From the target."""

        name: Literal["restarting"]

    Heard: TypeAlias = Attached | Detached | PowerOn | PowerOff | Reset | Hello | Target | SetRate | RateSet | Offer | Offered | Chunk | ChunkState | Finish | Finished | Busy | Refused | Restart | Restarting

    def attached(
        self,
        *,
        seq: int | None = ...,
    ) -> Attached:
        """From the target, on the line detect."""

    def detached(
        self,
        *,
        seq: int | None = ...,
    ) -> Detached:
        """From the target, on the line detect."""

    def power_on(
        self,
        *,
        seq: int | None = ...,
    ) -> PowerOn:
        """From the host, on the line power."""

    def power_off(
        self,
        *,
        seq: int | None = ...,
    ) -> PowerOff:
        """From the host, on the line power."""

    def reset(
        self,
        *,
        seq: int | None = ...,
    ) -> Reset:
        """From the host, on the line reset."""

    def hello(
        self,
        *,
        seq: int | None = ...,
    ) -> Hello:
        """From the host."""

    def target(
        self,
        *,
        lens_number: int,
        hardware: int,
        protocol: int,
        slot: Literal["recovery", "confirmed", "on_trial"],
        major: int,
        minor: int,
        revision: int,
        build: int,
        counter: int,
        room: int,
        seq: int | None = ...,
    ) -> Target:
        """From the target.

        Args:
            room: bytes
        """

    def set_rate(
        self,
        *,
        baud: int,
        seq: int | None = ...,
    ) -> SetRate:
        """From the host.

        Args:
            baud: baud
        """

    def rate_set(
        self,
        *,
        baud: int,
        seq: int | None = ...,
    ) -> RateSet:
        """From the target.

        Args:
            baud: baud
        """

    def offer(
        self,
        *,
        wishes: tuple[Literal["take_older"], ...],
        chunk: int,
        header: bytes,
        tlvs: bytes,
        seq: int | None = ...,
    ) -> Offer:
        """From the host.

        Args:
            chunk: bytes
        """

    def offered(
        self,
        *,
        chunk: int,
        next: int,
        limit: int,
        got: bytes,
        seq: int | None = ...,
    ) -> Offered:
        """From the target.

        Args:
            chunk: bytes
            next: bytes
            limit: bytes
        """

    def chunk(
        self,
        *,
        offset: int,
        data: bytes,
        seq: int | None = ...,
    ) -> Chunk:
        """From the host.

        Args:
            offset: bytes
        """

    def chunk_state(
        self,
        *,
        next: int,
        limit: int,
        got: bytes,
        seq: int | None = ...,
    ) -> ChunkState:
        """From the target.

        Args:
            next: bytes
            limit: bytes
        """

    def finish(
        self,
        *,
        seq: int | None = ...,
    ) -> Finish:
        """From the host."""

    def finished(
        self,
        *,
        seq: int | None = ...,
    ) -> Finished:
        """From the target."""

    def busy(
        self,
        *,
        opcode: int,
        seq: int | None = ...,
    ) -> Busy:
        """From the target."""

    def refused(
        self,
        *,
        opcode: int,
        reason: Literal["illegal_state", "malformed", "too_big", "key", "signature", "lens", "hardware", "protocol", "counter", "older", "up_to_date", "incomplete", "digest", "worn_out"],
        seq: int | None = ...,
    ) -> Refused:
        """From the target."""

    def restart(
        self,
        *,
        seq: int | None = ...,
    ) -> Restart:
        """From the host."""

    def restarting(
        self,
        *,
        seq: int | None = ...,
    ) -> Restarting:
        """From the target."""

@type_check_only
class SamyangDockLens(Vocabulary):
    """Samyang dock, host and lens (reverse-engineered)."""

    class GetModel(Message):
        """From the host."""

        name: Literal["get_model"]
        fill: bytes

    class Model(Message):
        """From the lens."""

        name: Literal["model"]
        unknown_1: int
        model: int
        unknown: bytes

    class GetProduct(Message):
        """From the host."""

        name: Literal["get_product"]
        fill: bytes

    class Product(Message):
        """From the lens."""

        name: Literal["product"]
        serial: str
        unknown: bytes

    class GetVersion(Message):
        """From the host."""

        name: Literal["get_version"]
        fill: bytes

    class Version(Message):
        """From the lens."""

        name: Literal["version"]
        unknown_1: int
        major: int
        minor: int
        unknown: bytes

    class GetAfOffset(Message):
        """From the host."""

        name: Literal["get_af_offset"]
        fill: bytes

    class AfOffset(Message):
        """From the lens."""

        name: Literal["af_offset"]
        offset: int
        unknown: bytes

    class AfOffsetSet(Message):
        """From the host."""

        name: Literal["af_offset_set"]
        offset: int
        fill: bytes

    class AfOffsetTaken(Message):
        """From the lens."""

        name: Literal["af_offset_taken"]
        unknown: bytes

    class GetMfSense(Message):
        """From the host."""

        name: Literal["get_mf_sense"]
        fill: bytes

    class MfSense(Message):
        """From the lens."""

        name: Literal["mf_sense"]
        sense: int
        unknown: bytes

    class MfSenseSet(Message):
        """From the host."""

        name: Literal["mf_sense_set"]
        sense: int
        fill: bytes

    class MfSenseTaken(Message):
        """From the lens."""

        name: Literal["mf_sense_taken"]
        unknown: bytes

    class GetCustomMode(Message):
        """From the host."""

        name: Literal["get_custom_mode"]

    class CustomMode(Message):
        """From the lens."""

        name: Literal["custom_mode"]
        mode: bytes
        unknown: bytes

    class CustomModeSet(Message):
        """From the host."""

        name: Literal["custom_mode_set"]
        mode: int
        fill: bytes

        class Physical(View):
            mode: float
            fill: bytes

        @property
        def physical(self) -> Physical: ...

    class CustomModeTaken(Message):
        """From the lens."""

        name: Literal["custom_mode_taken"]
        unknown: bytes

    class Reset(Message):
        """From the host."""

        name: Literal["reset"]
        fill: bytes

    class ResetB(Message):
        """From the host."""

        name: Literal["reset_b"]
        fill: bytes

    class EnterBootloader(Message):
        """From the host."""

        name: Literal["enter_bootloader"]
        mode: int
        fill: bytes

    class ResetFirmware(Message):
        """From the host."""

        name: Literal["reset_firmware"]
        fill: bytes

    class Prepare(Message):
        """From the host."""

        name: Literal["prepare"]
        fill: bytes

    class GetBootloader(Message):
        """From the host."""

        name: Literal["get_bootloader"]
        fill: bytes

    class Bootloader(Message):
        """From the lens."""

        name: Literal["bootloader"]
        version: int
        unknown: bytes

    class Erase(Message):
        """From the host."""

        name: Literal["erase"]
        fill: bytes

    class Erased(Message):
        """From the lens."""

        name: Literal["erased"]
        unknown: bytes

    class Block(Message):
        """From the host."""

        name: Literal["block"]
        data: bytes

    class BlockTaken(Message):
        """From the lens."""

        name: Literal["block_taken"]
        data: bytes

    class Leave(Message):
        """From the host."""

        name: Literal["leave"]
        fill: bytes

    Heard: TypeAlias = GetModel | Model | GetProduct | Product | GetVersion | Version | GetAfOffset | AfOffset | AfOffsetSet | AfOffsetTaken | GetMfSense | MfSense | MfSenseSet | MfSenseTaken | GetCustomMode | CustomMode | CustomModeSet | CustomModeTaken | Reset | ResetB | EnterBootloader | ResetFirmware | Prepare | GetBootloader | Bootloader | Erase | Erased | Block | BlockTaken | Leave

    def get_model(
        self,
        *,
        fill: bytes,
        seq: int | None = ...,
    ) -> GetModel:
        """From the host."""

    def model(
        self,
        *,
        unknown_1: int,
        model: int,
        unknown: bytes,
        seq: int | None = ...,
    ) -> Model:
        """From the lens."""

    def get_product(
        self,
        *,
        fill: bytes,
        seq: int | None = ...,
    ) -> GetProduct:
        """From the host."""

    def product(
        self,
        *,
        serial: str,
        unknown: bytes,
        seq: int | None = ...,
    ) -> Product:
        """From the lens."""

    def get_version(
        self,
        *,
        fill: bytes,
        seq: int | None = ...,
    ) -> GetVersion:
        """From the host."""

    def version(
        self,
        *,
        unknown_1: int,
        major: int,
        minor: int,
        unknown: bytes,
        seq: int | None = ...,
    ) -> Version:
        """From the lens."""

    def get_af_offset(
        self,
        *,
        fill: bytes,
        seq: int | None = ...,
    ) -> GetAfOffset:
        """From the host."""

    def af_offset(
        self,
        *,
        offset: int,
        unknown: bytes,
        seq: int | None = ...,
    ) -> AfOffset:
        """From the lens."""

    def af_offset_set(
        self,
        *,
        offset: int,
        fill: bytes,
        seq: int | None = ...,
    ) -> AfOffsetSet:
        """From the host."""

    def af_offset_taken(
        self,
        *,
        unknown: bytes,
        seq: int | None = ...,
    ) -> AfOffsetTaken:
        """From the lens."""

    def get_mf_sense(
        self,
        *,
        fill: bytes,
        seq: int | None = ...,
    ) -> GetMfSense:
        """From the host."""

    def mf_sense(
        self,
        *,
        sense: int,
        unknown: bytes,
        seq: int | None = ...,
    ) -> MfSense:
        """From the lens."""

    def mf_sense_set(
        self,
        *,
        sense: int,
        fill: bytes,
        seq: int | None = ...,
    ) -> MfSenseSet:
        """From the host."""

    def mf_sense_taken(
        self,
        *,
        unknown: bytes,
        seq: int | None = ...,
    ) -> MfSenseTaken:
        """From the lens."""

    def get_custom_mode(
        self,
        *,
        seq: int | None = ...,
    ) -> GetCustomMode:
        """From the host."""

    def custom_mode(
        self,
        *,
        mode: bytes,
        unknown: bytes,
        seq: int | None = ...,
    ) -> CustomMode:
        """From the lens."""

    def custom_mode_set(
        self,
        *,
        mode: int,
        fill: bytes,
        seq: int | None = ...,
    ) -> CustomModeSet:
        """From the host.

        Args:
            mode: the v of v x 1 - 48, 
        """

    def custom_mode_taken(
        self,
        *,
        unknown: bytes,
        seq: int | None = ...,
    ) -> CustomModeTaken:
        """From the lens."""

    def reset(
        self,
        *,
        fill: bytes,
        seq: int | None = ...,
    ) -> Reset:
        """From the host."""

    def reset_b(
        self,
        *,
        fill: bytes,
        seq: int | None = ...,
    ) -> ResetB:
        """From the host."""

    def enter_bootloader(
        self,
        *,
        mode: int,
        fill: bytes,
        seq: int | None = ...,
    ) -> EnterBootloader:
        """From the host."""

    def reset_firmware(
        self,
        *,
        fill: bytes,
        seq: int | None = ...,
    ) -> ResetFirmware:
        """From the host."""

    def prepare(
        self,
        *,
        fill: bytes,
        seq: int | None = ...,
    ) -> Prepare:
        """From the host."""

    def get_bootloader(
        self,
        *,
        fill: bytes,
        seq: int | None = ...,
    ) -> GetBootloader:
        """From the host."""

    def bootloader(
        self,
        *,
        version: int,
        unknown: bytes,
        seq: int | None = ...,
    ) -> Bootloader:
        """From the lens."""

    def erase(
        self,
        *,
        fill: bytes,
        seq: int | None = ...,
    ) -> Erase:
        """From the host."""

    def erased(
        self,
        *,
        unknown: bytes,
        seq: int | None = ...,
    ) -> Erased:
        """From the lens."""

    def block(
        self,
        *,
        data: bytes,
        seq: int | None = ...,
    ) -> Block:
        """From the host."""

    def block_taken(
        self,
        *,
        data: bytes,
        seq: int | None = ...,
    ) -> BlockTaken:
        """From the lens."""

    def leave(
        self,
        *,
        fill: bytes,
        seq: int | None = ...,
    ) -> Leave:
        """From the host."""

    def physical(  # type: ignore[override]  # knows the names
        self,
        name: Literal["custom_mode_set"],
        /,
        *,
        mode: float,
        fill: bytes,
        seq: int | None = ...,
    ) -> CustomModeSet:
        """From the host."""

@type_check_only
class SonyELens(Vocabulary):
    """Sony E-mount, body and lens (reverse-engineered)."""

    class Attached(Message):
        """From the lens, on the line detect."""

        name: Literal["attached"]

    class Detached(Message):
        """From the lens, on the line detect."""

        name: Literal["detached"]

    class Vd(Message):
        """From the body, on the line vd."""

        name: Literal["vd"]

    class Features(Message):
        """From the body."""

        name: Literal["features"]
        mask: bytes

    class LensFeatures(Message):
        """From the lens."""

        name: Literal["lens_features"]
        mask: bytes

    class Identify(Message):
        """From the body."""

        name: Literal["identify"]
        unknown_1: int

    class Identity(Message):
        """From the lens."""

        name: Literal["identity"]
        unknown_1: bytes
        lens_number: int
        unknown_12: bytes

    class AgreeSpeed(Message):
        """From the body."""

        name: Literal["agree_speed"]
        speed: int

    class SpeedAgreed(Message):
        """From the lens."""

        name: Literal["speed_agreed"]
        speed: int

    class Setup0b(Message):
        """From the body."""

        name: Literal["setup_0b"]
        unknown_1: bytes

    class LensSetup0b(Message):
        """From the lens."""

        name: Literal["lens_setup_0b"]
        unknown_1: bytes

    class GetLensData(Message):
        """From the body."""

        name: Literal["get_lens_data"]
        unknown_1: bytes

    class LensData(Message):
        """From the lens."""

        name: Literal["lens_data"]
        open_av: int
        closed_av: int
        unknown_5: bytes
        class LensSpecFeatures(TypedDict):
            format: int
            unknown_2: int
            power_zoom: int
            stabiliser: int
        class LensSpec(TypedDict):
            features: SonyELens.LensData.LensSpecFeatures
            focal_wide: str
            focal_tele: str
            open_wide: str
            open_tele: str
            features_2: int
        lens_spec: SonyELens.LensData.LensSpec
        unknown_24: bytes

        class Physical(View):
            open_av: float
            closed_av: float
            unknown_5: bytes
            class LensSpecFeatures(TypedDict):
                format: int
                unknown_2: int
                power_zoom: int
                stabiliser: int
            class LensSpec(TypedDict):
                features: SonyELens.LensData.Physical.LensSpecFeatures
                focal_wide: str
                focal_tele: str
                open_wide: str
                open_tele: str
                features_2: int
            lens_spec: SonyELens.LensData.Physical.LensSpec
            unknown_24: bytes

        @property
        def physical(self) -> Physical: ...

    class Setup09(Message):
        """From the body."""

        name: Literal["setup_09"]
        unknown_1: bytes

    class LensSetup09(Message):
        """From the lens."""

        name: Literal["lens_setup_09"]
        unknown_1: bytes

    class Setup0d(Message):
        """From the body."""

        name: Literal["setup_0d"]
        unknown_1: bytes

    class LensSetup0d(Message):
        """From the lens."""

        name: Literal["lens_setup_0d"]
        unknown_1: bytes

    class Home(Message):
        """From the body."""

        name: Literal["home"]
        unknown_1: int

    class Homed(Message):
        """From the lens."""

        name: Literal["homed"]
        unknown_1: int

    class LensSetup0a(Message):
        """From the lens."""

        name: Literal["lens_setup_0a"]
        unknown_1: bytes

    class Setup0a(Message):
        """From the body."""

        name: Literal["setup_0a"]
        unknown_1: bytes

    class ApertureCommand(Message):
        """From the body."""

        name: Literal["aperture_command"]
        unknown_1: bytes
        aperture_av: int
        aperture_2_av: int
        unknown_8: bytes

        class Physical(View):
            unknown_1: bytes
            aperture_av: float
            aperture_2_av: float
            unknown_8: bytes

        @property
        def physical(self) -> Physical: ...

    class Echoed(Message):
        """From the body."""

        name: Literal["echoed"]
        unknown_1: bytes

    class FocusCommand(Message):
        """From the body."""

        name: Literal["focus_command"]
        unknown_1: bytes
        focus_mode: int
        unknown_5: bytes

    class FocusStop(Message):
        """From the body."""

        name: Literal["focus_stop"]

    class FocusStopTaken(Message):
        """From the lens."""

        name: Literal["focus_stop_taken"]
        unknown_1: int

    class FocusMove(Message):
        """From the body."""

        name: Literal["focus_move"]
        position: int
        mode: int

    class FocusMoveTaken(Message):
        """From the lens."""

        name: Literal["focus_move_taken"]
        unknown_1: int

    class FocusHunt(Message):
        """From the body."""

        name: Literal["focus_hunt"]
        unknown_1: bytes

    class FocusHuntTaken(Message):
        """From the lens."""

        name: Literal["focus_hunt_taken"]
        unknown_1: int

    class FocusTrack(Message):
        """From the body."""

        name: Literal["focus_track"]
        position: int

    class FocusTrackTaken(Message):
        """From the lens."""

        name: Literal["focus_track_taken"]
        unknown_1: bytes

    class FocusDrive(Message):
        """From the body."""

        name: Literal["focus_drive"]
        unknown_1: bytes

    class FocusDriveTaken(Message):
        """From the lens."""

        name: Literal["focus_drive_taken"]
        unknown_1: bytes

    class Lens20(Message):
        """From the lens."""

        name: Literal["lens_20"]
        unknown_1: bytes

    class Status(Message):
        """From the lens."""

        name: Literal["status"]
        aperture_av: int
        aperture_2_av: int
        unknown_5: bytes
        unknown_9: int
        unknown_10: bytes
        unknown_18: bytes
        unknown_21: bytes
        unknown_31: bytes
        unknown_59: bytes
        unknown_61: bytes
        unknown_67: int
        unknown_68: bytes
        unknown_70: bytes
        echo: bytes
        unknown_80: bytes
        unknown_84: bytes
        unknown_90: bytes
        unknown_96: int

        class Physical(View):
            aperture_av: float
            aperture_2_av: float
            unknown_5: bytes
            unknown_9: int
            unknown_10: bytes
            unknown_18: bytes
            unknown_21: bytes
            unknown_31: bytes
            unknown_59: bytes
            unknown_61: bytes
            unknown_67: int
            unknown_68: bytes
            unknown_70: bytes
            echo: bytes
            unknown_80: bytes
            unknown_84: bytes
            unknown_90: bytes
            unknown_96: int

        @property
        def physical(self) -> Physical: ...

    class FocusStatus(Message):
        """From the lens."""

        name: Literal["focus_status"]
        unknown_1: bytes
        focus_position: int
        unknown_5: bytes
        unknown_14: bytes
        focus_predicted: int
        unknown_23: bytes
        unknown_27: bytes
        unknown_33: bytes

    Heard: TypeAlias = Attached | Detached | Vd | Features | LensFeatures | Identify | Identity | AgreeSpeed | SpeedAgreed | Setup0b | LensSetup0b | GetLensData | LensData | Setup09 | LensSetup09 | Setup0d | LensSetup0d | Home | Homed | LensSetup0a | Setup0a | ApertureCommand | Echoed | FocusCommand | FocusStop | FocusStopTaken | FocusMove | FocusMoveTaken | FocusHunt | FocusHuntTaken | FocusTrack | FocusTrackTaken | FocusDrive | FocusDriveTaken | Lens20 | Status | FocusStatus

    def attached(
        self,
        *,
        seq: int | None = ...,
    ) -> Attached:
        """From the lens, on the line detect."""

    def detached(
        self,
        *,
        seq: int | None = ...,
    ) -> Detached:
        """From the lens, on the line detect."""

    def vd(
        self,
        *,
        seq: int | None = ...,
    ) -> Vd:
        """From the body, on the line vd."""

    def features(
        self,
        *,
        mask: bytes,
        seq: int | None = ...,
    ) -> Features:
        """From the body."""

    def lens_features(
        self,
        *,
        mask: bytes,
        seq: int | None = ...,
    ) -> LensFeatures:
        """From the lens."""

    def identify(
        self,
        *,
        unknown_1: int,
        seq: int | None = ...,
    ) -> Identify:
        """From the body."""

    def identity(
        self,
        *,
        unknown_1: bytes,
        lens_number: int,
        unknown_12: bytes,
        seq: int | None = ...,
    ) -> Identity:
        """From the lens."""

    def agree_speed(
        self,
        *,
        speed: int,
        seq: int | None = ...,
    ) -> AgreeSpeed:
        """From the body."""

    def speed_agreed(
        self,
        *,
        speed: int,
        seq: int | None = ...,
    ) -> SpeedAgreed:
        """From the lens."""

    def setup_0b(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> Setup0b:
        """From the body."""

    def lens_setup_0b(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> LensSetup0b:
        """From the lens."""

    def get_lens_data(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> GetLensData:
        """From the body."""

    def lens_data(
        self,
        *,
        open_av: int,
        closed_av: int,
        unknown_5: bytes,
        lens_spec: SonyELens.LensData.LensSpec,
        unknown_24: bytes,
        seq: int | None = ...,
    ) -> LensData:
        """From the lens.

        Args:
            open_av: the v of N = 2^(v/512 - 8), f-number
            closed_av: the v of N = 2^(v/512 - 8), f-number
        """

    def setup_09(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> Setup09:
        """From the body."""

    def lens_setup_09(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> LensSetup09:
        """From the lens."""

    def setup_0d(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> Setup0d:
        """From the body."""

    def lens_setup_0d(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> LensSetup0d:
        """From the lens."""

    def home(
        self,
        *,
        unknown_1: int,
        seq: int | None = ...,
    ) -> Home:
        """From the body."""

    def homed(
        self,
        *,
        unknown_1: int,
        seq: int | None = ...,
    ) -> Homed:
        """From the lens."""

    def lens_setup_0a(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> LensSetup0a:
        """From the lens."""

    def setup_0a(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> Setup0a:
        """From the body."""

    def aperture_command(
        self,
        *,
        unknown_1: bytes,
        aperture_av: int,
        aperture_2_av: int,
        unknown_8: bytes,
        seq: int | None = ...,
    ) -> ApertureCommand:
        """From the body.

        Args:
            aperture_av: the v of N = 2^(v/512 - 8), f-number
            aperture_2_av: the v of N = 2^(v/512 - 8), f-number
        """

    def echoed(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> Echoed:
        """From the body."""

    def focus_command(
        self,
        *,
        unknown_1: bytes,
        focus_mode: int,
        unknown_5: bytes,
        seq: int | None = ...,
    ) -> FocusCommand:
        """From the body."""

    def focus_stop(
        self,
        *,
        seq: int | None = ...,
    ) -> FocusStop:
        """From the body."""

    def focus_stop_taken(
        self,
        *,
        unknown_1: int,
        seq: int | None = ...,
    ) -> FocusStopTaken:
        """From the lens."""

    def focus_move(
        self,
        *,
        position: int,
        mode: int,
        seq: int | None = ...,
    ) -> FocusMove:
        """From the body.

        Args:
            position: counts
        """

    def focus_move_taken(
        self,
        *,
        unknown_1: int,
        seq: int | None = ...,
    ) -> FocusMoveTaken:
        """From the lens."""

    def focus_hunt(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> FocusHunt:
        """From the body."""

    def focus_hunt_taken(
        self,
        *,
        unknown_1: int,
        seq: int | None = ...,
    ) -> FocusHuntTaken:
        """From the lens."""

    def focus_track(
        self,
        *,
        position: int,
        seq: int | None = ...,
    ) -> FocusTrack:
        """From the body.

        Args:
            position: counts
        """

    def focus_track_taken(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> FocusTrackTaken:
        """From the lens."""

    def focus_drive(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> FocusDrive:
        """From the body."""

    def focus_drive_taken(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> FocusDriveTaken:
        """From the lens."""

    def lens_20(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> Lens20:
        """From the lens."""

    def status(
        self,
        *,
        aperture_av: int,
        aperture_2_av: int,
        unknown_5: bytes,
        unknown_9: int,
        unknown_10: bytes,
        unknown_18: bytes,
        unknown_21: bytes,
        unknown_31: bytes,
        unknown_59: bytes,
        unknown_61: bytes,
        unknown_67: int,
        unknown_68: bytes,
        unknown_70: bytes,
        echo: bytes,
        unknown_80: bytes,
        unknown_84: bytes,
        unknown_90: bytes,
        unknown_96: int,
        seq: int | None = ...,
    ) -> Status:
        """From the lens.

        Args:
            aperture_av: the v of N = 2^(v/512 - 8), f-number
            aperture_2_av: the v of N = 2^(v/512 - 8), f-number
        """

    def focus_status(
        self,
        *,
        unknown_1: bytes,
        focus_position: int,
        unknown_5: bytes,
        unknown_14: bytes,
        focus_predicted: int,
        unknown_23: bytes,
        unknown_27: bytes,
        unknown_33: bytes,
        seq: int | None = ...,
    ) -> FocusStatus:
        """From the lens.

        Args:
            focus_position: counts
            focus_predicted: counts
        """

    @overload  # type: ignore[override]  # knows the names
    def physical(
        self,
        name: Literal["lens_data"],
        /,
        *,
        open_av: float,
        closed_av: float,
        unknown_5: bytes,
        lens_spec: SonyELens.LensData.Physical.LensSpec,
        unknown_24: bytes,
        seq: int | None = ...,
    ) -> LensData:
        """From the lens.

        Args:
            open_av: f-number
            closed_av: f-number
        """

    @overload
    def physical(
        self,
        name: Literal["aperture_command"],
        /,
        *,
        unknown_1: bytes,
        aperture_av: float,
        aperture_2_av: float,
        unknown_8: bytes,
        seq: int | None = ...,
    ) -> ApertureCommand:
        """From the body.

        Args:
            aperture_av: f-number
            aperture_2_av: f-number
        """

    @overload
    def physical(
        self,
        name: Literal["status"],
        /,
        *,
        aperture_av: float,
        aperture_2_av: float,
        unknown_5: bytes,
        unknown_9: int,
        unknown_10: bytes,
        unknown_18: bytes,
        unknown_21: bytes,
        unknown_31: bytes,
        unknown_59: bytes,
        unknown_61: bytes,
        unknown_67: int,
        unknown_68: bytes,
        unknown_70: bytes,
        echo: bytes,
        unknown_80: bytes,
        unknown_84: bytes,
        unknown_90: bytes,
        unknown_96: int,
        seq: int | None = ...,
    ) -> Status:
        """From the lens.

        Args:
            aperture_av: f-number
            aperture_2_av: f-number
        """

@type_check_only
class TamronUsbLens(Vocabulary):
    """Tamron USB, host and lens (reverse-engineered)."""

    class Connect(Message):
        """From the host."""

        name: Literal["connect"]
        unknown_1: int

    class Connected(Message):
        """From the lens."""

        name: Literal["connected"]
        state: int
        unknown_2: bytes

    class Disconnect(Message):
        """From the host."""

        name: Literal["disconnect"]

    class Disconnected(Message):
        """From the lens."""

        name: Literal["disconnected"]
        unknown_1: bytes

    class Read(Message):
        """From the host."""

        name: Literal["read"]
        action: int
        region: int
        block: int
        offset: int
        size: int

    class Memory(Message):
        """From the lens."""

        name: Literal["memory"]
        result: int
        unknown_2: bytes
        data: bytes

    class Write(Message):
        """From the host."""

        name: Literal["write"]
        action: int
        region: int
        block: int
        offset: int
        size: int
        data: bytes

    class Written(Message):
        """From the lens."""

        name: Literal["written"]
        result: int
        unknown_2: bytes

    class Error(Message):
        """From the lens."""

        name: Literal["error"]
        unknown_1: bytes

    class BeginFirmware(Message):
        """From the host."""

        name: Literal["begin_firmware"]
        device: int
        area: int

    class Ready(Message):
        """From the lens."""

        name: Literal["ready"]

    class Block(Message):
        """From the host."""

        name: Literal["block"]
        data: bytes

    class Taken(Message):
        """From the lens."""

        name: Literal["taken"]

    class End(Message):
        """From the host."""

        name: Literal["end"]

    class Refused(Message):
        """From the lens."""

        name: Literal["refused"]

    class Cancelled(Message):
        """From the lens."""

        name: Literal["cancelled"]

    Heard: TypeAlias = Connect | Connected | Disconnect | Disconnected | Read | Memory | Write | Written | Error | BeginFirmware | Ready | Block | Taken | End | Refused | Cancelled

    def connect(
        self,
        *,
        unknown_1: int,
        seq: int | None = ...,
    ) -> Connect:
        """From the host."""

    def connected(
        self,
        *,
        state: int,
        unknown_2: bytes,
        seq: int | None = ...,
    ) -> Connected:
        """From the lens."""

    def disconnect(
        self,
        *,
        seq: int | None = ...,
    ) -> Disconnect:
        """From the host."""

    def disconnected(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> Disconnected:
        """From the lens."""

    def read(
        self,
        *,
        action: int,
        region: int,
        block: int,
        offset: int,
        size: int,
        seq: int | None = ...,
    ) -> Read:
        """From the host.

        Args:
            size: bytes
        """

    def memory(
        self,
        *,
        result: int,
        unknown_2: bytes,
        data: bytes,
        seq: int | None = ...,
    ) -> Memory:
        """From the lens."""

    def write(
        self,
        *,
        action: int,
        region: int,
        block: int,
        offset: int,
        size: int,
        data: bytes,
        seq: int | None = ...,
    ) -> Write:
        """From the host.

        Args:
            size: bytes
        """

    def written(
        self,
        *,
        result: int,
        unknown_2: bytes,
        seq: int | None = ...,
    ) -> Written:
        """From the lens."""

    def error(
        self,
        *,
        unknown_1: bytes,
        seq: int | None = ...,
    ) -> Error:
        """From the lens."""

    def begin_firmware(
        self,
        *,
        device: int,
        area: int,
        seq: int | None = ...,
    ) -> BeginFirmware:
        """From the host."""

    def ready(
        self,
        *,
        seq: int | None = ...,
    ) -> Ready:
        """From the lens."""

    def block(
        self,
        *,
        data: bytes,
        seq: int | None = ...,
    ) -> Block:
        """From the host."""

    def taken(
        self,
        *,
        seq: int | None = ...,
    ) -> Taken:
        """From the lens."""

    def end(
        self,
        *,
        seq: int | None = ...,
    ) -> End:
        """From the host."""

    def refused(
        self,
        *,
        seq: int | None = ...,
    ) -> Refused:
        """From the lens."""

    def cancelled(
        self,
        *,
        seq: int | None = ...,
    ) -> Cancelled:
        """From the lens."""

@overload
def vocabulary(spec: Literal["canon_ef", "canon_ef/lens"]) -> CanonEfLens:
    """Canon EF-mount, body and lens (reverse-engineered)."""

@overload
def vocabulary(spec: Literal["fuji_gf", "fuji_gf/lens"]) -> FujiGfLens:
    """Fujifilm G-mount (GF), body and lens (reverse-engineered)."""

@overload
def vocabulary(spec: Literal["fujinon_l10", "fujinon_l10/lens"]) -> FujinonL10Lens:
    """Fujinon L10 (B4 lenses), body and lens (reverse-engineered)."""

@overload
def vocabulary(spec: Literal["l_mount", "l_mount/lens"]) -> LMountLens:
    """L-mount, body and lens (open model, not Leica's)."""

@overload
def vocabulary(spec: Literal["l_mount/update"]) -> LMountUpdate:
    """L-mount, update of a lens (open model, not Leica's)."""

@overload
def vocabulary(spec: Literal["samyang_dock", "samyang_dock/lens"]) -> SamyangDockLens:
    """Samyang dock, host and lens (reverse-engineered)."""

@overload
def vocabulary(spec: Literal["sony_e", "sony_e/lens"]) -> SonyELens:
    """Sony E-mount, body and lens (reverse-engineered)."""

@overload
def vocabulary(spec: Literal["tamron_usb", "tamron_usb/lens"]) -> TamronUsbLens:
    """Tamron USB, host and lens (reverse-engineered)."""

@overload
def vocabulary(spec: str) -> Any:
    """Makes the messages of a spec of your own, by its name or the path of its file."""
