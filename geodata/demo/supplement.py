"""A supplementary survey with known errors: what ``twin check`` is shown on, and tested against.

A corner of the campus that no other network reaches was surveyed by another crew, who made every mistake that is common
once. ``SEEDS`` says which row carries which; everything else in the workbook is clean. Two of the mistakes follow from
the file itself, so ``twin check --fix`` mends them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from geodata.demo import frame
from geodata.demo.pipe_survey import LINE_HEADINGS, POINT_HEADINGS, STATE_IN_USE
from geodata.demo.tables import write_workbook
from geodata.demo.terrain import Ground

KEY: Final = "BC"
FILE: Final = "补测.xlsx"
_POINT_HEADINGS: Final = (*POINT_HEADINGS, "探查方式")
_LINE_HEADINGS: Final = (*LINE_HEADINGS, "探查方式")
CORNER_UV: Final = (-236.0, 200.0)  # plan metres
SURVEYOR: Final = "补测作业组（虚构）"


@dataclass(frozen=True, slots=True)
class Seed:
    """A mistake that was made on purpose: the rule that must find it, and the row of the sheet that carries it."""

    rule: str
    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Point:
    """A row of a point table. ``spoil``: cells that differ from what was measured, by heading."""

    number: str | None
    du: float
    dv: float
    feature: str | None = "直线点"
    appurtenance: str | None = None
    well_m: float | None = None
    spoil: tuple[tuple[str, Any], ...] = ()
    seeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a line table. ``deep``: depths of both ends, m; ``spoil`` and ``seeds`` as of points."""

    start: str
    end: str
    deep: tuple[float, float]
    section: str | None = "DN100"
    flow: str | None = None
    spoil: tuple[tuple[str, Any], ...] = ()
    seeds: tuple[str, ...] = ()


_SWAP: Final = "swap X and Y"
_NO_LEVELS: Final = tuple((one, None) for one in ("起点埋深", "终点埋深", "起点高程", "终点高程"))

WATER_POINTS: Final = (
    Point("JS901", 0, 0, "起讫点"),
    Point("JS902", 20, 0, "三通", seeds=("degree_disagrees",)),
    Point("JS903", 40, 0, seeds=("levels_differ_at_point",)),
    Point("JS904", 60, 0),
    Point("JS905", 60, 12, "起讫点", spoil=((_SWAP, None),), seeds=("coordinates_swapped",)),
    Point("JS906", 50, 34, "起讫点", seeds=("node_lonely",)),
    Point("JS907", 40, 0, "起讫点", seeds=("points_at_one_place",)),
    Point("JS908", 40, 14, "起讫点"),
    Point("JS908", 44, 14, "起讫点", seeds=("point_number_twice",)),
    Point("JS909", 46, 14, "起讫点", spoil=(("Y", "429三一八"),), seeds=("coordinate_not_number",)),
    Point("JS910", 48, 14, "起讫点", spoil=(("X", None),), seeds=("coordinate_missing",)),
    Point(None, 52, 14, "起讫点", seeds=("point_number_missing",)),
    Point("JS911", 0, 14, spoil=(("High", "约16"),), seeds=("ground_level_not_number",)),
    Point("JS912", 10, 14, None, seeds=("feature_or_appurtenance_missing",)),
    Point("JS913", 20, 14, "直线点", "阀门井", 1.4, seeds=("feature_and_appurtenance",)),
    Point("JS914", 30, 14, "起讫点", spoil=(("Map_No", "JS941"),), seeds=("map_number_differs",)),
    Point("JS915", 56, 34, "起讫点", spoil=(("Code", "51042"),), seeds=("code_malformed",)),
    Point("JS916", 62, 34, "起讫点", spoil=(("Code", "51041101"),), seeds=("code_of_another_kind",)),
)
WATER_LINES: Final = (
    Line("JS901", "JS902", (1.0, 1.0)),
    Line("JS902", "JS903", (1.0, 1.0), spoil=(("起点埋深", 10.0),), seeds=("ground_disagrees", "pipes_clash")),
    Line("JS903", "JS904", (1.4, 1.0)),
    Line("JS904", "JS905", (1.0, 1.0), seeds=("line_end_unknown",)),
    Line("JS902", "JS901", (1.0, 1.0), seeds=("line_twice",)),
    Line("JS903", "JS903", (1.0, 1.0), seeds=("link_same_ends",)),
    Line("JS907", "JS908", (1.0, 1.0), "DN1OO", seeds=("section_unread",)),
    Line("JS901", "JS911", (1.0, 1.0), spoil=(("起始点号", "JS-0901"),), seeds=("line_end_unknown",)),
    Line("JS904", "JS908", (1.0, 1.0), spoil=_NO_LEVELS, seeds=("depth_missing",)),
    Line(
        "JS908",
        "JS904",
        (1.0, 1.0),
        spoil=(("起点埋深", "一米"), ("起点高程", None)),
        seeds=("depth_not_number",),
    ),
    Line("JS911", "JS912", (0.2, 1.0), seeds=("cover_shallow",)),
    Line("JS912", "JS913", (1.0, 1.0), None, spoil=(("材质", "塑料"),), seeds=("section_missing", "term_unknown")),
    Line("JS913", "JS914", (1.0, -0.6), seeds=("pipe_above_ground",)),
    Line("JS915", "JS916", (1.0, 1.0)),
)
DRAIN_POINTS: Final = (
    Point("YS901", 0, 24, None, "检查井", 2.0),
    Point("YS902", 20, 24, None, "检查井", 2.3),
    Point("YS903", 40, 24, None, "检查井", 2.3, seeds=("outlet_above_inlet",)),
    Point("YS904", 60, 24, None, "检查井", 1.2, seeds=("pipe_below_shaft",)),
    Point("YS905", 70, 24, None, "检查井", 2.6, seeds=("no_way_out",)),
    Point("YS906", 10, 18, None, "检查井", 2.0),
    Point("YS907", 10, 32, "出水口"),
    Point("YS908", 28, -7, None, "检查井", 1.5),
    Point("YS909", 28, 5, "出水口", spoil=(("High", 18.6),), seeds=("cover_off_terrain",)),
)
DRAIN_LINES: Final = (
    Line("YS901", "YS902", (1.7, 1.9), "DN600", "+", seeds=("crossing_without_node",)),
    Line("YS902", "YS903", (1.9, 1.7), "DN600", "+", seeds=("drain_rises",)),
    Line("YS903", "YS904", (1.5, 1.6), "DN300", "+", seeds=("narrows_downstream",)),
    Line("YS904", "YS905", (1.6, 2.2), "DN300", "+"),
    Line("YS906", "YS907", (1.6, 1.75), "DN300", "+"),
    Line("YS908", "YS909", (1.1, 1.3), "DN300", "+"),
)
_SHEETS: Final = (
    ("JSPoint", WATER_POINTS),
    ("JSLine", WATER_LINES),
    ("YSPoint", DRAIN_POINTS),
    ("YSLine", DRAIN_LINES),
)

SEEDS: Final = tuple(
    Seed(rule, sheet, row)
    for sheet, those in _SHEETS
    for row, one in enumerate(those, start=2)
    for rule in one.seeds  # type: ignore[attr-defined]
)


def write_supplement(ground: Ground, folder: Path) -> None:
    """The workbook of the second crew."""
    points = {one.number: one for one in (*WATER_POINTS, *DRAIN_POINTS)}
    uv = np.array([[one.du, one.dv] for one in points.values()]) + CORNER_UV
    levels = dict(zip(points, ground.plan_levels(uv).round(3).tolist(), strict=True))
    sheets = {
        "JSPoint": (_POINT_HEADINGS, [_point(one, "51042101", levels) for one in WATER_POINTS]),
        "JSLine": (_LINE_HEADINGS, [_line(one, "51041001", "PE", levels) for one in WATER_LINES]),
        "YSPoint": (_POINT_HEADINGS, [_point(one, "52012101", levels) for one in DRAIN_POINTS]),
        "YSLine": (_LINE_HEADINGS, [_line(one, "52011001", "混凝土", levels) for one in DRAIN_LINES]),
    }
    write_workbook(folder / FILE, sheets)


def _point(one: Point, code: str, levels: dict[str | None, float]) -> list[Any]:
    east, north = frame.to_map([[one.du + CORNER_UV[0], one.dv + CORNER_UV[1]]])[0].round(3).tolist()
    kind = "2" if one.appurtenance is not None and one.feature is None else "1"
    row = dict.fromkeys(_POINT_HEADINGS)
    row |= {
        "Prj_No": one.number,
        "Map_No": one.number,
        "Exp_No": one.number,
        "X": north,
        "Y": east,
        "High": levels[one.number],
        "Code": f"{code[:5]}{kind}{code[6:]}",
        "Feature": one.feature,
        "Subsid": one.appurtenance,
        "WellDeep": one.well_m,
        "MDate": "2026-11",
        "SUnit": SURVEYOR,
        "SDate": "2026-11-12",
        "Note": "虚构数据",
        "探查方式": "明显" if one.appurtenance is not None else "隐蔽",
    }
    return _spoiled(row, one.spoil)


def _line(one: Line, code: str, material: str, levels: dict[str | None, float]) -> list[Any]:
    start, end = (levels.get(number, 0.0) - deep for number, deep in zip((one.start, one.end), one.deep, strict=True))
    row = dict.fromkeys(_LINE_HEADINGS)
    row |= {
        "起始点号": one.start,
        "终止点号": one.end,
        "起点埋深": one.deep[0],
        "终点埋深": one.deep[1],
        "起点高程": round(start, 3),
        "终点高程": round(end, 3),
        "埋设方式": "直埋",
        "材质": material,
        "管径": one.section,
        "流向": one.flow,
        "建设年代": 2026,
        "道路名称": "西北角绿地",
        "状态": STATE_IN_USE,
        "要素代码": code,
        "探查方式": "推测" if one.section is None else "隐蔽",
    }
    return _spoiled(row, one.spoil)


def _spoiled(row: dict[str, Any], spoil: Sequence[tuple[str, Any]]) -> list[Any]:
    for heading, value in spoil:
        if heading == _SWAP:
            row["X"], row["Y"] = row["Y"], row["X"]
        else:
            row[heading] = value
    return list(row.values())
