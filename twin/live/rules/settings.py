"""What a rule may say: one model a kind. ``config/rules/*.toml`` holds ``[[rules]]`` entries of these.

Numbers are in the unit that ``unit`` names, which must be that of the points; times are in seconds.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from twin.live.rules.checked import Flag, Names, Number, Seconds, Strict
from twin.live.rules.places import PlaceKind
from twin.live.rules.text import check_template
from twin.mistakes import wrong
from twin.model.live import Level, Quality

RuleId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
TypeName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Ids = tuple[Annotated[str, Field(min_length=1, max_length=200)], ...]
During = Literal["working", "off"]


class AppliesTo(Strict):
    """Which devices and points; what is empty does not restrict, what is given must all hold."""

    device_types: Ids = ()
    quantities: Ids = ()
    point_ids: Ids = ()
    zones: Ids = ()
    buildings: Ids = ()


class RuleBase(Strict):
    """What every rule says."""

    id: RuleId
    title: Names
    alarm_type: TypeName
    level: Level
    applies_to: AppliesTo = AppliesTo()
    enabled: Flag = True
    text: Names | None = None
    unverified: Flag = False
    source: str | None = None  # where its numbers come from

    @field_validator("text")
    @classmethod
    def _known_words(cls, text: Names | None) -> Names | None:
        for template in (text.zh, text.en) if text else ():
            check_template(template)
        return text


class _Limited(RuleBase):
    """A limit that is passed upwards (``above``) or downwards (``below``)."""

    unit: str
    above: Number | None = None
    below: Number | None = None
    clear_at: Number | None = None
    delay_s: Seconds = 0.0
    clear_delay_s: Seconds = 0.0

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if (self.above is None) == (self.below is None):
            raise wrong("one_limit")
        if self.clear_at is not None:
            if self.above is not None and self.clear_at > self.above:
                raise wrong("clear_above", clear_at=f"{self.clear_at:g}", limit=f"{self.above:g}")
            if self.below is not None and self.clear_at < self.below:
                raise wrong("clear_below", clear_at=f"{self.clear_at:g}", limit=f"{self.below:g}")
        return self

    @model_validator(mode="after")
    def _measured(self) -> Self:
        if not self.applies_to.quantities and not self.applies_to.point_ids:
            raise wrong("no_quantity")
        return self

    @property
    def limit(self) -> float:
        return self.above if self.above is not None else self.below or 0.0


class ThresholdRule(_Limited):
    """A value beyond its limit for ``delay_s``; over when back at ``clear_at`` for ``clear_delay_s``."""

    kind: Literal["threshold"]
    during: During | None = None


class RateRule(_Limited):
    """A change per hour, taken over ``window_s``. At least half the window must be covered."""

    kind: Literal["rate"]
    window_s: Annotated[Seconds, Field(gt=0, le=6 * 3600)]
    during: During | None = None


class AbsenceRule(RuleBase):
    """Nothing heard for ``for_s``: from a point, or from a device when no quantities or points are named.

    A device that never gave a sign is not connected yet and no alarm, unless ``never_heard`` is true.
    """

    kind: Literal["absence"]
    for_s: Annotated[Seconds, Field(gt=0)]
    quality: Literal["any", "good"] = "any"
    never_heard: Flag = False

    @property
    def of_points(self) -> bool:
        return bool(self.applies_to.quantities or self.applies_to.point_ids)


class StuckRule(RuleBase):
    """The same value for ``for_s`` while readings come; ``except_values`` are those that may stand for long."""

    kind: Literal["stuck"]
    for_s: Annotated[Seconds, Field(gt=0)]
    tolerance: Annotated[Number, Field(ge=0)] = 0.0
    except_values: tuple[Number, ...] = ()
    during: During | None = None


class QualityRule(RuleBase):
    """A reading whose quality is one of these for ``delay_s``."""

    kind: Literal["quality"]
    qualities: Annotated[tuple[Quality, ...], Field(min_length=1)]
    delay_s: Seconds = 0.0
    clear_delay_s: Seconds = 0.0


class CompositeRule(RuleBase):
    """Other rules, all or any of them, standing at the same place."""

    kind: Literal["composite"]
    of: Annotated[tuple[RuleId, ...], Field(min_length=1)]
    need: Literal["all", "any"] = "all"
    at: PlaceKind
    delay_s: Seconds = 0.0
    clear_delay_s: Seconds = 0.0

    @model_validator(mode="after")
    def _different(self) -> Self:
        if len(set(self.of)) < len(self.of):
            raise wrong("member_twice")
        if self.applies_to != AppliesTo():
            raise wrong("composite_place")
        return self


class _EventLike(RuleBase):
    event_types: Annotated[tuple[TypeName, ...], Field(min_length=1)]
    clear_types: tuple[TypeName, ...] = ()
    clear_after_s: Annotated[Seconds, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if not self.clear_types and self.clear_after_s is None:
            raise wrong("never_ends")
        both = sorted(set(self.event_types) & set(self.clear_types))
        if both:
            raise wrong("raises_and_clears", types=", ".join(both))
        if self.applies_to.quantities or self.applies_to.point_ids:
            raise wrong("events_have_no_points")
        return self


class EventRule(_EventLike):
    """An event of a type asks for action; another type, or time, ends it."""

    kind: Literal["event"]
    during: During | None = None


class ScheduleRule(_EventLike):
    """What may not happen in (``working``) or outside (``off``) working hours."""

    kind: Literal["schedule"]
    during: During


class GeofenceRule(RuleBase):
    """A moving thing's position in a zone, or outside all of them."""

    kind: Literal["geofence"]
    fence: Annotated[Ids, Field(min_length=1)]  # zone ids
    where: Literal["inside", "outside"]
    event_types: tuple[TypeName, ...] = ("position",)
    delay_s: Seconds = 0.0
    clear_delay_s: Seconds = 0.0
    during: During | None = None

    @model_validator(mode="after")
    def _moves(self) -> Self:
        if self.applies_to.quantities or self.applies_to.point_ids:
            raise wrong("positions_have_no_points")
        return self


Rule = Annotated[
    ThresholdRule
    | RateRule
    | AbsenceRule
    | StuckRule
    | QualityRule
    | CompositeRule
    | EventRule
    | ScheduleRule
    | GeofenceRule,
    Field(discriminator="kind"),
]
KINDS = frozenset({"threshold", "rate", "absence", "stuck", "quality", "composite", "event", "schedule", "geofence"})


class RuleFile(Strict):
    """One file of ``config/rules/``."""

    rules: tuple[Rule, ...] = ()

    TAGS: ClassVar[frozenset[str]] = KINDS
