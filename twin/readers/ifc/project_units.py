"""The units of an IFC project as factors to SI.

IfcUnitAssignment names one unit a kind; IfcConversionBasedUnit carries its own factor (feet, US survey feet, degrees).
Areas and volumes have units of their own: a model in millimetres usually counts areas in square metres.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from twin.errors import SourceUnreadableError

_CURE: Final = "Export the model again: without units its sizes are unknown."
_PREFIX: Final = {
    "EXA": 1e18,
    "PETA": 1e15,
    "TERA": 1e12,
    "GIGA": 1e9,
    "MEGA": 1e6,
    "KILO": 1e3,
    "HECTO": 1e2,
    "DECA": 1e1,
    "DECI": 1e-1,
    "CENTI": 1e-2,
    "MILLI": 1e-3,
    "MICRO": 1e-6,
    "NANO": 1e-9,
    "PICO": 1e-12,
}
_POWER: Final = {"LENGTHUNIT": 1, "AREAUNIT": 2, "VOLUMEUNIT": 3}  # a prefix counts on the length: MILLI SQUARE_METRE
_UCUM: Final = {"LENGTHUNIT": "m", "AREAUNIT": "m2", "VOLUMEUNIT": "m3", "PLANEANGLEUNIT": "rad", "MASSUNIT": "kg"}

# measure or quantity class -> kind of unit
MEASURES: Final = {
    "IfcLengthMeasure": "LENGTHUNIT",
    "IfcPositiveLengthMeasure": "LENGTHUNIT",
    "IfcNonNegativeLengthMeasure": "LENGTHUNIT",
    "IfcAreaMeasure": "AREAUNIT",
    "IfcVolumeMeasure": "VOLUMEUNIT",
    "IfcPlaneAngleMeasure": "PLANEANGLEUNIT",
    "IfcPositivePlaneAngleMeasure": "PLANEANGLEUNIT",
    "IfcMassMeasure": "MASSUNIT",
    "IfcQuantityLength": "LENGTHUNIT",
    "IfcQuantityArea": "AREAUNIT",
    "IfcQuantityVolume": "VOLUMEUNIT",
    "IfcQuantityWeight": "MASSUNIT",
}


@dataclass(frozen=True, slots=True)
class ProjectUnits:
    """Factors to SI by kind of unit. ``length_name``: the length unit for people; ``stated``: it is in the file."""

    factors: dict[str, float]
    length_name: str
    stated: bool

    @property
    def length_m(self) -> float:
        return self.factors["LENGTHUNIT"]

    def to_si(self, measure: str, unit: Any = None) -> tuple[float, str | None]:
        """Factor and UCUM code of a measure class; an explicit ``unit`` wins. (1, None): not converted."""
        kind = MEASURES.get(measure)
        if unit is not None:
            own = unit_kind(unit)
            if own in _UCUM:
                return unit_factor(unit), _UCUM[own]
        if kind is None:
            return 1.0, None
        return self.factors.get(kind, 1.0), _UCUM[kind]


def project_units(model: Any, path: Path) -> ProjectUnits:
    """The units of the (first) project; metres where the file states no length unit. Damaged units are an error."""
    factors: dict[str, float] = {}
    name = "metre"
    assignment = next((one[8] for one in model.by_type("IfcProject") if one[8] is not None), None)
    for unit in assignment[0] if assignment is not None else ():
        kind = unit_kind(unit)
        if kind in _UCUM and kind not in factors:
            factors[kind] = _sound_factor(unit, path)
            if kind == "LENGTHUNIT":
                name = unit_name(unit)
    stated = "LENGTHUNIT" in factors
    length = factors.setdefault("LENGTHUNIT", 1.0)
    factors.setdefault("AREAUNIT", length**2)
    factors.setdefault("VOLUMEUNIT", length**3)
    factors.setdefault("PLANEANGLEUNIT", 1.0)
    factors.setdefault("MASSUNIT", 1.0)
    return ProjectUnits(factors, name, stated)


def _sound_factor(unit: Any, path: Path) -> float:
    try:
        factor = unit_factor(unit)
    except (AttributeError, TypeError, ValueError):
        factor = math.nan
    if not factor > 0 or not math.isfinite(factor):
        raise SourceUnreadableError(path=path, detail=f"its {unit_kind(unit)} #{unit.id()} is incomplete", cure=_CURE)
    return factor


def unit_kind(unit: Any) -> str:
    return str(getattr(unit, "UnitType", None) or "")


def unit_factor(unit: Any) -> float:
    """What one ``unit`` is in SI base units (metres, square metres, radians, kilograms)."""
    if unit.is_a("IfcConversionBasedUnit"):
        measure = unit.ConversionFactor
        return float(measure.ValueComponent[0]) * unit_factor(measure.UnitComponent)
    if unit.is_a("IfcSIUnit"):
        prefix = _PREFIX.get(unit.Prefix or "", 1.0) ** _POWER.get(unit.UnitType, 1)
        return prefix * (1e-3 if unit.Name == "GRAM" else 1.0)
    return 1.0


def unit_name(unit: Any) -> str:
    """``millimetre``, ``us survey foot``: for people."""
    if unit.is_a("IfcSIUnit"):
        return f"{(unit.Prefix or '').lower()}{unit.Name.lower().replace('_', ' ')}"
    return str(getattr(unit, "Name", unit.is_a()))
