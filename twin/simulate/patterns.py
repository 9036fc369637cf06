"""What ``patterns.toml`` says, checked."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from twin.config_file import Settings, load_config
from twin.errors import ConfigError
from twin.simulate.weather import WeatherPattern

SWITCHES: Final = ("door", "gate", "parking")  # they report what happens to them
Shape = Annotated[tuple[float, ...], Field(min_length=24, max_length=24)]
Span = tuple[float, float]
Urgency = Literal["urgent", "normal"]
Share = Annotated[float, Field(ge=0, le=1)]


class BuildingPattern(Settings):
    """What a use of buildings draws, and the shape of its days: the share of people there, at each full hour."""

    base_w_m2: float
    busy_w_m2: float
    air_w_m2_k: float
    base_l_m2_h: float
    busy_l_m2_h: float
    thermal_w_m2_k: float
    gas_m3_h_1000m2: float = 0.0
    work: Shape
    off: Shape


class RoomPattern(Settings):
    holds_cel: float
    wanders_k: float
    people_k: float


class WaterPattern(Settings):
    static_kpa: float
    drop_kpa: float
    drain_m: Span
    drain_m_per_mm_h: float
    sewer_m: Span
    sewer_busy_m: float
    tank_m: float
    cover_lifted: Share
    cover_lifted_s: Span


class PhotovoltaicPattern(Settings):
    peak_kw: float
    overcast: Share


class ChargingPattern(Settings):
    forenoon: Share
    afternoon: Share
    off: Share
    kw: float
    forenoon_h: Span
    afternoon_h: Span


class StaffPattern(Settings):
    """Pairs ``_h`` are the middle and the spread of a time of the day."""

    count: Annotated[int, Field(ge=0)]
    present: Share
    present_off: Share
    arrive_h: Span
    leave_h: Span
    overtime: Share
    overtime_leave_h: Span
    out_at_lunch: Share
    lunch_out_h: Span
    lunch_s: Span
    room_entries: float
    night_entries: float


class VehiclePattern(Settings):
    count: int
    count_off: int
    staff_share: Share
    official_share: Share
    delivery_share: Share
    gate_shares: tuple[float, ...]
    overstay_share: Share
    overstay_h: Span


class TripPattern(Settings):
    a_day: float
    lasts_h: Span
    overnight_share: Share
    km_h: Span
    driven_h: float


class Meal(Settings):
    meal: str
    zh: str
    from_h: float
    to_h: float
    share: Share
    amount_cny: Span


class CanteenPattern(Settings):
    payments: int
    payments_off: int
    elsewhere_share: Share
    prefers: Annotated[tuple[float, ...], Field(min_length=1)]
    subsidy_share: Share
    most_waiting: float
    top_ups: float
    top_up_cny: Annotated[tuple[float, ...], Field(min_length=1)]
    ratings: float
    kitchen_waste_kg: Span
    plate_waste_kg: Span
    meals: tuple[Meal, ...]
    tills: Annotated[int, Field(ge=1)]


class VisitorPattern(Settings):
    count: int
    count_off: int


class RepairKind(Settings):
    kind: str
    zh: str
    share: float
    texts: Annotated[tuple[str, ...], Field(min_length=1)]


class RepairPattern(Settings):
    """Hours ``_h`` are the middles of spreads with long tails; ``due_h`` is by urgency."""

    count: int
    count_off: int
    urgent_share: Share
    due_h: dict[Urgency, float]
    accepted_h: float
    dispatched_h: float
    done_h: float
    first_time_share: Share
    rated_share: Share
    cost_cny: Span
    kinds: Annotated[tuple[RepairKind, ...], Field(min_length=1)]


class PatrolPattern(Settings):
    guards: int
    guard_m_s: float
    cars: int
    car_m_s: float
    every_s: Annotated[int, Field(ge=1)]


class RoundPattern(Settings):
    round_left_out: Share
    point_passed_by: Share
    remarks: Share
    minutes_between: float
    segment_fails: Share


class FireWatchPattern(Settings):
    isolations: float
    isolated_h: Span
    faults: float
    fault_h: Span
    blocked: float
    blocked_h: Span


class FaultPattern(Settings):
    silent_chance: Share
    silent_s: Span
    door_held: float


class IncidentPattern(Settings):
    every_s: Annotated[int, Field(ge=60)]
    jitter_s: Annotated[int, Field(ge=0)]
    order: tuple[str, ...]


class Patterns(Settings):
    """The whole file."""

    unverified: bool = False
    cadence_s: dict[str, Annotated[int, Field(ge=1, le=86_400)]]
    weather: WeatherPattern
    buildings: dict[str, BuildingPattern]
    rooms: dict[str, RoomPattern]
    water: WaterPattern
    photovoltaics: PhotovoltaicPattern
    charging: ChargingPattern
    staff: StaffPattern
    vehicles: VehiclePattern
    trips: TripPattern
    canteen: CanteenPattern
    visitors: VisitorPattern
    repairs: RepairPattern
    patrols: PatrolPattern
    rounds: RoundPattern
    fire_watch: FireWatchPattern
    faults: FaultPattern
    incidents: IncidentPattern
    past_incidents: IncidentPattern

    def building(self, use: str | None) -> BuildingPattern:
        """A use that nobody described lives like an office."""
        return self.buildings.get(use or "", self.buildings["office"])

    def reporting_every(self, seconds: int | None) -> Patterns:
        """The same with another interval for all that measures; switches go on as they are."""
        if seconds is None:
            return self
        kept = {name: one for name, one in self.cadence_s.items() if name in SWITCHES}
        return self.model_copy(update={"cadence_s": dict.fromkeys(self.cadence_s, seconds) | kept})

    def of_the_past(self) -> Patterns:
        """The same with as many incidents as a campus has that nobody watches for the show."""
        return self.model_copy(update={"incidents": self.past_incidents})

    def room(self, use: str | None) -> RoomPattern:
        return self.rooms.get(use or "", self.rooms["default"])


def load_patterns(path: Path | None = None) -> Patterns:
    """Those that come with the program, or a file of the same form. Raises ConfigError with the first mistake."""
    if path is not None:
        if not path.is_file():
            raise ConfigError(path=path, where="", detail="there is no such file")
        return load_config(path, Patterns)
    with as_file(files("twin.simulate") / "patterns.toml") as shipped:
        return load_config(shipped, Patterns)
