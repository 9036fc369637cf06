"""Conduits, pumps, orifices, weirs and outlets of a SWMM file as links with axis levels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from twin.readers.base import SkipReason
from twin.readers.networks.inp import InpFile, Row, Verdicts
from twin.readers.networks.inp_places import read_paths
from twin.readers.networks.network_batch import NetLink, NetNode
from twin.readers.networks.swmm_checks import (
    ADVERSE,
    DOUBLE_ID,
    KEYWORD,
    LENGTH,
    LINKS,
    NO_SECTION,
    NUMBER,
    TOO_FEW,
    routes_upwards,
)
from twin.readers.networks.swmm_shapes import CUSTOM, ELSEWHERE, KNOWN, Shape, shape_of, widest

# Fewest words of a line, name included
_NEEDED: Final = {"conduit": 5, "pump": 4, "orifice": 6, "weir": 6, "outlet": 5}
# Where the height of the opening above the node's invert stands
_OFFSET: Final = {"orifice": 4, "weir": 4, "outlet": 3}
_SIZED: Final = frozenset(("conduit", "orifice", "weir"))


def read_links(file: InpFile, verdicts: Verdicts, nodes: Mapping[str, NetNode], length_m: float) -> list[NetLink]:
    """All links, in the order of the file; faults go to ``verdicts``."""
    shapes = _shapes(file, verdicts, length_m)
    bends = read_paths(file, "VERTICES", verdicts, NUMBER, fold=True)
    by_level = (file.option("LINK_OFFSETS") or "DEPTH").upper() == "ELEVATION"
    links: dict[str, NetLink] = {}
    for section, kind in LINKS.items():
        for row in file.rows(section):
            key = row.words[0]
            if key.upper() in links:
                first = links[key.upper()].position
                verdicts.lose(DOUBLE_ID, row.line, f"link {key} is defined twice ({first} has it first)")
            elif len(row.words) < _NEEDED[kind]:
                verdicts.lose(TOO_FEW, row.line, f"{kind} {key} has too few items", SkipReason.BAD_VALUE)
            else:
                shape = shapes.get(key.upper())
                if shape is None and kind in _SIZED:
                    verdicts.add(NO_SECTION, row.line, f"{kind} {key} has no cross section")
                link = _link(row, kind, bends.get(key.upper(), []), shape)
                _levels(link, row, kind, verdicts, nodes, shape, by_level, length_m)
                links[key.upper()] = link
    if not routes_upwards(file):
        _check_slopes(file, links, shapes, verdicts)
    return list(links.values())


def _shapes(file: InpFile, verdicts: Verdicts, length_m: float) -> dict[str, Shape]:
    curves: dict[str, list[float]] = {}
    for row in file.rows("CURVES"):
        words = row.words[2:] if row.word(1).upper() == "SHAPE" else row.words[1:]
        for text in words[1::2]:
            try:
                curves.setdefault(row.words[0].upper(), []).append(float(text))
            except ValueError:
                break
    found: dict[str, Shape] = {}
    for row in file.rows("XSECTIONS"):
        name = row.word(1).upper()
        if name not in KNOWN:
            verdicts.add(KEYWORD, row.line, f"cross section of {row.words[0]} is '{row.word(1)}', an unknown shape")
            continue
        found[row.words[0].upper()] = _shape(row, name, curves, verdicts, length_m)
    return found


def _shape(row: Row, name: str, curves: Mapping[str, list[float]], verdicts: Verdicts, length_m: float) -> Shape:
    if name in ELSEWHERE:
        return Shape(name)
    height = verdicts.number(row, 2, "height", bad=NUMBER) * length_m
    if height <= 0:
        verdicts.add(NUMBER, row.line, f"cross section of {row.words[0]} is {row.word(2)} high")
    custom = name == CUSTOM
    width = np.nan if custom else verdicts.number(row, 3, "width", bad=NUMBER, default=0.0) * length_m
    left, right = (np.nan if custom else verdicts.number(row, p, "size", bad=NUMBER, default=0.0) for p in (4, 5))
    barrels = verdicts.number(row, 5 if custom and len(row.words) < 7 else 6, "barrels", bad=NUMBER, default=1.0)
    count = int(barrels) if np.isfinite(barrels) and barrels >= 1 else 1
    return shape_of(name, (height, width, left, right), widest(curves, row.word(3)) if custom else np.nan, count)


def _link(row: Row, kind: str, bends: list[tuple[float, float]], shape: Shape | None) -> NetLink:
    columns: dict[str, Any] = {}
    attributes: dict[str, Any] = {"type": kind}
    if shape is not None and kind in _SIZED:
        attributes["shape"] = shape.name
        columns = {"diameter_m": shape.diameter_m, "width_m": shape.width_m, "height_m": shape.height_m}
        if shape.barrels > 1:
            columns["ducts"] = shape.barrels
    if kind != "conduit":
        columns["feature"] = columns["appurtenance"] = kind
    start, end = row.words[1].upper(), row.words[2].upper()
    return NetLink(row.words[0], f"line {row.line}", start, end, bends=bends, columns=columns, attributes=attributes)


# --- levels --------------------------------------------------------------------------------------------


def _levels(
    link: NetLink,
    row: Row,
    kind: str,
    verdicts: Verdicts,
    nodes: Mapping[str, NetNode],
    shape: Shape | None,
    by_level: bool,
    length_m: float,
) -> None:
    """Invert levels at both ends, the axis half a section above, and depths below the covers."""
    inverts = [nodes[one].attributes["invert_level_m"] if one in nodes else np.nan for one in (link.start, link.end)]
    if kind == "conduit":
        length = verdicts.number(row, 3, "length", bad=NUMBER) * length_m
        if length <= 0:
            verdicts.add(LENGTH, row.line, f"conduit {link.key} has length {row.word(3)}")
        link.attributes["stated_length_m"] = length
        link.attributes["roughness"] = verdicts.number(row, 4, "roughness", bad=NUMBER)
        levels = [_level(row, 5 + n, inverts[n], verdicts, by_level, length_m) for n in (0, 1)]
    elif kind in _OFFSET:
        levels = [_level(row, _OFFSET[kind], inverts[0], verdicts, by_level, length_m)] * 2
    else:
        levels = inverts
    half = 0.0 if shape is None or kind not in _SIZED else shape.tall_m / 2.0
    link.from_m, link.to_m = levels[0] + half, levels[1] + half
    link.attributes["from_invert_m"], link.attributes["to_invert_m"] = levels
    for name, end, level in (("from_depth_m", link.start, levels[0]), ("to_depth_m", link.end, levels[1])):
        cover = nodes[end].columns.get("cover_level_m") if end in nodes else None
        link.columns[name] = None if cover is None else cover - level


def _level(row: Row, position: int, invert: float, verdicts: Verdicts, by_level: bool, length_m: float) -> float:
    """``*`` and nothing are the node's invert; a stated level never lies below it."""
    if row.word(position, "*") == "*":
        return invert
    value = verdicts.number(row, position, "offset", bad=NUMBER) * length_m
    return max(value, invert) if by_level else invert + value


def _check_slopes(file: InpFile, links: Mapping[str, NetLink], shapes: Mapping[str, Shape], verdicts: Verdicts) -> None:
    for row in file.rows("CONDUITS"):
        link, shape = links.get(row.words[0].upper()), shapes.get(row.words[0].upper())
        if link is None or shape is None or shape.name == "DUMMY":
            continue
        start, end = link.attributes["from_invert_m"], link.attributes["to_invert_m"]
        if start < end:
            verdicts.add(
                ADVERSE, row.line, f"conduit {link.key} rises from {start:.2f} m to {end:.2f} m along its flow"
            )
