"""SWMM drainage networks (``.inp``; SWMM 5.2 user manual, appendix D).

Levels are inverts: node invert plus offset (or the stated level, LINK_OFFSETS ELEVATION); axes run half a section
higher. A node's cover is its invert plus its maximum depth, where one is stated. Orifices, weirs and outlets are level.
Subcatchments become zones that feed the node they drain to. Names ignore case, as in the engine.
Options: ``coordinate_unit``, ``tolerate`` (SWMM error numbers to take as they are), ``subclass`` (YS, WS, HS).
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Final

import numpy as np
import shapely

from twin.crs import Georeference
from twin.errors import SourceUnreadableError
from twin.model.pipe_codes import INVERT, pipe_codes
from twin.model.tables import RelationKind
from twin.readers.base import Inspection, ReadReport, SkipReason, Source
from twin.readers.networks.inp import InpFile, Verdicts, read_inp
from twin.readers.networks.inp_places import INP_OPTIONS, georeference, read_paths, read_places
from twin.readers.networks.network_batch import NetNode, Network, skip_named
from twin.readers.networks.swmm_checks import (
    DOUBLE_ID,
    LINKS,
    NODES,
    NUMBER,
    TOO_FEW,
    check_infiltration,
    check_references,
)
from twin.readers.networks.swmm_links import read_links
from twin.readers.options import TEXT, Options
from twin.readers.sniff import inp_type
from twin.readers.writer import BatchWriter
from twin.units import metres_per

# Flow units decide the system of units: length unit, m² in an area unit (acre, hectare).
UNITS: Final = {
    **dict.fromkeys(("CFS", "GPM", "MGD"), ("ft", 4046.8564224)),
    **dict.fromkeys(("CMS", "LPS", "MLD"), ("m", 10_000.0)),
}
# Where a divider's maximum depth stands, by its kind (appendix D, [DIVIDERS])
_DIVIDER_DEPTH: Final = {"OVERFLOW": 4, "CUTOFF": 5, "TABULAR": 5, "WEIR": 7}


class SwmmReader:
    """Junctions, outfalls, storage, dividers, conduits, pumps, orifices, weirs, outlets, subcatchments."""

    name: ClassVar[str] = "swmm"
    version: ClassVar[int] = 1
    suffixes: ClassVar[tuple[str, ...]] = (".inp",)
    options: ClassVar[Options] = {"subclass": TEXT, **INP_OPTIONS}

    def supports(self, path: Path) -> bool:
        return path.suffix.lower() == ".inp" and inp_type(path) == "swmm"

    def companions(self, path: Path) -> list[Path]:  # noqa: ARG002 - rain files are not read
        return []

    def inspect(self, path: Path) -> Inspection:
        file = read_inp(path)
        count = sum(len(file.rows(one)) for one in (*NODES, *LINKS, "SUBCATCHMENTS"))
        layers = ("drainage", "zones") if file.rows("SUBCATCHMENTS") else ("drainage",)
        return Inspection(layers=layers, has_heights=True, count=count)

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        report = ReadReport()
        file = read_inp(source.path)
        verdicts = Verdicts.of(source, "SWMM")
        length, area_m2 = _units(file)
        length_m = metres_per(length)
        nodes = _nodes(file, verdicts, length_m)
        links = read_links(file, verdicts, nodes, length_m)
        places = read_places(file, verdicts, NUMBER, fold=True)
        polygons = read_paths(file, "POLYGONS", verdicts, NUMBER, fold=True)
        check_references(file, verdicts)
        check_infiltration(file, verdicts)
        verdicts.settle(report)
        placed = georeference(file, source, report, map_section="MAP")
        layer = source.layer or "drainage"
        network = Network(layer, pipe_codes().class_of_layer(layer), nodes, links, places)
        _describe(network, source)
        ids = network.write(out, placed, report)
        _write_subcatchments(file, polygons, area_m2, ids, out, placed, report)
        return report


def _units(file: InpFile) -> tuple[str, float]:
    flow = (file.option("FLOW_UNITS") or "CFS").upper()
    if flow not in UNITS:
        raise SourceUnreadableError(
            path=file.path, detail=f"flow unit '{flow}' is unknown", cure=f"SWMM knows {', '.join(UNITS)}."
        )
    return UNITS[flow]


def _nodes(file: InpFile, verdicts: Verdicts, length_m: float) -> dict[str, NetNode]:
    nodes: dict[str, NetNode] = {}
    for section, kind in NODES.items():
        for row in file.rows(section):
            key = row.words[0]
            if key.upper() in nodes:
                first = nodes[key.upper()].position
                verdicts.lose(DOUBLE_ID, row.line, f"node {key} is defined twice ({first} has it first)")
                continue
            invert = verdicts.number(row, 1, "elevation", bad=NUMBER if len(row.words) > 1 else TOO_FEW) * length_m
            deep = _depth_position(kind, row.word(3).upper())
            depth = 0.0 if deep is None else verdicts.number(row, deep, "depth", bad=NUMBER, default=0.0) * length_m
            cover = invert + depth if depth > 0 else None
            columns = {"cover_level_m": cover, "bottom_level_m": invert, "feature": kind}
            if kind == "outfall":
                columns["appurtenance"] = kind
            attributes = {"type": kind, "invert_level_m": invert, "max_depth_m": depth or None}
            nodes[key.upper()] = NetNode(
                key, f"line {row.line}", invert if cover is None else cover, columns, attributes
            )
    return nodes


def _depth_position(kind: str, divider: str) -> int | None:
    if kind == "divider":
        return _DIVIDER_DEPTH.get(divider)
    return None if kind == "outfall" else 2


def _describe(network: Network, source: Source) -> None:
    """What every link of a drain says alike."""
    subclass = source.options.get("subclass")
    for node in network.nodes.values():
        node.columns["subclass"] = subclass
    for link in network.links:
        link.columns["subclass"] = subclass
        link.columns["elevation_reference"] = INVERT
        link.columns["flow"] = "+"


# --- subcatchments -------------------------------------------------------------------------------------


def _write_subcatchments(
    file: InpFile,
    polygons: dict[str, list[tuple[float, float]]],
    area_m2: float,
    ids: dict[str, str],
    out: BatchWriter,
    placed: Georeference,
    report: ReadReport,
) -> None:
    """Zones of kind ``subcatchment`` with a relation ``feeds`` to the node they drain to."""
    rows = file.rows("SUBCATCHMENTS")
    report.found += len(rows)
    has_outline = [len(set(polygons.get(row.words[0].upper(), []))) >= 3 for row in rows]
    drawn = [row for row, drawable in zip(rows, has_outline, strict=True) if drawable]
    undrawn = [row.words[0] for row, drawable in zip(rows, has_outline, strict=True) if not drawable]
    skip_named(report, SkipReason.NO_GEOMETRY, "subcatchments without a polygon", undrawn)
    if not drawn:
        return
    shapes = np.array([shapely.Polygon(polygons[row.words[0].upper()]) for row in drawn], object)
    crossed = ~shapely.is_valid(shapes)
    if crossed.any():
        shapes[crossed] = shapely.make_valid(shapes[crossed], method="structure", keep_collapsed=False)
        report.note(f"{file.path.name}: {int(crossed.sum())} subcatchment outlines cross themselves; made valid")
    zones = out.features(
        "zones",
        kind="subcatchment",
        geometry=shapes,
        georeference=placed,
        natural_keys=[row.words[0] for row in drawn],
        columns={
            "name": [row.words[0] for row in drawn],
            "code": [row.words[0] for row in drawn],
            "zone_type": ["subcatchment"] * len(drawn),
            "area_m2": shapely.area(placed.geometry(shapes)),
            "source_pos": [f"line {row.line}" for row in drawn],
        },
        attributes=[
            {"stated_area_m2": _float(row.word(3)) * area_m2, "impervious_percent": _float(row.word(4))}
            for row in drawn
        ],
    )
    report.kept += len(drawn)
    drains = [(zone, ids.get(row.word(2).upper())) for zone, row in zip(zones, drawn, strict=True)]
    known = [(zone, node) for zone, node in drains if node is not None]
    if known:
        columns = {
            "from_id": [zone for zone, _ in known],
            "kind": [RelationKind.FEEDS.value] * len(known),
            "to_id": [node for _, node in known],
            "source": [out.source.key] * len(known),
        }
        out.table("relations", columns)


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
