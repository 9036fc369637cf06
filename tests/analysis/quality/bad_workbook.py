"""A survey workbook with every kind of bad row that inspectors look for, and good rows between them.

``BAD`` says which rule must name which row; ``GOOD`` rows are to be kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import openpyxl

from layers import registry
from twin.build import build_campus

POINT_HEADINGS: Final = [
    "物探点号", "图上点号", "X", "Y", "地面高程", "要素代码", "特征", "附属物", "井底深", "高程",
]  # fmt: skip
LINE_HEADINGS: Final = [
    "起始点号", "终止点号", "起点埋深", "终点埋深", "起点高程", "终点高程", "埋设方式", "材质", "管径", "流向",
    "要素代码",
]  # fmt: skip
NORTH, EAST, GROUND_M = 2_885_900.0, 429_500.0, 10.0

TOML: Final = """\
schema_version = 1
name = { zh = "坏表", en = "Bad tables" }
crs = "EPSG:4549"
vertical_datum = "EPSG:5737"

[[sources]]
key = "s"
path = "survey.xlsx"
reader = "pipe_table"
crs = "EPSG:4549"
vertical_datum = "EPSG:5737"
"""

Row = tuple[dict[str, Any], tuple[str, ...]]


def point(number: str | None, e: float, n: float, *rules: str, **cells: Any) -> Row:
    row = {
        "物探点号": number, "图上点号": number, "X": NORTH + n, "Y": EAST + e, "地面高程": GROUND_M,
        "要素代码": "51042101", "特征": "起讫点",
    }  # fmt: skip
    return row | cells, rules


def pipe(start: str | None, end: str | None, *rules: str, deep: tuple[float, float] = (1.0, 1.0), **cells: Any) -> Row:
    row = {
        "起始点号": start, "终止点号": end, "起点埋深": deep[0], "终点埋深": deep[1], "起点高程": GROUND_M - deep[0],
        "终点高程": GROUND_M - deep[1], "埋设方式": "直埋", "材质": "PE", "管径": "DN100", "要素代码": "51041001",
    }  # fmt: skip
    return row | cells, rules


POINTS: Final[tuple[Row, ...]] = (
    point("A1", 0, 0),
    point("A2", 30, 0, 特征="直线点"),
    point("A3", 60, 0),
    point(None, 90, 0, "point_number_missing"),
    point("A1", 91, 0, "point_number_twice"),
    point("A5", 92, 0, "coordinate_missing", X=None),
    point("A6", 93, 0, "coordinate_not_number", Y="东边"),
    point("A7", 94, 0, "coordinates_swapped", X=EAST, Y=NORTH),
    point("A8", 0, 20, "ground_level_not_number", 地面高程="十"),
    point("A9", 30, 20, "ground_level_missing", 地面高程=None),
    point("B1", 0, 40, "shaft_depth_not_number", 井底深="深"),
    point("B2", 30, 40, "shaft_too_deep", 井底深=120.0),
    point("B3", 60, 40, "map_number_differs", 图上点号="B8"),
    point("B4", 0, 60, "feature_and_appurtenance", 附属物="阀门井"),
    point("B5", 30, 60, "feature_or_appurtenance_missing", 特征=None),
    point("B6", 60, 60, "code_malformed", 要素代码="999"),
    point("B7", 0, 80, "code_of_another_class", "node_lonely", 要素代码="52012101"),
    point("B8", 30, 80, "code_of_another_kind", 要素代码="51042201"),
    point("B9", 60, 80, "node_lonely"),
    point("C1", 0, 100),
    point("C2", 0, 100, "points_at_one_place"),
    point("C3", 30, 100),
    point("C4", 76, 120),
    point("C5", 0, 120),
    point("C6", 10, 140, "degree_disagrees", 特征="三通"),
    point("C7", 10.04, 140),
    point("C8", 20, 140, 特征="直线点"),
    point("C9", 30, 140, 特征="直线点"),
    point("D1", 30, 150, "levels_differ_at_point"),
    point("D2", 40, 141, "degree_disagrees", "levels_differ_at_point"),
)
LINES: Final[tuple[Row, ...]] = (
    pipe("A1", "A2"),
    pipe("A2", "A3"),
    pipe(None, "A3", "line_end_missing"),
    pipe("A3", "A3", "link_same_ends"),
    pipe("A3", "Z9", "line_end_unknown"),
    pipe("A2", "A1", "line_twice"),
    pipe("A8", "B1", deep=(1.0, 1.0)),
    pipe("B1", "B2", "section_unread", 管径="手臂粗"),
    pipe("B2", "B3", "section_missing", 管径=None),
    pipe("B3", "B4", "depth_not_number", 起点埋深="浅", 起点高程=None),
    pipe("B4", "B5", "depth_missing", 起点埋深=None, 终点埋深=None, 起点高程=None, 终点高程=None),
    pipe("B5", "B6", "depth_too_large", deep=(1200.0, 1300.0), 起点高程=None, 终点高程=None),
    pipe("B6", "B8", "term_unknown", 材质="塑料"),
    pipe("B4", "B8", "ground_disagrees", 起点埋深=1.7),
    pipe("C1", "C3"),
    pipe("C2", "C3", "sharp_angle"),
    pipe("C4", "C5", "link_too_long"),
    pipe("C6", "C7", "link_too_short"),
    pipe("C7", "C8", "link_steep", deep=(1.0, 7.5)),
    pipe("C8", "C9", deep=(7.5, 7.5)),
    pipe("C9", "D1", deep=(7.5, 7.5)),
    pipe("C9", "D2", deep=(7.5, 7.5)),
    pipe("D1", "D2", "pipe_above_ground", deep=(-0.5, -0.5)),
)

SHEETS: Final = {"JSPoint": (POINT_HEADINGS, POINTS), "JSLine": (LINE_HEADINGS, LINES)}
BAD: Final = [
    (rule, sheet, row)
    for sheet, (_, rows) in SHEETS.items()
    for row, (_, rules) in enumerate(rows, start=2)
    for rule in rules
] + [("heading_twice", "JSPoint", 1)]
SKIPS: Final = frozenset(
    ("point_number_missing", "point_number_twice", "coordinate_missing", "coordinate_not_number", "coordinates_swapped",
     "line_end_missing", "link_same_ends", "line_end_unknown", "line_twice", "depth_not_number", "depth_missing")
)  # fmt: skip
GOOD: Final = sum(not SKIPS & set(rules) for _, rows in SHEETS.values() for _, rules in rows)


def write_bad_campus(folder: Path) -> Path:
    """A campus of this one workbook, built."""
    folder.mkdir(parents=True)
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, (headings, rows) in SHEETS.items():
        sheet = book.create_sheet(name)
        sheet.append(headings)
        for cells, _ in rows:
            sheet.append([cells.get(heading) for heading in headings])
    book.save(folder / "survey.xlsx")
    (folder / "campus.toml").write_text(TOML, encoding="utf-8")
    build_campus(folder, registry())
    return folder
