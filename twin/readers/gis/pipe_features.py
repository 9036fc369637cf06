"""Lines and points of a plain GIS table as pipes: links with ends and levels, nodes with covers.

A link's geometry is the axis of the pipe. Levels of its ends come from two columns; what they refer to is
``options.elevation_reference`` (``invert``, ``crown`` or ``axis``), else ``invert`` when the column says so.
Without levels the geometry stays flat and the build lays it by its depths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.crs import check_datum
from twin.model.identity import feature_id, link_key
from twin.model.network import LINK, NODE
from twin.model.section import section_sizes
from twin.readers.base import Source
from twin.readers.options import POSITIVE, TEXT, Options, one_of
from twin.readers.writer import BatchWriter

if TYPE_CHECKING:
    from twin.readers.gis.records import Rows

Geometries = NDArray[np.object_]

# From the level surveyed to the axis, in heights of the section.
_TO_AXIS: Final = {"invert": 0.5, "crown": -0.5, "axis": 0.0}
PIPE_OPTIONS: Final[Options] = {
    "elevation_reference": one_of(*_TO_AXIS),
    "nodes_source": TEXT,
    "snap_m": POSITIVE,
    "subclass": TEXT,
}
_NODE_COLUMNS: Final = frozenset(
    {"point_no", "cover_level_m", "bottom_level_m", "shaft_diameter_m", "feature", "appurtenance"}
)
_LINK_COLUMNS: Final = frozenset(
    {"from_id", "to_id", "length_m", "diameter_m", "width_m", "height_m", "from_depth_m", "to_depth_m"}
    | {"elevation_reference", "burial", "flow", "pressure_kpa", "voltage_kv", "ducts"}
)
_VIRTUAL: Final = frozenset({"from_level_m", "to_level_m"})


def write_pipes(rows: Rows, out: BatchWriter) -> None:
    """Nodes first, so that lines of the same file can be snapped to them."""
    types = shapely.get_type_id(rows.geometry)
    points, lines = np.flatnonzero(np.isin(types, (0, 4))), np.flatnonzero(np.isin(types, (1, 2, 5)))
    places, names = np.empty((0, 2)), list[str]()
    if len(points):
        places, names = _write_nodes(rows, points, out)
    if len(lines):
        _write_links(rows, lines, places, names, out)


def _pick(rows: Rows, chosen: list[int], drop: frozenset[str]) -> dict[str, list[Any]]:
    columns = {
        name: [values[row] for row in chosen] for name, values in rows.mapped.columns.items() if name not in drop
    }
    if (subclass := rows.source.options.get("subclass")) is not None:
        columns["subclass"] = [own or subclass for own in columns.get("subclass", [None] * len(chosen))]
    return {**columns, "source_pos": [rows.positions[row] for row in chosen]}


def _datum_offset(rows: Rows) -> float:
    """Levels that stand in columns need a datum as much as those in the geometry."""
    source = rows.source
    free = source.placement is not None
    datum, campus = source.vertical_datum, source.campus.vertical_datum
    return check_datum(source.path, datum, campus, source.height_offset_m, has_heights=not free)


def _write_nodes(rows: Rows, points: NDArray[np.intp], out: BatchWriter) -> tuple[NDArray[np.float64], list[str]]:
    """Write point rows as nodes; returns their plan positions (n, 2) and the ids links refer to."""
    parts, owner = shapely.get_parts(rows.geometry[points], return_index=True)
    chosen = [int(points[one]) for one in owner]
    columns = _pick(rows, chosen, _LINK_COLUMNS | _VIRTUAL)
    levels = _shift(columns, ("cover_level_m", "bottom_level_m"), rows)
    geometry = _points_at(parts, levels.get("cover_level_m"))
    z = shapely.get_z(geometry)
    covers = levels.get("cover_level_m", [None] * len(parts))
    levels["cover_level_m"] = [
        float(own) if cover is None and np.isfinite(own) else cover for cover, own in zip(covers, z, strict=True)
    ]
    keys = None if rows.keys is None else [rows.keys[row] for row in chosen]
    attributes = [rows.mapped.attributes[row] for row in chosen]
    ids = out.features(
        rows.layer.id,
        kind=NODE,
        geometry=geometry,
        georeference=None,
        natural_keys=keys,
        columns={**columns, **levels},
        attributes=attributes,
    )
    return shapely.get_coordinates(parts), ids


def _shift(columns: dict[str, list[Any]], names: tuple[str, ...], rows: Rows) -> dict[str, list[Any]]:
    """Level columns in the campus datum."""
    present = [name for name in names if any(one is not None for one in columns.get(name, ()))]
    offset = _datum_offset(rows) if present else 0.0
    return {name: [None if one is None else one + offset for one in columns[name]] for name in present}


def _points_at(points: Geometries, levels: list[float | None] | None) -> Geometries:
    """Points lifted to their cover level; those with a height of their own or without a level stay as they are."""
    out = points.copy()
    for row, level in enumerate(levels or ()):
        if level is not None and not shapely.has_z(points[row]):
            out[row] = shapely.points([*shapely.get_coordinates(points[row])[0], level])
    return out


def _write_links(
    rows: Rows, lines: NDArray[np.intp], places: NDArray[np.float64], names: list[str], out: BatchWriter
) -> None:
    merged = rows.geometry[lines]
    several = shapely.get_type_id(merged) == shapely.GeometryType.MULTILINESTRING
    merged[several] = shapely.line_merge(merged[several], directed=True)
    parts, owner = shapely.get_parts(merged, return_index=True)
    chosen = [int(lines[one]) for one in owner]
    columns = _pick(rows, chosen, _NODE_COLUMNS | _VIRTUAL)
    ends = _end_ids(columns, rows.source, parts, places, names)
    keys = None if rows.keys is None else [rows.keys[row] for row in chosen]
    pairs = [(a, b) for a, b in zip(*ends["raw"], strict=True) if a is not None and b is not None]
    if keys is None and len(pairs) == len(parts):
        keys = [link_key(*pair) for pair in pairs]
    reference = _reference(rows)
    geometry = _axes(rows, chosen, parts, reference)
    has_level = shapely.has_z(geometry)
    out.features(
        rows.layer.id,
        kind=LINK,
        geometry=geometry,
        georeference=None,
        natural_keys=keys,
        columns={
            **columns,
            "from_id": ends["ids"][0],
            "to_id": ends["ids"][1],
            "elevation_reference": [reference if one else None for one in has_level],
        },
        attributes=[rows.mapped.attributes[row] for row in chosen],
    )


def _end_ids(
    columns: dict[str, list[Any]],
    source: Source,
    parts: Geometries,
    places: NDArray[np.float64],
    names: list[str],
) -> dict[str, tuple[list[str | None], list[str | None]]]:
    """Feature ids of the nodes at both ends: by column, else by the nearest node within ``options.snap_m``.

    ``options.nodes_source`` is the key of the source that holds the nodes, when they stand in another file.
    """
    size = len(parts)
    raw = (list(columns.get("from_id", [None] * size)), list(columns.get("to_id", [None] * size)))
    key = str(source.options.get("nodes_source", source.key))
    ids = tuple([None if one is None else feature_id(NODE, key, str(one)) for one in side] for side in raw)
    snap_m = source.options.get("snap_m")
    if snap_m is not None and len(places):
        tree = shapely.STRtree([shapely.Point(place) for place in places])
        for side, end in enumerate((0, -1)):
            tips = shapely.get_point(parts, end)
            tip, node = tree.query_nearest(tips, max_distance=float(snap_m), all_matches=False)
            for one, hit in zip(tip, node, strict=True):
                ids[side][one] = ids[side][one] or names[hit]
    return {"raw": raw, "ids": (ids[0], ids[1])}


def _reference(rows: Rows) -> str:
    """What the levels of a link refer to."""
    said = rows.source.options.get("elevation_reference")
    if said is not None:
        return str(said)
    heading = rows.mapped.taken.get("from_level_m", "").lower()
    if "管顶" in heading or "crown" in heading:
        return "crown"
    return "invert" if "from_level_m" in rows.mapped.taken else "axis"


def _axes(rows: Rows, chosen: list[int], parts: Geometries, reference: str) -> Geometries:
    """Lines with the height of the pipe's axis at every vertex, linear along the plan length."""
    starts, ends = (rows.mapped.columns.get(name) for name in ("from_level_m", "to_level_m"))
    out = parts.copy()
    rise = _TO_AXIS[reference] * _tall(rows)[chosen]
    with_height = np.flatnonzero(shapely.has_z(parts))
    out[with_height] = _lifted(parts[with_height], rise[with_height])
    if starts is None or ends is None:
        return out
    offset = _datum_offset(rows)
    for one in np.flatnonzero(~shapely.has_z(parts)):
        start, end = starts[chosen[one]], ends[chosen[one]]
        if start is not None and end is not None:
            out[one] = _sloped(parts[one], start + rise[one] + offset, end + rise[one] + offset)
    return out


def _tall(rows: Rows) -> NDArray[np.float64]:
    """How tall the section of every row is, m; 0 where no column states one."""
    nothing = [None] * len(rows.geometry)
    stated = (rows.mapped.columns.get(name) or nothing for name in ("diameter_m", "width_m", "height_m"))
    _, tall, _ = section_sizes(*(np.array(one, np.float64) for one in stated))
    return np.nan_to_num(tall)


def _lifted(lines: Geometries, rise_m: NDArray[np.float64]) -> Geometries:
    """``lines`` with heights, each lifted by its own ``rise_m``."""
    points, owner = shapely.get_coordinates(lines, include_z=True, return_index=True)
    points[:, 2] += rise_m[owner]
    lifted: Geometries = shapely.set_coordinates(lines.copy(), points)
    return lifted


def _sloped(line: Any, start_m: float, end_m: float) -> Any:
    plan = shapely.get_coordinates(line)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(plan, axis=0).T))])
    share = along / along[-1] if along[-1] > 0 else along
    return shapely.linestrings(np.column_stack([plan, start_m + (end_m - start_m) * share]))
