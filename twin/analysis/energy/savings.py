"""Avoided use: what the baseline expects of a later span less what was metered, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
import pandas as pd

from twin.analysis.energy.baseline import Baseline
from twin.analysis.energy.metrics import both_known, cv_rmse, nmbe
from twin.analysis.energy.readings import aligned, floats, regular
from twin.errors import TooFewReadingsError

INFLATION: Final = (
    1.26  # of Reddy and Claridge, for the errors of the regression's weights; ASHRAE Guideline 14, annex B
)


@dataclass(frozen=True, slots=True)
class AvoidedUse:
    """Energy of a reporting span. ``avoided_kwh`` is expected less actual, above 0 when less was used.

    ``unknown`` steps lack a reading, a temperature or a level and are in neither sum; ``beyond`` steps were colder or
    warmer than anything the baseline was fitted to.
    """

    expected_kwh: float
    actual_kwh: float
    avoided_kwh: float
    plus_minus_kwh: float
    confidence: float
    readings: int
    unknown: int
    beyond: int
    cv_rmse: float
    nmbe: float

    @property
    def significant(self) -> bool:
        """Whether the avoided use is more than its uncertainty."""
        return abs(self.avoided_kwh) > self.plus_minus_kwh


def avoided_use(
    baseline: Baseline, energy: pd.Series[float], outdoor: pd.Series[float] | None = None, *, confidence: float = 0.9
) -> AvoidedUse:
    """Compare cleaned readings with the baseline.

    Uncertainty as in ASHRAE Guideline 14 for correlated residuals: ``1.26 t CV(RMSE) mean sqrt(m n/n' (1 + 2/n'))``
    with ``n' = n (1 - r) / (1 + r)``, r the autocorrelation of the residuals, n readings of the baseline and m of the
    span; t is that of the normal distribution. It covers the noise of the model only, not a building that changes its
    use. Raises TooFewReadingsError when nothing can be compared, WeatherNotGivenError.
    """
    readings = regular(energy)
    expected = floats(baseline.predict(outdoor, index=readings.index))
    known = both_known(readings.values, expected)
    if not known.any():
        raise TooFewReadingsError(what="avoided use", found=0, needed=1, why="with reading, temperature and baseline")
    actual_kwh, expected_kwh = float(readings.values[known].sum()), float(expected[known].sum())
    warm = aligned(outdoor, readings.index)
    beyond = 0
    if warm is not None and baseline.range_c is not None:
        beyond = int((((warm < baseline.range_c[0]) | (warm > baseline.range_c[1])) & known).sum())
    return AvoidedUse(
        expected_kwh=expected_kwh,
        actual_kwh=actual_kwh,
        avoided_kwh=expected_kwh - actual_kwh,
        plus_minus_kwh=_plus_minus(baseline, int(known.sum()), confidence),
        confidence=confidence,
        readings=int(known.sum()),
        unknown=int((~known).sum()),
        beyond=beyond,
        cv_rmse=cv_rmse(readings.values, expected),
        nmbe=nmbe(readings.values, expected),
    )


def _plus_minus(baseline: Baseline, m: int, confidence: float) -> float:
    quality = baseline.quality
    r = min(max(quality.autocorrelation, 0.0), 0.99)
    n = quality.readings
    effective = n * (1 - r) / (1 + r)
    t = NormalDist().inv_cdf((1 + confidence) / 2)
    spread = float(np.sqrt(m * n / effective * (1 + 2 / effective)))
    return INFLATION * t * quality.cv_rmse * quality.mean_kwh * spread
