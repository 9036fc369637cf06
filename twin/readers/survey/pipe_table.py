"""Pipe survey tables (CJJ 61-2017): a point table and a line table for each class, in a workbook or a pair of files.

Sheets or files are told by their headings; the class by a column, the feature code, or the name (``JSPoint``,
``雨水线表``, ``WS_line.csv``). A point file finds its line file beside it.

Options: ``axes`` (``north_east`` | ``east_north``), ``pipe_class`` for tables that do not say theirs, ``accuracy``
where the tables are silent, ``depth_m`` where a line has no depth at all, ``units`` (column = length unit) where a
heading does not say it or says it wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np

from twin.crs import decide_crs
from twin.crs.axes import AXES
from twin.errors import TableUnclearError
from twin.model.feature import Accuracy
from twin.model.finding import RowRemark, finding_rules
from twin.model.pipe_codes import pipe_codes
from twin.readers.base import Inspection, ReadReport, SkipReason, Source
from twin.readers.options import NUMBER, TEXT, UNITS, Options, one_of, said_units
from twin.readers.sniff import HEADING_ROWS, csv_rows, head, xlsx_rows
from twin.readers.survey.pipe_headings import LINE, LINE_NEEDED, LINE_ONLY, POINT, POINT_ONLY, pipe_heading
from twin.readers.survey.pipe_lines import Lines, PointIndex, read_lines
from twin.readers.survey.pipe_points import Points, read_points
from twin.readers.survey.pipe_remarks import remark_columns
from twin.readers.survey.pipe_rows import layers_of
from twin.readers.survey.pipe_units import SurveyTable, require_columns, with_units
from twin.readers.survey.pipe_writing import write_network
from twin.readers.tables.headings import Matched, match_headings
from twin.readers.tables.patched import patched
from twin.readers.tables.row_sieve import Texts
from twin.readers.tables.sheets import heading_note, read_sheets
from twin.readers.writer import BatchWriter

SheetClass = tuple[str, str | None] | None

_OLD_EXCEL: Final = bytes.fromhex("D0CF11E0A1B11AE1")  # OLE compound file, [MS-CFB]
_CLASS_COLUMNS: Final = frozenset({"code", "pipe_class", "subclass"})
_POINT_WORDS: Final = r"管线点表|管点表|点成果表|点表|管线点|管点|点|POINTS?|PT|P"
_LINE_WORDS: Final = r"管线表|管段表|线成果表|线表|管线|管段|线|LINES?|LN|L"
_NAME: Final = re.compile(
    rf"(?P<base>.*?)[\s_\-.]*(?:(?P<point>{_POINT_WORDS})|(?P<line>{_LINE_WORDS}))\Z", re.IGNORECASE
)


def role_of_name(name: str) -> tuple[str, str | None]:
    """The name without its role, and ``point``, ``line`` or None: ``JS_Point`` -> (``JS``, ``point``)."""
    found = _NAME.match(name.strip())
    if found is None:
        return name, None
    return found["base"], "point" if found["point"] else "line"


def class_of_name(name: str) -> SheetClass:
    """The pipe class that a sheet or file name says, by the whole name or one of its parts."""
    codes = pipe_codes()
    base, _ = role_of_name(name)
    parts = [base, base.removesuffix("管"), *re.split(r"[\s_\-.]+", base)]
    return next((found for one in parts if (found := codes.classify(one)) is not None), None)


def role_of_rows(rows: Sequence[Sequence[Any]]) -> tuple[str, Matched] | None:
    """``line`` or ``point``, by what only such a table has, and which column is what; None for any other table."""
    line = match_headings(rows, LINE, pipe_heading)
    if line.columns.keys() >= set(LINE_NEEDED) and line.columns.keys() & set(LINE_ONLY):
        return "line", line
    point = match_headings(rows, POINT, pipe_heading)
    placed = any(point.columns.keys() >= pair for pair in ({"x", "y"}, {"north", "east"}))
    return ("point", point) if placed and "point_no" in point.columns else None


class PipeTableReader:
    """Point and line tables -> nodes and links of the pipe layers."""

    name: ClassVar[str] = "pipe_table"
    version: ClassVar[int] = 5  # remarks name the layer, of skipped rows, too
    suffixes: ClassVar[tuple[str, ...]] = (".xlsx", ".xlsm", ".xls", ".csv")
    options: ClassVar[Options] = {
        "units": UNITS,
        "axes": one_of(*AXES),
        "pipe_class": TEXT,
        "accuracy": one_of(*Accuracy),
        "depth_m": NUMBER,
    }

    def supports(self, path: Path) -> bool:
        """A workbook with a pipe sheet or a CSV that is one; a line file beside its point file is a part of that."""
        suffix = path.suffix.lower()
        if suffix == ".csv":
            role = _role_of_csv(path)
            return role == "point" or (role == "line" and partner(path) is None)
        if suffix == ".xls":
            return head(path, len(_OLD_EXCEL)) == _OLD_EXCEL  # what is in it takes a library: inspect looks
        if suffix not in self.suffixes:
            return False
        sheets = xlsx_rows(path)
        roles = [found[0] for rows in sheets.values() if (found := role_of_rows(rows)) is not None]
        named = [role_of_name(name)[1] and class_of_name(name) for name in sheets]
        return "line" in roles or any(named)

    def companions(self, path: Path) -> list[Path]:
        """The line file of a point file."""
        other = partner(path)
        return [other] if other is not None and role_of_name(path.stem)[1] == "point" else []

    def inspect(self, path: Path) -> Inspection:
        tables = _first_rows(path)
        classes = [found[0] for name in tables if (found := class_of_name(name)) is not None]
        if not classes and (named := class_of_name(path.stem)) is not None:
            classes = [named[0]]
        layers = tuple(dict.fromkeys(pipe_codes().classes[one].layer_id for one in classes))
        known = [role[1].columns.keys() for rows in tables.values() if (role := role_of_rows(rows)) is not None]
        by_row = bool(known) and all(columns & _CLASS_COLUMNS for columns in known)
        notes = () if layers or by_row else ("no name says the pipe class: options.pipe_class, or a 管类 column",)
        return Inspection(layers=layers, has_heights=True, needs_layer=not by_row, notes=notes)

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        report = ReadReport()
        tables = _tables(source, self.companions(source.path), report)
        for role, those in tables.items():
            for one in those:
                remark_columns(one, role, _class(one, source), report)
        crs = decide_crs(source.path, None, source.crs, override=False)
        georeference = source.georeference(None, heights=True)
        parts = [read_points(one, _class(one, source), source, crs, report) for one in tables["point"]]
        points = _without_duplicates(Points.concatenate(parts), tables["point"], report)
        index = PointIndex(points)
        lines = [read_lines(one, _class(one, source), source, points, index, report) for one in tables["line"]]
        kept = [_without_repeats(one, table, report) for one, table in zip(lines, tables["line"], strict=True)]
        _layer_note(source, points, report)
        _unverified_note(points, report)
        report.kept = write_network(out, georeference, points, kept, report)
        return report


def _first_rows(path: Path) -> Mapping[str, Sequence[Sequence[Any]]]:
    """The first rows of every table of the file, by its name."""
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return {path.stem: csv_rows(path)}
    if suffix != ".xls":
        return xlsx_rows(path)
    found = {sheet.name: sheet.rows[:HEADING_ROWS] for sheet in read_sheets(path)}
    if not any(role_of_rows(rows) for rows in found.values()):
        raise TableUnclearError(
            path=path,
            detail="no sheet of this old workbook is a point or line table of pipes",
            cure="Only those are read from .xls; save it as .xlsx and deliver it again.",
        )
    return found


# --- which tables --------------------------------------------------------------------------------------


def _role_of_csv(path: Path) -> str | None:
    found = role_of_rows(csv_rows(path))
    if found is None or found[0] == "line":
        return found and found[0]
    named = role_of_name(path.stem)[1] == "point" and (class_of_name(path.stem) or partner(path))
    return "point" if named or found[1].columns.keys() & set(POINT_ONLY) else None


def partner(path: Path) -> Path | None:
    """The line file of a point file and the other way round: the same name but for the role, beside it."""
    base, role = role_of_name(path.stem)
    if role is None or not path.parent.is_dir():
        return None
    for other in sorted(path.parent.iterdir()):
        if other != path and other.suffix.lower() == path.suffix.lower():
            other_base, other_role = role_of_name(other.stem)
            if other_base.lower() == base.lower() and other_role not in (None, role):
                return other
    return None


def _tables(source: Source, companions: list[Path], report: ReadReport) -> dict[str, list[SurveyTable]]:
    """All point and line tables of the source, by role; other sheets are named in a note."""
    found: dict[str, list[SurveyTable]] = {"point": [], "line": []}
    said = said_units(source)
    for sheet in patched([one for path in (source.path, *companions) for one in read_sheets(path)], source, report):
        known = role_of_rows(sheet.rows)
        if known is None:
            report.note(f"{sheet.file.name}, {sheet.name}: neither a point nor a line table; not read")
            continue
        role, matched = known
        table = with_units(sheet, matched, said, report)
        found[role].append(table)
        report.note(heading_note(table, f"{role}s"))
    require_columns(source, said, [*found["point"], *found["line"]])
    if not found["point"]:
        raise TableUnclearError(
            path=source.path,
            detail="no point table with point number, X and Y was found",
            cure="Deliver the point table (物探点号, X, Y, 地面高程) in the workbook or beside the line table.",
        )
    if not found["line"]:
        report.note(f"{source.path.name}: no line table; only points were read")
    return found


def _class(table: SurveyTable, source: Source) -> SheetClass:
    """What sheet, file or campus.toml say of the class of a whole table; rows may say more."""
    found = class_of_name(table.sheet.name) or _stated_class(source)
    found = found or class_of_name(table.sheet.file.stem) or _of_layer(source.layer)
    if found is None and not (table.matched.columns.keys() & _CLASS_COLUMNS):
        raise TableUnclearError(
            path=table.sheet.file,
            detail=f"sheet '{table.sheet.name}' does not say which pipe class it holds",
            cure='Name it like JSPoint, add a 管类 column, or write options.pipe_class = "JS".',
        )
    return found


def _stated_class(source: Source) -> SheetClass:
    stated = source.options.get("pipe_class")
    if stated is None:
        return None
    found = pipe_codes().classify(str(stated))
    if found is None:
        raise TableUnclearError(
            path=source.path,
            detail=f"options.pipe_class '{stated}' is no pipe class",
            cure=f"Write one of {', '.join(pipe_codes().classes)} or a subclass such as YS.",
        )
    return found


def _of_layer(layer_id: str | None) -> SheetClass:
    return next(((one.code, None) for one in pipe_codes().classes.values() if one.layer_id == layer_id), None)


def _layer_note(source: Source, points: Points, report: ReadReport) -> None:
    layers = {pipe_codes().classes[one].layer_id for one in set(points.pipe_class)}
    if source.layer is not None and layers and layers != {source.layer}:
        told = ", ".join(sorted(layers))
        report.note(f"campus.toml says layer {source.layer}; by their class the pipes went to {told}")


def _unverified_note(points: Points, report: ReadReport) -> None:
    """Levels read by a rule that was not held against the printed standard."""
    for name in sorted(set(points.pipe_class)):
        one = pipe_codes().classes[name]
        if one.unverified:
            report.note(
                f"levels of class {name} ({one.title.zh}) are read as {one.elevation_reference}: not verified against "
                "CJJ 61-2017; a heading that says 管顶 or 管底 settles it"
            )


# --- repeats -------------------------------------------------------------------------------------------


def _without_duplicates(points: Points, tables: Sequence[SurveyTable], report: ReadReport) -> Points:
    """A point number stands once in a class; later rows are skipped and named."""
    seen: dict[tuple[str, str], int] = {}
    rows: list[int] = []
    repeated: list[tuple[int, int]] = []
    for row, key in enumerate(zip(points.pipe_class, points.number, strict=True)):
        if key in seen:
            repeated.append((row, seen[key]))
        else:
            seen[key] = row
            rows.append(row)
    if not repeated:
        return points
    places = [(points.positions[one], points.positions[first], points.number[one]) for one, first in repeated]
    layers = layers_of(points.pipe_class[[one for one, _ in repeated]])
    _skip_repeats("point_number_twice", places, layers, tables, report)
    return points.select(np.array(rows, np.int64))


def _without_repeats(lines: Lines, table: SurveyTable, report: ReadReport) -> Lines:
    """A pipe listed twice (also from its other end) with the same section and ducts is one pipe."""
    low, high = np.sort(lines.ends, axis=1).T
    seen: dict[tuple[object, ...], int] = {}
    rows: list[int] = []
    repeated: list[tuple[int, int]] = []
    for row, key in enumerate(
        zip(lines.pipe_class, lines.subclass, low, high, lines.section_text, lines.columns["ducts"], strict=True)
    ):
        if key in seen:
            repeated.append((row, seen[key]))
        else:
            seen[key] = row
            rows.append(row)
    if not repeated:
        return lines
    places = [(lines.positions[one], lines.positions[first], "") for one, first in repeated]
    layers = layers_of(lines.pipe_class[[one for one, _ in repeated]])
    _skip_repeats("line_twice", places, layers, [table], report)
    return lines.select(np.array(rows, np.int64))


def _skip_repeats(
    rule: str,
    places: Sequence[tuple[str, str, str]],
    layers: Texts,
    tables: Sequence[SurveyTable],
    report: ReadReport,
) -> None:
    """``places``: where a row stands, where the first of its kind stands, and its number; ``layers``: of those rows."""
    files = {one.sheet.name: one.sheet.file.name for one in tables}
    for (place, first, number), layer in zip(places, layers, strict=True):
        sheet, _, row = place.rpartition("!")
        values = {"number": number, "first": first}
        report.remarks.append(RowRemark(rule, files[sheet], sheet, int(row), True, values, layer=layer))
    named = ", ".join(f"{place} ({number})" if number else place for place, _, number in places[:8])
    texts = finding_rules()[rule]
    report.skip(
        SkipReason.DUPLICATE,
        len(places),
        f"{texts.title.en.lower()}: {named}{' …' if len(places) > 8 else ''}. {texts.fix.en}",
    )
