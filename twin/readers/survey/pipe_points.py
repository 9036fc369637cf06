"""Point tables of a pipe survey: numbers, coordinates, cover levels, what stands there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.crs.axes import first_is_north, is_easting, is_northing
from twin.crs.zones import to_declared_zone
from twin.readers.base import ReadReport, SkipReason, Source
from twin.readers.survey.pipe_remarks import exchanged, remark_points
from twin.readers.survey.pipe_rows import Numbers, accuracy_of, attribute_rows, classify_rows, layers_of
from twin.readers.survey.pipe_units import LARGEST_DEPTH_M, SurveyTable
from twin.readers.tables.row_sieve import RowSieve, Texts, absent
from twin.units import in_metres

# A shaft is between 0.2 m and 10 m wide: larger numbers are millimetres.
LARGEST_SHAFT_M: Final = 10.0


@dataclass(frozen=True, slots=True)
class Points:
    """The good rows of all point tables. ``xy``: (n, 2) east, north in the declared CRS; levels in m, NaN unknown."""

    pipe_class: Texts
    subclass: Texts
    number: Texts
    xy: NDArray[np.float64]
    cover_m: Numbers
    bottom_m: Numbers
    shaft_m: Numbers
    accuracy: Texts
    texts: dict[str, Texts]  # code, feature, appurtenance, owner
    attributes: list[dict[str, Any]]
    positions: list[str]

    def __len__(self) -> int:
        return len(self.number)

    def select(self, rows: NDArray[np.int64]) -> Points:
        return Points(
            self.pipe_class[rows],
            self.subclass[rows],
            self.number[rows],
            self.xy[rows],
            self.cover_m[rows],
            self.bottom_m[rows],
            self.shaft_m[rows],
            self.accuracy[rows],
            {name: one[rows] for name, one in self.texts.items()},
            [self.attributes[row] for row in rows],
            [self.positions[row] for row in rows],
        )

    @staticmethod
    def concatenate(parts: list[Points]) -> Points:
        return Points(
            np.concatenate([one.pipe_class for one in parts]),
            np.concatenate([one.subclass for one in parts]),
            np.concatenate([one.number for one in parts]),
            np.concatenate([one.xy for one in parts]),
            np.concatenate([one.cover_m for one in parts]),
            np.concatenate([one.bottom_m for one in parts]),
            np.concatenate([one.shaft_m for one in parts]),
            np.concatenate([one.accuracy for one in parts]),
            {name: np.concatenate([one.texts[name] for one in parts]) for name in parts[0].texts},
            [row for one in parts for row in one.attributes],
            [position for one in parts for position in one.positions],
        )


def read_points(
    table: SurveyTable, sheet_class: tuple[str, str | None] | None, source: Source, crs: str, report: ReadReport
) -> Points:
    """The usable rows of one point table; the others are counted and named in ``report``."""
    number = table.text("point_no")
    pipe_class, subclass = classify_rows(table, sheet_class, number)
    sieve = RowSieve(table, report, layers_of(pipe_class))
    sieve.drop(absent(number), SkipReason.NO_KEY, "point_number_missing")
    xy = _coordinates(table, sieve, source, crs)
    sieve.drop(absent(pipe_class), SkipReason.BAD_VALUE, "class_missing")
    cover, bottom = _levels(table, sieve)
    remark_points(table, sieve, sheet_class)
    extra = table.extra()
    if table.has("map_no"):
        extra[table.matched.headings["map_no"]] = table.text("map_no")
    kept = sieve.kept
    return Points(
        pipe_class[kept],
        subclass[kept],
        number[kept],
        xy[kept],
        cover[kept],
        bottom[kept],
        _shaft(table)[kept],
        accuracy_of(table.text("accuracy"), source.options.get("accuracy"))[kept],
        {name: table.text(name)[kept] for name in ("code", "feature", "appurtenance", "owner")},
        attribute_rows(extra, kept),
        sieve.positions(),
    )


def _coordinates(table: SurveyTable, sieve: RowSieve, source: Source, crs: str) -> NDArray[np.float64]:
    """(n, 2) east, north in the form of the declared CRS, by the sizes of the numbers."""
    explicit = table.has("north") and table.has("east")
    names = ("north", "east") if explicit else ("x", "y")
    (first, odd_first), (second, odd_second) = (table.coordinate(name, crs) for name in names)
    where = f"{table.sheet.file.name}, {table.sheet.name}"
    north_first = first_is_north(source.path, where, first[sieve.kept], second[sieve.kept], source.options.get("axes"))
    if north_first is None:
        north_first = True
        if not explicit:
            sieve.report.note(f"{where}: X is read as north, as survey tables write it; options.axes says otherwise")
    elif explicit and not north_first:
        sieve.report.note(f"{where}: the columns named north and east hold each other's numbers; read by size")
    north, east = (first, second) if north_first else (second, first)
    texts = [table.text(name) for name in names]
    sieve.drop(
        odd_first | odd_second,
        SkipReason.BAD_COORDINATES,
        "coordinate_not_number",
        value=np.where(odd_first, *texts),
    )
    sieve.drop(np.isnan(north) | np.isnan(east), SkipReason.BAD_COORDINATES, "coordinate_missing")
    swapped = is_easting(north) & is_northing(east)
    sieve.drop(
        swapped,
        SkipReason.BAD_COORDINATES,
        "coordinates_swapped",
        changes=exchanged(table, *names, swapped),
        x=texts[0],
        y=texts[1],
    )
    seen = np.where(sieve.kept, east, np.nan)
    turned, note = to_declared_zone(source.path, seen, crs)
    if note:
        sieve.report.note(f"{where}: {note}")
    return np.column_stack([turned, north])


def _levels(table: SurveyTable, sieve: RowSieve) -> tuple[Numbers, Numbers]:
    """Cover level and bottom level, m; the bottom as stated or cover minus well depth."""
    cover, odd_cover = table.metres("cover")
    depth, odd_depth = table.metres("well_depth")
    bottom, odd_bottom = table.metres("bottom_level")
    sieve.mention(odd_cover, "ground_level_not_number", value=table.text("cover"))
    sieve.mention(np.isnan(cover) & ~odd_cover, "ground_level_missing", quiet=True)
    shafts = np.where(odd_depth, table.text("well_depth"), table.text("bottom_level"))
    sieve.mention(odd_depth | odd_bottom, "shaft_depth_not_number", value=shafts)
    bottom = np.where(np.isnan(bottom), cover - np.where(depth > 0, depth, np.nan), bottom)
    deep = np.abs(cover - bottom)
    sieve.mention(deep > LARGEST_DEPTH_M, "shaft_too_deep", depth_m=deep, limit_m=LARGEST_DEPTH_M)
    return cover, bottom


def _shaft(table: SurveyTable) -> Numbers:
    """Shaft diameter in m: the first number of the cell; without a unit, mm when larger than any shaft in metres."""
    unit = table.unit("shaft")
    numbers = np.full(table.size, np.nan)
    for row, text in enumerate(table.text("shaft")):
        found = re.search(r"\d+(?:\.\d+)?", text) if text else None
        if found and (size := float(found.group())) > 0:
            numbers[row] = in_metres(size, unit or ("mm" if size > LARGEST_SHAFT_M else "m"))
    return numbers
