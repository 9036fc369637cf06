"""Energy a square metre and year, against the limits and targets of GB/T 51161-2016."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np
import pandas as pd

from twin.analysis.energy.readings import DAY_S, Floats, Ints, floats, regular
from twin.errors import BadFloorAreaError, CoverageTooLowError, FactorUnitError, UnknownFactorError
from twin.model.factor import FactorLike, factor_at

LEAST_COVERAGE: Final = 0.9
LEAST_OF_A_MONTH: Final = 0.5
UNIT: Final = "kWh/(m2.a)"

Climate = Literal["cold", "hot_cold", "hot_warm", "mild"]  # 严寒和寒冷, 夏热冬冷, 夏热冬暖, 温和
BuildingClass = Literal["a", "b"]
Verdict = Literal["within_target", "within_limit", "over_limit"]


@dataclass(frozen=True, slots=True)
class EnergyUse:
    """A year's energy by floor area, and how it compares.

    ``metered_kwh`` is the sum of what was read, ``year_kwh`` with each month's gaps filled by the mean of its own
    readings; equal when ``coverage`` is 1.
    """

    year: int
    metered_kwh: float
    year_kwh: float
    coverage: float
    area_m2: float
    eui_kwh_m2: float
    limit_kwh_m2: float
    target_kwh_m2: float
    verdict: Verdict
    source: str | None
    unverified: bool


def energy_use_intensity(
    energy: pd.Series[float],
    area_m2: float,
    factors: Iterable[FactorLike],
    *,
    year: int,
    climate: Climate,
    building_class: BuildingClass,
    kind: str = "office",
    least_coverage: float = LEAST_COVERAGE,
) -> EnergyUse:
    """Compare a year of cleaned electricity (NaN = unknown) with ``benchmark.<kind>.<climate>.<class>``.

    The year is that of the index's time zone. Steps without a reading are filled by the mean of their month, so that a
    gap in summer is filled with summer; a year of which less than ``least_coverage`` was read, or a month of which less
    than half, is refused. Raises CoverageTooLowError, BadFloorAreaError, UnknownFactorError, FactorUnitError, and what
    ``regular`` raises.
    """
    if not area_m2 > 0:
        raise BadFloorAreaError(area_m2=area_m2)
    held = list(factors)
    limit, target = (
        _limit(held, f"benchmark.{kind}.{climate}.{building_class}.{one}", year) for one in ("limit", "target")
    )
    values, months = _of_year(energy, year)
    known = np.isfinite(values)
    coverage = float(known.mean())
    if coverage < least_coverage:
        raise _too_low(f"{year}", coverage, least_coverage)
    year_kwh = sum(_month_kwh(values[months == month], f"{year}-{month:02d}") for month in range(1, 13))
    eui = year_kwh / area_m2
    verdict: Verdict = (
        "within_target" if eui <= target.value else "within_limit" if eui <= limit.value else "over_limit"
    )
    return EnergyUse(
        year=year,
        metered_kwh=float(values[known].sum()),
        year_kwh=year_kwh,
        coverage=coverage,
        area_m2=area_m2,
        eui_kwh_m2=eui,
        limit_kwh_m2=limit.value,
        target_kwh_m2=target.value,
        verdict=verdict,
        source=limit.source,
        unverified=limit.unverified or target.unverified,
    )


def _of_year(energy: pd.Series[float], year: int) -> tuple[Floats, Ints]:
    """Every step of the local year, NaN where the series does not reach, and the month of each."""
    readings = regular(energy)
    zone = readings.index.tz
    start, end = (pd.Timestamp(one, 1, 1, tz=zone) for one in (year, year + 1))
    frequency = "D" if readings.step_s == DAY_S else f"{readings.step_s}s"
    whole = pd.date_range(start, end, freq=frequency, inclusive="left").as_unit("s")
    values = floats(readings.series(readings.values, "energy_kwh").reindex(whole))
    return values, whole.month.to_numpy().astype(np.int64)


def _month_kwh(values: Floats, what: str) -> float:
    known = np.isfinite(values)
    if known.mean() < LEAST_OF_A_MONTH:
        raise _too_low(what, float(known.mean()), LEAST_OF_A_MONTH)
    return float(values[known].sum() / known.mean())


def _too_low(what: str, found: float, needed: float) -> CoverageTooLowError:
    return CoverageTooLowError(what=what, found_percent=f"{100 * found:.1f}", needed_percent=f"{100 * needed:.1f}")


def _limit(factors: list[FactorLike], name: str, year: int) -> FactorLike:
    day = date(year, 12, 31)
    found = factor_at(factors, name, day)
    if found is None:
        known = ", ".join(sorted({one.name for one in factors if one.name.startswith("benchmark.")}))
        raise UnknownFactorError(name=name, day=day, known=known)
    if found.unit != UNIT:
        raise FactorUnitError(name=name, found=found.unit, needed=UNIT)
    return found
