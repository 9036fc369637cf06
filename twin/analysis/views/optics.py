"""What ``optics.toml`` says: defaults of cameras, the person that is looked at, the classes of pixel density."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class DensityClass:
    """What pixels are good for (EN 62676-4): from ``px_per_m`` on."""

    id: str
    zh: str
    en: str
    px_per_m: float


@dataclass(frozen=True, slots=True)
class Optics:
    """The file, checked. ``unverified``: nobody held its numbers against their sources."""

    unverified: bool
    field_of_view_deg: float
    pitch_deg: float
    range_m: float
    mounting_height_m: float
    resolution_px: tuple[int, int]
    wall_tolerance_m: float
    face_height_m: float
    person_width_m: float
    person_stature_m: float
    models: dict[str, tuple[int, int]]
    classes: tuple[DensityClass, ...]

    def class_of(self, px_per_m: float) -> str | None:
        """The best class that a density reaches; None below the least and for NaN."""
        return next((one.id for one in self.classes if px_per_m >= one.px_per_m), None)

    def classes_of(self, px_per_m: NDArray[np.float64]) -> NDArray[np.int64]:
        """For each density the place in ``classes``, ``len(classes)`` for none."""
        limits = np.array([one.px_per_m for one in self.classes])
        best: NDArray[np.int64] = (~(px_per_m[..., None] >= limits)).sum(axis=-1)
        return best


@cache
def shipped_optics() -> Optics:
    """The file beside the code."""
    data = tomllib.loads(files("twin.analysis.views").joinpath("optics.toml").read_text(encoding="utf-8"))
    default, target = data["defaults"], data["target"]
    classes = sorted((DensityClass(**one) for one in data["classes"]), key=lambda one: -one.px_per_m)
    return Optics(
        unverified=data["unverified"],
        field_of_view_deg=default["field_of_view_deg"],
        pitch_deg=default["pitch_deg"],
        range_m=default["range_m"],
        mounting_height_m=default["mounting_height_m"],
        resolution_px=(default["resolution_px"][0], default["resolution_px"][1]),
        wall_tolerance_m=default["wall_tolerance_m"],
        face_height_m=target["height_m"],
        person_width_m=target["width_m"],
        person_stature_m=target["stature_m"],
        models={name: (one["resolution_px"][0], one["resolution_px"][1]) for name, one in data["models"].items()},
        classes=tuple(classes),
    )
