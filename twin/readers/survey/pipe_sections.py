"""Sections as survey tables write them, in millimetres, and the level of the axis that follows.

``DN200``, ``Φ300`` and ``300`` are round, ``600X300`` is a box (width first), ``4XΦ110`` a bundle of round ducts.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.model.pipe_codes import CROWN

# A "section" of 3×240 is a cable with three cores of 240 mm², not a duct 3 mm wide.
SMALLEST_MM: Final = 10.0
LARGEST_MM: Final = 20_000.0

_NUMBER = r"(\d+(?:\.\d+)?)"
_ROUND_SIGN = r"(?:DN|DE|ID|OD|D|Φ|Ø|∅|⌀)"
_BOX = re.compile(rf"{_NUMBER}X{_NUMBER}(?:MM)?\Z")
_ROUND = re.compile(rf"{_ROUND_SIGN}?{_NUMBER}(?:MM)?\Z")
_BUNDLE = re.compile(rf"(\d+)[X\-孔根]+{_ROUND_SIGN}{_NUMBER}(?:MM)?\Z")


@dataclass(frozen=True, slots=True)
class Section:
    """Round (``diameter_m``) or box (``width_m`` × ``height_m``); ``ducts`` when a bundle states how many."""

    diameter_m: float = np.nan
    width_m: float = np.nan
    height_m: float = np.nan
    ducts: int | None = None

    @property
    def tall_m(self) -> float:
        """How tall the section is; 0 when it is not known."""
        tall = self.height_m if np.isnan(self.diameter_m) else self.diameter_m
        return 0.0 if np.isnan(tall) else tall


NO_SECTION: Final = Section()


def parse_section(text: str | None) -> Section | None:
    """The section that ``text`` states in mm; ``NO_SECTION`` for blanks and 0, None when it says something else."""
    if text is None:
        return NO_SECTION
    folded = unicodedata.normalize("NFKC", text).upper()
    folded = re.sub(r"[×✕╳*]", "X", re.sub(r"\s+", "", folded))
    if folded in ("", "/", "-", "—", "无", "0", "0X0", "0.0"):
        return NO_SECTION
    if found := _BUNDLE.match(folded):
        size = _metres(found.group(2))
        return None if size is None else Section(diameter_m=size, ducts=int(found.group(1)))
    if found := _BOX.match(folded):
        width, height = _metres(found.group(1)), _metres(found.group(2))
        return None if width is None or height is None else Section(width_m=width, height_m=height)
    if found := _ROUND.match(folded):
        size = _metres(found.group(1))
        return None if size is None else Section(diameter_m=size)
    return None


def _metres(text: str) -> float | None:
    size = float(text)
    return size / 1000.0 if SMALLEST_MM <= size <= LARGEST_MM else None


def axis_level(
    level_m: NDArray[np.float64], tall_m: NDArray[np.float64], reference: NDArray[np.object_]
) -> NDArray[np.float64]:
    """The level of the axis: half a section below the crown, half above the invert."""
    half = tall_m / 2.0
    return level_m + np.where(reference == CROWN, -half, half)
