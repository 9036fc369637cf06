"""Cells of coordinate columns -> numbers: decimal commas, degrees, minutes and seconds, and what is no number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.readers.gis.fields import is_blank, parse_number

# 423456,78 as much of the world writes it
_DECIMAL_COMMA: Final = re.compile(r"\s*[+-]?\d+(?:,\d+)?\s*\Z")
_THOUSANDS: Final = re.compile(r"\s*[+-]?\d{1,3}(?:,\d{3})?\s*\Z")
# What a cell that is no number looks like, and what to do about it; the first that fits.
_CAUSES: Final = (
    (
        re.compile(r"\s*[+-]?\d{1,3}(?:(?:[.,' \u00a0]\d{3})+[.,]\d+|(?:[.,' \u00a0]\d{3}){2,})\s*\Z"),
        "; thousands are separated: write 1234567.89",
    ),
    (re.compile(r"\s*[+-]?\d+,\d+\s*\Z"), "; decimals or thousands? write a point for decimals, nothing for thousands"),
    (re.compile(r""), ""),
)
_DMS: Final = re.compile(
    r"^\s*([NSEW])?\s*(\d+)\s*[°度]\s*(\d+)\s*['′分]\s*(\d+(?:\.\d+)?)\s*[\"″秒]?\s*([NSEW])?\s*$", re.I
)


@dataclass(frozen=True, slots=True)
class Coordinates:
    """One coordinate of every row (NaN where there is none), and how it was read."""

    numbers: NDArray[np.float64]
    cells: list[Any]
    decimal_commas: bool

    def odd(self) -> list[int]:
        """Rows in which something stands that is no number."""
        return [n for n, one in enumerate(self.cells) if not is_blank(one) and np.isnan(self.numbers[n])]

    def notes(self, heading: str, where: Callable[[int], str], consequence: str) -> Iterator[str]:
        """For people. ``where`` says where a row stands, ``consequence`` what becomes of those without a number."""
        if self.decimal_commas:
            yield f"the commas in column '{heading}' are read as decimal points"
        if odd := self.odd():
            first, cell = where(odd[0]), self.cells[odd[0]]
            cause = next(text for form, text in _CAUSES if form.match(str(cell)))
            rows = f"{len(odd)} rows have no number in column '{heading}'"
            yield f"{rows}, the first is {first}: '{cell}'; {consequence}{cause}"


def read_coordinates(columns: Sequence[list[Any]], units_m: Sequence[float]) -> list[Coordinates]:
    """The coordinate columns of one table. ``units_m``: what a bare number of each is multiplied with."""
    return [
        _read(cells, unit_m, decimal_commas=commas)
        for cells, unit_m, commas in zip(columns, units_m, _decimal_commas(columns), strict=True)
    ]


def _read(cells: list[Any], unit_m: float, *, decimal_commas: bool) -> Coordinates:
    read = [str(one).replace(",", ".") for one in cells] if decimal_commas else cells
    numbers = np.array([_degrees_or_number(one, unit_m) for one in read], dtype=float)
    return Coordinates(numbers, cells, decimal_commas)


def _decimal_commas(columns: Sequence[Sequence[Any]]) -> list[bool]:
    """Which of the coordinate columns have commas for decimal points.

    1,234 and 2,500 may be thousands: one value in the table that can be nothing but decimal decides for all.
    """
    written = [[str(one) for one in cells if not is_blank(one)] for cells in columns]
    fit = [any("," in one for one in some) and all(_DECIMAL_COMMA.match(one) for one in some) for some in written]
    proven = any(
        fits and not all(_THOUSANDS.match(one) for one in some) for fits, some in zip(fit, written, strict=True)
    )
    return [fits and proven for fits in fit]


def _degrees_or_number(cell: Any, unit_m: float) -> float:
    """A number, or degrees, minutes and seconds; NaN when it is neither."""
    number = parse_number(cell, unit_m)
    if number is not None:
        return number
    found = _DMS.match(cell) if isinstance(cell, str) else None
    if found is None:
        return float("nan")
    side, degrees, minutes, seconds, side_behind = found.groups()
    value = int(degrees) + int(minutes) / 60 + float(seconds) / 3600
    return -value if (side or side_behind or "").upper() in ("S", "W") else value
