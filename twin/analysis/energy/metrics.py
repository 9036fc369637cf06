"""How far off predictions are, by the figures of ASHRAE Guideline 14, IPMVP and Hyndman & Koehler (2006)."""

from __future__ import annotations

import numpy as np

from twin.analysis.energy.readings import Flags, Floats


def both_known(actual: Floats, predicted: Floats) -> Flags:
    known: Flags = np.isfinite(actual) & np.isfinite(predicted)
    return known


def mae(actual: Floats, predicted: Floats) -> float:
    """Mean absolute error of the pairs that are known; NaN without any."""
    known = both_known(actual, predicted)
    return float(np.mean(np.abs(actual[known] - predicted[known]))) if known.any() else float("nan")


def cv_rmse(actual: Floats, predicted: Floats, parameters: int = 0) -> float:
    """Root of the sum of squared errors by ``n - parameters``, as a share of the mean reading (Guideline 14).

    ``parameters`` are those fitted to these very readings; 0 on readings held out.
    """
    known = both_known(actual, predicted)
    free = int(known.sum()) - parameters
    mean = float(np.mean(actual[known])) if known.any() else float("nan")
    if free <= 0 or mean == 0:
        return float("nan")
    return float(np.sqrt(np.sum((actual[known] - predicted[known]) ** 2) / free) / abs(mean))


def nmbe(actual: Floats, predicted: Floats, parameters: int = 0) -> float:
    """Sum of actual less predicted by ``n - parameters``, as a share of the mean reading; above 0: told too little."""
    known = both_known(actual, predicted)
    free = int(known.sum()) - parameters
    mean = float(np.mean(actual[known])) if known.any() else float("nan")
    if free <= 0 or mean == 0:
        return float("nan")
    return float(np.sum(actual[known] - predicted[known]) / free / abs(mean))


def r_squared(actual: Floats, predicted: Floats) -> float:
    """1 less squared errors by squared deviations from the mean; NaN for a constant."""
    known = both_known(actual, predicted)
    spread = np.sum((actual[known] - np.mean(actual[known])) ** 2) if known.any() else 0.0
    if spread == 0:
        return float("nan")
    return float(1 - np.sum((actual[known] - predicted[known]) ** 2) / spread)


def smape(actual: Floats, predicted: Floats) -> float:
    """Mean of ``2|a-p| / (|a|+|p|)``, a share from 0 to 2; where both are 0 there is no error."""
    known = both_known(actual, predicted)
    if not known.any():
        return float("nan")
    off = 2 * np.abs(actual[known] - predicted[known])
    size = np.abs(actual[known]) + np.abs(predicted[known])
    return float(np.mean(np.divide(off, size, out=np.zeros_like(off), where=size > 0)))


def mase(actual: Floats, predicted: Floats, history: Floats, season: int) -> float:
    """Mean absolute error by that of the seasonal naive within ``history``: below 1 is better than that."""
    scale = naive_scale(history, season)
    return mae(actual, predicted) / scale if scale > 0 else float("nan")


def naive_scale(history: Floats, season: int) -> float:
    """Mean of ``|y[t] - y[t - season]|`` over what is known of the history."""
    return mae(history[season:], history[:-season]) if len(history) > season else float("nan")
