"""One small regression for each time of day, together with its neighbours, robust against odd days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from twin.analysis.energy.readings import Flags, Floats

SHRINK: Final = 0.02  # towards the example day, as a share of each feature's own weight
HALF_LIFE_DAYS: Final = 180.0
NEIGHBOURS: Final = 1  # steps to either side that a time of day is fitted with
ROUNDS: Final = 3
_TINY: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Fitted:
    """``weights[cell, feature]`` of what is added to the first feature; ``errors[row, cell]`` each day left out."""

    weights: Floats
    errors: Floats

    def predict(self, features: Floats) -> Floats:
        """Of ``features[cell, feature]``."""
        predicted: Floats = features[:, 0] + np.einsum("cp,cp->c", features, self.weights)
        return predicted


def fit(features: Floats, target: Floats) -> Fitted:
    """Fit ``target[row, cell] - features[row, cell, 0]``; rows are days, the last one the newest.

    Weighted least squares with a ridge; days count half after ``HALF_LIFE_DAYS``. Huber weights (errors over 1.48 MAD
    count less) keep single odd days from steering. Errors are those of leave-one-out: e / (1 - h).
    """
    known = np.isfinite(target) & np.isfinite(features).all(axis=2)
    x = np.where(known[..., None], features, 0.0)
    y = np.where(known, target - x[..., 0], 0.0)
    age = len(target) - 1 - np.arange(len(target))
    recent = np.where(known, 0.5 ** (age / HALF_LIFE_DAYS)[:, None], 0.0)
    weight = recent
    for _ in range(ROUNDS):
        inverse, weights = _solve(x, y, weight)
        error = y - np.einsum("ncp,cp->nc", x, weights)
        weight = recent * _huber(error, known)
    leverage = np.einsum("ncp,cpq,ncq->nc", x, inverse, x, optimize=True) * weight
    errors = np.where(known, error / np.maximum(1 - leverage, 0.5), np.nan)
    return Fitted(weights, errors)


def _solve(x: Floats, y: Floats, weight: Floats) -> tuple[Floats, Floats]:
    weighted = x * weight[..., None]
    gram = _with_neighbours(np.einsum("ncp,ncq->cpq", weighted, x, optimize=True))
    right = _with_neighbours(np.einsum("ncp,nc->cp", weighted, y))
    size = np.einsum("cpp->cp", gram)
    ridge = SHRINK * size + _TINY * (1 + size.max(axis=1, keepdims=True))
    inverse = np.linalg.inv(gram + np.eye(gram.shape[1]) * ridge[:, None, :])
    return inverse, np.einsum("cpq,cq->cp", inverse, right)


def _with_neighbours(by_cell: Floats) -> Floats:
    found = by_cell.copy()
    for apart in range(1, min(NEIGHBOURS, (len(by_cell) - 1) // 2) + 1):
        found += np.roll(by_cell, apart, axis=0) + np.roll(by_cell, -apart, axis=0)
    return found


def _huber(error: Floats, known: Flags) -> Floats:
    size = np.abs(error)
    scale = 1.4826 * float(np.median(size[known])) if known.any() else 1.0
    return np.minimum(1.0, scale / np.maximum(size, _TINY))
