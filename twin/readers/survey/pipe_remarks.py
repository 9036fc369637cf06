"""What a survey inspector would say of single rows of point and line tables, and the changes that would mend them.

The checks are those in use for CJJ 61-2017 deliveries (shared/domain.md, "Survey checks in use"); what the row is about
is in ``twin/model/finding_rules.toml``. Nothing here drops a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.model.finding import CellChange, RowRemark, limit
from twin.model.pipe_codes import pipe_codes
from twin.readers.base import ReadReport
from twin.readers.survey.pipe_units import SurveyTable
from twin.readers.tables.headings import NO_VALUE
from twin.readers.tables.row_sieve import Mask, RowSieve, Texts, absent, map_texts
from twin.readers.tables.sheets import Table

Numbers = NDArray[np.float64]
SheetClass = tuple[str, str | None] | None

# What the standard's tables have and an inspection needs: our column -> how a finding calls it.
_STANDARD: Final = {
    "point": {
        "cover": "地面高程 High",
        "feature": "特征 Feature",
        "appurtenance": "附属物 Subsid",
        "code": "要素代码 Code",
    },
    "line": {"material": "材质", "burial": "埋设方式", "section": "管径"},
}
_TERMS: Final = ("material", "burial", "state")
_GEOMETRY: Final = {"1": "线 line", "2": "点 point", "3": "面 area"}
_POINT_KIND: Final = {"1": "特征点 feature", "2": "附属物 appurtenance"}


def remark_columns(table: Table, role: str, sheet_class: SheetClass, report: ReadReport) -> None:
    """Columns of one meaning, and columns that the standard's tables have and this one has not."""
    sheet = table.sheet
    layer = None if sheet_class is None else pipe_codes().classes[sheet_class[0]].layer_id

    def say(rule: str, **values: object) -> None:
        row = table.matched.heading_row + 1
        report.remarks.append(RowRemark(rule, sheet.file.name, sheet.name, row, False, values, layer=layer))

    for heading in table.matched.doubled:
        say("heading_twice", heading=heading)
    lacking = [name for column, name in _STANDARD[role].items() if not table.has(column)]
    if role == "line" and not any(table.has(f"from_{what}") for what in ("depth", "level")):
        lacking.append("起点埋深 / 起点高程")
    if lacking:
        say("column_missing", columns=lacking)


def remark_points(table: SurveyTable, sieve: RowSieve, sheet_class: SheetClass) -> None:
    """Map number, feature or appurtenance, feature code."""
    number, map_no = table.text("point_no"), table.text("map_no")
    other = ~absent(map_no) & (map_no != number)
    sieve.mention(other, "map_number_differs", quiet=True, map_no=map_no, number=number)
    feature, appurtenance = _said(table, "feature"), _said(table, "appurtenance")
    both = ~absent(feature) & ~absent(appurtenance)
    sieve.mention(both, "feature_and_appurtenance", quiet=True, feature=feature, appurtenance=appurtenance)
    if table.has("feature") and table.has("appurtenance"):
        neither = absent(feature) & absent(appurtenance)
        sieve.mention(neither, "feature_or_appurtenance_missing", quiet=True)
    kind = np.full(table.size, None, object)
    kind[~absent(feature)] = "1"
    kind[~absent(appurtenance)] = "2"
    kind[both] = None
    _remark_codes(table, sieve, sheet_class, "2", kind)


def remark_lines(table: SurveyTable, sieve: RowSieve, sheet_class: SheetClass) -> None:
    """Feature code, words of the code lists."""
    _remark_codes(table, sieve, sheet_class, "1", np.full(table.size, None, object))
    for name in _TERMS:
        if table.has(name):
            known = getattr(pipe_codes(), name).known
            text = table.text(name)
            strange = map_texts(text, _outside(known)).astype(bool)
            sieve.mention(strange, "term_unknown", quiet=True, heading=table.matched.headings[name], value=text)


def _outside(known: Callable[[str], bool]) -> Callable[[str | None], bool]:
    return lambda one: one is not None and one.upper() not in NO_VALUE and not known(one)


def _said(table: Table, name: str) -> Texts:
    return map_texts(table.text(name), lambda one: None if one is None or one.upper() in NO_VALUE else one)


def _remark_codes(table: SurveyTable, sieve: RowSieve, sheet_class: SheetClass, geometry: str, kind: Texts) -> None:
    """Codes against form, class and kind; ``kind``: the sixth digit that a row's columns ask for, or None."""
    codes = pipe_codes()
    code = table.text("code")
    of = map_texts(code, codes.of_feature_code)
    sieve.mention(~absent(code) & absent(of), "code_malformed", quiet=True, code=code)
    by_class = map_texts(table.text("pipe_class"), codes.classify)
    stated = [one or sheet_class for one in by_class]
    foreign = np.array([bool(a and b and a[0] != b[0]) for a, b in zip(of, stated, strict=True)], bool)
    sieve.mention(
        foreign,
        "code_of_another_class",
        quiet=True,
        code=code,
        of=_titles(of),
        stated=_titles(stated),
    )
    shape = map_texts(code, lambda one: one[4] if one and len(one) == 8 else None)
    digit = map_texts(code, lambda one: one[5] if one and len(one) == 8 else None)
    whole = ~absent(of)
    sieve.mention(
        whole & (shape != geometry),
        "code_of_another_kind",
        quiet=True,
        code=code,
        of=map_texts(shape, lambda one: _GEOMETRY.get(one, one)),
        stated=_GEOMETRY[geometry],
    )
    sieve.mention(
        whole & (shape == geometry) & ~absent(kind) & np.isin(digit.astype(str), list(_POINT_KIND)) & (digit != kind),
        "code_of_another_kind",
        quiet=True,
        code=code,
        of=map_texts(digit, lambda one: _POINT_KIND.get(one, one)),
        stated=map_texts(kind, lambda one: _POINT_KIND.get(one, one)),
    )


def _titles(classes: object) -> Texts:
    found = [None if one is None else f"{one[0]} {pipe_codes().classes[one[0]].title.zh}" for one in list(classes)]  # type: ignore[call-overload]
    out = np.empty(len(found), object)
    out[:] = found
    return out


# --- levels --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EndLevels:
    """One end of every row of a line table: ground of its point, stated level and depth, m, NaN where not stated.

    ``off_m``: how much the axis by the level lies above the axis by the depth.
    """

    end: str  # from | to
    ground_m: Numbers
    level_m: Numbers
    depth_m: Numbers
    off_m: Numbers


def remark_ground(table: SurveyTable, sieve: RowSieve, end: EndLevels) -> None:
    """Ground level = depth + pipe level. A depth that fits when its point is moved carries the change that does so."""
    tolerance = limit("ground_disagrees", "tolerance_m")
    wrong: Mask = np.nan_to_num(np.abs(end.off_m)) > tolerance
    if not wrong.any():
        return
    sieve.mention(
        wrong,
        "ground_disagrees",
        quiet=True,
        end={"from": "起点 start", "to": "终点 end"}[end.end],
        number=table.text(f"{end.end}_no"),
        ground_m=end.ground_m,
        level_m=end.level_m,
        depth_m=end.depth_m,
        off_m=end.off_m,
        changes=_moved_points(table, end, wrong & sieve.kept),
    )


def _moved_points(table: SurveyTable, end: EndLevels, wrong: Mask) -> Texts:
    """Depths whose decimal point is off: a tenth, hundredth, thousandth or their inverses fit the levels to 1 cm."""
    out = np.full(table.size, None, object)
    name = f"{end.end}_depth"
    text = table.text(name)
    true_m = end.depth_m - end.off_m
    for row in np.flatnonzero(wrong & (np.abs(end.depth_m) > 0)):
        for factor in (0.001, 0.01, 0.1, 10.0, 100.0, 1000.0):
            if abs(end.depth_m[row] * factor - true_m[row]) <= 0.01 and true_m[row] > 0.1:
                new = f"{float(text[row]) * factor:.6g}"
                out[row] = (_cell(table, row, name, new),)
                break
    return out


# --- changes -------------------------------------------------------------------------------------------


def exchanged(table: SurveyTable, first: str, second: str, wrong: Mask) -> Texts:
    """For the rows of ``wrong`` the two changes that exchange the cells of two columns."""
    out = np.full(table.size, None, object)
    a, b = table.text(first), table.text(second)
    for row in np.flatnonzero(wrong):
        out[row] = (_cell(table, row, first, b[row]), _cell(table, row, second, a[row]))
    return out


def renumbered(table: SurveyTable, name: str, meant: Texts) -> Texts:
    """The change of a point number to the one that is meant, where one is."""
    out = np.full(table.size, None, object)
    for row in np.flatnonzero(~absent(meant)):
        out[row] = (_cell(table, int(row), name, meant[row]),)
    return out


def _cell(table: SurveyTable, row: int | np.int64, name: str, new: str | None) -> CellChange:
    sheet, heading = table.sheet, table.matched.headings[name]
    column = table.matched.columns[name] + 1
    old = table.text(name)[row]
    return CellChange(sheet.file.name, sheet.name, table.row_number(int(row)), column, heading, old, new)
