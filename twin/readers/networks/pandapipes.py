"""pandapipes networks (JSON): gas, district heating, water.

``junction_geodata`` and ``pipe_geodata`` are in the CRS that campus.toml gives; junctions without coordinates are
placed by the ends of their pipes. ``pipe.geo`` (GeoJSON) is used where ``pipe_geodata`` is silent, and always compared
with the junctions. ``height_m`` is read as ground: pipes lie ``options.depth_m`` below it.

Options: ``depth_m``; ``pipe_geo`` (``lon_lat``, ``lat_lon``, ``ignore``); ``geo_crs`` of pipe.geo, EPSG:4326 unless
stated (RFC 7946); ``tolerance_m``.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, ClassVar, Final

from twin.crs import decide_crs
from twin.model.pipe_codes import pipe_codes
from twin.readers.base import Inspection, ReadReport, SkipReason, Source
from twin.readers.networks.net_json import (
    Frame,
    NetFile,
    corners,
    is_place,
    key_of,
    number,
    pairs,
    plain,
    read_net,
    reference,
    text,
)
from twin.readers.networks.net_placing import (
    GEO_ORDER,
    IGNORE,
    LAT_LON,
    LON_LAT,
    axis_order,
    check_ends,
    moved,
    ordered,
)
from twin.readers.networks.network_batch import NetLink, NetNode, Network, Place
from twin.readers.options import NUMBER, POSITIVE, TEXT, Options
from twin.readers.sniff import json_type
from twin.readers.writer import BatchWriter

CLASS: Final = "pandapipesNet"
RFC_7946: Final = "EPSG:4326"
ENDS: Final = ("from_junction", "to_junction")
# Links beside pipes, with the columns that name their junctions.
LINKS: Final = {
    "valve": ENDS,
    "pump": ENDS,
    "compressor": ENDS,
    "heat_exchanger": ENDS,
    "heat_consumer": ENDS,
    "circ_pump_pressure": ("return_junction", "flow_junction"),
    "circ_pump_mass": ("return_junction", "flow_junction"),
    "flow_control": ENDS,
    "press_control": ENDS,
}
# Conditions at a junction, not things with a place of their own.
NOT_PLACED: Final = ("sink", "source", "ext_grid", "mass_storage", "water_tank", "substation")
_OWN_PIPE: Final = frozenset(
    ("name", "from_junction", "to_junction", "diameter_m", "geo", "stanet_std_type", "std_type")
)
_OWN_NODE: Final = frozenset(("name", "geo", "substation_geo"))


class PandapipesReader:
    """Junctions and pipes, valves, pumps, heat consumers -> nodes and links of one layer."""

    name: ClassVar[str] = "pandapipes"
    version: ClassVar[int] = 1
    suffixes: ClassVar[tuple[str, ...]] = (".json",)
    options: ClassVar[Options] = {"depth_m": NUMBER, "geo_crs": TEXT, "pipe_geo": GEO_ORDER, "tolerance_m": POSITIVE}

    def supports(self, path: Path) -> bool:
        return path.suffix.lower() == ".json" and json_type(path) == "pandapipes"

    def companions(self, path: Path) -> list[Path]:  # noqa: ARG002 - one file is a whole net
        return []

    def inspect(self, path: Path) -> Inspection:
        net = read_net(path, CLASS)
        count = len(net.frame("junction")) + len(net.frame("pipe"))
        return Inspection(layers=(_layer(net),), has_heights=True, count=count, options=_geo_options(net))

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        report = ReadReport()
        net = read_net(source.path, CLASS)
        crs = decide_crs(source.path, None, source.crs, override=False)
        junctions, pipes = net.frame("junction"), net.frame("pipe", *ENDS)
        places = _junction_places(net.frame("junction_geodata"), junctions)
        paths = _pipe_paths(source, net, crs, pipes, places, report)
        _place_by_pipes(source, pipes, paths, places, report)
        depth_m = float(source.options.get("depth_m", 0.0))
        layer = source.layer or _layer(net)
        nodes = _nodes(junctions)
        links = _links(net, nodes, paths, depth_m)
        report.note(
            f"{source.path.name}: junction heights are read as ground; axes lie {depth_m:g} m below (options.depth_m)"
        )
        network = Network(layer, pipe_codes().class_of_layer(layer), nodes, links, places)
        network.write(out, source.georeference(None, heights=True), report)
        skip_conditions(net, NOT_PLACED, report)
        return report


def _layer(net: NetFile) -> str:
    """What flows, and whether somebody takes heat from it."""
    if len(net.frame("heat_consumer")) or len(net.frame("heat_exchanger")):
        return "heat"
    fluid = net.content.get("fluid")
    held = fluid.get("_object", {}) if isinstance(fluid, dict) else {}
    try:
        held = json.loads(held) if isinstance(held, str) else held
    except ValueError:
        held = {}
    return "gas" if isinstance(held, dict) and held.get("is_gas") else "water_supply"


def _geo_options(net: NetFile) -> dict[str, Any]:
    """The axis order of pipe.geo where an ordinate beyond 90° settles it; otherwise a person must say."""
    paths = (corners(row.get("geo")) for _, row in net.frame("pipe").items())
    first = next((path[0] for path in paths if path), None)
    if first is None or max(map(abs, first)) <= 90:
        return {}
    return {"pipe_geo": LON_LAT if abs(first[0]) > 90 else LAT_LON}


def skip_conditions(net: NetFile, tables: tuple[str, ...], report: ReadReport) -> None:
    """Rows that describe loads and set points: counted, not drawn."""
    for name in tables:
        count = len(net.frame(name))
        report.found += count
        note = f"{net.path.name}: {count} rows of '{name}' have no place of their own; not drawn"
        report.skip(SkipReason.UNSUPPORTED_OBJECT, count, note)


# --- where things are ----------------------------------------------------------------------------------


def _junction_places(geodata: Frame, junctions: Frame) -> dict[str, Place]:
    """x, y of ``junction_geodata``: east, north in the given CRS."""
    found: dict[str, Place] = {}
    for index, row in geodata.items():
        place = (number(row.get("x")), number(row.get("y")))
        if index in junctions.rows and is_place(*place):
            found[str(index)] = place
    return found


def _pipe_paths(
    source: Source, net: NetFile, crs: str, pipes: Frame, places: dict[str, Place], report: ReadReport
) -> dict[int, list[Place]]:
    """The run of every pipe that states one, in the CRS of the junctions; all must meet their junctions."""
    ends = {
        index: (places[start], places[end])
        for index, row in pipes.items()
        if (start := reference(row["from_junction"])) in places and (end := reference(row["to_junction"])) in places
    }
    drawn = {
        index: path
        for index, row in net.frame("pipe_geodata").items()
        if (path := pairs(row.get("coords"))) is not None and index in pipes.rows
    }
    check_ends(source, "pipe_geodata", drawn, ends, report, degrees=False, cure="Check x and y of junction_geodata.")
    order = axis_order(source, "pipe_geo")
    stated = {index: path for index, row in pipes.items() if (path := corners(row.get("geo"))) is not None}
    if order == IGNORE or not stated:
        return drawn
    geo_crs = str(source.options.get("geo_crs", RFC_7946))
    turned = moved({index: ordered(path, order) for index, path in stated.items()}, geo_crs, crs, source)
    other = LON_LAT if order == LAT_LON else LAT_LON
    cure = f'Write options.pipe_geo = "{other}", or "{IGNORE}" to do without.'
    check_ends(source, "pipe.geo", turned, ends, report, degrees=False, cure=cure)
    return turned | drawn


def _place_by_pipes(
    source: Source, pipes: Frame, paths: dict[int, list[Place]], places: dict[str, Place], report: ReadReport
) -> None:
    """Junctions without coordinates stand where their pipes end."""
    stated = len(places)
    for index, path in paths.items():
        row = pipes.rows[index]
        places.setdefault(reference(row["from_junction"]), path[0])
        places.setdefault(reference(row["to_junction"]), path[-1])
    if len(places) > stated:
        report.note(
            f"{source.path.name}: {len(places) - stated} junctions without coordinates were placed by their pipes' ends"
        )


# --- what things are -----------------------------------------------------------------------------------


def _nodes(junctions: Frame) -> dict[str, NetNode]:
    nodes: dict[str, NetNode] = {}
    for index, row in junctions.items():
        ground = number(row.get("height_m"))
        columns = {"cover_level_m": ground, "feature": text(row.get("type")) or "junction"}
        attributes = plain(row, _OWN_NODE) | {"index": index}
        nodes[str(index)] = NetNode(key_of(row, "junction", index), f"junction {index}", ground, columns, attributes)
    return nodes


def _links(net: NetFile, nodes: dict[str, NetNode], paths: dict[int, list[Place]], depth_m: float) -> list[NetLink]:
    links = [
        _link(row, "pipe", index, ENDS, nodes, depth_m, paths.get(index)) for index, row in net.frame("pipe").items()
    ]
    for kind, ends in LINKS.items():
        links += [_link(row, kind, index, ends, nodes, depth_m, None) for index, row in net.frame(kind, *ends).items()]
    return links


def _link(
    row: dict[str, Any],
    kind: str,
    index: int,
    ends: tuple[str, str],
    nodes: dict[str, NetNode],
    depth_m: float,
    path: list[Place] | None,
) -> NetLink:
    start, end = (reference(row[one]) for one in ends)
    from_m, to_m = (nodes[one].z_m - depth_m if one in nodes else math.nan for one in (start, end))
    columns: dict[str, Any] = {
        "diameter_m": number(row.get("diameter_m")),
        "material": text(row.get("std_type")) or text(row.get("stanet_std_type")),
        "from_depth_m": depth_m,
        "to_depth_m": depth_m,
    }
    attributes = plain(row, _OWN_PIPE) | {"type": kind, "index": index}
    length_km = number(row.get("length_km"))
    if math.isfinite(length_km):
        attributes["stated_length_m"] = length_km * 1000.0
    if kind != "pipe":
        columns["feature"] = columns["appurtenance"] = kind
    return NetLink(
        key_of(row, kind, index),
        f"{kind} {index}",
        start,
        end,
        from_m,
        to_m,
        path=path,
        columns=columns,
        attributes=attributes,
    )
