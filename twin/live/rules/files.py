"""Rule files turned into a checked set of rules, or into every mistake they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final

from twin.config_file import Parsed, mistake_at, parse
from twin.live.rules.mending import Mended, Steps
from twin.live.rules.places import Places
from twin.live.rules.settings import (
    CompositeRule,
    GeofenceRule,
    RateRule,
    Rule,
    ThresholdRule,
)
from twin.mistakes import Mistake
from twin.model.points import point_types

SUFFIX: Final = ".toml"


@dataclass(frozen=True)
class Known:
    """The names a rule may use. ``None`` means that they are not known yet and are not checked."""

    units: Mapping[tuple[str, str], str]  # device type, quantity -> UCUM unit
    device_types: frozenset[str] | None = None
    devices: Mapping[str, str | None] | None = None  # device code -> type
    zones: frozenset[str] | None = None
    buildings: frozenset[str] | None = None

    @staticmethod
    def of(places: Places | None = None) -> Known:
        """What the table of point kinds says, and a campus where there is one."""
        units = {(kind, one.quantity): one.unit for kind, points in point_types().items() for one in points}
        if places is None:
            return Known(units)
        devices = {code: place.device_type for code, place in places.devices.items()}
        types = {kind for kind, _ in units} | {kind for kind in devices.values() if kind}
        buildings = {place.building_id for place in places.devices.values() if place.building_id}
        return Known(units, frozenset(types), devices, frozenset(places.zones), frozenset(buildings))

    @property
    def quantities(self) -> frozenset[str]:
        return frozenset(quantity for _, quantity in self.units)


Found = Iterable[tuple[Steps, str, dict[str, str]]]  # the setting, what is wrong with it, and the words for that


@dataclass(frozen=True)
class Loaded:
    """Rules by id, and what is wrong; rules are in force only where nothing is."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class _Home:
    """Where a rule stands."""

    file: str
    parsed: Parsed
    index: int
    replaced: frozenset[Steps] = frozenset()  # what does not stand there as the rule has it; no steps: all of it

    def mistake(self, steps: Steps, kind: str, **params: str) -> Mistake:
        return mistake_at(self.file, self.parsed, ("rules", self.index, *steps), kind, **params)


def load_rules(contents: Mapping[str, bytes], known: Known) -> Loaded:
    """Check all files together: ids are unique over all of them and composites name rules of any.

    Every mistake is told, those that others hide among them.
    """
    rules: dict[str, Rule] = {}
    homes: dict[str, _Home] = {}
    mistakes: list[Mistake] = []
    for file in sorted(contents):
        parsed = parse(file, contents[file])
        if isinstance(parsed, Mistake):
            mistakes.append(parsed)
            continue
        mended = Mended(file, parsed)
        mistakes += mended.mistakes
        for index, rule in enumerate(mended.rules.rules):
            replaced = {one[2:] for one in mended.replaced if one[:2] == ("rules", index)}
            home = _Home(file, parsed, index, frozenset(replaced))
            if rule.id in homes:
                mistakes.append(home.mistake(("id",), "id_used", other=homes[rule.id].file))
                continue
            rules[rule.id] = rule
            homes[rule.id] = home
    for rule_id, home in homes.items():
        mistakes += [
            home.mistake(steps, kind, **told)
            for steps, kind, told in _strangers(rules[rule_id], rules, known)
            if not any(steps[: len(one)] == one for one in home.replaced if one)
        ]
    return Loaded(rules, tuple(mistakes))


def default_files() -> dict[str, bytes]:
    """The rules that come with the program."""
    folder = files("twin.live.rules") / "defaults"
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.name.endswith(SUFFIX)}


def _strangers(rule: Rule, rules: Mapping[str, Rule], known: Known) -> Found:
    """Names that a rule uses and nobody knows; a unit is judged where the points are known."""
    found = list(_unknown_names(rule, rules, known))
    points = {("applies_to", one) for one in ("device_types", "quantities", "point_ids")}
    if points.isdisjoint(steps for steps, _, _ in found) and isinstance(rule, ThresholdRule | RateRule):
        found += _bad_unit(rule, known)
    return found


def _unknown_names(rule: Rule, rules: Mapping[str, Rule], known: Known) -> Found:
    where = rule.applies_to
    for setting, names, there in (
        ("device_types", where.device_types, known.device_types),
        ("quantities", where.quantities, known.quantities),
        ("zones", where.zones, known.zones),
        ("buildings", where.buildings, known.buildings),
    ):
        yield from _unknown(("applies_to", setting), names, there)
    if known.devices is not None:
        for point in where.point_ids:
            device, _, quantity = point.rpartition(":")
            if (known.devices.get(device), quantity) not in known.units:
                yield ("applies_to", "point_ids"), "no_point", {"point": point}
    if isinstance(rule, GeofenceRule):
        yield from _unknown(("fence",), rule.fence, known.zones)
    if isinstance(rule, CompositeRule):
        yield from _unknown(("of",), rule.of, frozenset(rules))
        for one in rule.of:
            if isinstance(rules.get(one), CompositeRule):
                yield ("of",), "nested_composite", {"name": one}


def _unknown(steps: tuple[str, ...], names: tuple[str, ...], there: frozenset[str] | None) -> Found:
    for name in names:
        if there is not None and name not in there:
            nearby = ", ".join(sorted(there)[:12]) + (", …" if len(there) > 12 else "") or "-"
            yield steps, "unknown_name", {"name": name, "known": nearby}


def _bad_unit(rule: ThresholdRule | RateRule, known: Known) -> Found:
    """The unit of a limit is that of the points; a wrong one would be off by a factor of a thousand."""
    where = rule.applies_to
    quantities = set(where.quantities) or {point.rpartition(":")[2] for point in where.point_ids}
    units = {
        unit
        for (device_type, quantity), unit in known.units.items()
        if quantity in quantities and (not where.device_types or device_type in where.device_types)
    }
    if units and units != {rule.unit}:
        yield ("unit",), "wrong_unit", {"unit": rule.unit, "expected": ", ".join(sorted(units))}
    if not units and quantities <= known.quantities:
        yield ("applies_to",), "chooses_nothing", {"quantities": ", ".join(sorted(quantities))}
