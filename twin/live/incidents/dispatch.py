"""Who is sent, and why: rules by kind, level, zone and asset name a unit, the rosters name the person.

``dispatch.toml``; the rules of a campus are asked before those that come with the program. Of those of the unit who are
on duty and take such incidents, somebody of the zone goes first, then somebody of no zone, then somebody of another;
of these one whose turn names the kind, then the first in the roster. With nobody on duty the whole unit is sent. The
reason is written down in both languages, for whoever asks afterwards why they came.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import Field, model_validator

from twin.live.incidents.clocks import ClockName
from twin.live.incidents.duty import Duty, OnDuty, said_of
from twin.live.incidents.roster import Id, Unit
from twin.live.incidents.shipped import shipped
from twin.live.rules.checked import Flag, Names, Strict, check_file
from twin.live.rules.settings import RuleId
from twin.mistakes import wrong
from twin.model.levels import LEVELS
from twin.model.live import Level

_NOBODY: Final = {
    "zh": "当前无人值班，派给整个班组",
    "en": "nobody of it is on duty for this now, so it goes to the whole group",
}
_THEN: Final = {"zh": "；", "en": "; "}
_FOR: Final = {"zh": "（负责 {}）", "en": ", who answers for {}"}
_FROM_ELSEWHERE: Final = {
    "zh": "（本网格无人值班，由其他网格支援）",
    "en": ", of another zone: nobody is on duty for this one",
}


class DispatchRule(Strict):
    """Everything that is given must hold."""

    id: RuleId
    unit: Id
    kinds: tuple[Id, ...] = ()
    levels: tuple[Level, ...] = ()
    zones: tuple[Id, ...] = ()
    buildings: tuple[Id, ...] = ()
    device_types: tuple[Id, ...] = ()
    devices: tuple[Id, ...] = ()
    auto: Flag = False
    what: Names | None = None

    def fits(self, kind: str, level: Level, place: Mapping[str, Any]) -> bool:
        return (
            _in(kind, self.kinds)
            and _in(level, self.levels)
            and (not self.zones or not set(self.zones).isdisjoint(place.get("zone_ids") or ()))
            and _in(place.get("building_id"), self.buildings)
            and _in(place.get("device_type"), self.device_types)
            and _in(place.get("device"), self.devices)
        )


class DispatchSettings(Strict):
    unverified: Flag = False
    rules: tuple[DispatchRule, ...] = Field(default=())

    @model_validator(mode="after")
    def _once(self) -> DispatchSettings:
        ids = [one.id for one in self.rules]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise wrong("names_twice", names=", ".join(twice))
        return self


def load_dispatch(config: Path | None) -> DispatchSettings:
    """``config/dispatch.toml`` before what is shipped. A rule of the campus takes the place of one of its name."""
    below = DispatchSettings.model_validate(shipped("dispatch.toml"))
    path = config / "dispatch.toml" if config is not None else None
    if path is None or not path.is_file():
        return below
    own = check_file(path, DispatchSettings)
    taken = {one.id for one in own.rules}
    rules = (*own.rules, *(one for one in below.rules if one.id not in taken))
    return DispatchSettings(unverified=own.unverified or below.unverified, rules=rules)


class Dispatcher:
    """``names`` are what people call zones and buildings, by id."""

    def __init__(
        self,
        settings: DispatchSettings,
        duty: Duty,
        kind_titles: Mapping[str, Names],
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.duty = duty
        self._rules = settings.rules
        self._kinds = kind_titles
        self._names = names or {}

    def propose(
        self, kind: str, level: Level, place: Mapping[str, Any], at_us: int, limits: Mapping[str, Mapping[str, float]]
    ) -> dict[str, Any] | None:
        """Unit, person, what to do, until when, and the reason; None where no rule fits or its unit is unknown."""
        rule = next((one for one in self._rules if one.fits(kind, level, place)), None)
        unit = self.duty.settings.units.get(rule.unit) if rule else None
        if rule is None or unit is None:
            return None
        person = self._choose(rule.unit, kind, place, at_us)
        return {
            "unit": rule.unit,
            "unit_title": unit.title.model_dump(),
            "assignee": person.person if person else None,
            "assignee_title": person.name if person else None,
            "phone": (person.phone if person else None) or unit.phone,
            "what": rule.what.zh if rule.what else self._kind(kind, "zh"),
            "due_in_s": limits[level.value][ClockName.FEEDBACK],
            "auto": rule.auto,
            "rule": rule.id,
            "reason": {one: self._reason(rule, kind, level, place, unit, person, one) for one in ("zh", "en")},
        }

    def _choose(self, unit: str, kind: str, place: Mapping[str, Any], at_us: int) -> OnDuty | None:
        """The first of those who come into question, as the head of this file orders them."""
        people = [one for one in self.duty.on_duty(at_us, unit) if not one.kinds or kind in one.kinds]
        return min(people, key=lambda one: (_away(one, place), not one.kinds), default=None)

    def _reason(
        self,
        rule: DispatchRule,
        kind: str,
        level: Level,
        place: Mapping[str, Any],
        unit: Unit,
        person: OnDuty | None,
        language: str,
    ) -> str:
        """One sentence: what fitted, which unit therefore, and who of it."""
        said = f"{self._because(rule, kind, level, place, language)} → {getattr(unit.title, language)}"
        return said + _THEN[language] + self._turn(person, place, language)

    def _because(self, rule: DispatchRule, kind: str, level: Level, place: Mapping[str, Any], language: str) -> str:
        """What of the rule fitted."""
        zone = next((one for one in place.get("zone_ids") or () if one in rule.zones), None)
        chinese = language == "zh"
        parts = (
            (rule.zones, "网格" if chinese else "zone", self._names.get(zone or "", zone)),
            (rule.buildings, "楼宇" if chinese else "building", self._name(place.get("building_id"))),
            (rule.devices, "设备" if chinese else "device", place.get("device")),
            (rule.device_types, "设备类型" if chinese else "device type", place.get("device_type")),
            (rule.kinds, "种类" if chinese else "kind", self._kind(kind, language)),
            (rule.levels, "级别" if chinese else "level", getattr(LEVELS[level].title, language)),
        )
        said = [f"{word} {value}" for given, word, value in parts if given]
        return " + ".join(said) or ("其余事件" if chinese else "all others")

    def _kind(self, kind: str, language: str) -> str:
        """One that is not configured any more is called by its name."""
        known = self._kinds.get(kind)
        return getattr(known, language) if known else kind

    def _name(self, place_id: Any) -> Any:
        return self._names.get(place_id, place_id) if isinstance(place_id, str) else place_id

    def _turn(self, person: OnDuty | None, place: Mapping[str, Any], language: str) -> str:
        if person is None:
            return _NOBODY[language]
        said: str = said_of(person)[language]
        zone = _zone_of(person, place)
        if zone is None:
            return said
        return said + _FOR[language].format(self._name(zone)) if zone else said + _FROM_ELSEWHERE[language]


def _zone_of(person: OnDuty, place: Mapping[str, Any]) -> str | None:
    """The zone of the place that somebody answers for; None of one without zones, "" of one of other zones."""
    if not person.zones:
        return None
    return next((one for one in place.get("zone_ids") or () if one in person.zones), "")


def _away(person: OnDuty, place: Mapping[str, Any]) -> int:
    zone = _zone_of(person, place)
    return 1 if zone is None else 0 if zone else 2


def _in(value: Any, allowed: tuple[Any, ...]) -> bool:
    return not allowed or value in allowed
