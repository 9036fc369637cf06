"""How uncertain the place of a pipe is: what its table says, else what the accuracy class allows (accuracy.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.model.feature import Accuracy

Floats = NDArray[np.float64]
_FILE: Final = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Standard deviations (n,) in metres, and whether they come from the class rather than from the table."""

    plan_sd_m: Floats
    depth_sd_m: Floats
    by_class: NDArray[np.bool_]


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def coverage_factor() -> float:
    """k: how many standard deviations the tube of a pipe is wide."""
    return float(_data()["coverage_factor"])


def uncertainty(
    accuracy_class: NDArray[np.object_], plan_sd_m: Floats, depth_sd_m: Floats, depth_m: Floats
) -> Uncertainty:
    """Plan and depth uncertainty of (n,) things.

    ``plan_sd_m``, ``depth_sd_m``: as stated, NaN where not. ``depth_m``: axis below ground, NaN or less than the least
    depth of the class counts as that. CJJ 61-2017 gives shares of the depth; see accuracy.toml.
    """
    classes = _data()["classes"]
    known = np.array([one if one in classes else Accuracy.UNKNOWN.value for one in accuracy_class], object)
    plan, depth = (np.full(len(known), np.nan) for _ in range(2))
    for name, entry in classes.items():
        rows = known == name
        deep = np.fmax(depth_m[rows], entry.get("least_depth_m", 0.0))
        plan[rows] = entry["plan_m"] if "plan_m" in entry else entry["plan_share"] * deep
        depth[rows] = entry["depth_m"] if "depth_m" in entry else entry["depth_share"] * deep
    missing = np.isnan(plan_sd_m) | np.isnan(depth_sd_m)
    return Uncertainty(
        np.where(np.isnan(plan_sd_m), plan, plan_sd_m), np.where(np.isnan(depth_sd_m), depth, depth_sd_m), missing
    )
