"""How much of the rain runs off, cell by cell, from what the ground is."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ground:
    """A kind of ground and the share of rain that runs off it. ``unverified``: not held against the standard."""

    id: str
    zh: str
    en: str
    range: tuple[float, float]
    coefficient: float
    unverified: bool


@cache
def shipped_grounds() -> dict[str, Ground]:
    """``runoff.toml`` by id."""
    data = tomllib.loads(files("twin.analysis.rain").joinpath("runoff.toml").read_text(encoding="utf-8"))
    return {
        one["id"]: Ground(
            one["id"], one["zh"], one["en"], (one["range"][0], one["range"][1]), one["coefficient"], data["unverified"]
        )
        for one in data["grounds"]
    }


@dataclass(frozen=True, slots=True)
class RunoffGrid:
    """(rows, columns) coefficients; ``unknown``: how many cells had a code that the table does not name, by code."""

    coefficient: Floats
    unknown: dict[float, int]


def runoff_by_land_use(land_use: NDArray[np.floating], table: Mapping[float, float], *, otherwise: float) -> RunoffGrid:
    """Coefficients from a grid of land use codes; others than in ``table`` take ``otherwise`` and are counted."""
    out = np.full(land_use.shape, otherwise)
    unknown = {}
    for code, count in zip(*np.unique(land_use[np.isfinite(land_use)], return_counts=True), strict=True):
        if float(code) in table:
            out[land_use == code] = table[float(code)]
        else:
            unknown[float(code)] = int(count)
    return RunoffGrid(out, unknown)
