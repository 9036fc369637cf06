"""Scales of drawings: 1:N in both directions from the usual row, ticks at round values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from twin.analysis.sections.svg import UNITS_PER_MM

_ROW: Final = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5)
LARGEST_EXAGGERATION: Final = 10.0  # more only where the plot would be lower than LEAST_HEIGHT
LEAST_HEIGHT: Final = 240.0


def scale_number(metres: float, room: float) -> float:
    """The N of the largest scale 1:N at which ``metres`` fit into ``room`` units of paper."""
    least = max(metres, 1e-6) * 1000.0 * UNITS_PER_MM / room
    decade = 10.0 ** math.floor(math.log10(least))
    row = [*(step * decade for step in _ROW), 10.0 * decade]
    return next(one for one in row if one >= least * (1 - 1e-9))


def tick_step(span: float, most: int) -> float:
    """1, 2 or 5 times a power of ten, so that ``span`` has at most ``most`` steps."""
    least = max(span, 1e-6) / most
    decade = 10.0 ** math.floor(math.log10(least))
    return next(step * decade for step in (1.0, 2.0, 5.0, 10.0) if step * decade >= least * (1 - 1e-9))


def ticks(low: float, high: float, step: float) -> list[float]:
    """Multiples of ``step`` from low to high."""
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class Scale:
    """From chainage and elevation to the sheet. ``horizontal``, ``vertical``: the N of 1:N on paper."""

    left: float
    bottom: float  # of the plot, where ``low_m`` is
    horizontal: float
    vertical: float
    low_m: float
    high_m: float
    length_m: float

    @staticmethod
    def fitting(
        left: float, top: float, room: tuple[float, float], length_m: float, levels: tuple[float, float]
    ) -> Scale:
        """The largest usual scales for a length and levels."""
        horizontal = scale_number(length_m, room[0])
        low, high = levels
        step = tick_step(high - low, 8)
        low, high = math.floor(low / step) * step, math.ceil(high / step) * step
        flat = scale_number(high - low, LEAST_HEIGHT)
        vertical = max(scale_number(high - low, room[1]), min(horizontal / LARGEST_EXAGGERATION, flat))
        vertical = min(vertical, horizontal)  # heights are never drawn smaller than lengths
        bottom = top + (high - low) * 1000.0 * UNITS_PER_MM / vertical
        return Scale(left, bottom, horizontal, vertical, low, high, length_m)

    @property
    def exaggeration(self) -> float:
        return self.horizontal / self.vertical

    @property
    def right(self) -> float:
        return self.x(self.length_m)

    @property
    def top(self) -> float:
        return self.y(self.high_m)

    def across(self, metres: float) -> float:
        return metres * 1000.0 * UNITS_PER_MM / self.horizontal

    def tall(self, metres: float) -> float:
        return metres * 1000.0 * UNITS_PER_MM / self.vertical

    def x(self, chainage_m: float) -> float:
        return self.left + self.across(chainage_m)

    def y(self, elevation_m: float) -> float:
        return self.bottom - self.tall(elevation_m - self.low_m)


def level_range(values: list[float | None]) -> tuple[float, float]:
    """Lowest and highest of what is known, at least 2 m apart."""
    known = np.array([one for one in values if one is not None], float)
    known = known[np.isfinite(known)]
    if not len(known):
        return 0.0, 2.0
    low, high = float(known.min()), float(known.max())
    spare = max(0.3, (high - low) * 0.06)
    low, high = low - spare, high + spare
    middle = (low + high) / 2.0
    return (low, high) if high - low >= 2.0 else (middle - 1.0, middle + 1.0)
