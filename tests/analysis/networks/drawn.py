"""Layer tables of pipe networks for tests: drawn by hand in a few words, or read from a file by our own readers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import shapely

from tests.readers.reading import read_with
from twin.crs import CampusFrame

LOCAL = CampusFrame("local", "local")
COLUMNS = {
    **dict.fromkeys(
        ("feature_id", "layer_id", "kind", "name", "pipe_class", "subclass", "from_id", "to_id"), pa.string()
    ),
    **dict.fromkeys(("length_m", "diameter_m"), pa.float64()),
    **dict.fromkeys(("elevation_reference", "flow", "state", "point_no", "feature", "appurtenance"), pa.string()),
    "attributes": pa.string(),
    "geometry": pa.binary(),
}
SCHEMA = pa.schema(list(COLUMNS.items()))


def drawn(
    links: Iterable[tuple[str, str | None, str | None] | tuple[str, str | None, str | None, Mapping[str, Any]]],
    nodes: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    layer_id: str = "water_supply",
) -> pa.Table:
    """A table of links ``(id, from, to[, columns])``. Nodes are those named by ``nodes`` and by the links.

    ``at`` (x, y, z) is a node's place, default one by its turn; ``z`` (start, end) a link's levels. ``status`` goes
    into the attributes. An end called ``"?…"`` is in the link's columns, but not in the table of nodes.
    """
    links = [(*one, {}) if len(one) == 3 else one for one in links]
    named = [end for _, start, stop, _ in links for end in (start, stop) if end and not end.startswith("?")]
    nodes = {one: {} for one in named} | dict(nodes or {})
    places = {
        one: said.get("at", (100.0 * turn, 10.0 * (turn % 3), 0.0)) for turn, (one, said) in enumerate(nodes.items())
    }
    rows = [
        {"feature_id": one, "kind": "node", "geometry": shapely.Point(places[one]).wkb, **_columns(said)}
        for one, said in nodes.items()
    ]
    for link, start, stop, said in links:
        ends = [places.get(end or "", (0.0, -1.0 - turn, 0.0)) for turn, end in enumerate((start, stop))]
        levels = said.get("z", (ends[0][2], ends[1][2]))
        line = shapely.LineString([(*end[:2], level) for end, level in zip(ends, levels, strict=True)])
        row = {"feature_id": link, "kind": "link", "from_id": start, "to_id": stop, "geometry": line.wkb}
        rows.append({"length_m": 10.0, "diameter_m": 0.1, **row, **_columns(said)})
    return pa.Table.from_pylist([{"layer_id": layer_id, **row} for row in rows], schema=SCHEMA)


def _columns(said: Mapping[str, Any]) -> dict[str, Any]:
    out = {name: value for name, value in said.items() if name in COLUMNS}
    if "status" in said:
        out["attributes"] = json.dumps({"type": "pipe", "status": said["status"]})
    return out


def read_layer(reader: str, path: Path, folder: Path, layer_id: str, **options: Any) -> pa.Table:
    """The layer table that a reader of ours makes of a network file."""
    read_with(reader, path, folder, crs="local", vertical_datum="local", campus=LOCAL, coordinate_unit="m", **options)
    return pyarrow.feather.read_table(folder / f"layer.{layer_id}.arrow")


def valve_rows(pairs: Iterable[tuple[str, str]]) -> pa.Table:
    """A table of valves at link ends from (link, node)."""
    pairs = list(pairs)
    return pa.table(
        {
            "link_id": pa.array([link for link, _ in pairs], pa.string()),
            "node_id": pa.array([node for _, node in pairs], pa.string()),
        }
    )
