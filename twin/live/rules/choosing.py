"""Which rules look at which points and events, worked out once and not for every reading."""

from __future__ import annotations

from collections.abc import Iterable

from twin.live.rules.places import Place
from twin.live.rules.settings import (
    AbsenceRule,
    CompositeRule,
    EventRule,
    GeofenceRule,
    QualityRule,
    RateRule,
    Rule,
    ScheduleRule,
    StuckRule,
    ThresholdRule,
)

PointRule = ThresholdRule | RateRule | StuckRule | QualityRule | AbsenceRule


class Choice:
    """The enabled rules of a set, by what they look at."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        enabled = [one for one in rules if one.enabled]
        self.rules = {one.id: one for one in enabled}
        self.titles = {one.id: {"zh": one.title.zh, "en": one.title.en} for one in enabled}
        self._points = [one for one in enabled if isinstance(one, PointRule) and not _of_device(one)]
        self._devices = [one for one in enabled if isinstance(one, AbsenceRule) and _of_device(one)]
        self._by_quantity: dict[tuple[str, str | None], tuple[Rule, ...]] = {}
        self.by_event: dict[str, list[Rule]] = {}
        for rule in enabled:
            for event_type in _event_types(rule):
                self.by_event.setdefault(event_type, []).append(rule)
        self.composites: dict[str, list[CompositeRule]] = {}
        for rule in enabled:
            if isinstance(rule, CompositeRule):
                for member in rule.of:
                    self.composites.setdefault(member, []).append(rule)

    def of_point(self, point_id: str, place: Place) -> tuple[Rule, ...]:
        """The rules that judge this point."""
        quantity = point_id.rpartition(":")[2]
        key = (quantity, place.device_type)
        found = self._by_quantity.get(key)
        if found is None:
            found = tuple(one for one in self._points if _fits_kind(one, quantity, place.device_type))
            self._by_quantity[key] = found
        return tuple(one for one in found if _fits_place(one, place, point_id))

    def of_device(self, place: Place) -> tuple[Rule, ...]:
        """The rules that wait for any sign of this device."""
        return tuple(one for one in self._devices if fits_device(one, place))

    @property
    def awaited(self) -> tuple[AbsenceRule, ...]:
        """All rules that wait for something."""
        return tuple(one for one in self.rules.values() if isinstance(one, AbsenceRule))


def fits_device(rule: Rule, place: Place) -> bool:
    """Whether a rule over a whole device, or over its events, applies to it."""
    types = rule.applies_to.device_types
    return (not types or place.device_type in types) and _fits_place(rule, place, None)


def _of_device(rule: Rule) -> bool:
    return isinstance(rule, AbsenceRule) and not rule.of_points


def _event_types(rule: Rule) -> tuple[str, ...]:
    if isinstance(rule, EventRule | ScheduleRule):
        return (*rule.event_types, *rule.clear_types)
    return rule.event_types if isinstance(rule, GeofenceRule) else ()


def _fits_kind(rule: Rule, quantity: str, device_type: str | None) -> bool:
    where = rule.applies_to
    return (not where.quantities or quantity in where.quantities) and (
        not where.device_types or device_type in where.device_types
    )


def _fits_place(rule: Rule, place: Place, point_id: str | None) -> bool:
    where = rule.applies_to
    return (
        (not where.point_ids or point_id in where.point_ids)
        and (not where.zones or not set(where.zones).isdisjoint(place.zone_ids))
        and (not where.buildings or place.building_id in where.buildings)
    )
