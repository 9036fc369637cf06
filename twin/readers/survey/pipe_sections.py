"""Sections as survey tables write them, in millimetres unless told, and the level of the axis that follows.

``DN200``, ``Φ300`` and ``300`` are round, ``600X300`` is a box (width first), ``4XΦ110`` a bundle of round ducts.
A unit behind the size (``300mm``, ``12"``) goes before that of the column.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.model.pipe_codes import CROWN
from twin.readers.heading_units import unit_of
from twin.units import METRES_PER_UNIT, in_metres

# A "section" of 3×240 is a cable with three cores of 240 mm², not a duct 3 mm wide.
SMALLEST_MM: Final = 10.0
LARGEST_MM: Final = 20_000.0

_NUMBER = r"(\d+(?:\.\d+)?)"
_ROUND_SIGN = r"(?:DN|DE|ID|OD|D|Φ|Ø|∅|⌀)"
# a nominal size is in millimetres whatever the column says (ISO 6708, ISO 161); ``DN0.3`` is none
_NOMINAL: Final = re.compile(r"D[NE]\d{2,}(?![\d.])")
_OWN_UNIT = r"([^\dX]*)"
_BOX = re.compile(rf"{_NUMBER}X{_NUMBER}{_OWN_UNIT}\Z")
_ROUND = re.compile(rf"{_ROUND_SIGN}?{_NUMBER}{_OWN_UNIT}\Z")
_BUNDLE = re.compile(rf"(\d+)[X\-孔根]+{_ROUND_SIGN}{_NUMBER}{_OWN_UNIT}\Z")


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


def parse_section(text: str | None, unit: str = "mm") -> Section | None:
    """The section that ``text`` states, bare numbers in ``unit``.

    ``NO_SECTION`` for blanks and 0, None when it says something else.
    """
    if text is None:
        return NO_SECTION
    folded = unicodedata.normalize("NFKC", text).upper()
    folded = re.sub(r"[×✕╳*]", "X", re.sub(r"\s+", "", folded))
    if _NOMINAL.search(folded):
        unit = "mm"
    if folded in ("", "/", "-", "—", "无", "0", "0X0", "0.0"):
        return NO_SECTION
    if found := _BUNDLE.match(folded):
        size = _metres(found.group(2), found.group(3), unit)
        return None if size is None else Section(diameter_m=size, ducts=int(found.group(1)))
    if found := _BOX.match(folded):
        width, height = (_metres(number, found.group(3), unit) for number in found.group(1, 2))
        return None if width is None or height is None else Section(width_m=width, height_m=height)
    if found := _ROUND.match(folded):
        size = _metres(found.group(1), found.group(2), unit)
        return None if size is None else Section(diameter_m=size)
    return None


def _metres(text: str, own_unit: str, unit: str) -> float | None:
    counted_in = unit_of(own_unit) if own_unit else unit
    if counted_in not in METRES_PER_UNIT:
        return None
    size_m = in_metres(float(text), counted_in)
    return size_m if SMALLEST_MM <= size_m * 1000.0 <= LARGEST_MM else None


def axis_level(
    level_m: NDArray[np.float64], tall_m: NDArray[np.float64], reference: NDArray[np.object_]
) -> NDArray[np.float64]:
    """The level of the axis: half a section below the crown, half above the invert."""
    half = tall_m / 2.0
    return level_m + np.where(reference == CROWN, -half, half)
