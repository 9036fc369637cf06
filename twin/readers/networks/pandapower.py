"""pandapower networks (JSON): buses, lines, transformers.

``bus.geo`` and ``line.geo`` are GeoJSON texts, longitude first; pandapower does not say their CRS, so campus.toml must.
Buses have no height: everything is plan geometry that the build lays on the terrain; ``options.depth_m`` fills the
depth columns of the lines. Options: ``depth_m``, ``geo_order`` (``lon_lat``, ``lat_lon``), ``tolerance_m``.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, ClassVar, Final

from twin.crs import decide_crs, horizontal, parse_crs
from twin.model.pipe_codes import pipe_codes
from twin.readers.base import Inspection, ReadReport, Source
from twin.readers.networks.net_json import Frame, corners, key_of, number, plain, read_net, reference, text
from twin.readers.networks.net_placing import GEO_ORDER, LAT_LON, LON_LAT, axis_order, check_ends, ordered
from twin.readers.networks.network_batch import NetLink, NetNode, Network, Place
from twin.readers.networks.pandapipes import skip_conditions
from twin.readers.options import NUMBER, POSITIVE, Options
from twin.readers.sniff import json_type
from twin.readers.writer import BatchWriter

CLASS: Final = "pandapowerNet"
LINKS: Final = {
    "line": ("from_bus", "to_bus"),
    "line_dc": ("from_bus_dc", "to_bus_dc"),
    "trafo": ("hv_bus", "lv_bus"),
    "impedance": ("from_bus", "to_bus"),
    "dcline": ("from_bus", "to_bus"),
}
NOT_PLACED: Final = (
    *("load", "sgen", "motor", "asymmetric_load", "asymmetric_sgen", "storage", "gen", "switch", "shunt", "svc"),
    *("ssc", "vsc", "ext_grid", "trafo3w", "ward", "xward", "measurement"),
)
_OWN: Final = frozenset(("name", "geo", "from_bus", "to_bus", "hv_bus", "lv_bus", "length_km", "std_type"))


class PandapowerReader:
    """Buses, lines and transformers -> nodes and links of the power layer."""

    name: ClassVar[str] = "pandapower"
    version: ClassVar[int] = 1
    suffixes: ClassVar[tuple[str, ...]] = (".json",)
    options: ClassVar[Options] = {"depth_m": NUMBER, "geo_order": GEO_ORDER, "tolerance_m": POSITIVE}

    def supports(self, path: Path) -> bool:
        return path.suffix.lower() == ".json" and json_type(path) == "pandapower"

    def companions(self, path: Path) -> list[Path]:  # noqa: ARG002 - one file is a whole net
        return []

    def inspect(self, path: Path) -> Inspection:
        net = read_net(path, CLASS)
        count = len(net.frame("bus")) + len(net.frame("line"))
        return Inspection(layers=("power",), has_heights=False, count=count)

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        report = ReadReport()
        net = read_net(source.path, CLASS)
        crs = decide_crs(source.path, None, source.crs, override=False)
        order = axis_order(source, "geo_order")
        buses = net.frame("bus")
        places = {str(index): path[0] for index, path in _paths(buses, order).items()}
        lines = net.frame("line", *LINKS["line"])
        paths = _paths(lines, order)
        _check(source, crs, order, lines, paths, places, report)
        layer = source.layer or "power"
        nodes = _nodes(buses)
        depth_m = float(source.options.get("depth_m", math.nan))
        links = [
            _link(row, kind, index, ends, buses, paths.get(index) if kind == "line" else None, depth_m)
            for kind, ends in LINKS.items()
            for index, row in net.frame(kind, *ends).items()
        ]
        report.note(f"{source.path.name}: buses have no height; everything is laid on the terrain")
        network = Network(layer, pipe_codes().class_of_layer(layer), nodes, links, places)
        network.write(out, source.georeference(None, heights=False), report)
        skip_conditions(net, NOT_PLACED, report)
        return report


def _paths(frame: Frame, order: str) -> dict[int, list[Place]]:
    return {
        index: ordered(path, order) for index, row in frame.items() if (path := corners(row.get("geo"))) is not None
    }


def _check(
    source: Source,
    crs: str,
    order: str,
    lines: Frame,
    paths: dict[int, list[Place]],
    places: dict[str, Place],
    report: ReadReport,
) -> None:
    ends = {
        index: (places[start], places[end])
        for index, row in lines.items()
        if (start := reference(row["from_bus"])) in places and (end := reference(row["to_bus"])) in places
    }
    parsed = parse_crs(crs, source.path)
    other = LON_LAT if order == LAT_LON else LAT_LON
    check_ends(
        source,
        "line.geo",
        paths,
        ends,
        report,
        degrees=parsed is not None and horizontal(parsed).is_geographic,
        cure=f'Write options.geo_order = "{other}" or correct the file.',
    )


def _nodes(buses: Frame) -> dict[str, NetNode]:
    return {
        str(index): NetNode(
            key_of(row, "bus", index),
            f"bus {index}",
            math.nan,
            {"voltage_kv": number(row.get("vn_kv")), "feature": "bus"},
            plain(row, _OWN) | {"index": index},
        )
        for index, row in buses.items()
    }


def _link(
    row: dict[str, Any],
    kind: str,
    index: int,
    ends: tuple[str, str],
    buses: Frame,
    path: list[Place] | None,
    depth_m: float,
) -> NetLink:
    start, end = (reference(row[one]) for one in ends)
    bus = buses.rows.get(int(end), {}) if end else {}
    columns: dict[str, Any] = {
        "voltage_kv": number(bus.get("vn_kv")),
        "material": text(row.get("std_type")),
        "from_depth_m": depth_m,
        "to_depth_m": depth_m,
    }
    attributes = plain(row, _OWN) | {"type": kind, "index": index}
    length_km = number(row.get("length_km"))
    if math.isfinite(length_km):
        attributes["stated_length_m"] = length_km * 1000.0
    if kind == "line" and number(row.get("parallel")) > 1:
        columns["ducts"] = int(number(row["parallel"]))
    if kind != "line":
        columns["feature"] = columns["appurtenance"] = kind
    return NetLink(
        key_of(row, kind, index), f"{kind} {index}", start, end, path=path, columns=columns, attributes=attributes
    )
