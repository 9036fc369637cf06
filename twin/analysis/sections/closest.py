"""Where straight parts cross in plan and where they come closest, many pairs at once."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PARALLEL: Final = 1e-9  # sine of the angle below which two directions are one
_LEAST_LENGTH2: Final = 1e-12


def crossings(p: Floats, p2: Floats, q: Floats, q2: Floats) -> tuple[Floats, Floats, NDArray[np.bool_], Floats]:
    """Where lines through (n, 2) points cross: shares s along p→p2 and t along q→q2, whether both lie in 0…1, sine.

    Ends that miss by less than a micrometre count as met. Parallel pairs and points never cross (shares NaN).
    """
    d, e, w = p2 - p, q2 - q, q - p
    long_d, long_e = np.hypot(*d.T), np.hypot(*e.T)
    cross = d[:, 0] * e[:, 1] - d[:, 1] * e[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        sine = np.abs(cross) / (long_d * long_e)
        s = (w[:, 0] * e[:, 1] - w[:, 1] * e[:, 0]) / cross
        t = (w[:, 0] * d[:, 1] - w[:, 1] * d[:, 0]) / cross
        slack_s, slack_t = 1e-6 / long_d, 1e-6 / long_e
    sound = np.nan_to_num(sine) > PARALLEL
    s, t = np.where(sound, s, np.nan), np.where(sound, t, np.nan)
    with np.errstate(invalid="ignore"):
        met = sound & (s >= -slack_s) & (s <= 1 + slack_s) & (t >= -slack_t) & (t <= 1 + slack_t)
    return np.clip(s, 0.0, 1.0), np.clip(t, 0.0, 1.0), met, np.nan_to_num(sine)


def closest(p: Floats, p2: Floats, q: Floats, q2: Floats) -> tuple[Floats, Floats, Floats]:
    """Shares s, t of the closest points of straight parts (n, k) and their distance; k = 2 in plan, 3 in space.

    The least of a square form over the unit square: either inside, or on one of its four sides.
    """
    d, e, r = p2 - p, q2 - q, p - q
    a, f = (d * d).sum(axis=1), (e * e).sum(axis=1)
    b, c, g = (d * e).sum(axis=1), (d * r).sum(axis=1), (e * r).sum(axis=1)
    whole_a, whole_f = np.maximum(a, _LEAST_LENGTH2), np.maximum(f, _LEAST_LENGTH2)
    with np.errstate(divide="ignore", invalid="ignore"):
        flat = a * f - b * b
        s_in, t_in = (b * g - c * f) / flat, (a * g - b * c) / flat
        inside = (flat > PARALLEL**2 * a * f) & (s_in >= 0) & (s_in <= 1) & (t_in >= 0) & (t_in <= 1)
    zero, one = np.zeros(len(a)), np.ones(len(a))
    choices = [
        (np.where(inside, s_in, 0.0), np.where(inside, t_in, np.clip(g / whole_f, 0, 1))),
        (zero, np.clip(g / whole_f, 0, 1)),
        (one, np.clip((g + b) / whole_f, 0, 1)),
        (np.clip(-c / whole_a, 0, 1), zero),
        (np.clip((b - c) / whole_a, 0, 1), one),
    ]
    best_s, best_t, best = zero, zero, np.full(len(a), np.inf)
    for s, t in choices:
        apart = np.sqrt(((r + s[:, None] * d - t[:, None] * e) ** 2).sum(axis=1))
        nearer = apart < best
        best_s, best_t, best = np.where(nearer, s, best_s), np.where(nearer, t, best_t), np.where(nearer, apart, best)
    return best_s, best_t, best


def at_share(start: Floats, end: Floats, share: Floats) -> Floats:
    """Points (n, k) at ``share`` of the way from start to end."""
    points: Floats = start + (end - start) * share[:, None]
    return points
