"""Least squares over control points: residuals, standard errors, and which points do not belong.

Every point contributes k equations of equal weight and no correlation. A point is tested by leaving it out (deletion,
"data snooping" without a known standard deviation; Baarda 1968 with the variance from the other points, hence F instead
of the normal distribution; Pope 1976): the others predict it, and T = e' Qe^-1 e / (k s²) of the misfit e, with s² from
the others, follows F(k, redundancy of the others) when it belongs. The worst point beyond the limit goes, and the rest
is tested again, as long as the rest can still testify. Two blunders that agree with each other may hide: this is not a
search through all subsets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

SIGNIFICANCE: Final = 0.001  # of one test, as Baarda chose; one good point in a thousand is named
FLOOR_M: Final = 1e-4  # nobody measures control points better: exact figures must not make millimetres suspicious
_MOST_OUT: Final = 0.34  # of the points

Array = NDArray[np.float64]
# indices of points that count -> (misfits (n, k) of all n points, design (n, k, u) of all)
Fit = Callable[[NDArray[np.intp]], tuple[Array, Array]]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What the points say of a fit over all of them.

    ``misfits_m`` (n, k): fitted minus given. ``standard_error_m`` is that of unit weight (of one coordinate of one
    point), None without redundancy. ``cofactors`` (u, u) times its square are the covariances of the parameters.
    ``outliers`` are positions of points, the worst first; ``predicted_m``: how far each lies from where the points that
    belong put it.
    """

    misfits_m: Array
    redundancy: int
    standard_error_m: float | None
    cofactors: Array
    outliers: tuple[int, ...] = ()
    predicted_m: tuple[float, ...] = ()

    @property
    def residuals_m(self) -> tuple[float, ...]:
        """Length of every point's misfit."""
        return tuple(float(one) for one in np.linalg.norm(self.misfits_m, axis=1))

    def standard_errors(self) -> Array | None:
        """Of the parameters, in the order and unit of the design."""
        if self.standard_error_m is None:
            return None
        return np.asarray(self.standard_error_m * np.sqrt(np.diag(self.cofactors)), dtype=np.float64)


def adjust(count: int, fit: Fit) -> Adjustment:
    """The adjustment of ``count`` points by ``fit``, with its outliers."""
    everyone = np.arange(count)
    misfits, design = fit(everyone)
    parameters = design.shape[2]
    redundancy = misfits.size - parameters
    cofactors = _cofactors(design)
    error = float(np.sqrt(np.sum(misfits**2) / redundancy)) if redundancy > 0 else None
    out, predicted = _outliers(everyone, fit)
    return Adjustment(misfits, redundancy, error, cofactors, out, predicted)


def _cofactors(design: Array) -> Array:
    flat = design.reshape(-1, design.shape[2])
    return np.asarray(np.linalg.inv(flat.T @ flat), dtype=np.float64)


def _outliers(everyone: NDArray[np.intp], fit: Fit) -> tuple[tuple[int, ...], tuple[float, ...]]:
    kept = everyone
    out: list[int] = []
    while len(out) < int(_MOST_OUT * len(everyone)):
        odds = [_odds(kept[kept != one], int(one), fit) for one in kept]
        worst = int(np.argmin(odds))
        if odds[worst] >= SIGNIFICANCE:
            break
        out.append(int(kept[worst]))
        kept = np.delete(kept, worst)
    if not out:
        return (), ()
    misfits, _ = fit(kept)
    return tuple(out), tuple(float(np.linalg.norm(misfits[one])) for one in out)


def _odds(others: NDArray[np.intp], one: int, fit: Fit) -> float:
    """The probability that a point that belongs lies as far from where ``others`` put it; 1 where they cannot tell."""
    if len(others) < 2:
        return 1.0
    try:
        misfits, design = fit(others)
        cofactors = _cofactors(design[others])
    except (np.linalg.LinAlgError, ValueError):  # the others lie in one place or on one line
        return 1.0
    k = misfits.shape[1]
    redundancy = len(others) * k - design.shape[2]
    if redundancy < 1:
        return 1.0
    variance = max(float(np.sum(misfits[others] ** 2)) / redundancy, FLOOR_M**2)
    spread = np.eye(k) + design[one] @ cofactors @ design[one].T
    test = float(misfits[one] @ np.linalg.solve(spread, misfits[one])) / (k * variance)
    return f_tail(test, k, redundancy)


def fit_account(
    plane_m: Sequence[float], height_m: Sequence[float], standard_error_m: float | None, outliers: Sequence[int]
) -> dict[str, Any]:
    """JSON-ready: residuals of control points in m, the standard error of unit weight, numbers that do not belong."""
    said: dict[str, Any] = {}
    if plane_m:
        said["residuals_m"] = [round(one, 4) for one in plane_m]
    if height_m:
        said["height_residuals_m"] = [round(one, 4) for one in height_m]
    if standard_error_m is not None:
        said["standard_error_m"] = round(standard_error_m, 4)
    if outliers:
        said["suspect_points"] = [one + 1 for one in outliers]
    return said


@lru_cache(maxsize=1)
def _gauss_legendre() -> tuple[Array, Array]:
    """64 nodes and weights: 16 ms that every test of every point would pay."""
    nodes, weights = np.polynomial.legendre.leggauss(64)
    return nodes, weights


def f_tail(value: float, k: int, r: int) -> float:
    """P(F > value) of Fisher's distribution with k ≥ 2 and r degrees of freedom (Abramowitz and Stegun 26.6.2).

    The incomplete beta integral by 64-point Gauss-Legendre after t = u², which is smooth for k = 2 and 3.
    """
    end = np.sqrt(r / (r + k * max(value, 0.0)))
    nodes, weights = _gauss_legendre()

    def integral(upper: float) -> float:
        # u = sin(angle) takes the root of (1 - u²) away at u = 1
        last = np.arcsin(upper)
        angle = 0.5 * last * (nodes + 1.0)
        return float(0.5 * last * np.sum(weights * np.sin(angle) ** (r - 1) * np.cos(angle) ** (k - 1)))

    return integral(float(end)) / integral(1.0)
