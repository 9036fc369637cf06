"""Coal equivalent and CO2 of quantities of energy and water, with the factor behind every number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow as pa

from twin.errors import FactorUnitError, UnknownFactorError
from twin.model.factor import FactorLike, factor_at

GRID: Final = "grid_co2"
MJ_A_KWH: Final = 3.6


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount of what was used: ``carrier`` is electricity, heat, gas, petrol, diesel or water."""

    carrier: str
    amount: float
    unit: str


@dataclass(frozen=True, slots=True)
class Used:
    """A factor as it was used. ``year`` is that from which it holds, ``region`` that of a grid; None when not said."""

    name: str
    value: float
    unit: str
    year: int | None
    region: str | None
    source: str | None
    unverified: bool


@dataclass(frozen=True, slots=True)
class Converted:
    """One quantity in kgce and kg CO2; None where there is no factor, and ``missing`` names it."""

    quantity: Quantity
    coal_kgce: float | None
    co2_kg: float | None
    coal_factor: Used | None
    co2_factor: Used | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Footprint:
    """All quantities. A total is over those that have a factor; ``missing`` names what it lacks: it may be too low."""

    rows: tuple[Converted, ...]
    coal_kgce: float
    co2_kg: float
    missing: tuple[str, ...]
    unverified: bool

    def to_arrow(self) -> pa.Table:
        """One row a quantity with both factors, their years, regions, sources and whether somebody verified them."""
        columns: dict[str, list[object]] = {
            "carrier": [one.quantity.carrier for one in self.rows],
            "amount": [one.quantity.amount for one in self.rows],
            "unit": [one.quantity.unit for one in self.rows],
            "coal_kgce": [one.coal_kgce for one in self.rows],
            "co2_kg": [one.co2_kg for one in self.rows],
        }
        for name in ("coal", "co2"):
            used: list[Used | None] = [getattr(one, f"{name}_factor") for one in self.rows]
            for field in ("name", "value", "year", "region", "source", "unverified"):
                columns[f"{name}_factor_{field}"] = [None if one is None else getattr(one, field) for one in used]
        columns["missing"] = [", ".join(one.missing) or None for one in self.rows]
        return pa.table(columns)


# carrier and unit -> its factor of coal, in which unit, and how much of that a unit is; then the same of CO2
_KNOWN: Final = {
    ("electricity", "kWh"): (("coal.electricity", "kgce/kWh", 1.0), (GRID, "kg/kWh", 1.0)),
    ("heat", "MJ"): (("coal.heat", "kgce/MJ", 1.0), ("co2.heat", "kg/MJ", 1.0)),
    ("heat", "kWh"): (("coal.heat", "kgce/MJ", MJ_A_KWH), ("co2.heat", "kg/MJ", MJ_A_KWH)),
    ("gas", "m3"): (("coal.gas", "kgce/m3", 1.0), ("co2.gas", "kg/m3", 1.0)),
    # a gas meter that tells heat: by its heat, as the screens do
    ("gas", "kWh"): (("coal.heat", "kgce/MJ", MJ_A_KWH), ("co2.gas_heat", "kg/MJ", MJ_A_KWH)),
    ("petrol", "kg"): (("coal.petrol", "kgce/kg", 1.0), ("co2.petrol", "kg/kg", 1.0)),
    ("diesel", "kg"): (("coal.diesel", "kgce/kg", 1.0), ("co2.diesel", "kg/kg", 1.0)),
    ("water", "t"): (("coal.water", "kgce/t", 1.0), ("co2.water", "kg/t", 1.0)),
}


def footprint(
    quantities: Sequence[Quantity], factors: Iterable[FactorLike], *, day: date, region: str | None = None
) -> Footprint:
    """Convert with the factors that hold on ``day``, those of the grid of a ``region`` (``east`` …) if one is named.

    ``factors`` are those of ``config/factors.toml`` (``twin.screens.factors.load_factors``), the one source of them. A
    carrier without a factor of CO2 is in ``missing``, never 0. A region without a factor on that day is refused rather
    than replaced by the country. Raises UnknownFactorError, FactorUnitError (also for a unit that cannot be converted).
    """
    held = list(factors)
    if region is not None and factor_at(held, f"{GRID}.{region}", day) is None:
        known = sorted({one.name for one in held if one.name.startswith(GRID)})
        raise UnknownFactorError(name=f"{GRID}.{region}", day=day, known=", ".join(known))
    rows = tuple(_converted(one, held, day, region) for one in quantities)
    used = [factor for one in rows for factor in (one.coal_factor, one.co2_factor) if factor is not None]
    return Footprint(
        rows=rows,
        coal_kgce=sum(one.coal_kgce for one in rows if one.coal_kgce is not None),
        co2_kg=sum(one.co2_kg for one in rows if one.co2_kg is not None),
        missing=tuple(dict.fromkeys(name for one in rows for name in one.missing)),
        unverified=any(one.unverified for one in used),
    )


def _converted(quantity: Quantity, factors: list[FactorLike], day: date, region: str | None) -> Converted:
    found = _KNOWN.get((quantity.carrier, quantity.unit))
    if found is None:
        units = ", ".join(unit for carrier, unit in _KNOWN if carrier == quantity.carrier)
        raise FactorUnitError(name=quantity.carrier, found=quantity.unit, needed=units or "-")
    coal, co2 = (_amount(quantity, *one, factors, day, region) for one in found)
    missing = tuple(
        name for name, (_, used) in zip((found[0][0], found[1][0]), (coal, co2), strict=True) if used is None
    )
    return Converted(quantity, coal[0], co2[0], coal[1], co2[1], missing)


def _amount(
    quantity: Quantity, name: str, unit: str, times: float, factors: list[FactorLike], day: date, region: str | None
) -> tuple[float | None, Used | None]:
    within = region if name == GRID else None
    one = factor_at(factors, f"{name}.{within}" if within else name, day)
    if one is None:
        return None, None
    if one.unit != unit:
        raise FactorUnitError(name=one.name, found=one.unit, needed=unit)
    year = one.since.year if one.since is not None else None
    used = Used(one.name, one.value, one.unit, year, within, one.source, one.unverified)
    return quantity.amount * times * one.value, used
