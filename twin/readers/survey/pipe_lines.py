"""Line tables of a pipe survey: which points a pipe joins, how deep, how wide, of what."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from twin.model.feature import Accuracy
from twin.model.pipe_codes import CROWN, INVERT, pipe_codes
from twin.readers.base import ReadReport, SkipReason, Source
from twin.readers.survey.pipe_points import Points
from twin.readers.survey.pipe_remarks import EndLevels, remark_ground, remark_lines, renumbered
from twin.readers.survey.pipe_rows import Numbers, accuracy_of, attribute_rows, classify_rows, layers_of
from twin.readers.survey.pipe_sections import NO_SECTION, Section, axis_level, parse_section
from twin.readers.survey.pipe_units import LARGEST_DEPTH_M, SurveyTable
from twin.readers.tables.row_sieve import Mask, RowSieve, Texts, absent, map_texts

ENDS: Final = ("from", "to")
_FLOW: Final = {"+": "+", "＋": "+", "正": "+", "-": "-", "－": "-", "−": "-", "负": "-", "逆": "-"}
_LOAD: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(MPA|KPA|PA|BAR|KV|V|千伏|伏|兆帕|千帕)?\Z")
_LOAD_UNITS: Final = {
    "pressure": {"MPA": 1000.0, "兆帕": 1000.0, "KPA": 1.0, "千帕": 1.0, "PA": 0.001, "BAR": 100.0},
    "voltage": {"KV": 1.0, "千伏": 1.0, "V": 0.001, "伏": 0.001},
}


@dataclass(frozen=True, slots=True)
class Lines:
    """The good rows of one line table. ``ends``: (n, 2) rows of ``Points``; ``axis_m``, ``depth_m``: (n, 2), m."""

    pipe_class: Texts
    subclass: Texts
    ends: NDArray[np.int64]
    axis_m: NDArray[np.float64]
    depth_m: NDArray[np.float64]
    reference: Texts
    accuracy: Texts
    columns: dict[str, Any]  # ready for the layer's columns
    attributes: list[dict[str, Any]]
    positions: list[str]
    section_text: Texts
    ground_m: NDArray[np.float64]  # (n, 2): level + depth where the line states both, NaN otherwise

    def select(self, rows: NDArray[np.int64]) -> Lines:
        return Lines(
            self.pipe_class[rows],
            self.subclass[rows],
            self.ends[rows],
            self.axis_m[rows],
            self.depth_m[rows],
            self.reference[rows],
            self.accuracy[rows],
            {name: one[rows] for name, one in self.columns.items()},
            [self.attributes[row] for row in rows],
            [self.positions[row] for row in rows],
            self.section_text[rows],
            self.ground_m[rows],
        )


class PointIndex:
    """Finds points by class and number; a number that only one class has is found without its class."""

    def __init__(self, points: Points) -> None:
        self._by_class = pd.Index(points.pipe_class + "/" + points.number, dtype=object)
        numbers = pd.Series(points.number, dtype=object)
        unique = ~numbers.duplicated(keep=False).to_numpy()
        self._rows = np.flatnonzero(unique)
        self._unique = pd.Index(points.number[unique], dtype=object)
        self._points = points

    def find(self, pipe_class: Texts, number: Texts) -> NDArray[np.int64]:
        """Row of every point, -1 where there is none."""
        keys = [f"{a}/{b}" for a, b in zip(pipe_class, number, strict=True)]
        rows: NDArray[np.int64] = np.array(self._by_class.get_indexer(pd.Index(keys, dtype=object)), np.int64)
        missing = np.flatnonzero(rows < 0)
        if len(missing) and len(self._unique):
            other = self._unique.get_indexer(pd.Index(number[missing], dtype=object))
            rows[missing] = np.where(other >= 0, self._rows[other], -1)
        return rows

    def meant(self, pipe_class: Texts, number: Texts, lost: Mask) -> Texts:
        """The one point of the class whose number differs in writing only, for ``lost`` rows; None: no or many."""
        out = np.full(len(number), None, object)
        if lost.any():
            alike: dict[str, list[str]] = {}
            for one, name in zip(self._points.number, self._points.pipe_class, strict=True):
                alike.setdefault(_folded(name, one), []).append(one)
            for row in np.flatnonzero(lost):
                found = alike.get(_folded(pipe_class[row], number[row]), [])
                out[row] = found[0] if len(found) == 1 else None
        return out


def _folded(pipe_class: Any, number: Any) -> str:
    """A point number without what a slip of the pen changes: case, width, hyphens and blanks, zeros before digits."""
    plain = re.sub(r"[^0-9A-Z\u4e00-\u9fff]", "", unicodedata.normalize("NFKC", str(number)).upper())
    return f"{pipe_class}/{re.sub(r'(?<![0-9])0+(?=[0-9])', '', plain)}"


def read_lines(
    table: SurveyTable,
    sheet_class: tuple[str, str | None] | None,
    source: Source,
    points: Points,
    index: PointIndex,
    report: ReadReport,
) -> Lines:
    """The usable rows of one line table; the others are counted and named in ``report``."""
    numbers = [table.text(f"{end}_no") for end in ENDS]
    pipe_class, subclass = classify_rows(table, sheet_class, numbers[0])
    sieve = RowSieve(table, report, layers_of(pipe_class))
    ends = _ends(table, sieve, numbers, pipe_class, index)
    remark_lines(table, sieve, sheet_class)
    sections, section_text = _sections(table, sieve)
    tall = np.array([one.tall_m for one in sections])
    reference = map_texts(pipe_class, _reference)
    axis, depth, used, assumed = _levels(table, sieve, source, points.cover_m, ends, tall, reference)
    _mention_deep(sieve, table, depth)
    kept = sieve.kept
    stated = accuracy_of(table.text("accuracy"), None)
    at_ends = points.accuracy[ends] if len(points) else np.full(ends.shape, None, object)
    accuracy = _accuracy(stated, at_ends, assumed, source.options.get("accuracy"))
    columns = _columns(table, sections, kept)
    extra = table.extra() | _unread(table, columns, sections, section_text, kept)
    return Lines(
        pipe_class[kept],
        subclass[kept],
        ends[kept],
        axis[kept],
        depth[kept],
        used[kept],
        accuracy[kept],
        columns,
        attribute_rows(extra, kept),
        sieve.positions(),
        section_text[kept],
        _ground(table)[kept],
    )


def _ground(table: SurveyTable) -> NDArray[np.float64]:
    """Ground level at both ends by the line's own account: level + depth."""
    return np.column_stack([table.metres(f"{end}_level")[0] + table.metres(f"{end}_depth")[0] for end in ENDS])


def _reference(pipe_class: str | None) -> str:
    return pipe_codes().classes[pipe_class].elevation_reference if pipe_class else CROWN


def _ends(
    table: SurveyTable, sieve: RowSieve, numbers: list[Texts], pipe_class: Texts, index: PointIndex
) -> NDArray[np.int64]:
    """(n, 2) rows of the points, after skipping rows whose ends are missing, unknown or the same."""
    start, end = numbers
    sieve.drop(absent(start) | absent(end), SkipReason.NO_KEY, "line_end_missing")
    sieve.drop(absent(pipe_class), SkipReason.BAD_VALUE, "class_missing")
    sieve.drop(start == end, SkipReason.INVALID_GEOMETRY, "link_same_ends", number=start)
    rows = np.column_stack([index.find(pipe_class, one) for one in numbers])
    for name, number, found in zip(ENDS, numbers, rows.T, strict=True):
        lost = (found < 0) & sieve.kept
        meant = index.meant(pipe_class, number, lost)
        changes = renumbered(table, f"{name}_no", meant)
        sieve.drop(lost, SkipReason.DANGLING, "line_end_unknown", number=number, changes=changes)
    return rows


def _sections(table: SurveyTable, sieve: RowSieve) -> tuple[list[Section], Texts]:
    text = table.text("section")
    unit = table.unit("section") or "mm"
    parsed = map_texts(text, lambda one: parse_section(one, unit))
    sieve.mention(absent(parsed), "section_unread", value=text, unit=unit)
    silent = np.array([one is NO_SECTION for one in parsed], bool)
    sieve.mention(silent, "section_missing", quiet=True)
    return [NO_SECTION if one is None else one for one in parsed], text


# --- levels --------------------------------------------------------------------------------------------


def _levels(
    table: SurveyTable,
    sieve: RowSieve,
    source: Source,
    cover_m: Numbers,
    ends: NDArray[np.int64],
    tall_m: Numbers,
    reference: Texts,
) -> tuple[NDArray[np.float64], NDArray[np.float64], Texts, Mask]:
    """Axis level and depth at both ends (n, 2), what they refer to, and which rows use ``options.depth_m``.

    A stated level wins; otherwise ground minus depth. Headings that say 管顶 or 管底 overrule the class.
    """
    axis, depth = np.full(ends.shape, np.nan), np.full(ends.shape, np.nan)
    assumed = np.zeros(len(ends), bool)
    odd = np.zeros(len(ends), bool)
    used = reference
    grounds: list[EndLevels] = []
    default = source.options.get("depth_m")
    for column, end in enumerate(ENDS):
        level, odd_level = table.metres(f"{end}_level")
        deep, odd_depth = table.metres(f"{end}_depth")
        known = ends[:, column] >= 0
        ground = np.where(known, cover_m[ends[:, column]], np.nan) if len(cover_m) else np.full(len(ends), np.nan)
        lacks = np.isnan(level) & np.isnan(deep)
        if default is not None:
            deep = np.where(lacks, float(default), deep)
            assumed |= lacks
        of_level = _overruled(table, f"{end}_level", reference)
        of_depth = _overruled(table, f"{end}_depth", reference)
        by_level, by_depth = axis_level(level, tall_m, of_level), axis_level(ground - deep, tall_m, of_depth)
        axis[:, column] = np.where(np.isnan(level), by_depth, by_level)
        # both may refer to another part of the pipe: their axes must agree
        grounds.append(EndLevels(end, ground, level, deep, by_level - by_depth))
        depth[:, column] = np.where(np.isnan(deep), ground - level, deep)
        odd |= np.isnan(axis[:, column]) & (odd_level | odd_depth)
        used = np.where(np.isnan(level), of_depth, of_level)
    sieve.mention(assumed, "depth_assumed", depth_m=default)
    sieve.drop(odd, SkipReason.BAD_VALUE, "depth_not_number", value=_odd_text(table))
    sieve.drop(np.isnan(axis).any(axis=1), SkipReason.NO_GEOMETRY, "depth_missing")
    for one in grounds:
        remark_ground(table, sieve, one)
    return axis, depth, used, assumed


def _odd_text(table: SurveyTable) -> Texts:
    """The first cell of each row's depths and levels that is no number."""
    out = np.full(table.size, None, object)
    for name in reversed([f"{end}_{what}" for end in ENDS for what in ("level", "depth")]):
        odd = table.number(name)[1]
        out[odd] = table.text(name)[odd]
    return out


def _mention_deep(sieve: RowSieve, table: SurveyTable, depth: NDArray[np.float64]) -> None:
    deepest = np.abs(np.nan_to_num(depth)).max(axis=1)
    columns = ("from_depth", "to_depth", "from_level", "to_level")
    heading = next((table.matched.headings[one] for one in columns if table.has(one)), columns[0])
    sieve.mention(deepest > LARGEST_DEPTH_M, "depth_too_large", depth_m=deepest, heading=heading)


def _overruled(table: SurveyTable, name: str, reference: Texts) -> Texts:
    heading = table.matched.headings.get(name, "")
    for word, fixed in (("管顶", CROWN), ("管底", INVERT), ("内底", INVERT)):
        if word in heading:
            return np.full(len(reference), fixed, object)
    return reference


def _accuracy(stated: Texts, at_ends: NDArray[np.object_], assumed: Mask, default: str | None) -> Texts:
    """The line's own word, else the worse of its two ends, else ``options.accuracy``."""
    unknown = Accuracy.UNKNOWN.value
    inherited = np.full(len(stated), default or unknown, object)
    known = (at_ends != unknown).all(axis=1) if len(stated) else np.zeros(0, bool)
    for kind in (Accuracy.MEASURED, Accuracy.DETECTED, Accuracy.INFERRED):
        inherited = np.where(known & (at_ends == kind.value).any(axis=1), kind.value, inherited)
    out = np.where(stated == unknown, inherited, stated)
    return np.where(assumed, Accuracy.INFERRED.value, out)


# --- the rest ------------------------------------------------------------------------------------------


def _columns(table: SurveyTable, sections: list[Section], kept: Mask) -> dict[str, Any]:
    codes = pipe_codes()
    columns = {
        "diameter_m": np.array([one.diameter_m for one in sections]),
        "width_m": np.array([one.width_m for one in sections]),
        "height_m": np.array([one.height_m for one in sections]),
        "code": table.text("code"),
        "material": map_texts(table.text("material"), codes.material.name),
        "burial": map_texts(table.text("burial"), codes.burial.name),
        "state": map_texts(table.text("state"), codes.state.name),
        "flow": map_texts(table.text("flow"), lambda one: _FLOW.get(one, one)),
        "pressure_kpa": _load(table, "pressure"),
        "voltage_kv": _load(table, "voltage"),
        "ducts": _ducts(table, sections),
        "built_year": map_texts(table.text("year"), _year),
        "owner": table.text("owner"),
        "road": table.text("road"),
    }
    return {name: one[kept] for name, one in columns.items()}


def _load(table: SurveyTable, name: str) -> Texts:
    """Pressure in kPa or voltage in kV; a bare number has the unit of the heading, for voltage else kV (CJJ 61)."""
    column = name if table.has(name) else "load"
    heading = table.matched.headings.get(column, "").upper()
    units = _LOAD_UNITS[name]
    found = re.search(r"[(（\[](MPA|KPA|BAR|KV|V|PA)", heading)
    default = units.get(found.group(1)) if found else None
    if default is None and name == "voltage" and column == name:
        default = units["KV"]

    def value(text: str | None) -> float | None:
        match = _LOAD.match((text or "").upper())
        if match is None:
            return None
        factor = units.get(match.group(2)) if match.group(2) else default
        return None if factor is None else float(match.group(1)) * factor

    return map_texts(table.text(column), value)


def _ducts(table: SurveyTable, sections: list[Section]) -> Texts:
    def whole(text: str | None) -> int | None:
        found = re.match(r"\d+", text or "")
        return int(found.group()) if found else None

    stated = map_texts(table.text("ducts"), whole)
    out = np.empty(len(sections), object)
    out[:] = [one.ducts if said is None else said for said, one in zip(stated, sections, strict=True)]
    return out


def _year(text: str | None) -> int | None:
    found = re.search(r"(?<!\d)(19|20)\d\d(?!\d)", text or "") or re.match(r"(19|20)\d\d(?=\d{4}\Z)", text or "")
    return int(found.group()) if found else None


def _unread(
    table: SurveyTable, columns: dict[str, Any], sections: list[Section], section_text: Texts, kept: Mask
) -> dict[str, Texts]:
    """Cells whose text says more than the number taken from it: they stay, under their own heading."""
    more: dict[str, Texts] = {}
    for name, column in (
        ("pressure", "pressure_kpa"),
        ("voltage", "voltage_kv"),
        ("ducts", "ducts"),
        ("year", "built_year"),
    ):
        if table.has(name):
            more[table.matched.headings[name]] = _where_lost(table.text(name), columns[column], kept)
    if table.has("load"):
        both = absent(columns["pressure_kpa"]) & absent(columns["voltage_kv"])
        taken = np.array([None if one else 0.0 for one in both], object)
        more[table.matched.headings["load"]] = _where_lost(table.text("load"), taken, kept)
    if table.has("section"):
        silent = np.array([one is NO_SECTION for one in sections])
        more[table.matched.headings["section"]] = _blanked(section_text, ~silent)
    return more


def _blanked(text: Texts, taken: Mask) -> Texts:
    out = text.copy()
    out[taken] = None
    return out


def _where_lost(text: Texts, taken: Texts, kept: Mask) -> Texts:
    """``text`` where no number was taken from it, or where it says more than digits."""
    out = np.full(len(text), None, object)
    for row, value in zip(np.flatnonzero(kept), taken, strict=True):
        said = text[row]
        if said is not None and (value is None or not said.replace(".", "", 1).isdigit()):
            out[row] = said
    return out
