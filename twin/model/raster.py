"""A grid of a campus, wherever it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Raster:
    """A north-up grid in campus coordinates: heights (float, NaN = nodata) or an orthophoto (uint8 bands last).

    ``transform``: cell_x_m, 0, west, 0, -cell_y_m, north (outer edge of the first cell).
    """

    source_key: str
    layer_id: str
    name: str
    values: NDArray[Any]
    transform: tuple[float, float, float, float, float, float]

    @property
    def is_height(self) -> bool:
        return self.values.ndim == 2

    def bounds(self) -> tuple[float, float, float, float]:
        """west, south, east, north of the outer edges."""
        dx, _, west, _, dy, north = self.transform
        rows, columns = self.values.shape[:2]
        return west, north + dy * rows, west + dx * columns, north
