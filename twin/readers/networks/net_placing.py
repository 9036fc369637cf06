"""Placing a pandapipes or pandapower net: axis order of GeoJSON columns, and whether lines meet their nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from twin.crs import transformer
from twin.errors import AxesSwappedError
from twin.readers.base import ReadReport, Source
from twin.readers.networks.network_batch import Place
from twin.readers.options import one_of

LON_LAT: Final = "lon_lat"
LAT_LON: Final = "lat_lon"
IGNORE: Final = "ignore"
GEO_ORDER: Final = one_of(LON_LAT, LAT_LON, IGNORE)
# Lines of a real net may stop short of the middle of a node (a house wall, a cabinet) by this much; swapped axes are
# off by thousands of kilometres.
TOLERANCE_M: Final = 20.0
NEAR_M: Final = 1.0


def axis_order(source: Source, option: str) -> str:
    """``lon_lat`` (GeoJSON's own order), ``lat_lon`` or ``ignore``, as campus.toml says."""
    return str(source.options.get(option, LON_LAT))


def ordered(places: Sequence[Place], order: str) -> list[Place]:
    """x = east first."""
    return [(b, a) for a, b in places] if order == LAT_LON else list(places)


def moved(paths: Mapping[int, list[Place]], start: str, end: str, source: Source) -> dict[int, list[Place]]:
    """All corners from one CRS to another, in one call; a path that leaves the CRS is dropped."""
    if not paths:
        return {}
    flat = np.array([place for path in paths.values() for place in path], float)
    turned = transformer(start, end, str(source.path))(flat)
    out: dict[int, list[Place]] = {}
    at = 0
    for index, path in paths.items():
        part = turned[at : at + len(path)]
        if np.isfinite(part).all():
            out[index] = [(float(x), float(y)) for x, y in part]
        at += len(path)
    return out


def check_ends(
    source: Source,
    what: str,
    paths: Mapping[int, list[Place]],
    ends: Mapping[int, tuple[Place, Place]],
    report: ReadReport,
    *,
    degrees: bool,
    cure: str,
) -> None:
    """Every line must begin and end at its nodes (in either direction), within ``options.tolerance_m`` (20 m).

    ``degrees``: both are longitude and latitude; distances are then taken on the sphere of the equator's radius.
    Raises ``AxesSwappedError``.
    """
    known = [index for index in paths if index in ends]
    if not known:
        return
    tolerance = float(source.options.get("tolerance_m", TOLERANCE_M))
    tips = np.array([[paths[one][0], paths[one][-1]] for one in known], float)
    nodes = np.array([ends[one] for one in known], float)
    if degrees:
        scale = np.array([np.cos(np.radians(nodes[..., 1].mean())), 1.0]) * np.pi / 180.0 * 6_378_137.0
        tips, nodes = tips * scale, nodes * scale
    forward = np.linalg.norm(tips - nodes, axis=2).max(axis=1)
    backward = np.linalg.norm(tips[:, ::-1] - nodes, axis=2).max(axis=1)
    gap = np.minimum(forward, backward)
    gap = np.where(np.isfinite(gap), gap, np.inf)
    worst = float(gap.max())
    if worst > tolerance:
        raise AxesSwappedError(
            path=source.path, what=what, distance_m=f"{worst:.0f}", tolerance_m=f"{tolerance:g}", cure=cure
        )
    short = int((gap > NEAR_M).sum())
    if short:
        report.note(
            f"{source.path.name}: {short} of {len(known)} lines of {what} end more than {NEAR_M:g} m from their nodes "
            f"(up to {worst:.1f} m)"
        )
