"""Units of the lengths in pipe survey tables: what campus.toml says, else the heading, else what such tables mean.

Without a word, coordinates count in the unit of their CRS, levels and depths in metres, sections in millimetres, and
shafts in whichever of the two makes a shaft of them. Inside there are only metres.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.errors import TableUnclearError
from twin.readers.base import ReadReport, Source
from twin.readers.crs_unit import crs_units_per
from twin.readers.heading_units import unit_in_name, unit_of
from twin.readers.survey.pipe_headings import pipe_heading
from twin.readers.tables.headings import Matched
from twin.readers.tables.sheets import Sheet, Table
from twin.units import METRES_PER_UNIT, in_metres

COORDINATES: Final = ("north", "east", "x", "y")
# The unit of a column whose heading says none; None: the values tell.
USUAL_UNITS: Final[dict[str, str | None]] = {
    **dict.fromkeys((*COORDINATES, "cover", "well_depth", "bottom_level"), "m"),
    **dict.fromkeys(("from_depth", "to_depth", "from_level", "to_level"), "m"),
    "section": "mm",
    "shaft": None,
}
# Layer columns, which options.units may name as it does for GIS files.
_LAYER_COLUMNS: Final = {
    "section": ("diameter_m", "width_m", "height_m"),
    "cover": ("cover_level_m",),
    "bottom_level": ("bottom_level_m",),
    "shaft": ("shaft_diameter_m",),
    "from_depth": ("from_depth_m",),
    "to_depth": ("to_depth_m",),
    "from_level": ("from_level_m",),
    "to_level": ("to_level_m",),
}
LARGEST_DEPTH_M: Final = 50.0  # no buried pipe of a campus lies deeper

_BRACKETS: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_PARTS: Final = re.compile(r"[,、;:×*]|或|单位为?")
_LETTER: Final = re.compile(r"[XYZNEHBLDW]|D[NE]|[OI]D", re.IGNORECASE)  # 横坐标(Y), 管径(DN): names, not units


class SurveyTable(Table):
    """A point or line table that knows the units of its lengths. ``units``: only those that somebody said."""

    def __init__(self, sheet: Sheet, matched: Matched, units: Mapping[str, str]) -> None:
        super().__init__(sheet, matched)
        self.units = units

    def unit(self, name: str) -> str | None:
        """The unit of a bare number in a length column; None where only the value can tell."""
        return self.units.get(name, USUAL_UNITS[name])

    def metres(self, name: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """``number``, in metres."""
        numbers, odd = self.number(name)
        return in_metres(numbers, self.unit(name) or "m"), odd

    def coordinate(self, name: str, crs: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """``number``, in the unit of ``crs``."""
        numbers, odd = self.number(name)
        return numbers * self._crs_units(name, crs), odd

    def _crs_units(self, name: str, crs: str) -> float:
        unit = self.units.get(name)
        if unit is None:
            return 1.0
        factor = crs_units_per(unit, crs)
        if factor is None:
            heading = self.matched.headings[name]
            raise unclear(self.sheet, heading, f"says {unit}, which {crs} does not count in", "Correct crs or heading.")
        return factor


def unclear(sheet: Sheet, heading: str, what: str, cure: str) -> TableUnclearError:
    return TableUnclearError(path=sheet.file, detail=f"sheet '{sheet.name}', column '{heading}' {what}", cure=cure)


def with_units(sheet: Sheet, matched: Matched, said: Mapping[str, str], report: ReadReport) -> SurveyTable:
    """The table with the unit of every length column. ``said``: options.units by column, as ``said_units`` reads it."""
    units: dict[str, str] = {}
    for name, heading in matched.headings.items():
        if name not in USUAL_UNITS:
            continue
        unit = next((said[key] for key in said if key in _names(name, heading)), None)
        unit = unit or _unit_of_heading(sheet, name, heading, report)
        if unit is not None:
            units[name] = unit
    return SurveyTable(sheet, matched, units)


def _unit_of_heading(sheet: Sheet, name: str, heading: str, report: ReadReport) -> str | None:
    units, strange = units_in_heading(heading)
    cure = f'Correct the heading or write options.units = {{ "{heading}" = "{USUAL_UNITS[name] or "mm"}" }}.'
    if len(units) > 1:
        raise unclear(sheet, heading, f"says {' and '.join(units)}", cure)
    if units and units[0] not in METRES_PER_UNIT and not (name in COORDINATES and units[0] == "deg"):
        raise unclear(sheet, heading, f"says {units[0]}, which is no length", cure)
    if strange and not units:
        report.note(
            f"{sheet.file.name}, {sheet.name}: '{strange[0]}' in column '{heading}' is no unit that is known; read in "
            f'{USUAL_UNITS[name] or "mm or m, by size"}; if not so write options.units = {{ "{heading}" = "…" }}'
        )
    return units[0] if units else None


def units_in_heading(heading: str) -> tuple[list[str], list[str]]:
    """Units that a heading says, and what stands in brackets and might be one: neither Chinese nor a name."""
    folded = unicodedata.normalize("NFKC", heading)
    units = [unit_in_name(re.split(r"[(\[]", folded)[0])]
    strange = []
    for inside in _BRACKETS.findall(folded):
        parts = [part.strip() for part in (inside, *_PARTS.split(inside), *_CHINESE.split(inside))]
        found = [unit for part in parts if part and (unit := unit_of(part))]
        units += found
        if not found and re.search(r"[^\W\d]|[%‰°]", inside) and not _CHINESE.search(inside):
            strange += [inside] if not _LETTER.fullmatch(inside.strip()) else []
    return list(dict.fromkeys(one for one in units if one)), strange


# --- options.units -------------------------------------------------------------------------------------


def require_columns(source: Source, said: Iterable[str], tables: Iterable[Table]) -> None:
    """Refuse a column of options.units that no table has, or that is no length."""
    headings = {(n, h) for table in tables for n, h in table.matched.headings.items() if n in USUAL_UNITS}
    known = {one for name, heading in headings for one in _names(name, heading)}
    for key in said:
        if key not in known:
            raise TableUnclearError(
                path=source.path,
                detail=f"options.units names the column '{key}', which is no length column of these tables",
                cure=f"Use one of: {', '.join(sorted(heading for _, heading in headings))}.",
            )


def _names(name: str, heading: str) -> tuple[str, ...]:
    """What options.units may call a column: its heading, the same without unit, our word, its layer columns."""
    bare = heading.split("(")[0].split("（")[0].strip()
    return (heading, bare, pipe_heading(heading), name, *_LAYER_COLUMNS.get(name, ()))
