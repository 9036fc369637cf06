"""The pipes of several networks as flat arrays: one row a pipe, one row a straight part, one row a node.

Sections are what the tables say: round with ``diameter_m`` or an upright box ``width_m`` × ``height_m``. One size is
both the inside and the outside of a pipe, since surveys state one; where none is known it counts as 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from twin.analysis.sections.columns import numbers_of, shapes_of, texts_of
from twin.mesh.shafts import SHAFT_DIAMETER_M
from twin.model.network import LINK, NODE
from twin.model.section import section_sizes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Texts = NDArray[np.object_]

NO_AXIS: Final = "no axis with heights"
FITTING_M: Final = 0.3  # a point without a shaft takes this much room
_TEXTS: Final = (
    "name",
    "pipe_class",
    "subclass",
    "from_id",
    "to_id",
    "material",
    "burial",
    "owner",
    "road",
    "state",
    "accuracy_class",
)
_NUMBERS: Final = (
    "diameter_m",
    "width_m",
    "height_m",
    "plan_sd_m",
    "depth_sd_m",
    "pressure_kpa",
    "voltage_kv",
    "from_depth_m",
    "to_depth_m",
)


@dataclass(frozen=True, slots=True)
class Pipes:
    """Links (n) and their straight parts (s).

    ``start``, ``end`` (s, 3): campus metres; ``link`` (s,): row of the link. ``wide_m``, ``tall_m`` (n,): the section,
    0 where it is not known. ``texts``, ``numbers``: columns of the tables. ``skipped``: why links are not here.
    """

    layer_id: Texts
    feature_id: Texts
    wide_m: Floats
    tall_m: Floats
    is_box: Mask
    texts: dict[str, Texts]
    numbers: dict[str, Floats]
    start: Floats
    end: Floats
    link: Ints
    found: int
    skipped: dict[str, int]

    def __len__(self) -> int:
        return len(self.feature_id)

    def text(self, name: str, row: int) -> str | None:
        value: str | None = self.texts[name][row]
        return value

    def number(self, name: str, row: int) -> float | None:
        value = float(self.numbers[name][row])
        return None if np.isnan(value) else value

    @staticmethod
    def of(networks: Mapping[str, pa.Table]) -> Pipes:
        """The links of all ``networks`` (layer id -> table as a generation has it) whose axis has heights."""
        tables = [(layer, table.filter(pc.equal(table["kind"], LINK))) for layer, table in networks.items()]
        layer = np.array([one for one, table in tables for _ in range(len(table))], object)
        ids = _concatenated([np.array(table["feature_id"].to_pylist(), object) for _, table in tables], object)
        texts = {one: _concatenated([texts_of(t, one) for _, t in tables], object) for one in _TEXTS}
        numbers = {one: _concatenated([numbers_of(t, one) for _, t in tables], np.float64) for one in _NUMBERS}
        shapes = _concatenated([shapes_of(t) for _, t in tables], object)
        start, end, link = _parts(shapes)
        kept = np.zeros(len(ids), bool)
        kept[link] = True
        wide, tall, is_box = section_sizes(numbers["diameter_m"], numbers["width_m"], numbers["height_m"])
        new_row = np.cumsum(kept) - 1
        return Pipes(
            layer[kept],
            ids[kept],
            np.nan_to_num(wide[kept]),
            np.nan_to_num(tall[kept]),
            is_box[kept],
            {name: one[kept] for name, one in texts.items()},
            {name: one[kept] for name, one in numbers.items()},
            start,
            end,
            new_row[link],
            len(ids),
            dict(Counter([NO_AXIS] * int((~kept).sum()))),
        )


@dataclass(frozen=True, slots=True)
class Nodes:
    """Nodes (n): ``xyz`` (n, 3); levels NaN where unknown; ``radius_m``: of the shaft, or of a fitting.

    ``is_shaft``: the bottom is known; ``assumed``: its diameter is not, and counts as ``SHAFT_DIAMETER_M``.
    """

    layer_id: Texts
    feature_id: Texts
    xyz: Floats
    cover_m: Floats
    bottom_m: Floats
    radius_m: Floats
    is_shaft: Mask
    assumed: Mask
    texts: dict[str, Texts]
    numbers: dict[str, Floats]
    found: int
    skipped: dict[str, int]

    def __len__(self) -> int:
        return len(self.feature_id)

    @staticmethod
    def of(networks: Mapping[str, pa.Table]) -> Nodes:
        """The nodes of all ``networks`` that have a place in plan."""
        tables = [(layer, table.filter(pc.equal(table["kind"], NODE))) for layer, table in networks.items()]
        layer = np.array([one for one, table in tables for _ in range(len(table))], object)
        ids = _concatenated([np.array(table["feature_id"].to_pylist(), object) for _, table in tables], object)
        names = ("name", "feature", "appurtenance", "owner", "accuracy_class", "point_no")
        texts = {one: _concatenated([texts_of(t, one) for _, t in tables], object) for one in names}
        columns = ("cover_level_m", "bottom_level_m", "shaft_diameter_m", "plan_sd_m", "depth_sd_m")
        numbers = {one: _concatenated([numbers_of(t, one) for _, t in tables], np.float64) for one in columns}
        shapes = _concatenated([shapes_of(t) for _, t in tables], object)
        xyz = _points(shapes)
        kept = np.isfinite(xyz[:, :2]).all(axis=1)
        cover = np.where(np.isnan(numbers["cover_level_m"]), xyz[:, 2], numbers["cover_level_m"])
        is_shaft = ~np.isnan(numbers["bottom_level_m"])
        diameter = np.where(numbers["shaft_diameter_m"] > 0, numbers["shaft_diameter_m"], np.nan)
        wide = np.where(is_shaft, np.where(np.isnan(diameter), SHAFT_DIAMETER_M, diameter), FITTING_M)
        return Nodes(
            layer[kept],
            ids[kept],
            xyz[kept],
            cover[kept],
            numbers["bottom_level_m"][kept],
            wide[kept] / 2.0,
            is_shaft[kept],
            (is_shaft & np.isnan(diameter))[kept],
            {name: one[kept] for name, one in texts.items()},
            {name: one[kept] for name, one in numbers.items()},
            len(ids),
            dict(Counter(["no place"] * int((~kept).sum()))),
        )


def _concatenated(parts: list[NDArray[Any]], kind: Any) -> NDArray[Any]:
    return np.concatenate([np.empty(0, kind), *parts])


def _parts(shapes: Texts) -> tuple[Floats, Floats, Ints]:
    """Straight parts of all lines, in order; a line with a coordinate that is not a number has none."""
    lines, row = shapely.get_parts(shapes, return_index=True)
    keep = np.isin(shapely.get_type_id(lines), (1, 2))
    lines, row = lines[keep], row[keep]
    points, line = shapely.get_coordinates(lines, include_z=True, return_index=True)
    broken = np.bincount(row[line], ~np.isfinite(points).all(axis=1), minlength=len(shapes)) > 0
    same = line[1:] == line[:-1]
    start, end, link = points[:-1][same], points[1:][same], row[line[1:][same]]
    usable = ~broken[link] & (np.abs(end - start).max(axis=1, initial=0.0) > 0)
    return start[usable], end[usable], link[usable].astype(np.int64)


def _points(shapes: Texts) -> Floats:
    """(n, 3): the first point of each shape, NaN where there is none."""
    out = np.full((len(shapes), 3), np.nan)
    points, row = shapely.get_coordinates(shapes, include_z=True, return_index=True)
    first, at = np.unique(row, return_index=True)
    out[first] = points[at]
    return out
