"""Design storms: intensity from a formula whose parameters the user gives, spread over time after Chicago.

暴雨强度公式 q = 167 A1 (1 + C lg P) / (t + b)^n, q in L/(s·ha), t in minutes, P in years. A1, C, b and n belong to a
city and an edition of its formula: none is shipped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.errors import ImpossibleAmountError

Floats = NDArray[np.float64]

MM_PER_MIN: Final = 1 / 167.0  # of 1 L/(s·ha); exactly 0.006 would be 1 / 166.67: the formula carries the rounded 167


@dataclass(frozen=True, slots=True)
class StormFormula:
    """Parameters of one city's formula. ``source``: where they were read; nobody verified them but who did."""

    a1: float
    c: float
    b: float
    n: float
    source: str
    unverified: bool = True

    def __post_init__(self) -> None:
        for name, value, least in (("A1", self.a1, 0.0), ("b", self.b, 0.0), ("n", self.n, 0.0)):
            if not value > least:
                raise ImpossibleAmountError(name=name, value=value, wanted=f"> {least:g}")

    def intensity_l_s_ha(self, minutes: float, years: float) -> float:
        """The mean intensity over ``minutes`` that comes once in ``years``."""
        if not (minutes > 0 and years > 0):
            raise ImpossibleAmountError(name="t, P", value=(minutes, years), wanted="> 0")
        return 167.0 * self.a1 * (1 + self.c * math.log10(years)) / math.pow(minutes + self.b, self.n)

    def depth_mm(self, minutes: float, years: float) -> float:
        """Rain in ``minutes``."""
        return self.intensity_l_s_ha(minutes, years) * MM_PER_MIN * minutes if minutes > 0 else 0.0


def chicago_mm(
    formula: StormFormula, *, years: float, duration_min: float, step_min: float, peak_at: float = 0.4
) -> Floats:
    """(steps,) rain in mm per step of a Chicago storm (Keifer and Chu 1957), its peak at ``peak_at`` of the time.

    Each step holds the exact integral of the hyetograph, so the sum is ``formula.depth_mm(duration_min, years)``.
    ``peak_at`` (r) is the user's; 0.4 is only usual. Raises ImpossibleAmountError.
    """
    if not 0.0 <= peak_at <= 1.0:
        raise ImpossibleAmountError(name="peak_at", value=peak_at, wanted="0 ... 1")
    if not (duration_min > 0 and step_min > 0):
        raise ImpossibleAmountError(name="duration_min, step_min", value=(duration_min, step_min), wanted="> 0")
    peak = peak_at * duration_min
    edges = np.minimum(np.arange(0, math.ceil(duration_min / step_min - 1e-9) + 1) * step_min, duration_min)
    sums = np.array([_until(formula, years, float(t), peak, peak_at) for t in edges])
    rain: Floats = np.diff(sums)
    return rain


def _until(formula: StormFormula, years: float, minutes: float, peak: float, peak_at: float) -> float:
    """Rain until ``minutes``. From the peak, a share r of the depth of a duration t lies within r t before it."""
    whole = formula.depth_mm(peak / peak_at, years) * peak_at if peak_at > 0 else 0.0
    if minutes <= peak:
        before = peak - minutes
        return whole - (formula.depth_mm(before / peak_at, years) * peak_at if peak_at > 0 else 0.0)
    after = 1.0 - peak_at
    return whole + formula.depth_mm((minutes - peak) / after, years) * after
