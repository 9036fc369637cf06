"""EPANET water networks (``.inp``; EPANET 2.2 user manual, input file format).

Elevations are those of the nodes. EPANET does not say how deep pipes lie: axes run at node elevation, or
``options.depth_m`` below it when that is given (node elevations are then read as ground). IDs are case-sensitive.
Options: ``depth_m``, ``coordinate_unit``, ``tolerate`` (EPANET error numbers to take as they are).
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Final

import numpy as np

from twin.errors import SourceUnreadableError
from twin.model.pipe_codes import pipe_codes
from twin.readers.base import Inspection, ReadReport, SkipReason, Source
from twin.readers.networks.inp import InpFile, Row, Verdicts, read_inp
from twin.readers.networks.inp_places import INP_OPTIONS, georeference, read_paths, read_places
from twin.readers.networks.network_batch import NetLink, NetNode, Network, Place
from twin.readers.options import NUMBER, Options
from twin.readers.sniff import inp_type
from twin.readers.writer import BatchWriter
from twin.units import metres_per

# Flow units decide the system of units of the whole file: length unit, diameter unit.
UNITS: Final[dict[str, tuple[str, str]]] = {
    **dict.fromkeys(("CFS", "GPM", "MGD", "IMGD", "AFD"), ("ft", "in")),
    **dict.fromkeys(("LPS", "LPM", "MLD", "CMH", "CMD", "CMS", "SI"), ("m", "mm")),
}
DEFAULT_FLOW: Final = "GPM"

# EPANET 2.2 error numbers
SYNTAX, BAD_NUMBER, NO_NODE, DOUBLE_ID, LOOP, TOO_FEW_NODES, NO_SUPPLY = 201, 202, 203, 215, 222, 223, 224

NODE_SECTIONS: Final = {"JUNCTIONS": "junction", "RESERVOIRS": "reservoir", "TANKS": "tank"}
LINK_SECTIONS: Final = {"PIPES": "pipe", "PUMPS": "pump", "VALVES": "valve"}


class EpanetReader:
    """Junctions, reservoirs, tanks, pipes, pumps, valves -> nodes and links."""

    name: ClassVar[str] = "epanet"
    version: ClassVar[int] = 1
    suffixes: ClassVar[tuple[str, ...]] = (".inp",)
    options: ClassVar[Options] = {"depth_m": NUMBER, **INP_OPTIONS}

    def supports(self, path: Path) -> bool:
        return path.suffix.lower() == ".inp" and inp_type(path) == "epanet"

    def companions(self, path: Path) -> list[Path]:  # noqa: ARG002 - one file is a whole network
        return []

    def inspect(self, path: Path) -> Inspection:
        file = read_inp(path)
        count = sum(len(file.rows(one)) for one in (*NODE_SECTIONS, *LINK_SECTIONS))
        return Inspection(layers=("water_supply",), has_heights=True, count=count)

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        report = ReadReport()
        file = read_inp(source.path)
        verdicts = Verdicts.of(source, "EPANET")
        length_m, diameter_m = _units(file)
        depth_m = float(source.options.get("depth_m", 0.0))
        nodes = _nodes(file, verdicts, length_m, depth_m)
        links = _links(file, verdicts, nodes, length_m, diameter_m, depth_m)
        places = read_places(file, verdicts, BAD_NUMBER, fold=False)
        _count_parts(nodes, verdicts)
        verdicts.settle(report)
        _depth_note(source, depth_m, report)
        layer = source.layer or "water_supply"
        network = Network(layer, pipe_codes().class_of_layer(layer), nodes, links, places)
        network.write(out, georeference(file, source, report, map_section="BACKDROP"), report)
        return report


def _units(file: InpFile) -> tuple[float, float]:
    """Metres in a length and in a diameter of this file."""
    flow = (file.option("UNITS", "FLOW_UNITS") or DEFAULT_FLOW).upper()
    if flow not in UNITS:
        raise SourceUnreadableError(
            path=file.path, detail=f"flow unit '{flow}' is unknown", cure=f"EPANET knows {', '.join(UNITS)}."
        )
    length, diameter = UNITS[flow]
    return metres_per(length), metres_per(diameter)


def _depth_note(source: Source, depth_m: float, report: ReadReport) -> None:
    if depth_m:
        report.note(f"{source.path.name}: pipe axes lie {depth_m} m below the node elevations (options.depth_m)")
    else:
        report.note(
            f"{source.path.name}: EPANET states no pipe depth; axes run at node elevation. "
            "options.depth_m lays them below it"
        )


def _nodes(file: InpFile, verdicts: Verdicts, length_m: float, depth_m: float) -> dict[str, NetNode]:
    nodes: dict[str, NetNode] = {}
    for section, kind in NODE_SECTIONS.items():
        for row in file.rows(section):
            key = row.words[0]
            if key in nodes:
                first = nodes[key].position
                verdicts.lose(DOUBLE_ID, row.line, f"node {key} is defined twice ({first} has it first)")
                continue
            level = verdicts.number(row, 1, "elevation", bad=BAD_NUMBER if len(row.words) > 1 else SYNTAX) * length_m
            node = NetNode(key, f"line {row.line}", level, {"feature": kind}, {"type": kind})
            if kind == "reservoir":
                node.attributes["head_m"] = level  # its level is a water head, not a height of ground
            else:
                node.attributes["elevation_m"] = level
            if kind == "tank":
                node.columns["appurtenance"] = "tank"
                node.attributes["diameter_m"] = (
                    verdicts.number(row, 5, "diameter", bad=BAD_NUMBER, default=0.0) * length_m
                )
            if depth_m and kind == "junction":
                node.columns["cover_level_m"] = level
            nodes[key] = node
    return nodes


def _links(
    file: InpFile,
    verdicts: Verdicts,
    nodes: dict[str, NetNode],
    length_m: float,
    diameter_m: float,
    depth_m: float,
) -> list[NetLink]:
    bends = read_paths(file, "VERTICES", verdicts, BAD_NUMBER, fold=False)
    links: dict[str, NetLink] = {}
    for section, kind in LINK_SECTIONS.items():
        for row in file.rows(section):
            key = row.words[0]
            if key in links:
                first = links[key].position
                verdicts.lose(DOUBLE_ID, row.line, f"link {key} is defined twice ({first} has it first)")
            elif len(row.words) < 3:
                verdicts.lose(SYNTAX, row.line, f"{kind} {key} has no two nodes", SkipReason.BAD_VALUE)
            else:
                links[key] = _link(row, kind, verdicts, nodes, bends.get(key, []), depth_m)
                _size(links[key], row, kind, verdicts, length_m, diameter_m)
    return list(links.values())


def _link(
    row: Row, kind: str, verdicts: Verdicts, nodes: dict[str, NetNode], bends: list[Place], depth_m: float
) -> NetLink:
    key, start, end = row.words[:3]
    for name in (start, end):
        if name not in nodes:
            verdicts.add(NO_NODE, row.line, f"{kind} {key} refers to node {name}, which is not defined")
    if start == end:
        verdicts.add(LOOP, row.line, f"{kind} {key} begins and ends at node {start}")
    from_m, to_m = (nodes[one].z_m - depth_m if one in nodes else np.nan for one in (start, end))
    columns = {"from_depth_m": depth_m or None, "to_depth_m": depth_m or None}
    return NetLink(key, f"line {row.line}", start, end, from_m, to_m, bends, columns=columns, attributes={"type": kind})


def _size(link: NetLink, row: Row, kind: str, verdicts: Verdicts, length_m: float, diameter_m: float) -> None:
    if kind == "pipe":
        link.attributes["stated_length_m"] = verdicts.number(row, 3, "length", bad=BAD_NUMBER) * length_m
        link.columns["diameter_m"] = verdicts.number(row, 4, "diameter", bad=BAD_NUMBER) * diameter_m
        link.attributes["roughness"] = verdicts.number(row, 5, "roughness", bad=BAD_NUMBER, default=np.nan)
        status = row.word(7, "Open").upper()
        link.attributes["status"] = status if status in ("OPEN", "CLOSED", "CV") else row.word(6, "OPEN").upper()
        return
    link.columns["feature"] = link.columns["appurtenance"] = kind
    if kind == "valve":
        link.columns["diameter_m"] = verdicts.number(row, 3, "diameter", bad=BAD_NUMBER) * diameter_m
        link.attributes["valve_type"] = row.word(4).upper()
    else:
        link.attributes["parameters"] = " ".join(row.words[3:])


def _count_parts(nodes: dict[str, NetNode], verdicts: Verdicts) -> None:
    if len(nodes) < 2:
        verdicts.add(TOO_FEW_NODES, 1, f"the network has {len(nodes)} nodes")
    elif all(one.attributes["type"] == "junction" for one in nodes.values()):
        verdicts.add(NO_SUPPLY, 1, "the network has neither tank nor reservoir")
