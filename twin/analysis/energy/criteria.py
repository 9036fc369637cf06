"""Within what a model counts as calibrated: ``criteria.toml`` beside this file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Criterion:
    """Largest CV(RMSE) and NMBE for readings of one step, as shares."""

    step_s: int
    cv_rmse: float
    nmbe: float
    source: str
    unverified: bool


@cache
def criteria() -> tuple[Criterion, ...]:
    told = tomllib.loads((files("twin.analysis.energy") / "criteria.toml").read_text(encoding="utf-8"))
    return tuple(Criterion(**one) for one in told["criteria"])


def criterion_for(step_s: int) -> Criterion | None:
    """The one for this step; the guideline has none for days."""
    return next((one for one in criteria() if one.step_s == step_s), None)
